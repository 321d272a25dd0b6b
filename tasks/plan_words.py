"""A task as a person edits it: the plan's five cells, and beside them what was concluded.

In a draft the words are written over; in a plan in force an amendment writes them from a day on
(`since`), and the products and parties of the days before stay, with the day on which they ended.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date

from cchc.models import Unit, UnitName
from cchc.text import fold
from tasks.models import Product, Task, TaskUnit, UnitAlias
from tasks.plan_import.products import split_products
from tasks.plan_import.unit_names import KnownUnit
from tasks.plan_import.units import Decision, Matcher, Party
from tasks.rules import rule_of

CELLS = ("text", "product_text", "lead_text", "collab_text", "deadline_text")
PART_CELLS = {TaskUnit.Part.LEAD: "lead_text", TaskUnit.Part.COLLAB: "collab_text"}


@dataclass(frozen=True)
class ProductWords:
    text: str
    is_measure: bool = False


@dataclass(frozen=True)
class PartyWords:
    """A name in the lead or collaborating cell. `kind` as TaskUnit.Kind; "" while nobody knows."""

    text: str
    kind: str = ""
    unit_id: int | None = None

    @property
    def choice(self) -> str:
        """What it is, as one value of a list: unit:12, group:3, all, chosen, or nothing."""
        return f"{self.kind}:{self.unit_id}" if self.unit_id else self.kind


@dataclass(frozen=True)
class TaskWords:
    text: str = ""
    product_text: str = ""
    lead_text: str = ""
    collab_text: str = ""
    deadline_text: str = ""
    products: tuple[ProductWords, ...] = ()
    leads: tuple[PartyWords, ...] = ()
    collabs: tuple[PartyWords, ...] = ()
    rule_text: str = ""
    rule_note: str = ""
    first_year: int | None = None
    completion: str = Task.Completion.ALL
    lead_len: int = 12

    @property
    def digest(self) -> str:
        """Two people who saw the same have the same; kept in a form to notice that it moved on."""
        told = repr([getattr(self, field.name) for field in fields(self)])
        return hashlib.sha256(told.encode()).hexdigest()[:24]


def read_words(task: Task) -> TaskWords:
    """As they are now. Two queries."""
    parties = [p for p in task.parties.order_by("position") if p.ended_on is None]
    return TaskWords(
        **{cell: getattr(task, cell) for cell in CELLS},
        products=tuple(
            ProductWords(p.text, p.is_measure)
            for p in task.products.order_by("position")
            if p.ended_on is None
        ),
        leads=_of_part(parties, TaskUnit.Part.LEAD),
        collabs=_of_part(parties, TaskUnit.Part.COLLAB),
        rule_text=task.rule_text,
        rule_note=task.rule_note,
        first_year=task.first_year,
        completion=task.completion,
        lead_len=task.lead_len,
    )


def _of_part(parties, part) -> tuple[PartyWords, ...]:
    return tuple(PartyWords(p.text, p.kind, p.unit_id) for p in parties if p.part == part)


def write_words(task: Task, words: TaskWords, *, by, day: date, since: date | None = None) -> Task:
    """Bring the task to these words; with `since` what no longer holds stays, ended on that day."""
    if words.rule_text != task.rule_text:
        task.rule_confirmed_by = by if words.rule_text else None
        task.rule_confirmed_on = day if words.rule_text else None
    for name in (*CELLS, "rule_text", "rule_note", "first_year", "completion", "lead_len"):
        setattr(task, name, getattr(words, name))
    task.deadline_kind = str(rule_of(task).kind)
    task.search = fold(" ".join([task.code, *(getattr(words, cell) for cell in CELLS)]))
    task.save()
    _sync(
        task.products,
        words.products,
        lambda row: ProductWords(row.text, row.is_measure),
        lambda one: Product(task=task, text=one.text, is_measure=one.is_measure),
        since,
    )
    for part, wanted in ((TaskUnit.Part.LEAD, words.leads), (TaskUnit.Part.COLLAB, words.collabs)):
        _sync(
            task.parties.filter(part=part),
            [one for one in wanted if one.kind],
            lambda row: PartyWords(row.text, row.kind, row.unit_id),
            lambda one, part=part: TaskUnit(
                task=task, part=part, text=one.text, kind=one.kind, unit_id=one.unit_id
            ),
            since,
        )
    return task


def _sync(rows, wanted: Sequence, key: Callable, make: Callable, since: date | None):
    """What is wanted first, in its order; behind it what has ended."""
    stored = list(rows.order_by("position"))
    free = [row for row in stored if row.ended_on is None]
    order = []
    for one in wanted:
        found = next((row for row in free if key(row) == one), None)
        if found:
            free.remove(found)
        order.append(found or make(one))
    for row in free:
        if since is None:
            row.delete()
        else:
            row.ended_on = since
    order += [row for row in stored if row.ended_on is not None]
    for row in stored:  # out of the way: places are unique
        if row.pk:
            type(row).objects.filter(pk=row.pk).update(position=row.position + 1000)
    for place, row in enumerate(order, start=1):
        row.position = place
        if row.pk is None:
            row.begins_on = since
        row.save()


def split_cell(cell: str) -> tuple[ProductWords, ...]:
    """The products that a product cell names."""
    return tuple(ProductWords(one.text, one.is_measure) for one in split_products(cell))


def read_parties(cell: str, office: Unit, *, matcher: Matcher | None = None):
    """The units that a cell names, in its order; kind "" where a person must say. `matcher` serves
    many cells of one office."""
    matcher = matcher or matcher_of(office)
    ids = dict(Unit.objects.within(office).values_list("code", "pk"))
    return tuple(
        PartyWords(name.text, name.kind, ids.get(name.unit))
        if isinstance(name, Party)
        else PartyWords(name.text)
        for name in matcher.match(cell).names
    )


def matcher_of(office: Unit, also: Mapping[str, Decision] | None = None) -> Matcher:
    """Knows the units of the office by every name they bore, and what people answered; `also` are
    answers that hold here only."""
    names: dict[int, list[str]] = {}
    units = Unit.objects.within(office).select_related("parent")
    for old in UnitName.objects.filter(unit__in=units):
        names.setdefault(old.unit_id, []).extend((old.name, old.short_name))
    known = [
        KnownUnit(
            code=unit.code,
            name=unit.name,
            short_name=unit.short_name,
            kind=unit.kind,
            former=tuple(names.get(unit.pk, ())),
        )
        for unit in units
        if unit.valid_to is None
    ]
    aliases = UnitAlias.objects.filter(office=office).select_related("unit")
    answers = {a.words: Decision(a.kind, a.unit.code if a.unit else "") for a in aliases}
    return Matcher(known, answers | dict(also or {}))

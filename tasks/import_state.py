"""A plan on its way in as it stands: what was read, with what people have corrected since.

One picture for the page, for the gaps that keep it from being written, and for the writing itself.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from functools import cached_property

from cchc.models import Unit
from tasks.deadlines import Kind, parse
from tasks.import_text import OUTSIDE, plan_text_of
from tasks.models import Area, Plan, PlanImport, Task, TaskUnit
from tasks.plan_import import keeping
from tasks.plan_import.appendix import Appendix, Row
from tasks.plan_import.body import Body, ReadTarget
from tasks.plan_import.conclude import match_areas
from tasks.plan_import.linting import Finding, lint
from tasks.plan_import.measuring import read_measure
from tasks.plan_import.units import Decision, Matcher, Party, Question, key_of
from tasks.plan_words import CELLS, PartyWords, ProductWords, TaskWords, matcher_of

HEAD = (
    "subject", "number", "issued_on", "date_text", "issuer", "signer_title", "signer",
    "first_year", "last_year", "recurring_from",
)  # fmt: skip
_MAY_BE_EMPTY = ("number", "issued_on", "date_text")
# Said by a gap already, so not listed among the findings as well.
_SAID_BY_GAPS = frozenset({"unit_unknown", "deadline_unrecognised"})
_LONGEST_NAME = TaskUnit._meta.get_field("text").max_length
_LONGEST_CODE = Task._meta.get_field("code").max_length
_LONGEST_TITLE = Area._meta.get_field("title").max_length
_ABSENT = Row(
    code="", group="", number=0, text="", product_text="", lead_text="", collab_text="",
    deadline_text="", products=(), place="không có trong tệp", cells=dict.fromkeys(CELLS, ""),
)  # fmt: skip


@dataclass(frozen=True)
class Gap:
    """What must be settled before the plan can be written. `place` as in the page's addresses:
    dau, n-12, lv-3, ct-4; `label` is how people call it."""

    place: str
    label: str
    words: str


@dataclass(frozen=True)
class ImportArea:
    number: int
    title: str
    appendix_code: str
    appendix_title: str
    solutions: tuple[str, ...]
    is_corrected: bool


@dataclass(frozen=True)
class ImportRow:
    """A row of the appendix: `read` verbatim, `words` what is to be written. `asked` are the names
    that a person has to decide, by their words; `whys` how each other name was matched."""

    n: int
    read: Row
    code: str
    area: int
    words: TaskWords
    asked: dict[str, Question]
    whys: dict[str, str]
    is_corrected: bool
    is_dropped: bool

    @property
    def place(self) -> str:
        return f"n-{self.n}"

    @property
    def is_added(self) -> bool:
        """By a person: the file lacks it."""
        return self.read is _ABSENT

    @property
    def number(self) -> int:
        last = self.code.rpartition(".")[2]
        return int(last) if last.isdecimal() and len(last) < 5 else self.read.number


@dataclass(frozen=True)
class ImportTarget:
    """A target of the text with how it is to be measured (kinds as in measuring.KINDS)."""

    n: int
    read: ReadTarget
    text: str
    kind: str
    value: Decimal | None
    deadline_year: int | None
    yearly: bool
    exclusion: str
    area: int | None
    is_corrected: bool
    is_dropped: bool

    @property
    def place(self) -> str:
        return f"ct-{self.n}"


@dataclass(frozen=True)
class ImportState:
    """`head` by the names of HEAD and "coordinator" (a unit's primary key, or None)."""

    held: PlanImport
    appendix: Appendix
    body: Body
    head: dict
    head_is_corrected: bool
    areas: tuple[ImportArea, ...]
    rows: tuple[ImportRow, ...]
    targets: tuple[ImportTarget, ...]
    units: dict[int, Unit]

    @cached_property
    def tasks(self) -> tuple[ImportRow, ...]:
        """In the file's order; what a person added stands last in its area."""
        kept = [row for row in self.rows if not row.is_dropped]
        found = [row for row in kept if not row.is_added]
        for row in (row for row in kept if row.is_added):
            own = [n for n, one in enumerate(found, start=1) if one.area == row.area]
            before = [n for n, one in enumerate(found, start=1) if one.area < row.area]
            found.insert(max(own or before, default=0), row)
        return tuple(found)

    @property
    def next_place(self) -> str:
        """Where a row that the file lacks is added."""
        return f"n-{len(self.rows) + 1}"

    def area(self, number: int) -> ImportArea:
        return self.areas[number - 1]

    @cached_property
    def plan(self) -> Plan:
        """The plan's head as it would be written, not saved; for reading deadlines with."""
        first = self.head["first_year"] or (self.body.issued_on or date(2000, 1, 1)).year
        last = max(self.head["last_year"] or first, first)
        begins = min(max(self.head["recurring_from"] or first, first), last)
        return Plan(first_year=first, last_year=last, recurring_from=begins)

    @cached_property
    def gaps(self) -> tuple[Gap, ...]:
        """In the page's order: the head, the rows, the areas, the targets."""
        return tuple(_gaps(self))

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        return tuple(f for f in lint(plan_text_of(self)) if f.code not in _SAID_BY_GAPS)

    def why(self, finding: Finding) -> str:
        """The word with which a person lets the finding stand."""
        settled = self.held.answers.get("findings", {})
        return settled.get(finding_key(finding), {}).get("why", "")


def finding_key(finding: Finding) -> str:
    return f"{finding.code}|{finding.place}"


def read_state(held: PlanImport, place: str = "") -> ImportState:
    """Five queries, whatever the size; `held` comes with its unit. `place`: that of a row that is
    being added makes an empty row there."""
    appendix, body = keeping.from_json(held.read)
    answers = held.answers
    also = {words: Decision(OUTSIDE) for words in answers.get("outside", {})}
    matcher = matcher_of(held.unit, also)
    units = {unit.pk: unit for unit in Unit.objects.within(held.unit)}
    ids = {unit.code: pk for pk, unit in units.items()}
    areas, area_of = match_areas(appendix.groups, body)
    said_of = answers.get("rows", {})
    count = max(len(appendix.rows), *map(int, said_of), 0)
    count += place == f"n-{count + 1}"
    read = (*appendix.rows, *[_ABSENT] * (count - len(appendix.rows)))
    rows = (
        _row(n, row, said_of.get(str(n), {}), area_of.get(row.group, len(areas)), matcher, ids)
        for n, row in enumerate(read, start=1)
    )
    head = _head_as_read(body)
    said = answers.get("head", {}).get("", {})
    head |= said | {"issued_on": _day(said["issued_on"])} if said else {}
    if "coordinator" not in head:
        head["coordinator"] = held.by.unit_id if held.by.unit_id in units else None
    last_year = head["last_year"]
    return ImportState(
        held=held,
        appendix=appendix,
        body=body,
        head=head,
        head_is_corrected=bool(said),
        areas=tuple(_area(area, answers.get("areas", {})) for area in areas),
        rows=tuple(rows),
        targets=tuple(
            _target(n, target, answers.get("targets", {}).get(str(n), {}), last_year)
            for n, target in enumerate(body.targets, start=1)
        ),
        units=units,
    )


def _head_as_read(body: Body) -> dict:
    head = {name: getattr(body, name, None) for name in HEAD}
    head["recurring_from"] = _recurring_from(body)
    return head


def _recurring_from(body: Body) -> int | None:
    """From when "hàng năm" counts: a plan of December begins with the year after."""
    if body.first_year is None:
        return None
    year, month = body.first_year, 1
    if body.issued_on:
        year, month = body.issued_on.year, body.issued_on.month
    elif "12/20" in body.date_text or "tháng 12 năm 20" in body.date_text:
        year, month = int(body.date_text.rpartition("20")[2][:2] or 0) + 2000, 12
    return min(max(year + (month == 12), body.first_year), body.last_year)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _area(area, answers: dict) -> ImportArea:
    said = answers.get(str(area.number), {})
    return ImportArea(
        number=area.number,
        title=said.get("title", area.title),
        appendix_code=said.get("appendix_code", area.appendix_code),
        appendix_title=said.get("appendix_title", area.appendix_title),
        solutions=tuple(said.get("solutions", area.solutions)),
        is_corrected=bool(said),
    )


def _row(n: int, row: Row, said: dict, area: int, matcher: Matcher, ids: dict) -> ImportRow:
    parts = {"leads": row.cells["lead_text"], "collabs": row.cells["collab_text"]}
    names = {part: matcher.match(cell).names for part, cell in parts.items()}
    every = [name for found in names.values() for name in found]
    if words := said.get("words"):
        words = words_of(words)
    else:
        words = TaskWords(
            **{cell: getattr(row, cell) for cell in CELLS},
            products=tuple(ProductWords(p.text, p.is_measure) for p in row.products),
            **{part: tuple(_party(name, ids) for name in names[part]) for part in parts},
        )
    return ImportRow(
        n=n,
        read=row,
        code=said.get("code", row.code),
        area=said.get("area", area),
        words=words,
        asked={name.text: name for name in every if isinstance(name, Question)},
        whys={name.text: name.why for name in every if isinstance(name, Party)},
        is_corrected=bool(said.get("words")),
        is_dropped=bool(said.get("dropped")) or (row is _ABSENT and not said),
    )


def _party(name: Party | Question, ids: dict[str, int]) -> PartyWords:
    if isinstance(name, Party):
        return PartyWords(name.text, name.kind, ids.get(name.unit))
    return PartyWords(name.text)


def words_of(told: dict) -> TaskWords:
    """From the JSON that answers keep."""
    known = {field.name for field in fields(TaskWords)}
    told = {name: value for name, value in told.items() if name in known}
    made = {
        "products": tuple(ProductWords(**one) for one in told["products"]),
        "leads": tuple(PartyWords(**one) for one in told["leads"]),
        "collabs": tuple(PartyWords(**one) for one in told["collabs"]),
    }
    return TaskWords(**told | made)


def _target(n: int, read: ReadTarget, said: dict, last_year) -> ImportTarget:
    measure = read_measure(read.text, read.lead_in, last_year)
    value = said["value"] if said.get("text") else measure.value
    return ImportTarget(
        n=n,
        read=read,
        text=said.get("text", read.text),
        kind=said.get("kind", measure.kind),
        value=Decimal(value) if isinstance(value, str) else value,
        deadline_year=said.get("deadline_year", measure.deadline_year),
        yearly=said.get("yearly", measure.yearly),
        exclusion=said.get("exclusion", measure.exclusion),
        area=said.get("area"),
        is_corrected=bool(said.get("text")),
        is_dropped=bool(said.get("dropped")),
    )


def _gaps(state: ImportState) -> Iterator[Gap]:
    for words in _head_gaps(state):
        yield Gap("dau", "Phần đầu", words)
    codes = Counter(row.code for row in state.tasks)
    for row in state.tasks:
        for words in _row_gaps(row, codes, state):
            yield Gap(row.place, row.code, words)
    if not state.tasks:
        yield Gap("dau", "Phụ lục", "Không còn nhiệm vụ nào.")
    for area in state.areas:
        if not area.title:
            yield Gap(f"lv-{area.number}", f"Lĩnh vực {area.number}", "Chưa có tên lĩnh vực.")
        elif max(len(area.title), len(area.appendix_title)) > _LONGEST_TITLE:
            words = f"Tên lĩnh vực dài quá {_LONGEST_TITLE} chữ."
            yield Gap(f"lv-{area.number}", f"Lĩnh vực {area.number}", words)


def _head_gaps(state: ImportState) -> Iterator[str]:
    head = state.head
    for name in HEAD:
        field = Plan._meta.get_field(name)
        if not head[name] and name not in _MAY_BE_EMPTY:
            yield f"Chưa có: {field.verbose_name}."
        elif field.max_length and len(head[name] or "") > field.max_length:
            yield f"Dài quá {field.max_length} chữ: {field.verbose_name}."
    if not head["coordinator"]:
        yield "Chưa chọn đơn vị theo dõi, đôn đốc."
    years = [head[name] for name in ("first_year", "recurring_from", "last_year")]
    if all(years) and sorted(years) != years:
        yield "Phải là: từ năm ≤ “hàng năm” tính từ năm ≤ đến năm."


def _row_gaps(row: ImportRow, codes: Counter, state: ImportState) -> Iterator[str]:
    words = row.words
    if not words.text:
        yield "Chưa có lời văn nhiệm vụ."
    if codes[row.code] > 1:
        yield f"Mã {row.code} dùng cho {codes[row.code]} nhiệm vụ."
    elif not row.code or len(row.code) > _LONGEST_CODE:
        yield f"Mã nhiệm vụ phải có từ 1 đến {_LONGEST_CODE} chữ."
    for cell, parties in (("chủ trì", words.leads), ("phối hợp", words.collabs)):
        for party in parties:
            if len(party.text) > _LONGEST_NAME:
                yield f"Tên ở ô {cell} dài quá {_LONGEST_NAME} chữ: “{party.text[:60]}…”."
            elif not party.kind or (party.unit_id and party.unit_id not in state.units):
                yield f"Đơn vị {cell} “{party.text}” là đơn vị nào?"
    for party in words.leads:
        if party.kind == OUTSIDE:
            yield f"Đơn vị chủ trì “{party.text}” không phải đơn vị của cơ quan."
    deadline = parse(words.rule_text or words.deadline_text)
    if deadline.kind is Kind.UNRECOGNISED:
        yield deadline.explain(state.plan.first_year)


def next_gap(state: ImportState, place: str) -> Gap | None:
    """The first open place behind this one, else the first of all."""
    behind = [gap for gap in state.gaps if _order(gap.place) > _order(place)]
    return next(iter(behind), None) or next(iter(state.gaps), None)


def _order(place: str) -> tuple[int, int]:
    kind, _, n = place.partition("-")
    return ("dau", "n", "lv", "ct").index(kind), int(n or 0)


def name_key(words: str) -> str:
    """Under what a name's answer is kept."""
    return key_of(words)

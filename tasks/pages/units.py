"""The units of an office as of a day: their names then, what they have to do, what became of them."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from cchc import permissions
from cchc.models import Unit, UnitChange
from cchc.units import name_on
from tasks.foreseeing import CLOSED, Fate, Foreseen
from tasks.rules import period_label
from tasks.viewing import Viewing
from tasks.workflow import State


@dataclass(frozen=True)
class UnitLine:
    code: str
    name: str
    short_name: str
    kind: str
    depth: int
    former: tuple[str, ...]  # Trung tâm X, đến hết 30/06/2025
    valid_from: date | None
    valid_to: date | None
    successor: str
    people: int
    open_work: int
    may_change: bool


@dataclass(frozen=True)
class ChangeLine:
    kind: str
    unit: str  # as it was called until then
    became: str
    effective_on: date
    decision: str
    note: str
    moved: int
    by: str


@dataclass(frozen=True)
class UnitsPage:
    units: tuple[UnitLine, ...]
    ended: tuple[UnitLine, ...]
    changes: tuple[ChangeLine, ...]


@dataclass(frozen=True)
class FateLine:
    """One open slot and what becomes of it."""

    pk: int
    code: str
    period: str
    period_code: str
    opening: str
    state: str
    due_on: date | None
    unit: str
    fate: str
    receiver: str
    receiver_place: int


@dataclass(frozen=True)
class ForeseenPage:
    lines: tuple[FateLine, ...]
    people: tuple[str, ...]
    moves: int
    joins: int
    stays: int
    fingerprint: str


def read_units(viewing: Viewing, user) -> UnitsPage:
    """Four queries, whatever the number of units."""
    day, office = viewing.as_of, viewing.plan.unit
    going = Q(assignments__task__plan=viewing.plan) & ~Q(assignments__state__in=CLOSED)
    everything = list(
        Unit.objects.filter(Q(pk=office.pk) | Q(pk__in=Unit.objects.within(office).values("pk")))
        .prefetch_related("former_names")
        .annotate(
            active_people=Count("people", filter=Q(people__is_active=True), distinct=True),
            open_work=Count("assignments", filter=going, distinct=True),
        )
    )
    by_pk = {unit.pk: unit for unit in everything}
    begun = [unit for unit in everything if unit.valid_from is None or unit.valid_from <= day]
    begun.sort(key=lambda unit: _place(unit, by_pk))
    lines = [(unit, _line(unit, by_pk, day, _may_change(user, unit, viewing))) for unit in begun]
    return UnitsPage(
        units=tuple(line for unit, line in lines if not _has_ended(unit, day)),
        ended=tuple(line for unit, line in lines if _has_ended(unit, day)),
        changes=_changes(office, by_pk, day),
    )


def _may_change(user, unit, viewing) -> bool:
    """As reorganising.may_reorganise: an office below this one changes its units itself."""
    if unit.valid_to is not None or viewing.is_past:
        return False
    own = unit.kind != Unit.Kind.OFFICE or unit == viewing.plan.unit
    coordinates = permissions.coordinates(user, viewing.plan.coordinator)
    return user.is_administrator or (own and coordinates)


def _has_ended(unit, day) -> bool:
    return unit.valid_to is not None and unit.valid_to < day


def _ancestors(unit, by_pk) -> list[Unit]:
    """From the office down. An ended unit stands where its successor stands, not below it."""
    chain = [unit]
    while chain[0].parent_id in by_pk:
        parent = by_pk[chain[0].parent_id]
        if chain[0].successor_id == parent.pk:
            parent = _ancestors(parent, by_pk)[:-1]
            return [*parent, *chain]
        chain.insert(0, parent)
    return chain


def _place(unit, by_pk) -> list:
    return [(above.position, above.code) for above in _ancestors(unit, by_pk)]


def _line(unit, by_pk, day, may_change) -> UnitLine:
    names = list(unit.former_names.all())
    name = name_on(names, unit, day)
    successor = by_pk.get(unit.successor_id)
    return UnitLine(
        code=unit.code,
        name=name.name,
        short_name=name.short_name,
        kind=unit.get_kind_display(),
        depth=len(_ancestors(unit, by_pk)) - 1,
        former=tuple(f"{n.name}, đến hết {n.until:%d/%m/%Y}" for n in names if n.until < day),
        valid_from=unit.valid_from,
        valid_to=unit.valid_to if _has_ended(unit, day) else None,
        successor=successor.name if successor and _has_ended(unit, day) else "",
        people=unit.active_people,
        open_work=unit.open_work,
        may_change=may_change,
    )


def _changes(office, by_pk, day) -> tuple[ChangeLine, ...]:
    found = UnitChange.objects.filter(unit__in=by_pk, effective_on__lte=day)
    lines = []
    for change in found.select_related("by").prefetch_related("into"):
        unit = by_pk[change.unit_id]
        names = list(unit.former_names.all())
        until = date.fromordinal(change.effective_on.toordinal() - 1)
        renamed = name_on(names, unit, change.effective_on).name
        into = ", ".join(place.name for place in change.into.all())
        lines.append(
            ChangeLine(
                kind=change.get_kind_display(),
                unit=name_on(names, unit, until).name,
                became=renamed if change.kind == UnitChange.Kind.RENAME else into,
                effective_on=change.effective_on,
                decision=f"Quyết định {change.decision_number} ngày {change.decided_on:%d/%m/%Y}",
                note=change.note,
                moved=change.moved,
                by=change.by.full_name,
            )
        )
    return tuple(lines)


def foreseen_page(foreseen: Foreseen, receivers) -> ForeseenPage:
    """What a change would do, ready to show."""
    return ForeseenPage(
        lines=tuple(_fate_line(line, receivers) for line in foreseen.lines),
        people=tuple(
            f"{person.full_name} ({person.get_role_display().lower()})"
            for person in foreseen.people
        ),
        moves=foreseen.count(Fate.MOVES),
        joins=foreseen.count(Fate.JOINS),
        stays=foreseen.count(Fate.STAYS),
        fingerprint=foreseen.fingerprint,
    )


def _fate_line(line, receivers) -> FateLine:
    work = line.work
    return FateLine(
        pk=work.pk,
        code=work.task.code,
        period=period_label(work.year, work.period),
        period_code=work.period_code,
        opening=work.task.opening()[0],
        state=State(work.state).label,
        due_on=work.due_on,
        unit=work.unit.short_name,
        fate=line.fate.label,
        receiver=receivers[line.receiver].short_name,
        receiver_place=line.receiver,
    )

"""What units ask of each other: in the list of the unit asked, on the page of the lead, on the
task's page. Words for those who may read them, whether it was answered for everybody."""

from dataclasses import dataclass
from datetime import date, datetime

from cchc.clock import local_day
from cchc.units import names_on
from tasks.contributing import visible_contributions
from tasks.ledger import end_of
from tasks.models import ChosenUnit, Contribution, Task, TaskUnit
from tasks.viewing import Viewing


@dataclass(frozen=True)
class Wanted:
    """Something that another unit waits for."""

    pk: int
    code: str
    period_code: str
    opening: str
    rest: str
    asked_by: str  # the unit
    wanted: str
    due_on: date
    days_left: int


@dataclass(frozen=True)
class Asked:
    """A request as the lead (and whoever may read it) sees it."""

    unit: str
    wanted: str
    due_on: date
    asked_by: str
    asked_at: datetime
    answer: str
    document: str
    answered_by: str
    answered_on: date | None
    days_left: int | None

    @property
    def is_late(self) -> bool:
        return self.days_left is not None and self.days_left < 0


@dataclass(frozen=True)
class Collaborator:
    """A unit that was chosen or asked, on the task's page; `requests` only for its readers."""

    name: str
    asked: int
    answered: int
    requests: tuple[Asked, ...]

    @property
    def tile(self) -> str:
        return "finished" if self.answered == self.asked else "new"


def awaiting_us(viewing: Viewing, user) -> tuple[Wanted, ...]:
    """What others wait for from this person's unit, the earliest day first. One query."""
    if viewing.is_past:
        return ()
    found = Contribution.objects.filter(
        unit__path__startswith=user.unit.path,
        answered_at=None,
        assignment__task__plan=viewing.plan,
    ).select_related("assignment__task", "assignment__unit")
    return tuple(_wanted(row, viewing) for row in found)


def _wanted(row, viewing) -> Wanted:
    opening, rest = row.assignment.task.opening()
    return Wanted(
        pk=row.pk,
        code=row.assignment.task.code,
        period_code=row.assignment.period_code,
        opening=opening,
        rest=rest,
        asked_by=row.assignment.unit.short_name,
        wanted=row.wanted,
        due_on=row.due_on,
        days_left=(row.due_on - viewing.today).days,
    )


def requests_of(assignments, viewing: Viewing, user) -> list[Asked]:
    """What was asked on these assignments, as far as this person reads it. One query."""
    found = visible_contributions(user).filter(assignment__in=assignments)
    found = found.select_related("unit", "asked_by", "answered_by", "document")
    return [_asked(row, viewing, row.unit.name) for row in found]


def _asked(row, viewing, unit) -> Asked:
    answered = row.answered_at is not None and row.answered_at < end_of(viewing.as_of)
    return Asked(
        unit=unit,
        wanted=row.wanted,
        due_on=row.due_on,
        asked_by=row.asked_by.full_name,
        asked_at=row.asked_at,
        answer=row.answer if answered else "",
        document=f"{row.document.title} ngày {row.document.issued_on:%d/%m/%Y}"
        if answered and row.document
        else "",
        answered_by=row.answered_by.full_name if answered else "",
        answered_on=local_day(row.answered_at) if answered else None,
        days_left=None if answered else (row.due_on - viewing.as_of).days,
    )


def collaborators(task: Task, year: int, period: str, viewing: Viewing, user):
    """Units chosen for the plan's words or asked by a lead, as known on the day. Three queries,
    five where there are any."""
    chosen = ChosenUnit.objects.filter(
        party__task=task, party__part=TaskUnit.Part.COLLAB, year=year, at__lt=end_of(viewing.as_of)
    )
    rows = list(
        Contribution.objects.filter(
            assignment__task=task,
            assignment__year=year,
            assignment__period=period,
            asked_at__lt=end_of(viewing.as_of),
        ).select_related("unit", "asked_by", "answered_by", "document")
    )
    units = dict.fromkeys(chosen.order_by("unit__position").values_list("unit_id", flat=True))
    units |= dict.fromkeys(row.unit_id for row in rows)
    pks = [row.pk for row in rows]
    readable = set(visible_contributions(user).filter(pk__in=pks).values_list("pk", flat=True))
    names = names_on(units.keys(), viewing.as_of)
    return tuple(
        _collaborator(names[pk].name, [row for row in rows if row.unit_id == pk], readable, viewing)
        for pk in units
    )


def _collaborator(name, rows, readable, viewing) -> Collaborator:
    asked = [(row, _asked(row, viewing, name)) for row in rows]
    return Collaborator(
        name=name,
        asked=len(asked),
        answered=sum(line.answered_on is not None for _, line in asked),
        requests=tuple(line for row, line in asked if row.pk in readable),
    )

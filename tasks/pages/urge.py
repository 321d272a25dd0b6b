"""The pages of đôn đốc: what a letter lists, what a unit has to answer, what the leaders see."""

from dataclasses import dataclass
from datetime import date

from cchc.clock import local_day
from tasks import urging
from tasks.buckets import Bucket, Row
from tasks.models import Directive, Plan, Reminder, Task, UrgeLetter
from tasks.pages.desk import rung_line
from tasks.rules import period_label
from tasks.viewing import Viewing
from tasks.workflow import WORKING

RUNGS_SHOWN = 3


@dataclass(frozen=True)
class LetterLine:
    """A row of a phiếu, as it was printed, and what the unit has answered since."""

    code: str
    period_code: str
    period: str
    text: str
    due_on: date
    days_late: int
    reminder_id: int | None
    answered: str
    may_answer: bool


@dataclass(frozen=True)
class RungToAnswer:
    pk: int
    code: str
    period_code: str
    period: str
    text: str
    unit: str
    due_on: date | None
    given: str  # Phiếu đôn đốc số 3/2024 ngày 16/12/2024
    by: str
    words: str
    answered: str
    letter_id: int | None


@dataclass(frozen=True)
class OverdueLine:
    code: str
    period_code: str
    opening: str
    unit: str
    unit_id: int
    due_on: date
    days_late: int
    tile: str
    rungs: tuple[str, ...]  # the last ones, with their answers
    more_rungs: int


@dataclass(frozen=True)
class Asked:
    """What waits for this unit's answer."""

    directives: tuple[Directive, ...]
    rungs: tuple[RungToAnswer, ...]


def lines_to_come(plan: Plan, unit, today: date) -> list[dict]:
    """What a letter of today would list. Four queries."""
    return as_printed(urging.lines_of(urging.lettered_rows(plan, unit, today)))


def as_printed(lines: list[dict]) -> list[dict]:
    """The stored lines with real days in them."""
    return [line | {"due_on": date.fromisoformat(line["due_on"])} for line in lines]


def letter_lines(letter: UrgeLetter, user) -> list[LetterLine]:
    """One query."""
    given = {r.assignment_id: r for r in letter.reminders.select_related("assignment__unit")}
    return [
        _letter_line(line, given.get(line["assignment"]), user) for line in as_printed(letter.lines)
    ]


def _letter_line(line, reminder, user) -> LetterLine:
    return LetterLine(
        code=line["code"],
        period_code=line["period_code"],
        period=line["period"],
        text=line["text"],
        due_on=line["due_on"],
        days_late=line["days_late"],
        reminder_id=reminder.pk if reminder else None,
        answered=urging.answer_line(reminder) if reminder else "",
        may_answer=bool(reminder) and urging.may_answer(reminder, user),
    )


def rung_to_answer(reminder: Reminder) -> RungToAnswer:
    work = reminder.assignment
    name = reminder.get_rung_display()
    if reminder.letter:
        name += f" số {reminder.letter}"
    return RungToAnswer(
        pk=reminder.pk,
        code=work.task.code,
        period_code=work.period_code,
        period=period_label(work.year, work.period),
        text=work.task.text,
        unit=work.unit.name,
        due_on=reminder.due_on,
        given=f"{name} ngày {local_day(reminder.at):%d/%m/%Y}",
        by=str(reminder.by) if reminder.by else "",
        words=reminder.words,
        answered=urging.answer_line(reminder),
        letter_id=reminder.letter_id,
    )


def asked_of(viewing: Viewing, user) -> Asked:
    """Of this person's unit: a leader's words first, then the last rung on each piece of work that
    it still has. Nothing is asked of a day that is past. Two queries."""
    if viewing.is_past:
        return Asked((), ())
    directives = Directive.objects.filter(
        task__plan=viewing.plan, unit__path__startswith=user.unit.path, status=Directive.Status.OPEN
    )
    last = {}
    given = Reminder.objects.filter(
        assignment__task__plan=viewing.plan,
        assignment__unit__path__startswith=user.unit.path,
        assignment__state__in=WORKING,
    )
    for reminder in given.select_related("assignment__task", "assignment__unit", "letter", "by"):
        last[reminder.assignment_id] = reminder
    standing = [r for r in last.values() if not r.answer and r.due_on == r.assignment.due_on]
    standing.sort(key=lambda r: (r.due_on is None, r.due_on, r.pk))
    return Asked(
        directives=tuple(directives.select_related("task", "unit", "by").order_by("due_on", "at")),
        rungs=tuple(rung_to_answer(r) for r in standing),
    )


def overdue_lines(plan: Plan, today: date) -> list[OverdueLine]:
    """Every overdue part that its unit still has, longest first, with what was done about it. Four
    queries."""
    rows = [row for row in urging.open_rows(plan, today) if row.bucket == Bucket.OPEN_OVERDUE]
    given: dict[int, list[Reminder]] = {}
    reminders = Reminder.objects.filter(assignment__in=[row.assignment_id for row in rows])
    for reminder in reminders.select_related("letter"):
        given.setdefault(reminder.assignment_id, []).append(reminder)
    tasks = Task.objects.in_bulk({row.task_id for row in rows})
    return [
        _overdue_line(row, tasks[row.task_id], given.get(row.assignment_id, []))
        for row in sorted(rows, key=lambda row: (row.due_on, row.position, row.unit))
    ]


def _overdue_line(row: Row, task: Task, given: list[Reminder]) -> OverdueLine:
    return OverdueLine(
        code=row.code,
        period_code=row.period_code,
        opening=task.opening()[0],
        unit=row.unit,
        unit_id=row.unit_id,
        due_on=row.due_on,
        days_late=-row.days_left,
        tile=row.tile,
        rungs=tuple(rung_line(reminder) for reminder in given[-RUNGS_SHOWN:]),
        more_rungs=max(0, len(given) - RUNGS_SHOWN),
    )

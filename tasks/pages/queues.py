"""The coordinator's three queues: to verify, to urge, to decide. Each piece of work stands in at
most one of them, and in none while it is somebody else's turn: the unit's (it was just urged or has
answered, or was told until when to complete what was returned), the leaders' (they know of it).
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q

from cchc import kept, permissions
from tasks import ladder, ledger
from tasks.buckets import OPEN, SOON_DAYS, Bucket, Row
from tasks.models import Assignment, Directive, Extension, Plan, ProgressUpdate, Reminder
from tasks.pages.waiting import WaitingTask, waiting_tasks
from tasks.urging import as_given, current_year
from tasks.workflow import WORKING, Act, State

Rung, Answer, Status = Reminder.Rung, Reminder.Answer, Directive.Status


@dataclass(frozen=True)
class Urge:
    """Late or nearly so: the next rung to give, and the last one given."""

    row: Row
    rung: str
    last: Reminder | None
    redo_by: date | None  # the unit was told to complete it by then


@dataclass(frozen=True)
class Proposal:
    """The unit cannot go on and asks for something; no leader has spoken since."""

    row: Row
    words: str
    at: datetime


@dataclass(frozen=True)
class Queues:
    confirm: tuple[int, ...]  # assignments, in the order of the page where they are verified
    urge: tuple[Urge, ...]
    extensions: tuple[Extension, ...]
    proposals: tuple[Proposal, ...]
    answers: tuple[Directive, ...]
    conditions: tuple[WaitingTask, ...]
    with_units: int  # overdue or due soon, but it is the unit's turn

    @property
    def decide(self) -> tuple:
        return (*self.extensions, *self.answers, *self.proposals, *self.conditions)

    @property
    def total(self) -> int:
        return len(self.confirm) + len(self.urge) + len(self.decide)


def read_queues(plan: Plan, user, today: date) -> Queues:
    """Nine queries, whatever the size."""
    awaiting = Assignment.objects.awaiting(user).order_by("due_on", "pk")
    extensions = _extensions(plan, user)
    asked = {extension.assignment_id for extension in extensions}
    rows = [row for row in _rows(plan, today) if row.assignment_id not in asked]
    rungs = _reminders(rows)
    directives = list(
        Directive.objects.filter(task__plan=plan).select_related(
            "task__plan__coordinator", "unit", "by"
        )
    )
    spoken = {}
    for directive in directives:
        spoken.setdefault(_slot(directive), []).append(directive)
    said, redo = _acts(rows)
    proposals = _proposals(rows, rungs, spoken, said)
    taken = {item.row.assignment_id for item in proposals}
    answers = [d for d in directives if d.status == Status.ANSWERED and _closes(user, d)]
    answered = {_slot(directive) for directive in answers}
    late = [row for row in rows if _is_late(row, today) and row.assignment_id not in taken]
    late = [row for row in late if _slot(row) not in answered]
    urge = _urge(late, rungs, redo, today, own=plan.coordinator_id)
    return Queues(
        confirm=tuple(awaiting.values_list("pk", flat=True)),
        urge=tuple(urge),
        extensions=tuple(extensions),
        proposals=tuple(proposals),
        answers=tuple(answers),
        conditions=tuple(item for item in waiting_tasks(plan, today) if item.ask_again),
        with_units=len(late) - len(urge),
    )


def context(request) -> dict:
    """For the menu of the coordinator, on whichever page."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or request.htmx:
        return {}
    viewing = getattr(request, "viewing", None)
    if viewing is None or not permissions.coordinates(user, viewing.plan.coordinator):
        return {}
    plan, told = viewing.plan, getattr(request, "queues", None)

    def total():
        return (told or read_queues(plan, user, viewing.today)).total

    return {"desk_count": kept.value(request, f"desk {plan.pk}", total)}


def _slot(thing) -> tuple:
    """What a row and a directive are about: one unit's part of a task in a period."""
    return thing.task_id, thing.year, thing.period, thing.unit_id


def _closes(user, directive) -> bool:
    return permissions.may_close_directive(user, directive.unit, directive.task.plan)


def _extensions(plan, user) -> list[Extension]:
    """Open requests on which HCQT has not said what it thinks; on its own it says nothing."""
    found = Extension.objects.filter(
        assignment__task__plan=plan,
        assignment__state__in=WORKING,
        decision=Extension.Decision.OPEN,
        advised_at__isnull=True,
    ).select_related("assignment__task__plan__coordinator", "assignment__unit")
    return [
        extension
        for extension in found.order_by("due_on", "pk")
        if permissions.may_advise(user, extension.assignment.unit, plan.coordinator)
    ]


def _rows(plan, today) -> list[Row]:
    """Work its unit still has that is near its day or cannot go on, from the ledger of today. The
    cached state narrows what is read: today it says the same as the history."""
    given = Reminder.objects.filter(assignment__task__plan=plan)
    answered = given.filter(answer=Answer.PROPOSAL).values("assignment")
    wanted = Q(due_on__lte=today + timedelta(SOON_DAYS)) | Q(blocked=True) | Q(pk__in=answered)
    only = wanted & Q(state__in=WORKING)
    view = ledger.read_year(plan, current_year(plan, today), today, only=only)
    return [row for row in view.rows if row.state in WORKING]


def _is_late(row, today) -> bool:
    """Overdue, or due within 15 days; what its head has still to approve only once overdue."""
    if row.bucket not in OPEN or row.days_left > SOON_DAYS:
        return False
    return row.state != State.READY or row.bucket == Bucket.OPEN_OVERDUE


def _reminders(rows) -> dict[int, list[Reminder]]:
    found: dict[int, list[Reminder]] = {}
    given = Reminder.objects.filter(assignment__in=[row.assignment_id for row in rows])
    for reminder in given.select_related("letter", "by"):
        found.setdefault(reminder.assignment_id, []).append(reminder)
    return found


def _acts(rows) -> tuple[dict[int, tuple[datetime, str]], dict[int, date | None]]:
    """By assignment, what the last report of blocked work proposed and when; and until when the last
    return asked to complete it. One query."""
    reports = [row.last_report_id for row in rows if row.blocked]
    returned = [row.assignment_id for row in rows if row.state == State.RETURNED]
    wanted = Q(pk__in=reports) | Q(act=Act.RETURN, assignment__in=returned)
    said, redo = {}, {}
    for act in ProgressUpdate.objects.filter(wanted).order_by("seq"):
        if act.act == Act.RETURN:
            redo[act.assignment_id] = act.redo_by
        elif act.proposal:
            said[act.assignment_id] = (act.recorded_at, act.proposal)
    return said, redo


def _proposals(rows, rungs, spoken, said) -> list[Proposal]:
    """Words of the last report or of an answer, whichever is newer, until a leader speaks or the
    coordinator reports them to the leaders."""
    found = []
    for row in rows:
        given = rungs.get(row.assignment_id, [])
        words = [(g.answered_at, g.answer_words) for g in given if g.answer == Answer.PROPOSAL]
        words += [said[row.assignment_id]] if row.assignment_id in said else []
        if not words:
            continue
        at, text = max(words)
        told = [d.at for d in spoken.get(_slot(row), [])]
        told += [g.at for g in given if g.rung == Rung.LEADERS]
        if not any(moment >= at for moment in told):
            found.append(Proposal(row, text, at))
    return sorted(found, key=lambda item: item.at)


def _urge(late, rungs, redo, today, *, own) -> list[Urge]:
    """`own`: the coordinating unit writes no phiếu to itself, its leaders are told instead."""
    found = []
    for row in sorted(late, key=lambda row: (row.due_on, row.position, row.assignment_id)):
        given = rungs.get(row.assignment_id, [])
        rung = ladder.next_rung(row.due_on, today, [as_given(g) for g in given])
        redo_by = redo.get(row.assignment_id)
        if rung == ladder.LETTER and row.unit_id == own:
            rung = ladder.LEADERS
        if rung and not (redo_by and redo_by >= today):
            found.append(Urge(row, rung, _last(given, row.due_on), redo_by))
    return found


def _last(given, due_on) -> Reminder | None:
    """The last rung of this due day: a person's before a machine's."""
    of_day = [reminder for reminder in given if reminder.due_on == due_on]
    by_people = [reminder for reminder in of_day if reminder.rung != Rung.NOTICE]
    return next(reversed(by_people or of_day), None)

"""What opening a year makes: a slot for each lead unit of each task in each period."""

from collections.abc import Collection
from datetime import date, datetime

from django.db import transaction

from cchc import audit
from cchc.models import Unit
from tasks import rules
from tasks.actions import write_act
from tasks.models import Assignment, Plan, ProgressUpdate, Task, Trigger
from tasks.roster import lead_units
from tasks.workflow import Act, NotAllowed, State


@transaction.atomic
def open_year(
    *, plan: Plan, year: int, by, at: datetime, only: Collection[Unit] | None = None
) -> list[Assignment]:
    """Make the assignments of `year` (with `only`: of these units); those that exist are left
    alone, and so is work that has passed to another unit since. Safe to run twice."""
    if year not in plan.years():
        raise NotAllowed(
            f"Kế hoạch chỉ có các năm {plan.first_year}-{plan.last_year}, không có năm {year}."
        )
    wanted = []
    tasks = plan.tasks.select_related("plan__unit")
    for task in tasks.prefetch_related("parties__unit", "parties__chosen__unit"):
        wanted += slots_of(task, year, at=at)
    held = _held(plan, year)
    fresh = [a for a in wanted if (a.task_id, a.unit_id, a.period) not in held]
    if only is not None:
        fresh = [a for a in fresh if a.unit in only]
    made = Assignment.objects.bulk_create(fresh)
    if made:
        audit.record(by=by, verb="year_opened", target=plan, at=at, year=year, made=len(made))
    _open_if_triggered(plan, made, by=by, at=at)
    return made


def slots_of(task: Task, year: int, *, at: datetime) -> list[Assignment]:
    """The task's slots of a year as its rule and the roster of each due day make them, not saved."""
    rule = rules.rule_of(task)
    return [
        Assignment(
            task=task,
            unit=unit,
            year=year,
            period=period.code,
            due_on=period.due_on,
            first_due_on=period.due_on,
            waits_for=rule.event or "",
            state=State.WAITING if rule.event else State.NEW,
            opened_at=at,
        )
        for period in rules.periods_in(task, year)
        for unit in lead_units(task, period.due_on or date(year, 12, 31))
    ]


def _held(plan, year) -> set[tuple[int, int, str]]:
    """(task, unit, period) that somebody holds or held. A slot counts for the unit that has it,
    for the one it was moved from, and for whoever succeeds either of them: what was done before a
    reorganisation is not asked for again."""
    successors = dict(Unit.objects.exclude(successor=None).values_list("pk", "successor_id"))
    slots = Assignment.objects.filter(task__plan=plan, year=year)
    moves = ProgressUpdate.objects.filter(
        act=Act.MOVE, assignment__task__plan=plan, assignment__year=year
    )
    held = set()
    for task, unit, period in (
        *slots.values_list("task_id", "unit_id", "period"),
        *moves.values_list("assignment__task_id", "from_unit_id", "assignment__period"),
    ):
        while unit is not None and (task, unit, period) not in held:
            held.add((task, unit, period))
            unit = successors.get(unit)
    return held


def _open_if_triggered(plan, made, *, by, at):
    """A new year of a task whose upstream document has already come does not wait again."""
    triggers = {t.task_id: t for t in Trigger.objects.filter(task__plan=plan).order_by("pk")}
    for assignment in made:
        trigger = triggers.get(assignment.task_id)
        if trigger is None or assignment.state != State.WAITING:
            continue
        if assignment.due_on is None or assignment.due_on >= trigger.document.issued_on:
            issued_on = trigger.document.issued_on
            write_act(assignment, Act.TRIGGER, by=by, at=at, effective_on=issued_on)

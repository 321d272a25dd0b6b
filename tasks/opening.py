"""What opening a year makes: a slot for each lead unit of each task in each period."""

from collections import Counter
from collections.abc import Collection
from datetime import date, datetime

from django.db import transaction

from cchc import audit
from cchc.models import Unit
from tasks import rules
from tasks.actions import write_act
from tasks.models import Assignment, Plan, ProgressUpdate, Task, TaskUnit, Trigger
from tasks.roster import lead_units
from tasks.workflow import Act, NotAllowed, State


@transaction.atomic
def open_year(
    *, plan: Plan, year: int, by, at: datetime, only: Collection[Unit] | None = None
) -> list[Assignment]:
    """Make the assignments of `year` (with `only`: of these units); those that exist are left
    alone, and so is work that has passed to another unit since. Safe to run twice."""
    if plan.status != Plan.Status.IN_FORCE:
        raise NotAllowed(
            f"Kế hoạch: {plan.get_status_display().lower()}; chỉ lập phần việc của kế hoạch đang "
            "hiệu lực."
        )
    if year not in plan.years():
        raise NotAllowed(
            f"Kế hoạch chỉ có các năm {plan.first_year}-{plan.last_year}, không có năm {year}."
        )
    wanted = []
    tasks = plan.tasks.select_related("plan__unit")
    for task in tasks.prefetch_related("parties__unit", "parties__chosen__unit"):
        wanted += slots_of(task, year, at=at)
    fresh = not_held(plan, year, wanted)
    if only is not None:
        fresh = [a for a in fresh if a.unit in only]
    made = Assignment.objects.bulk_create(fresh)
    if made:
        audit.record(by=by, verb="year_opened", target=plan, at=at, year=year, made=len(made))
    open_if_triggered(plan, made, by=by, at=at)
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


def not_held(plan: Plan, year: int, wanted: list[Assignment]) -> list[Assignment]:
    """Of the wanted slots of a year those that nobody holds or held, and for which nobody did the
    work: what a unit had done or sent before an amendment named another in its place stands."""
    already = held(plan, year)
    fresh = [a for a in wanted if (a.task_id, a.unit_id, a.period) not in already]
    changed = TaskUnit.objects.filter(
        task__in={a.task_id for a in fresh}, part=TaskUnit.Part.LEAD, ended_on__isnull=False
    )
    changed = set(changed.values_list("task_id", flat=True))
    if not changed:
        return fresh
    named = {(a.task_id, a.unit_id, a.period) for a in wanted}
    slots = Assignment.objects.filter(
        task__in=changed, year=year, state__in=(State.DONE, State.PENDING)
    )
    stands = Counter(
        (task, period)
        for task, unit, period in slots.values_list("task_id", "unit_id", "period")
        if (task, unit, period) not in named
    )
    left = []
    for slot in fresh:
        if stands[slot.task_id, slot.period] > 0:
            stands[slot.task_id, slot.period] -= 1
        else:
            left.append(slot)
    return left


def held(plan: Plan, year: int) -> set[tuple[int, int, str]]:
    """(task, unit, period) that somebody holds or held. A slot counts for the unit that has it,
    for the one it was moved from, and for whoever succeeds either of them: what was done before a
    reorganisation is not asked for again."""
    successors = dict(Unit.objects.exclude(successor=None).values_list("pk", "successor_id"))
    slots = Assignment.objects.filter(task__plan=plan, year=year)
    moves = ProgressUpdate.objects.filter(
        act=Act.MOVE, assignment__task__plan=plan, assignment__year=year
    )
    found = set()
    for task, unit, period in (
        *slots.values_list("task_id", "unit_id", "period"),
        *moves.values_list("assignment__task_id", "from_unit_id", "assignment__period"),
    ):
        while unit is not None and (task, unit, period) not in found:
            found.add((task, unit, period))
            unit = successors.get(unit)
    return found


def open_if_triggered(plan: Plan, made: list[Assignment], *, by, at: datetime):
    """A new year of a task whose upstream document has already come does not wait again."""
    triggers = {t.task_id: t for t in Trigger.objects.filter(task__plan=plan).order_by("pk")}
    for assignment in made:
        trigger = triggers.get(assignment.task_id)
        if trigger is None or assignment.state != State.WAITING:
            continue
        if assignment.due_on is None or assignment.due_on >= trigger.document.issued_on:
            issued_on = trigger.document.issued_on
            write_act(assignment, Act.TRIGGER, by=by, at=at, effective_on=issued_on)

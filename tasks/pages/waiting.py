"""What waits for a document of somebody else, and whether it is time to ask for it again."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from cchc.clock import local_day
from tasks.models import Assignment, Plan, Task, Trigger, TriggerCheck
from tasks.rules import period_label, rule_of
from tasks.viewing import default_year
from tasks.workflow import State


@dataclass(frozen=True)
class WaitingTask:
    task: Task
    condition: str  # the plan's own words
    last_check: TriggerCheck | None
    ask_again: bool  # nobody looked in this calendar quarter


@dataclass(frozen=True)
class WaitingSlot:
    """One assignment that the document would open."""

    unit: str
    period: str
    due_on: date | None


@dataclass(frozen=True)
class TriggerPage:
    task: Task
    condition: str
    slots: tuple[WaitingSlot, ...]
    checks: tuple[TriggerCheck, ...]  # the newest first
    triggers: tuple[Trigger, ...]
    asks_due_on: bool  # some of them have no due day of their own
    event_days: int | None  # the words count so many days from the document

    @property
    def waits(self) -> bool:
        return bool(self.slots)


def waiting_tasks(plan: Plan, today: date) -> list[WaitingTask]:
    """In the plan's order, the tasks of which something still waits. Two queries.

    A dated period whose condition never came fell away with its year (model.md, Ledger), so only
    the current year's count, and those that have no due day at all.
    """
    year = default_year(plan, today)
    current = Q(year=year) | Q(year__lt=year, task__deadline_kind="on_event")
    waiting = Assignment.objects.filter(current, task__plan=plan, state=State.WAITING)
    slots = waiting.select_related("task").order_by("task__position", "-year")
    first = {slot.task_id: slot for slot in slots}  # the earliest period's words
    checks = TriggerCheck.objects.filter(task__in=first).select_related("by").order_by("at")
    last = {check.task_id: check for check in checks}
    return [
        WaitingTask(
            task=slot.task,
            condition=slot.waits_for,
            last_check=last.get(pk),
            ask_again=not _looked(last.get(pk), today),
        )
        for pk, slot in first.items()
    ]


def read_trigger_page(task: Task) -> TriggerPage:
    """Three queries."""
    waiting = task.assignments.filter(state=State.WAITING).select_related("unit")
    slots = list(waiting.order_by("year", "period", "unit__position"))
    rule = rule_of(task)
    counted = rule.event_days if "ngày làm việc" not in (rule.event or "") else None
    return TriggerPage(
        task=task,
        condition=slots[0].waits_for if slots else rule.event or "",
        slots=tuple(
            WaitingSlot(slot.unit.name, period_label(slot.year, slot.period), slot.due_on)
            for slot in slots
        ),
        checks=tuple(task.trigger_checks.select_related("by").order_by("-at")),
        triggers=tuple(
            task.triggers.select_related("document__file", "recorded_by").order_by("-pk")
        ),
        asks_due_on=any(slot.due_on is None for slot in slots),
        event_days=counted,
    )


def _looked(check, today) -> bool:
    if check is None:
        return False
    day = local_day(check.at)
    return (day.year, (day.month - 1) // 3) == (today.year, (today.month - 1) // 3)

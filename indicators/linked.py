"""The tasks behind targets and measures, with the state that the ledger gives them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from tasks.buckets import Occurrence
from tasks.ledger import Ledger, read_year
from tasks.models import Plan, Product, Task


@dataclass(frozen=True)
class LinkedTask:
    code: str
    opening: str
    occurrences: tuple[Occurrence, ...]  # of the year looked at; none when it has none then
    once: bool  # done once and for all: a milestone and it tell of the same thing

    @property
    def done_on(self) -> date | None:
        """When a one-off task was done, of this year or an earlier one."""
        days = [o.done_on for o in self.occurrences if o.done_on]
        return max(days, default=None) if self.once else None


@dataclass(frozen=True)
class TaskMeasure:
    """A product of the appendix that is itself a measure ("100% ..."), and its task."""

    text: str
    task: LinkedTask


def linked_tasks(
    plan: Plan, tasks: Iterable[Task], year: int, as_of: date, view: Ledger | None = None
) -> dict[int, LinkedTask]:
    """By primary key. One reading of the ledger, however many tasks; none with `view`, the year's
    whole ledger that the page has read already."""
    by_pk = {task.pk: task for task in tasks}
    view = view or read_year(plan, year, as_of, only=Q(task__in=list(by_pk)))
    found = {pk: [] for pk in by_pk}
    for occurrence in view.listed():
        if occurrence.task_id in found:
            found[occurrence.task_id].append(occurrence)
    return {
        pk: LinkedTask(task.code, task.opening()[0], tuple(found[pk]), task.deadline_kind == "once")
        for pk, task in by_pk.items()
    }


def read_measures(
    plan: Plan, year: int, as_of: date, view: Ledger | None = None
) -> tuple[TaskMeasure, ...]:
    """Products that are measures and hold in the year (as far as the day), in the plan's order.
    Three queries; one with `view`."""
    products = Product.objects.filter(task__plan=plan, is_measure=True).select_related("task")
    products = products.order_by("task__position", "position")
    day = min(as_of, date(year, 12, 31))
    products = [product for product in products if product.holds_on(day)]
    linked = linked_tasks(plan, [product.task for product in products], year, as_of, view)
    return tuple(TaskMeasure(product.text, linked[product.task_id]) for product in products)

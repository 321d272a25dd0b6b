"""The targets of a plan while it is a draft (section II): the coordinator writes them.

As in tasks/plan_editing.py: each write says what the person had before them, Stale when it has
moved on; a plan in force refuses with the way that is left (văn bản sửa đổi).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from cchc import audit
from indicators.models import Indicator
from tasks.actions import Stale
from tasks.models import Plan, Task
from tasks.plan_editing import digest_of, own_draft

Kind, Operator = Indicator.Kind, Indicator.Operator
TARGET = (
    "code",
    "source_ref",
    "text",
    "kind",
    "operator",
    "value",
    "value_unit",
    "deadline_year",
    "yearly",
    "exclusion",
    "measure",
    "area",
    "index",
)
# How a target of each kind is compared with what was measured, the usual way first.
OPERATORS = {
    Kind.PERCENTAGE: (Operator.AT_LEAST, Operator.AT_MOST),
    Kind.RANK: (Operator.AT_MOST, Operator.AT_LEAST),
    Kind.MILESTONE: (Operator.DONE_BY,),
    Kind.QUALITATIVE: (Operator.ACHIEVED, Operator.EXTERNAL),
}
COUNTED = (Kind.PERCENTAGE, Kind.RANK)


def tasks_of(target: Indicator) -> list[Task]:
    return list(target.tasks.order_by("position"))


def target_digest(target: Indicator) -> str:
    """One query."""
    told = [getattr(target, f"{name}_id" if name in ("area", "index") else name) for name in TARGET]
    return digest_of(*map(str, told), [task.pk for task in tasks_of(target)])


@transaction.atomic
def save_target(
    *,
    plan: Plan,
    target: Indicator | None,
    by,
    at: datetime,
    seen: str,
    values: Mapping[str, Any],
    tasks: Sequence[Task] = (),
) -> Indicator:
    """`values` by the names of TARGET; None: a new one at the end. The same form twice is once."""
    plan = own_draft(plan, by)
    if target is None:
        again = plan.indicators.filter(code=values["code"]).first()
        if again:
            if not _same(again, values, tasks):
                raise Stale  # somebody else has taken the code meanwhile
            return again
        last = plan.indicators.aggregate(last=Max("position"))["last"] or 0
        target = Indicator.objects.create(plan=plan, position=last + 1, **values)
        target.tasks.set(tasks)
        audit.record(by=by, verb="target_added", target=target, at=at, code=target.code)
        return target
    target = plan.indicators.select_related("area", "index").filter(pk=target.pk).first()
    if target is None:
        raise Stale  # removed meanwhile
    if _same(target, values, tasks):
        return target
    if target_digest(target) != seen:
        raise Stale
    changed = [name for name in TARGET if getattr(target, name) != values[name]]
    told = {name: [str(getattr(target, name) or ""), str(values[name] or "")] for name in changed}
    for name in changed:
        setattr(target, name, values[name])
    target.save(update_fields=changed)
    target.tasks.set(tasks)
    audit.record(
        by=by,
        verb="target_edited",
        target=target,
        at=at,
        code=target.code,
        changed=told,
        tasks=[task.code for task in tasks],
    )
    return target


@transaction.atomic
def remove_target(*, plan: Plan, target: Indicator, by, at: datetime, seen: str):
    plan = own_draft(plan, by)
    target = plan.indicators.select_related("area", "index").filter(pk=target.pk).first()
    if target is None:
        return  # the same click twice
    if target_digest(target) != seen:
        raise Stale
    told = {"code": target.code, "text": target.text}
    audit.record(by=by, verb="target_removed", target=target, at=at, **told)
    target.delete()


@transaction.atomic
def move_target(*, plan: Plan, target: Indicator, by, at: datetime, up: bool):
    """Change places with its neighbour."""
    plan = own_draft(plan, by)
    order = list(plan.indicators.order_by("position", "pk"))
    here = next((n for n, one in enumerate(order) if one.pk == target.pk), None)
    there = None if here is None else here - 1 if up else here + 1
    if there is None or not 0 <= there < len(order):
        return
    order[here], order[there] = order[there], order[here]
    for place, one in enumerate(order, start=1):
        one.position = place
    Indicator.objects.bulk_update(order, ["position"])
    audit.record(by=by, verb="target_moved", target=target, at=at, code=target.code)


def _same(target: Indicator, values, tasks) -> bool:
    same = all(getattr(target, name) == values[name] for name in TARGET)
    return same and tasks_of(target) == sorted(tasks, key=lambda task: task.position)

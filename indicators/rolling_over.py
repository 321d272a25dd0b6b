"""The next term's plan gets the old one's targets: their words, and the way back to what was
measured; no figure of the old term is taken for the new one."""

from datetime import datetime

from django.db import transaction

from cchc import audit
from indicators.models import Indicator
from tasks import rolling_over
from tasks.models import Descent, Plan, Task

COPIED = (
    "code",
    "position",
    "source_ref",
    "text",
    "kind",
    "operator",
    "value_unit",
    "yearly",
    "exclusion",
    "measure",
    "index",
)


@transaction.atomic
def start(*, old: Plan, by, at: datetime, subject: str, first_year: int, last_year: int) -> Plan:
    """The draft that follows `old`, with its targets; asked twice, the same one."""
    term = {"subject": subject, "first_year": first_year, "last_year": last_year}
    plan, is_new = rolling_over.start(old=old, by=by, at=at, **term)
    if not is_new:
        return plan
    areas = {area.number: area for area in plan.areas.all()}
    made = Indicator.objects.bulk_create(
        Indicator(
            plan=plan,
            follows=target,
            area=areas[target.area.number] if target.area else None,
            **{name: getattr(target, name) for name in COPIED},
        )
        for target in old.indicators.select_related("area", "index")
    )
    audit.record(by=by, verb="targets_rolled_over", target=plan, at=at, made=len(made))
    return plan


@transaction.atomic
def decide(*, plan: Plan, origin: Task, **told) -> Descent | None:
    """`tasks.rolling_over.decide`, and the targets that `origin` serves follow."""
    before = Descent.objects.filter(plan=plan, origin=origin).values_list("task", flat=True)
    left = set(before)
    made = rolling_over.decide(plan=plan, origin=origin, **told)
    _link_anew(plan, Indicator.objects.filter(plan=plan, follows__tasks=origin), left)
    return made


@transaction.atomic
def keep_all(*, plan: Plan, **told) -> tuple[int, int]:
    """`tasks.rolling_over.keep_all`, with the targets."""
    done = rolling_over.keep_all(plan=plan, **told)
    _link_anew(plan, plan.indicators.exclude(follows=None))
    return done


def _link_anew(plan, targets, left=frozenset()):
    """What served a target of the old plan serves the one that follows it, in whatever row of the
    new plan it went on; not the rows that it `left`. Links that a person made to others stay."""
    for target in targets.select_related("follows"):
        served = Descent.objects.filter(plan=plan, origin__in=target.follows.tasks.all())
        inherited = set(served.exclude(task=None).values_list("task", flat=True))
        descended = Descent.objects.filter(plan=plan, task__in=target.tasks.all())
        stale = left.union(descended.values_list("task", flat=True)) - inherited
        target.tasks.remove(*stale)
        target.tasks.add(*inherited)

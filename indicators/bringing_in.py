"""A plan that came in from its file is written whole: its own rows, then its targets."""

from datetime import datetime

from django.db import transaction

from cchc import audit
from indicators.models import Indicator
from tasks import bringing_in
from tasks.bringing_in import Written
from tasks.models import Plan, PlanImport
from tasks.plan_import.measuring import ReadMeasure


@transaction.atomic
def write_plan(*, held: PlanImport, by, at: datetime, seen: int) -> Plan:
    """All or nothing. Asked twice, the same plan is given and nothing written."""
    written = bringing_in.write(held=held, by=by, at=at, seen=seen)
    if written.state is not None:
        _write_targets(written, by=by, at=at)
    return written.plan


def _write_targets(written: Written, *, by, at: datetime):
    """How a target is measured stays open where its words don't say so; people add it."""
    targets = [target for target in written.state.targets if not target.is_dropped]
    made = []
    for position, target in enumerate(targets, start=1):
        measure = ReadMeasure(
            target.kind, target.value, target.deadline_year, target.yearly, target.exclusion
        )
        made.append(
            Indicator(
                plan=written.plan,
                code=target.read.code,
                position=position,
                source_ref=target.read.source_ref[:60],
                text=target.text,
                kind=measure.kind,
                operator=measure.operator,
                value=measure.value,
                value_unit=measure.value_unit,
                deadline_year=measure.deadline_year,
                yearly=measure.yearly,
                exclusion=measure.exclusion,
                measure="",
                area=written.areas[target.area - 1] if target.area else None,
            )
        )
    Indicator.objects.bulk_create(made)
    audit.record(by=by, verb="targets_brought_in", target=written.plan, at=at, made=len(made))

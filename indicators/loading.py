"""From fixtures/indicators.json to the plan's targets; by the rules of tasks/loading.py."""

from collections import Counter
from datetime import datetime
from pathlib import Path

from django.db import transaction

from cchc import audit
from indicators.models import Indicator
from tasks.loading import load_rows, read
from tasks.models import Plan


@transaction.atomic
def load_indicators(fixtures_dir: Path, *, plan: Plan, by=None, at: datetime) -> Counter:
    """How many targets had to be made. Their words are compared; what was read from them (kind,
    value, year, tasks) may have been corrected and is left alone."""
    made = Counter()
    areas = {area.number: area for area in plan.areas.all()}
    tasks = {task.code: task for task in plan.tasks.all()}
    wanted, linked = {}, {}
    for position, fields in enumerate(read(fixtures_dir, "indicators.json"), start=1):
        code = fields["code"]
        linked[code] = fields.pop("tasks")
        area = areas.get(fields.pop("area"))
        wanted[code] = fields | {"plan": plan, "position": position, "area": area}
    stored = {indicator.code: indicator for indicator in plan.indicators.all()}
    fresh = wanted.keys() - stored.keys()
    indicators = load_rows(
        Indicator, stored, wanted, ("text",), made, lambda code: f"Chỉ tiêu {code}"
    )
    Indicator.tasks.through.objects.bulk_create(
        Indicator.tasks.through(indicator=indicators[code], task=tasks[task])
        for code in wanted
        if code in fresh
        for task in linked[code]
    )
    if made:
        audit.record(by=by, verb="indicators_loaded", target=plan, at=at, made=dict(made))
    return made

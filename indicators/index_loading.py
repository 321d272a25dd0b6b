"""From fixtures/indices.json to the indices and their sets of criteria."""

from collections import Counter
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from django.db import transaction

from cchc import audit
from indicators.models import Index, IndexComponent, IndexVersion
from tasks.loading import TextDiffers, read
from tasks.models import Plan

RULES = ("max_score", "adds_up", "self_scored")
PARTS = ("code", "name", "max_score", "area")


class VersionInUse(TextDiffers):
    def __init__(self, version: IndexVersion):
        Exception.__init__(
            self,
            f"Bộ tiêu chí {version} đã có kết quả ghi theo nên không sửa được; bộ tiêu chí mới thì "
            "thêm một bản với năm áp dụng mới. Chưa ghi gì.",
        )


@transaction.atomic
def load_indices(fixtures_dir: Path, *, plan: Plan, by=None, at: datetime) -> Counter:
    """How many rows had to be made. A set of criteria that differs from the file is replaced while
    no result was recorded by it, and refused (VersionInUse) afterwards."""
    made = Counter()
    for position, fields in enumerate(read(fixtures_dir, "indices.json"), start=1):
        versions, target = fields.pop("versions"), fields.pop("indicator")
        index, fresh = Index.objects.get_or_create(
            code=fields["code"], defaults=fields | {"position": position}
        )
        made["index"] += fresh
        for wanted in versions:
            _load_version(index, wanted, made)
        if target:  # who corrected the tie by hand keeps it
            tied = plan.indicators.filter(code=target, index=None).update(index=index)
            made["indicator_index"] += tied
    made = +made
    if made:
        audit.record(by=by, verb="indices_loaded", target=plan, at=at, made=dict(made))
    return made


def _load_version(index, wanted, made):
    parts = [_part(part) for part in wanted["components"]]
    rules = {name: wanted[name] for name in RULES} | {"source": wanted["source"]}
    rules["max_score"] = Decimal(rules["max_score"])
    stored = index.versions.filter(from_year=wanted["from_year"]).first()
    if stored:
        has = [{name: getattr(c, name) for name in PARTS} for c in stored.components.all()]
        same = has == parts and all(getattr(stored, name) == rules[name] for name in RULES)
        if same and stored.source == rules["source"]:
            return
        if stored.results.exists():
            raise VersionInUse(stored)
        stored.delete()
    version = IndexVersion.objects.create(index=index, from_year=wanted["from_year"], **rules)
    IndexComponent.objects.bulk_create(
        IndexComponent(version=version, position=position, **part)
        for position, part in enumerate(parts, start=1)
    )
    made["index_version"] += 1


def _part(part):
    most = part["max_score"]
    return part | {"max_score": None if most is None else Decimal(most)}

import json

import pytest
from django.conf import settings

from indicators.models import IndexResult, Measurement
from reports.demo import moment
from reports.demo_indices import tellings

pytestmark = pytest.mark.django_db


def test_the_invented_results_are_told_through_the_action(plan, thu):
    told = json.loads((settings.BASE_DIR / "fixtures" / "demo.json").read_text(encoding="utf-8"))
    events = sorted(tellings(plan, told["indices"], thu, moment), key=lambda event: event.at)
    for event in events:
        event.tell()
    assert IndexResult.objects.count() == len(events) == 13
    assert {r.index.code for r in IndexResult.objects.select_related("index")} == {
        "par", "sipas", "papi", "pci",
    }  # fmt: skip
    # the ranks that the targets' own data tell of
    told_ranks = [(row.year, row.rank, row.ranked) for row in Measurement.objects.order_by("year")]
    assert told_ranks == [(2021, 5, 21), (2022, 4, 21), (2023, 3, 21), (2024, 2, 20)]

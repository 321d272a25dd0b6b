import uuid
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from cchc.models import AuditEvent
from conftest import at
from indicators.actions import record_measurement
from indicators.index_actions import record_result
from indicators.models import Index, IndexResult, Measurement
from indicators.tests.cast import record
from tasks.actions import Stale
from tasks.citing import Citation
from tasks.models import Document, Plan
from tasks.workflow import NotAllowed

DAY = date(2024, 12, 14)


def measure(plan, by, **changes):
    values = {
        "indicator": plan.indicators.get(code="CT5.2"),
        "year": 2024,
        "by": by,
        "at": at(2024, 12, 16),
        "seen": None,
        "measured_on": DAY,
        "numerator": 74,
        "denominator": 100,
    }
    return record_measurement(**values | changes)


def test_a_measurement_and_its_audit_row_come_together(plan, thu):
    row = measure(plan, thu)
    event = AuditEvent.objects.get(verb="measurement_recorded")
    assert (event.target_id, event.by) == (row.pk, thu)
    assert event.detail == {"indicator": "CT5.2", "year": 2024, "replaces": None}


@pytest.mark.parametrize("who", ["lan", "hung", "quang", "an"])
def test_only_the_coordinator_records(plan, request, who):
    with pytest.raises(PermissionDenied):
        measure(plan, request.getfixturevalue(who))
    assert not Measurement.objects.exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"year": 2026, "measured_on": date(2026, 1, 1), "at": at(2026, 1, 2)},
        {"measured_on": date(2024, 12, 17)},
        {"measured_on": date(2023, 12, 31)},
    ],
)
def test_a_day_or_year_that_cannot_be_is_refused(plan, thu, changes):
    with pytest.raises(NotAllowed):
        measure(plan, thu, **changes)
    assert not Measurement.objects.exists()


def test_whoever_has_not_seen_the_newest_row_writes_nothing(plan, thu):
    first = measure(plan, thu)
    with pytest.raises(Stale):
        measure(plan, thu, numerator=80)
    assert measure(plan, thu, numerator=80, seen=first.pk).numerator == 80
    with pytest.raises(Stale):
        measure(plan, thu, numerator=90, seen=first.pk)
    assert Measurement.objects.count() == 2


def test_the_same_form_twice_is_one_row(plan, thu):
    key = uuid.uuid4()
    assert measure(plan, thu, form_key=key) == measure(plan, thu, form_key=key)
    assert Measurement.objects.count() == 1


def test_the_same_form_with_other_figures_is_not_taken_for_the_first(plan, thu):
    key = uuid.uuid4()
    measure(plan, thu, form_key=key)
    with pytest.raises(Stale):
        measure(plan, thu, form_key=key, numerator=75)


def test_a_refused_document_leaves_nothing_behind(plan, thu):
    future = Citation("1/QĐ", date(2024, 12, 17), "Trích yếu", "UBND tỉnh")
    with pytest.raises(NotAllowed):
        measure(plan, thu, citation=future)
    assert not Measurement.objects.exists() and not Document.objects.exists()


def test_a_correction_may_cite_the_same_document_again(plan, thu):
    citation = Citation("1/BC-VP", DAY, "Báo cáo số liệu", "Văn phòng")
    for numerator in (74, 75):
        record(
            plan, thu, "CT5.2", 2024, DAY,
            numerator=numerator, denominator=100, citation=citation,
        )  # fmt: skip
    assert Document.objects.count() == 1


@pytest.mark.parametrize(
    "figures",
    [
        {"numerator": 3, "denominator": 2},
        {"numerator": 3},
        {"denominator": 3},
        {"rank": 0},
        {"rank": 4, "ranked": 3},
    ],
)
def test_the_database_refuses_figures_that_cannot_be(plan, thu, figures):
    with pytest.raises(IntegrityError), transaction.atomic():
        Measurement.objects.create(
            indicator=plan.indicators.get(code="CT5.2"),
            year=2024,
            measured_on=DAY,
            recorded_by=thu,
            recorded_at=at(2024, 12, 16),
            **figures,
        )


def test_nothing_is_recorded_of_a_plan_that_has_ended(plan, thu):
    plan.status, plan.closed_on = Plan.Status.CLOSED, date(2024, 12, 15)
    with pytest.raises(NotAllowed, match="từ ngày 15/12/2024: chỉ xem"):
        measure(plan, thu)
    index, told = Index.objects.get(code="par"), {"by": thu, "at": at(2024, 12, 16), "seen": None}
    with pytest.raises(NotAllowed, match="chỉ xem"):
        record_result(plan=plan, index=index, year=2023, published_on=DAY, **told)
    assert not Measurement.objects.exists() and not IndexResult.objects.exists()

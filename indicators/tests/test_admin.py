from datetime import date

import pytest
from django.urls import reverse

from cchc.models import AuditEvent
from indicators.tests.cast import record


@pytest.fixture
def admin(client, an):
    client.force_login(an)
    return client


@pytest.fixture
def indicator(plan):
    return plan.indicators.get(code="CT5.2")


def url_of(row, page="change"):
    return reverse(f"admin:indicators_{row._meta.model_name}_{page}", args=[row.pk])


def form(indicator, **changes):
    return {
        "operator": indicator.operator,
        "value": indicator.value,
        "value_unit": indicator.value_unit,
        "deadline_year": indicator.deadline_year or "",
        "measure": indicator.measure,
        "area": indicator.area_id,
        "tasks": [task.pk for task in indicator.tasks.all()],
    } | changes


def test_what_was_read_from_a_target_may_be_corrected_and_is_traced(admin, an, indicator):
    task = indicator.plan.tasks.get(code="III.1")
    changes = {"value": "85", "tasks": [task.pk]}
    assert admin.post(url_of(indicator), form(indicator, **changes)).status_code == 302
    before = [t.pk for t in indicator.plan.tasks.filter(code="III.3")]
    indicator.refresh_from_db()
    assert indicator.value == 85 and list(indicator.tasks.all()) == [task]
    event = AuditEvent.objects.get(verb="admin_changed")
    assert (event.by, event.target_id) == (an, indicator.pk)
    assert event.detail["changes"] == {"value": ["80.00", "85"], "tasks": [before, [task.pk]]}


def test_its_words_cannot_be_touched(admin, indicator):
    before = indicator.text, indicator.source_ref, indicator.code, indicator.kind
    words = {"text": "sửa", "source_ref": "sửa", "code": "X", "kind": "rank", "exclusion": "sửa"}
    admin.post(url_of(indicator), form(indicator, **words))
    indicator.refresh_from_db()
    assert (indicator.text, indicator.source_ref, indicator.code, indicator.kind) == before
    assert indicator.exclusion == ""
    assert admin.post(url_of(indicator, "delete"), {"post": "yes"}).status_code == 403
    assert admin.get("/quan-tri/indicators/indicator/add/").status_code == 403


@pytest.mark.parametrize(
    ("code", "changes", "message"),
    [
        ("CT5.2", {"operator": "done_by"}, "so sánh bằng"),
        ("CT5.2", {"value": ""}, "Ghi mục tiêu bằng số."),
        ("CT1", {"deadline_year": "", "value": ""}, "Ghi năm phải hoàn thành."),
    ],
)
def test_a_reading_that_cannot_be_is_refused(admin, plan, code, changes, message):
    found = plan.indicators.get(code=code)
    page = admin.post(url_of(found), form(found, **{"value": found.value or ""} | changes))
    assert page.status_code == 200 and message in page.content.decode()
    assert not AuditEvent.objects.filter(verb="admin_changed").exists()


def test_measurements_are_only_looked_at(admin, thu, plan):
    row = record(plan, thu, "CT5.2", 2024, date(2024, 12, 14), numerator=74, denominator=100)
    assert admin.get("/quan-tri/indicators/measurement/").status_code == 200
    assert admin.get(url_of(row)).status_code == 200
    assert admin.post(url_of(row), {"numerator": 99}).status_code == 403
    assert admin.post(url_of(row, "delete"), {"post": "yes"}).status_code == 403
    row.refresh_from_db()
    assert row.numerator == 74

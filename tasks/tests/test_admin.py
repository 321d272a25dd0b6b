from datetime import date

import pytest
import time_machine
from django.urls import reverse

from cchc.models import AuditEvent, Unit
from conftest import at
from tasks.models import Area, Plan, Product, Solution, Task, TaskUnit


@pytest.fixture
def admin(client, an):
    client.force_login(an)
    return client


@pytest.fixture
def task(plan):
    return plan.tasks.get(code="I.1")


def url_of(row, page="change"):
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_{page}", args=[row.pk])


def form(task, **changes):
    parties = list(task.parties.all())
    values = {
        "lead_len": task.lead_len,
        "rule_text": task.rule_text,
        "rule_note": task.rule_note,
        "completion": task.completion,
        "parties-TOTAL_FORMS": len(parties),
        "parties-INITIAL_FORMS": len(parties),
        "products-TOTAL_FORMS": task.products.count(),
        "products-INITIAL_FORMS": task.products.count(),
    }
    for n, party in enumerate(parties):
        values |= {
            f"parties-{n}-id": party.pk,
            f"parties-{n}-task": task.pk,
            f"parties-{n}-kind": party.kind,
            f"parties-{n}-unit": party.unit_id or "",
        }
    return values | changes


def fields_of(row):
    return {name: value for name, value in vars(row).items() if not name.startswith("_")}


@time_machine.travel(at(2024, 12, 16), tick=False)
def test_a_corrected_deadline_has_its_author_day_and_kind(admin, an, task):
    changes = {"rule_text": "Quý I hàng năm", "rule_note": "Theo Thông báo 05/TB-VP"}
    assert admin.post(url_of(task), form(task, **changes)).status_code == 302
    before = task.rule_text
    task.refresh_from_db()
    assert task.rule_text == "Quý I hàng năm" and task.deadline_kind == "recurring"
    assert (task.rule_confirmed_by, task.rule_confirmed_on) == (an, date(2024, 12, 16))
    event = AuditEvent.objects.get(verb="admin_changed")
    assert (event.target_type, event.target_id, event.by) == ("task", task.pk, an)
    assert event.detail["changes"]["rule_text"] == [before, "Quý I hàng năm"]
    admin.post(url_of(task), form(task, rule_text="Khi có yêu cầu"))
    task.refresh_from_db()
    assert task.deadline_kind == "on_event"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"rule_text": "sớm nhất có thể", "rule_note": "x"}, "Không đọc được thời hạn"),
        ({"rule_text": "31/02 hàng năm", "rule_note": "x"}, "Không đọc được thời hạn"),
        ({"rule_text": "Quý I hàng năm", "rule_note": " "}, "ghi vì sao hiểu như vậy"),
        ({"lead_len": 0}, "ghi một số từ 1 đến"),
        ({"lead_len": 5000}, "ghi một số từ 1 đến"),
        ({"completion": "most"}, "errorlist"),
        ({"parties-1-kind": "chosen"}, "Để trống: loại này không chỉ một đơn vị."),
        ({"parties-1-unit": ""}, "Chọn đơn vị hoặc nhóm đơn vị."),
    ],
)
def test_what_cannot_be_is_refused_in_words(admin, task, changes, message):
    before = fields_of(task)
    page = admin.post(url_of(task), form(task, **changes))
    assert page.status_code == 200 and message in page.content.decode()
    task.refresh_from_db()
    assert fields_of(task) == before
    assert not AuditEvent.objects.filter(verb="admin_changed").exists()


def test_the_words_of_the_plan_cannot_be_touched(admin, task):
    before = fields_of(task)
    words = {
        name: "sửa"
        for name in ("text", "product_text", "lead_text", "collab_text", "deadline_text", "code")
    }
    changes = words | {"parties-0-text": "sửa", "parties-0-part": "collab", "position": 99}
    admin.post(url_of(task), form(task, **changes))
    parties = list(task.parties.values_list("text", "part"))
    task.refresh_from_db()
    assert fields_of(task) == before
    assert all(text != "sửa" for text, _ in parties)


def test_a_named_unit_may_be_corrected_and_that_is_traced(admin, task):
    party = task.parties.get(part="lead")  # the second: "collab" stands before it
    other = Unit.objects.exclude(pk=party.unit_id).filter(kind="unit").first()
    admin.post(url_of(task), form(task, **{"parties-1-unit": other.pk}))
    party.refresh_from_db()
    assert party.unit == other
    event = AuditEvent.objects.get(verb="admin_changed", target_type="taskunit")
    assert event.target_id == party.pk
    assert event.detail["changes"]["unit"][1] == other.pk


def test_parties_are_neither_added_nor_removed(admin, task):
    count = TaskUnit.objects.count()
    extra = {
        "parties-TOTAL_FORMS": task.parties.count() + 1,
        f"parties-{task.parties.count()}-kind": "all",
        f"parties-{task.parties.count()}-unit": "",
        f"parties-{task.parties.count()}-task": task.pk,
        "parties-0-DELETE": "on",
    }
    admin.post(url_of(task), form(task, **extra))
    assert TaskUnit.objects.count() == count


def test_reference_data_is_only_looked_at(admin, plan):
    before = fields_of(Plan.objects.get()), list(Area.objects.values()), Solution.objects.count()
    for row in (plan, plan.areas.first()):
        assert admin.get(url_of(row)).status_code == 200
        assert admin.post(url_of(row), {"title": "sửa", "subject": "sửa"}).status_code == 403
        assert admin.post(url_of(row, "delete"), {"post": "yes"}).status_code == 403
    for name in ("plan", "area", "task"):
        assert admin.get(f"/quan-tri/tasks/{name}/").status_code == 200
        assert admin.get(f"/quan-tri/tasks/{name}/add/").status_code == 403
    task = plan.tasks.first()
    assert admin.post(url_of(task, "delete"), {"post": "yes"}).status_code == 403
    after = fields_of(Plan.objects.get()), list(Area.objects.values()), Solution.objects.count()
    assert after == before and Product.objects.exists() and Task.objects.count() == 25


def test_states_of_the_work_are_not_in_the_administration(admin, plan):
    html = admin.get("/quan-tri/").content.decode()
    for name in ("assignment", "progressupdate", "evidence", "document", "trigger"):
        assert f"/quan-tri/tasks/{name}/" not in html
        assert admin.get(f"/quan-tri/tasks/{name}/").status_code == 404

"""The targets of a draft are written by the coordinator, on pages beside the draft's own."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from cchc.models import AuditEvent
from conftest import at
from indicators.models import Indicator
from indicators.targets_editing import TARGET, remove_target, save_target, target_digest
from tasks.actions import Stale
from tasks.models import Area, Plan, Task
from tasks.workflow import NotAllowed

NOW = at(2026, 1, 12)
HOME = "/ke-hoach/cac-ke-hoach/cchc-2026-2030/soan/chi-tieu/"
TYPED = {
    "code": "CT3",
    "source_ref": "Mục II, khoản 3",
    "text": "100% văn bản được ký số (trừ văn bản mật).",
    "kind": "percentage",
    "operator": "",
    "value": "100",
    "value_unit": "",
    "deadline_year": "2030",
    "yearly": "on",
    "exclusion": "trừ văn bản mật",
    "measure": "Số văn bản ký số / tổng số văn bản",
    "area": "",
    "index": "",
    "tasks": "I.1",
}


@pytest.fixture
def draft(plan) -> Plan:
    """A plan for 2026-2030 with one area, one task and two targets."""
    kept = ("unit", "coordinator", "issuer", "signer_title", "signer")
    made = Plan.objects.create(
        code="cchc-2026-2030",
        subject="Cải cách hành chính giai đoạn 2026-2030",
        first_year=2026,
        last_year=2030,
        recurring_from=2026,
        status=Plan.Status.DRAFT,
        **{name: getattr(plan, name) for name in kept},
    )
    area = Area.objects.create(plan=made, number=1, title="Chỉ đạo", appendix_code="I")
    Task.objects.create(plan=made, area=area, code="I.1", position=1, number=1, text="Việc")
    for n in (1, 2):
        told = {"code": f"CT{n}", "position": n, "text": f"Chỉ tiêu {n}", "deadline_year": 2027}
        Indicator.objects.create(plan=made, kind="milestone", operator="done_by", **told)
    return made


@pytest.fixture
def coordinator(client, thu):
    client.force_login(thu)
    return client


def order(draft):
    return list(draft.indicators.order_by("position").values_list("code", flat=True))


def typed(coordinator, code):
    return {name: value or "" for name, value in
            coordinator.get(f"{HOME}{code}/").context["form"].initial.items()}  # fmt: skip


def test_a_target_is_added_with_how_it_is_measured(coordinator, draft):
    area = draft.areas.get()
    answer = coordinator.post(f"{HOME}them/", TYPED | {"area": area.pk})
    assert answer.status_code == 302 and answer["Location"] == f"{HOME}#CT3"
    made = draft.indicators.get(code="CT3")
    assert (made.text, made.operator, made.value, made.value_unit) == (
        TYPED["text"], ">=", Decimal(100), "%",
    )  # fmt: skip
    assert (made.yearly, made.area, list(made.tasks.all())) == (True, area, [draft.tasks.get()])
    assert AuditEvent.objects.get(verb="target_added").target_id == made.pk
    coordinator.post(f"{HOME}them/", TYPED | {"area": area.pk})
    assert order(draft) == ["CT1", "CT2", "CT3"], "the same form twice is once"
    page = coordinator.get(HOME).content.decode()
    assert TYPED["text"] in page and "từng năm" in page and "Soạn 2026–2030" in page
    assert HOME in coordinator.get("/ke-hoach/cac-ke-hoach/cchc-2026-2030/soan/").content.decode()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"value": ""}, "value"),
        ({"value": "120"}, "value"),
        ({"operator": "done_by"}, "operator"),
        ({"kind": "milestone", "deadline_year": ""}, "deadline_year"),
        ({"deadline_year": "2025"}, "deadline_year"),
        ({"tasks": "I.1, IX.9"}, "tasks"),
        ({"code": "CT 3/4"}, "code"),
        ({"text": " "}, "text"),
    ],
)
def test_what_is_wrong_is_said_beside_it_and_kept(coordinator, draft, changes, field):
    answer = coordinator.post(f"{HOME}them/", TYPED | changes)
    assert answer.status_code == 422 and list(answer.context["form"].errors) == [field]
    assert answer.context["form"]["exclusion"].value() == "trừ văn bản mật"
    assert order(draft) == ["CT1", "CT2"]


def test_a_target_is_changed_moved_and_removed(coordinator, draft):
    now = typed(coordinator, "CT2")
    assert coordinator.post(f"{HOME}CT2/", now | {"text": "Lời mới"}).status_code == 302
    assert draft.indicators.get(code="CT2").text == "Lời mới"
    assert AuditEvent.objects.get(verb="target_edited").detail["changed"] == {
        "text": ["Chỉ tiêu 2", "Lời mới"]
    }
    coordinator.post(f"{HOME}thu-tu/", {"len": "CT2"})
    assert order(draft) == ["CT2", "CT1"]
    coordinator.post(f"{HOME}CT2/", {"bo": "1", "seen": typed(coordinator, "CT2")["seen"]})
    assert order(draft) == ["CT1"]
    assert AuditEvent.objects.get(verb="target_removed").detail["text"] == "Lời mới"


def test_the_second_of_two_people_sees_both_wordings(coordinator, draft):
    now = typed(coordinator, "CT1")
    draft.indicators.filter(code="CT1").update(text="Của người khác")
    answer = coordinator.post(f"{HOME}CT1/", now | {"text": "Của tôi"})
    page = answer.content.decode()
    assert answer.status_code == 409 and "Của người khác" in page and "Của tôi" in page
    assert len(answer.context["moved"]) == 1
    assert coordinator.post(f"{HOME}CT1/", {"bo": "1", "seen": now["seen"]}).status_code == 409
    seen = answer.context["form"].data["seen"]
    assert (
        coordinator.post(f"{HOME}CT1/", now | {"text": "Của tôi", "seen": seen}).status_code == 302
    )
    taken = coordinator.post(f"{HOME}them/", TYPED | {"code": "CT2"})
    assert taken.status_code == 409 and "đã là của một chỉ tiêu khác" in taken.content.decode()


def test_in_force_the_targets_change_by_an_amendment_alone(coordinator, plan, thu, minh):
    target = plan.indicators.get(code="CT1")
    told = {"plan": plan, "target": target, "at": NOW, "seen": target_digest(target)}
    values = {name: getattr(target, name) for name in TARGET} | {"text": "Khác"}
    with pytest.raises(NotAllowed, match="văn bản sửa đổi"):
        save_target(**told, by=thu, values=values)
    with pytest.raises(NotAllowed, match="văn bản sửa đổi"):
        remove_target(**told, by=thu)
    answer = coordinator.get(f"/ke-hoach/cac-ke-hoach/{plan.code}/soan/chi-tieu/")
    assert answer.status_code == 403 and "văn bản sửa" in answer.content.decode()
    with pytest.raises(PermissionDenied):
        save_target(**told, by=minh, values=values)


def test_a_target_that_has_moved_on_is_stale(draft, thu):
    target = draft.indicators.get(code="CT1")
    told = {"plan": draft, "target": target, "by": thu, "at": NOW}
    values = {name: getattr(target, name) for name in TARGET}
    with pytest.raises(Stale):
        save_target(**told, seen="", values=values | {"text": "Khác"})
    assert save_target(**told, seen="", values=values) == target, (
        "what stands already is no quarrel"
    )

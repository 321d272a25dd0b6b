"""A plan from draft to its end, in the office's words: editing, coming into force, closing."""

from dataclasses import replace
from datetime import date

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cchc.models import AuditEvent, Unit
from conftest import at
from tasks import closing, directing, extending, plan_editing
from tasks.actions import Stale
from tasks.amending import new_task
from tasks.ledger import read_year
from tasks.models import Area, Assignment, Plan, SettledFinding, Task
from tasks.opening import open_year
from tasks.plan_words import PartyWords, TaskWords, read_parties, read_words, split_cell
from tasks.rebuilding import differences
from tasks.tests.story import report, send
from tasks.viewing import plan_of, urgent
from tasks.workflow import NotAllowed, State

NOW = at(2026, 1, 12)
TODAY = date(2026, 1, 12)


def hcqt() -> PartyWords:
    unit = Unit.objects.get(code="HCQT")
    return PartyWords(unit.name, "unit", unit.pk)


def words(**other) -> TaskWords:
    told = {
        "text": "Ban hành Kế hoạch cải cách hành chính hàng năm",
        "product_text": "Kế hoạch",
        "lead_text": hcqt().text,
        "deadline_text": "Quý I hàng năm",
        "products": split_cell("Kế hoạch"),
        "leads": (hcqt(),),
    }
    return TaskWords(**told | other)


@pytest.fixture
def draft(plan, thu) -> Plan:
    """A plan for 2026-2030 with two areas and three tasks."""
    made = Plan.objects.create(
        code="cchc-2026-2030",
        unit=plan.unit,
        coordinator=plan.coordinator,
        subject="Cải cách hành chính giai đoạn 2026-2030",
        number="12/KH-VP",
        issued_on=date(2026, 1, 10),
        issuer=plan.issuer,
        signer_title=plan.signer_title,
        signer=plan.signer,
        first_year=2026,
        last_year=2030,
        recurring_from=2026,
        status=Plan.Status.DRAFT,
        follows=plan,
    )
    for number, code in ((1, "I"), (2, "II")):
        Area.objects.create(
            plan=made, number=number, title=f"Lĩnh vực {number}", appendix_code=code
        )
    first, second = made.areas.all()
    for area, text in ((first, "Việc một"), (first, "Việc hai"), (second, "Việc ba")):
        new_task(area, words(text=text), by=thu, day=TODAY)
    return made


def codes(plan):
    return list(plan.tasks.order_by("position").values_list("code", "text"))


def save(draft, by, task, seen=None, area=None, **changes):
    now = read_words(task) if task else words()
    return plan_editing.save_task(
        plan=draft,
        task=task,
        area=area or task.area,
        by=by,
        at=NOW,
        seen=now.digest if seen is None else seen,
        words=replace(now, **changes),
    )


# --- a draft --------------------------------------------------------------------------------------


def test_a_task_of_a_draft_is_edited_with_what_was_concluded(draft, thu):
    task = draft.tasks.get(code="I.1")
    centre = Unit.objects.get(code="TTCBTH")
    cell = f"{hcqt().text}, {centre.name}"
    leads = (hcqt(), PartyWords(centre.name, "unit", centre.pk))
    saved = save(
        draft, thu, task, lead_text=cell, leads=leads, deadline_text="Hàng quý",
        products=split_cell("Kế hoạch; Báo cáo"),
    )  # fmt: skip
    assert [p.text for p in saved.products.order_by("position")] == ["Kế hoạch", "Báo cáo"]
    assert [p.unit.code for p in saved.parties.order_by("position")] == ["HCQT", "TTCBTH"]
    assert saved.deadline_kind == "recurring" and "trung tam cong bao" in saved.search
    assert AuditEvent.objects.get(verb="task_edited").detail["changed"] == [
        "lead_text", "deadline_text", "products", "leads",
    ]  # fmt: skip


def test_the_same_task_saved_by_two_people_is_stale_for_the_second(draft, thu):
    task = draft.tasks.get(code="I.1")
    seen = read_words(task).digest
    save(draft, thu, task, seen, text="Lời mới")
    with pytest.raises(Stale):
        save(draft, thu, task, seen, text="Lời khác")
    same = draft.tasks.get(code="I.1")
    assert save(draft, thu, same, seen).text == "Lời mới", "saying what stands is no quarrel"


def test_tasks_are_added_moved_and_removed_and_their_numbers_follow(draft, thu):
    told = {"plan": draft, "by": thu, "at": NOW}
    save(draft, thu, None, area=draft.areas.get(number=1), text="Việc bốn")
    assert [code for code, _ in codes(draft)] == ["I.1", "I.2", "I.3", "II.1"]
    plan_editing.move_task(**told, task=draft.tasks.get(code="I.3"), up=True)
    assert codes(draft)[1] == ("I.2", "Việc bốn")
    plan_editing.move_task(**told, task=draft.tasks.get(code="I.1"), up=True)
    first = draft.tasks.get(code="I.1")
    plan_editing.remove_task(**told, task=first, seen=read_words(first).digest)
    assert codes(draft) == [("I.1", "Việc bốn"), ("I.2", "Việc hai"), ("II.1", "Việc ba")]
    assert all(task.search.startswith(task.code.lower()) for task in draft.tasks.all())


def test_an_area_is_edited_with_its_solutions_and_its_tasks_follow_its_number(draft, thu):
    area = draft.areas.get(number=2)
    told = {"plan": draft, "by": thu, "at": NOW}
    values = {"title": "Tài chính công", "appendix_code": "VI", "appendix_title": "Tài chính"}
    seen = plan_editing.area_digest(area)
    plan_editing.save_area(**told, area=area, seen=seen, values=values, solutions=["Một", "Hai"])
    assert codes(draft)[-1] == ("VI.1", "Việc ba")
    with pytest.raises(Stale):
        plan_editing.save_area(**told, area=area, seen=seen, values=values, solutions=["Ba"])
    with pytest.raises(NotAllowed, match="còn nhiệm vụ"):
        plan_editing.remove_area(**told, area=area)
    again = [plan_editing.save_area(**told, area=None, seen="", values=values | {"appendix_code": ""},
             solutions=["Bốn"]) for _ in (1, 2)]  # fmt: skip
    assert again[0] == again[1] and draft.areas.count() == 3
    plan_editing.remove_area(**told, area=again[0])


@pytest.mark.parametrize("who", ["minh", "hung", "quang", "an"])
def test_only_the_coordinator_writes_a_draft(who, draft, request):
    by = request.getfixturevalue(who)
    with pytest.raises(PermissionDenied):
        save(draft, by, draft.tasks.first(), text="X")
    with pytest.raises(PermissionDenied):
        closing.begin(plan=draft, by=by, at=NOW)


def test_a_plan_in_force_is_never_edited(plan, thu):
    with pytest.raises(NotAllowed, match="văn bản sửa đổi"):
        save(plan, thu, plan.tasks.first(), text="X")


def test_a_draft_counts_nowhere(draft, plan, thu, minh, quang, client):
    assert {plan_of(person) for person in (thu, minh, quang)} == {plan}
    with pytest.raises(NotAllowed, match="dự thảo"):
        open_year(plan=draft, year=2026, by=thu, at=NOW)
    Plan.objects.filter(pk=plan.pk).update(status="closed", closed_on=TODAY)
    assert plan_of(thu) == plan, "one that has ended comes before a draft"
    client.force_login(minh)
    assert client.get(reverse("tasks:plan_page", args=[draft.code])).status_code == 404
    assert "2026-2030" not in client.get(reverse("tasks:plans")).content.decode()


def test_cells_are_read_by_the_names_of_the_office(plan):
    read = read_parties(
        "Các phòng nghiên cứu - tổng hợp, Trung tâm Phục vụ - kiểm soát TTHC", plan.unit
    )
    assert [party.kind for party in read] == ["group", "unit"]
    assert [party.kind for party in read_parties("Phòng Chuyển đổi số", plan.unit)] == [""]


# --- into force -------------------------------------------------------------------------------------


def test_a_draft_comes_into_force_and_its_year_is_opened(draft, plan, thu):
    closing.close(plan=plan, by=thu, at=NOW)
    made = closing.begin(plan=draft, by=thu, at=NOW)
    draft.refresh_from_db()
    assert draft.status == "in_force" and made == 3
    assert set(Assignment.objects.filter(task__plan=draft).values_list("year", flat=True)) == {2026}
    assert closing.begin(plan=draft, by=thu, at=NOW) == 0, "a second click"
    assert plan_of(thu) == draft
    assert AuditEvent.objects.get(verb="plan_in_force").detail["made"] == 3


GAPS = {
    "số, ký hiệu": lambda draft: Plan.objects.filter(pk=draft.pk).update(number=""),
    "ở sau hôm nay": lambda draft: Plan.objects.filter(pk=draft.pk).update(
        issued_on=date(2026, 2, 1)
    ),
    "Không đọc được thời hạn": lambda draft: Task.objects.filter(plan=draft, code="I.1").update(
        deadline_text="Sớm nhất có thể"
    ),
    "đơn vị chủ trì": lambda draft: draft.tasks.get(code="I.2").parties.all().delete(),
    "nhận được việc": lambda draft: draft.tasks.get(code="I.2").parties.update(
        kind="chosen", unit=None
    ),
}


@pytest.mark.parametrize("said", GAPS)
def test_what_is_missing_is_listed_and_keeps_it_a_draft(said, draft, thu):
    GAPS[said](draft)
    draft.refresh_from_db()
    assert any(said in gap.words for gap in closing.gaps_of(draft, TODAY))
    with pytest.raises(NotAllowed, match="1 chỗ phải bổ sung"):
        closing.begin(plan=draft, by=thu, at=NOW)


def test_a_plan_for_the_same_years_replaces_the_one_in_force(
    draft, plan, thu, minh, hoa, assignment_of
):
    Plan.objects.filter(pk=draft.pk).update(
        first_year=2024, recurring_from=2024, issued_on=date(2024, 7, 1)
    )
    draft.refresh_from_db()
    when = at(2024, 7, 3)
    send(assignment_of("VII.1/2024"), hoa, date(2024, 6, 3))
    told = {"plan": draft, "by": thu, "at": when, "replacing": [plan.pk]}
    with pytest.raises(NotAllowed, match="kết thúc kế hoạch ấy trước"):
        closing.begin(**told | {"replacing": []})
    with pytest.raises(NotAllowed, match="đang chờ xác nhận"):
        closing.begin(**told)
    Assignment.objects.filter(state=State.PENDING).update(state=State.DOING)  # returned meanwhile
    before = read_year(plan, 2024, date(2024, 6, 30)).row_counts
    closing.begin(**told)
    plan.refresh_from_db()
    assert (plan.status, plan.replaced_by, plan.closed_on) == ("replaced", draft, date(2024, 7, 1))
    assert read_year(plan, 2024, date(2024, 6, 30)).row_counts == before
    after = read_year(plan, 2024, date(2024, 7, 1)).row_counts
    assert after["trong-han"] == after["qua-han"] == after["chua-phat-sinh"] == 0
    own = Assignment.objects.filter(task__plan=draft)
    assert not own.filter(due_on__lt=date(2024, 7, 1)).exists(), "Quý I was the old plan's"
    assert not urgent(minh, plan, date(2025, 6, 1)).exists()


# --- the end ------------------------------------------------------------------------------------------


def test_a_plan_ends_only_after_its_last_year_and_with_nothing_sent(plan, thu, hoa, assignment_of):
    with pytest.raises(NotAllowed, match="31/12/2025"):
        closing.close(plan=plan, by=thu, at=at(2025, 12, 31))
    send(assignment_of("VII.1/2025"), hoa, date(2025, 6, 3))
    with pytest.raises(NotAllowed, match="1 phần việc đang chờ"):
        closing.close(plan=plan, by=thu, at=NOW)
    Assignment.objects.filter(state=State.PENDING).update(state=State.DOING)
    assert closing.close(plan=plan, by=thu, at=NOW).closed_on == TODAY
    assert closing.close(plan=plan, by=thu, at=NOW).status == "closed", "a second click"


def test_what_has_ended_is_read_only(plan, thu, quang, minh, assignment_of):
    work = assignment_of("III.1/2025")
    closing.close(plan=plan, by=thu, at=NOW)
    task = plan.tasks.select_related("plan__unit", "plan__coordinator").get(code="III.1")
    acts = (
        lambda: report(work, minh, NOW),
        lambda: extending.ask(
            assignment=assignment_of("III.1/2025"), by=minh, at=NOW, wanted_on=date(2026, 2, 1),
            reason="Vì",
        ),
        lambda: directing.direct(
            task=task, year=2025, period="", unit=minh.unit, by=quang, at=NOW, words="Làm ngay.",
        ),
    )  # fmt: skip
    for act in acts:
        with pytest.raises(NotAllowed, match="đã kết thúc từ ngày 12/01/2026: chỉ xem"):
            act()


def test_a_leader_opens_it_again_with_a_reason(plan, thu, quang, minh, assignment_of):
    closing.close(plan=plan, by=thu, at=NOW)
    with pytest.raises(PermissionDenied):
        closing.reopen(plan=plan, by=thu, at=NOW, reason="Vì")
    with pytest.raises(NotAllowed, match="lý do"):
        closing.reopen(plan=plan, by=quang, at=NOW, reason=" ")
    assert closing.reopen(plan=plan, by=quang, at=NOW, reason="Còn việc").closed_on is None
    report(assignment_of("III.1/2025"), minh, NOW)
    assert not differences(Assignment.objects.all())


# --- the pages ------------------------------------------------------------------------------------------


def typed(form) -> dict:
    """What a browser would send of a form as it is shown."""
    shown = {field.html_name: field.value() for field in form}
    return {name: value for name, value in shown.items() if value is not None}


@time_machine.travel(NOW, tick=False)
def test_the_coordinator_edits_a_task_on_its_page(draft, thu, client):
    client.force_login(thu)
    url = reverse("tasks:plan_task", args=[draft.code, "I.1"])
    sent = typed(client.get(url).context["form"])
    centre = Unit.objects.get(code="TTCBTH")
    answer = client.post(url, sent | {"lead_text": f"{hcqt().text} và {centre.name}"}, follow=True)
    assert answer.redirect_chain and "Đã lưu nhiệm vụ I.1" in answer.content.decode()
    leads = draft.tasks.get(code="I.1").parties.order_by("position")
    assert [p.unit.code for p in leads] == ["HCQT", "TTCBTH"], "read anew from the words"
    stale = client.post(url, sent | {"text": "Lời khác"})
    assert stale.status_code == 409
    shown = stale.content.decode()
    assert "Người khác vừa sửa" in shown and "Lời khác" in shown and centre.name in shown
    assert client.post(url, typed(stale.context["form"])).status_code == 302, "knowingly"


@time_machine.travel(NOW, tick=False)
def test_names_that_nobody_knows_are_asked(draft, thu, client):
    client.force_login(thu)
    url = reverse("tasks:plan_task_new", args=[draft.code, 2])
    sent = typed(client.get(url).context["form"])
    wanted = {"text": "Việc mới", "lead_text": "Phòng Chuyển đổi số", "deadline_text": "Sớm"}
    answer = client.post(url, sent | wanted)
    assert answer.status_code == 422
    shown = answer.content.decode()
    assert "Chọn “Phòng Chuyển đổi số” là đơn vị nào" in shown
    assert "Không đọc được thời hạn" in shown and "Việc mới" in shown
    again = typed(answer.context["form"]) | {"lead_1_is": hcqt().choice}
    assert client.post(url, again).status_code == 302
    assert draft.tasks.get(code="II.2").parties.get().unit.code == "HCQT"


@time_machine.travel(NOW, tick=False)
def test_head_area_order_and_force_by_the_pages(draft, plan, thu, client):
    client.force_login(thu)
    edit = reverse("tasks:plan_edit", args=[draft.code])
    head = typed(client.get(edit).context["form"])
    assert client.post(edit, head | {"last_year": 2025}).status_code == 422
    assert (
        client.post(edit, head | {"number": "15/KH-VP", "issued_on": "09/01/2026"}).status_code
        == 302
    )
    assert client.post(edit, head | {"number": "16/KH-VP"}).status_code == 409
    area = reverse("tasks:plan_area", args=[draft.code, 1])
    sent = typed(client.get(area).context["form"]) | {"solutions": "Một\nHai"}
    assert client.post(area, sent).status_code == 302
    client.post(reverse("tasks:plan_order", args=[draft.code]), {"xuong": "I.1"})
    assert codes(draft)[0] == ("I.1", "Việc hai")
    begin = reverse("tasks:plan_begin", args=[draft.code])
    assert "được lập ngay" in client.get(begin).content.decode()
    assert client.post(begin).status_code == 302
    assert client.get(edit).status_code == 403
    assert client.get(reverse("tasks:plan")).context["viewing"].plan == draft


@time_machine.travel(NOW, tick=False)
def test_findings_are_settled_with_a_word_why(
    plan, thu, minh, client, django_assert_max_num_queries
):
    client.force_login(thu)
    page = reverse("tasks:plan_page", args=[plan.code])
    with django_assert_max_num_queries(30):
        shown = client.get(page).context["it"]
    first = shown.findings[0].finding
    url = reverse("tasks:plan_finding", args=[plan.code])
    told = {"code": first.code, "place": first.place}
    assert client.post(url, told | {"why": " "}).status_code == 422
    client.post(url, told | {"why": "Văn bản gốc ghi vậy"})
    client.post(url, told | {"why": "Văn bản gốc ghi vậy"})
    assert SettledFinding.objects.get().why == "Văn bản gốc ghi vậy"
    after = client.get(page).context["it"]
    assert len(after.findings) == len(shown.findings) - 1
    assert after.settled[0].why == "Văn bản gốc ghi vậy"


@time_machine.travel(NOW, tick=False)
def test_a_closed_plan_says_so_and_offers_nothing(plan, thu, quang, client):
    client.force_login(thu)
    url = reverse("tasks:plan_close", args=[plan.code])
    assert "phần việc chưa xong" in client.get(url).content.decode()
    assert client.post(url).status_code == 302
    task = client.get(reverse("tasks:occurrence", args=["III.1", "2025"])).content.decode()
    assert "Đã kết thúc từ ngày" in task and "Dừng theo quyết định</a>" not in task
    client.force_login(quang)
    reopen = reverse("tasks:plan_reopen", args=[plan.code])
    assert client.post(reopen, {"reason": ""}).status_code == 422
    assert client.post(reopen, {"reason": "Còn việc"}).status_code == 302


@time_machine.travel(NOW, tick=False)
def test_the_list_of_plans_takes_as_many_queries_for_more(draft, plan, thu, client):
    client.force_login(thu)

    def ask():
        with CaptureQueriesContext(connection) as asked:
            shown = client.get(reverse("tasks:plans")).content.decode()
        return shown, len(asked)

    ask()
    shown, queries = ask()
    assert "Soạn tiếp" in shown and "Tiếp theo “Cải cách hành chính giai đoạn 2021-2025”" in shown
    for n in (1, 2):
        Plan.objects.filter(pk=draft.pk).update(follows=plan)
        draft.pk, draft.code = None, f"du-thao-{n}"
        draft.save()
    assert ask()[1] == queries

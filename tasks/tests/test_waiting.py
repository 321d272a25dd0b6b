"""What waits for a document: recorded when it comes, looked for once a quarter, or stopped."""

from datetime import date

import pytest
import time_machine

from cchc.models import AuditEvent
from conftest import at
from tasks import actions, waiting
from tasks.models import Task, Trigger, TriggerCheck
from tasks.pages.waiting import waiting_tasks
from tasks.tests.story import citation, fresh, report, send
from tasks.workflow import NotAllowed, State

IV1, VII5 = "/nhiem-vu/IV.1/dieu-kien/", "/nhiem-vu/VII.5/dieu-kien/"


@pytest.fixture(autouse=True)
def december():
    with time_machine.travel(at(2024, 12, 16), tick=False):
        yield


def document(**other):
    return {
        "number": "46/KH-UBND",
        "issued_on": "15/03/2024",
        "summary": "Phát triển chính quyền số",
        "issuer": "UBND tỉnh",
        "signer": "Đặng Văn Minh",
    } | other


def text(response) -> str:
    return response.content.decode()


def task_of(code):
    return Task.objects.select_related("plan__coordinator").get(code=code)


def test_the_page_says_what_is_waited_for_and_by_whom(client, thu, plan):
    client.force_login(thu)
    page = text(client.get(VII5))
    assert "“sau khi UBND tỉnh ban hành Kế hoạch”" in page
    assert "Trung tâm Công báo và Tin học" in page and "Hạn hoàn thành" not in page
    assert "Hạn hoàn thành" in text(client.get(IV1)), "IV.1 has no day of its own"


def test_the_document_opens_what_waits(client, thu, assignment_of):
    client.force_login(thu)
    assert client.post(VII5, document()).status_code == 302
    assert fresh(assignment_of("VII.5/2024")).state == State.NEW
    assert fresh(assignment_of("VII.5/2023")).state == State.WAITING
    page = text(client.get("/nhiem-vu/VII.5/2024/"))
    assert "46/KH-UBND" in page


def test_the_same_form_twice_is_one_trigger(client, thu, plan):
    client.force_login(thu)
    for _ in range(2):
        assert client.post(VII5, document()).status_code == 302
    assert Trigger.objects.count() == 1
    assert AuditEvent.objects.filter(verb="trigger_recorded").count() == 1


def test_what_has_no_due_day_gets_one(client, thu, assignment_of):
    client.force_login(thu)
    without = client.post(IV1, document())
    assert without.status_code == 422 and "Ghi hạn hoàn thành" in text(without)
    assert "46/KH-UBND" in text(without)
    early = client.post(IV1, document(due_on="01/03/2024"))
    assert early.status_code == 422 and "trước ngày văn bản" in text(early)
    client.post(IV1, document(due_on="30/09/2024"))
    opened = fresh(assignment_of("IV.1/2022"))
    assert (opened.state, opened.due_on) == (State.NEW, date(2024, 9, 30))


def test_days_that_the_words_count_need_not_be_typed(client, thu, assignment_of):
    Task.objects.filter(code="IV.1").update(rule_text="Sau 10 ngày kể từ ngày có hướng dẫn")
    client.force_login(thu)
    assert "Để trống thì tính 10 ngày" in text(client.get(IV1))
    client.post(IV1, document())
    assert fresh(assignment_of("IV.1/2022")).due_on == date(2024, 3, 25)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"number": "46"}, "Thiếu ký hiệu"),
        ({"issued_on": "17/12/2024"}, "ở sau hôm nay"),
        ({"summary": ""}, "Ghi trích yếu"),
        ({"issuer": ""}, "Ghi cơ quan ban hành"),
    ],
)
def test_bad_input_writes_nothing(client, thu, plan, wrong, sentence):
    client.force_login(thu)
    answer = client.post(VII5, document(**wrong))
    assert answer.status_code == 422 and sentence in text(answer)
    assert not Trigger.objects.exists()


def test_where_nothing_waits_nothing_is_recorded(client, thu, plan):
    client.force_login(thu)
    answer = client.post("/nhiem-vu/I.2/dieu-kien/", document())
    assert answer.status_code == 409 and "không có kỳ nào đang chờ" in text(answer)
    with pytest.raises(NotAllowed, match="không có kỳ nào đang chờ"):
        actions.record_trigger(task=task_of("I.2"), by=thu, at=at(2024, 3, 20), citation=citation())
    assert not Trigger.objects.exists()


def test_a_document_after_every_due_day_opens_nothing_and_is_refused(thu, plan):
    late = citation("1/KH-UBND", date(2026, 1, 5))
    with pytest.raises(NotAllowed, match="sau hạn của mọi kỳ"):
        actions.record_trigger(task=task_of("VII.5"), by=thu, at=at(2026, 1, 6), citation=late)


@pytest.mark.parametrize("who", ["lan", "minh", "quang"])
def test_only_the_coordinator_records(client, who, request, plan):
    client.force_login(request.getfixturevalue(who))
    assert client.get(VII5).status_code == 403
    assert client.post(VII5 + "chua-co/").status_code == 403


def test_not_issued_yet_is_recorded_once_a_day(client, thu, plan):
    client.force_login(thu)
    for _ in range(2):
        client.post(VII5 + "chua-co/", {"note": "Đã hỏi Sở TT&TT"})
    assert TriggerCheck.objects.count() == 1
    assert "Đã hỏi Sở TT&amp;TT" in text(client.get(VII5))


def test_a_check_where_nothing_waits_is_refused(thu, plan):
    with pytest.raises(NotAllowed):
        waiting.record_check(task=task_of("I.2"), by=thu, at=at(2024, 3, 20))


def test_it_is_asked_again_every_quarter(thu, plan, django_assert_num_queries):
    def asked(day):
        return {item.task.code: item.ask_again for item in waiting_tasks(plan, day)}

    assert asked(date(2024, 2, 1)) == {"IV.1": True, "VII.5": True}
    waiting.record_check(task=task_of("IV.1"), by=thu, at=at(2024, 3, 31, 23), note="Chưa")
    assert asked(date(2024, 3, 31)) == {"IV.1": False, "VII.5": True}
    assert asked(date(2024, 4, 1)) == {"IV.1": True, "VII.5": True}
    with django_assert_num_queries(2):
        found = waiting_tasks(plan, date(2024, 4, 1))
    assert found[0].last_check.note == "Chưa"
    assert found[0].condition == "Sau khi có hướng dẫn của Văn phòng Chính phủ"


def test_what_has_opened_is_asked_for_no_more(thu, plan):
    came = citation("46/KH-UBND", date(2024, 3, 15))
    actions.record_trigger(task=task_of("VII.5"), by=thu, at=at(2024, 3, 20), citation=came)
    assert [item.task.code for item in waiting_tasks(plan, date(2024, 4, 1))] == ["IV.1"]


def test_the_task_page_leads_there(client, thu, lan, plan):
    address = "/nhiem-vu/IV.1/2022/"
    client.force_login(thu)
    assert IV1 in text(client.get(address))
    client.force_login(lan)
    assert IV1 not in text(client.get(address))


# --- dừng theo quyết định ----------------------------------------------------------------------------


def stopping(work, **other):
    return document(version=work.version, reason="Tỉnh bỏ nhiệm vụ này") | other


def test_work_is_stopped_with_the_deciding_document(client, thu, assignment_of):
    work = assignment_of("I.2/2024")
    url = f"/phan-viec/{work.pk}/dung/"
    client.force_login(thu)
    assert url in text(client.get("/nhiem-vu/I.2/2024/"))
    assert client.get(url).status_code == 200
    assert client.post(url, stopping(work)).status_code == 302
    assert fresh(work).state == State.STOPPED
    history = text(client.get("/nhiem-vu/I.2/2024/"))
    assert "Tỉnh bỏ nhiệm vụ này" in history and "46/KH-UBND" in history
    again = client.post(url, stopping(work))
    assert again.status_code == 409 and work.updates.count() == 1


@pytest.mark.parametrize(
    ("wrong", "sentence"), [({"reason": " "}, "Ghi lý do dừng"), ({"number": ""}, "Ghi số")]
)
def test_stopping_needs_a_reason_and_a_document(client, thu, assignment_of, wrong, sentence):
    work = assignment_of("I.2/2024")
    client.force_login(thu)
    answer = client.post(f"/phan-viec/{work.pk}/dung/", stopping(work, **wrong))
    assert answer.status_code == 422 and sentence in text(answer)
    assert fresh(work).state == State.NEW


def test_what_changed_since_or_was_sent_is_not_stopped(client, thu, minh, assignment_of):
    work = assignment_of("I.2/2024")
    url = f"/phan-viec/{work.pk}/dung/"
    report(work, minh, at(2024, 12, 1))
    client.force_login(thu)
    stale = client.post(url, stopping(work))
    assert stale.status_code == 409 and "Tỉnh bỏ nhiệm vụ này" in text(stale)
    send(work, minh, date(2024, 12, 2))
    assert "chờ xác nhận" in text(client.get(url))
    assert client.post(url, stopping(fresh(work))).status_code == 409
    assert fresh(work).state == State.PENDING


@pytest.mark.parametrize(("who", "status"), [("minh", 403), ("quang", 403), ("hoa", 403)])
def test_only_the_coordinator_stops(client, who, status, assignment_of, request):
    client.force_login(request.getfixturevalue(who))
    work = assignment_of("I.2/2024")
    assert client.post(f"/phan-viec/{work.pk}/dung/", stopping(work)).status_code == status

"""Gia hạn: who may ask when, who advises, who decides, and what stays of the first day."""

from datetime import date

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from cchc.models import AuditEvent, Unit
from conftest import at
from tasks import extending
from tasks.buckets import Bucket
from tasks.ledger import read_year
from tasks.models import Extension, Notice
from tasks.tests.story import fresh, give_back, report, send, verify
from tasks.workflow import Act, NotAllowed, State

Decision = Extension.Decision
DUE, LATER = date(2024, 12, 31), date(2025, 1, 31)


@pytest.fixture(autouse=True)
def december():
    with time_machine.travel(at(2024, 12, 16), tick=False):
        yield


@pytest.fixture
def work(assignment_of):
    """III.5/2024 of Minh's centre, due 31/12/2024."""
    return assignment_of("III.5/2024")


@pytest.fixture
def own(assignment_of):
    """V.2/2024 of HCQT itself, due 31/12/2024."""
    return assignment_of("V.2/2024")


def ask(work, by, wanted_on=LATER, when=None, reason="Chờ ý kiến của các sở."):
    return extending.ask(
        assignment=fresh(work),
        by=by,
        at=when or at(2024, 12, 10),
        wanted_on=wanted_on,
        reason=reason,
    )


def now(extension):
    found = Extension.objects.select_related("assignment__task__plan__coordinator")
    return found.select_related("assignment__unit").get(pk=extension.pk)


def advise(extension, by, favourable=True, words="Có lý do khách quan."):
    told = {"favourable": favourable, "words": words}
    return extending.advise(extension=now(extension), by=by, at=at(2024, 12, 11), **told)


def decide(extension, by, decision=Decision.GRANTED, when=None, **other):
    moment = when or at(2024, 12, 12)
    return extending.decide(extension=now(extension), by=by, at=moment, decision=decision, **other)


def text(response) -> str:
    return response.content.decode()


def test_asked_advised_granted(work, minh, thu, quang):
    extension = ask(work, minh)
    assert fresh(work).due_on == DUE, "asking moves nothing"
    advise(extension, thu)
    decide(extension, quang)
    after = fresh(work)
    assert (after.due_on, after.first_due_on, after.state) == (LATER, DUE, State.NEW)
    last = after.updates.last()
    assert (last.act, last.by, last.due_on) == (Act.EXTEND, quang, LATER)
    verbs = {"extension_asked", "extension_advised", "extension_granted", "assignment_extend"}
    assert set(AuditEvent.objects.values_list("verb", flat=True)) >= verbs


def test_another_day_and_a_refusal(work, minh, quang):
    other = decide(ask(work, minh), quang, Decision.OTHER_DAY, granted_on=date(2025, 1, 15))
    assert (other.decision, fresh(work).due_on) == (Decision.OTHER_DAY, date(2025, 1, 15))
    second = ask(work, minh, date(2025, 2, 15), at(2024, 12, 13))
    with pytest.raises(NotAllowed, match="ghi lý do"):
        decide(second, quang, Decision.REFUSED)
    decide(second, quang, Decision.REFUSED, reason="Đã gia hạn một lần.")
    assert fresh(work).due_on == date(2025, 1, 15)
    assert fresh(work).updates.count() == 1


def test_the_day_that_was_asked_for_is_granted_however_it_is_said(work, minh, quang):
    done = decide(ask(work, minh), quang, Decision.OTHER_DAY, granted_on=LATER)
    assert done.decision == Decision.GRANTED


@pytest.mark.parametrize("day", [None, DUE, date(2024, 12, 1)])
def test_another_day_is_later_than_the_present_one(work, minh, quang, day):
    with pytest.raises(NotAllowed, match="sau hạn hiện nay"):
        decide(ask(work, minh), quang, Decision.OTHER_DAY, granted_on=day)
    assert Extension.objects.get().decision == Decision.OPEN


def test_asked_on_the_due_day_but_not_after(work, minh):
    with pytest.raises(NotAllowed, match="trước khi hết hạn"):
        ask(work, minh, when=at(2025, 1, 1, 0))
    assert ask(work, minh, when=at(2024, 12, 31, 23))


@pytest.mark.parametrize("day", [DUE, date(2024, 11, 1)])
def test_the_new_day_is_later(work, minh, day):
    with pytest.raises(NotAllowed, match="sau hạn hiện nay"):
        ask(work, minh, day)


def test_the_new_day_is_not_far_beyond_the_plan(work, minh):
    with pytest.raises(NotAllowed, match="không thể sau năm 2026"):
        ask(work, minh, date(2202, 1, 31))


def test_only_while_the_unit_still_has_it(work, minh, thu):
    send(work, minh, date(2024, 11, 1))
    with pytest.raises(NotAllowed, match="còn đang làm"):
        ask(work, minh)
    give_back(work, thu, at(2024, 12, 2))
    assert ask(work, minh)


def test_without_a_due_day_there_is_nothing_to_extend(assignment_of, minh):
    with pytest.raises(NotAllowed, match="không có ngày hạn"):
        ask(assignment_of("II.3/2024"), minh)


def test_one_open_request_at_a_time_and_twice_the_same_is_once(work, minh, hung, quang):
    first = ask(work, minh)
    assert ask(work, minh) == first
    for person, day in ((minh, date(2025, 3, 1)), (hung, LATER)):
        with pytest.raises(NotAllowed, match="mỗi lúc chỉ một đề nghị"):
            ask(work, person, day)
    decide(first, quang, Decision.REFUSED, reason="Không cần.")
    assert ask(work, minh) != first


@pytest.mark.parametrize("who", ["hoa", "thu", "quang", "an"])
def test_only_the_unit_asks(work, who, request):
    with pytest.raises(PermissionDenied):
        ask(work, request.getfixturevalue(who))


def test_where_the_head_approves_the_head_asks(work, minh, hung):
    Unit.objects.filter(code="TTPVKS").update(head_approves=True)
    with pytest.raises(PermissionDenied):
        ask(work, minh)
    assert ask(work, hung)


def test_only_hcqt_advises_and_only_a_leader_decides(work, minh, hung, thu, quang, lan):
    extension = ask(work, minh)
    for person in (minh, hung, quang, lan):
        with pytest.raises(PermissionDenied):
            advise(extension, person)
    for person in (minh, hung, thu, lan):
        with pytest.raises(PermissionDenied):
            decide(extension, person)


def test_nobody_has_a_say_in_their_own(own, lan, thu, quang):
    extension = ask(own, lan)
    with pytest.raises(PermissionDenied):
        advise(extension, thu)
    quang.unit = own.unit
    with pytest.raises(PermissionDenied):
        decide(extension, quang)


def test_a_decision_is_final_and_twice_the_same_is_once(work, minh, thu, quang):
    extension = ask(work, minh)
    decide(extension, quang)
    decide(extension, quang)
    assert fresh(work).updates.count() == 1
    with pytest.raises(NotAllowed, match="đã quyết định đề nghị này: đồng ý"):
        decide(extension, quang, Decision.REFUSED, reason="Thôi")
    with pytest.raises(NotAllowed, match="đã quyết định"):
        advise(extension, thu)


def test_what_is_done_is_no_longer_extended_but_the_request_has_an_exit(work, minh, thu, quang):
    extension = ask(work, minh)
    send(work, minh, date(2024, 12, 10), when=at(2024, 12, 11))
    verify(work, thu, at(2024, 12, 12))
    with pytest.raises(NotAllowed):
        decide(extension, quang, when=at(2024, 12, 13))
    assert Extension.objects.get().decision == Decision.OPEN
    decide(extension, quang, Decision.REFUSED, reason="Việc đã xong.")
    assert fresh(work).state == State.DONE


def test_a_late_decision_helps_work_that_was_sent_meanwhile(work, minh, thu, quang):
    extension = ask(work, minh)
    sent_on = date(2025, 1, 20)
    send(work, minh, sent_on, when=at(2025, 1, 21))
    decide(extension, quang, when=at(2025, 1, 22))
    pending = fresh(work)
    assert (pending.state, pending.due_on) == (State.PENDING, LATER)
    assert pending.updates.last().done_on == sent_on
    verify(work, thu, at(2025, 1, 23))
    assert fresh(work).done_on == sent_on


def test_both_verdicts_are_told(client, work, minh, thu, quang, plan):
    decide(ask(work, minh), quang)
    send(work, minh, date(2025, 1, 20), when=at(2025, 1, 21))
    verify(work, thu, at(2025, 1, 22))

    def row(day):
        ledger = read_year(plan, 2024, day)
        return next(row for row in ledger.rows if row.assignment_id == work.pk)

    done = row(date(2025, 1, 31))
    assert (done.bucket, done.first_verdict) == (Bucket.DONE_ON_TIME, Bucket.DONE_LATE)
    assert (row(date(2024, 12, 11)).extended, row(date(2024, 12, 12)).extended) == (False, True)
    with time_machine.travel(at(2025, 2, 1), tick=False):
        client.force_login(minh)
        task = text(client.get("/nhiem-vu/III.5/2024/?nam=2024"))
        mine = text(client.get("/viec-cua-don-vi/?nam=2024"))
    assert "đã gia hạn, hạn ban đầu 31/12/2024" in task
    assert "theo hạn ban đầu: hoàn thành quá hạn" in task
    assert "đã gia hạn, hạn ban đầu 31/12/2024" in mine
    assert "theo hạn ban đầu: hoàn thành quá hạn; theo hạn mới: hoàn thành đúng hạn" in mine


def test_everybody_whose_turn_it_is_is_told(work, own, minh, lan, thu, quang):
    def told(person):
        return list(Notice.objects.filter(user=person).values_list("words", "urgent"))

    extension = ask(work, minh)
    assert [w for w, _ in told(thu)] == [
        f"{work.unit.short_name} xin gia hạn III.5/2024 từ 31/12/2024 đến 31/01/2025"
    ]
    assert told(quang) == []
    advise(extension, thu)
    assert len(told(quang)) == 1
    decide(extension, quang)
    assert told(minh) == [("Gia hạn III.5/2024: đồng ý, hạn mới 31/01/2025", True)]
    ask(own, lan)
    assert len(told(thu)) == 1 and len(told(quang)) == 2, "HCQT's own goes to the leaders"


# --- the pages -----------------------------------------------------------------------------------------


def test_the_unit_asks_on_a_page(client, work, minh):
    url = f"/phan-viec/{work.pk}/gia-han/"
    client.force_login(minh)
    assert url in text(client.get(f"/phan-viec/{work.pk}/cap-nhat/"))
    assert url in text(client.get("/nhiem-vu/III.5/2024/"))
    for typed, sentence in (
        ({"wanted_on": "", "reason": "Vì"}, "Ghi ngày xin gia hạn"),
        ({"wanted_on": "31/12/2024", "reason": "Lý do đã gõ"}, "phải sau hạn hiện nay"),
        ({"wanted_on": "31/01/2025", "reason": " "}, "Ghi lý do"),
        ({"wanted_on": "31/01/2025", "reason": "Văn bản MẬT"}, "văn bản mật"),
    ):
        answer = client.post(url, typed)
        assert answer.status_code == 422 and sentence in text(answer)
        assert typed["reason"].strip() in text(answer)
    assert not Extension.objects.exists()
    form = {"wanted_on": "31/01/2025", "reason": "Chờ ý kiến"}
    for _ in range(2):
        assert client.post(url, form).status_code == 302
    assert Extension.objects.count() == 1
    assert "Đang xin gia hạn đến 31/01/2025" in text(client.get("/viec-cua-don-vi/?nam=2024"))
    assert client.post(url, form | {"reason": "Khác"}).status_code == 422


def test_too_late_to_ask_says_so(client, work, minh):
    with time_machine.travel(at(2025, 1, 5), tick=False):
        client.force_login(minh)
        page = text(client.get(f"/phan-viec/{work.pk}/gia-han/"))
    assert "gia hạn phải xin trước khi hết hạn" in page and "<textarea" not in page


def test_hcqt_advises_and_the_leader_decides_on_pages(client, work, minh, thu, quang):
    extension = ask(work, minh)
    url = f"/gia-han/{extension.pk}/"
    client.force_login(thu)
    assert "Chờ ý kiến của HCQT" in text(client.get("/gia-han/"))
    assert client.post(url, {"favourable": "1", "words": ""}).status_code == 422
    client.post(url, {"favourable": "1", "words": "Nên cho."})
    client.force_login(quang)
    assert "1 đề nghị gia hạn</a> đang chờ quyết định" in text(client.get("/cho-xac-nhan/"))
    assert "Chờ lãnh đạo quyết định" in text(client.get("/gia-han/"))
    assert "Nên cho." in text(client.get(url))
    for typed, sentence in (
        ({}, "Chọn một quyết định"),
        ({"decision": "refused"}, "Không đồng ý thì ghi lý do"),
        ({"decision": "other_day"}, "Ghi ngày cho gia hạn đến"),
        ({"decision": "other_day", "granted_on": "31/12/2024"}, "phải sau hạn hiện nay"),
    ):
        answer = client.post(url, typed)
        assert answer.status_code == 422 and sentence in text(answer)
    answer = client.post(url, {"decision": "granted"}, follow=True)
    assert "Đã quyết định gia hạn III.5/2024: đồng ý." in text(answer)
    assert fresh(work).due_on == LATER
    late = client.post(url, {"decision": "granted"})
    assert late.status_code == 409 and "đã được quyết định" in text(late)


def test_the_unit_reads_its_own_and_nobody_elses(client, work, minh, hoa):
    url = f"/gia-han/{ask(work, minh).pk}/"
    client.force_login(minh)
    page = text(client.get(url))
    assert "Chờ ý kiến của các sở." in page and "Ghi quyết định" not in page
    assert client.post(url, {"decision": "granted"}).status_code == 403
    client.force_login(hoa)
    assert client.get(url).status_code == 404
    assert client.get("/nhiem-vu/III.5/2024/").content.decode().count("Chờ ý kiến của các sở.") == 0


def test_the_third_request_is_flagged(client, work, minh, quang):
    for day in (date(2025, 1, 10), date(2025, 1, 20), date(2025, 1, 30)):
        last = ask(work, minh, day)
        if day < date(2025, 1, 30):
            decide(last, quang)
    client.force_login(quang)
    assert "xin lần thứ 3" in text(client.get("/gia-han/"))
    page = text(client.get(f"/gia-han/{last.pk}/"))
    assert "xin gia hạn lần thứ 3" in page and "hạn ban đầu" in page


def test_the_list_always_takes_as_many_queries(
    client, minh, quang, opened, assignment_of, django_assert_max_num_queries
):
    ask(assignment_of("III.5/2024"), minh)
    client.force_login(quang)
    with django_assert_max_num_queries(11) as few:
        client.get("/gia-han/")
    for code in ("III.1", "III.2", "III.3"):
        ask(assignment_of(f"{code}/2024"), minh)
    with django_assert_max_num_queries(len(few)):
        page = client.get("/gia-han/")
    assert len(page.context["open"]) == 4


# --- what the database itself refuses ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("an_extension_is_later", {"wanted_on": DUE}),
        ("a_granted_extension_has_its_day", {"granted_on": LATER}),
        ("a_granted_extension_has_its_day", {"decision": "granted", "decided": True}),
        ("a_refusal_says_why", {"decision": "refused", "decided": True}),
        ("a_decision_has_its_author", {"decision": "granted", "granted_on": LATER}),
        ("a_decision_has_its_author", {"decided": True}),
    ],
)
def test_the_database_refuses(work, minh, quang, name, wrong):
    right = {"assignment": work, "due_on": DUE, "wanted_on": LATER, "reason": "Vì"}
    right |= {"asked_by": minh, "asked_at": at(2024, 12, 1)}
    if wrong.pop("decided", False):
        wrong |= {"decided_by": quang, "decided_at": at(2024, 12, 2)}
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Extension.objects.create(**right | wrong)
    Extension.objects.create(**right)
    with pytest.raises(IntegrityError), transaction.atomic():
        Extension.objects.create(**right)  # one_open_extension_at_a_time


def test_a_report_goes_on_while_the_request_waits(work, minh):
    ask(work, minh)
    report(work, minh, at(2024, 12, 15))
    assert fresh(work).state == State.DOING

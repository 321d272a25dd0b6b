"""Chờ xác nhận: the queue, the decision, and who may not."""

from datetime import date

import pytest
import time_machine

from conftest import at
from tasks.models import Assignment, ProgressUpdate
from tasks.tests.story import fresh, give_back, report, send, verify
from tasks.workflow import State

QUEUE = "/cho-xac-nhan/"


@pytest.fixture(autouse=True)
def december():
    with time_machine.travel(at(2024, 12, 16), tick=False):
        yield


@pytest.fixture
def sent(assignment_of, minh):
    """I.2/2024 of Minh's centre, sent with a document of 19/02/2024."""
    work = assignment_of("I.2/2024")
    send(work, minh)
    return fresh(work)


@pytest.fixture
def own(assignment_of, lan):
    """V.2/2024 of HCQT itself, sent."""
    work = assignment_of("V.2/2024")
    send(work, lan, date(2024, 3, 20))
    return fresh(work)


def text(response) -> str:
    return response.content.decode()


def test_hcqt_sees_what_units_sent_and_verifies(client, thu, sent, own):
    client.force_login(thu)
    page = text(client.get(QUEUE))
    assert "Đã ban hành." in page and "14/KH-VP" in page and "hoàn thành đúng hạn" in page
    assert "V.2" not in page.split("<main")[1], "HCQT's own work goes to a leader"
    answer = client.post(f"/phan-viec/{sent.pk}/xac-nhan/", {"version": sent.version}, follow=True)
    assert "Đã xác nhận I.2/2024" in text(answer)
    done = fresh(sent)
    assert (done.state, done.done_on) == (State.DONE, date(2024, 2, 19))


def test_a_leader_verifies_what_hcqt_did(client, quang, sent, own):
    client.force_login(quang)
    page = text(client.get(QUEUE)).split("<main")[1]
    assert "V.2" in page and "I.2" not in page
    client.post(f"/phan-viec/{own.pk}/xac-nhan/", {"version": own.version})
    assert fresh(own).state == State.DONE


def test_nobody_decides_on_their_own_unit(client, thu, quang, own, sent):
    client.force_login(thu)
    answer = client.post(f"/phan-viec/{own.pk}/xac-nhan/", {"version": own.version})
    assert answer.status_code == 403 and "chính đơn vị mình" in text(answer)
    client.force_login(quang)
    assert client.post(f"/phan-viec/{sent.pk}/xac-nhan/").status_code == 403
    assert fresh(own).state == fresh(sent).state == State.PENDING


@pytest.mark.parametrize("who", ["minh", "hung", "an"])
def test_units_have_no_queue(client, who, sent, request):
    client.force_login(request.getfixturevalue(who))
    assert client.get(QUEUE).status_code == 403
    assert client.post(f"/phan-viec/{sent.pk}/xac-nhan/").status_code == 403


def test_return_with_a_reason(client, thu, sent):
    client.force_login(thu)
    url = f"/phan-viec/{sent.pk}/tra-lai/"
    assert client.get(url).status_code == 200
    empty = client.post(url, {"version": sent.version, "reason": "  "})
    assert empty.status_code == 422 and "Ghi lý do" in text(empty)
    client.post(url, {"version": sent.version, "reason": "Thiếu chữ ký"})
    assert fresh(sent).state == State.RETURNED
    assert sent.updates.last().reason == "Thiếu chữ ký"


def test_what_moved_on_since_is_not_verified_and_the_reason_is_kept(client, thu, minh, sent):
    seen = sent.version
    give_back(sent, thu, at(2024, 12, 10))
    report(sent, minh, at(2024, 12, 11))
    send(sent, minh, date(2024, 12, 12))
    client.force_login(thu)
    answer = client.post(f"/phan-viec/{sent.pk}/xac-nhan/", {"version": seen})
    assert answer.status_code == 409 and fresh(sent).state == State.PENDING
    answer = client.post(f"/phan-viec/{sent.pk}/tra-lai/", {"version": seen, "reason": "Chữ đã gõ"})
    assert answer.status_code == 409 and "Chữ đã gõ" in text(answer)
    assert fresh(sent).state == State.PENDING


@pytest.mark.parametrize("version", ["", "abc", "-1"])
def test_a_verification_that_does_not_say_what_was_seen_is_refused(client, thu, sent, version):
    client.force_login(thu)
    answer = client.post(f"/phan-viec/{sent.pk}/xac-nhan/", {"version": version})
    assert answer.status_code == 409
    assert fresh(sent).state == State.PENDING


def test_verifying_twice_says_what_it_is_now(client, thu, sent):
    verify(sent, thu)
    client.force_login(thu)
    answer = client.post(f"/phan-viec/{sent.pk}/xac-nhan/", {"version": fresh(sent).version})
    assert answer.status_code == 409 and "Hoàn thành" in text(answer)
    assert ProgressUpdate.objects.filter(act="verify").count() == 1


def test_the_menu_counts_the_queue(client, quang, own):
    client.force_login(quang)
    menu = text(client.get(QUEUE)).split('<nav class="d-flex"')[1].split("</nav>")[0]
    assert "1 việc chờ xác nhận" in menu


def test_an_empty_queue_says_so(client, thu, plan):
    client.force_login(thu)
    assert "Không có việc nào chờ xác nhận" in text(client.get(QUEUE))


def test_fixed_number_of_queries(client, thu, sent, minh, django_assert_max_num_queries):
    client.force_login(thu)
    with django_assert_max_num_queries(20) as few:
        client.get(QUEUE)
    for work in Assignment.objects.filter(unit=minh.unit, year=2024, state=State.NEW):
        send(work, minh, date(2024, 11, 1))
    with django_assert_max_num_queries(len(few)):
        page = client.get(QUEUE)
    assert text(page).count("<article") > 5

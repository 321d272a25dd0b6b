"""Ý kiến chỉ đạo: given, answered, sent back, closed; who may, and who reads it."""

from datetime import date

import pytest
import time_machine
from django.core.exceptions import PermissionDenied

from cchc.models import AuditEvent, Unit
from conftest import at, make_user
from tasks import directing
from tasks.actions import Stale
from tasks.models import Assignment, Directive, Notice
from tasks.workflow import NotAllowed

NOW = at(2024, 12, 16)
WORDS = "Báo cáo rõ nguyên nhân chậm."


@pytest.fixture(autouse=True)
def december():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def task(plan):
    return plan.tasks.get(code="I.2")


def give(task, by, unit="TTPVKS", **more):
    told = {"words": WORDS, "due_on": date(2024, 12, 20)} | more
    unit = Unit.objects.get(code=unit)
    return directing.direct(task=task, year=2024, period="", unit=unit, by=by, at=NOW, **told)


def answer(directive, by, words="Do chờ thẩm định."):
    return directing.answer(
        directive=directive, by=by, at=NOW, seen_version=directive.version, words=words
    )


def close(directive, by, act=directing.accept, words=""):
    return act(directive=directive, by=by, at=NOW, seen_version=directive.version, words=words)


def text(response) -> str:
    return response.content.decode()


def test_from_the_leader_to_the_end(task, quang, minh, thu):
    directive = give(task, quang)
    assert give(task, quang) == directive, "a second click does no harm"
    told = Notice.objects.get(user=minh)
    assert told.urgent and WORDS in told.words
    answer(directive, minh)
    assert directive.status == "answered"
    close(directive, thu, directing.send_back, "Nêu rõ ngày.")
    assert directive.status == "open"
    assert Notice.objects.filter(user=minh, urgent=True).count() == 2
    answer(directive, minh, "Xong ngày 20/12.")
    close(directive, quang)
    assert (directive.status, directive.closed_by) == ("closed", quang)
    assert list(directive.answers.values_list("accepted", flat=True)) == [False, True]
    verbs = AuditEvent.objects.filter(target_type="directive").order_by("pk")
    assert list(verbs.values_list("verb", flat=True)) == [
        "directive_given",
        "directive_answered",
        "directive_sent_back",
        "directive_answered",
        "directive_closed",
    ]


@pytest.mark.parametrize("who", ["minh", "hung", "thu", "an"])
def test_only_a_leader_directs(who, request, task):
    with pytest.raises(PermissionDenied):
        give(task, request.getfixturevalue(who))


def test_only_units_of_the_office_are_spoken_to(task, quang, plan):
    other = Unit.objects.create(code="SNV", name="Sở Nội vụ", short_name="SNV", path="/SNV/")
    with pytest.raises(NotAllowed, match="Sở Nội vụ"):
        give(task, quang, other.code)


def test_only_the_addressee_answers(task, quang, hoa, lan, thu):
    directive = give(task, quang)
    for person in (hoa, lan, thu, quang):
        with pytest.raises(PermissionDenied):
            answer(directive, person)


def test_nobody_closes_what_their_own_unit_answered(task, quang, lan, thu, minh):
    own = give(task, quang, "HCQT")
    answer(own, lan)
    for person in (thu, lan, minh):
        with pytest.raises(PermissionDenied):
            close(own, person)
    assert not Notice.objects.filter(user=thu, path__endswith="/xu-ly/").exists()
    close(own, quang)
    assert own.status == "closed"


def test_every_act_in_its_time(task, quang, minh):
    directive = give(task, quang)
    with pytest.raises(NotAllowed, match="chờ trả lời"):
        close(directive, quang)
    said = answer(directive, minh)
    assert answer(directive, minh) == said
    with pytest.raises(NotAllowed):
        answer(directive, minh, "Khác")
    with pytest.raises(NotAllowed, match="vì sao"):
        close(directive, quang, directing.send_back)


def test_what_changed_since_is_not_written(task, quang, thu, minh):
    directive = give(task, quang)
    answer(directive, minh)
    seen = Directive.objects.select_related("task__plan__coordinator", "unit", "by").get()
    close(directive, quang, directing.send_back, "Chưa rõ.")
    with pytest.raises(Stale):
        close(seen, thu)
    assert Directive.objects.get().status == "open"


# Pages


def test_the_journey_over_the_pages(client, task, quang, minh, thu):
    client.force_login(quang)
    url = "/nhiem-vu/I.2/2024/chi-dao/"
    unit = Unit.objects.get(code="TTPVKS").pk
    empty = client.post(url, {"unit": unit, "words": "", "due_on": "31/11/2024"})
    assert empty.status_code == 422 and "Tháng 11 không có ngày 31" in text(empty)
    assert client.post(url, {"unit": unit, "words": WORDS, "due_on": ""}).status_code == 302
    directive = Directive.objects.get()
    client.force_login(minh)
    page = text(client.get("/viec-cua-don-vi/"))
    assert "Ý kiến chỉ đạo chờ trả lời" in page and WORDS in page
    reply = f"/chi-dao/{directive.pk}/tra-loi/"
    assert client.post(reply, {"version": 1, "words": " "}).status_code == 422
    assert client.post(reply, {"version": 1, "words": "Do chờ."}).status_code == 302
    assert client.post(reply, {"version": 1, "words": "Do chờ."}).status_code == 302
    assert "Ý kiến chỉ đạo chờ trả lời" not in text(client.get("/viec-cua-don-vi/"))
    client.force_login(thu)
    decide = f"/chi-dao/{directive.pk}/xu-ly/"
    assert "Do chờ." in text(client.get(decide))
    refused = client.post(decide, {"version": 2, "words": "", "send_back": "1"})
    assert refused.status_code == 422 and "vì sao" in text(refused)
    stale = client.post(decide, {"version": 1, "words": "Chữ đã gõ", "accept": "1"})
    assert stale.status_code == 409 and "Chữ đã gõ" in text(stale)
    assert client.post(decide, {"version": 2, "words": "", "accept": "1"}).status_code == 302
    assert Directive.objects.get().status == "closed"


def test_each_reads_their_own(client, task, quang, minh, hoa, thu, an):
    directive = give(task, quang)
    for person, sees in ((minh, True), (thu, True), (quang, True), (hoa, False)):
        client.force_login(person)
        assert (WORDS in text(client.get("/chi-dao/"))) == sees
        answered = client.get(f"/chi-dao/{directive.pk}/tra-loi/").status_code
        assert answered == {minh: 200, hoa: 404}.get(person, 403)
    client.force_login(an)
    assert client.get("/chi-dao/").status_code == 403


def test_the_task_page_and_the_dashboard_tell_it_to_those_who_may_read(
    client, task, quang, minh, hoa, thu
):
    # an office that begins in 2024: the dashboard's first items are of this year
    Assignment.objects.filter(year__lt=2024).exclude(state="waiting").delete()
    answer(give(task, quang), minh)
    for person, reads in ((minh, True), (thu, True), (quang, True), (hoa, False)):
        client.force_login(person)
        page = text(client.get("/nhiem-vu/I.2/2024/"))
        assert (WORDS in page and "Do chờ thẩm định." in page) == reads
        assert ("/nhiem-vu/I.2/2024/chi-dao/" in page) == (person == quang)
        assert WORDS not in text(client.get("/nhiem-vu/I.2/2024/?tinh-den=2024-12-15"))
        dashboard = text(client.get("/?nam=2024"))
        assert ("Chỉ đạo 16/12/2024" in dashboard) == (person in (thu, quang))


@pytest.mark.parametrize("period", ["2031", "abcd", "2024-Q9", "٢٠٢٤"])
def test_no_directive_on_a_period_that_is_not_there(client, quang, plan, period):
    client.force_login(quang)
    assert client.get(f"/nhiem-vu/I.2/{period}/chi-dao/").status_code == 404


def test_fixed_number_of_queries(client, task, quang, minh, django_assert_max_num_queries):
    make_user("binh", "Lý Bình", "member", "TTPVKS")
    answer(give(task, quang), minh)
    client.force_login(quang)
    with django_assert_max_num_queries(18) as few:
        client.get("/chi-dao/")
    for number in range(8):
        answer(give(task, quang, words=f"Ý kiến {number}"), minh)
    with django_assert_max_num_queries(len(few)):
        assert text(client.get("/chi-dao/")).count("data-row") == 9

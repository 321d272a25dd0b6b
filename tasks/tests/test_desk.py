"""Điều phối: each piece of work in exactly one queue, with the next act; many verified at once."""

import random
from datetime import date, timedelta

import pytest
import time_machine

from conftest import at
from tasks import actions, directing, extending, urging
from tasks.buckets import SOON_DAYS
from tasks.models import Assignment, Directive, ProgressUpdate, Reminder
from tasks.pages.queues import read_queues
from tasks.tests.story import fresh, give_back, report, send, verify
from tasks.workflow import WORKING, State

TODAY = date(2024, 12, 26)
NOW = at(2024, 12, 26)
MANY = "/cho-xac-nhan/xac-nhan/"


@pytest.fixture(autouse=True)
def december():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture(autouse=True)
def only_2024(opened):
    Assignment.objects.filter(year__lt=2024).exclude(state="waiting").delete()


def text(response) -> str:
    return response.content.decode()


def queues(plan, user, today=TODAY):
    return read_queues(plan, user, today)


def urged(found) -> dict[str, str]:
    return {f"{u.row.code} {u.row.unit_code}": u.rung for u in found.urge}


def blocked(work, by, when):
    return report(work, by, when, difficulty="Chờ Sở Tư pháp.", proposal="Đề nghị lãnh đạo gặp.")


def test_late_work_is_to_be_urged_until_it_was(plan, thu, minh, assignment_of):
    work = assignment_of("I.2/2024")
    assert urged(queues(plan, thu))["I.2 TTPVKS"] == "note"
    before = queues(plan, thu)
    urging.remind(assignment=work, by=thu, at=NOW)
    after = queues(plan, thu)
    assert "I.2 TTPVKS" not in urged(after) and after.with_units == before.with_units + 1
    assert urged(queues(plan, thu, TODAY + timedelta(6)))["I.2 TTPVKS"] == "letter"
    reminder = Reminder.objects.select_related("assignment__task__plan__coordinator").get()
    promise = {"answer": "promise", "promised_on": date(2025, 1, 20)}
    urging.answer_reminder(reminder=reminder, by=minh, at=NOW, **promise)
    assert "I.2 TTPVKS" not in urged(queues(plan, thu, date(2025, 1, 20)))
    assert urged(queues(plan, thu, date(2025, 1, 21)))["I.2 TTPVKS"] == "letter"


def test_what_was_returned_with_a_day_waits_for_that_day(plan, thu, minh, assignment_of):
    work = assignment_of("I.2/2024")
    send(work, minh)
    now = fresh(work)
    actions.return_to_unit(
        assignment=now,
        by=thu,
        at=NOW,
        seen_version=now.version,
        reason="Thiếu chữ ký.",
        redo_by=date(2024, 12, 30),
    )
    assert fresh(work).updates.last().reason == "Thiếu chữ ký. Bổ sung trước ngày 30/12/2024."
    assert "I.2 TTPVKS" not in urged(queues(plan, thu, date(2024, 12, 30)))
    assert "I.2 TTPVKS" in urged(queues(plan, thu, date(2024, 12, 31)))


def test_a_proposal_asks_for_a_decision_until_a_leader_spoke(plan, thu, minh, quang, assignment_of):
    work = assignment_of("I.3/2024")
    blocked(work, minh, at(2024, 12, 2))
    found = queues(plan, thu)
    assert [p.words for p in found.proposals] == ["Đề nghị lãnh đạo gặp."]
    assert "I.3 TTPVKS" not in urged(found)
    directive = directing.direct(
        task=work.task, year=2024, period="", unit=work.unit, by=quang, at=NOW, words="Đã gặp."
    )
    assert queues(plan, thu).proposals == ()
    directing.answer(directive=directive, by=minh, at=NOW, seen_version=1, words="Vâng.")
    found = queues(plan, thu)
    assert found.answers == (directive,) and "I.3 TTPVKS" not in urged(found)


def test_a_proposal_told_to_the_leaders_is_theirs(plan, thu, minh, assignment_of):
    work = assignment_of("I.3/2024")
    blocked(work, minh, at(2024, 12, 2))
    urging.report_to_leaders(assignment=fresh(work), by=thu, at=NOW)
    found = queues(plan, thu)
    assert found.proposals == () and "I.3 TTPVKS" not in urged(found)


def test_answers_of_hcqt_go_to_the_leader(plan, thu, lan, quang, assignment_of):
    work = assignment_of("V.2/2024")
    directive = directing.direct(
        task=work.task, year=2024, period="", unit=work.unit, by=quang, at=NOW, words="Báo cáo."
    )
    directing.answer(directive=directive, by=lan, at=NOW, seen_version=1, words="Vâng.")
    assert queues(plan, thu).answers == ()


def test_an_extension_asked_for_is_decided_not_urged(plan, thu, minh, assignment_of):
    work = assignment_of("III.5/2024")
    assert "III.5 TTPVKS" in urged(queues(plan, thu))
    ask = {"wanted_on": date(2025, 2, 1), "reason": "Chờ hướng dẫn."}
    extending.ask(assignment=fresh(work), by=minh, at=NOW, **ask)
    found = queues(plan, thu)
    assert [e.assignment_id for e in found.extensions] == [work.pk]
    assert "III.5 TTPVKS" not in urged(found)


ACTS = ("nothing", "send", "return", "blocked", "remind", "promise", "letter", "leaders", "direct")


@pytest.mark.parametrize("seed", range(6))
def test_each_piece_of_work_is_in_exactly_one_queue(plan, thu, minh, hoa, lan, quang, seed):
    """Whatever was done: none twice, none lost that is nobody else's turn."""
    chance = random.Random(seed)
    people = {"TTPVKS": minh, "TTCBTH": hoa, "HCQT": lan}
    works = Assignment.objects.filter(year=2024, unit__code__in=people, state=State.NEW)
    acts = {}
    for work in works.select_related("task__plan__coordinator", "unit").order_by("pk"):
        acts[work.pk] = chance.choice(ACTS)
        _do(acts[work.pk], work, people[work.unit.code], thu, quang)
    found = queues(plan, thu)
    places = [*found.confirm, *(u.row.assignment_id for u in found.urge)]
    places += [e.assignment_id for e in found.extensions]
    places += [p.row.assignment_id for p in found.proposals]
    places += [pk for d in found.answers for pk in _slots(d)]
    assert len(places) == len(set(places))
    assert set(found.confirm) == set(Assignment.objects.awaiting(thu).values_list("pk", flat=True))
    near = Assignment.objects.filter(
        year=2024, state__in=WORKING, due_on__lte=TODAY + timedelta(SOON_DAYS)
    )
    left = {pk for pk in near.values_list("pk", flat=True) if pk not in places}
    excused = {pk for pk, act in acts.items() if act in ("return", *ACTS[4:])}
    excused |= {pk for d in Directive.objects.all() for pk in _slots(d)}
    assert left <= excused
    assert found.total == len(found.confirm) + len(found.urge) + len(found.decide)


def _slots(directive):
    slots = Assignment.objects.filter(
        task=directive.task, year=directive.year, period=directive.period, unit=directive.unit
    )
    return slots.values_list("pk", flat=True)


def _do(act, work, unit_member, thu, quang):
    if act in ("send", "return"):
        send(work, unit_member, date(2024, 12, 1))
    if act == "return" and work.unit.code != "HCQT":
        give_back(work, thu, NOW)
    if act == "blocked":
        blocked(work, unit_member, at(2024, 12, 2))
    if act in ("remind", "promise") and work.due_on:
        note = urging.remind(assignment=fresh(work), by=thu, at=NOW)
        if act == "promise":
            promise = {"answer": "promise", "promised_on": date(2025, 1, 20)}
            urging.answer_reminder(reminder=note, by=unit_member, at=NOW, **promise)
    if act in ("letter", "leaders") and work.due_on and work.due_on < TODAY:
        urging.report_to_leaders(assignment=fresh(work), by=thu, at=NOW)
    if act == "direct":
        told = {"year": 2024, "period": work.period, "unit": work.unit, "words": "Báo cáo."}
        given = directing.direct(task=work.task, by=quang, at=NOW, **told)
        directing.answer(directive=given, by=unit_member, at=NOW, seen_version=1, words="Vâng.")


# The page


def test_the_desk_says_why_and_what_next(client, plan, thu, minh, assignment_of):
    send(assignment_of("I.2/2024"), minh, date(2024, 12, 20))
    blocked(assignment_of("I.3/2024"), minh, at(2024, 12, 2))
    client.force_login(thu)
    page = text(client.get("/dieu-phoi/"))
    assert "Gửi ngày 20/12/2024, chờ 6 ngày" in page and "/cho-xac-nhan/?trang=1#viec-" in page
    page = text(client.get("/dieu-phoi/?hang=don-doc"))
    assert "Hạn 30/12/2024, còn 4 ngày" in page and "Nhắc đơn vị" in page
    page = text(client.get("/dieu-phoi/?hang=quyet-dinh"))
    assert "chưa có ý kiến chỉ đạo" in page and "đã ban hành chưa?" in page


def test_the_menu_counts_all_three(client, plan, thu, quang):
    client.force_login(thu)
    menu = text(client.get("/ke-hoach/")).split('<nav class="d-flex"')[1].split("</nav>")[0]
    total = queues(plan, thu).total
    assert f"{total} việc chờ HCQT" in menu and "Chờ xác nhận" not in menu
    client.force_login(quang)
    menu = text(client.get("/ke-hoach/")).split('<nav class="d-flex"')[1].split("</nav>")[0]
    assert "Chờ xác nhận" in menu and "Điều phối" not in menu


def test_notes_are_given_from_the_desk(client, thu, assignment_of):
    work = assignment_of("I.2/2024")
    client.force_login(thu)
    url = f"/phan-viec/{work.pk}/nhac/"
    page = text(client.post(url, {"words": "Gửi sớm."}, follow=True))
    assert "Đã nhắc I.2/2024" in page
    assert client.post(url, {"words": "Gửi sớm."}).status_code == 302
    assert Reminder.objects.count() == 1
    report_url = f"/phan-viec/{work.pk}/bao-cao/"
    assert client.post(report_url, {"words": ""}).status_code == 302
    refused = client.post(url, {"words": "Giữ chữ này"})
    assert refused.status_code == 302, "the note of today again"


def test_a_desk_of_the_past_is_the_desk_of_now(client, thu, plan):
    client.force_login(thu)
    assert client.get("/dieu-phoi/?tinh-den=2024-06-01").url == "/dieu-phoi/"


@pytest.mark.usefixtures("made_anew")
def test_fixed_number_of_queries(client, thu, minh, assignment_of, django_assert_max_num_queries):
    client.force_login(thu)
    blocked(assignment_of("I.3/2024"), minh, at(2024, 12, 2))
    for queue in ("xac-nhan", "don-doc", "quyet-dinh"):
        with django_assert_max_num_queries(22):
            assert client.get(f"/dieu-phoi/?hang={queue}").status_code == 200
    with django_assert_max_num_queries(22) as few:
        client.get("/dieu-phoi/?hang=don-doc")
    urging.remind(assignment=assignment_of("I.2/2024"), by=thu, at=at(2024, 12, 10))
    for work in Assignment.objects.filter(unit=minh.unit, year=2024, state=State.NEW)[:3]:
        blocked(work, minh, at(2024, 12, 3))
    with django_assert_max_num_queries(len(few)):
        client.get("/dieu-phoi/?hang=don-doc")


# Many at once


@pytest.fixture
def sent(assignment_of, minh):
    works = [assignment_of(f"{code}/2024") for code in ("I.2", "I.3", "III.5")]
    for work in works:
        send(work, minh, date(2024, 12, 1))
    return [fresh(work) for work in works]


def pair(work) -> str:
    return f"{work.pk}:{work.version}"


def test_only_the_ticked_ones_are_verified(client, thu, sent):
    client.force_login(thu)
    assert text(client.get("/cho-xac-nhan/")).count("data-tick>") == 3
    page = text(client.post(MANY, {"seen": [pair(sent[0]), pair(sent[2])]}, follow=True))
    assert "Đã xác nhận 2 phần việc: I.2/2024" in page
    assert [fresh(work).state for work in sent] == [State.DONE, State.PENDING, State.DONE]


def test_what_changed_is_named_and_left(client, thu, minh, sent):
    seen = [pair(work) for work in sent]
    give_back(sent[1], thu, NOW)
    send(sent[1], minh, date(2024, 12, 20))
    client.force_login(thu)
    page = text(client.post(MANY, {"seen": seen}, follow=True))
    assert "Đã xác nhận 2 phần việc" in page
    assert "Để lại 1 phần việc đã thay đổi" in page and "I.3/2024 (TT PV-KSTTHC)" in page
    assert fresh(sent[1]).state == State.PENDING
    page = text(client.post(MANY, {"seen": seen}, follow=True))
    assert ProgressUpdate.objects.filter(act="verify").count() == 2, "a second click does no harm"


@pytest.mark.parametrize("seen", [[], ["abc"], ["1:"], ["999999999:1"], ["1:1; DROP", "٣:١"]])
def test_nothing_ticked_verifies_nothing(client, thu, sent, seen):
    client.force_login(thu)
    page = text(client.post(MANY, {"seen": seen}, follow=True))
    assert "Chưa đánh dấu" in page
    assert not ProgressUpdate.objects.filter(act="verify").exists()


def test_nobody_slips_in_their_own_unit(client, thu, lan, quang, sent, assignment_of):
    own = assignment_of("V.2/2024")
    send(own, lan, date(2024, 12, 1))
    client.force_login(thu)
    client.post(MANY, {"seen": [pair(fresh(own)), pair(sent[0])]})
    assert (fresh(own).state, fresh(sent[0]).state) == (State.PENDING, State.DONE)
    client.force_login(quang)
    client.post(MANY, {"seen": [pair(fresh(own)), pair(sent[1])]})
    assert (fresh(own).state, fresh(sent[1]).state) == (State.DONE, State.PENDING)


def test_a_return_names_the_day_to_complete_it(client, thu, minh, sent):
    client.force_login(thu)
    url = f"/phan-viec/{sent[0].pk}/tra-lai/"
    form = {"version": sent[0].version, "reason": "Thiếu chữ ký", "redo_by": "26/12/2024"}
    wrong = client.post(url, form)
    assert wrong.status_code == 422 and "phải ở sau hôm nay" in text(wrong)
    assert "Thiếu chữ ký" in text(wrong)
    assert client.post(url, form | {"redo_by": "30/12/2024"}).status_code == 302
    assert sent[0].updates.last().redo_by == date(2024, 12, 30)
    client.force_login(minh)
    assert "Bổ sung trước ngày 30/12/2024" in text(client.get("/viec-cua-don-vi/"))


def test_verified_work_leaves_every_queue(plan, thu, sent):
    verify(sent[0], thu, NOW)
    found = queues(plan, thu)
    assert sent[0].pk not in found.confirm and "I.2 TTPVKS" not in urged(found)

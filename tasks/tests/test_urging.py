"""Đôn đốc: the rungs that are given, their answers, and who may."""

from datetime import date, timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from cchc.models import AuditEvent
from conftest import at
from tasks import urging
from tasks.models import Assignment, Notice, Reminder, UrgeLetter
from tasks.tests.story import fresh, send
from tasks.workflow import NotAllowed

TODAY = date(2024, 12, 16)
NOW = at(2024, 12, 16)
LATER = at(2024, 12, 30)


@pytest.fixture(autouse=True)
def december():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture(autouse=True)
def only_2024(opened):
    """An office that begins in 2024: nothing is left over from earlier years."""
    Assignment.objects.filter(year__lt=2024).exclude(state="waiting").delete()


@pytest.fixture
def late(assignment_of):
    """I.2/2024 of Minh's centre: due 31/03/2024, nothing done."""
    return assignment_of("I.2/2024")


@pytest.fixture
def late_too(assignment_of):
    return assignment_of("I.3/2024")


def remind(work, by, when=NOW, words="Đề nghị gửi kết quả."):
    return urging.remind(assignment=fresh(work), by=by, at=when, words=words)


def letter_to(work, by, when=NOW, days=5, **more):
    plan = work.task.plan
    answer_by = when.date() + timedelta(days)
    return urging.issue_letter(
        plan=plan, unit=work.unit, by=by, at=when, answer_by=answer_by, **more
    )


def reply(reminder, by, answer="reason", words="Chờ Sở Tư pháp.", when=NOW, promised_on=None):
    reminder = Reminder.objects.select_related("assignment__task__plan__coordinator").get(
        pk=reminder.pk
    )
    return urging.answer_reminder(
        reminder=reminder, by=by, at=when, answer=answer, words=words, promised_on=promised_on
    )


def text(response) -> str:
    return response.content.decode()


def test_notices_are_given_once_and_told_to_the_unit(plan, minh, hoa, late):
    first = urging.give_notices(plan=plan, today=TODAY, at=NOW)
    assert {r.step for r in first} == {"-15", "+15"}
    assert urging.give_notices(plan=plan, today=TODAY, at=NOW) == []
    mine = Reminder.objects.get(assignment=late)
    assert (mine.step, mine.due_on, mine.by) == ("+15", date(2024, 3, 31), None)
    told = Notice.objects.filter(user=minh)
    assert told.filter(words="I.2/2024 đã quá hạn 260 ngày").count() == 1
    assert not Notice.objects.filter(user=hoa, words__startswith="I.2").exists()


def test_notices_leave_out_what_was_sent_and_what_was_promised(plan, minh, thu, late, late_too):
    send(late, minh)
    reply(remind(late_too, thu), minh, "promise", promised_on=date(2024, 12, 30))
    given = urging.give_notices(plan=plan, today=TODAY, at=NOW)
    assert not {late.pk, late_too.pk} & {r.assignment_id for r in given}


def test_the_days_of_the_notices_are_a_setting(plan, settings):
    settings.REMINDER_DAYS = [-40]
    given = urging.give_notices(plan=plan, today=TODAY, at=NOW)
    assert given and {r.step for r in given} == {"-40"}


def test_the_note_is_recorded_told_and_given_once_a_day(thu, minh, late):
    note = remind(late, thu)
    assert remind(late, thu) == note
    assert (note.rung, note.by, note.due_on) == ("note", thu, date(2024, 3, 31))
    assert AuditEvent.objects.filter(verb="reminder_note").count() == 1
    told = Notice.objects.get(user=minh)
    assert "Đề nghị gửi kết quả." in told.words and told.path == f"/don-doc/{note.pk}/tra-loi/"


@pytest.mark.parametrize("who", ["minh", "hung", "lan", "quang"])
def test_only_the_coordinator_urges(who, request, late, plan):
    person = request.getfixturevalue(who)
    with pytest.raises(PermissionDenied):
        remind(late, person)
    with pytest.raises(PermissionDenied):
        urging.report_to_leaders(assignment=late, by=person, at=NOW)
    with pytest.raises(PermissionDenied):
        letter_to(late, person)
    assert not Reminder.objects.exists()


def test_an_answer_stops_the_ladder_until_it_no_longer_holds(thu, minh, late):
    reply(remind(late, thu), minh, "promise", promised_on=date(2024, 12, 20))
    with pytest.raises(NotAllowed, match="20/12/2024"):
        letter_to_one(late, thu, at(2024, 12, 20))
    assert letter_to_one(late, thu, at(2024, 12, 21)).number == 1


def letter_to_one(work, by, when):
    """The refusal of this one piece of work, else the letter."""
    urging._require_step(fresh(work), "letter", when.date())
    return letter_to(work, by, when)


def test_what_is_done_or_far_from_its_day_is_not_urged(thu, minh, late, assignment_of):
    send(late, minh)
    with pytest.raises(NotAllowed, match="đơn vị còn đang làm"):
        remind(late, thu)
    far = assignment_of("I.2/2025")
    with pytest.raises(NotAllowed):
        remind(far, thu)


def test_nobody_goes_a_rung_back(thu, late):
    letter_to(late, thu)
    with pytest.raises(NotAllowed):
        remind(late, thu, LATER)


def test_a_letter_lists_the_overdue_work_of_one_unit_and_keeps_its_words(thu, minh, late, late_too):
    letter = letter_to(late, thu, words="Đã nhắc trong giao ban.")
    assert (letter.year, letter.number, str(letter)) == (2024, 1, "1/2024")
    assert [line["code"] for line in letter.lines] == ["I.2", "I.3"]
    assert letter.lines[0]["days_late"] == 260 and letter.lines[0]["due_on"] == "2024-03-31"
    late.task.text = "Lời khác"
    late.task.save(update_fields=["text"])
    assert "hoạt động kiểm soát TTHC" in UrgeLetter.objects.get().lines[0]["text"]
    assert letter.reminders.count() == 2
    assert Notice.objects.filter(user=minh, path=f"/don-doc/phieu/{letter.pk}/").count() == 1


def test_a_second_letter_waits_for_the_answer_of_the_first(thu, late):
    letter = letter_to(late, thu)
    with pytest.raises(NotAllowed, match="không có việc quá hạn nào"):
        letter_to(late, thu, words="Phiếu khác")
    assert letter_to(late, thu) == letter  # the same form twice
    assert letter_to(late, thu, at(2024, 12, 22)).number == 2


def test_hcqt_writes_no_letter_to_itself(thu, plan):
    with pytest.raises(NotAllowed, match="chính mình"):
        urging.issue_letter(
            plan=plan, unit=plan.coordinator, by=thu, at=LATER, answer_by=date(2025, 1, 20)
        )


def test_numbers_run_within_the_year_and_a_lost_race_takes_the_next(thu, late, monkeypatch):
    letter_to(late, thu)
    UrgeLetter.objects.update(year=2023)
    assert letter_to(late, thu, at(2024, 12, 22)).number == 1
    tries = []
    real = urging._issue

    def beaten_once(*arguments):
        tries.append(arguments)
        if len(tries) == 1:
            raise IntegrityError("taken")
        return real(*arguments)

    monkeypatch.setattr(urging, "_issue", beaten_once)
    assert letter_to(late, thu, at(2024, 12, 29)).number == 2
    assert len(tries) == 2
    with pytest.raises(IntegrityError), transaction.atomic():
        twin = UrgeLetter.objects.get(number=2)
        twin.pk = None
        twin.save()


def test_the_report_to_the_leaders_reaches_them_and_ends_the_ladder(thu, quang, late):
    letter_to(late, thu)
    rung = urging.report_to_leaders(assignment=late, by=thu, at=LATER, words="Chậm kéo dài.")
    assert urging.report_to_leaders(assignment=late, by=thu, at=LATER) == rung
    told = Notice.objects.get(user=quang)
    assert (
        "Chậm kéo dài." in told.words and told.path == "/don-doc/lanh-dao/?ke-hoach=cchc-2021-2025"
    )
    with pytest.raises(NotAllowed, match="mức cao hơn"):
        letter_to_one(late, thu, at(2025, 1, 20))


def test_only_its_unit_answers_once(thu, minh, hoa, hung, late):
    note = remind(late, thu)
    with pytest.raises(PermissionDenied):
        reply(note, hoa)
    answered = reply(note, minh)
    assert reply(note, minh) == answered, "the same sent twice"
    with pytest.raises(NotAllowed, match="Đã trả lời ngày 16/12/2024"):
        reply(note, hung, words="Lý do khác.")
    told = Notice.objects.get(user=thu)
    assert "trả lời đôn đốc I.2/2024: lý do: Chờ Sở Tư pháp." in told.words


@pytest.mark.parametrize("promised", [None, TODAY, date(2024, 12, 1)])
def test_a_promise_names_a_day_to_come(thu, minh, late, promised):
    note = remind(late, thu)
    with pytest.raises(NotAllowed, match="sau hôm nay"):
        reply(note, minh, "promise", promised_on=promised)
    assert Reminder.objects.get().answer == ""


# Pages


def test_the_unit_sees_what_it_is_asked_and_answers(client, thu, minh, late):
    note = remind(late, thu)
    client.force_login(minh)
    page = text(client.get("/viec-cua-don-vi/"))
    assert "Đôn đốc chờ trả lời" in page and f"/don-doc/{note.pk}/tra-loi/" in page
    url = f"/don-doc/{note.pk}/tra-loi/"
    wrong = client.post(url, {"answer": "promise", "promised_on": "31/11/2024", "words": "Chữ gõ"})
    assert wrong.status_code == 422
    assert "Tháng 11 không có ngày 31" in text(wrong) and "Chữ gõ" in text(wrong)
    none = client.post(url, {"answer": "proposal", "words": " "})
    assert none.status_code == 422 and "Ghi kiến nghị" in text(none)
    right = {"answer": "promise", "promised_on": "20/12/2024", "words": ""}
    assert client.post(url, right).status_code == 302
    assert client.post(url, right).status_code == 302, "a second click does no harm"
    assert Reminder.objects.get().promised_on == date(2024, 12, 20)
    assert "Đôn đốc chờ trả lời" not in text(client.get("/viec-cua-don-vi/"))
    assert "hẹn ngày 20/12/2024" in text(client.get(url))


def test_another_unit_does_not_find_it(client, thu, hoa, late):
    note, letter = remind(late, thu), letter_to(late, thu, at(2024, 12, 22))
    client.force_login(hoa)
    for address in (
        f"/don-doc/{note.pk}/tra-loi/",
        f"/don-doc/phieu/{letter.pk}/",
        f"/don-doc/phieu/{letter.pk}/word/",
    ):
        assert client.get(address).status_code == 404


def test_the_coordinator_issues_a_letter_on_its_page(client, thu, minh, late, late_too):
    client.force_login(thu)
    url = "/don-doc/phieu/lap/TTPVKS/"
    assert "2 việc quá hạn" in text(client.get(url))
    wrong = client.post(url, {"answer_by": "16/12/2024", "words": "Giữ lại"})
    assert wrong.status_code == 422 and "Giữ lại" in text(wrong)
    page = text(client.post(url, {"answer_by": "20/12/2024", "words": ""}, follow=True))
    assert "Phiếu đôn đốc số 1/2024" in page and page.count("Chưa trả lời") == 2
    again = client.post(url, {"answer_by": "20/12/2024", "words": ""})
    assert again.status_code == 302 and UrgeLetter.objects.count() == 1  # the same form twice
    client.force_login(minh)
    assert "tra-loi" in text(client.get("/don-doc/phieu/" + str(UrgeLetter.objects.get().pk) + "/"))


def test_the_leaders_list_says_what_was_done_about_each(
    client, quang, thu, minh, late, django_assert_max_num_queries
):
    reply(remind(late, thu), minh)
    client.force_login(quang)
    with django_assert_max_num_queries(14):
        page = text(client.get("/don-doc/lanh-dao/"))
    assert "HCQT nhắc 16/12/2024: lý do: Chờ Sở Tư pháp." in page and "Chưa đôn đốc" in page
    assert "quá 260 ngày" in page and "/nhiem-vu/I.2/2024/chi-dao/?don-vi=" in page

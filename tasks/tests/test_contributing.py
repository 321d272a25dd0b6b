"""Units that work together: chosen, asked, answering; who reads what."""

from datetime import date

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse

from cchc.models import AuditEvent, Unit
from conftest import at
from tasks import contributing
from tasks.models import Assignment, ChosenUnit, Contribution, Notice, TaskUnit
from tasks.tests.story import citation, fresh, send, verify
from tasks.workflow import NotAllowed

NOW = at(2024, 12, 16)
SECRET_WORDS = "Cử một thành viên Đoàn kiểm tra đợt bốn"
MY_WORK = reverse("tasks:my_work")


def unit(code):
    return Unit.objects.get(code=code)


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def work(assignment_of):
    return assignment_of("III.5/2024")  # TTPVKS leads; "các đơn vị có liên quan" collaborate


def collab(code="III.5", part="collab"):
    return TaskUnit.objects.select_related("task__plan__coordinator").get(
        task__code=code, part=part, kind="chosen"
    )


def choose(by, *codes, party=None):
    return contributing.choose_units(
        party=party or collab(), year=2024, units=[unit(c) for c in codes], by=by, at=NOW
    )


def ask(work, by, code="HCQT", **other):
    told = {"wanted": SECRET_WORDS, "due_on": date(2024, 12, 18), "at": NOW}
    return contributing.ask(assignment=work, unit=unit(code), by=by, **told | other)


def chosen():
    return set(ChosenUnit.objects.values_list("unit__code", flat=True))


def text(answer):
    return answer.content.decode()


# --- choosing ------------------------------------------------------------------------------------


def test_the_lead_chooses_who_stands_for_the_plans_words(work, minh):
    words = work.task.collab_text
    choose(minh, "HCQT", "TTCBTH")
    choose(minh, "HCQT")
    assert chosen() == {"HCQT"}
    work.task.refresh_from_db()
    assert work.task.collab_text == words
    event = AuditEvent.objects.filter(verb="units_chosen").first()
    assert (event.detail["chosen"], event.detail["dropped"]) == ([], ["TTCBTH"])


def test_choosing_the_same_again_writes_nothing(work, minh):
    choose(minh, "HCQT")
    assert choose(minh, "HCQT") == set()
    assert AuditEvent.objects.filter(verb="units_chosen").count() == 1


def test_only_the_lead_and_the_coordinator_choose(work, hoa, lan, thu, quang, an):
    for person in (hoa, lan, quang, an):
        with pytest.raises(PermissionDenied):
            choose(person, "HCQT")
    assert choose(thu, "HCQT")


def test_leads_to_be_chosen_are_the_coordinators_and_get_their_slots(opened, lan, thu):
    party = collab("II.4", "lead")
    with pytest.raises(PermissionDenied):
        choose(lan, "TTCBTH", party=party)  # of HCQT, which leads II.4 too
    choose(thu, "TTCBTH", party=party)
    slot = Assignment.objects.get(task__code="II.4", year=2024, unit__code="TTCBTH")
    assert (slot.due_on, slot.state) == (date(2024, 12, 31), "new")
    assert not Assignment.objects.filter(task__code="II.4", year=2025, unit__code="TTCBTH").exists()
    with pytest.raises(NotAllowed, match="dừng theo quyết định"):
        choose(thu, "TTPVKS", party=party)
    assert Assignment.objects.filter(task__code="II.4", year=2024).count() == 2


def test_named_units_and_units_that_ended_cannot_be_chosen(work, thu, minh):
    named = TaskUnit.objects.filter(kind="unit").select_related("task__plan__coordinator").first()
    with pytest.raises(NotAllowed, match="đích danh"):
        choose(thu, "HCQT", party=named)
    Unit.objects.filter(code="HCQT").update(valid_to=date(2024, 6, 30))
    with pytest.raises(NotAllowed, match="đang hoạt động"):
        choose(minh, "HCQT")


def test_the_database_keeps_one_choice_of_a_unit_a_year(work, thu):
    row = {"party": collab(), "year": 2024, "unit": unit("HCQT"), "by": thu, "at": NOW}
    ChosenUnit.objects.create(**row)
    with pytest.raises(IntegrityError), transaction.atomic():
        ChosenUnit.objects.create(**row)


# --- asking and answering ---------------------------------------------------------------------------


def test_a_request_is_told_to_the_unit_and_its_answer_to_the_asker(work, minh, lan, thu, hoa):
    asked = ask(work, minh)
    told = Notice.objects.filter(kind="contribution")
    assert {notice.user for notice in told} == {lan, thu}
    assert SECRET_WORDS in told.first().words
    done = contributing.answer(contribution=asked, words="Cử bà Lan.", by=lan, at=NOW)
    assert (done.answer, done.answered_by) == ("Cử bà Lan.", lan)
    assert told.get(user=minh).words.endswith(": Cử bà Lan.")
    verbs = AuditEvent.objects.filter(verb__startswith="contribution").order_by("pk")
    assert [event.verb for event in verbs] == ["contribution_asked", "contribution_answered"]


def test_sent_twice_it_is_asked_and_answered_once(work, minh, lan, hung):
    asked = ask(work, minh)
    assert ask(work, minh) == asked and Contribution.objects.count() == 1
    told = {"contribution": asked, "words": "Đã cử.", "at": NOW}
    assert contributing.answer(by=lan, **told) == contributing.answer(by=lan, **told)
    with pytest.raises(NotAllowed, match="đã phản hồi"):
        contributing.answer(by=lan, **told | {"words": "Khác."})


def test_an_answer_may_cite_a_document(work, minh, lan):
    asked = ask(work, minh)
    cited = citation(number="12/TB-VP", on=date(2024, 12, 10))
    done = contributing.answer(contribution=asked, words="Kèm.", by=lan, at=NOW, citation=cited)
    assert (done.document.number, done.document.unit.code) == ("12/TB-VP", "HCQT")


@pytest.mark.parametrize(
    ("other", "sentence"),
    [
        ({"code": "TTPVKS"}, "chính đơn vị mình"),
        ({"code": "NCTH"}, "đang hoạt động"),
        ({"wanted": " \n "}, "Ghi cần"),
        ({"due_on": date(2024, 12, 15)}, "trước hôm nay"),
    ],
)
def test_a_request_that_makes_no_sense_is_refused(work, minh, other, sentence):
    with pytest.raises(NotAllowed, match=sentence):
        ask(work, minh, **other)
    assert not Contribution.objects.exists() and not Notice.objects.exists()


def test_finished_work_asks_nobody(work, minh, thu):
    send(work, minh)
    verify(work, thu)
    with pytest.raises(NotAllowed, match="đã xong"):
        ask(fresh(work), minh)


def test_only_the_lead_asks_and_only_the_asked_answer(work, minh, hoa, lan, quang):
    for person in (hoa, lan, quang):
        with pytest.raises(PermissionDenied):
            ask(work, person)
    asked = ask(work, minh)
    for person in (hoa, minh, quang):
        with pytest.raises(PermissionDenied):
            contributing.answer(contribution=asked, words="X", by=person, at=NOW)


# --- pages --------------------------------------------------------------------------------------------


def choose_url(work):
    return reverse("tasks:choose", args=[work.task.code, work.period_code])


def test_the_lead_chooses_and_asks_on_one_page(client, work, minh, lan):
    client.force_login(minh)
    page = client.get(choose_url(work))
    assert work.task.collab_text in text(page)
    party = collab()
    form = {"ben": party.pk, f"ben-{party.pk}-units": ["HCQT"]}
    assert client.post(choose_url(work), form).status_code == 302
    assert chosen() == {"HCQT"}
    typed = {"unit": "HCQT", "wanted": SECRET_WORDS, "due_on": "18/12/2024"}
    done = client.post(choose_url(work), typed, follow=True)
    assert SECRET_WORDS in text(done) and "Chưa phản hồi" in text(done)
    assert chosen() == {"HCQT"}  # asking leaves the choice alone


def test_wrong_input_is_said_and_kept(client, work, minh):
    client.force_login(minh)
    typed = {"unit": "", "wanted": SECRET_WORDS, "due_on": "31/02/2024"}
    answer = client.post(choose_url(work), typed)
    assert answer.status_code == 422 and SECRET_WORDS in text(answer)
    assert "Chọn đơn vị." in text(answer) and "Tháng 2 không có ngày 31." in text(answer)
    past = client.post(choose_url(work), typed | {"unit": "HCQT", "due_on": "01/12/2024"})
    assert past.status_code == 422 and "trước hôm nay" in text(past)
    assert not Contribution.objects.exists()


def test_the_asked_unit_finds_it_in_its_list_and_answers(client, work, minh, lan):
    asked = ask(work, minh)
    client.force_login(lan)
    page = text(client.get(MY_WORK))
    assert "Đơn vị khác đang chờ" in page and f"cần: {SECRET_WORDS}" in page
    url = reverse("tasks:contribution_answer", args=[asked.pk])
    assert SECRET_WORDS in text(client.get(url))
    assert client.post(url, {"words": "", "number": "1/BC"}).status_code == 422
    assert client.post(url, {"words": "Đã cử bà Lan."}).status_code == 302
    assert "Đơn vị khác đang chờ" not in text(client.get(MY_WORK))
    client.force_login(minh)
    assert "Đã cử bà Lan." in text(client.get(choose_url(work)))


def test_words_are_read_by_the_two_units_the_coordinator_and_leaders(
    client, work, minh, lan, thu, quang, hoa, an
):
    choose(minh, "TTCBTH")
    asked = ask(work, minh)
    page = reverse("tasks:occurrence", args=["III.5", "2024"])
    for person, reads in ((minh, 1), (lan, 1), (thu, 1), (quang, 1), (hoa, 0), (an, 0)):
        client.force_login(person)
        shown = text(client.get(page))
        assert (SECRET_WORDS in shown) == bool(reads), person
        assert "Chưa phản hồi" in shown and "chưa có đề nghị" in shown
        assert "Trung tâm Công báo và Tin học" in shown
    client.force_login(hoa)
    assert client.get(reverse("tasks:contribution_answer", args=[asked.pk])).status_code == 404
    assert client.get(choose_url(work)).status_code == 403


def test_as_at_a_day_before_nothing_was_asked(client, work, minh):
    ask(work, minh)
    client.force_login(minh)
    page = reverse("tasks:occurrence", args=["III.5", "2024"]) + "?tinh-den=2024-12-15"
    assert SECRET_WORDS not in text(client.get(page))
    assert client.get(choose_url(work) + "?tinh-den=2024-12-15").status_code == 403


def test_an_occurrence_that_is_not_is_404(client, thu, opened):
    client.force_login(thu)
    assert client.get("/nhiem-vu/III.5/2019/phoi-hop/").status_code == 404
    assert client.get("/nhiem-vu/III.5/xyz/phoi-hop/").status_code == 404


def test_the_number_of_queries_is_fixed(client, work, minh, lan, django_assert_max_num_queries):
    client.force_login(minh)
    ask(work, minh)
    with django_assert_max_num_queries(20) as few:
        client.get(choose_url(work))
    for n in range(5):
        ask(work, minh, wanted=f"Việc {n}")
    with django_assert_max_num_queries(len(few)):
        client.get(choose_url(work))

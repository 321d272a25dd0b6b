import pytest

from cchc.models import Unit
from conftest import at, make_user
from tasks import noticing
from tasks.actions import Stale, return_to_unit
from tasks.models import Notice
from tasks.tests.story import fresh, give_back, send

NOON = at(2024, 3, 1, 12)


def tell(users, **other):
    told = {
        "kind": Notice.Kind.DUE,
        "words": "I.2/2024 còn 5 ngày",
        "path": "/nhiem-vu/I.2/2024/",
        "key": "due:1:-5",
        "at": NOON,
    }
    return noticing.tell(users=users, **told | other)


def test_everybody_is_told_the_same_thing_once(minh, hung):
    assert tell([minh, minh, hung]) == 2
    assert tell([minh, hung]) == 0
    assert tell([minh], key="due:1:+1") == 1
    assert Notice.objects.count() == 3


def test_two_runs_at_once_tell_once(minh, monkeypatch):
    tell([minh])
    empty = Notice.objects.none()
    monkeypatch.setattr(Notice.objects, "filter", lambda **_: empty)  # as the other run saw it
    tell([minh])
    monkeypatch.undo()
    assert Notice.objects.count() == 1


def test_who_has_left_is_told_nothing(minh):
    minh.is_active = False
    minh.save()
    assert tell([minh]) == 0


def test_words_become_one_line_of_at_most_500_characters(minh):
    tell([minh], words="Tên\r\nBcc: ai@do\x00 " + "rất dài " * 100)
    words = Notice.objects.get().words
    assert words.startswith("Tên Bcc: ai@do rất dài") and len(words) <= 500 and words[-1] == "…"
    assert "\n" not in words and "\r" not in words and "\x00" not in words


@pytest.mark.parametrize(
    "path",
    ["", "http://ke.xau/", "//ke.xau/", "/\\ke.xau/", "javascript:alert(1)", "/" + "a" * 200],
)
def test_a_notice_leads_nowhere_but_into_this_site(minh, path):
    with pytest.raises(ValueError):
        tell([minh], path=path)


def test_a_unit_is_its_staff_and_head_and_nobody_else(minh, hung, hoa, lan, thu, quang, an):
    centre, hcqt = Unit.objects.get(code="TTPVKS"), Unit.objects.get(code="HCQT")
    assert set(noticing.reporters_of(centre)) == {minh, hung}
    assert set(noticing.reporters_of(hcqt)) == {lan, thu}  # its head is the coordinator


def test_the_coordinator_and_the_leaders_of_a_plan(plan, lan, thu, quang, an, minh):
    elsewhere = make_user("dieuphoi2", "Người khác", "coordinator", "TTPVKS")
    assert list(noticing.coordinators_of(plan)) == [thu]
    assert list(noticing.leaders_of(plan)) == [quang]
    assert elsewhere not in noticing.coordinators_of(plan)


def test_returned_work_is_told_to_its_unit_at_once(assignment_of, minh, hung, hoa, thu, quang):
    work = assignment_of("I.2/2024")
    send(work, minh)
    give_back(work, thu, NOON, reason="Thiếu danh mục\nvăn bản.")
    told = Notice.objects.filter(kind="returned")
    assert {notice.user for notice in told} == {minh, hung}
    notice = told[0]
    assert notice.urgent and notice.created_at == NOON
    assert notice.words == "I.2/2024 bị trả lại: Thiếu danh mục văn bản."
    assert notice.path == f"/phan-viec/{work.pk}/cap-nhat/"


def test_work_returned_twice_is_told_twice(assignment_of, minh, thu):
    work = assignment_of("I.2/2024")
    for day in (1, 2):
        send(work, minh, when=at(2024, 3, day))
        give_back(work, thu, at(2024, 3, day, 15))
    assert Notice.objects.filter(kind="returned", user=minh).count() == 2


def test_sent_work_is_told_to_who_verifies_it(assignment_of, minh, lan, thu, quang):
    send(assignment_of("I.2/2024"), minh)
    assert [(n.user, n.kind, n.urgent) for n in Notice.objects.all()] == [(thu, "review", False)]
    send(assignment_of("II.5/2024", "HCQT"), lan)
    assert Notice.objects.latest("pk").user == quang  # nobody verifies their own unit's work


def test_nothing_is_told_of_what_did_not_happen(assignment_of, minh, thu):
    work = assignment_of("I.2/2024")
    send(work, minh)
    with pytest.raises(Stale):
        return_to_unit(assignment=fresh(work), by=thu, at=NOON, seen_version=99, reason="Chưa đủ.")
    assert not Notice.objects.filter(kind="returned").exists()

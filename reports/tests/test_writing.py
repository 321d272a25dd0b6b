"""What people do to a report's text: who may, what is refused, what is kept."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from cchc.models import AuditEvent
from conftest import at, make_user
from reports import writing
from reports.models import Report
from reports.tests.scene import year_of
from tasks.workflow import NotAllowed

WHEN = at(2024, 12, 20)
KEY = "viec:17"


@pytest.fixture
def draft(opened, thu):
    return writing.begin_report(period=year_of(opened, 2024), by=thu, at=WHEN)


@pytest.fixture
def section(draft):
    return draft.sections.get(position=2)


@pytest.fixture
def mai(db):
    return make_user("mai", "Trần Mai", "coordinator", "HCQT")


def save(section, by, text="Lời của tôi.", seen=0, base="Đã soạn.", when=WHEN):
    return writing.save_passage(
        section=section, key=KEY, text=text, base=base, seen_version=seen, by=by, at=when
    )


def test_a_draft_begins_with_the_headings_of_the_outline_and_once(draft, opened, thu):
    assert draft.sections.count() > 20
    again = writing.begin_report(period=year_of(opened, 2024), by=thu, at=WHEN)
    assert again.pk == draft.pk


def test_a_period_that_has_not_begun_has_no_draft(opened, thu):
    with pytest.raises(NotAllowed, match="chưa bắt đầu"):
        writing.begin_report(period=year_of(opened, 2025), by=thu, at=at(2024, 12, 1))


def test_only_the_coordinator_writes(section, opened, minh, hung, quang, lan):
    for person in (minh, hung, quang, lan):
        with pytest.raises(PermissionDenied):
            save(section, person)
        with pytest.raises(PermissionDenied):
            writing.begin_report(period=year_of(opened, 2023), by=person, at=WHEN)


def test_two_first_saves_of_a_paragraph_the_second_gets_the_first(section, thu, mai):
    save(section, thu, "Của Thu.")
    with pytest.raises(writing.StaleText) as stale:
        save(section, mai, "Của Mai.")
    assert stale.value.passage.text == "Của Thu."
    assert section.passages.get().text == "Của Thu."


def test_a_save_over_a_newer_version_gets_what_stands(section, thu, mai):
    first = save(section, thu)
    save(section, mai, "Của Mai.", seen=first.version)
    with pytest.raises(writing.StaleText) as stale:
        save(section, thu, "Của Thu.", seen=first.version)
    assert (stale.value.passage.text, stale.value.passage.version) == ("Của Mai.", 2)


def test_different_paragraphs_do_not_disturb_each_other(section, thu, mai):
    save(section, thu)
    other = writing.save_passage(
        section=section, key="viec:18", text="B", base="", seen_version=0, by=mai, at=WHEN
    )
    assert other.version == 1


def test_anothers_words_and_those_of_an_earlier_sitting_stand_in_the_audit_trail(section, thu, mai):
    save(section, thu, "Một.")
    save(section, thu, "Hai.", seen=1)
    save(section, mai, "Ba.", seen=2)
    save(section, mai, "Bốn.", seen=3, when=WHEN + timedelta(minutes=11))
    told = AuditEvent.objects.filter(verb="passage_written").order_by("pk")
    assert [event.detail.get("replaced") for event in told] == [None, None, "Hai.", "Ba."]


def test_back_to_the_composed_text_keeps_the_words_in_the_audit_trail(section, thu):
    save(section, thu)
    with pytest.raises(writing.StaleText):
        writing.take_composed(section=section, key=KEY, seen_version=3, by=thu, at=WHEN)
    writing.take_composed(section=section, key=KEY, seen_version=1, by=thu, at=WHEN)
    assert not section.passages.exists()
    assert AuditEvent.objects.get(verb="passage_taken_back").detail["text"] == "Lời của tôi."


def test_what_was_left_out_comes_back_with_its_words(section, thu):
    told = {"section": section, "key": KEY, "by": thu, "at": WHEN}
    save(section, thu)
    writing.hide_passage(base="", seen_version=1, **told)
    back = writing.show_passage(seen_version=2, **told)
    assert (back.text, back.is_hidden) == ("Lời của tôi.", False)


def test_what_was_left_out_untouched_comes_back_as_composed(section, thu):
    told = {"section": section, "key": KEY, "by": thu, "at": WHEN}
    writing.hide_passage(base="Đã soạn.", seen_version=0, **told)
    assert writing.show_passage(seen_version=1, **told) is None
    assert not section.passages.exists()


def test_an_added_paragraph_sent_twice_is_added_once(section, thu):
    told = {"section": section, "after": "", "key": writing.new_key(), "by": thu, "at": WHEN}
    writing.add_passage(text="Thêm.", **told)
    with pytest.raises(writing.StaleText) as stale:
        writing.add_passage(text="Thêm nữa.", **told)
    assert stale.value.passage.text == "Thêm."
    assert section.passages.count() == 1
    with pytest.raises(NotAllowed, match="tự viết"):
        writing.take_composed(section=section, key=told["key"], seen_version=1, by=thu, at=WHEN)


def test_own_words_kept_are_kept_with_the_new_source_seen(section, thu):
    save(section, thu)
    told = {"section": section, "key": KEY, "by": thu, "at": WHEN}
    kept = writing.keep_own(base="Soạn lại.", seen_version=1, **told)
    assert (kept.text, kept.base, kept.version) == ("Lời của tôi.", "Soạn lại.", 2)


def test_words_from_word_are_kept_as_plain_lines(section, thu):
    pasted = "Một\u00a0dòng\vngắt mềm\r\n\r\n<script>alert(1)</script>\u200b\x07 <b>đậm</b>"
    passage = save(section, thu, pasted)
    assert passage.text == "Một dòng ngắt mềm\n<script>alert(1)</script> <b>đậm</b>"


def test_too_long_a_paragraph_is_said_in_words(section, thu):
    with pytest.raises(NotAllowed, match="tối đa 20000 ký tự"):
        save(section, thu, "a" * 20_001)


def test_nothing_is_written_into_a_report_that_was_submitted(section, thu):
    Report.objects.update(status="submitted", snapshot={})
    with pytest.raises(NotAllowed, match="không sửa lời văn được nữa"):
        save(section, thu)

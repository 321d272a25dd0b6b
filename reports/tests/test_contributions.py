"""HCQT asks a unit for its words under a heading; the unit gives them once; HCQT takes them in."""

import pytest
import time_machine
from django.urls import reverse

from cchc.models import Unit
from conftest import at
from reports import issuing, writing
from reports.building import build_report
from reports.models import Passage, SectionRequest
from reports.tests.scene import year_of
from tasks.models import Notice

EDITOR = reverse("reports:editor", args=["nam-2024"])
WHEN = at(2024, 12, 17)


@pytest.fixture(autouse=True)
def in_december():
    with time_machine.travel(at(2024, 12, 18), tick=False):
        yield


@pytest.fixture
def draft(played, thu):
    return writing.begin_report(period=year_of(played, 2024), by=thu, at=WHEN)


@pytest.fixture
def section(draft):
    """I.1: what Minh's centre and HCQT did."""
    return draft.sections.get(position=2)


@pytest.fixture
def asked(section, minh, thu):
    return writing.ask_unit(
        section=section,
        unit=minh.unit,
        wanted="Số cuộc kiểm tra",
        due_on=at(2024, 12, 19).date(),
        by=thu,
        at=WHEN,
    )


def address(asked, name="contribution"):
    return reverse(f"reports:{name}", args=[asked.pk])


def test_the_coordinator_asks_a_unit_and_its_people_are_told(client, thu, minh, hung, section):
    client.force_login(thu)
    url = reverse("reports:section_ask", args=[section.pk])
    assert "Đề nghị đơn vị đóng góp" in client.get(url).content.decode()
    sent = {"unit": "TTPVKS", "wanted": "Số cuộc kiểm tra", "due_on": "19/12/2024"}
    answer = client.post(url, sent)
    assert (answer.status_code, answer.url) == (302, EDITOR)
    asked = SectionRequest.objects.get()
    told = Notice.objects.filter(path=address(asked))
    assert {notice.user for notice in told} == {minh, hung}
    assert client.post(url, sent).status_code == 302  # the same form twice
    assert SectionRequest.objects.get() == asked
    again = client.post(url, sent | {"wanted": "Số cuộc họp"})
    assert again.status_code == 422 and "đang có đề nghị" in again.content.decode()
    html = client.get(EDITOR).content.decode()
    assert "1 đề nghị đóng góp chưa xong" in html and "gửi trước hết ngày 19/12/2024" in html


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"unit": ""}, "Chọn đơn vị."),
        ({"wanted": " "}, "Ghi đề nghị đơn vị viết gì."),
        ({"due_on": "17/12/2024"}, "Ngày gửi không thể ở trước hôm nay."),
        ({"due_on": "31/11/2024"}, "không có ngày 31"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(client, thu, section, wrong, said):
    client.force_login(thu)
    sent = {"unit": "TTPVKS", "wanted": "Số cuộc kiểm tra", "due_on": "19/12/2024"} | wrong
    answer = client.post(reverse("reports:section_ask", args=[section.pk]), sent)
    html = answer.content.decode()
    assert answer.status_code == 422 and said in html
    assert sent["wanted"] in html


def test_the_unit_sees_its_own_part_and_gives_its_words_once(client, minh, asked):
    client.force_login(minh)
    html = client.get(address(asked)).content.decode()
    assert "Số cuộc kiểm tra" in html and "14/KH-VP" in html
    assert "201/KH-VP" not in html, "another unit's words are not shown"
    answer = client.post(address(asked), {"words": "Đã kiểm tra 12 đơn vị.\r\n\r\n<b>Tốt</b>"})
    assert answer.status_code == 302
    html = client.get(address(asked)).content.decode()
    assert "Đã gửi 09:00 18/12/2024" in html and "&lt;b&gt;Tốt&lt;/b&gt;" in html
    assert "<textarea" not in html
    again = client.post(address(asked), {"words": "Nội dung khác."})
    assert again.status_code == 422 and "Nội dung khác." in again.content.decode()
    asked.refresh_from_db()
    assert asked.answer == "Đã kiểm tra 12 đơn vị.\n<b>Tốt</b>"


def test_sending_the_same_twice_is_harmless(client, minh, asked):
    client.force_login(minh)
    for _ in range(2):
        assert client.post(address(asked), {"words": "Đã kiểm tra."}).status_code == 302


def test_words_in_hcqts_hand_are_not_shown_to_the_unit(client, minh, thu, asked, section):
    writing.save_passage(
        section=section,
        key=f"viec:{_work(minh)}",
        text="Lời nội bộ của HCQT.",
        base="",
        seen_version=0,
        by=thu,
        at=WHEN,
    )
    client.force_login(minh)
    html = client.get(address(asked)).content.decode()
    assert "Lời nội bộ" not in html and "14/KH-VP" in html


def _work(minh):
    return minh.unit.assignments.get(task__code="I.2", year=2024).pk


def test_to_another_unit_it_does_not_exist(client, hoa, thu, asked):
    for person in (hoa, thu):
        client.force_login(person)
        assert client.get(address(asked)).status_code == 404
        assert client.post(address(asked), {"words": "A"}).status_code == 404


@pytest.mark.parametrize("words", ["", "  \n ", "Văn bản TUYỆT MẬT", "a" * 20_001])
def test_words_that_cannot_be_kept_are_refused(client, minh, asked, words):
    client.force_login(minh)
    answer = client.post(address(asked), {"words": words})
    assert answer.status_code == 422
    assert words.strip()[:50] in answer.content.decode()


def test_the_coordinator_takes_the_words_in_once_marked_with_the_unit(
    client, minh, thu, asked, section, draft
):
    writing.contribute(request=asked, words="Đã kiểm tra 12 đơn vị.", by=minh, at=WHEN)
    client.force_login(thu)
    assert "đã gửi nội dung cho mục này" in client.get(EDITOR).content.decode()
    values = build_report(draft.period, at(2024, 12, 18).date(), draft)
    last = next(s for s in values.sections if s.pk == section.pk).paragraphs[-1].key
    for _ in range(2):
        answer = client.post(address(asked, "contribution_take"), {"after": last})
        assert answer.status_code == 302
    assert Passage.objects.get().unit == minh.unit
    html = client.get(EDITOR).content.decode()
    assert html.count("<p>Đã kiểm tra 12 đơn vị.</p>") == 1
    assert f"Do {minh.unit.short_name} gửi" in html
    assert "Nội dung này đã được đưa vào báo cáo." in html


def test_what_is_not_given_is_not_taken(client, thu, asked):
    client.force_login(thu)
    answer = client.post(address(asked, "contribution_take"), follow=True)
    assert "chưa gửi nội dung" in answer.content.decode()


def test_after_submission_nothing_more_is_taken_from_a_unit(client, minh, thu, asked, draft):
    issuing.submit(report=draft, seen_revision=1, warnings=[], by=thu, at=WHEN)
    client.force_login(minh)
    assert "không nhận thêm nội dung" in client.get(address(asked)).content.decode()
    answer = client.post(address(asked), {"words": "Muộn."})
    assert answer.status_code == 422 and "Muộn." in answer.content.decode()


def test_a_unit_that_left_is_not_offered(client, thu, section):
    client.force_login(thu)
    Unit.objects.filter(code="TTCBTH").update(valid_to=at(2024, 6, 1).date())
    html = client.get(reverse("reports:section_ask", args=[section.pk])).content.decode()
    assert 'value="TTCBTH"' not in html and 'value="TTPVKS"' in html

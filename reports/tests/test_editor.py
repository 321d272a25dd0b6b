"""The editor's page and its addresses, as they work without any script."""

import re
from io import BytesIO

import docx
import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from conftest import at, make_user
from reports import issuing, writing
from reports.building import build_report
from reports.differences import word_difference
from reports.merging import Paragraph
from reports.models import Report
from reports.pages.readiness import paragraph_anchor, warnings_of
from reports.tests.scene import slot, year_of
from reports.tests.test_exports import docx_text
from reports.to_docx import report_docx
from reports.to_pdf import report_html
from tasks.models import Assignment

EDITOR = reverse("reports:editor", args=["nam-2024"])
WHEN = at(2024, 12, 20)
FETCH = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture(autouse=True)
def in_december():
    with time_machine.travel(at(2024, 12, 23), tick=False):
        yield


@pytest.fixture
def draft(played, thu):
    return writing.begin_report(period=year_of(played, 2024), by=thu, at=WHEN)


@pytest.fixture
def as_thu(client, thu):
    client.force_login(thu)
    return client


def values_of(draft):
    return build_report(draft.period, at(2024, 12, 23).date(), draft)


def composed(draft):
    """Section I.1, and in it the paragraph of I.2 as it stands."""
    section = draft.sections.get(position=2)
    key = f"viec:{slot('I.2/2024').pk}"
    return section, next(p for p in values_of(draft).sections[2].paragraphs if p.key == key)


def kept(draft, key=None):
    """The same without composing the report: what a person wrote there, or nothing yet."""
    section = draft.sections.get(position=2)
    key = key or f"viec:{slot('I.2/2024').pk}"
    own = section.passages.filter(key=key).first()
    return section, Paragraph(
        key, own.text if own else "Đã soạn.", version=own.version if own else 0
    )


def post(as_thu, act, section, paragraph, **fields):
    sent = {"key": paragraph.key, "version": paragraph.version, "base": paragraph.text}
    extra = fields.pop("extra", {})
    return as_thu.post(reverse(f"reports:passage_{act}", args=[section.pk]), sent | fields, **extra)


def text_of(as_thu, url=EDITOR, status=200):
    answer = as_thu.get(url)
    assert answer.status_code == status
    return answer.content.decode()


def test_a_report_begins_with_a_button(played, as_thu):
    html = text_of(as_thu)
    assert "Lập dự thảo" in html and "chốt ngày 14/12/2024" in html
    answer = as_thu.post(reverse("reports:begin", args=["nam-2024"]))
    assert (answer.status_code, answer.url) == (302, EDITOR)
    as_thu.post(reverse("reports:begin", args=["nam-2024"]))
    assert Report.objects.count() == 1
    assert "Kiểm tra trước khi trình" in text_of(as_thu)


def test_a_period_that_has_not_begun_says_so(played, as_thu):
    with time_machine.travel(at(2024, 3, 1), tick=False):
        answer = as_thu.post(reverse("reports:begin", args=["nam-2025"]), follow=True)
    assert "chưa bắt đầu" in answer.content.decode()


def test_the_page_shows_every_paragraph_with_its_source_and_the_outline(draft, as_thu):
    html = text_of(as_thu)
    assert "Kế hoạch số 14/KH-VP" in html and "/nhiem-vu/I.2/2024/" in html
    assert html.count("Về kiểm tra cải cách hành chính") > 2  # outline, paper, check
    assert re.search(r"\d+/23 đề mục đủ", html)
    assert "Vẫn trình được khi còn cảnh báo" in html
    assert " style=" not in html and "onclick" not in html
    for name in ("report_pdf", "report_docx", "report_xlsx", "report"):
        assert reverse(f"reports:{name}", args=["nam-2024"]) in html


def test_the_check_names_who_was_silent_what_waits_and_what_is_empty(draft, as_thu):
    html = text_of(as_thu)
    assert "đơn vị chưa báo cáo trong kỳ" in html and "/nhac/" in html
    assert "1 phần việc chờ xác nhận" in html and "/nhiem-vu/VII.2/2024/" in html
    assert "đề mục còn trống" in html
    warnings = " ".join(warnings_of(draft, at(2024, 12, 23).date()))
    assert "chờ xác nhận, chưa đưa vào báo cáo: VII.2" in warnings
    assert "đề mục còn trống: " in warnings and "chưa báo cáo" in warnings


def test_a_paragraph_is_edited_in_place_without_script(draft, as_thu):
    section, paragraph = kept(draft)
    anchor = paragraph_anchor(section, paragraph.key)
    html = text_of(as_thu, f"{EDITOR}?sua={anchor}")
    form = html[html.index(f'id="f-{anchor}"') :]
    assert "hidden" not in form[: form.index(">")], "the box of this paragraph stands open"
    answer = post(as_thu, "save", section, paragraph, text="Lời sửa tay.")
    assert (answer.status_code, answer.url) == (302, f"{EDITOR}#{anchor}")
    html = text_of(as_thu)
    assert "<p>Lời sửa tay.</p>" in html and "Đã sửa tay" in html and "Phạm Minh Thu" in html


def test_nothing_is_written_when_nothing_was_changed(draft, as_thu):
    section, paragraph = kept(draft)
    post(as_thu, "save", section, paragraph, text=paragraph.text.replace("\n", "\r\n"))
    assert not section.passages.exists()


def test_the_script_gets_the_new_version_and_sending_twice_is_harmless(draft, as_thu):
    section, paragraph = kept(draft)
    for _ in range(2):
        told = post(as_thu, "save", section, paragraph, text="Một lời.", extra=FETCH)
        assert told.status_code == 200
        assert told.json()["version"] == 1 and told.json()["author"] == "Phạm Minh Thu"


def test_a_stale_save_gets_both_versions_and_loses_neither(draft, as_thu, client):
    section, paragraph = kept(draft)
    mai = make_user("mai", "Trần Mai", "coordinator", "HCQT")
    writing.save_passage(
        section=section,
        key=paragraph.key,
        text="Bản của Mai.",
        base=paragraph.text,
        seen_version=0,
        by=mai,
        at=WHEN,
    )
    answer = post(as_thu, "save", section, paragraph, text="Bản của Thu.")
    html = answer.content.decode()
    assert answer.status_code == 409
    assert "Bản của Mai." in html and "Bản của Thu." in html and "Trần Mai" in html
    told = post(as_thu, "save", section, paragraph, text="Bản của Thu.", extra=FETCH)
    assert (told.status_code, told.json()["text"]) == (409, "Bản của Mai.")
    assert section.passages.get().text == "Bản của Mai."
    version = re.search(r'name="version" value="(\d+)"', html)[1]
    post(as_thu, "save", section, paragraph, text="Bản ghép.", version=version)
    assert section.passages.get().text == "Bản ghép."


def test_text_that_looks_like_html_is_text_everywhere(draft, as_thu):
    section, paragraph = kept(draft)
    post(as_thu, "save", section, paragraph, text="<script>alert(1)</script> <b>đậm</b>")
    shown = "&lt;script&gt;alert(1)&lt;/script&gt; &lt;b&gt;đậm&lt;/b&gt;"
    assert shown in text_of(as_thu) and "<b>đậm" not in text_of(as_thu)
    values = values_of(draft)
    assert shown in report_html(values)
    word = docx_text(docx.Document(BytesIO(report_docx(values))))
    assert "<script>alert(1)</script> <b>đậm</b>" in word


def test_a_paragraph_is_left_out_folded_and_brought_back_with_its_words(draft, as_thu):
    section, paragraph = kept(draft)
    post(as_thu, "hide", section, paragraph, text="Chữ đang gõ dở.")
    section, hidden = kept(draft)
    assert section.passages.get().is_hidden and hidden.text == "Chữ đang gõ dở."
    html = text_of(as_thu)
    assert "Đưa lại vào báo cáo" in html and "1 đoạn đã bỏ khỏi báo cáo" in html
    values = values_of(draft)
    assert "Chữ đang gõ dở" not in report_html(values)
    post(as_thu, "show", section, hidden)
    assert not section.passages.get().is_hidden


def test_a_paragraph_of_ones_own_is_added_below_another(draft, as_thu):
    section, paragraph = kept(draft)
    url = f"{EDITOR}?them={section.pk}&sau={paragraph.key}"
    key = re.findall(r'name="key" value="(them:[0-9a-f]{16})"', text_of(as_thu, url))[0]
    added = {"key": key, "version": 0, "after": paragraph.key, "text": "Đoạn tự viết."}
    for _ in range(2):
        answer = as_thu.post(reverse("reports:passage_add", args=[section.pk]), added)
        assert answer.status_code == 302
    html = text_of(as_thu)
    assert html.count("<p>Đoạn tự viết.</p>") == 1 and "Tự viết" in html
    assert html.index("14/KH-VP") < html.index("Đoạn tự viết.") < html.index("58/KH-UBND")


def sources_change():
    """What the unit reported reads otherwise than when HCQT edited it."""
    slot("I.2/2024").updates.filter(result__contains="tham mưu").update(
        result="Đã tham mưu ban hành Kế hoạch và kiểm tra 12 đơn vị năm 2024."
    )


def test_a_changed_source_is_offered_word_by_word_accepted_or_dismissed(draft, as_thu):
    section, paragraph = composed(draft)
    post(as_thu, "save", section, paragraph, text="Lời của HCQT.")
    sources_change()
    html = text_of(as_thu)
    assert "Nguồn của đoạn này đã thay đổi" in html and "<ins>" in html and "<del>" in html
    assert "1 đoạn có nguồn đã thay đổi" in html and "<p>Lời của HCQT.</p>" in html
    section, offered = composed(draft)
    post(as_thu, "keep", section, offered, base=offered.offer, text="Lời của HCQT.")
    html = text_of(as_thu)
    assert "Nguồn của đoạn này" not in html and "<p>Lời của HCQT.</p>" in html
    section, own = kept(draft)
    post(as_thu, "take", section, own, text="Lời của HCQT.")
    assert "kiểm tra 12 đơn vị" in text_of(as_thu) and not section.passages.exists()


def test_words_whose_source_is_gone_stay_and_say_so(draft, as_thu):
    section, paragraph = kept(draft)
    section.passages.create(
        key="viec:999999", text="Lời còn lại.", base="Đã mất.", by=draft.created_by, at=WHEN
    )
    html = text_of(as_thu)
    assert "Nguồn của đoạn này không còn" in html and "<p>Lời còn lại.</p>" in html
    _, gone = kept(draft, "viec:999999")
    post(as_thu, "keep", section, gone, base="", text="Lời còn lại.")
    html = text_of(as_thu)
    assert "Nguồn của đoạn này không còn" not in html and "<p>Lời còn lại.</p>" in html


def test_a_submitted_report_is_not_edited(draft, as_thu, thu):
    section, paragraph = kept(draft)
    issuing.submit(report=draft, seen_revision=1, warnings=[], by=thu, at=at(2024, 12, 22))
    html = text_of(as_thu)
    assert "không sửa lời văn được nữa" in html
    assert reverse("reports:report", args=["nam-2024"]) in html
    answer = post(as_thu, "save", section, paragraph, text="Muộn rồi.")
    assert answer.status_code == 422 and "Muộn rồi." in answer.content.decode()


def test_a_form_that_cannot_be_read_is_refused_with_what_was_typed(draft, as_thu):
    section = draft.sections.first()
    url = reverse("reports:passage_save", args=[section.pk])
    for wrong in ({}, {"key": "x" * 61, "version": 0}, {"key": "a", "version": "-1"}):
        answer = as_thu.post(url, {"text": "Chữ đã gõ"} | wrong)
        assert answer.status_code == 422 and "Chữ đã gõ" in answer.content.decode()
    added = reverse("reports:passage_add", args=[section.pk])
    assert as_thu.post(added, {"key": "viec:1", "version": 0, "text": "A"}).status_code == 422
    assert (
        as_thu.post(url, {"key": "a", "version": 0, "text": "A\x00B", "base": ""}).status_code
        == 302
    )
    assert section.passages.get().text == "AB"


def test_a_day_in_the_past_is_only_read(draft, as_thu):
    assert "chỉ đọc, không soạn" in text_of(as_thu, f"{EDITOR}?tinh-den=2024-12-21")


def test_the_number_of_queries_does_not_depend_on_what_was_written(draft, as_thu, thu):
    with CaptureQueriesContext(connection) as plain:
        text_of(as_thu)
    sections = list(draft.sections.all())
    for section in sections[1:12]:
        writing.add_passage(section=section, after="", text="Thêm.", by=thu, at=WHEN)
        writing.ask_unit(
            section=section,
            unit=Assignment.objects.filter(unit__code="TTCBTH").first().unit,
            wanted="Số liệu",
            due_on=at(2024, 12, 30).date(),
            by=thu,
            at=WHEN,
        )
    with CaptureQueriesContext(connection) as full:
        text_of(as_thu)
    extra = len(full) - len(plain)
    assert len(plain) <= 60
    assert extra <= 2, "only what comes with the first passage: its authors and units"


def test_the_difference_is_of_whole_words():
    parts = [(s.kind, s.text) for s in word_difference("đạt 98,1% số việc", "đạt 98,4% số việc")]
    assert parts == [
        ("same", "đạt "),
        ("del", "98,1%"),
        ("ins", "98,4%"),
        ("same", " số việc"),
    ]
    assert [s.kind for s in word_difference("", "Mới")] == ["ins"]

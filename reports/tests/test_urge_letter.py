"""The phiếu đôn đốc in Word: opened again and read."""

from datetime import date
from io import BytesIO

import pytest
import time_machine
from docx import Document
from docx.oxml.ns import qn

from conftest import at
from tasks import urging
from tasks.models import Assignment, UrgeLetter

HOSTILE = "{{ 7*7 }} {% raise %} <b>&"


@pytest.fixture
def letter(plan, thu, assignment_of):
    """To Minh's centre: I.2 and I.3 of 2024, due on 31/03/2024."""
    Assignment.objects.filter(year__lt=2024).exclude(state="waiting").delete()
    with time_machine.travel(at(2024, 12, 6), tick=False):
        yield urging.issue_letter(
            plan=plan,
            unit=assignment_of("I.2/2024").unit,
            by=thu,
            at=at(2024, 12, 6),
            answer_by=date(2024, 12, 13),
            words=f"Đã nhắc ngày 02/12. {HOSTILE}",
        )


@pytest.fixture
def word(client, thu, letter):
    client.force_login(thu)
    answer = client.get(f"/don-doc/phieu/{letter.pk}/word/")
    assert answer.status_code == 200
    assert "phieu-don-doc-1-2024-TTPVKS.docx" in answer["Content-Disposition"]
    return Document(BytesIO(answer.content))


def lines(document) -> list[str]:
    paragraphs = document.element.body.iter(qn("w:p"))
    texts = ("".join(t.text or "" for t in p.iter(qn("w:t"))) for p in paragraphs)
    return [text for text in texts if text]


def test_it_says_who_to_whom_what_and_by_when(word):
    text = "\n".join(lines(word))
    for words in (
        "VĂN PHÒNG UBND TỈNH QUẢNG NGÃI",
        "PHÒNG HÀNH CHÍNH - QUẢN TRỊ",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Số: 01/PĐĐ-HCQT",
        "Quảng Ngãi, ngày 06 tháng 12 năm 2024",
        "PHIẾU ĐÔN ĐỐC",
        "Kính gửi: Trung tâm Phục vụ - Kiểm soát TTHC",
        "tính đến ngày 06/12/2024, Trung tâm Phục vụ - Kiểm soát TTHC còn 02 nhiệm vụ",
        "trước ngày 13/12/2024",
        "TRƯỞNG PHÒNG",
        "Phạm Minh Thu",
    ):
        assert words in text, words
    assert f"Đã nhắc ngày 02/12. {HOSTILE}" in text, "words are words, never instructions"


def test_the_table_is_the_frozen_list(word, letter):
    (table,) = (t for t in word.tables if t.rows[0].cells[0].text == "TT")
    rows = [[cell.text for cell in row.cells] for row in table.rows[1:]]
    assert [row[0] for row in rows] == ["1", "2"]
    assert [row[2:] for row in rows] == [["31/03/2024", "250"]] * 2
    for row, line in zip(rows, letter.lines, strict=True):
        assert line["text"] in row[1] and line["code"] in row[1]


def test_it_stays_as_it_was_when_the_work_goes_on(client, thu, minh, letter):
    before = UrgeLetter.objects.get().lines
    Assignment.objects.filter(task__code="I.2", year=2024).update(due_on=date(2025, 3, 1))
    client.force_login(minh)
    text = "\n".join(
        lines(Document(BytesIO(client.get(f"/don-doc/phieu/{letter.pk}/word/").content)))
    )
    assert "31/03/2024" in text and UrgeLetter.objects.get().lines == before


def test_it_has_the_paper_of_the_decree(word):
    """Nghị định 30/2020/NĐ-CP, Phụ lục I: A4, 20 / 20 / 30 / 15 mm, Times New Roman 13-14."""
    (section,) = word.sections
    size = [round(side.mm) for side in (section.page_width, section.page_height)]
    assert size == [210, 297]
    margins = (
        section.top_margin,
        section.bottom_margin,
        section.left_margin,
        section.right_margin,
    )
    assert [round(margin.mm) for margin in margins] == [20, 20, 30, 15]
    body = word.styles["Body Text"]
    assert body.font.size.pt == 14 and word.styles["Normal"].font.size.pt == 14
    fonts = word.styles["Normal"].element.rPr.find(qn("w:rFonts"))
    assert fonts.get(qn("w:ascii")) == "Times New Roman"


def test_another_unit_and_the_administrator_do_not_get_it(client, hoa, an, letter):
    client.force_login(hoa)
    assert client.get(f"/don-doc/phieu/{letter.pk}/word/").status_code == 404
    client.force_login(an)
    assert client.get(f"/don-doc/phieu/{letter.pk}/word/").status_code == 403

"""The draft of a year's plan: the Word file is opened again and compared with the term plan."""

from dataclasses import replace
from datetime import date
from io import BytesIO

import pytest
import time_machine
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Mm

from conftest import at
from reports.annual_plan import build_annual_plan
from reports.to_annual_plan_docx import annual_plan_docx
from tasks.amending import TaskChange, amend
from tasks.foreseeing import Decision
from tasks.models import Assignment, Plan
from tasks.plan_words import read_words
from tasks.rules import periods_in
from tasks.workflow import State

IN_DECEMBER = {2022: date(2021, 12, 27), 2025: date(2024, 12, 16)}
CELLS = ("text", "product_text", "lead_text", "collab_text", "deadline_text")


def word(plan, year, day):
    return Document(BytesIO(annual_plan_docx(build_annual_plan(plan, year, day))))


def address(plan, year):
    return f"/ke-hoach/cac-ke-hoach/{plan.code}/nam/{year}/word/"


def rows_of(table):
    """The rows of tasks, as their cells' first paragraphs."""
    rows = [[cell.paragraphs[0].text for cell in row.cells] for row in table.rows[1:]]
    return [row for row in rows if len(set(row)) > 2]  # a group's row is one merged cell


@pytest.mark.parametrize("year", IN_DECEMBER)
def test_the_appendix_has_the_years_tasks_in_the_plans_words(unopened, year):
    """Before anything is opened: the next year's plan is drafted before that year begins."""
    table = word(unopened, year, IN_DECEMBER[year]).tables[-1]
    tasks = [t for t in unopened.tasks.order_by("position") if periods_in(t, year)]
    assert len(tasks) == {2022: 25, 2025: 22}[year]
    assert [row[1:] for row in rows_of(table)] == [
        [getattr(task, cell) for cell in CELLS] for task in tasks
    ]
    header = table.rows[0]
    assert [cell.text for cell in header.cells] == unopened.frame["appendix"]["columns"]
    assert header._tr.trPr.find(qn("w:tblHeader")) is not None, "repeated on every page"
    assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in table.rows)
    groups = [row.cells[0].text for row in table.rows[1:] if len(set(row.cells)) == 2]
    assert groups == ["I", "II", "III", "IV", "V", "VI", "VII"]


def test_layout_of_nghi_dinh_30(unopened):
    document = word(unopened, 2025, IN_DECEMBER[2025])
    portrait, landscape = document.sections
    for section in (portrait, landscape):
        assert Mm(20) <= section.top_margin <= Mm(25) and Mm(20) <= section.bottom_margin <= Mm(25)
        assert Mm(30) <= section.left_margin <= Mm(35) and Mm(14.9) <= section.right_margin <= Mm(
            20
        )
    assert landscape.page_width > landscape.page_height and portrait.page_width < Mm(211)
    used = {p.style.name for p in document.paragraphs if p.text}
    used |= {
        p.style.name for t in document.tables for c in t._cells for p in c.paragraphs if p.text
    }
    fonts = {slot for name in used for slot in document.styles[name].element.rPr.rFonts.values()}
    assert fonts == {"Times New Roman"}


def test_the_text_says_what_the_term_plan_says(unopened):
    Plan.objects.update(number="12/KH-VP", issued_on=date(2021, 12, 28))
    document = word(Plan.objects.get(), 2025, IN_DECEMBER[2025])
    text = [p.text for p in document.paragraphs if p.text]
    head = [cell.text for cell in document.tables[0]._cells]
    assert (
        "Số:\u2002\u2002\u2002\u2002/KH-VP" in head and "Quảng Ngãi, ngày … tháng … năm …" in head
    )
    assert text[:4] == [
        "KẾ HOẠCH",
        "Cải cách hành chính năm 2025 của Văn phòng UBND tỉnh Quảng Ngãi",
        "Căn cứ Kế hoạch số 12/KH-VP ngày 28/12/2021 của Văn phòng UBND tỉnh Quảng Ngãi về cải "
        "cách hành chính giai đoạn 2021-2025.",
        "Văn phòng UBND tỉnh Quảng Ngãi xây dựng Kế hoạch cải cách hành chính năm 2025, như sau:",
    ]
    assert [line for line in text if line[:3] in ("I. ", "II.", "III", "IV.")] == [
        "I. MỤC ĐÍCH, YÊU CẦU",
        "II. CHỈ TIÊU PHẤN ĐẤU NĂM 2025",
        "III. NHIỆM VỤ VÀ GIẢI PHÁP TRỌNG TÂM",
        "IV. TỔ CHỨC THỰC HIỆN",
    ]
    frame = unopened.frame
    wanted = [f"- {b}" for item in frame["section_I"]["items"] for b in item["bullets"]]
    wanted += [f"- {s.text}" for a in unopened.areas.all() for s in a.solutions.all()]
    wanted += [frame["section_III"]["closing_note"], frame["section_IV"]["closing"]]
    assert [line for line in wanted if line not in text] == []
    assert "Đến năm 2025:" in text[text.index("II. CHỈ TIÊU PHẤN ĐẤU NĂM 2025") + 4]
    assert not any("Trong năm 2022" in line for line in text), "a target of an earlier year"
    assert any("NĂM 2025" in line and "GIAI ĐOẠN" not in line for line in text)
    assert "Lưu: VT, HCQT" in document.tables[1].cell(0, 0).text


def test_what_earlier_years_left_undone_is_marked(opened):
    """Before the year begins only what is overdue already; later what was not done before it."""
    done = Assignment.objects.filter(year__lt=2025).exclude(state=State.WAITING)
    late = done.filter(task__code="VI.1", year=2023).get()
    done.exclude(pk=late.pk).delete()

    def left(day):
        groups = build_annual_plan(opened, 2025, day).groups
        return {row.code: row.left for group in groups for row in group.rows if row.left}

    waiting = {"IV.1": "(chưa phát sinh, chuyển từ năm 2022)"}
    assert (
        left(date(2024, 12, 16))
        == left(date(2025, 3, 1))
        == waiting | {"VI.1": "(tồn từ năm 2023)"}
    )


def test_the_words_are_those_of_the_year(opened, thu):
    task = opened.tasks.get(code="VI.1")
    before = read_words(task)
    signed, since = date(2024, 5, 10), date(2024, 5, 15)
    decision = Decision("7/QĐ-VP", signed, since, "Sửa đổi Kế hoạch", opened.issuer)
    words = replace(before, text="Lời văn {{ 7*7 }} mới")
    amend(
        plan=opened,
        by=thu,
        at=at(2024, 5, 20),
        decision=decision,
        reason="Đổi",
        changes=[TaskChange(task, words)],
    )

    def text_of(year):
        groups = build_annual_plan(opened, year, date(2025, 3, 1)).groups
        return next(r.text for g in groups for r in g.rows if r.code == "VI.1")

    assert (text_of(2023), text_of(2024)) == (before.text, "Lời văn {{ 7*7 }} mới")
    document = word(opened, 2024, date(2025, 3, 1))
    assert any("{{ 7*7 }}" in row[1] for row in rows_of(document.tables[-1])), "never evaluated"
    assert any("7/QĐ-VP" in p.text for p in document.paragraphs if p.text.startswith("Căn cứ"))


@time_machine.travel(at(2024, 12, 16), tick=False)
def test_who_drafts_it_and_where_it_is_found(client, opened, thu, lan, minh):
    of_2025 = address(opened, 2025)
    for person, code in ((thu, 200), (lan, 200), (minh, 403)):
        client.force_login(person)
        answer = client.get(of_2025)
        assert answer.status_code == code
        for page in (f"/ke-hoach/cac-ke-hoach/{opened.code}/", "/nhiem-vu/I.1/2024/"):
            assert (of_2025 in client.get(page).content.decode()) == (code == 200), page
    client.force_login(thu)
    assert "du-thao-ke-hoach-cchc-2025.docx" in client.get(of_2025)["Content-Disposition"]
    assert client.get(address(opened, 2021)).status_code == 404, "the plan begins with 2022"
    assert "/word/" not in client.get("/nhiem-vu/I.2/2024/").content.decode()


def test_a_fixed_number_of_queries(opened, django_assert_num_queries):
    """Of 2022 nothing is left undone, of 2025 three years of everything."""
    for year in (2022, 2025):
        with django_assert_num_queries(8):
            build_annual_plan(opened, year, date(2026, 1, 5))

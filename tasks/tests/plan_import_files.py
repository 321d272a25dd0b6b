"""The real plan's source text typed as Word and Excel files, as an office would have them."""

import json
import re
from io import BytesIO
from pathlib import Path

import docx
import openpyxl
from django.conf import settings
from docx.shared import Pt

from tasks.plan_import.unit_names import KnownUnit

FIXTURES = Path(settings.BASE_DIR) / "fixtures"
HEAD = ("TT", "Nhiệm vụ cụ thể", "Sản phẩm", "Đơn vị chủ trì", "Đơn vị phối hợp")
HEAD += ("Thời gian hoàn thành",)


def fixture(name: str):
    return json.loads((FIXTURES / name).read_text(encoding="utf-8"))


def units() -> list[KnownUnit]:
    return [
        KnownUnit(unit["code"], unit["name"], unit["short_name"], unit["kind"])
        for unit in fixture("units.json")
    ]


def source() -> tuple[list[str], list[list[list[str]]]]:
    """The plan's lines of text, and its appendix: pages of rows of cells, as the source has them.

    The marks that the text extraction left (HTML, asterisks) are no words of the plan."""
    text = (FIXTURES / "plan-source.txt").read_text(encoding="utf-8")
    text = re.sub(r"</?[a-z][^>]*>|\*", "", text)
    lines, pages = [], []
    for line in text.split("\n"):
        if "\t" not in line:
            lines.append(line.strip())
            continue
        cells = [cell.strip() for cell in line.split("\t")]
        if cells[0] == "TT":
            pages.append([])
        pages[-1].append(cells)
    return list(filter(None, lines)), pages


def word_file(lines=(), tables=(), *, merge_titles=False, head_table=False) -> bytes:
    """A .docx: the lines as paragraphs, then the tables; a cell's list items as its paragraphs."""
    document = docx.Document()
    document.styles["Normal"].font.size = Pt(13)
    if head_table:
        head = document.add_table(rows=1, cols=2).rows[0].cells
        head[0].text = "UBND TỈNH QUẢNG NGÃI\nVĂN PHÒNG\nSố: 12/KH-VP"
        head[1].text = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nQuảng Ngãi, ngày 05 tháng 01 năm 2026"
    for line in lines:
        document.add_paragraph(line)
    for rows in tables:
        width = max(map(len, rows))
        table = document.add_table(rows=0, cols=width)
        for words in rows:
            cells = table.add_row().cells
            is_title = len(list(filter(None, words))) == 2 and words[0] and words[1]
            if merge_titles and is_title:
                cells[1].merge(cells[width - 1])
            for cell, text in zip(cells, words, strict=False):
                if text:
                    fill(cell, text)
        document.add_paragraph("")
    return packed(document)


def fill(cell, text: str):
    items = re.split(r"\n| (?=- [A-ZĐ])", text)
    cell.text = items[0]
    for item in items[1:]:
        cell.add_paragraph(item)


def excel_file(rows, *, title=()) -> bytes:
    """An .xlsx: title lines over all columns, title rows of groups merged."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Phụ lục"
    width = max(map(len, rows))
    for line in title:
        sheet.append([line])
        sheet.merge_cells(
            start_row=sheet.max_row, end_row=sheet.max_row, start_column=1, end_column=width
        )
    for words in rows:
        sheet.append([int(word) if word.isdecimal() else word or None for word in words])
        if words[0] and words[1] and not any(words[2:]):
            sheet.merge_cells(
                start_row=sheet.max_row, end_row=sheet.max_row, start_column=2, end_column=width
            )
    return packed(book)


def packed(document) -> bytes:
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def joined_rows() -> list[list[str]]:
    """The appendix with one header and whole rows, from the fixture."""
    plan = fixture("plan.json")
    rows = [list(HEAD)]
    for area in plan["areas"]:
        if area["appendix_code"]:
            rows.append([area["appendix_code"], area["appendix_title"], "", "", "", ""])
        for task in plan["tasks"]:
            if task["area"] == area["number"]:
                rows.append(row_of(task))
    return rows


def row_of(task: dict) -> list[str]:
    cells = ("text", "product_text", "lead_text", "collab_text", "deadline_text")
    return [str(task["number"]), *(task[cell] for cell in cells)]

"""How a value gets into a cell of our Excel files."""

import os
import tempfile
from datetime import date, datetime
from io import BytesIO

import pytest
from openpyxl import load_workbook
from openpyxl.utils.escape import unescape

from reports.sheets import PLAIN, new_book

pytestmark = pytest.mark.one_engine


def written(*rows, **look):
    out = BytesIO()
    with new_book(out) as book:
        sheet = book.sheet("Thử", [10] * len(rows[0]))
        for values in rows:
            sheet.row(values, **look)
    return load_workbook(out)["Thử"]


@pytest.mark.parametrize(
    "words",
    [
        *("=1+1", "{=1+1}", "+1", "@SUM(A1)", "http://x", "mailto:a@b", "1.234", "16/12/2024"),
        *("<r><t>a</t></r>", '<r></is></c><c r="A9"><f>1+1</f></c><c><is></r>', "<r>&</r>"),
        *("_x0041_", "a\x01b", "một\nhai", "&lt;b&gt;"),
    ],
)
def test_text_is_text_whatever_it_begins_with(words):
    sheet = written([words])
    assert sheet.dimensions == "A1:A1"
    assert sheet["A1"].data_type == "s"
    assert sheet["A1"].hyperlink is None
    assert unescape(sheet["A1"].value).rstrip(" ") == words


def test_a_date_is_a_date_and_a_number_a_number():
    day, whole, fraction, nothing, empty = written([date(2024, 4, 12), 1234, 98.5, None, ""])["1"]
    assert (day.value, day.number_format) == (datetime(2024, 4, 12), "dd/mm/yyyy")
    assert (whole.value, whole.number_format) == (1234, "#,##0")
    assert (fraction.value, fraction.number_format) == (98.5, "#,##0.##")
    assert nothing.value is None and empty.value is None
    assert all(cell.border.left.style == "thin" for cell in (day, nothing, empty))


def test_a_row_is_high_enough_for_its_wrapped_text():
    heights = [
        written([words, "x"]).row_dimensions[1].height
        for words in ("ngắn", "một\nhai\nba", "dài " * 20, "rất dài " * 200)
    ]
    assert heights == sorted(heights) and heights[-1] <= 409
    assert heights[1] > 2 * heights[0]


def test_as_many_formats_as_looks_whatever_the_rows():
    few, many = written(["a", 1, 1.5]), written(*[["a", 1, 1.5]] * 50, look=PLAIN)
    assert len(many.parent._cell_styles) == len(few.parent._cell_styles)


def test_nothing_stays_behind_when_the_making_fails(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with pytest.raises(ZeroDivisionError), new_book(BytesIO()) as book:
        sheet = book.sheet("Thử", [10])
        for count in (2, 1, 0):
            sheet.row([1 // count])
    assert os.listdir(tmp_path) == []

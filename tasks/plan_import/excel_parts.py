"""The visible cells of an .xlsx as text, merged ranges resolved; each sheet is one table.

A cell says what Excel shows: a day as 31/12/2024, 1 with a percent format as 100%. Formulas give
the value that was last saved; nothing is computed.
"""

import warnings
from datetime import date, datetime
from io import BytesIO

from cchc.sheet_child import TooMuch, plain
from cchc.text import clean_prose
from tasks.plan_import.limits import MOST_COLUMNS, MOST_ROWS, Meter


def read(content: bytes) -> tuple[list[dict], list[str]]:
    """Parts as plain values (see tables.py), and notes on what was left out."""
    import openpyxl

    if not openpyxl.DEFUSEDXML:
        raise RuntimeError("defusedxml is missing")
    with warnings.catch_warnings():  # of features that openpyxl leaves out: none matters here
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(BytesIO(content), data_only=True, keep_links=False)
    meter, notes, parts = Meter(), [], []
    for sheet in book.worksheets:
        if sheet.sheet_state != "visible":
            notes.append(f"Trang tính ẩn “{sheet.title}”: đã bỏ qua.")
        else:
            parts.append(_grid(sheet, meter, notes))
    return parts, notes


def _grid(sheet, meter: Meter, notes: list[str]) -> dict:
    if sheet.max_column > 16_384 or len(sheet.merged_cells.ranges) > MOST_ROWS * 10:
        raise TooMuch
    origins = _merged(sheet)
    hidden_columns = {
        column
        for dimension in sheet.column_dimensions.values()
        if dimension.hidden
        for column in range(dimension.min or 1, min(dimension.max or 1, MOST_COLUMNS) + 1)
    }
    rows, hidden_rows = [], 0
    filled = {row for row, column in sheet._cells if sheet._cells[row, column].value is not None}
    columns = [column for row, column in sheet._cells if row in filled]
    width = min(max(columns, default=0), MOST_COLUMNS)
    for number in sorted(filled):
        if sheet.row_dimensions[number].hidden:
            hidden_rows += 1
            continue
        cells = []
        for column in range(1, width + 1):
            if column in hidden_columns:
                continue
            top, left = origins.get((number, column), (number, column))
            text = _text(sheet._cells.get((top, left)))
            across = left < column and any(c not in hidden_columns for c in range(left, column))
            cells.append([text, across, top < number])
        meter.add(rows=1)
        for cell in cells:
            meter.add(letters=len(cell[0]))
        rows.append({"number": number, "cells": cells, "page": None})
    if hidden_rows:
        notes.append(f"Trang tính “{sheet.title}” có {hidden_rows} dòng ẩn: đã bỏ qua.")
    if any(column <= width for column in hidden_columns):
        notes.append(f"Trang tính “{sheet.title}” có cột ẩn: đã bỏ qua.")
    return {"rows": rows, "sheet": sheet.title}


def _merged(sheet) -> dict[tuple[int, int], tuple[int, int]]:
    """Where the words of each covered position stand: (row, column) -> (row, column)."""
    origins = {}
    for area in sheet.merged_cells.ranges:
        for row in range(area.min_row, min(area.max_row, area.min_row + MOST_ROWS) + 1):
            for column in range(area.min_col, min(area.max_col, MOST_COLUMNS) + 1):
                origins[row, column] = (area.min_row, area.min_col)
        if len(origins) > MOST_ROWS * MOST_COLUMNS:
            raise TooMuch
    return origins


def _text(cell) -> str:
    if cell is None or cell.value is None or cell.data_type == "e":
        return ""
    value = cell.value
    if isinstance(value, datetime | date):
        return _day(value, str(cell.number_format).lower())
    if isinstance(value, bool):
        return ""
    if isinstance(value, int | float):
        if "%" in str(cell.number_format):
            return f"{value * 100:.6g}%".replace(".", ",")
        return f"{value:.10g}"
    return clean_prose(str(plain(value)))


def _day(value, shown: str) -> str:
    """A day as the office writes it; a format without a day shows a month or a year only."""
    if "d" not in shown and "m" in shown and "y" in shown:
        return f"Tháng {value:%m/%Y}"
    if "d" not in shown and "m" not in shown and "y" in shown:
        return f"Năm {value:%Y}"
    return f"{value:%d/%m/%Y}"

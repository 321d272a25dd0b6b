"""How our Excel sheets look, and the one way in which a value gets into a cell."""

from collections.abc import Iterable
from datetime import date
from math import ceil

from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

FONT = "Times New Roman"
_EDGE = Side(style="thin", color="FF000000")
GRID = Border(left=_EDGE, right=_EDGE, top=_EDGE, bottom=_EDGE)
HEAD_FILL = PatternFill("solid", start_color="FFF0F0F0")
DATE_FORMAT = "dd/mm/yyyy"
NUMBER_FORMAT = "#,##0"
FRACTION_FORMAT = "#,##0.##"
LINE_HEIGHT = 14.5  # points, at 11 pt
TALLEST = 409  # points: Excel's limit


def put(cell, value, *, bold=False, italic=False, size=11, align="left", grid=True):
    """A date as a date, a number as a number; text is text, whatever it begins with."""
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"  # "=1+1" that a person typed is no formula
    elif isinstance(value, date):
        cell.number_format = DATE_FORMAT
        align = "center"
    elif isinstance(value, int | float):
        cell.number_format = NUMBER_FORMAT if isinstance(value, int) else FRACTION_FORMAT
        align = "right"
    cell.font = Font(name=FONT, size=size, bold=bold, italic=italic)
    cell.alignment = Alignment(wrap_text=True, vertical="top", horizontal=align)
    if grid:
        cell.border = GRID


def put_row(sheet: Worksheet, row: int, values: Iterable, **look):
    for column, value in enumerate(values, start=1):
        put(sheet.cell(row, column), value, **look)


def put_titles(sheet: Worksheet, lines: Iterable[str], columns: int) -> int:
    """Lines above the table, each over its whole width; the number of the next row."""
    row = 1
    for number, line in enumerate(lines):
        put(sheet.cell(row, 1), line, bold=number == 0, italic=number > 0, grid=False)
        if number == 0:
            sheet.cell(row, 1).font = Font(name=FONT, size=14, bold=True)
        sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=columns)
        # merged cells don't grow by themselves
        sheet.row_dimensions[row].height = 20 if number == 0 else 15 * (1 + len(line) // 150)
        row += 1
    return row


def put_head(sheet: Worksheet, row: int, names: Iterable[str]):
    for column, name in enumerate(names, start=1):
        cell = sheet.cell(row, column)
        put(cell, name, bold=True, align="center")
        cell.fill = HEAD_FILL
        cell.alignment = Alignment(wrap_text=True, vertical="center", horizontal="center")


def fit_rows(sheet: Worksheet, first: int, widths: list[float]):
    """Heights for the wrapped text: not every program works them out when it opens the file."""
    for cells in sheet.iter_rows(min_row=first):
        lines = [_lines(cell.value, width) for cell, width in zip(cells, widths, strict=False)]
        sheet.row_dimensions[cells[0].row].height = min(max(lines) * LINE_HEIGHT + 2, TALLEST)


def _lines(value, width: float) -> int:
    if not isinstance(value, str):
        return 1
    return sum(max(ceil(len(line) * 0.92 / width), 1) for line in value.split("\n"))


def lay_out(sheet: Worksheet, widths: Iterable[float], head: int, last: int, *, filtered=True):
    """Widths in characters; the head stays in view and comes again on every printed page."""
    widths = list(widths)
    for column, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    fit_rows(sheet, head, widths)
    sheet.freeze_panes = sheet.cell(head + 1, 1)
    if filtered:
        sheet.auto_filter.ref = f"A{head}:{get_column_letter(len(widths))}{max(last, head)}"
    sheet.print_title_rows = f"{head}:{head}"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_margins.left, sheet.page_margins.right = 0.6, 0.6
    sheet.page_margins.top = sheet.page_margins.bottom = 0.7
    sheet.oddHeader.center.text = "&P"

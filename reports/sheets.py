"""How our Excel files look, and the one way in which a value gets into a cell.

XlsxWriter writes them row by row, downwards: a row is in a temporary file as soon as the next one
begins. So a long table takes no more memory than a short one, and nothing further up can be touched
again. (openpyxl, which reads what people upload, needs seven times the time for this.)
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cache
from io import BytesIO
from itertools import repeat
from math import ceil
from tempfile import TemporaryDirectory
from typing import NamedTuple

from xlsxwriter import Workbook
from xlsxwriter.format import Format

FONT = "Times New Roman"
EDGE = "#000000"
HEAD_FILL = "#F0F0F0"
DATE_FORMAT = "dd/mm/yyyy"
NUMBER_FORMAT = "#,##0"
FRACTION_FORMAT = "#,##0.##"
LINE_HEIGHT = 14.5  # points, at 11 pt
TALLEST = 409  # points: Excel's limit
A3, A4 = 8, 9  # Excel's numbers of the papers


@dataclass(frozen=True)
class Look:
    bold: bool = False
    italic: bool = False
    size: int = 11
    align: str = "left"  # of text; a date stands in the middle, a number on the right
    valign: str = "top"
    wraps: bool = True
    grid: bool = True
    ink: str = ""
    fill: str = ""
    whole: str = NUMBER_FORMAT  # of a whole number
    typed: str = ""  # the format of text and of what is still empty
    locked: bool = True


PLAIN = Look()
BOLD = Look(bold=True)
TITLE, SUBTITLE = Look(bold=True, size=14, grid=False), Look(italic=True, grid=False)
HEAD = Look(bold=True, align="center", valign="vcenter", fill=HEAD_FILL)


class _Formats(NamedTuple):
    """A look's formats by what stands in the cell."""

    text: Format
    whole: Format
    fraction: Format
    day: Format


class Book:
    """An Excel file while it is written."""

    def __init__(self, workbook: Workbook):
        self.workbook = workbook
        self.formats = cache(self._formats)  # made once: XlsxWriter compares every new one

    def sheet(self, name: str, widths: Iterable[float]) -> "Sheet":
        return Sheet(self, name, tuple(widths))

    def _formats(self, look: Look) -> _Formats:
        return _Formats(
            text=self._format(look, look.align, look.typed),
            whole=self._format(look, "right", look.whole),
            fraction=self._format(look, "right", FRACTION_FORMAT),
            day=self._format(look, "center", DATE_FORMAT),
        )

    def _format(self, look: Look, align: str, number: str) -> Format:
        told = {
            "font_name": FONT,
            "font_size": look.size,
            "bold": look.bold,
            "italic": look.italic,
            "align": align,
            "valign": look.valign,
            "text_wrap": look.wraps,
            "locked": look.locked,
        }
        told |= {"border": 1, "border_color": EDGE} if look.grid else {}
        told |= {"font_color": look.ink} if look.ink else {}
        told |= {"bg_color": look.fill} if look.fill else {}
        told |= {"num_format": number} if number else {}
        return self.workbook.add_format(told)


class Sheet:
    """Filled from its first row on: titles, head, rows. `widths` are in characters."""

    def __init__(self, book: Book, name: str, widths: tuple[float, ...]):
        self.book, self.name, self.widths = book, name, widths
        self.page = book.workbook.add_worksheet(name)  # XlsxWriter's own, for all that is no cell
        self.page.hide_gridlines(2)
        for column, width in enumerate(widths):
            self.page.set_column(column, column, width)
        self.next_row = 0  # rows and columns are counted from 0 here
        self.head_row = 0

    def row(self, values: Iterable, look: Look | Sequence[Look] = PLAIN):
        """The next row, in one look or each cell in its own, high enough for the wrapped text: not
        every program works that out when it opens the file."""
        formats_of, put, widths = self.book.formats, self._put, self.widths
        own = repeat(formats_of(look)) if isinstance(look, Look) else map(formats_of, look)
        row, lines = self.next_row, 1
        for column, (value, formats) in enumerate(zip(values, own, strict=False)):
            put(row, column, value, formats)
            if isinstance(value, str) and (len(value) > widths[column] or "\n" in value):
                lines = max(lines, _lines(value, widths[column]))
        self.page.set_row(row, min(lines * LINE_HEIGHT + 2, TALLEST))
        self.next_row += 1

    def titles(self, lines: Iterable[str], across: int = 0):
        """Lines above the table, each over its whole width or so many columns."""
        last = (across or len(self.widths)) - 1
        for number, line in enumerate(lines):
            formats = self.book.formats(SUBTITLE if number else TITLE)
            row = self.next_row
            self.page.merge_range(row, 0, row, last, "", formats.text)
            self._put(row, 0, line, formats)
            # merged cells don't grow by themselves
            self.page.set_row(row, 15 * (1 + len(line) // 150) if number else 20)
            self.next_row += 1

    def head(self, names: Iterable[str]):
        self.head_row = self.next_row
        self.row(names, HEAD)

    def lay_out(self, *, filtered=True, paper=A4, frozen_columns=0):
        """After the last row: the head stays in view and comes again on every printed page."""
        page, head, last = self.page, self.head_row, self.next_row - 1
        page.freeze_panes(head + 1, frozen_columns)
        if filtered:
            page.autofilter(head, 0, last, len(self.widths) - 1)
        page.repeat_rows(head)
        page.set_paper(paper)
        page.set_landscape()
        page.fit_to_pages(1, 0)
        page.set_margins(left=0.6, right=0.6, top=0.7, bottom=0.7)
        page.set_header("&C&P")

    def _put(self, row: int, column: int, value, formats: _Formats):
        """A date as a date, a number as a number; text is text, whatever it begins with: never by
        XlsxWriter's `write`, which guesses."""
        page = self.page
        if isinstance(value, str) and value:
            if value.startswith("<r>"):
                value = f"{value} "  # "<r>...</r>" would go into the file unescaped, as rich text
            page.write_string(row, column, value, formats.text)
        elif value is None or value == "":
            page.write_blank(row, column, None, formats.text)
        elif isinstance(value, date):
            page.write_datetime(row, column, value, formats.day)
        elif isinstance(value, int):
            page.write_number(row, column, value, formats.whole)
        else:
            page.write_number(row, column, value, formats.fraction)


class _Workbook(Workbook):
    """XlsxWriter knows no lock against adding, removing and renaming sheets."""

    locked = False

    def _write_workbook_pr(self):
        super()._write_workbook_pr()
        if self.locked:
            self._xml_empty_tag("workbookProtection", [("lockStructure", 1)])


@contextmanager
def new_book(out: BytesIO, *, locked=False) -> Iterator[Book]:
    """`out` has the file at the end of the `with`. `locked`: its sheets stay what they are."""
    with TemporaryDirectory() as folder:  # gone with every half-written row, whatever happens
        options = {"constant_memory": True, "tmpdir": folder}
        options |= {"strings_to_formulas": False, "strings_to_urls": False}
        with _Workbook(out, options) as workbook:
            workbook.locked = locked
            yield Book(workbook)


def _lines(text: str, width: float) -> int:
    if "\n" in text:
        return sum(_lines(line, width) for line in text.split("\n"))
    return ceil(len(text) * 0.92 / width) or 1

"""The plan as Excel, and the sheet of tasks that the report has too.

The sheet of tasks has one row for each unit's part of a task in one period: so its rows add up to
the ledger's count by parts, and filter and sort as they stand.
"""

from io import BytesIO

from openpyxl import Workbook
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from cchc.templatetags.cchc import dmy
from reports.figures import FigureLine
from reports.plan_export import COLUMNS, PlanExport
from reports.sheets import lay_out, put_head, put_row, put_titles
from reports.table import AreaGroup, TaskLine

ONE_ROW = (
    "Mỗi dòng là phần việc của một đơn vị chủ trì trong một kỳ; nhiệm vụ có nhiều đơn vị chủ trì thì "
    "có nhiều dòng. Dòng không có nhóm thống kê không tính vào số liệu (đã xong từ năm trước, hoặc "
    "không có kỳ trong năm)."
)
_ASIDE = ("Đơn vị", "Kết quả", "Văn bản", "Tình trạng", "Nhóm thống kê", "Hạn", "Ngày hoàn thành")
_PRODUCTS = ("Sản phẩm đã ban hành", "Số sản phẩm của Kế hoạch", "Ghi chú")
_WIDTHS = (6, 11, 6, 32, 20, 15, 12, 12, 15, 28, 16, 12, 13, 11, 11, 8, 8, 20)


def plan_xlsx(export: PlanExport) -> bytes:
    book = Workbook()
    titles = [
        f"{export.title_lines[-2] if len(export.title_lines) > 1 else export.title_lines[0]}: "
        f"TÌNH TRẠNG NĂM {export.year}",
        as_at(export.as_of, export.demo, export.filters),
        ONE_ROW + (" Nội dung của đơn vị khác để trống." if export.hides_words else ""),
    ]
    columns = export.columns[1:] if len(export.columns) == len(COLUMNS) else COLUMNS[1:]
    task_sheet(first_sheet(book, "Nhiệm vụ"), titles, columns, export.areas)
    _figure_sheet(
        next_sheet(book, "Tổng hợp"),
        [f"TỔNG HỢP NĂM {export.year}", *titles[1:2]],
        export.figures,
        (export.total, export.row_total),
    )
    return bytes_of(book)


def as_at(day, demo, filters=()) -> str:
    words = [f"Tính đến ngày {dmy(day)}.", *(f"{text}." for text in filters)]
    return " ".join(words + ["DỮ LIỆU MINH HỌA."] * demo)


def task_sheet(sheet: Worksheet, titles, columns, areas: tuple[AreaGroup, ...]):
    names = ("Mã", "Lĩnh vực", "Kỳ", *columns, *_ASIDE, *_PRODUCTS)
    head = put_titles(sheet, titles, len(names))
    put_head(sheet, head, names)
    row = head
    for area in areas:
        for line in area.lines:
            for values in _slot_rows(line):
                row += 1
                put_row(sheet, row, (line.code, f"{area.code}. {area.title}", *values))
    lay_out(sheet, _WIDTHS, head, row)


def _slot_rows(line: TaskLine):
    cells = (
        line.period_code,
        line.text,
        "\n".join(line.products),
        line.lead,
        line.collab,
        line.deadline,
    )
    if not line.slots:
        yield (*cells, "", "", "", line.status, "", None, None, None, None, "")
    for slot in line.slots:
        yield (
            *cells,
            slot.unit,
            slot.result,
            "\n".join(slot.documents),
            slot.status,
            slot.bucket,
            slot.due_on,
            slot.done_on,
            slot.products_issued,
            slot.products,
            "\n".join(line.notes),
        )


def _figure_sheet(sheet: Worksheet, titles, figures: tuple[FigureLine, ...], totals):
    names = ("Nhóm thống kê", "Số nhiệm vụ (theo kỳ)", "Số phần việc của đơn vị")
    head = put_titles(sheet, titles, len(names))
    put_head(sheet, head, names)
    rows = [(line.label, line.occurrences, line.rows) for line in figures]
    for row, values in enumerate([*rows, ("Tổng số", *totals)], start=head + 1):
        put_row(sheet, row, values, bold=values[0] == "Tổng số")
    lay_out(sheet, (34, 20, 20), head, head + len(rows) + 1, filtered=False)


def table_sheet(sheet: Worksheet, titles, names, rows, widths, *, bold=None) -> int:
    """`bold`: of a row's values whether it is a heading. Gives the number of the head's row."""
    head = put_titles(sheet, titles, len(names))
    put_head(sheet, head, names)
    row = head
    for row, values in enumerate(rows, start=head + 1):
        put_row(sheet, row, values, bold=bool(bold and bold(values)))
    lay_out(sheet, widths, head, row)
    return head


def first_sheet(book: Workbook, title: str) -> Worksheet:
    book.active.title = title
    return _ready(book.active)


def next_sheet(book: Workbook, title: str) -> Worksheet:
    return _ready(book.create_sheet(title))


def _ready(sheet: Worksheet) -> Worksheet:
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.sheet_view.showGridLines = False
    return sheet


def bytes_of(book: Workbook) -> bytes:
    out = BytesIO()
    book.save(out)
    return out.getvalue()

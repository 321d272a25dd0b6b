"""The plan as Excel, and the sheet of tasks that the report has too.

The sheet of tasks has one row for each unit's part of a task in one period: so its rows add up to
the ledger's count by parts, and filter and sort as they stand.
"""

from io import BytesIO

from cchc.templatetags.cchc import dmy
from reports.figures import FigureLine
from reports.plan_export import COLUMNS, PlanExport
from reports.sheets import BOLD, Book, new_book
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
    titles = [
        f"{export.title_lines[-2] if len(export.title_lines) > 1 else export.title_lines[0]}: "
        f"TÌNH TRẠNG NĂM {export.year}",
        as_at(export.as_of, export.demo, export.filters),
        ONE_ROW + (" Nội dung của đơn vị khác để trống." if export.hides_words else ""),
    ]
    columns = export.columns[1:] if len(export.columns) == len(COLUMNS) else COLUMNS[1:]
    out = BytesIO()
    with new_book(out) as book:
        task_sheet(book, "Nhiệm vụ", titles, columns, export.areas)
        figure_titles = [f"TỔNG HỢP NĂM {export.year}", *titles[1:2]]
        totals = (export.total, export.row_total)
        _figure_sheet(book, "Tổng hợp", figure_titles, export.figures, totals)
    return out.getvalue()


def as_at(day, demo, filters=()) -> str:
    words = [f"Tính đến ngày {dmy(day)}.", *(f"{text}." for text in filters)]
    return " ".join(words + ["DỮ LIỆU MINH HỌA."] * demo)


def task_sheet(book: Book, name: str, titles, columns, areas: tuple[AreaGroup, ...]):
    sheet = book.sheet(name, _WIDTHS)
    sheet.titles(titles)
    sheet.head(("Mã", "Lĩnh vực", "Kỳ", *columns, *_ASIDE, *_PRODUCTS))
    for area in areas:
        area_name = f"{area.code}. {area.title}"
        for line in area.lines:
            for values in _slot_rows(line):
                sheet.row((line.code, area_name, *values))
    sheet.lay_out()


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


def _figure_sheet(book: Book, name: str, titles, figures: tuple[FigureLine, ...], totals):
    sheet = book.sheet(name, (34, 20, 20))
    sheet.titles(titles)
    sheet.head(("Nhóm thống kê", "Số nhiệm vụ (theo kỳ)", "Số phần việc của đơn vị"))
    for line in figures:
        sheet.row((line.label, line.occurrences, line.rows))
    sheet.row(("Tổng số", *totals), BOLD)
    sheet.lay_out(filtered=False)


def table_sheet(book: Book, name: str, titles, names, rows, widths):
    sheet = book.sheet(name, widths)
    sheet.titles(titles)
    sheet.head(names)
    for values in rows:
        sheet.row(values)
    sheet.lay_out()

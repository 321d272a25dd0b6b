"""The files as Excel, from the same values as page, PDF and Word.

The sheet of tasks has one row for each unit's part of a task in one period: so its rows add up to
the ledger's count by parts, and filter and sort as they stand.
"""

from io import BytesIO

from openpyxl import Workbook
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from cchc.templatetags.cchc import dmy
from reports.annual import AnnualReport
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
        _as_at(export.as_of, export.demo, export.filters),
        ONE_ROW + (" Nội dung của đơn vị khác để trống." if export.hides_words else ""),
    ]
    columns = export.columns[1:] if len(export.columns) == len(COLUMNS) else COLUMNS[1:]
    _task_sheet(_first(book, "Nhiệm vụ"), titles, columns, export.areas)
    _figure_sheet(
        _next(book, "Tổng hợp"),
        [f"TỔNG HỢP NĂM {export.year}", *titles[1:2]],
        export.figures,
        (export.total, export.row_total, None),
    )
    return _bytes(book)


def annual_xlsx(report: AnnualReport) -> bytes:
    book = Workbook()
    as_at = _as_at(report.end, report.demo)
    _task_sheet(
        _first(book, "Phụ lục I"),
        [
            f"TÌNH HÌNH THỰC HIỆN CÁC NHIỆM VỤ CẢI CÁCH HÀNH CHÍNH NĂM {report.year}",
            f"Kỳ báo cáo {report.period_words}. {as_at}",
            ONE_ROW,
        ],
        COLUMNS[1:],
        report.areas,
    )
    _figure_sheet(
        _next(book, "Phụ lục II - Số liệu"),
        [f"TÌNH HÌNH THỰC HIỆN NHIỆM VỤ NĂM {report.year}", as_at],
        report.figures,
        (report.total, report.row_total, report.last_year_total),
    )
    _table_sheet(
        _next(book, "Phụ lục II - Chỉ tiêu"),
        [f"CÁC CHỈ TIÊU CỦA KẾ HOẠCH, NĂM {report.year}", as_at],
        ("Mã", "Chỉ tiêu thống kê", "Mục tiêu", "Kết quả thống kê", "Đánh giá", "Ghi chú"),
        [(t.code, t.text, t.aim, t.result, t.verdict, t.note) for t in report.targets],
        (8, 56, 18, 22, 14, 22),
    )
    if report.next_tasks:
        _table_sheet(
            _next(book, "Phụ lục III"),
            [f"NHIỆM VỤ CẢI CÁCH HÀNH CHÍNH NĂM {report.next_year}"],
            ("Mã", "Nhiệm vụ cụ thể", "Sản phẩm", "Đơn vị chủ trì", "Thời gian hoàn thành", "Hạn"),
            [
                (t.code, t.text, "\n".join(t.products), t.lead, t.deadline, t.due_on)
                for t in report.next_tasks
            ],
            (8, 50, 32, 24, 18, 12),
        )
    _table_sheet(
        _next(book, "Nội dung"),
        [f"{report.title} {report.subject.upper()} (DỰ THẢO)", as_at],
        ("Mục", "Đề mục", "Nội dung", "Nguồn: nhiệm vụ, đơn vị, ngày"),
        list(_paragraph_rows(report)),
        (8, 26, 76, 30),
    )
    return _bytes(book)


def _as_at(day, demo, filters=()) -> str:
    words = [f"Tính đến ngày {dmy(day)}.", *(f"{text}." for text in filters)]
    return " ".join(words + ["DỮ LIỆU MINH HỌA."] * demo)


def _paragraph_rows(report):
    for section in report.sections:
        for paragraph in section.paragraphs:
            sources = [
                f"{s.code}/{s.period_code}, {s.unit}, {dmy(s.day)}" for s in paragraph.sources
            ]
            yield section.key, section.heading, paragraph.text, "\n".join(sources)


def _task_sheet(sheet: Worksheet, titles, columns, areas: tuple[AreaGroup, ...]):
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
    with_last_year = totals[2] is not None
    if with_last_year:
        names += ("Số nhiệm vụ cùng kỳ năm trước",)
    head = put_titles(sheet, titles, len(names))
    put_head(sheet, head, names)
    rows = [(line.label, line.occurrences, line.rows, line.last_year) for line in figures]
    for row, values in enumerate([*rows, ("Tổng số", *totals)], start=head + 1):
        put_row(sheet, row, values[: len(names)], bold=values[0] == "Tổng số")
    lay_out(sheet, (34, 20, 20, 20)[: len(names)], head, head + len(rows) + 1, filtered=False)


def _table_sheet(sheet: Worksheet, titles, names, rows, widths):
    head = put_titles(sheet, titles, len(names))
    put_head(sheet, head, names)
    for row, values in enumerate(rows, start=head + 1):
        put_row(sheet, row, values)
    lay_out(sheet, widths, head, head + len(rows))


def _first(book: Workbook, title: str) -> Worksheet:
    book.active.title = title
    return _ready(book.active)


def _next(book: Workbook, title: str) -> Worksheet:
    return _ready(book.create_sheet(title))


def _ready(sheet: Worksheet) -> Worksheet:
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.sheet_view.showGridLines = False
    return sheet


def _bytes(book: Workbook) -> bytes:
    out = BytesIO()
    book.save(out)
    return out.getvalue()

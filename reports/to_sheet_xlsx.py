"""A unit's sheet as an Excel file: what may be filled in is open and yellow, all else is locked.

The rows' keys lie in a hidden sheet, signed: a changed key, or one of another unit, is noticed.
"""

from io import BytesIO
from itertools import combinations

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill, Protection
from openpyxl.utils import get_column_letter
from openpyxl.workbook.protection import WorkbookProtection
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from cchc.clock import local_day, local_time
from cchc.templatetags.cchc import dmy
from reports.sheet_keys import KeyRow, Keys, seal
from reports.sheets import DATE_FORMAT, lay_out, put, put_head, put_titles
from reports.unit_sheet import (
    ALL_PRODUCTS,
    COLUMNS,
    HEAD_ROW,
    HELP_SHEET,
    KEYS_SHEET,
    LISTS_SHEET,
    MOST_PRODUCTS_SPELLED,
    NOT_YET,
    PLACE,
    SEND,
    SHEET,
    Column,
    Slot,
    UnitSheet,
    digest,
)
from tasks.views.report import KINDS

PIECE = 30_000  # letters of the signed keys in one cell; Excel holds 32,767
TEXT_FORMAT = "@"  # "12/2024" stays what was typed, and "- Đã ban hành" is no formula
OPEN_FILL = PatternFill("solid", start_color="FFFFF9DB")
GREY_FILL = PatternFill("solid", start_color="FFEDEFF1")
GREY = "FF5F6B76"
HELP = (
    ("HƯỚNG DẪN GHI VÀ NẠP TỆP", ""),
    (
        "1. Ghi ở đâu",
        f"Trang “{SHEET}”, các ô nền vàng. Ô khác đã khóa. Không thêm, bớt, đổi chỗ dòng và cột. "
        "Dòng xám chỉ để xem: việc đã xong, đang chờ xác nhận hoặc chưa phát sinh.",
    ),
    (
        "2. Một việc có nhiều sản phẩm",
        "Mỗi sản phẩm một dòng. Đã làm được gì, vướng mắc, đề nghị, gửi xác nhận chỉ ghi ở dòng đầu "
        "của việc; văn bản thì ghi ở dòng nào cũng được.",
    ),
    (
        "3. Văn bản",
        "Mỗi dòng ghi được một văn bản mới: đủ số, ký hiệu (209/BC-VP), ngày ban hành (16/12/2024), "
        "trích yếu, cơ quan ban hành. Văn bản đã ghi trước vẫn giữ, không phải ghi lại. “Là sản "
        "phẩm”: số của sản phẩm, như 1 hoặc 1, 2 hoặc tất cả; để trống nếu chỉ là tài liệu kèm. "
        "Nhiều văn bản hơn thì nạp nhiều lần hoặc ghi trên trang Việc của đơn vị.",
    ),
    (
        "4. Gửi xác nhận",
        f"Chọn “{SEND}” khi mọi sản phẩm đã có văn bản; còn thiếu thì ghi “Lý do thiếu văn bản”. "
        f"Để “{NOT_YET}” là chỉ lưu.",
    ),
    (
        "5. Nạp",
        "Lưu tệp (dạng .xlsx), vào Việc của đơn vị, bấm “Nạp Excel”. Hệ thống cho xem trước từng "
        "thay đổi và từng ô sai; bấm ghi thì ghi tất cả, sai một ô thì chưa ghi gì.",
    ),
    (
        "6. Dòng cũ",
        "Nếu sau khi tải tệp có người đã cập nhật cùng một việc, dòng đó không ghi được nữa: tải tệp "
        "mới rồi ghi lại dòng đó.",
    ),
    ("7. Không ghi", "Nội dung văn bản mật (Luật Bảo vệ bí mật nhà nước 2025)."),
)


def unit_xlsx(unit_sheet: UnitSheet) -> bytes:
    book = Workbook()
    sheet = book.active
    sheet.title = SHEET
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.sheet_view.showGridLines = False
    lists = _lists(unit_sheet)
    keys, last = _fill(sheet, unit_sheet)
    _validate(sheet, unit_sheet, lists, last)
    _protect(sheet)
    _help_sheet(book.create_sheet(HELP_SHEET))
    _lists_sheet(book.create_sheet(LISTS_SHEET), lists)
    _keys_sheet(book.create_sheet(KEYS_SHEET), unit_sheet, keys)
    book.security = WorkbookProtection(lockStructure=True)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _fill(sheet: Worksheet, unit_sheet: UnitSheet) -> tuple[list[KeyRow], int]:
    """Titles, head, rows; the keys of the rows, and the number of the last one."""
    made = f"Tải lúc {local_time(unit_sheet.at)} ngày {dmy(local_day(unit_sheet.at))}."
    titles = (
        f"VIỆC CỦA {unit_sheet.unit_name.upper()}, NĂM {unit_sheet.year}",
        f"{unit_sheet.plan_title}. {made}",
        f"Ghi vào các ô nền vàng, lưu lại rồi nạp ở trang Việc của đơn vị. Xem trang “{HELP_SHEET}”.",
    )
    put_titles(sheet, titles, PLACE["issuer"])
    put_head(sheet, HEAD_ROW, [column.title for column in COLUMNS])
    keys, row = [], HEAD_ROW
    for slot in unit_sheet.slots:
        lines = slot.lines()
        for place, line in enumerate(lines):
            row += 1
            _put_line(sheet, row, slot, place, line)
        first = row - len(lines) + 1
        keys.append(KeyRow(first, len(lines), slot.pk, slot.version, digest(lines)))
    lay_out(sheet, [column.width for column in COLUMNS], HEAD_ROW, row)
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A3
    sheet.freeze_panes = sheet.cell(HEAD_ROW + 1, PLACE["product"] + 1)
    return keys, row


def _put_line(sheet: Worksheet, row: int, slot: Slot, place: int, line: dict[str, str]):
    shown = line | {
        "code": slot.code,
        "text": slot.text if place == 0 else "",
        "product": slot.products[place].label if slot.products else "",
        "due_on": slot.due_on if place == 0 else "",
        "state": slot.state.label if place == 0 else "",
        "standing": slot.cited_for(place),
        "lead": slot.lead if place == 0 else "",
        "collab": slot.collab if place == 0 else "",
        "deadline": slot.deadline if place == 0 else "",
    }
    for column in COLUMNS:
        cell = sheet.cell(row, PLACE[column.name] + 1)
        value = shown[column.name]
        put(cell, value if value != "" else None)
        if _may_fill(column, slot, place):
            cell.protection = Protection(locked=False)
            cell.fill = OPEN_FILL
            cell.number_format = DATE_FORMAT if column.name == "issued_on" else TEXT_FORMAT
        else:
            if not slot.is_open:
                cell.font = Font(name=cell.font.name, size=cell.font.size, color=GREY)
            if column.fills or not slot.is_open:
                cell.fill = GREY_FILL


def _may_fill(column: Column, slot: Slot, place: int) -> bool:
    if column.name == "answers" and not slot.products:
        return False
    return slot.is_open and (column.fills == "document" or (column.fills == "words" and place == 0))


def _lists(unit_sheet: UnitSheet) -> dict[str, list[str]]:
    """What the dropdowns offer: kinds of document, and for n products which of them."""
    lists = {"kind": list(KINDS), "send": [NOT_YET, SEND]}
    for count in sorted({len(slot.products) for slot in unit_sheet.slots} - {0}):
        lists[f"answers {count}"] = _choices(count)
    return lists


def _choices(count: int) -> list[str]:
    numbers = [str(number) for number in range(1, count + 1)]
    if count == 1:
        return numbers
    sizes = range(2, count) if count <= MOST_PRODUCTS_SPELLED else ()
    several = [", ".join(chosen) for size in sizes for chosen in combinations(numbers, size)]
    return [*numbers, *several, ALL_PRODUCTS]


def _validate(sheet: Worksheet, unit_sheet: UnitSheet, lists, last: int):
    """Dropdowns and limits. The date only warns: whether "16/12/2024" is understood as a day while
    typing depends on the computer, and the upload reads both."""
    if last == HEAD_ROW:
        return
    for column in COLUMNS:
        letter = get_column_letter(PLACE[column.name] + 1)
        whole = f"{letter}{HEAD_ROW + 1}:{letter}{last}"
        if column.name == "issued_on":
            rule = DataValidation("date", "between", "DATE(2000,1,1)", "TODAY()")
            rule.errorStyle = "warning"
        elif column.name in lists:
            rule = _one_of(lists, column.name)
        elif column.longest:
            rule = DataValidation("textLength", "lessThanOrEqual", str(column.longest))
        else:
            continue
        _add(sheet, rule, column, whole)
    row = HEAD_ROW + 1
    letter = get_column_letter(PLACE["answers"] + 1)
    for slot in unit_sheet.slots:
        height = len(slot.lines())
        if slot.products:
            rule = _one_of(lists, f"answers {len(slot.products)}")
            place = f"{letter}{row}:{letter}{row + height - 1}"
            _add(sheet, rule, COLUMNS[PLACE["answers"]], place)
        row += height


def _add(sheet, rule: DataValidation, column: Column, place: str):
    rule.allow_blank = True
    rule.showErrorMessage = column.name != "kind"  # other kinds of document may be typed
    rule.errorTitle, rule.error = column.title, column.accepted
    sheet.add_data_validation(rule)
    rule.add(place)


def _one_of(lists, name: str) -> DataValidation:
    letter = get_column_letter(list(lists).index(name) + 1)
    return DataValidation(
        "list", formula1=f"'{LISTS_SHEET}'!${letter}$1:${letter}${len(lists[name])}"
    )


def _protect(sheet: Worksheet):
    """Against slips, not against people: no password. Columns may be widened, rows filtered."""
    sheet.protection.sheet = True
    sheet.protection.formatColumns = sheet.protection.formatRows = False
    sheet.protection.autoFilter = False


def _help_sheet(sheet: Worksheet):
    for row, (title, words) in enumerate(HELP, start=1):
        put(sheet.cell(row, 1), title, bold=True, grid=False)
        put(sheet.cell(row, 2), words, grid=False)
        sheet.row_dimensions[row].height = 15 * (1 + len(words) // 90) + 6
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 30, 96
    sheet["A1"].alignment = Alignment(wrap_text=False)
    sheet.sheet_view.showGridLines = False
    sheet.protection.sheet = True


def _lists_sheet(sheet: Worksheet, lists):
    for place, choices in enumerate(lists.values(), start=1):
        for row, choice in enumerate(choices, start=1):
            sheet.cell(row, place, choice).number_format = TEXT_FORMAT
    sheet.sheet_state = "hidden"
    sheet.protection.sheet = True


def _keys_sheet(sheet: Worksheet, unit_sheet: UnitSheet, rows):
    keys = Keys(
        unit=unit_sheet.unit_code,
        plan=unit_sheet.plan_code,
        year=unit_sheet.year,
        at=unit_sheet.at,
        rows=tuple(rows),
    )
    sealed = seal(keys)
    for row, start in enumerate(range(0, len(sealed), PIECE), start=1):
        put(sheet.cell(row, 1), sealed[start : start + PIECE], grid=False)
        sheet.cell(row, 1).number_format = TEXT_FORMAT
    sheet.sheet_state = "veryHidden"
    sheet.protection.sheet = True

"""A unit's sheet as an Excel file: what may be filled in is open and yellow, all else is locked.

The rows' keys lie in a hidden sheet, signed: a changed key, or one of another unit, is noticed.
"""

from dataclasses import replace
from io import BytesIO
from itertools import combinations, zip_longest

from xlsxwriter.utility import xl_col_to_name

from cchc.clock import local_day, local_time
from cchc.templatetags.cchc import dmy
from reports.sheet_keys import KeyRow, Keys, seal
from reports.sheets import A3, DATE_FORMAT, PLAIN, Book, Look, Sheet, new_book
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
OPEN = replace(PLAIN, fill="#FFF9DB", typed=TEXT_FORMAT, locked=False)
OPEN_DAY = replace(OPEN, typed=DATE_FORMAT)
CLOSED = replace(PLAIN, fill="#EDEFF1")  # what others fill in, or nobody any more
FINISHED = replace(CLOSED, ink="#5F6B76")
BARE = Look(grid=False, typed=TEXT_FORMAT)
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
    out = BytesIO()
    with new_book(out, locked=True) as book:
        lists = _lists(unit_sheet)
        sheet = book.sheet(SHEET, [column.width for column in COLUMNS])
        keys = _fill(sheet, unit_sheet)
        _validate(sheet, unit_sheet, lists)
        # against slips, not against people: no password
        allowed = {"format_columns": True, "format_rows": True, "autofilter": True}
        sheet.page.protect(options=allowed)
        _help_sheet(book)
        _lists_sheet(book, lists)
        _keys_sheet(book, unit_sheet, keys)
    return out.getvalue()


def _fill(sheet: Sheet, unit_sheet: UnitSheet) -> list[KeyRow]:
    """Titles, head, rows; the keys of the rows."""
    made = f"Tải lúc {local_time(unit_sheet.at)} ngày {dmy(local_day(unit_sheet.at))}."
    titles = (
        f"VIỆC CỦA {unit_sheet.unit_name.upper()}, NĂM {unit_sheet.year}",
        f"{unit_sheet.plan_title}. {made}",
        f"Ghi vào các ô nền vàng, lưu lại rồi nạp ở trang Việc của đơn vị. Xem trang “{HELP_SHEET}”.",
    )
    sheet.titles(titles, across=PLACE["issuer"])
    sheet.head(column.title for column in COLUMNS)
    keys = []
    for slot in unit_sheet.slots:
        lines = slot.lines()
        first = sheet.next_row + 1  # keys count rows as Excel does, from 1
        keys.append(KeyRow(first, len(lines), slot.pk, slot.version, digest(lines)))
        for place, line in enumerate(lines):
            shown = line | _shown(slot, place)
            looks = [_look(column, slot, place) for column in COLUMNS]
            sheet.row((shown[column.name] for column in COLUMNS), looks)
    sheet.lay_out(paper=A3, frozen_columns=PLACE["product"])
    return keys


def _shown(slot: Slot, place: int) -> dict:
    return {
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


def _look(column: Column, slot: Slot, place: int) -> Look:
    if _may_fill(column, slot, place):
        return OPEN_DAY if column.name == "issued_on" else OPEN
    if not slot.is_open:
        return FINISHED
    return CLOSED if column.fills else PLAIN


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


def _validate(sheet: Sheet, unit_sheet: UnitSheet, lists):
    """Dropdowns and limits. The date only warns: whether "16/12/2024" is understood as a day while
    typing depends on the computer, and the upload reads both."""
    last = sheet.next_row - 1
    if last < HEAD_ROW:
        return
    for column in COLUMNS:
        if column.name == "issued_on":
            rule = {"validate": "date", "criteria": "between", "error_type": "warning"}
            rule |= {"minimum": "=DATE(2000,1,1)", "maximum": "=TODAY()"}
        elif column.name in lists:
            rule = _one_of(lists, column.name)
        elif column.longest:
            rule = {"validate": "length", "criteria": "<=", "value": column.longest}
        else:
            continue
        _add(sheet, rule, column, HEAD_ROW, last)
    row = HEAD_ROW
    for slot in unit_sheet.slots:
        height = len(slot.lines())
        if slot.products:
            rule = _one_of(lists, f"answers {len(slot.products)}")
            _add(sheet, rule, COLUMNS[PLACE["answers"]], row, row + height - 1)
        row += height


def _add(sheet: Sheet, rule: dict, column: Column, first: int, last: int):
    rule |= {
        "show_error": column.name != "kind",  # other kinds of document may be typed
        "error_title": column.title,
        "error_message": column.accepted,
    }
    place = PLACE[column.name]
    sheet.page.data_validation(first, place, last, place, rule)


def _one_of(lists, name: str) -> dict:
    letter = xl_col_to_name(list(lists).index(name))
    place = f"='{LISTS_SHEET}'!${letter}$1:${letter}${len(lists[name])}"
    return {"validate": "list", "source": place}


def _help_sheet(book: Book):
    sheet = book.sheet(HELP_SHEET, (30, 96))
    title = Look(bold=True, grid=False)
    for place, words in enumerate(HELP):
        sheet.row(words, (replace(title, wraps=place > 0), BARE))
    sheet.page.protect()


def _lists_sheet(book: Book, lists):
    sheet = book.sheet(LISTS_SHEET, [20] * len(lists))
    for choices in zip_longest(*lists.values()):
        sheet.row(choices, BARE)
    sheet.page.hide()
    sheet.page.protect()


def _keys_sheet(book: Book, unit_sheet: UnitSheet, rows):
    keys = Keys(
        unit=unit_sheet.unit_code,
        plan=unit_sheet.plan_code,
        year=unit_sheet.year,
        at=unit_sheet.at,
        rows=tuple(rows),
    )
    sealed = seal(keys)
    sheet = book.sheet(KEYS_SHEET, [20])
    for start in range(0, len(sealed), PIECE):
        sheet.row([sealed[start : start + PIECE]], BARE)
    sheet.page.very_hidden()
    sheet.page.protect()

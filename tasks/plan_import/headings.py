"""The header row of an appendix table: which column holds what, in any usual wording and order."""

import re
from dataclasses import dataclass, replace

from cchc.text import fold
from tasks.plan_import.tables import Cell, GridRow

CELLS = ("text", "product_text", "lead_text", "collab_text", "deadline_text")
TITLES = {
    "number": "TT",
    "text": "Nhiệm vụ cụ thể",
    "product_text": "Sản phẩm",
    "lead_text": "Đơn vị chủ trì",
    "collab_text": "Đơn vị phối hợp",
    "deadline_text": "Thời gian hoàn thành",
    "area": "Lĩnh vực",
    "note": "Ghi chú",
}
_LONGEST_HEADING = 70  # letters; a longer cell is a sentence of the table
_BODY = r"(?:don vi|co quan|bo phan|phong,? ban|phong|nguoi|ca nhan|dau moi)"
# Folded words, tried in this order: "Thời gian hoàn thành nhiệm vụ" is a deadline, no task.
_ROLES = (
    ("note", r"ghi chu"),
    ("area", r"^(?:linh vuc|nhom (?:linh vuc|nhiem vu))$"),
    ("deadline_text", r"thoi (?:gian|han|diem)|han (?:hoan thanh|cuoi)|tien do|ngay hoan thanh"),
    ("deadline_text", r"^(?:hoan thanh|han|lo trinh)$"),
    ("lead_text", rf"chu tri|{_BODY}.*(?:thuc hien|phu trach|chiu trach nhiem|tham muu|duoc giao)"),
    ("lead_text", rf"^{_BODY} dau moi|^phan cong"),
    ("collab_text", r"phoi hop|tham gia"),
    ("product_text", r"san pham|ket qua|dau ra"),
    ("number", r"^(?:s?tt|so tt|(?:so )?thu tu|so|muc|ma|ma so)$"),
    ("text", r"nhiem vu|noi dung|cong viec|hoat dong|dau viec|giai phap"),
)


@dataclass(frozen=True)
class Slot:
    """A column: its positions (end excluded), its role ("" when unknown) and title."""

    start: int
    end: int
    role: str
    title: str


@dataclass(frozen=True)
class Header:
    """The columns, left to right. `height` rows make up the header; `written` are its own cells as
    they stand, to know it again on the next page."""

    slots: tuple[Slot, ...]
    height: int
    written: tuple[str, ...]

    @property
    def width(self) -> int:
        return self.slots[-1].end

    @property
    def roles(self) -> tuple[str, ...]:
        return tuple(slot.role for slot in self.slots if slot.role)


def role_of(title: str) -> str:
    """The role that a column with this title has, or ""."""
    if len(title) > 4 * _LONGEST_HEADING:
        return ""
    words = re.sub(r"[^\w, ]", " ", fold(title))
    words = " ".join(words.split())
    if not words or len(words) > _LONGEST_HEADING:
        return ""
    return next((role for role, pattern in _ROLES if re.search(pattern, words)), "")


def header_at(rows: tuple[GridRow, ...], place: int) -> Header | None:
    """The header that begins in this row, of one row or of two; None when none does."""
    one = _header([rows[place].cells])
    if place + 1 < len(rows) and _goes_on(rows[place].cells, rows[place + 1].cells):
        two = _header([rows[place].cells, rows[place + 1].cells])
        if two and (one is None or len(two.roles) >= len(one.roles)):
            return two
    return one


def is_header_again(header: Header, row: GridRow) -> bool:
    """The header repeated on a later page, as it is or with other spacing."""
    written = _own(row.cells)
    if len(written) < 3:
        return False
    same = {re.sub(r"\W", "", fold(word)) for word in header.written}
    return all(re.sub(r"\W", "", fold(word)) in same for word in written)


def is_column_numbers(row: GridRow) -> bool:
    """The row "(1) (2) (3)" or "A B 1 2" that some tables have below the header."""
    written = [word.strip("()[] .") for word in _own(row.cells)]
    if len(written) < 3 or any(len(word) > 2 for word in written):
        return False
    numbers = [int(word) for word in written if word.isdecimal()]
    return len(numbers) > 1 and numbers == list(range(numbers[0], numbers[0] + len(numbers)))


def _own(cells: tuple[Cell, ...]) -> list[str]:
    return [cell.text for cell in cells if cell.text and not (cell.across or cell.down)]


def _goes_on(upper: tuple[Cell, ...], lower: tuple[Cell, ...]) -> bool:
    """Whether the lower row only tells apart what stands under a wide title of the upper one."""
    split = [place for place, cell in enumerate(lower) if cell.text and not cell.down]
    if not split or len(split) == len(lower):
        return False
    return all(
        role_of(lower[place].text) and (upper[place].across or _is_wide(upper, place))
        for place in split
    )


def _is_wide(cells: tuple[Cell, ...], place: int) -> bool:
    return place + 1 < len(cells) and cells[place + 1].across


def _header(rows: list[tuple[Cell, ...]]) -> Header | None:
    """The columns under these header rows: at least the tasks, and two more that tell of them."""
    slots, taken = [], set()
    for slot in _titled(rows):
        if slot.role in taken:
            slot = replace(slot, role="")
        taken.add(slot.role)
        slots.append(slot)
    telling = taken & {"product_text", "lead_text", "collab_text", "deadline_text"}
    if "text" not in taken or len(telling) < 2:
        return None
    written = tuple(cell.text for row in rows for cell in row if not (cell.across or cell.down))
    return Header(tuple(slots), len(rows), written)


def _titled(rows):
    """Every column. A title below decides before the wide one above it: "Đơn vị thực hiện" over
    "Chủ trì" and "Phối hợp"."""
    lowest = rows[-1]
    start = 0
    for place in range(1, len(lowest) + 1):
        if place < len(lowest) and lowest[place].across:
            continue
        title = " ".join(lowest[start].text.split())
        role = role_of(title)
        if len(rows) > 1 and not lowest[start].down and (above := rows[0][start].text):
            role = role or role_of(above)
            title = " ".join(f"{above} {title}".split())
        yield Slot(start, place, role, title)
        start = place

"""What a row of the appendix is: the title of a group, a task, or the rest of the row before it.

Judged from its number, from which of its cells say something, and from how their words begin.
"""

import re
from dataclasses import dataclass, field
from enum import Enum

from cchc.text import fold
from tasks.plan_import.headings import CELLS, Header
from tasks.plan_import.tables import GridRow
from tasks.plan_import.words import goes_on, is_title


class RowKind(str, Enum):
    """GROUP: a title; TASK; REST: belongs to the row before it; REMARK: below the table; EMPTY."""

    GROUP = "group"
    TASK = "task"
    REST = "rest"
    REMARK = "remark"
    EMPTY = "empty"


@dataclass(frozen=True)
class Place:
    """Where in the file a row stands; all count from 1."""

    table: int
    row: int
    page: int | None = None
    sheet: str = ""

    def __str__(self):
        where = f"trang tính “{self.sheet}”" if self.sheet else f"bảng {self.table}"
        page = f" (khoảng trang {self.page})" if self.page else ""
        return f"{where}, dòng {self.row}{page}"


@dataclass(frozen=True)
class Number:
    """A row's number: its parts ("1.2" has two) and how the first is written."""

    parts: tuple[str, ...]
    style: str  # "letter", "roman", "digit" or "small" (a, b)

    @property
    def rank(self) -> float:
        """How high in the plan's order of headings: A, then I, then 1, then 1.1."""
        return {"letter": 0, "roman": 1, "digit": 2, "small": 9}[self.style] + len(self.parts) - 1


@dataclass(frozen=True)
class Line:
    """A row laid under its header. `down`: roles whose words come from a cell that began further
    up; `wide`: one cell covers the tasks' column and more; `at_break`: the first row of a page or
    table; `shared`: roles that one cell covers together."""

    place: Place
    cells: dict[str, str]
    down: frozenset[str] = frozenset()
    wide: bool = False
    at_break: bool = False
    shared: frozenset[str] = frozenset()
    number: Number | None = field(default=None)

    @property
    def own(self) -> dict[str, str]:
        """The cells that say something in this row itself, the number apart."""
        return {
            role: self.cells[role]
            for role in CELLS
            if self.cells.get(role) and role not in self.down
        }


def lay(header: Header, row: GridRow, place: Place, at_break: bool) -> Line:
    """The row's cells by the role of their column. Word's columns drift when borders are dragged,
    so a row with as many cells as the header is read in its order, another by what lies below."""
    owns = _own_cells(row)
    in_order = len(owns) == len(header.slots)
    cells, down, shared, wide = {}, set(), set(), False
    for position, (start, end, text, is_down) in enumerate(owns):
        slots = [header.slots[position]] if in_order else _below(header, start, end)
        roles = [slot.role for slot in slots if slot.role]
        if len(roles) > 1 and "text" in roles:
            wide = wide or bool(text)
            roles = ["text"]
        elif len(roles) > 1 and text:
            shared.update(roles)
        for role in roles:
            cells[role] = text
            if is_down:
                down.add(role)
    number = None if "number" in down else read_number(cells.get("number", ""))
    first = cells.get("number", "")
    if number is None and len(first) > 3 and not any(cells.get(role) for role in CELLS):
        cells, wide = cells | {"number": "", "text": first}, True  # a title in the first column
    return Line(place, cells, frozenset(down), wide, at_break, frozenset(shared), number)


def _own_cells(row: GridRow) -> list[tuple[int, int, str, bool]]:
    owns = []
    for place, cell in enumerate(row.cells):
        if cell.across and owns:
            owns[-1] = (owns[-1][0], place + 1, *owns[-1][2:])
        else:
            owns.append((place, place + 1, cell.text, cell.down))
    return owns


def _below(header: Header, start: int, end: int):
    """The columns that the positions cover: those wholly covered, else the one covered most."""
    whole = [slot for slot in header.slots if start <= slot.start and slot.end <= end]
    if whole:
        return whole
    most = max(header.slots, key=lambda slot: min(end, slot.end) - max(start, slot.start))
    return [most] if min(end, most.end) > max(start, most.start) else []


def read_number(words: str) -> Number | None:
    """The number in a TT cell: 1, 01., (1), 1.2, I, I.2, A, a); None when it is none."""
    words = words.strip().strip("().").strip()
    parts = [part.strip() for part in re.split(r"[.\-/]", words) if part.strip()]
    if not parts or len(parts) > 4 or any(len(part) > 6 for part in parts):
        return None
    first = parts[0]
    if not all(re.fullmatch(r"[0-9]+|[IVXivx]+|[A-Za-zđĐ]", part) for part in parts):
        return None
    if first.isdecimal():
        style = "digit"
    elif re.fullmatch("[IVX]+", first):
        style = "roman"
    else:
        style = "letter" if first.isupper() and len(first) == 1 else "small"
    return Number(tuple(part.lstrip("0") or "0" for part in parts), style)


def titled_number(text: str) -> tuple[Number | None, str]:
    """The number inside a title that fills the whole row: "II. Cải cách thể chế" and the title;
    the words of "Lĩnh vực 2: Cải cách thể chế" are kept whole."""
    found = re.match(r"([IVX]+|[A-Z]|\d+(?:\.\d+)*)\s*[.):\-–/]\s*(?=\S)(.+)", text, re.DOTALL)
    if found and (number := read_number(found[1])):
        return number, found[2].strip()
    return None, text.strip()


def kind_of(line: Line, before: str | None, following: Number | None) -> RowKind:
    """What the row is. `before` is the text of the task above it in the same group, None when
    there is none; `following` the next number that stands in a row below."""
    own = line.own
    if not own and line.number is None:
        return RowKind.EMPTY
    if set(own) <= {"text"}:
        return _kind_of_words_alone(line, before, following)
    if line.number is None:
        return _kind_without_number(line, before)
    if line.at_break and before is not None and goes_on(own.get("text", "")):
        return RowKind.REST
    if line.number.style in ("roman", "letter") and _begins(line.number, following):
        return RowKind.GROUP
    return RowKind.TASK


def _kind_of_words_alone(line: Line, before: str | None, following: Number | None) -> RowKind:
    """Only the tasks' column says something: a title, or the rest of a long sentence."""
    text = line.cells.get("text", "")
    if re.match(r"(?:\*|ghi chu|luu y)", fold(text)):
        return RowKind.REMARK
    if line.number is not None:
        if line.wide or line.number.style in ("roman", "letter"):
            return RowKind.GROUP
        return RowKind.GROUP if _begins(line.number, following) else RowKind.TASK
    if line.wide:
        return RowKind.GROUP
    if before is None:
        return RowKind.GROUP
    sentence = not before.endswith((".", ";")) or text.endswith(".")  # titles end without a stop
    unfinished = line.at_break and sentence and not _is_first(following)
    if goes_on(text) or unfinished or not is_title(text) or re.match(r"[-–+•]\s", text):
        return RowKind.REST
    return RowKind.GROUP


def _kind_without_number(line: Line, before: str | None) -> RowKind:
    own = line.own
    if before is None:
        return RowKind.TASK
    if "text" not in own or goes_on(own["text"]):
        return RowKind.REST
    if line.at_break and (
        any(map(goes_on, own.values())) or not {"lead_text", "deadline_text"} <= own.keys()
    ):
        return RowKind.REST
    return RowKind.TASK


def _begins(number: Number, following: Number | None) -> bool:
    """Whether the next number is the first below this one: 1.1 below 1, or 1 below II."""
    if following is None:
        return False
    if following.parts[:-1] == number.parts:
        return True
    return _is_first(following) and following.style in ("digit", "small")


def _is_first(number: Number | None) -> bool:
    return number is not None and number.parts in (("1",), ("a",))

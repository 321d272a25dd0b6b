"""The appendix: its groups and its rows, every cell with the plan's own words.

What a page cut apart is joined again and a repeated header is dropped; each time a note says so.
Nothing is concluded here about deadlines or units.
"""

import re
from dataclasses import dataclass, field, replace

from cchc.text import fold
from tasks.plan_import.headings import (
    CELLS,
    TITLES,
    Header,
    header_at,
    is_column_numbers,
    is_header_again,
    role_of,
)
from tasks.plan_import.limits import LONGEST_TEXT
from tasks.plan_import.numbering import roman
from tasks.plan_import.products import ReadProduct, split_products
from tasks.plan_import.row_kinds import Line, Number, Place, RowKind, kind_of, lay, titled_number
from tasks.plan_import.tables import Document, Grid, Refused
from tasks.plan_import.words import join, one_line


@dataclass(frozen=True)
class Note:
    """What the reading did on its own account, for the person who looks at the preview."""

    code: str
    place: Place | None
    sentence: str


@dataclass(frozen=True)
class Group:
    """A title row. `code` places it in the plan ("II", "II.1"); `written` is its own number as it
    stands, "" when it has none; `parent` the code of the group around it."""

    code: str
    title: str
    place: Place
    written: str = ""
    parent: str = ""


@dataclass(frozen=True)
class Row:
    """A task. The five texts are the cells on one line each, as a plan keeps them; `cells` the same
    with their lines, `products` what the product cell was split into."""

    code: str
    group: str
    number: int
    text: str
    product_text: str
    lead_text: str
    collab_text: str
    deadline_text: str
    products: tuple[ReadProduct, ...]
    place: Place
    written: str = ""
    cells: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Appendix:
    """`columns` are the header's titles as they stand, `tables` the numbers of the tables that
    were read, `title_lines` what stands above the header inside the table itself (Excel)."""

    groups: tuple[Group, ...]
    rows: tuple[Row, ...]
    notes: tuple[Note, ...]
    columns: tuple[str, ...] = ()
    tables: tuple[int, ...] = ()
    title_lines: tuple[str, ...] = ()


def read_appendix(document: Document) -> Appendix:
    """The groups and rows of every table of tasks in the document; `Refused` when there is none."""
    finder = _Finder(document)
    lines = finder.lines()
    if finder.first is None:
        raise Refused(_no_table(document))
    maker = _Maker()
    following, numbers = None, []
    for line in reversed(lines):
        numbers.append(following)
        following = line.number or following
    for line, number in zip(lines, reversed(numbers), strict=True):
        maker.take(line, number)
    if not maker.rows:
        raise Refused("Bảng nhiệm vụ chỉ có dòng tiêu đề, không có nhiệm vụ nào.")
    return Appendix(
        groups=tuple(maker.groups),
        rows=tuple(map(_finished, maker.rows)),
        notes=(*finder.notes, *maker.notes),
        columns=tuple(slot.title for slot in finder.first.slots if slot.title),
        tables=tuple(finder.tables),
        title_lines=tuple(finder.above),
    )


def _no_table(document: Document) -> str:
    wanted = "Không thấy bảng nhiệm vụ: cần một dòng tiêu đề có cột “Nhiệm vụ cụ thể” (hoặc "
    wanted += "“Nội dung”) và ít nhất hai trong các cột sản phẩm, đơn vị chủ trì, đơn vị phối hợp, "
    wanted += "thời gian hoàn thành. "
    if not document.grids:
        return wanted + "Tệp không có bảng nào."
    known = {
        TITLES[role]
        for grid in document.grids
        for row in grid.rows[:20]
        for cell in row.cells
        if (role := role_of(cell.text)) and role not in ("number", "note")
    }
    found = f"chỉ thấy cột: {', '.join(sorted(known))}" if known else "không thấy cột nào như vậy"
    return wanted + f"Tệp có {len(document.grids)} bảng, {found}."


class _Finder:
    """Finds the header rows and lays the rows below under them, over all tables."""

    def __init__(self, document: Document):
        self._document = document
        self._header: Header | None = None  # the one that holds now
        self._repeated = 0
        self._lines: list[Line] = []
        self.first: Header | None = None
        self.notes: list[Note] = []
        self.tables: list[int] = []
        self.above: list[str] = []

    def lines(self) -> list[Line]:
        for table, grid in enumerate(self._document.grids, start=1):
            self._take(table, grid)
        if self._repeated:
            words = f"Đã bỏ {self._repeated} dòng tiêu đề lặp lại ở trang sau."
            self.notes.append(Note("header_repeated", None, words))
        return self._lines

    def _take(self, table: int, grid: Grid):
        headers = {
            place: header
            for place in range(len(grid.rows))
            if (header := header_at(grid.rows, place))
        }
        first_row = min(headers, default=0)
        for row in grid.rows[:first_row] if self.first is None else ():
            self.above += [cell.text for cell in row.cells if _stands(cell)]
        if not headers and (self._header is None or not self._continues(self._header, grid)):
            self._header = None  # another table: what follows it needs a header of its own
            return
        self.tables.append(table)
        place, at_break = first_row, True
        while place < len(grid.rows):
            row = grid.rows[place]
            where = Place(table, row.number, row.page, grid.sheet)
            if place in headers:
                self._begin(headers[place], where)
                place, at_break = place + headers[place].height, True
                continue
            place += 1
            if is_header_again(self._header, row):
                self._repeated, at_break = self._repeated + 1, True
            elif not is_column_numbers(row):
                self._lines.append(lay(self._header, row, where, at_break))
                at_break = False

    def _begin(self, header: Header, where: Place):
        self._repeated += self.first is not None
        self._tell_columns(header, where)
        self._header = header
        self.first = self.first or header

    @staticmethod
    def _continues(header: Header, grid: Grid) -> bool:
        """A table without a header goes on with the one before when it has its columns."""
        widths = {sum(not cell.across for cell in row.cells) for row in grid.rows}
        return len(header.slots) in widths

    def _tell_columns(self, header: Header, where: Place):
        if self.first is not None and header.roles == self.first.roles:
            return
        for slot in header.slots:
            if not slot.role and slot.title:
                words = f"Cột “{slot.title}” không phải cột của Kế hoạch: không nhập."
                self.notes.append(Note("column_unknown", where, words))
        for role in CELLS:
            if role not in header.roles:
                words = f"Bảng không có cột “{TITLES[role]}”."
                self.notes.append(Note("column_missing", where, words))


def _stands(cell) -> bool:
    return bool(cell.text) and not (cell.across or cell.down)


@dataclass
class _Open:
    """A group that rows may still fall under."""

    group: Group
    parts: tuple[str, ...]
    rank: float


class _Maker:
    """Makes groups and rows out of lines, one after the other."""

    def __init__(self):
        self.groups: list[Group] = []
        self.rows: list[Row] = []
        self.notes: list[Note] = []
        self._open: list[_Open] = []

    def take(self, line: Line, following: Number | None):
        if line.wide and line.number is None:
            number, title = titled_number(line.cells["text"])
            line = replace(line, number=number, cells=line.cells | {"text": title})
        before = self.rows[-1] if self.rows else None
        if before is None or (self._open and before.group != self._open[-1].group.code):
            text = None
        else:
            text = before.cells["text"]
        kind = kind_of(line, text, following)
        if kind is RowKind.GROUP:
            self._add_group(line)
        elif kind is RowKind.TASK:
            self._enter_area(line)
            self._add_task(line)
        elif kind is RowKind.REST:
            self._rejoin(line)
        elif kind is RowKind.REMARK:
            words = f"Dòng ghi chú, không nhập: “{one_line(line.cells['text'])[:120]}”."
            self.notes.append(Note("remark", line.place, words))

    def _add_group(self, line: Line):
        title = one_line(line.cells.get("text", ""))
        bare = re.sub(r"\s*\(tiếp[^)]*\)\s*$", "", title, flags=re.IGNORECASE)
        current = [fold(opened.group.title) for opened in self._open]
        if fold(bare) in current and self.rows and bare:
            words = f"Tên mục “{bare}” lặp lại ở trang sau: đã bỏ."
            self.notes.append(Note("group_repeated", line.place, words))
            return
        number = line.number
        rank = number.rank if number else self._rank_without_number()
        while self._open and self._open[-1].rank >= rank:
            self._open.pop()
        code = self._code(number.parts if number else (self._next(),))
        group = Group(
            code=code,
            title=title,
            place=line.place,
            written=".".join(number.parts) if number else "",
            parent=self._open[-1].group.code if self._open else "",
        )
        if number is None:
            words = f"Mục “{title}” không có số trong bảng; tạm lấy mã {code}."
            self.notes.append(Note("group_without_number", line.place, words))
        self.groups.append(group)
        self._open.append(_Open(group, number.parts if number else (), rank))

    def _rank_without_number(self) -> float:
        """Titles without number stand side by side, below the numbered one that is open."""
        numbered = [opened.rank for opened in self._open if opened.group.written]
        return numbered[-1] + 0.5 if numbered else 1

    def _next(self) -> str:
        """A number for a group that has none: as roman as its sisters, at the top."""
        parent = self._open[-1].group.code if self._open else ""
        count = sum(group.parent == parent for group in self.groups) + 1
        return str(count) if parent else roman(count)

    def _code(self, parts: tuple[str, ...]) -> str:
        """The parts behind the code of the open group, whose own number they may repeat."""
        if not self._open:
            return ".".join(parts)
        around = self._open[-1]
        if around.parts and parts[: len(around.parts)] == around.parts and len(parts) > 1:
            parts = parts[len(around.parts) :]
        elif around.group.code == ".".join(parts[:-1]):
            parts = parts[-1:]
        return ".".join((around.group.code, *parts))

    def _enter_area(self, line: Line):
        """In a table with a column of areas, a task begins its area's group."""
        area = line.cells.get("area", "")
        if not area:
            return
        number, title = titled_number(area)
        if not self._open or fold(self._open[0].group.title) != fold(one_line(title)):
            self._open = []
            cells = {"text": title, "number": ".".join(number.parts) if number else ""}
            self._add_group(Line(line.place, cells, number=number))

    def _add_task(self, line: Line):
        cells = {role: line.cells.get(role, "") for role in CELLS}
        written = line.cells.get("number", "")
        before = self.rows[-1] if self.rows else None
        if written and before and (before.written, before.cells) == (written, cells):
            words = f"Dòng này lặp lại nguyên văn nhiệm vụ {before.code}: đã bỏ."
            self.notes.append(Note("row_repeated", line.place, words))
            return
        if not self._open:
            group = Group("I", "", line.place)
            self.groups.append(group)
            self._open.append(_Open(group, (), 1))
            words = "Bảng không chia mục theo lĩnh vực; tạm xếp vào mục I."
            self.notes.append(Note("no_groups", line.place, words))
        group = self._open[-1].group.code
        position = sum(row.group == group for row in self.rows) + 1
        parts = line.number.parts if line.number else (str(position),)
        number = int(parts[-1]) if parts[-1].isdecimal() and len(parts[-1]) < 5 else position
        if line.number is None and "number" in line.cells:
            words = f"Nhiệm vụ không có số thứ tự; tạm lấy số {position}."
            self.notes.append(Note("task_without_number", line.place, words))
        if line.shared:
            titles = ", ".join(TITLES[role] for role in TITLES if role in line.shared)
            words = f"Một ô gộp chung các cột {titles}: lời của ô được hiểu cho từng cột."
            self.notes.append(Note("cells_shared", line.place, words))
        self.rows.append(
            Row(
                code=self._code(parts),
                group=group,
                number=number,
                **dict.fromkeys(CELLS, ""),
                products=(),
                place=line.place,
                written=written,
                cells=cells,
            )
        )

    def _rejoin(self, line: Line):
        """Put the rest of a row to the row before it; below a cell merged downwards, each line of
        the other cells stays a line."""
        before = self.rows[-1]
        cells = dict(before.cells)
        for role, words in line.own.items():
            if "text" in line.down:
                cells[role] = f"{cells[role]}\n{words}".strip()
            else:
                cells[role] = join(cells[role], words)
            if len(cells[role]) > LONGEST_TEXT:
                raise Refused(f"Ô nhiệm vụ {before.code} dài bất thường ({line.place}).")
        self.rows[-1] = replace(before, cells=cells)
        words = f"Dòng này là phần tiếp của nhiệm vụ {before.code}: đã nối lại."
        self.notes.append(Note("rejoined", line.place, words))


def _finished(row: Row) -> Row:
    texts = {role: one_line(row.cells[role]) for role in CELLS}
    return replace(row, **texts, products=split_products(row.cells["product_text"]))

"""A filled sheet against what stands: every change and every mistake, cell by cell.

Nothing here asks or writes the database: rows of an Excel file and a `Standing` go in, a `Check`
comes out. A cell that says what it said at the download is no change, whoever wrote meanwhile.
"""

from dataclasses import dataclass, field
from datetime import date

from openpyxl.utils import coordinate_to_tuple, get_column_letter

from cchc.templatetags.cchc import dmy
from cchc.text import clean_lines, fold
from reports.sheet_documents import CITING, Known, SheetDocument
from reports.sheet_keys import BadKeys, KeyRow, Keys, unseal
from reports.unit_sheet import (
    COLUMNS,
    HEAD_ROW,
    KEYS_SHEET,
    NOT_YET,
    PLACE,
    SEND,
    SHEET,
    TOLD,
    WORDS,
    Slot,
    Standing,
    digest,
)
from tasks import workflow
from tasks.citing import Citation
from tasks.forms import UpdateForm


@dataclass(frozen=True)
class CellError:
    """A cell that can't be taken as it is: what it says, why not, and what would be taken."""

    sheet: str
    cell: str
    column: str
    value: str
    why: str
    accepted: str

    def __str__(self):
        return f"Ô {self.cell}: “{self.value}”; {self.why} {self.accepted}".strip()


@dataclass(frozen=True)
class CellChange:
    cell: str
    column: str
    before: str
    after: str


@dataclass(frozen=True)
class Change:
    """What the sheet changes on one assignment: ready for tasks.actions.post_update."""

    assignment: int
    code: str
    text: str
    row: int
    seen_version: int
    send: bool
    words: dict[str, str]
    citations: tuple[Citation, ...]
    cells: tuple[CellChange, ...]


@dataclass(frozen=True)
class Check:
    changes: tuple[Change, ...] = ()
    errors: tuple[CellError, ...] = ()


class Refused(Exception):
    """The file as a whole is not taken; str() is the sentence for the person."""


def read_keys(sheets: dict[str, list[list]], *, unit: str, plan: str) -> Keys:
    """The file is ours, this unit's, and its columns stand where they stood."""
    if SHEET not in sheets or KEYS_SHEET not in sheets:
        raise Refused(
            "Đây không phải tệp tải từ trang Việc của đơn vị; hãy tải tệp của đơn vị rồi ghi vào đó."
        )
    try:
        keys = unseal("".join(str(row[0] or "") for row in sheets[KEYS_SHEET] if row))
    except BadKeys as refusal:
        raise Refused(str(refusal)) from refusal
    if keys.unit != unit:
        raise Refused(f"Tệp này của đơn vị {keys.unit}, không phải của đơn vị mình ({unit}).")
    if keys.plan != plan:
        raise Refused("Tệp này thuộc kế hoạch khác; hãy tải lại tệp của đơn vị.")
    head = [text_of(value) for value in _row(sheets[SHEET], HEAD_ROW)[: len(COLUMNS)]]
    if head != [column.title for column in COLUMNS]:
        raise Refused("Các cột của tệp đã bị thêm, bớt hoặc đổi chỗ; hãy tải lại tệp của đơn vị.")
    return keys


def check(sheets: dict[str, list[list]], keys: Keys, standing: Standing) -> Check:
    """Every change and every error of the sheet, in the order of its rows."""
    rows = sheets[SHEET]
    documents = dict(standing.documents)
    changes, errors = [], []
    for key in keys.rows:
        part = _Part(key, rows, standing.slots.get(key.assignment), documents)
        change = part.read()
        errors += part.errors
        if change and not part.errors:
            changes.append(change)
    errors += _strangers(rows, keys)
    errors.sort(key=lambda error: coordinate_to_tuple(error.cell))
    return Check(tuple(changes), tuple(errors))


def text_of(value) -> str:
    """A cell as text: a day as 16/12/2024, a whole number without its ".0", text as it is stored."""
    if isinstance(value, dict):
        return dmy(date.fromisoformat(value["day"]))
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return clean_lines("" if value is None else str(value))


def cell_name(row: int, name: str) -> str:
    return f"{get_column_letter(PLACE[name] + 1)}{row}"


@dataclass
class _Part:
    """The rows of one assignment, while they are read."""

    key: KeyRow
    rows: list[list]
    slot: Slot | None
    documents: Known  # the unit's, and those cited higher up in the sheet
    errors: list[CellError] = field(default_factory=list)
    cells: list[CellChange] = field(default_factory=list)

    def read(self) -> Change | None:
        key, slot = self.key, self.slot
        lines = self._lines()
        if self._is_moved(lines):
            return None
        if slot is None:
            if digest(lines) != key.digest:
                why = "Việc này không còn là của đơn vị mình."
                self._error(key.first_row, "code", why, accepted="")
            return None
        first = lines[0]
        cited = self._new_documents(lines)
        sends = fold(first["send"]) == fold(SEND)
        lacking = self._lacking(cited)
        words = {name: first[name] for name in TOLD}
        if not lacking:
            words["missing"] = ""
        self._note_words(words)
        if not self._send_is_read(first["send"]) or (sends and not slot.sent):
            self._note("send", NOT_YET, first["send"])
        if not self.cells and not self._words_astray(lines):
            return None
        if not self._is_current(lines):
            return None
        self._validate(words, cited, sends, lacking)
        return Change(
            assignment=slot.pk,
            code=slot.code,
            text=slot.text,
            row=key.first_row,
            seen_version=key.version,
            send=sends,
            words=words,
            citations=tuple(document.citation() for document in cited if document.is_valid()),
            cells=tuple(sorted(self.cells, key=lambda cell: coordinate_to_tuple(cell.cell))),
        )

    def _lines(self) -> list[dict[str, str]]:
        names = [column.name for column in COLUMNS]
        return [
            dict(zip(names, map(text_of, _row(self.rows, row)), strict=False))
            for row in self.key.rows
        ]

    def _is_moved(self, lines) -> bool:
        """The locked code and product no longer stand where they stood: rows were sorted, added or
        deleted, and what is typed beside them may belong to another task."""
        if self.slot is None:
            return False
        for place, (row, line) in enumerate(zip(self.key.rows, lines, strict=True)):
            expected = {"code": (self.slot.code, " ")}
            if place < len(self.slot.products):
                expected["product"] = (self.slot.products[place].label, ".")
            for name, (text, end) in expected.items():
                if line[name].split(end)[0] != text.split(end)[0]:
                    why = "Dòng đã bị xóa, thêm hoặc đổi chỗ."
                    self._error(row, name, why, accepted=f"Như tệp đã tải: {text}.")
                    return True
        return False

    def _new_documents(self, lines) -> list[SheetDocument]:
        """Documents of the sheet that don't stand yet as proof of the products they answer."""
        found = []
        for row, line in zip(self.key.rows, lines, strict=True):
            if any(line[name] for name in CITING):
                document = SheetDocument(row, line, self.slot)
                if not document.stands(self.documents):
                    found.append(document)
                    self._note("number", "", document.label, row=row, column="Văn bản mới")
        return found

    def _lacking(self, cited) -> str:
        """As tasks.actions asks when work is sent: each product has a document, or any has."""
        slot = self.slot
        served = {piece.product for piece in slot.standing}
        for document in cited:
            served |= set(document.products or (None,))
        missing = [product.label for product in slot.products if product.pk not in served]
        if missing:
            return f"Chưa có văn bản cho sản phẩm: {'; '.join(missing)}."
        return "" if served else "Chưa có văn bản minh chứng."

    def _note_words(self, words):
        for name in TOLD:
            before = getattr(self.slot, name)
            if words[name] != before:
                self._note(name, before, words[name])

    def _send_is_read(self, text: str) -> bool:
        return fold(text) in ("", fold(NOT_YET), fold(SEND))

    def _words_astray(self, lines) -> bool:
        return any(line[name] for line in lines[1:] for name in WORDS)

    def _is_current(self, lines) -> bool:
        """Nobody acted since the download; else the row is refused, naming what was done. Cells
        that nobody touched since the download are no matter."""
        if self.key.version == self.slot.version:
            return True
        if digest(lines) != self.key.digest:
            later = [words for seq, words in self.slot.acts if seq >= self.key.version]
            why = f"Dòng cũ: đã có cập nhật sau khi tải ({'; '.join(later)})."
            first = self.cells[0] if self.cells else None
            row = self.key.first_row
            self.errors.append(
                CellError(
                    SHEET,
                    first.cell if first else cell_name(row, "result"),
                    first.column if first else COLUMNS[PLACE["result"]].title,
                    first.after if first else lines[0]["result"],
                    why,
                    "Tải tệp mới rồi ghi lại dòng này.",
                )
            )
        return False

    def _validate(self, words, cited, sends, lacking):
        row = self.key.first_row
        lines = self._lines()
        if not self.slot.is_open:
            self._error(row, "state", _refusal(self.slot.state), accepted="")
            return
        form = UpdateForm({**words, "version": 1, "form_key": "0" * 32})
        for name, sentences in form.errors.items():
            for sentence in sentences:
                self._error(row, name if name in PLACE else "result", sentence)
        if not self._send_is_read(lines[0]["send"]):
            self._error(row, "send", "")
        for document in cited:
            for name, why, accepted in document.problems(self.documents):
                self._error(document.row, name, why, accepted=accepted)
        for line_row, line in zip(list(self.key.rows)[1:], lines[1:], strict=True):
            for name in WORDS:
                if line[name]:
                    self._error(line_row, name, f"Chỉ ghi ở dòng đầu của việc (dòng {row}).")
        if sends and lacking and not words["missing"]:
            why = f"{lacking} Không có văn bản thì ghi “Lý do thiếu văn bản”."
            self._error(row, "send", why)

    def _note(self, name: str, before: str, after: str, *, row: int = 0, column: str = ""):
        row = row or self.key.first_row
        title = column or COLUMNS[PLACE[name]].title
        self.cells.append(CellChange(cell_name(row, name), title, before, after))

    def _error(self, row: int, name: str, why: str, *, accepted: str | None = None):
        column = COLUMNS[PLACE[name]]
        value = text_of(_row(self.rows, row)[PLACE[name]])
        accepted = column.accepted if accepted is None else accepted
        self.errors.append(
            CellError(SHEET, cell_name(row, name), column.title, value, why, accepted)
        )


def _refusal(state: str) -> str:
    try:
        workflow.move(state, workflow.Act.REPORT)
    except workflow.NotAllowed as refusal:
        return str(refusal)
    return ""


def _row(rows: list[list], number: int) -> list:
    """A row by its number in Excel; missing cells are empty."""
    row = rows[number - 1] if number <= len(rows) else []
    return [*row, *[None] * (len(COLUMNS) - len(row))]


def _strangers(rows: list[list], keys: Keys) -> list[CellError]:
    """Something was typed below the table: those rows belong to no task."""
    ours = {row for key in keys.rows for row in key.rows}
    errors = []
    for number in range(HEAD_ROW + 1, len(rows) + 1):
        cells = zip(COLUMNS, _row(rows, number), strict=False)
        typed = [(column, value) for column, value in cells if text_of(value)]
        if number not in ours and typed:
            column, value = typed[0]
            why = "Dòng này không có trong tệp đã tải."
            where = cell_name(number, column.name)
            errors.append(
                CellError(SHEET, where, column.title, text_of(value), why, "Xóa dòng thêm.")
            )
    return errors

"""A unit's own work as a sheet to be filled in offline: its columns, and what stands in them now.

The writer (to_sheet_xlsx.py) and the reader (roundtrip.py) share what is here, so that "changed"
means: a cell that a person may fill in says something else than this.
"""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import date, datetime

from cchc import permissions
from cchc.templatetags.cchc import dmy
from cchc.text import clean, clean_lines
from tasks.citing import document_key
from tasks.models import Assignment, Document, Evidence, Plan, ProgressUpdate
from tasks.workflow import REPORTING, Act, State, can

SHEET = "Việc của đơn vị"
HELP_SHEET = "Hướng dẫn"
LISTS_SHEET = "Danh mục"
KEYS_SHEET = "Khóa"
HEAD_ROW = 4
NOT_YET, SEND = "Chưa", "Gửi xác nhận"
ALL_PRODUCTS = "tất cả"
MOST_PRODUCTS_SPELLED = 4  # with more, the list offers single ones and all of them


@dataclass(frozen=True)
class Column:
    """`fills`: "words" (once for an assignment, in its first row), "document" or nobody."""

    name: str
    title: str
    width: int  # characters
    fills: str = ""
    longest: int = 0
    accepted: str = ""


COLUMNS = (
    Column("code", "Mã, kỳ", 11),
    Column("text", "Nhiệm vụ cụ thể", 38),
    Column("product", "Sản phẩm", 26),
    Column("due_on", "Hạn", 12),
    Column("state", "Tình trạng", 14),
    Column("result", "Đã làm được gì", 40, "words", 4000, "Không để trống; đến 4.000 chữ cái."),
    Column("difficulty", "Vướng mắc", 24, "words", 2000, "Đến 2.000 chữ cái; kèm đề nghị."),
    Column("proposal", "Đề nghị", 24, "words", 2000, "Đến 2.000 chữ cái; kèm vướng mắc."),
    Column("send", "Gửi xác nhận", 14, "words", 0, f"“{NOT_YET}” hoặc “{SEND}”."),
    Column(
        "missing",
        "Lý do thiếu văn bản",
        24,
        "words",
        1000,
        "Khi gửi mà sản phẩm chưa có văn bản; đến 1.000 chữ cái.",
    ),
    Column("standing", "Văn bản đã ghi", 26),
    Column("number", "Số, ký hiệu", 14, "document", 41, "Đủ số và ký hiệu, như 209/BC-VP."),
    Column(
        "issued_on", "Ngày ban hành", 13, "document", 0, "Ngày viết như 16/12/2024, đến hôm nay."
    ),
    Column("kind", "Loại văn bản", 14, "document", 100, "Như Báo cáo, Kế hoạch; đến 100 chữ cái."),
    Column("summary", "Trích yếu", 34, "document", 500, "Không để trống; đến 500 chữ cái."),
    Column("issuer", "Cơ quan ban hành", 20, "document", 200, "Không để trống; đến 200 chữ cái."),
    Column("signer", "Người ký", 18, "document", 50, "Đến 50 chữ cái."),
    Column("answers", "Là sản phẩm", 12, "document", 0, "Số của sản phẩm: 1; 1, 2; tất cả."),
    Column("lead", "Đơn vị chủ trì", 22),
    Column("collab", "Đơn vị phối hợp", 22),
    Column("deadline", "Thời gian hoàn thành", 20),
)
PLACE = {column.name: place for place, column in enumerate(COLUMNS)}
WORDS = tuple(column.name for column in COLUMNS if column.fills == "words")
TOLD = tuple(name for name in WORDS if name != "send")
DOCUMENT = tuple(column.name for column in COLUMNS if column.fills == "document")


@dataclass(frozen=True)
class SheetProduct:
    pk: int
    number: int
    text: str

    @property
    def label(self) -> str:
        return f"{self.number}. {self.text}"


@dataclass(frozen=True)
class Cited:
    """A document that stands as proof, as the unit's register knows it."""

    key: str
    issued_on: date
    product: int | None  # primary key
    label: str


@dataclass(frozen=True)
class Slot:
    """One assignment: what the sheet shows of it, and what a filled sheet is compared with."""

    pk: int
    unit_id: int
    version: int
    code: str  # with the unit's short name where it is not the reader's own
    state: State
    text: str
    due_on: date | None
    lead: str
    collab: str
    deadline: str
    products: tuple[SheetProduct, ...]
    result: str
    difficulty: str
    proposal: str
    missing: str
    sent: bool
    standing: tuple[Cited, ...]
    acts: tuple[tuple[int, str], ...]  # (version before it, words) of every recorded act

    @property
    def is_open(self) -> bool:
        return can(self.state, Act.REPORT)

    def lines(self) -> list[dict[str, str]]:
        """The cells that a person may fill in, as they stand: one row for each product."""
        words = {name: getattr(self, name) for name in TOLD}
        words["send"] = SEND if self.sent else NOT_YET
        empty = dict.fromkeys((*WORDS, *DOCUMENT), "")
        lines = [empty | {"answers": str(product.number)} for product in self.products] or [empty]
        return [lines[0] | words, *lines[1:]]

    def cited_for(self, place: int) -> str:
        """The documents that stand for the product of this row; in the first row those of none."""
        wanted = {self.products[place].pk} if self.products else set()
        if place == 0:
            wanted.add(None)
        return "\n".join(cited.label for cited in self.standing if cited.product in wanted)


@dataclass(frozen=True)
class UnitSheet:
    unit_code: str
    unit_name: str
    plan_code: str
    plan_title: str
    year: int
    at: datetime
    slots: tuple[Slot, ...]

    @property
    def file_name(self) -> str:
        return f"viec-cua-don-vi-{self.unit_code.lower()}-{self.year}"


@dataclass(frozen=True)
class KnownDocument:
    """What citing compares with: the same number, issuer and day is the same document."""

    summary: str


@dataclass(frozen=True)
class Standing:
    """What the database says now about the rows of an uploaded sheet."""

    slots: dict[int, Slot]
    documents: dict[tuple, KnownDocument] = field(default_factory=dict)  # (unit, key, day)


def digest(lines: list[dict[str, str]]) -> str:
    """A short mark of what the cells of an assignment said when the file was made."""
    told = json.dumps([[line[name] for name in (*WORDS, *DOCUMENT)] for line in lines])
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def read_slots(user, pks) -> list[Slot]:
    """The assignments of the person's own unit among `pks`, in their order. Five queries."""
    own = Assignment.objects.visible_to(user).filter(unit__path__startswith=user.unit.path)
    found = (
        own.filter(pk__in=pks)
        .select_related("task", "unit")
        .prefetch_related("task__products")
        .in_bulk()
    )
    acts: dict[int, list[ProgressUpdate]] = {}
    updates = ProgressUpdate.objects.filter(assignment__in=found).select_related("by")
    for act in updates.order_by("assignment", "seq"):
        acts.setdefault(act.assignment_id, []).append(act)
    last = {pk: _last_report(acts.get(pk, [])) for pk in found}
    cited = _evidence([report.pk for report in last.values() if report])
    return [
        _slot(found[pk], last[pk], acts.get(pk, []), cited, user)
        for pk in dict.fromkeys(pks)
        if pk in found
    ]


def read_standing(user, pks) -> Standing:
    """What an uploaded sheet is compared with. Six queries."""
    slots = {slot.pk: slot for slot in read_slots(user, pks)}
    documents = Document.objects.filter(unit__in={slot.unit_id for slot in slots.values()})
    known = documents.values_list("unit", "key", "issued_on", "summary")
    return Standing(
        slots=slots,
        documents={tuple(place): KnownDocument(summary) for *place, summary in known},
    )


def build_unit_sheet(plan: Plan, year: int, user, at: datetime, pks) -> UnitSheet:
    return UnitSheet(
        unit_code=user.unit.code,
        unit_name=user.unit.name,
        plan_code=plan.code,
        plan_title=plan.subject,
        year=year,
        at=at,
        slots=tuple(read_slots(user, pks)),
    )


def _last_report(acts) -> ProgressUpdate | None:
    return next((act for act in reversed(acts) if act.act in REPORTING), None)


def _evidence(report_pks) -> dict[int, list[Evidence]]:
    pieces = Evidence.objects.filter(update__in=report_pks).select_related("document")
    cited: dict[int, list[Evidence]] = {}
    for piece in pieces.order_by("document__issued_on", "pk"):
        cited.setdefault(piece.update_id, []).append(piece)
    return cited


def _slot(assignment, report, acts, cited, user) -> Slot:
    task, unit = assignment.task, assignment.unit
    handed_over = {State.PENDING, State.DONE}
    if not permissions.may_send(user, unit):
        handed_over.add(State.READY)
    return Slot(
        pk=assignment.pk,
        unit_id=unit.pk,
        version=assignment.version,
        code=assignment.occurrence_code
        if unit.pk == user.unit_id
        else f"{assignment.occurrence_code} {unit.short_name}",
        state=State(assignment.state),
        text=task.text,
        due_on=assignment.due_on,
        lead=task.lead_text,
        collab=task.collab_text,
        deadline=task.deadline_text,
        products=tuple(
            SheetProduct(product.pk, number, product.text)
            for number, product in enumerate(assignment.expected_products(), start=1)
        ),
        result=clean_lines(report.result) if report else "",
        difficulty=clean_lines(report.difficulty) if report else "",
        proposal=clean_lines(report.proposal) if report else "",
        missing=clean_lines(report.reason) if report else "",
        sent=assignment.state in handed_over,
        standing=tuple(
            _cited(piece.document, piece.product_id)
            for piece in cited.get(report.pk if report else None, [])
        ),
        acts=tuple((act.seq, _told(act)) for act in acts),
    )


def _cited(document, product) -> Cited:
    label = f"{document.title} ngày {dmy(document.issued_on)}"
    key = document_key(document.number, document.issuer)
    return Cited(key, document.issued_on, product, label)


def _told(act) -> str:
    words = f"{act.by} ghi “{act.get_act_display()}”"
    return clean(f"{words}: {act.reason}" if act.reason else words)

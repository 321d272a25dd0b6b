"""Văn bản: every document that this person may read, once, with what it is proof of."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.core.paginator import Page, Paginator
from django.db.models import Min, OuterRef, Q, Subquery

from cchc import permissions
from tasks.models import Document, Evidence, ProgressUpdate, Trigger, readable
from tasks.workflow import REPORTING, Act, State

DOCUMENTS_A_PAGE = 50
PROOF = {State.DONE: "đã xác nhận", State.PENDING: "chờ xác nhận"}


@dataclass(frozen=True)
class Use:
    """A task's period that the document is proof of."""

    code: str
    period_code: str
    unit: str
    words: str  # what it does there
    products: tuple[str, ...]


@dataclass(frozen=True)
class DocumentFile:
    pk: int
    name: str


@dataclass(frozen=True)
class DocumentLine:
    title: str
    issued_on: date
    summary: str
    issuer: str
    signer: str
    files: tuple[DocumentFile, ...]
    uses: tuple[Use, ...]
    units: str  # who recorded it; only for those who see several units


@dataclass(frozen=True)
class Register:
    lines: tuple[DocumentLine, ...]
    page: Page
    filtered: bool


def read_register(condition: Q, user, number) -> Register:
    """Page `number` of the register. Five queries, whatever the size.

    Two units that recorded the same document (number, issuer, day) have one line.
    """
    visible = Document.objects.visible_to(user)
    found = visible.filter(condition).order_by().values("issued_on", "key")
    found = found.annotate(first=Min("pk")).order_by("-issued_on", "key")
    page = Paginator(found, DOCUMENTS_A_PAGE).get_page(number)
    wanted = [(row["issued_on"], row["key"]) for row in page.object_list]
    days, keys = {day for day, _ in wanted}, {key for _, key in wanted}
    copies = defaultdict(list)
    same = visible.filter(issued_on__in=days, key__in=keys)
    for document in same.select_related("file", "unit").order_by("pk"):
        copies[document.issued_on, document.key].append(document)
    uses = _uses([d for name in wanted for d in copies[name]], user)
    several = permissions.sees_all_work(user)
    lines = tuple(_line(copies[name], uses, several) for name in wanted)
    return Register(lines=lines, page=page, filtered=condition != Q())


def _line(copies, uses, several) -> DocumentLine:
    first = copies[0]
    files = {d.file.sha256: DocumentFile(d.pk, d.file.name) for d in copies if d.file_id}
    return DocumentLine(
        title=first.title,
        issued_on=first.issued_on,
        summary=first.summary,
        issuer=first.issuer,
        signer=first.signer,
        files=tuple(files.values()),
        uses=tuple(use for document in copies for use in uses[document.pk]),
        units=", ".join(dict.fromkeys(d.unit.short_name for d in copies)) if several else "",
    )


def _uses(documents, user) -> dict[int, list[Use]]:
    """By document: the reports that count now, the decisions to stop, the conditions met."""
    ids = [document.pk for document in documents]
    last = ProgressUpdate.objects.filter(
        assignment=OuterRef("update__assignment"), act__in=REPORTING
    ).order_by("-seq")
    cited = (
        Evidence.objects.filter(
            Q(update=Subquery(last.values("pk")[:1])) | Q(update__act=Act.STOP),
            readable(user, "update__assignment__"),
            document__in=ids,
        )
        .select_related("update__assignment__task", "update__assignment__unit", "product")
        .order_by("update__assignment__task__position", "update__assignment__year", "pk")
    )
    products = defaultdict(list)
    places = {}
    for row in cited:
        place = (row.document_id, row.update_id)
        places[place] = row.update
        if row.product:
            products[place].append(row.product.text)
    uses = defaultdict(list)
    for place, update in places.items():
        uses[place[0]].append(_use(update, tuple(products[place])))
    for trigger in Trigger.objects.filter(document__in=ids).select_related("task"):
        words = "văn bản làm phát sinh nhiệm vụ"
        uses[trigger.document_id].append(Use(trigger.task.code, "", "", words, ()))
    return uses


def _use(update, products) -> Use:
    assignment = update.assignment
    if update.act == Act.STOP:
        words = "quyết định dừng"
    else:
        words = PROOF.get(assignment.state, "đã ghi, chưa gửi")
    return Use(
        code=assignment.task.code,
        period_code=assignment.period_code,
        unit=assignment.unit.short_name,
        words=words,
        products=products,
    )

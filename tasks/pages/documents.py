"""Văn bản: every document that this person may read, once, with what it is proof of."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from operator import itemgetter

from django.core.paginator import Page, Paginator
from django.db.models import OuterRef, Q, Subquery, Value

from cchc import permissions
from tasks.document_filter import DocumentFilter
from tasks.models import Document, Evidence, ProgressUpdate, Trigger, readable
from tasks.workflow import REPORTING, Act, State

DOCUMENTS_A_PAGE = 50
LAST = Value(10**6)  # a condition stands behind every task's place
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


def read_register(form: DocumentFilter, user, number) -> Register:
    """Page `number` of the register. Three queries after the form's one that counts.

    Two units that recorded the same document (number, issuer, day) have one line.
    """
    condition = form.condition()
    page = Paginator(range(form.number()), DOCUMENTS_A_PAGE).get_page(number)
    found = Document.objects.all_visible_to(user).filter(condition)
    found = found.order_by().values_list("issued_on", "key").distinct()
    places = page.object_list
    wanted = list(found.order_by("-issued_on", "key")[places.start : places.stop])
    days, keys = {day for day, _ in wanted}, {key for _, key in wanted}
    copies = defaultdict(list)
    same = Document.objects.visible_to(user).filter(issued_on__in=days, key__in=keys)
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


# What the two kinds of uses are read as.
USE = "document update act state code year period unit product place row".split()


def _uses(documents, user) -> dict[int, list[Use]]:
    """By document: the reports that count now, the decisions to stop, the conditions met."""
    ids = [document.pk for document in documents]
    rows = _cited(ids, user).union(_triggered(ids), all=True)
    found = [dict(zip(USE, row, strict=True)) for row in rows]
    acts = {}  # one act may cite a document for several products
    for use in sorted(found, key=itemgetter("place", "year", "row")):
        products = acts.setdefault((use["document"], use["update"], use["code"]), (use, []))[1]
        if use["product"]:
            products.append(use["product"])
    uses = defaultdict(list)
    for use, products in acts.values():
        uses[use["document"]].append(_use(use, tuple(products)))
    return uses


def _cited(ids, user):
    last = ProgressUpdate.objects.filter(
        assignment=OuterRef("update__assignment"), act__in=REPORTING
    ).order_by("-seq")
    work = "update__assignment__"
    return Evidence.objects.filter(
        Q(update=Subquery(last.values("pk")[:1])) | Q(update__act=Act.STOP),
        readable(user, work),
        document__in=ids,
    ).values_list(
        "document", "update", "update__act", f"{work}state", f"{work}task__code", f"{work}year",
        f"{work}period", f"{work}unit__short_name", "product__text", f"{work}task__position", "pk",
    )  # fmt: skip


def _triggered(ids):
    nothing, no_words = Value(0), Value("")
    return Trigger.objects.filter(document__in=ids).values_list(
        "document", nothing, no_words, no_words, "task__code", nothing,
        no_words, no_words, no_words, LAST, "pk",
    )  # fmt: skip


def _use(use, products) -> Use:
    if not use["update"]:
        return Use(use["code"], "", "", "văn bản làm phát sinh nhiệm vụ", ())
    if use["act"] == Act.STOP:
        words = "quyết định dừng"
    else:
        words = PROOF.get(use["state"], "đã ghi, chưa gửi")
    period = f"{use['year']}-{use['period']}" if use["period"] else str(use["year"])
    return Use(use["code"], period, use["unit"], words, products)

"""Documents as people cite them, each kept once in its unit."""

from dataclasses import dataclass
from datetime import date, datetime

from cchc import audit, files
from cchc.clock import local_day
from cchc.locks import take_turns
from cchc.models import Unit
from cchc.text import clean, fold
from tasks.models import Document
from tasks.workflow import NotAllowed


@dataclass(frozen=True)
class Citation:
    """A document as a person cites it, and the positions of the products it answers."""

    number: str
    issued_on: date
    summary: str
    issuer: str
    kind: str = ""
    signer: str = ""
    products: tuple[int, ...] = ()  # primary keys
    upload: object = None


def cite_document(citation: Citation, *, unit: Unit, by, at: datetime) -> Document:
    """The document of this citation: the one that the unit already has, or a new one."""
    take_turns(at=unit)  # two clicks: one after the other
    return cite_in_turn(citation, unit=unit, by=by, at=at)


def cite_in_turn(citation: Citation, *, unit: Unit, by, at: datetime) -> Document:
    """The same, where the caller holds the unit's lock."""
    refuse_future(citation, at)
    key = document_key(citation.number, citation.issuer)
    known = Document.objects.filter(unit=unit, key=key, issued_on=citation.issued_on)
    known = known.order_by("pk").first()
    if known:
        refuse_unlike(known, citation)
        if citation.upload:
            _attach(known, citation.upload, by=by, at=at)
        return known
    stored = _store(citation.upload, by=by, at=at) if citation.upload else None
    document = new_document(citation, unit=unit, by=by, at=at, file=stored)
    document.save(force_insert=True)
    audit.record(by=by, verb="document_recorded", target=document, at=at)  # no words: see ACCESS
    return document


def refuse_future(citation: Citation, at: datetime):
    if citation.issued_on > local_day(at):
        raise NotAllowed("Ngày ban hành không thể ở sau hôm nay.")


def refuse_unlike(known: Document, citation: Citation):
    """The unit has a document of this number, day and issuer that says something else."""
    if fold(known.summary) != fold(citation.summary):
        raise NotAllowed(
            f"Đơn vị đã ghi văn bản {known} với trích yếu “{known.summary}”. Nếu là cùng văn "
            "bản thì dùng đúng trích yếu đó, hoặc đánh dấu nó ở “Văn bản đã ghi”; nếu là văn "
            "bản khác thì sửa số, ngày."
        )


def new_document(citation: Citation, *, unit: Unit, by, at: datetime, file=None) -> Document:
    """Not yet written."""
    return Document(
        unit=unit,
        key=document_key(citation.number, citation.issuer),
        search=search_text(citation),
        number=clean(citation.number),
        issued_on=citation.issued_on,
        kind=clean(citation.kind),
        summary=clean(citation.summary),
        issuer=clean(citation.issuer),
        signer=clean(citation.signer),
        file=file,
        created_by=by,
        created_at=at,
    )


def _attach(document, upload, *, by, at):
    """The file that a document cited earlier lacked; one that is there is never exchanged."""
    if document.file_id and document.file.sha256 == files.digest_of(upload):
        return
    if document.file_id:
        raise NotAllowed(
            f"Văn bản {document} đã có tệp “{document.file.name}”; không thay tệp được."
        )
    document.file = _store(upload, by=by, at=at)
    document.save(update_fields=["file"])
    audit.record(by=by, verb="file_attached", target=document, at=at, file=document.file_id)


def _store(upload, *, by, at):
    try:
        return files.store(upload, by=by, at=at)
    except files.NotKept as trouble:
        raise NotAllowed(str(trouble), trouble.status) from trouble


def search_text(cited) -> str:
    """What the register is searched by: every word of the citation, folded."""
    words = (cited.number, cited.kind, cited.summary, cited.issuer, cited.signer)
    return fold(" ".join(words))


def document_key(number: str, issuer: str) -> str:
    return f"{fold(number).replace(' ', '')}|{fold(issuer)}"

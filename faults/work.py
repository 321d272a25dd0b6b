"""What people of the demonstration do all day: they report on a piece of work."""

from faults.office import Office
from faults.people import Answer, Person
from faults.seeding import pdf

MEMBER = "ttpvks"
_PIECES = """
import json, sys
from tasks.models import Assignment
from tasks.workflow import State
open_ones = Assignment.objects.filter(unit__code=sys.argv[1], year=int(sys.argv[2]), state=State.NEW)
print(json.dumps(list(open_ones.order_by("pk").values_list("pk", flat=True))))
"""
_COUNTS = """
import json
from cchc import files
from cchc.models import AuditEvent, StoredFile
from tasks.models import Document, Notice, ProgressUpdate
print(json.dumps({
    "updates": ProgressUpdate.objects.count(), "audit": AuditEvent.objects.count(),
    "documents": Document.objects.count(), "rows of files": StoredFile.objects.count(),
    "files": len(set(files.names())), "notices": Notice.objects.count()}))
"""


def pieces(office: Office, unit: str = "TTPVKS", year: int = 2024) -> list[int]:
    """The numbers of a unit's open work of a year."""
    return office.python(_PIECES, unit, year)


def counts(office: Office) -> dict[str, int]:
    return office.python(_COUNTS)


def address(piece: int) -> str:
    return f"/phan-viec/{piece}/cap-nhat/"


def opened(person: Person, piece: int) -> dict:
    """The form of a piece of work as its page gives it."""
    return person.form(address(piece), "form_key")


def report(
    person: Person, piece: int, form: dict | None = None, *, file: int = 0, **typed
) -> Answer:
    """Send the form (its page is opened for it if need be); with `file`, a cited document whose
    signed file is number so and so."""
    data = (form or opened(person, piece)) | {"result": "Đã xong bước một."} | typed
    if not file:
        return person.post(address(piece), data)
    paper = {
        "number": f"{file}/QĐ-VP", "issued_on": "16/04/2024", "kind": "Quyết định",
        "summary": "Thành lập Đoàn kiểm tra", "issuer": "Văn phòng UBND tỉnh",
        "signer": "Trần Đình Quang",
    }  # fmt: skip
    data |= {f"vb-0-{name}": value for name, value in paper.items()}
    content = pdf(10_000 + file, 200_000)
    return person.post(address(piece), data, {"vb-0-file": (f"{file}.pdf", content)})

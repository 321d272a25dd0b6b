"""What people of the demonstration do all day: they report on a piece of work."""

import sqlite3

from faults.office import Office
from faults.people import Answer, Person
from faults.seeding import pdf

MEMBER = "ttpvks"
_COUNTED = {
    "updates": "tasks_progressupdate",
    "audit": "cchc_auditevent",
    "documents": "tasks_document",
    "rows of files": "cchc_storedfile",
    "notices": "tasks_notice",
}


def pieces(office: Office, unit: str = "TTPVKS", year: int = 2024) -> list[int]:
    """The numbers of a unit's work of a year that nobody has begun."""
    found = ask(
        office,
        "SELECT work.id FROM tasks_assignment work JOIN cchc_unit unit ON unit.id = work.unit_id "
        f"WHERE unit.code = '{unit}' AND work.year = {year} AND work.state = 'new' ORDER BY work.id",
    )
    return [row[0] for row in found]


def counts(office: Office) -> dict[str, int]:
    found = {
        name: ask(office, f"SELECT count(*) FROM {table}")[0][0] for name, table in _COUNTED.items()
    }
    return found | {"files": sum(1 for _ in (office.data / "media/ev").glob("*/*"))}


def ask(office: Office, question: str) -> list[tuple]:
    """The database itself: an application would take seconds to start."""
    if office.engine == "postgresql":
        import psycopg

        told = f"host={office.database.folder} user=cchc dbname={office.name}"
        with psycopg.connect(told) as line:
            return line.execute(question).fetchall()
    line = sqlite3.connect(office.sqlite, timeout=30)
    try:
        return line.execute(question).fetchall()
    finally:
        line.close()


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

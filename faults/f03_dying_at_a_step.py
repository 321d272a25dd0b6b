"""F3: the worker dies at one named step of an upload or of an import, as from kill -9; the person,
whose browser got no answer, sends the same form again.

The steps are functions of the application around which the entry for gunicorn puts an end; the file
`die-at` in the office's folder says at which, once.
"""

import os
from io import BytesIO
from pathlib import Path

from openpyxl import load_workbook

from faults import Found
from faults.closing import after
from faults.people import Person, form_in
from faults.seeding import pdf

TITLE = "dying at a step, then again"
FILE_STEPS = ("staged", "synced", "renamed")
STEPS = {
    "upload": ("before", *FILE_STEPS, "row", "audit", "committed", "answering"),
    "import": ("before", "row", "audit", "committed", "answering"),
}
STEPS_WITHOUT = {"upload": ("row", "committed")}
# What one sending adds: acts, audit rows of them, documents, files, imports.
ADDS = {"upload": (1, 1, 1, 1, 0), "import": (1, 1, 0, 0, 1)}
COUNTS = (
    "SELECT count(*) FROM tasks_progressupdate",
    "SELECT count(*) FROM cchc_auditevent WHERE verb = 'assignment_report'",
    "SELECT count(*) FROM tasks_document",
    "SELECT count(*) FROM cchc_storedfile",
    "SELECT count(*) FROM cchc_auditevent WHERE verb = 'sheet_imported'",
)
OPEN = """
SELECT a.id FROM tasks_assignment a JOIN cchc_unit u ON u.id = a.unit_id
WHERE u.code = 'TTPVKS' AND a.year = 2025 AND a.state = 'new' ORDER BY a.id
"""


def fault(office_of, protected: bool) -> Found:
    steps = STEPS if protected else STEPS_WITHOUT
    with office_of(workers=1, without=dying if protected else dying_without) as office:
        person, wrong = Person(office, "ttpvks"), []
        pieces = [row[0] for row in office.query(OPEN)]
        for flow, names in steps.items():
            for step in names:
                send = upload(person, pieces.pop()) if flow == "upload" else imported(person, step)
                wrong += died_and_sent_again(office, flow, step, send)
        wrong += after(office) if protected else []
    tried = sum(map(len, steps.values()))
    if wrong or not protected:
        return Found(not wrong, f"{len(wrong)} of {tried} wrong: {'; '.join(wrong)}")
    told = ", ".join(f"{flow} at {len(names)} steps" for flow, names in steps.items())
    return Found(True, f"{told}: once and whole each time")


def died_and_sent_again(office, flow: str, step: str, send) -> list[str]:
    before = counts(office)
    (office.folder / "die-at").write_text(step)
    first = send().status
    died = not (office.folder / "die-at").exists()
    (office.folder / "die-at").unlink(missing_ok=True)
    office.wait()
    second = send().status
    grown = tuple(b - a for a, b in zip(before, counts(office), strict=True))
    if died and first == 0 and second == 302 and grown == ADDS[flow]:
        return []
    return [f"{flow} {step}: {first} then {second}, rows {grown} for {ADDS[flow]}"]


def counts(office) -> list[int]:
    return [office.query(one)[0][0] for one in COUNTS]


def upload(person: Person, piece: int):
    """The report on a piece of work with a document and its file, ready to be sent, twice or more."""
    path = f"/phan-viec/{piece}/cap-nhat/"
    form = person.form(path, "form_key") | {"result": f"Đã trình dự thảo {piece}."}
    form |= {
        "vb-0-number": f"{piece}/BC-TT", "vb-0-issued_on": "10/03/2025", "vb-0-kind": "Báo cáo",
        "vb-0-summary": f"Bản của phần việc {piece}", "vb-0-issuer": "Trung tâm",
    }  # fmt: skip
    files = {"vb-0-file": (f"ban-{piece}.pdf", pdf(piece, 300_000))}
    person.leave()
    return lambda: person.post(path, form, files)


def imported(person: Person, step: str):
    """The unit's sheet with one more sentence, looked at, ready to be confirmed."""
    path = "/viec-cua-don-vi/excel/"
    book = load_workbook(BytesIO(person.get(path).body))
    empty_cell(book.worksheets[0]).value = f"Đã làm xong bước {step}."
    kept = BytesIO()
    book.save(kept)
    shown = person.post(f"{path}nap/", {}, {"file": ("phieu.xlsx", kept.getvalue())})
    form = form_in(shown.text, "token")
    person.leave()
    return lambda: person.post(f"{path}nap/", form)


def empty_cell(sheet):
    """The first cell for what was done that is open and empty."""
    head = next(c for row in sheet.iter_rows() for c in row if c.value == "Đã làm được gì")
    below = sheet.iter_rows(head.row + 1, min_col=head.column, max_col=head.column)
    return next(
        cell for row in below for cell in row if not cell.protection.locked and not cell.value
    )


# --- in the worker


def dying():
    from django.db import transaction

    from cchc import audit, middleware

    record, record_many = audit.record, audit.record_many
    turn = middleware.SamePostsInTurn.__call__
    fsync, replace = os.fsync, os.replace

    def dying_record(*, verb, **told):
        of_work = verb.startswith("assignment_")
        die(of_work and "row")
        transaction.on_commit(lambda: die(of_work and "committed"))
        made = record(verb=verb, **told)
        die(of_work and "audit")
        return made

    def dying_record_many(told, **rest):
        told = list(told)
        of_work = told[0][0].startswith("assignment_")
        die(of_work and "row")
        transaction.on_commit(lambda: die(of_work and "committed"))
        record_many(told, **rest)
        die(of_work and "audit")

    def dying_turn(self, request):
        die("before")
        answer = turn(self, request)
        die("answering")
        return answer

    def dying_fsync(handle):
        die("staged")
        fsync(handle)
        die("synced")

    def dying_replace(*paths):
        replace(*paths)
        die("renamed")

    audit.record, audit.record_many = dying_record, dying_record_many
    middleware.SamePostsInTurn.__call__ = dying_turn
    os.fsync, os.replace = dying_fsync, dying_replace  # of this process: only the store uses them


def die(step):
    wanted = Path(os.environ["DATA_DIR"]).parent / "die-at"
    if wanted.exists() and wanted.read_text() == step:
        wanted.unlink()
        os._exit(137)


def dying_without():
    """No transaction around an act, and a form sent again is not known by its key."""
    from tasks import actions

    actions.post_update = actions.post_update.__wrapped__
    actions._already = lambda by, form_key: None
    dying()

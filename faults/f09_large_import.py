"""F9: a unit writes a whole year's sheet at once, while others read and write.

A sheet of 10,000 rows is more than is looked at (3,000 rows, cchc/workbooks.py) and is refused in
words; written is the largest that one confirmation can carry.
"""

import io
import math
import re
import threading
import time

from faults import Found
from faults.closing import after
from faults.people import Person
from faults.work import MEMBER, opened, pieces, report

TITLE = "a large import with others at work"
ALONE = True
ROWS = 500
IMPORT, WAIT, READ = 15, 2, 0.5  # seconds
BUSY = 2  # beside other work import and reads take longer; the wait is what tells the two apart
UPLOAD = "/viec-cua-don-vi/excel/nap/?nam=2024"
_MORE = """
import sys
from tasks.models import Area, Assignment, Plan, Task, TaskUnit
from cchc.models import Unit
plan, unit = Plan.objects.get(unit__code="VP"), Unit.objects.get(code="TTPVKS")
area, last = plan.areas.first(), Task.objects.filter(plan__unit__code="VP").order_by("-position").first()
pattern = Assignment.objects.filter(unit=unit, year=2024, state="new").first()
tasks = Task.objects.bulk_create(
    Task(plan=plan, area=area, code=f"{area.appendix_code}.{900 + n}", position=last.position + 1 + n,
         number=900 + n, text=f"Công việc thêm {n}") for n in range(int(sys.argv[1])))
Assignment.objects.bulk_create(
    Assignment(task=task, unit=unit, year=2024, period="", state="new", due_on=pattern.due_on,
               first_due_on=pattern.first_due_on, opened_at=pattern.opened_at) for task in tasks)
"""


def fault(office_of, protected: bool) -> Found:
    """Without: row by row, where there is one lock for all who write (SQLite)."""
    engines = office_of.engines if protected else ("sqlite",)
    found = [imported(office_of, engine, protected) for engine in engines]
    return Found(all(one.ok for one in found), "; ".join(one.figures for one in found))


def imported(office_of, engine: str, protected: bool) -> Found:
    with office_of(engine, workers=4, without=None if protected else row_by_row) as office:
        office.python(_MORE, ROWS)
        person = Person(office, MEMBER, timeout=200)
        content = filled(person.get("/viec-cua-don-vi/excel/?nam=2024").body)
        refused = 422
        if protected:
            too_many = with_rows(content, 10_000)
            refused = person.post(UPLOAD, {}, {"file": ("viec.xlsx", too_many)}).status
        preview = person.post(UPLOAD, {}, {"file": ("viec.xlsx", content)})
        token = re.search(r'name="token" value="([^"]+)"', preview.text)
        if not token:
            raise RuntimeError(
                f"No preview: {preview.status} {re.sub('<[^>]+>', ' ', preview.text)[:1500]}"
            )
        with others(office) as times:
            begun = time.monotonic()
            written = person.post(UPLOAD, {"token": token[1]})
            took = time.monotonic() - begun
        wrong = after(office) if protected else []
    readers, writers = sorted(times["read"]), times["write"]
    p95 = readers[math.ceil(len(readers) * 0.95) - 1] if readers else 0
    waited = max(writers, default=took)
    figures = (
        f"{engine} 10,000 rows {refused}; {ROWS} and more written {written.status} in {took:.1f} s; "
        f"{len(readers)} reads, p95 {p95:.2f} s; {len(writers)} writes, longest {waited:.1f} s; "
        f"not answered {times['failed']}"
    )
    quick = took < IMPORT * BUSY and waited < WAIT and p95 < READ * BUSY
    good = written.status == 302 and refused == 422 and quick and not times["failed"]
    return Found(bool(good and not wrong), "; ".join([figures, *wrong]))


def filled(content: bytes) -> bytes:
    """What was done, in the first row of every piece of work."""
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(content))
    sheet = book["Việc của đơn vị"]
    seen = set()
    for row in range(5, sheet.max_row + 1):
        work, filled_in = sheet.cell(row, 1).value, sheet.cell(row, 6).value
        if work and work not in seen and not filled_in:
            sheet.cell(row, 6).value = "Đã xong bước một."
        seen.add(work)
    return saved(book)


def with_rows(content: bytes, rows: int) -> bytes:
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(content))
    for number in range(rows):
        book["Khóa"].append([number, "x", 0])
        book["Việc của đơn vị"].append([f"I.{number}/2024", "Việc"])
    return saved(book)


def saved(book) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


class others:
    """Four who read and one who writes while the body runs: how long each waited."""

    def __init__(self, office):
        self.times, self.over = {"read": [], "write": [], "failed": 0}, threading.Event()
        self.writer = Person(office, "ttcbth")
        self.piece = pieces(office, "TTCBTH")[0]
        readers = [Person(office, "ttcbth.gd") for _ in range(4)]
        self.threads = [threading.Thread(target=self.read, args=[one]) for one in readers]
        self.threads.append(threading.Thread(target=self.write))

    def read(self, person):
        while not self.over.is_set():
            self.took("read", lambda: person.get("/viec-cua-don-vi/?nam=2024"))
            time.sleep(0.5)

    def write(self):
        while not self.over.is_set():
            try:
                form = opened(self.writer, self.piece)
            except LookupError:  # "busy", instead of the form
                self.times["failed"] += 1
                continue
            self.took("write", lambda form=form: report(self.writer, self.piece, form))

    def took(self, kind, act):
        begun = time.monotonic()
        answer = act()
        self.times[kind].append(time.monotonic() - begun)
        self.times["failed"] += answer.status not in (200, 302)

    def __enter__(self) -> dict:
        for thread in self.threads:
            thread.start()
        return self.times

    def __exit__(self, *_):
        self.over.set()
        for thread in self.threads:
            thread.join()


def row_by_row():
    """Each row as if it came alone, in one transaction."""
    from reports import importing
    from tasks import actions
    from tasks.models import Assignment

    def post_updates(reports, *, by, at):
        for one in reports:
            actions.post_update(
                assignment=Assignment.objects.get(pk=one.assignment), by=by, at=at,
                seen_version=one.seen_version, send=one.send, cite=one.cite,
                form_key=one.form_key, **one.words,
            )  # fmt: skip

    importing.post_updates = post_updates

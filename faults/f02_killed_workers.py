"""F2: workers are killed while six people send evidence of 0.3, 2 and 6 MB; each sends the same form
again until it is acknowledged. What was acknowledged is there, whole; after a sweep nothing else is.
"""

import hashlib
import io
import itertools
import os
import random
import signal
import threading
import time
from contextlib import suppress

from faults import Found
from faults.closing import after
from faults.people import Person
from faults.seeding import pdf
from faults.work import address, opened, pieces

TITLE = "workers killed during uploads"
PEOPLE, SECONDS, SECONDS_WITHOUT, EVERY = 6, 25, 6, 0.4
SIZES = (300_000, 2_000_000, 6_000_000)
LEFT = """
import json
from datetime import timedelta
from cchc import files
from cchc.models import StoredFile
now = timedelta(seconds=-1)
swept = len(files.sweep(now))
print(json.dumps({"swept": swept, "left": len(files.strays(now)) + len(files.interrupted(now)),
    "rows": list(StoredFile.objects.values_list("sha256", flat=True))}))
"""


def fault(office_of, protected: bool) -> Found:
    without = None if protected else without_order
    preload = {"GUNICORN_CMD_ARGS": "--preload"}  # a killed worker is there again at once
    with office_of(workers=4, without=without, env=preload) as office:
        work, numbers = pieces(office), itertools.count(1)
        senders = [Sender(office, work[n], numbers) for n in range(PEOPLE)]
        for sender in senders:
            sender.start()
        killed = kill(office, SECONDS if protected else SECONDS_WITHOUT)
        for sender in senders:
            sender.ended.set()
        for sender in senders:
            sender.join(90)
        office.wait()
        found = office.python(LEFT)
        temporary = [path for path in (office.folder / "tmp").rglob("*") if path.is_file()]
        wrong = after(office)
        odd = sorted({status for sender in senders for status in sender.odd})
        acknowledged = {sha256 for sender in senders for sha256 in sender.acknowledged}
    lost = len(acknowledged - set(found["rows"]))
    bad = len([line for line in wrong if line.startswith("Tệp số")])
    left = found["left"] + len(temporary)
    good = acknowledged and not (lost or bad or left or odd or wrong)
    figures = (
        f"{killed} killed, {len(acknowledged)} acknowledged, {lost} lost, {bad} rows without their "
        f"file, {found['swept']} swept, {left} left"
    )
    more = ([f"answers {odd}"] if odd else []) + [line for line in wrong if protected]
    return Found(bool(good), ", ".join([figures, *more]))


def kill(office, seconds: float) -> int:
    rng, until, killed = random.Random(1), time.monotonic() + seconds, 0
    while time.monotonic() < until:
        time.sleep(EVERY)
        if workers := office.workers():
            with suppress(ProcessLookupError):
                os.kill(rng.choice(workers), signal.SIGKILL)
                killed += 1
    return killed


class Sender(threading.Thread):
    def __init__(self, office, piece: int, numbers):
        super().__init__(daemon=True)
        self.person, self.piece, self.numbers = Person(office, "ttpvks"), piece, numbers
        self.ended, self.acknowledged, self.odd = threading.Event(), [], []

    def run(self):
        while not self.ended.is_set():
            with suppress(LookupError):  # no page: its worker was killed
                self.send(next(self.numbers), opened(self.person, self.piece))

    def send(self, number: int, form: dict):
        content = pdf(number, SIZES[number % len(SIZES)])
        form |= {
            "result": f"Đã ban hành văn bản {number}.",
            "vb-0-number": f"{number}/BC", "vb-0-issued_on": "16/04/2024", "vb-0-kind": "Báo cáo",
            "vb-0-summary": f"Kết quả đợt {number}", "vb-0-issuer": "Trung tâm",
        }  # fmt: skip
        until = time.monotonic() + 60
        while time.monotonic() < until:
            answer = self.person.post(
                address(self.piece), form, {"vb-0-file": (f"{number}.pdf", content)}
            )
            if answer.status == 302:
                self.acknowledged.append(hashlib.sha256(content).hexdigest())
                return
            if answer.status not in (0, 503):
                self.odd.append(answer.status)
                return
            time.sleep(0.1)


def without_order():
    """The row first; its file when that is committed, after a while."""
    from django.db import transaction

    from cchc import files
    from cchc.models import StoredFile

    def store(upload, *, by, at):
        upload.seek(0)
        content = upload.read()

        def put():
            time.sleep(0.6)
            files.keep(io.BytesIO(content))

        transaction.on_commit(put)
        return StoredFile.objects.create(
            sha256=hashlib.sha256(content).hexdigest(),
            name=upload.name,
            size=len(content),
            content_type="application/pdf",
            uploaded_by=by,
            uploaded_at=at,
        )

    files.store = store

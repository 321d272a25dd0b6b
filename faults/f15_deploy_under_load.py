"""F15: the server takes up a new version, and a worker is told to go, while people work."""

import os
import signal
import threading
import time
from collections import Counter

from faults import Found
from faults.closing import after
from faults.people import Person
from faults.work import MEMBER, opened, pieces, report

TITLE = "deploy under load"
READERS = 3
PAGES = ("/viec-cua-don-vi/?nam=2024", "/thong-bao/", "/cach-xem/")


def fault(office_of, protected: bool) -> Found:
    with office_of("sqlite", workers=3, nginx=True) as office:
        statuses, over = Counter(), threading.Event()
        people = [Person(office, MEMBER) for _ in range(READERS + 1)]
        piece = pieces(office)[0]

        def read(person):
            while not over.is_set():
                for page in PAGES:
                    statuses[person.get(page).status] += 1

        def write(person):
            while not over.is_set():
                statuses[report(person, piece, opened(person, piece)).status] += 1

        threads = [threading.Thread(target=read, args=[person]) for person in people[1:]]
        threads.append(threading.Thread(target=write, args=[people[0]]))
        for thread in threads:
            thread.start()
        before = set(office.workers())
        deploy(office, protected)
        over.set()
        for thread in threads:
            thread.join()
        replaced = len(before - set(office.workers()))
        wrong = after(office) if protected else []
    failed = sum(number for status, number in statuses.items() if status not in (200, 302, 409))
    figures = f"{statuses.total()} requests, {replaced} of {len(before)} workers replaced, {failed} failed"
    return Found(
        failed == 0 and replaced == len(before) and not wrong, "; ".join([figures, *wrong])
    )


def deploy(office, gently: bool):
    time.sleep(1)
    if gently:
        office.manage("migrate")
        os.kill(office.server.pid, signal.SIGHUP)
        time.sleep(6)
    for worker in office.workers():
        os.kill(worker, signal.SIGTERM if gently else signal.SIGKILL)
        time.sleep(2)

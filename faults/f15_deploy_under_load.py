"""F15: the server is restarted with a new version, told to replace its workers, and a worker told to
go, while people work. As under systemd the socket stays open meanwhile (deploy/cchc-web.socket);
without that who comes in between is turned away."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter

from faults import Found
from faults.closing import after
from faults.office import BASE, Office
from faults.people import Person
from faults.work import MEMBER, opened, pieces, report

TITLE = "deploy under load"
READERS = 3
WELL = (200, 302, 409)
PAGES = ("/viec-cua-don-vi/?nam=2024", "/thong-bao/", "/cach-xem/")


def fault(office_of, protected: bool) -> Found:
    with office_of(workers=3, nginx=True) as office:
        restart = behind_a_kept_door(office) if protected else office.restart
        statuses, over = Counter(), threading.Event()
        people = [Person(office, MEMBER) for _ in range(READERS + 1)]
        piece = pieces(office)[0]

        def read(person):
            while not over.is_set():
                for page in PAGES:
                    statuses[status := person.get(page).status] += 1
                    if status not in WELL:
                        time.sleep(0.2)  # nobody there: no use in asking at once again

        def write(person):
            while not over.is_set():
                try:
                    form = opened(person, piece)
                except LookupError:  # no page with a form
                    statuses[0] += 1
                    time.sleep(0.2)
                    continue
                statuses[report(person, piece, form).status] += 1

        threads = [threading.Thread(target=read, args=[person]) for person in people[1:]]
        threads.append(threading.Thread(target=write, args=[people[0]]))
        for thread in threads:
            thread.start()
        before = set(office.workers())
        deploy(office, restart, whole=protected)
        over.set()
        for thread in threads:
            thread.join()
        replaced = len(before - set(office.workers()))
        wrong = after(office) if protected else []
    failed = sum(number for status, number in statuses.items() if status not in WELL)
    figures = f"{statuses.total()} requests, {replaced} of {len(before)} workers replaced, {failed} failed"
    return Found(
        failed == 0 and replaced == len(before) and not wrong, "; ".join([figures, *wrong])
    )


def deploy(office: Office, restart, *, whole: bool):
    time.sleep(1)
    office.manage("migrate")
    restart()
    time.sleep(2)
    if not whole:
        return
    os.kill(office.server.pid, signal.SIGHUP)
    time.sleep(4)
    for worker in office.workers():
        os.kill(worker, signal.SIGTERM)
        time.sleep(1)


def behind_a_kept_door(office: Office):
    """Serve the office as systemd does, from a socket that outlives it; returns how to restart it."""
    office.stop()
    door = socket.create_server(("127.0.0.1", office.port), backlog=2048)
    gunicorn = f"{sys.executable} -m gunicorn -c deploy/gunicorn.conf.py cchc.wsgi"
    command = f"LISTEN_FDS=1 LISTEN_PID=$$ exec {gunicorn} 3<&{door.fileno()}"

    def start():
        with (office.folder / "server.log").open("ab") as log:
            office.server = subprocess.Popen(
                ["sh", "-c", command], pass_fds=[door.fileno()], env=office.environment,
                cwd=BASE, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        office.wait()

    def restart():
        office.stop()
        start()

    start()
    return restart

"""F20: the office on two hosts behind one nginx, over one PostgreSQL and one S3-compatible store.

A member reports with a signed file again and again while nginx gives every other request to the other
host; each file is fetched back at once. In the middle one host is killed, later it comes back. At the
end both hosts' timers start the same job. Without the protection files stay on the disk of the host
that took them in.
"""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager, suppress

from faults import Found, work
from faults.closing import after
from faults.office import BASE, START, Office, children, end, free_port
from faults.people import Person
from faults.seeding import pdf

TITLE = "two hosts, one killed"
ROUNDS, KILLED_AT, BACK_AT, TRIES = 16, 6, 11, 4
MOVE_FILES = """
from pathlib import Path
from django.conf import settings
from cchc.files import keep
for path in sorted(Path(settings.MEDIA_ROOT, "ev").glob("??/*")):
    with path.open("rb") as source:
        keep(source)
"""
MAKE_BUCKET = "from cchc.object_store import bucket\nbucket().storage.bucket.create()"


def fault(office_of, protected: bool) -> Found:
    if "postgresql" not in office_of.engines:
        return Found(False, "several hosts need PostgreSQL, which is not installed")
    with store() as endpoint:
        env = {"GUNICORN_CMD_ARGS": "--access-logfile -"}
        if protected:
            env |= {
                "FILE_STORE_URL": "s3://faults/office",
                "FILE_STORE_ENDPOINT": endpoint,
                "FILE_STORE_REGION": "us-east-1",
                "FILE_STORE_KEY_ID": "key",
                "FILE_STORE_SECRET": "secret",
            }
        with office_of("postgresql", nginx=True, env=env) as office:
            if protected:
                office.python(MAKE_BUCKET)
                office.python(MOVE_FILES)
            second = Host(office)
            try:
                second.start()
                both_behind_nginx(office, second)
                told, wrong = journey(office, second)
                wrong += jobs(office, second)
                wrong += after(office) if protected else []
            finally:
                second.close()
    return Found(not wrong, "; ".join([told, *wrong]))


def journey(office: Office, second: "Host") -> tuple[str, list[str]]:
    member, leader = Person(office, work.MEMBER), Person(office, "lanhdao")
    piece, before = work.pieces(office)[0], work.counts(office)
    refused, absent = 0, 0
    for number in range(1, ROUNDS + 1):
        if number == KILLED_AT:
            second.kill()
        if number == BACK_AT:
            second.start()
        refused += sent(member, piece, number)
        links = re.findall(r"/van-ban/(\d+)/tep/", leader.get("/van-ban/?nam=2024").text)
        newest, content = max(map(int, links), default=0), pdf(10_000 + number, 200_000)
        for _host in range(2):
            absent += leader.get(f"/van-ban/{newest}/tep/").body != content
    now = work.counts(office)
    lost = [f"{ROUNDS} sent, {now[what] - before[what]} {what}" for what in ("updates", "rows of files")
            if now[what] - before[what] != ROUNDS]  # fmt: skip
    answers = [len(re.findall(r'"(?:GET|POST) /', log)) for log in (office.log(), second.log())]
    wrong = lost + [f"{absent} of {2 * ROUNDS} times no file"] * (absent > 0)
    wrong += ["one host had nothing to do"] * (min(answers) < ROUNDS // 2)
    told = f"{ROUNDS} reports, answers {answers[0]} + {answers[1]}, {refused} sent again"
    return told, wrong


def sent(member: Person, piece: int, number: int) -> int:
    """How often the same form had to be sent again until it was taken."""
    form = work.opened(member, piece)
    for again in range(TRIES):
        if work.report(member, piece, form, file=number).status in (200, 302):
            return again
    raise RuntimeError(f"Report {number} was not taken in {TRIES} tries.")


def jobs(office: Office, second: "Host") -> list[str]:
    command = [sys.executable, "manage.py", "once", "rebuild_state"]
    begun = [
        subprocess.Popen(command, env=host.environment, cwd=BASE, stdout=subprocess.PIPE, text=True)
        for host in (office, second)
    ]
    left_out = sum("lần này bỏ qua" in one.communicate(timeout=120)[0] for one in begun)
    failed = sum(one.returncode != 0 for one in begun)
    return [] if (left_out, failed) == (1, 0) else [f"job: {left_out} left out, {failed} failed"]


class Host:
    """A second machine: its own disk, the same environment."""

    def __init__(self, office: Office):
        self.folder = office.folder / "second"
        shutil.copytree(office.data, self.folder)
        self.port, self.process = free_port(), None
        self.environment = office.environment | {
            "DATA_DIR": str(self.folder),
            "BIND": f"127.0.0.1:{self.port}",
        }

    def start(self):
        with (self.folder / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", "cchc.wsgi"],
                env=self.environment, cwd=BASE, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        wait_for(self.port)

    def kill(self):
        """All its processes at once, as when a machine loses its power."""
        for pid in [self.process.pid, *children(self.process.pid)]:
            os.kill(pid, signal.SIGKILL)
        self.process.wait(10)

    def log(self) -> str:
        return (self.folder / "server.log").read_text(encoding="utf-8", errors="replace")

    def close(self):
        if self.process:
            end(self.process)


def both_behind_nginx(office: Office, second: Host):
    configuration = office.folder / "nginx/nginx.conf"
    mine = f"server 127.0.0.1:{office.port};"
    text = configuration.read_text(encoding="utf-8")
    other = f"server 127.0.0.1:{second.port} max_fails=2 fail_timeout=5s;"
    configuration.write_text(text.replace(mine, f"{mine}\n    {other}"), encoding="utf-8")
    before = set(children(office.proxy.pid))
    office.proxy.send_signal(signal.SIGHUP)
    until = time.monotonic() + START
    while before & set(children(office.proxy.pid)) and time.monotonic() < until:
        time.sleep(0.1)  # the old one hangs up on whoever it has


@contextmanager
def store():
    """The address of an S3 server of our own (moto, of requirements-test.txt)."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    try:
        wait_for(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        end(process)


def wait_for(port: int):
    until = time.monotonic() + START
    while time.monotonic() < until:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.1)
    raise RuntimeError(f"Nobody listens at {port}.")

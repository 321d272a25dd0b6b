"""F12: five backups while people write; the last is brought back elsewhere, and the office opens there."""

import re
import shutil
import sqlite3
import threading
import time
from pathlib import Path

from faults import Found, on_each
from faults.closing import after
from faults.office import Office
from faults.people import Person
from faults.work import MEMBER, opened, pieces, report

TITLE = "backup under load, restored elsewhere"
LONG = True
BACKUPS = 5
_BACKUPS = f"""
import sys, time
from django.core.management import call_command
for _ in range({BACKUPS}):
    call_command("backup", sys.argv[1])
    time.sleep(1)  # their names have seconds
"""
_KEY = "import json, pyrage; print(json.dumps(str(pyrage.x25519.Identity.generate())))"
_ROWS = """
import json
from django.apps import apps
from cchc import files
from tasks.models import ProgressUpdate
rows = {m._meta.db_table: m.objects.count() for m in apps.get_models(include_auto_created=True)}
print(json.dumps({"rows": rows, "files": sorted(files.names()), "updates": ProgressUpdate.objects.count()}))
"""


def fault(office_of, protected: bool) -> Found:
    if not protected:
        return copied_by_hand(office_of)
    found = on_each(office_of.engines, lambda engine: backed_up(office_of, engine))
    return Found(all(one.ok for one in found), "; ".join(one.figures for one in found))


def backed_up(office_of, engine: str) -> Found:
    wrong = []
    with office_of(engine) as office:
        office.env["BACKUP_KEY"] = office.python(_KEY)
        folder = office.folder / "backups"
        with writing(office) as written:
            office.python(_BACKUPS, folder)
        made = sorted(folder.glob("cchc-*"))
        here = office.python(_ROWS)
        wrong += after(office)
        begun = time.monotonic()
        with Elsewhere(office_of, engine, number=f"{office.name}_b", archive=made[-1],
                       env=dict(office.env)) as other:  # fmt: skip
            took = time.monotonic() - begun
            there = other.python(_ROWS)
            wrong += [f"restored: {one}" for one in after(other)]
            page = Person(other, MEMBER).get("/viec-cua-don-vi/?nam=2024")
            if page.status != 200:
                wrong.append(f"restored: the page answers {page.status}")
    missing = set(here["files"]) - set(there["files"])
    if len(made) != BACKUPS or not written or there["updates"] < written[0]:
        wrong.append(f"{len(made)} backups, {len(written)} updates written")
    told = (
        f"{engine} {len(made)}/{BACKUPS} while {len(written)} updates were written; restored "
        f"{sum(there['rows'].values())} rows of {len(there['rows'])} tables, "
        f"{len(there['files'])} files in {took:.0f} s, {len(missing)} younger than the backup, "
        "sign-in works there"
    )
    return Found(not wrong, "; ".join([told, *wrong]))


class Elsewhere(Office):
    """A place that has nothing but the archive and the keys of the environment."""

    def __init__(self, offices, engine, *, archive: Path, **told):
        super().__init__(offices, engine, **told)
        self.archive = archive

    def _move_in(self):
        self.data.mkdir(parents=True)
        (self.folder / "tmp").mkdir()
        if self.engine == "postgresql":
            self.database.sql(f"CREATE DATABASE {self.name}")
        said = self.manage("restore", self.archive).stdout
        if not re.search("mọi mã băm đúng", said) or "Chuỗi nhật ký nguyên vẹn" not in said:
            raise RuntimeError(f"Not restored whole: {said}")


class writing:
    """People who report with a file, again and again, while the body runs; the numbers of those that
    were acknowledged."""

    def __init__(self, office):
        self.office, self.over, self.done = office, threading.Event(), []

    def __enter__(self) -> list[int]:
        self.person = Person(self.office, MEMBER)
        self.pieces = pieces(self.office)
        self.thread = threading.Thread(target=self._write)
        self.thread.start()
        return self.done

    def _write(self):
        number = 0
        while not self.over.is_set():
            number += 1
            piece = self.pieces[number % len(self.pieces)]
            answer = report(self.person, piece, opened(self.person, piece), file=500 + number)
            if answer.status == 302:
                self.done.append(number)
            time.sleep(0.2)

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()


def copied_by_hand(office_of) -> Found:
    """The database's file, as somebody would copy it who knows no better."""
    bad = 0
    with office_of("sqlite") as office, writing(office) as written:
        for number in range(10):
            time.sleep(0.7)
            acknowledged = len(written)
            copy = office.folder / f"copy-{number}.sqlite3"
            shutil.copy(office.sqlite, copy)
            bad += is_bad(copy, acknowledged)
            if bad:
                break
    return Found(bad == 0, f"cp: {bad} of {number + 1} lack what was acknowledged, or are broken")


def is_bad(copy: Path, acknowledged: int) -> bool:
    line = sqlite3.connect(copy)
    try:
        whole = line.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        had = "SELECT count(*) FROM tasks_document WHERE number LIKE '5%/QĐ-VP'"
        return not whole or line.execute(had).fetchone()[0] < acknowledged
    except sqlite3.DatabaseError:
        return True
    finally:
        line.close()

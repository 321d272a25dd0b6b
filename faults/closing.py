"""What must hold after every fault, without anybody's help."""

import sqlite3
import time

from faults.office import TOKEN, Office

GREEN_WITHIN = 5  # seconds
# Nobody has made a backup of this office, and its disk is a big machine's or a tiny one of ours.
NOT_ASKED = ("backup", "disk")
FSCK = """
import io, json
from django.core.management import CommandError, call_command
from django.db import connection
said, out = [], io.StringIO()
try:
    call_command("fsck", stdout=out)
except CommandError as error:
    said = [line for line in out.getvalue().splitlines() if not line.endswith("đúng.")]
print(json.dumps(said))
"""


def after(office: Office) -> list[str]:
    """The sentences of what is wrong: none when all is well. Health first, the rest takes time."""
    return [*_health(office), *office.python(FSCK), *_database(office)]


def _health(office: Office) -> list[str]:
    until = time.monotonic() + GREEN_WITHIN
    while True:
        status, told = office.health(TOKEN)
        red = [line for line in told.get("lines", ()) if not line["good"]]
        red = [f"{line['name']}: {line['words']}" for line in red if line["key"] not in NOT_ASKED]
        if told.get("lines") and not red:
            return []
        if time.monotonic() > until:
            return red or [f"/suc-khoe/ answers {status} after {GREEN_WITHIN} s"]
        time.sleep(0.2)


def _database(office: Office) -> list[str]:
    if office.engine == "postgresql":
        said = office.database.check(office.name)
        return [f"pg_amcheck: {said}"] if said else []
    with sqlite3.connect(office.sqlite) as line:
        said = line.execute("PRAGMA integrity_check").fetchone()[0]
    line.close()
    return [] if said == "ok" else [f"integrity_check: {said}"]

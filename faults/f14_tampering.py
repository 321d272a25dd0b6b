"""F14: somebody with the database's own password edits the audit trail, in four ways."""

import re
import shutil
import sqlite3

from faults import Found
from faults.closing import after

TITLE = "tampering with the audit trail"
ROW = "SELECT id FROM cchc_auditevent WHERE place = ?"
ROWS = 3_000
_WRITE = """
import sys
from cchc import audit, clock
from cchc.models import AuditEvent, Unit
told = dict(at=clock.now(), verb="read", target_type="unit", target_id=Unit.objects.first().pk)
AuditEvent.objects.bulk_create(AuditEvent(detail={"n": n}, **told) for n in range(int(sys.argv[1])))
audit.seal()
"""
_CHECK = """
import json, sys
from cchc import audit, clock
if sys.argv[2] == "blind":
    audit.hmac.compare_digest = lambda *_: True  # a trail that is numbered and not sealed
anchor = audit.Head.read(sys.argv[1]) if sys.argv[2] != "blind" else None
found = audit.verify(at=clock.now(), anchor=anchor)
print(json.dumps({"broken": found.broken or "", "head": str(found.head)}))
"""


def fault(office_of, protected: bool) -> Found:
    eyes = "seeing" if protected else "blind"
    with office_of("sqlite") as office:
        office.python(_WRITE, ROWS)
        anchor = office.python(_CHECK, "0:", "blind")["head"]
        count = int(anchor.partition(":")[0])
        whole, found, named = office.sqlite.with_name("whole"), 0, 0
        shutil.copy(office.sqlite, whole)
        for edit in (rewritten, removed, cut_off, exchanged):
            with sqlite3.connect(office.sqlite) as line:
                for trigger in line.execute("SELECT name FROM sqlite_master WHERE type='trigger'"):
                    line.execute(f"DROP TRIGGER {trigger[0]}")
                first_bad = edit(line, count)
            line.close()
            said = office.python(_CHECK, anchor, eyes)["broken"]
            found += bool(said)
            named += str(first_bad) in re.findall("[0-9]+", said)
            shutil.copy(whole, office.sqlite)
        wrong = after(office) if protected else []
    figures = f"{found}/4 edits of {count} rows found, first bad row named {named}/4"
    return Found(found == named == 4 and not wrong, "; ".join([figures, *wrong]))


def rewritten(line, count) -> int:
    place = count // 2
    line.execute("UPDATE cchc_auditevent SET verb = 'signed_in' WHERE place = ?", [place])
    return line.execute(ROW, [place]).fetchone()[0]


def removed(line, count) -> int:
    """The one behind it is the first that does not fit."""
    line.execute("DELETE FROM cchc_auditevent WHERE place = ?", [count // 3])
    return line.execute(ROW, [count // 3 + 1]).fetchone()[0]


def cut_off(line, count) -> int:
    """What is left is whole: only the head that was noted elsewhere tells."""
    line.execute("DELETE FROM cchc_auditevent WHERE place > ?", [count - 3])
    return count - 3


def exchanged(line, count) -> int:
    place = count // 4
    one, other = (line.execute(ROW, [p]).fetchone()[0] for p in (place, place + 1))
    change = "UPDATE cchc_auditevent SET place = ? WHERE id = ?"
    for to, row in ((-1, one), (place, other), (place + 1, one)):
        line.execute(change, [to, row])
    return other

"""F14: somebody with the database's own password edits the audit trail, in four ways."""

import json
import re

from faults import Found
from faults.closing import after

TITLE = "tampering with the audit trail"
ROWS = 3_000
_TAMPER = "import sys; from faults import f14_tampering as f14; f14.tamper(sys.argv[1] == 'blind')"


def fault(office_of, protected: bool) -> Found:
    with office_of(serve=protected) as office:
        told = office.python(_TAMPER, "seeing" if protected else "blind")
        wrong = after(office) if protected else []
    count, edits = told
    found = sum(bool(said) for _, said in edits)
    named = sum(str(first_bad) in re.findall("[0-9]+", said) for first_bad, said in edits)
    figures = f"{found}/4 edits of {count} rows found, first bad row named {named}/4"
    return Found(found == named == 4 and not wrong, "; ".join([figures, *wrong]))


# --- in the application's environment


def tamper(blind: bool):
    """Prints [rows, [[first bad row, what the check says], ...]]. Each edit is taken back."""
    from django.db import connection, transaction

    from cchc import audit, clock

    write(ROWS)
    anchor = audit.head()
    count = anchor.count
    if blind:  # a trail that is numbered and not sealed, and nobody has noted its head
        audit.hmac.compare_digest = lambda *_: True
        anchor = None
    told = []
    for edit in (rewritten, removed, cut_off, exchanged):
        with transaction.atomic(), connection.cursor() as cursor:
            without_triggers(cursor)
            first_bad = edit(cursor, count)
            said = audit.verify(at=clock.now(), anchor=anchor).broken
            transaction.set_rollback(True)
        told.append((first_bad, said or ""))
    print(json.dumps([count, told]))


def write(rows: int):
    from cchc import audit, clock
    from cchc.models import Unit

    unit = Unit.objects.first()
    audit.record_many((("read", unit, {"n": n}) for n in range(rows)), by=None, at=clock.now())
    audit.seal()


def without_triggers(cursor):
    if cursor.db.vendor == "postgresql":
        cursor.execute("ALTER TABLE cchc_auditevent DISABLE TRIGGER USER")
        return
    cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
    for (name,) in cursor.fetchall():
        cursor.execute(f"DROP TRIGGER {name}")


def row_at(cursor, place: int) -> int:
    cursor.execute("SELECT id FROM cchc_auditevent WHERE place = %s", [place])
    return cursor.fetchone()[0]


def rewritten(cursor, count) -> int:
    place = count // 2
    cursor.execute("UPDATE cchc_auditevent SET verb = 'signed_in' WHERE place = %s", [place])
    return row_at(cursor, place)


def removed(cursor, count) -> int:
    """The one behind it is the first that does not fit."""
    cursor.execute("DELETE FROM cchc_auditevent WHERE place = %s", [count // 3])
    return row_at(cursor, count // 3 + 1)


def cut_off(cursor, count) -> int:
    """What is left is whole: only the head that was noted elsewhere tells."""
    cursor.execute("DELETE FROM cchc_auditevent WHERE place > %s", [count - 3])
    return count - 3


def exchanged(cursor, count) -> int:
    place = count // 4
    one, other = (row_at(cursor, at) for at in (place, place + 1))
    for to, row in ((0, one), (place, other), (place + 1, one)):
        cursor.execute("UPDATE cchc_auditevent SET place = %s WHERE id = %s", [to, row])
    return other

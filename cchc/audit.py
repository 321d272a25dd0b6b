"""The audit trail: every write leaves a row, and the rows are sealed into a chain.

A row is written in its write's own transaction and sealed: it gets the next place and an HMAC over its
words and the seal before it, under a key that is not in the database. On SQLite, where writers take
turns anyway, it is written with its seal. On PostgreSQL the seal is a transaction of its own, right
after the commit, so that long writes never wait for each other's trail. Whoever edits, removes or
reorders sealed rows breaks the chain; whoever cuts off its end is found only by an anchor kept
elsewhere: `Head`, printed by `verify_audit` and in every backup.
"""

import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Iterable
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from cchc.locks import one_at_a_time
from cchc.models import AuditEvent

BATCH = 1000
SEALED_WITHIN = timedelta(minutes=5)  # an older row without a seal is told of
WORDS = ("id", "at", "by_id", "verb", "target_type", "target_id", "detail", "origin")
_SEAL = "UPDATE cchc_auditevent SET place = %s, mac = %s WHERE id = %s"
# The last number, how many rows wait for their seal, and the head; for SQLite, which sorts nulls last.
_END = """
    SELECT (SELECT MAX(id) FROM cchc_auditevent),
        (SELECT COUNT(*) FROM cchc_auditevent WHERE place IS NULL),
        place, mac FROM cchc_auditevent ORDER BY place DESC LIMIT 1"""
origin: ContextVar[str] = ContextVar("origin", default="")  # cchc.middleware sets it


def record(*, by, verb: str, target, at: datetime, **detail) -> AuditEvent:
    """One row; call it inside the transaction of the write that it tells of.

    `detail` takes plain JSON values: what changed, from what to what, and why.
    """
    event = _event(verb, target, detail, by=by, at=at)
    _seal_now([event])
    event.save(force_insert=True)
    _seal_at_commit([event])
    return event


def record_many(told: Iterable[tuple[str, object, dict]], *, by, at: datetime):
    """As many rows, each (verb, target, detail), of one write."""
    events = [_event(*one, by=by, at=at) for one in told]
    _seal_now(events)
    AuditEvent.objects.bulk_create(events, batch_size=500)
    _seal_at_commit(events)


def _event(verb: str, target, detail: dict, *, by, at: datetime) -> AuditEvent:
    return AuditEvent(
        at=at,
        by=by,
        verb=verb,
        target_type=target._meta.model_name,
        target_id=target.pk,
        detail=detail,
        origin=origin.get(),
    )


def _seal_now(events: list[AuditEvent]):
    """Where nobody else can write before our transaction ends, and no older row waits for its seal."""
    if connection.vendor != "sqlite" or not connection.in_atomic_block:
        return
    with connection.cursor() as cursor:
        cursor.execute(_END)
        number, waiting, place, mac = cursor.fetchone() or (0, 0, 0, "")
    if not waiting:
        for pk, event in enumerate(events, start=number + 1):
            event.pk = pk
        _link(events, Head(place, mac))


def _seal_at_commit(events: list[AuditEvent]):
    if all(event.place for event in events):
        return
    if all(waiting[1] is not seal for waiting in connection.run_on_commit):
        transaction.on_commit(seal, robust=True)  # if it fails, the next write's seal takes both


@dataclass(frozen=True)
class Head:
    """The end of the chain: how many rows are sealed, and the last seal."""

    count: int
    mac: str

    def __str__(self):
        return f"{self.count}:{self.mac}"

    @classmethod
    def read(cls, text: str) -> "Head":
        count, _, mac = text.strip().partition(":")
        if not count.isdigit():
            raise ValueError("Dấu đầu chuỗi viết như 1234:3f2a…")
        return cls(int(count), mac)


@dataclass(frozen=True)
class Verdict:
    """What `verify` found. `broken` names the first row that does not fit, None when all do.
    `unsealed`: rows that have waited for their seal for longer than SEALED_WITHIN."""

    head: Head
    broken: str | None
    unsealed: int


def seal() -> int:
    """Seal what waits for it, in the order of its number. How many rows."""
    done = 0
    while True:
        with one_at_a_time("audit"), connection.cursor() as cursor:
            waiting = list(AuditEvent.objects.filter(place=None).order_by("pk")[:BATCH])
            _link(waiting, head())
            cursor.executemany(_SEAL, [(event.place, event.mac, event.pk) for event in waiting])
        done += len(waiting)
        if len(waiting) < BATCH:
            return done


def _link(events: list[AuditEvent], last: Head):
    place, mac = last.count, last.mac
    for event in events:
        event.detail = json.loads(json.dumps(event.detail))  # as it will be read again
        place, mac = place + 1, _mac(mac, place + 1, [getattr(event, w) for w in WORDS])
        event.place, event.mac = place, mac


def head() -> Head:
    last = AuditEvent.objects.filter(place__isnull=False).order_by("-place")
    return Head(*(last.values_list("place", "mac").first() or (0, "")))


def verify(*, at: datetime, anchor: Head | None = None) -> Verdict:
    """Walk the whole chain. `anchor`: a head that was noted down before; the chain must still hold
    it, else its end was cut off or the whole was made anew."""
    place, mac, broken = 0, "", None
    rows = AuditEvent.objects.filter(place__isnull=False).order_by("place")
    for found_place, found_mac, *words in rows.values_list("place", "mac", *WORDS).iterator(BATCH):
        place += 1
        if found_place != place:
            broken = f"Thiếu bản ghi ở thứ tự {place} (sau đó là bản ghi số {words[0]})."
        elif not hmac.compare_digest(found_mac, _mac(mac, place, words)):
            broken = f"Bản ghi số {words[0]} (thứ tự {place}) không đúng với dấu niêm."
        elif anchor and anchor.count == place and anchor.mac != found_mac:
            broken = f"Bản ghi số {words[0]} (thứ tự {place}) khác với dấu đã ghi lại."
        if broken:
            break
        mac = found_mac
    if not broken and anchor and anchor.count > place:
        broken = f"Chuỗi chỉ còn {place} bản ghi; dấu đã ghi lại có {anchor.count}."
    late = AuditEvent.objects.filter(place=None, at__lt=at - SEALED_WITHIN).count()
    return Verdict(Head(place, mac), broken, late)


def _mac(before: str, place: int, words: list) -> str:
    words = [w.astimezone(UTC).isoformat() if isinstance(w, datetime) else w for w in words]
    text = json.dumps([before, place, *words], sort_keys=True, ensure_ascii=False)
    return hmac.new(_key(), text.encode(), hashlib.sha256).hexdigest()


def _key() -> bytes:
    """From the environment (AUDIT_KEY), else a file of DATA_DIR made at the first use."""
    return settings.AUDIT_KEY.encode() or _kept_key()


@lru_cache
def _kept_key() -> bytes:
    kept = Path(settings.DATA_DIR) / "audit.key"
    try:
        handle = os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return kept.read_bytes()
    key = secrets.token_hex(32).encode()
    with os.fdopen(handle, "wb") as out:
        out.write(key)
    return key

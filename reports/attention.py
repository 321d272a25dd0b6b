"""Cần chỉ đạo: what a leader has to decide, in the units' own words where they may be read."""

from dataclasses import dataclass
from datetime import date

from cchc.clock import local_day
from cchc.permissions import sees_all_work
from reports.marks import Mark
from tasks.buckets import Bucket
from tasks.changes import key_of
from tasks.extending import undecided_on
from tasks.filters import FOR_LEADERS, occurrences_of
from tasks.ledger import end_of
from tasks.models import Directive, Extension, ProgressUpdate, readable
from tasks.workflow import State

UNITS_NAMED = 3
WORDS_SHOWN = 2
_FAR = 10**6  # no due day: after those that have one


@dataclass(frozen=True)
class Said:
    """What a unit wrote in its last report as at the day."""

    unit: str
    on: date
    difficulty: str
    proposal: str


@dataclass(frozen=True)
class Directed:
    """A leader's latest words on it, as at the day."""

    on: date
    unit: str
    words: str


@dataclass(frozen=True)
class Asked:
    """A later day that a unit asks for, not decided on the day."""

    page: int
    unit: str
    wanted_on: date
    reason: str
    advice: str


@dataclass(frozen=True)
class Attention:
    """An occurrence that is overdue, blocked, waits for a document or for a leader's word."""

    mark: Mark
    tile: str
    due_on: date | None
    days_left: int | None
    waits_for: str
    sent: bool  # the unit has sent it, it waits for verification
    for_leaders: bool  # and the coordinating unit did it itself: a leader verifies
    units: str
    said: tuple[Said, ...]
    asked: tuple[Asked, ...]
    directed: Directed | None  # only for those who read every unit's directives

    @classmethod
    def read(cls, occurrences, marks, requests, user, as_of) -> tuple["Attention", ...]:
        """Ready to show; at most two queries, for the words that this person may read."""
        words = _words([slot for o in occurrences for slot in _concerned(o)], user)
        directed = _directed(occurrences, user, as_of) if sees_all_work(user) else {}
        return tuple(
            _item(o, marks[key_of(o)], words, requests.get(key_of(o), ()), directed.get(key_of(o)))
            for o in occurrences
        )


def read_requests(plan, user, as_of) -> dict[tuple, tuple[Asked, ...]]:
    """By occurrence, the requests for more time that nobody had decided at the end of the day. One
    query, and none for whom they don't concern."""
    if not sees_all_work(user):
        return {}
    found = Extension.objects.filter(
        readable(user, "assignment__"), assignment__task__plan=plan
    ).order_by("asked_at", "pk")
    requests = {}
    for e in undecided_on(found, as_of).select_related("assignment__unit"):
        work = e.assignment
        advised = e.advised_at and local_day(e.advised_at) <= as_of
        key = (work.task_id, work.year, work.period)
        asked = Asked(
            e.pk, work.unit.short_name, e.wanted_on, e.reason, e.advice if advised else ""
        )
        requests[key] = (*requests.get(key, ()), asked)
    return requests


def needing_direction(ledger, requests=()) -> list:
    """Longest overdue first, then what is blocked, where more time is asked, what a leader has to
    verify, and what waits. Work that was returned is not here: it is in its unit's queue."""
    found = {}
    for occurrences in (
        sorted(
            occurrences_of(ledger, Bucket.OPEN_OVERDUE), key=lambda o: (o.days_left, o.position)
        ),
        sorted(
            (o for o in occurrences_of(ledger, "vuong-mac") if o.bucket != Bucket.WAITING),
            key=lambda o: (_FAR if o.days_left is None else o.days_left, o.position),
        ),
        (o for o in ledger.occurrences if key_of(o) in requests),
        occurrences_of(ledger, FOR_LEADERS),
        occurrences_of(ledger, Bucket.WAITING),
    ):
        for occurrence in occurrences:
            found.setdefault(key_of(occurrence), occurrence)
    return list(found.values())


def _concerned(occurrence) -> list:
    """The slots for which it is on the list."""
    return [
        slot
        for slot in occurrence.slots
        if slot.bucket == occurrence.bucket or (slot.blocked and slot.state != State.DONE)
    ]


def _words(slots, user) -> dict[int, Said]:
    """By assignment; what another unit wrote is not read for somebody who may not see it."""
    reports = ProgressUpdate.objects.filter(
        readable(user, "assignment__"),
        pk__in=[slot.last_report_id for slot in slots if slot.last_report_id],
    ).values("assignment_id", "effective_on", "difficulty", "proposal", "blocked")
    names = {slot.assignment_id: slot.unit_short for slot in slots}
    return {
        report["assignment_id"]: Said(
            unit=names[report["assignment_id"]],
            on=report["effective_on"],
            difficulty=report["difficulty"],
            proposal=report["proposal"],
        )
        for report in reports
        if report["difficulty"] or report["proposal"]
    }


def _directed(occurrences, user, as_of) -> dict[tuple, Directed]:
    """By occurrence, the latest one said by the day."""
    found = Directive.objects.visible_to(user).filter(
        task__in={o.task_id for o in occurrences}, at__lt=end_of(as_of)
    )
    return {
        (d.task_id, d.year, d.period): Directed(local_day(d.at), d.unit.short_name, d.words)
        for d in found.select_related("unit").order_by("at", "pk")
    }


def _item(occurrence, mark, words, asked, directed) -> Attention:
    slots = _concerned(occurrence)
    names = [slot.unit for slot in slots]
    more = len(names) - UNITS_NAMED
    said = [words[slot.assignment_id] for slot in slots if slot.assignment_id in words]
    blocked_only = occurrence.blocked and occurrence.bucket != Bucket.OPEN_OVERDUE
    return Attention(
        mark=mark,
        tile="blocked" if blocked_only else occurrence.tile,
        due_on=occurrence.due_on,
        days_left=occurrence.days_left,
        waits_for=next((slot.waits_for for slot in slots if slot.waits_for), ""),
        sent=occurrence.state == State.PENDING,
        for_leaders=any(s.state == State.PENDING and s.for_leaders for s in occurrence.slots),
        units=", ".join(names[:UNITS_NAMED]) + (f" và {more} đơn vị khác" if more > 0 else ""),
        said=tuple(said[:WORDS_SHOWN]),
        asked=tuple(asked),
        directed=directed,
    )

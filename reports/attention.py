"""Cần chỉ đạo: what a leader has to decide, in the units' own words where they may be read."""

from dataclasses import dataclass
from datetime import date

from cchc.clock import local_day
from cchc.permissions import sees_all_work
from tasks.buckets import Bucket
from tasks.filters import occurrences_of
from tasks.ledger import end_of
from tasks.models import Assignment, Directive, ProgressUpdate
from tasks.workflow import State

UNITS_NAMED = 3
WORDS_SHOWN = 2


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
class Attention:
    """An occurrence that is overdue, blocked, or waits for a document."""

    mark: object  # reports.summary.Mark
    tile: str
    due_on: date | None
    days_left: int | None
    waits_for: str
    sent: bool  # the unit has sent it, it waits for verification
    units: str
    said: tuple[Said, ...]
    directed: Directed | None  # only for those who read every unit's directives

    @classmethod
    def read(cls, occurrences, marks, user, as_of) -> tuple["Attention", ...]:
        """Ready to show; at most two queries, for the words that this person may read."""
        words = _words([slot for o in occurrences for slot in _concerned(o)], user)
        directed = _directed(occurrences, user, as_of) if sees_all_work(user) else {}
        keys = [(o.task_id, o.year, o.period) for o in occurrences]
        return tuple(
            _item(cls, o, marks[key], words, directed.get(key))
            for o, key in zip(occurrences, keys, strict=True)
        )


def needing_direction(ledger) -> list:
    """Longest overdue first, then what is blocked, then what waits. Work that was returned is not
    here: it is in its unit's queue and needs no decision."""
    overdue = occurrences_of(ledger, Bucket.OPEN_OVERDUE)
    blocked = [o for o in occurrences_of(ledger, "vuong-mac") if o.bucket != Bucket.OPEN_OVERDUE]
    blocked = [o for o in blocked if o.bucket != Bucket.WAITING]
    waiting = occurrences_of(ledger, Bucket.WAITING)
    far = 10**6
    return [
        *sorted(overdue, key=lambda o: (o.days_left, o.position)),
        *sorted(blocked, key=lambda o: (far if o.days_left is None else o.days_left, o.position)),
        *sorted(waiting, key=lambda o: o.position),
    ]


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
        pk__in=[slot.last_report_id for slot in slots if slot.last_report_id],
        assignment__in=Assignment.objects.visible_to(user),
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


def _item(cls, occurrence, mark, words, directed):
    slots = _concerned(occurrence)
    names = [slot.unit for slot in slots]
    more = len(names) - UNITS_NAMED
    said = [words[slot.assignment_id] for slot in slots if slot.assignment_id in words]
    blocked_only = occurrence.blocked and occurrence.bucket != Bucket.OPEN_OVERDUE
    return cls(
        mark=mark,
        tile="blocked" if blocked_only else occurrence.tile,
        due_on=occurrence.due_on,
        days_left=occurrence.days_left,
        waits_for=next((slot.waits_for for slot in slots if slot.waits_for), ""),
        sent=occurrence.state == State.PENDING,
        units=", ".join(names[:UNITS_NAMED]) + (f" và {more} đơn vị khác" if more > 0 else ""),
        said=tuple(said[:WORDS_SHOWN]),
        directed=directed,
    )

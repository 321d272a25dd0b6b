"""The seven buckets, and what an assignment or an occurrence looks like in one.

model.md, Ledger; the four official buckets follow the practice of Quyết định 42/2014/QĐ-TTg.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.db.models import TextChoices

from tasks.workflow import State

SOON_DAYS = 15


class Bucket(TextChoices):
    """Seven buckets that add up: four official ones, then three honest ones."""

    DONE_ON_TIME = "hoan-thanh-dung-han", "Hoàn thành đúng hạn"
    DONE_LATE = "hoan-thanh-qua-han", "Hoàn thành quá hạn"
    OPEN_IN_TIME = "trong-han", "Đang thực hiện trong hạn"
    OPEN_OVERDUE = "qua-han", "Đang thực hiện quá hạn"
    WAITING = "chua-phat-sinh", "Chưa phát sinh"
    NO_DEADLINE = "chua-xac-dinh-han", "Chưa xác định hạn"
    STOPPED = "dung", "Dừng theo quyết định"


DONE = (Bucket.DONE_ON_TIME, Bucket.DONE_LATE)
OPEN = (Bucket.OPEN_IN_TIME, Bucket.OPEN_OVERDUE)


def bucket_of(state: str, due_on: date | None, done_on: date | None, on: date) -> Bucket:
    """The bucket of one assignment on the day `on`.

    The date of the last product document decides, not the day of typing: work sent for
    verification counts by that date too, so that a slow verifier makes nobody late.
    """
    if state == State.STOPPED:
        return Bucket.STOPPED
    if state == State.WAITING:
        return Bucket.WAITING
    if due_on is None:
        return Bucket.NO_DEADLINE
    if state == State.DONE:
        return Bucket.DONE_ON_TIME if done_on <= due_on else Bucket.DONE_LATE
    reached = done_on if state == State.PENDING and done_on else on
    return Bucket.OPEN_IN_TIME if reached <= due_on else Bucket.OPEN_OVERDUE


# An occurrence is as its worst slot; done (or stopped) only when nothing else is left.
WORST_FIRST = (
    Bucket.OPEN_OVERDUE,
    Bucket.OPEN_IN_TIME,
    Bucket.WAITING,
    Bucket.NO_DEADLINE,
    Bucket.DONE_LATE,
    Bucket.DONE_ON_TIME,
    Bucket.STOPPED,
)


def worst_of(slots) -> Bucket:
    """The bucket of what is as bad as its worst slot."""
    return min((slot.bucket for slot in slots), key=WORST_FIRST.index)


# The one status word of the screens (interface.md, 3), and the order in which tiles stand.
TILE_ORDER = (
    "done",
    "late",
    "finished",
    "prior",
    "review",
    "doing",
    "new",
    "returned",
    "blocked",
    "overdue",
    "wait",
    "stopped",
)
_BUCKET_TILES = {
    Bucket.DONE_ON_TIME: "done",
    Bucket.DONE_LATE: "late",
    Bucket.OPEN_OVERDUE: "overdue",
    Bucket.WAITING: "wait",
    Bucket.STOPPED: "stopped",
}
_STATE_TILES = {
    State.PENDING: "review",
    State.RETURNED: "returned",
    State.DOING: "doing",
    State.READY: "doing",  # still inside the unit
    State.NEW: "new",
    State.DONE: "finished",  # without a due day: neither on time nor late
}


class Placed:
    """What an assignment and an occurrence both say of their place in the books."""

    @property
    def soon(self) -> bool:
        left = self.days_left
        return self.bucket == Bucket.OPEN_IN_TIME and left is not None and left <= SOON_DAYS

    @property
    def period_code(self) -> str:
        """2024, or 2024-Q2 for a quarter."""
        return f"{self.year}-{self.period}" if self.period else str(self.year)

    @property
    def tile(self) -> str:
        """The one status word of the screens."""
        if self.prior:
            return "prior"
        if self.bucket in _BUCKET_TILES:
            return _BUCKET_TILES[self.bucket]
        return "blocked" if self.blocked else _STATE_TILES[self.state]


@dataclass(frozen=True)
class Row(Placed):
    """One assignment as it stood on the day asked about. Plain values, ready to show."""

    assignment_id: int
    task_id: int
    position: int
    code: str
    area: int
    completion: str
    unit_id: int
    unit_code: str
    unit: str
    unit_short: str
    year: int
    period: str
    due_on: date | None
    first_due_on: date | None
    waits_for: str
    state: str
    done_on: date | None
    blocked: bool
    products: int
    products_issued: int
    updated_on: date | None
    last_report_id: int | None
    bucket: Bucket
    carried: bool  # left over from an earlier year
    prior: bool  # finished in an earlier year: listed, outside the buckets
    days_left: int | None  # negative: days overdue; None: done, sent, or no due day
    in_window: bool = True  # fell due or was issued within the report's window
    sent_on: date | None = None  # the last product document of what was sent or is done
    for_leaders: bool = False  # led by the coordinating unit itself, so that a leader verifies it
    later: int = 0  # acts that count here but were recorded after the day

    @property
    def extended(self) -> bool:
        """A later day was granted; the first one stays beside it."""
        return bool(self.first_due_on and self.due_on and self.due_on > self.first_due_on)

    @property
    def first_verdict(self) -> Bucket | None:
        """What extended work that is done would be by its first due day."""
        if not self.extended or self.done_on is None:
            return None
        return bucket_of(self.state, self.first_due_on, self.done_on, self.done_on)


@dataclass(frozen=True)
class Occurrence(Placed):
    """A task in one period: done when all its slots are, or one (Task.completion)."""

    task_id: int
    position: int
    code: str
    area: int
    year: int
    period: str
    slots: tuple[Row, ...]
    bucket: Bucket
    state: str
    due_on: date | None
    done_on: date | None
    blocked: bool
    carried: bool
    prior: bool
    days_left: int | None
    in_window: bool = True

    @property
    def updated_on(self) -> date | None:
        return max((slot.updated_on for slot in self.slots if slot.updated_on), default=None)


def touches(thing, start: date, end: date) -> bool:
    """Whether it fell due or had its last document within these days; an occurrence does when one
    of its slots does."""
    if isinstance(thing, Occurrence):
        return any(touches(slot, start, end) for slot in thing.slots)
    return any(day is not None and start <= day <= end for day in (thing.due_on, thing.done_on))


def count(things) -> dict[Bucket, int]:
    """How many of `things` are in each bucket: all seven, zeros too; they add up to len(things)."""
    counter = Counter(thing.bucket for thing in things)
    return {bucket: counter[bucket] for bucket in Bucket}


def on_time_rate(counts: dict[Bucket, int]) -> float | None:
    """Done on time / (done + overdue); None while nothing has come to its term ("chưa có" is not
    0 %). Waiting, undetermined and stopped work is outside the denominator."""
    reached = sum(counts[bucket] for bucket in (*DONE, Bucket.OPEN_OVERDUE))
    return counts[Bucket.DONE_ON_TIME] / reached if reached else None

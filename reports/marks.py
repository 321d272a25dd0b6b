"""Tiles and numbers: what the dashboard is made of. A number knows the address of its rows."""

from dataclasses import dataclass, replace
from functools import cached_property

from cchc.templatetags.cchc import tile_html
from tasks.buckets import TILE_ORDER, Bucket, Occurrence
from tasks.changes import key_of
from tasks.filters import STATUSES
from tasks.viewing import Viewing

TILES_IN_A_ROW = 40  # a province has hundreds: the rest is told as a number
TILE_OF = {
    Bucket.DONE_ON_TIME: "done",
    Bucket.DONE_LATE: "late",
    Bucket.OPEN_IN_TIME: "doing",
    Bucket.OPEN_OVERDUE: "overdue",
    Bucket.WAITING: "wait",
    Bucket.NO_DEADLINE: "new",
    Bucket.STOPPED: "stopped",
}


@dataclass(frozen=True)
class Mark:
    """A tile: one occurrence, or one unit's part of it. `code` is what it is called on this page."""

    task: str
    period: str
    code: str
    tile: str
    opening: str
    href: str

    @cached_property
    def html(self) -> str:
        """Drawn once, shown in several places of the page."""
        return tile_html(self.tile, self.code, self.href, self.opening)

    def of_part(self, row) -> "Mark":
        """The same square for one unit's part of the occurrence."""
        return self if row.tile == self.tile else replace(self, tile=row.tile)


@dataclass(frozen=True)
class Marks:
    """Tiles as far as there is room, how many more there are, and where all of them are listed."""

    shown: tuple[Mark, ...] = ()
    more: int = 0
    href: str = ""

    @property
    def total(self) -> int:
        return len(self.shown) + self.more


@dataclass(frozen=True)
class Number:
    """How many rows the list under `href` has; `words` follow it in a sentence."""

    number: int
    href: str
    words: str = ""
    tile: str = ""


@dataclass(frozen=True)
class Opener:
    """Makes the addresses of the lists: of the plan, year and day looked at, with what was known."""

    viewing: Viewing
    known_only: bool = False

    def plan(self, **query) -> str:
        known = "1" if self.known_only else None
        return self.viewing.url("tasks:plan", **query, dung_nhu_da_biet=known)

    def number(self, number: int, status: str, words: str = "", tile: str = "", **query) -> Number:
        href = self.plan(trang_thai=status, **query)
        return Number(number, href, words or lowered(STATUSES[status]), tile)


def lowered(label: str) -> str:
    return label[0].lower() + label[1:]


def mark_of(occurrence: Occurrence, openings: dict[int, str], viewing: Viewing) -> Mark:
    task, period = occurrence.code, occurrence.period_code
    other = occurrence.period or occurrence.year != viewing.year
    return Mark(
        task=task,
        period=period,
        code=f"{task}/{period}" if other else task,
        tile=occurrence.tile,
        opening=openings[occurrence.task_id],
        href=viewing.url("tasks:occurrence", task, period),
    )


def cut(marks: list[Mark], room: int = TILES_IN_A_ROW, href: str = "") -> Marks:
    """In the order of tiles everywhere: done first, the exceptions last but never left out."""
    ordered = sorted(marks, key=lambda mark: TILE_ORDER.index(mark.tile))
    over = len(ordered) - room
    return Marks(tuple(ordered[max(over, 0) :]), max(over, 0), href)


def marks_of(occurrences: list[Occurrence], openings, viewing) -> dict[tuple, Mark]:
    return {key_of(o): mark_of(o, openings, viewing) for o in occurrences}

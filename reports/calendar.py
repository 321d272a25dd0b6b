"""Thời hạn trong năm: the due days of a year as columns of tiles, one for each month."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from tasks.buckets import TILE_ORDER

TILES_ON_A_DAY = 40
MONTHS = range(1, 13)
BEFORE, AFTER, NO_DAY = 0, 13, 14  # columns outside the year


@dataclass(frozen=True)
class Day:
    label: str  # 20/12; empty where the month is too narrow to say it
    number: int
    shown: tuple
    more: int


@dataclass(frozen=True)
class Column:
    """A month; or what fell due before the year, or has no day (`outside`)."""

    label: str
    days: tuple[Day, ...]
    number: int
    is_past: bool = False
    is_now: bool = False
    is_wide: bool = False
    outside: bool = False


def columns_of(occurrences, marks, year: int, as_of: date) -> tuple[Column, ...]:
    """Twelve months, and around them what lies outside the year, where there is any. The fullest
    month is wide and names its days."""
    by_month = defaultdict(lambda: defaultdict(list))
    for o in occurrences:
        month, day = _place(o.due_on, year)
        by_month[month][day].append(marks[(o.task_id, o.year, o.period)])
    sizes = {n: sum(map(len, by_month[n].values())) for n in MONTHS}
    widest = max(sizes, key=lambda n: (sizes[n], n))
    now = as_of.month if as_of.year == year else BEFORE if as_of.year < year else AFTER
    columns = []
    for n in (BEFORE, *MONTHS, AFTER, NO_DAY):
        if n not in MONTHS and not by_month[n]:
            continue
        wide = n == widest
        days = tuple(
            Day(
                label=f"{day:%d/%m}" if wide and day else "",
                number=len(tiles),
                shown=_ordered(tiles)[:TILES_ON_A_DAY],
                more=max(len(tiles) - TILES_ON_A_DAY, 0),
            )
            for day, tiles in sorted(by_month[n].items(), key=lambda item: item[0] or date.min)
        )
        columns.append(
            Column(
                label=_label(n, year),
                days=days,
                number=sum(day.number for day in days),
                is_past=n < min(now, AFTER),
                is_now=n == now and n in MONTHS,
                is_wide=wide,
                outside=n not in MONTHS,
            )
        )
    return tuple(columns)


def _ordered(tiles) -> tuple:
    return tuple(sorted(tiles, key=lambda mark: TILE_ORDER.index(mark.tile)))


def _place(due_on, year) -> tuple[int, date | None]:
    """The column of a due day; only the year's own days are named."""
    if due_on is None:
        return NO_DAY, None
    if due_on.year == year:
        return due_on.month, due_on
    return (BEFORE if due_on.year < year else AFTER), None


def _label(column, year) -> str:
    outside = {BEFORE: f"Trước {year}", AFTER: f"Sau {year}", NO_DAY: "Chưa có ngày"}
    return outside.get(column, f"Tháng {column}")

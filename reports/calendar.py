"""Thời hạn trong năm: the due days of a year as columns of tiles, one for each month, and between
them the day looked at and the days to which the reports tell."""

import calendar
from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from reports.marks import Marks, Opener
from tasks.buckets import TILE_ORDER
from tasks.changes import key_of
from tasks.filters import AFTER as DUE_AFTER
from tasks.filters import BEFORE as DUE_BEFORE
from tasks.filters import NO_DAY as DUE_NEVER

TILES_ON_A_DAY = 40
FULL_DAY = 5  # from so many on their number is told
MONTHS = range(1, 13)
BEFORE, AFTER, NO_DAY = 0, 13, 14  # columns outside the year


@dataclass(frozen=True)
class Day:
    label: str  # 20/12; empty where the month is too narrow to say it
    number: int
    marks: Marks

    @property
    def is_full(self) -> bool:
        return self.number > FULL_DAY


@dataclass(frozen=True)
class Rule:
    """A thin line after a day. `kind`: now, cut or both."""

    on: date
    kind: str
    words: str


@dataclass(frozen=True)
class Part:
    """The days of a month up to a rule, or to its end; `span` of them, for the width."""

    days: tuple[Day, ...]
    span: int
    is_past: bool
    rule: Rule | None = None


@dataclass(frozen=True)
class Column:
    """A month; or what fell due before the year, or has no day (`outside`)."""

    label: str
    href: str
    parts: tuple[Part, ...]
    number: int
    is_now: bool = False
    is_wide: bool = False
    outside: bool = False

    @property
    def days(self) -> list[Day]:
        return [day for part in self.parts for day in part.days]

    @property
    def rules(self) -> list[Rule]:
        return [part.rule for part in self.parts if part.rule]


def columns_of(occurrences, marks, year: int, as_of: date, cut_offs, opener: Opener):
    """Twelve months, and around them what lies outside the year, where there is any. The fullest
    month is wide and names its days."""
    by_month = defaultdict(lambda: defaultdict(list))
    for o in occurrences:
        month, day = _place(o.due_on, year)
        by_month[month][day].append(marks[key_of(o)])
    sizes = {n: sum(map(len, by_month[n].values())) for n in MONTHS}
    widest = max(sizes, key=lambda n: (sizes[n], n))
    rules = rules_of(year, as_of, cut_offs)
    columns = []
    for n in (BEFORE, *MONTHS, AFTER, NO_DAY):
        if n not in MONTHS and not by_month[n]:
            continue
        days = sorted(by_month[n].items(), key=lambda item: item[0] or date.min)
        wide = n == widest
        columns.append(
            Column(
                label=_label(n, year),
                href=opener.plan(han=_due(n, year)),
                parts=_parts(n, year, as_of, days, rules, wide, opener),
                number=sum(len(tiles) for _, tiles in days),
                is_now=n in MONTHS and (as_of.year, as_of.month) == (year, n),
                is_wide=wide,
                outside=n not in MONTHS,
            )
        )
    return tuple(columns)


def rules_of(year: int, as_of: date, cut_offs) -> list[Rule]:
    """In the order of days; several reports that tell to the same day share a line."""
    names = defaultdict(list)
    for cut_off in cut_offs:
        if cut_off.on.year == year:
            names[cut_off.on].append(cut_off.name.removesuffix(f" năm {year}"))
    rules = [Rule(on, "cut", ", ".join(dict.fromkeys(said))) for on, said in names.items()]
    if as_of.year == year:
        same = next((rule for rule in rules if rule.on == as_of), None)
        if same:
            rules.remove(same)
        rules.append(Rule(as_of, "both" if same else "now", same.words if same else ""))
    return sorted(rules, key=lambda rule: rule.on)


def _parts(n, year, as_of, days, rules, wide, opener) -> tuple[Part, ...]:
    if n not in MONTHS:
        (found,) = [_day(day, tiles, "", n, year, opener) for day, tiles in days]
        return (Part((found,), 1, n == BEFORE and as_of.year >= year),)
    last = date(year, n, calendar.monthrange(year, n)[1])
    stops = [*(rule for rule in rules if rule.on.month == n), None]
    parts, start = [], date(year, n, 1)
    for rule in stops:
        end = rule.on if rule else last
        within = tuple(
            _day(day, tiles, f"{day:%d/%m}" if wide else "", n, year, opener)
            for day, tiles in days
            if start <= day <= end
        )
        span = (end - start).days + 1
        if span > 0 or rule:
            parts.append(Part(within, max(span, 1), end <= as_of, rule))
        start = end.replace(day=end.day + 1) if end < last else date(year, 12, 31)
        if end == last:
            break
    return tuple(parts)


def _day(day, tiles, label, n, year, opener) -> Day:
    ordered = sorted(tiles, key=lambda mark: TILE_ORDER.index(mark.tile))
    href = opener.plan(han=day.isoformat() if day else _due(n, year))
    over = max(len(ordered) - TILES_ON_A_DAY, 0)
    return Day(label, len(tiles), Marks(tuple(ordered[:TILES_ON_A_DAY]), over, href))


def _place(due_on, year) -> tuple[int, date | None]:
    """The column of a due day; only the year's own days are named."""
    if due_on is None:
        return NO_DAY, None
    if due_on.year == year:
        return due_on.month, due_on
    return (BEFORE if due_on.year < year else AFTER), None


def _due(column, year) -> str:
    """The filter of the plan page that shows the column's rows."""
    outside = {BEFORE: DUE_BEFORE, AFTER: DUE_AFTER, NO_DAY: DUE_NEVER}
    return outside.get(column) or f"{year}-{column:02}"


def _label(column, year) -> str:
    outside = {BEFORE: f"Trước {year}", AFTER: f"Sau {year}", NO_DAY: "Chưa có ngày"}
    return outside.get(column, f"Tháng {column}")

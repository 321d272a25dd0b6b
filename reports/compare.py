"""So sánh: the years of a plan side by side, each as it stood on the same day of the year."""

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date

from reports.breakdown import read_facts
from reports.marks import TILE_OF, Number, Opener
from tasks.buckets import Bucket, count, on_time_rate
from tasks.filters import EVERYTHING, FINISHED, LISTED, PRIOR
from tasks.ledger import Ledger, read_year
from tasks.pages.plan_table import roman
from tasks.viewing import Viewing
from tasks.workflow import State

BAR = 600  # units of the picture for the fullest year
FILLS = {
    "done": "#86c7b4",
    "late": "#ffffff",
    "doing": "#dce9f7",
    "overdue": "#a81f14",
    "wait": "#eef0f2",
    "new": "#ffffff",
    "stopped": "#c3cad1",
    "prior": "#eef0f2",
}
DARK = ("overdue",)  # what has white figures on it


@dataclass(frozen=True)
class Segment:
    """A piece of a year's bar; coordinates as text, or a decimal comma would come in."""

    number: Number
    x: str
    width: str
    middle: str
    fill: str
    is_dark: bool
    has_room: bool  # for its figure


@dataclass(frozen=True)
class Year:
    """`as_of` None: that day has not come yet, and nothing is said of the year."""

    year: int
    as_of: date | None
    href: str = ""  # its dashboard
    total: Number | None = None
    percent: float | None = None
    bar: tuple[Segment, ...] = ()


@dataclass(frozen=True)
class Cell:
    """What of a line is done; None where the year has none of it."""

    done: Number
    total: Number
    overdue: Number


@dataclass(frozen=True)
class Line:
    """One row: a bucket has numbers, an area or unit has cells, one for each year."""

    code: str
    label: str
    tile: str = ""
    numbers: tuple[Number | None, ...] = ()
    cells: tuple[Cell | None, ...] = ()


@dataclass(frozen=True)
class Comparison:
    day: date
    years: tuple[Year, ...]
    buckets: tuple[Line, ...]
    areas: tuple[Line, ...]
    units: tuple[Line, ...]


@dataclass(frozen=True)
class _Read:
    ledger: Ledger
    opener: Opener


def compare(viewing: Viewing) -> Comparison:
    """One query, and two for each year whose day has come (four where units bore other names)."""
    plan, facts = viewing.plan, read_facts(viewing.plan, viewing.as_of)
    read = {}
    for year in plan.years():
        day = same_day(viewing.as_of, year)
        if day <= viewing.today:
            opener = Opener(replace(viewing, year=year, as_of=day))
            read[year] = _Read(read_year(plan, year, day), opener)
    most = max((len(r.ledger.listed()) for r in read.values()), default=0) or 1
    years = tuple(plan.years())
    return Comparison(
        day=viewing.as_of,
        years=tuple(_year(year, read.get(year), most) for year in years),
        buckets=tuple(_bucket_lines(years, read)),
        areas=tuple(_area_lines(facts, years, read)),
        units=tuple(_unit_lines(years, read)),
    )


def same_day(day: date, year: int) -> date:
    """29 February is 28 February in a year that has none."""
    try:
        return day.replace(year=year)
    except ValueError:
        return date(year, 2, 28)


def _year(year, read, most) -> Year:
    if read is None:
        return Year(year, None)
    ledger, opener = read.ledger, read.opener
    share = on_time_rate(ledger.counts)
    return Year(
        year=year,
        as_of=ledger.as_of,
        href=opener.viewing.url("reports:dashboard"),
        total=opener.number(len(ledger.listed()), LISTED),
        percent=None if share is None else 100 * share,
        bar=tuple(_segments(_numbers(read), most)),
    )


def _numbers(read) -> list[Number]:
    """The buckets and what was finished in an earlier year; they add up to the year's total."""
    numbers = [
        read.opener.number(n, bucket, tile=TILE_OF[bucket])
        for bucket, n in read.ledger.counts.items()
    ]
    return [*numbers, read.opener.number(len(read.ledger.prior), PRIOR, tile="prior")]


def _segments(numbers, most):
    x = 0.0
    for number in numbers:
        width = BAR * number.number / most
        if width:
            yield Segment(
                number,
                f"{x:.1f}",
                f"{width:.1f}",
                f"{x + width / 2:.1f}",
                FILLS[number.tile],
                number.tile in DARK,
                width > 9 * len(str(number.number)) + 4,
            )
        x += width


def _bucket_lines(years, read):
    rows = {year: _numbers(r) for year, r in read.items()}
    labels = [(bucket.label, TILE_OF[bucket]) for bucket in Bucket]
    for place, (label, tile) in enumerate([*labels, ("Đã xong từ năm trước", "prior")]):
        numbers = tuple(rows[year][place] if year in rows else None for year in years)
        if any(number and number.number for number in numbers):
            yield Line("", label, tile, numbers=numbers)


def _area_lines(facts, years, read):
    for area in facts.areas:
        number = area["number"]
        cells = tuple(
            _cell([o for o in read[year].ledger.occurrences if o.area == number], read[year].opener,
                  linh_vuc=number)
            if year in read
            else None
            for year in years
        )  # fmt: skip
        code = area["appendix_code"] or roman(number)
        yield Line(code, area["appendix_title"] or area["title"], cells=cells)


def _unit_lines(years, read):
    """By the unit's code; most parts first, counted over all years."""
    names, rows = {}, defaultdict(lambda: defaultdict(list))
    for year, found in read.items():
        for row in found.ledger.rows:
            names[row.unit_code] = row.unit
            rows[row.unit_code][year].append(row)
    for code in sorted(rows, key=lambda code: -sum(map(len, rows[code].values()))):
        cells = tuple(
            _cell(rows[code][year], read[year].opener, don_vi=code, rieng="1")
            if year in read
            else None
            for year in years
        )
        yield Line(code, names[code], cells=cells)


def _cell(things, opener, **own) -> Cell | None:
    if not things:
        return None
    counts = count(things)
    done = sum(thing.state == State.DONE for thing in things)
    return Cell(
        done=opener.number(done, FINISHED, **own),
        total=opener.number(len(things), EVERYTHING, **own),
        overdue=opener.number(counts[Bucket.OPEN_OVERDUE], Bucket.OPEN_OVERDUE, **own),
    )

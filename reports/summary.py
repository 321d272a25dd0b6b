"""The dashboard's figures: every one counted from one reading of the ledger, so that what the page
says adds up and each number's link (reports/marks.py, Number) opens the same rows."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from reports.attention import Attention, needing_direction, read_requests
from reports.breakdown import AreaLine, UnitLine, area_lines, read_facts, unit_lines
from reports.calendar import Column, columns_of
from reports.happened import Since, read_changes, read_cut_offs
from reports.marks import TILE_OF, Mark, Marks, Number, Opener, cut, lowered, marks_of
from tasks.buckets import DONE, Bucket, on_time_rate
from tasks.changes import key_of
from tasks.filters import FOR_LEADERS, LATER, LISTED, PRIOR, STATUSES, occurrences_of

ITEMS_SHOWN = 8
FLAGS = (("vuong-mac", "blocked"), ("cho-xac-nhan", "review"), ("tra-lai", "returned"))
OFFICIAL = (*DONE, Bucket.OPEN_IN_TIME, Bucket.OPEN_OVERDUE)
FOR_DIRECTION = (Bucket.OPEN_OVERDUE.value, Bucket.WAITING.value)


@dataclass(frozen=True)
class Figure:
    """A number of occurrences of one status."""

    status: str
    number: int
    label: str
    tile: str
    href: str
    marks: Marks = Marks()

    @property
    def words(self) -> str:
        return lowered(self.label)

    @property
    def is_asking(self) -> bool:
        """What the headline says that leaders have to look at."""
        return self.status in FOR_DIRECTION


@dataclass(frozen=True)
class Coming:
    mark: Mark
    due_on: date


@dataclass(frozen=True)
class Rate:
    """Done on time / (done + overdue), with the numbers it was made of."""

    on_time: Number
    late: Number
    overdue: Number
    percent: float | None  # None: nothing has come to its term


@dataclass(frozen=True)
class Summary:
    year: int
    as_of: date
    known_only: bool
    later: Number | None  # recorded after the day, but counted
    tasks: Number  # rows of the appendix
    total: Number  # occurrences: the buckets and what was finished earlier
    carried: Number | None
    parts: int  # assignments: the sum of the units' lines
    figures: tuple[Figure, ...]  # add up to `total`
    flags: tuple[Figure, ...]  # within the figures, not beside them
    rate: Rate
    attention: tuple[Attention, ...]
    asking: tuple[Number, ...]  # what is on that list, kind by kind
    attention_total: int
    areas: tuple[AreaLine, ...]
    coming: tuple[Coming, ...]
    coming_total: Number
    units: tuple[UnitLine, ...]
    columns: tuple[Column, ...]
    busiest: tuple[date, Number] | None
    changes: tuple[Since, ...]
    verified_by_own_unit: tuple[str, ...]  # codes of tasks
    is_empty: bool = field(init=False)

    def __post_init__(self):
        object.__setattr__(self, "is_empty", not self.total.number)

    @property
    def attention_is_cut(self) -> bool:
        return self.attention_total > len(self.attention)

    @property
    def asked(self) -> tuple[Figure, ...]:
        """Overdue, blocked, waiting: the second half of the headline."""
        blocked = [flag for flag in self.flags if flag.status == "vuong-mac"]
        overdue, *waiting = [f for f in self.figures if f.is_asking]
        return tuple(f for f in (overdue, *blocked, *waiting) if f.number)

    @property
    def settled(self) -> tuple[Figure, ...]:
        """The rest of the figures: the first half of the headline."""
        return tuple(f for f in self.figures if f.number and not f.is_asking)


def summarise(viewing, user, ledger, lines=(), *, known_only: bool = False) -> Summary:
    """Everything on the dashboard but the targets (`lines` of them, for the areas), from the year's
    whole ledger. At most five queries, whatever the size."""
    plan, year, as_of = viewing.plan, viewing.year, viewing.as_of
    opener = Opener(viewing, known_only)
    facts = read_facts(plan, as_of)
    cut_offs = read_cut_offs(plan)
    listed = ledger.listed()
    marks = marks_of(listed, facts.openings, viewing)
    requests = read_requests(plan, user, as_of)
    asking = needing_direction(ledger, requests)
    soon = sorted(occurrences_of(ledger, "sap-den-han"), key=lambda o: (o.due_on, o.position))
    flags = _flags(ledger, opener)
    figures = (*_bucket_figures(ledger, marks, opener), *_prior_figure(ledger, marks, opener))
    return Summary(
        year=year,
        as_of=as_of,
        known_only=known_only,
        later=_some(ledger, LATER, opener) if viewing.is_past else None,
        tasks=Number(len(facts.openings), opener.plan(), "nhiệm vụ"),
        total=opener.number(len(listed), LISTED, "kỳ thực hiện"),
        carried=_some(ledger, "ton-dong", opener),
        parts=len(ledger.rows),
        figures=figures,
        flags=flags,
        rate=_rate(ledger, opener),
        attention=Attention.read(asking[:ITEMS_SHOWN], marks, requests, user, as_of),
        asking=_asking(ledger, requests, opener),
        attention_total=len(asking),
        areas=area_lines(facts, listed, marks, _targets(lines), opener),
        coming=tuple(Coming(marks[key_of(o)], o.due_on) for o in soon[:ITEMS_SHOWN]),
        coming_total=opener.number(len(soon), "sap-den-han", "việc chưa xong"),
        units=unit_lines(ledger, facts, marks, opener),
        columns=columns_of(listed, marks, year, as_of, cut_offs, opener),
        busiest=_busiest(listed, year, opener),
        changes=read_changes(ledger, marks, cut_offs, opener),
        verified_by_own_unit=facts.verified_by_own_unit,
    )


def _bucket_figures(ledger, marks, opener):
    """The four official buckets always, the three honest ones when there is something in them."""
    for bucket, number in ledger.counts.items():
        if number or bucket in OFFICIAL:
            href = opener.plan(trang_thai=bucket.value)
            tiles = [marks[key_of(o)] for o in occurrences_of(ledger, bucket)]
            yield Figure(
                bucket.value, number, bucket.label, TILE_OF[bucket], href, cut(tiles, href=href)
            )


def _prior_figure(ledger, marks, opener):
    if ledger.prior:
        years = {o.done_on.year for o in ledger.prior if o.done_on}
        when = f"năm {years.pop()}" if len(years) == 1 else "năm trước"
        tiles = [marks[key_of(o)] for o in ledger.prior]
        href = opener.plan(trang_thai=PRIOR)
        label = f"Đã xong từ {when}"
        yield Figure(PRIOR, len(ledger.prior), label, "prior", href, cut(tiles, href=href))


def _flags(ledger, opener) -> tuple[Figure, ...]:
    counted = ((status, len(occurrences_of(ledger, status)), tile) for status, tile in FLAGS)
    return tuple(
        Figure(status, n, STATUSES[status], tile, opener.plan(trang_thai=status))
        for status, n, tile in counted
        if n
    )


def _some(ledger, status, opener) -> Number | None:
    number = len(occurrences_of(ledger, status))
    return opener.number(number, status) if number else None


def _asking(ledger, requests, opener) -> tuple[Number, ...]:
    asked = sum(map(len, requests.values()))
    address = opener.viewing.url("tasks:extensions", cho_quyet_dinh="1")
    numbers = [
        *(
            opener.number(len(occurrences_of(ledger, status)), status, tile=tile)
            for status, tile in (("qua-han", "overdue"), ("vuong-mac", "blocked"))
        ),
        Number(asked, address, "đề nghị gia hạn chờ quyết định", "soon"),
        opener.number(len(occurrences_of(ledger, FOR_LEADERS)), FOR_LEADERS, tile="review"),
        opener.number(ledger.counts[Bucket.WAITING], Bucket.WAITING, tile="wait"),
    ]
    return tuple(number for number in numbers if number.number)


def _rate(ledger, opener) -> Rate:
    def number(bucket):
        return opener.number(ledger.counts[bucket], bucket)

    share = on_time_rate(ledger.counts)
    return Rate(
        on_time=number(Bucket.DONE_ON_TIME),
        late=number(Bucket.DONE_LATE),
        overdue=number(Bucket.OPEN_OVERDUE),
        percent=None if share is None else 100 * share,
    )


def _busiest(listed, year, opener) -> tuple[date, Number] | None:
    days = [o.due_on for o in listed if o.due_on and o.due_on.year == year]
    if not days:
        return None
    day = max(set(days), key=lambda day: (days.count(day), day))
    return day, Number(days.count(day), opener.plan(han=day.isoformat()), "việc")


def _targets(lines) -> dict[str, list[str]]:
    """Codes of the plan's targets by the title of their area."""
    found = defaultdict(list)
    for line in lines:
        if line.area:
            found[line.area].append(line.code)
    return found

"""The dashboard's figures: every one counted from one reading of the ledger, so that what the page
says adds up and each number's link (`Figure.status`, an area, a unit) opens the same rows."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import F

from reports.attention import Attention, needing_direction
from reports.calendar import Column, columns_of
from tasks.buckets import DONE, TILE_ORDER, Bucket, count, on_time_rate
from tasks.filters import PRIOR, STATUSES, occurrences_of
from tasks.ledger import read_year
from tasks.models import Area, ProgressUpdate
from tasks.pages.plan_table import roman
from tasks.workflow import Act, State

TILES_IN_A_ROW = 40  # a province has hundreds: the rest is told as a number
TILES_IN_A_CELL = 12
ITEMS_SHOWN = 8
FLAGS = (("vuong-mac", "blocked"), ("cho-xac-nhan", "review"), ("tra-lai", "returned"))
OFFICIAL = (*DONE, Bucket.OPEN_IN_TIME, Bucket.OPEN_OVERDUE)
_TILE_OF = {
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


@dataclass(frozen=True)
class Marks:
    """Tiles as far as there is room, and how many more there are."""

    shown: tuple[Mark, ...] = ()
    more: int = 0


@dataclass(frozen=True)
class Figure:
    """A number of occurrences, and the status that the plan page filters by to show them."""

    status: str
    number: int
    label: str
    tile: str
    marks: Marks = Marks()

    @property
    def words(self) -> str:
        return self.label[0].lower() + self.label[1:]


@dataclass(frozen=True)
class AreaLine:
    number: int
    code: str
    title: str
    has_tasks: bool
    done: int
    total: int
    marks: Marks


@dataclass(frozen=True)
class UnitLine:
    """One lead unit: its parts by area, and their number in the buckets that leaders ask about."""

    code: str
    name: str
    cells: tuple[Marks, ...]
    marks: Marks
    total: int
    on_time: int
    late: int
    overdue: int
    updated_on: date | None


@dataclass(frozen=True)
class Coming:
    mark: Mark
    due_on: date


@dataclass(frozen=True)
class Rate:
    """Done on time / (done + overdue), with the numbers it was made of."""

    on_time: int
    late: int
    overdue: int
    percent: float | None  # None: nothing has come to its term


@dataclass(frozen=True)
class Summary:
    year: int
    as_of: date
    known_only: bool
    recorded_later: int
    tasks: int  # rows of the appendix that have work in this year
    total: int  # occurrences: the buckets and what was finished earlier
    carried: int
    parts: int  # assignments
    figures: tuple[Figure, ...]  # add up to `total`
    flags: tuple[Figure, ...]  # within the figures, not beside them
    rate: Rate
    attention: tuple[Attention, ...]
    attention_more: tuple[Figure, ...]
    attention_total: int
    areas: tuple[AreaLine, ...]
    coming: tuple[Coming, ...]
    coming_total: int
    units: tuple[UnitLine, ...]
    columns: tuple[Column, ...]
    busiest: tuple[date, int] | None
    verified_by_own_unit: int

    @property
    def attention_is_cut(self) -> bool:
        return self.attention_total > len(self.attention)


def summarise(plan, year: int, as_of: date, user, *, known_only: bool = False) -> Summary:
    """Everything on the dashboard. At most six queries, whatever the size."""
    ledger = read_year(plan, year, as_of, known_only=known_only)
    areas, openings = _areas_and_openings(plan)
    listed = ledger.listed()
    marks = {(o.task_id, o.year, o.period): _mark(o, openings, year) for o in listed}
    figures = (*_bucket_figures(ledger, marks), *_prior_figure(ledger, marks))
    asking = needing_direction(ledger)
    soon = sorted(occurrences_of(ledger, "sap-den-han"), key=lambda o: (o.due_on, o.position))
    shown = asking[:ITEMS_SHOWN]
    due_days = [o.due_on for o in ledger.occurrences if o.due_on and o.due_on.year == year]
    return Summary(
        year=year,
        as_of=as_of,
        known_only=known_only,
        recorded_later=ledger.recorded_later,
        tasks=len({o.task_id for o in listed}),
        total=len(listed),
        carried=sum(o.carried for o in ledger.occurrences),
        parts=len(ledger.rows),
        figures=figures,
        flags=_flags(ledger),
        rate=_rate(ledger),
        attention=Attention.read(shown, marks, user, as_of),
        attention_more=tuple(
            f for f in (*figures, *_flags(ledger)) if f.tile in ("overdue", "blocked", "wait")
        ),
        attention_total=len(asking),
        areas=_area_lines(areas, listed, marks),
        coming=tuple(Coming(marks[key_of(o)], o.due_on) for o in soon[:ITEMS_SHOWN]),
        coming_total=len(soon),
        units=_unit_lines(ledger, areas, openings),
        columns=columns_of(listed, marks, year, as_of),
        busiest=max(
            ((day, due_days.count(day)) for day in set(due_days)),
            key=lambda found: found[1],
            default=None,
        ),
        verified_by_own_unit=_verified_by_own_unit(plan, as_of),
    )


def key_of(occurrence) -> tuple:
    return occurrence.task_id, occurrence.year, occurrence.period


def cut(marks: list[Mark], room: int) -> Marks:
    """In the order of tiles everywhere: done first, the exceptions last but never left out."""
    ordered = sorted(marks, key=lambda mark: TILE_ORDER.index(mark.tile))
    over = len(ordered) - room
    return Marks(tuple(ordered[max(over, 0) :]), max(over, 0))


def _areas_and_openings(plan):
    """The plan's areas with whether they have tasks, and each task's bold opening: one query."""
    found = Area.objects.filter(plan=plan).order_by("number", "tasks__position")
    areas, openings = {}, {}
    for values in found.values(
        "number", "title", "appendix_code", "appendix_title", "tasks", "tasks__text",
        "tasks__lead_len",
    ):  # fmt: skip
        areas.setdefault(values["number"], values)
        if values["tasks"]:
            words = values["tasks__text"].split(" ")
            cut_at = values["tasks__lead_len"]
            openings[values["tasks"]] = " ".join(words[:cut_at]) + "…" * (len(words) > cut_at)
    return list(areas.values()), openings


def _mark(thing, openings, year) -> Mark:
    other = thing.period or thing.year != year
    return Mark(
        task=thing.code,
        period=thing.period_code,
        code=f"{thing.code}/{thing.period_code}" if other else thing.code,
        tile=thing.tile,
        opening=openings[thing.task_id],
    )


def _bucket_figures(ledger, marks):
    """The four official buckets always, the three honest ones when there is something in them."""
    for bucket, number in ledger.counts.items():
        if number or bucket in OFFICIAL:
            tiles = [marks[key_of(o)] for o in occurrences_of(ledger, bucket)]
            yield Figure(
                bucket.value, number, bucket.label, _TILE_OF[bucket], cut(tiles, TILES_IN_A_ROW)
            )


def _prior_figure(ledger, marks):
    if ledger.prior:
        years = {o.done_on.year for o in ledger.prior if o.done_on}
        when = f"năm {years.pop()}" if len(years) == 1 else "năm trước"
        tiles = [marks[key_of(o)] for o in ledger.prior]
        label = f"Đã xong từ {when}"
        yield Figure(PRIOR, len(ledger.prior), label, "prior", cut(tiles, TILES_IN_A_ROW))


def _flags(ledger) -> tuple[Figure, ...]:
    counted = ((status, len(occurrences_of(ledger, status)), tile) for status, tile in FLAGS)
    return tuple(Figure(status, n, STATUSES[status], tile) for status, n, tile in counted if n)


def _rate(ledger) -> Rate:
    share = on_time_rate(ledger.counts)
    return Rate(
        on_time=ledger.counts[Bucket.DONE_ON_TIME],
        late=ledger.counts[Bucket.DONE_LATE],
        overdue=ledger.counts[Bucket.OPEN_OVERDUE],
        percent=None if share is None else 100 * share,
    )


def _area_lines(areas, listed, marks) -> tuple[AreaLine, ...]:
    """Done and total leave out what was finished in an earlier year; its tile is shown."""
    by_area = defaultdict(list)
    for occurrence in listed:
        by_area[occurrence.area].append(occurrence)
    lines = []
    for area in areas:
        members = by_area[area["number"]]
        counted = [o for o in members if not o.prior]
        lines.append(
            AreaLine(
                number=area["number"],
                code=area["appendix_code"] or roman(area["number"]),
                title=area["appendix_title"] or area["title"],
                has_tasks=bool(area["tasks"]),
                done=sum(o.state == State.DONE for o in counted),
                total=len(counted),
                marks=cut([marks[key_of(o)] for o in members], TILES_IN_A_ROW),
            )
        )
    return tuple(lines)


def _unit_lines(ledger, areas, openings) -> tuple[UnitLine, ...]:
    """One line per lead unit, most parts first; a part counts for its own unit only."""
    by_unit = defaultdict(list)
    for row in ledger.rows:
        by_unit[row.unit_id].append(row)
    lines = []
    for rows in by_unit.values():
        tiles = [(row.area, _mark(row, openings, ledger.year)) for row in rows]
        counts = count(rows)
        lines.append(
            UnitLine(
                code=rows[0].unit_code,
                name=rows[0].unit,
                cells=tuple(
                    cut([mark for area, mark in tiles if area == a["number"]], TILES_IN_A_CELL)
                    for a in areas
                ),
                marks=cut([mark for _, mark in tiles], TILES_IN_A_ROW),
                total=len(rows),
                on_time=counts[Bucket.DONE_ON_TIME],
                late=counts[Bucket.DONE_LATE],
                overdue=counts[Bucket.OPEN_OVERDUE],
                updated_on=max((r.updated_on for r in rows if r.updated_on), default=None),
            )
        )
    return tuple(sorted(lines, key=lambda line: -line.total))


def _verified_by_own_unit(plan, as_of) -> int:
    """Nobody verifies their own work: counted from the acts, and it must be 0."""
    return ProgressUpdate.objects.filter(
        act=Act.VERIFY,
        effective_on__lte=as_of,
        assignment__task__plan=plan,
        by__unit=F("assignment__unit"),
    ).count()

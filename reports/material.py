"""All that a report is composed of, read once: the ledger, the units' words, the indicators, and
what last year's report said. Everything after this works on plain values."""

from dataclasses import dataclass
from datetime import date

from reports.models import PeriodKind, Report, ReportPeriod
from reports.prose import prose_date
from reports.reading import Reading
from reports.targets import TargetLine, read_targets
from tasks.amending import as_on
from tasks.buckets import OPEN, Bucket, Occurrence, Row
from tasks.deadlines import reporting_window
from tasks.ledger import Ledger, read_window, read_year
from tasks.models import Plan, Task
from tasks.rules import periods_in
from tasks.workflow import State

FROM_THE_BOOKS = "sổ theo dõi"


@dataclass(frozen=True)
class LastYear:
    """The same period a year ago: its figures by task and period, and where they come from."""

    year: int
    counts: dict[Bucket, int]
    source: str


@dataclass(frozen=True)
class NextDue:
    """A task that the coming period brings."""

    task: Task
    period_code: str
    due_on: date | None


@dataclass(frozen=True)
class Material:
    plan: Plan
    period: ReportPeriod
    as_of: date
    start: date
    end: date
    ledger: Ledger
    years: tuple[Ledger, ...]  # of a closing report: every year, as known at the end
    later: Ledger  # as known on `as_of`, where that is after the data day
    told: tuple[Row, ...]
    reading: Reading
    targets: tuple[TargetLine, ...]
    tasks: tuple[Task, ...]  # in the words that held at the end
    last_year: LastYear | None
    next_due: tuple[NextDue, ...]

    @property
    def term(self) -> tuple[Occurrence, ...]:
        """Of a closing report: what each year brought, nothing carried over counted twice."""
        return tuple(o for ledger in self.years for o in own_occurrences(ledger))

    @property
    def rows(self) -> tuple[Row, ...]:
        """Of a closing report the rows of every year: nothing unfinished is told twice."""
        if not self.years:
            return self.ledger.rows
        found = {row.assignment_id: row for ledger in self.years for row in ledger.rows}
        return tuple(found.values())


def gather(period: ReportPeriod, as_of: date) -> Material:
    """As known on `as_of`, of the days up to then. A fixed number of queries, whatever the size
    (of a closing report: for each year)."""
    plan, start = period.plan, period.data_from
    end = max(min(as_of, period.data_to), start)
    ledger = read_window(plan, start, end)
    years = _years(period, end) if period.kind == PeriodKind.CLOSING else ()
    later = read_year(plan, ledger.year, as_of) if as_of > end else ledger
    told = told_rows([ledger, *_before(plan, ledger.year, end), *years], start, end)
    tasks = as_on(plan.tasks.select_related("plan", "area").order_by("position"), end)
    everything = [row for view in (ledger, later, *years) for row in view.rows]
    return Material(
        plan=plan,
        period=period,
        as_of=as_of,
        start=start,
        end=end,
        ledger=ledger,
        years=years,
        later=later,
        told=told,
        reading=Reading([*everything, *_slots(ledger.prior), *told]),
        targets=read_targets(plan, ledger.year, end),
        tasks=tasks,
        last_year=last_year_of(period),
        next_due=tuple(_next_due(period, ledger, tasks)),
    )


def _before(plan, year, end) -> list[Ledger]:
    """What the year before left: its last documents, of 15/12 to 31/12, belong to this report."""
    return [read_year(plan, year - 1, end)] if year > plan.first_year else []


def _years(period, end) -> tuple[Ledger, ...]:
    """Each year of the term with its final results: what came after a year's data day counts."""
    begun = (year for year in period.plan.years() if reporting_window("nam", year)[0] <= end)
    return tuple(read_year(period.plan, year, end) for year in begun)


def own_occurrences(ledger: Ledger) -> tuple[Occurrence, ...]:
    """Those of the year itself, without what earlier years left."""
    return tuple(o for o in ledger.occurrences if o.year == ledger.year)


def _slots(occurrences):
    return [slot for occurrence in occurrences for slot in occurrence.slots]


def told_rows(ledgers: list[Ledger], start: date, end: date) -> tuple[Row, ...]:
    """Verified work whose last document is of the window, each once, in the plan's order."""
    told = {
        row.assignment_id: row
        for ledger in ledgers
        for row in (*ledger.rows, *_slots(ledger.prior))
        if row.state == State.DONE and start <= row.done_on <= end
    }
    return tuple(sorted(told.values(), key=lambda row: (row.position, row.year, row.period)))


def last_year_of(period: ReportPeriod) -> LastYear | None:
    """What the issued report of a year ago said; where there is none, what the ledger knows."""
    year = period.year - 1
    if period.kind in (PeriodKind.CLOSING, PeriodKind.AD_HOC) or year not in period.plan.years():
        return None
    issued = (
        Report.objects.in_force()
        .filter(period__plan=period.plan_id, period__kind=period.kind, period__year=year)
        .only("snapshot", "number", "issued_on")
        .first()
    )
    if issued:
        lines = issued.snapshot["figures"]
        counts = {Bucket(line["bucket"]): line["occurrences"] for line in lines}
        source = f"Báo cáo số {issued.number} ngày {prose_date(issued.issued_on)}"
        return LastYear(year, counts, source)
    before = period.plan.report_periods.filter(kind=period.kind, year=year).first()
    if before is None:
        return None
    ledger = read_window(period.plan, before.data_from, before.data_to)
    return LastYear(year, ledger.counts, FROM_THE_BOOKS) if ledger.occurrences else None


def _next_due(period, ledger, tasks):
    """Next year's tasks after an annual report; within the year, what is open and falls due in the
    months that follow."""
    if period.kind == PeriodKind.CLOSING:
        return
    if period.kind == PeriodKind.YEAR:
        year = period.year + 1
        for task in tasks:
            for due in periods_in(task, year) if year in period.plan.years() else ():
                yield NextDue(task, f"{year}-{due.code}" if due.code else str(year), due.due_on)
        return
    last = date(period.year, 6, 30) if period.kind == PeriodKind.QUARTER_1 else None
    by_pk = {task.pk: task for task in tasks}
    for occurrence in ledger.occurrences:
        due_on = occurrence.due_on
        if occurrence.bucket in OPEN and due_on > ledger.as_of and (last is None or due_on <= last):
            yield NextDue(by_pk[occurrence.task_id], occurrence.period_code, due_on)

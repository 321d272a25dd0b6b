"""One report for the leadership: where it stands, its figures, each with the rows behind it, and the
files and versions there are."""

from dataclasses import dataclass
from datetime import date

from cchc.clock import local_day
from cchc.permissions import leads
from reports.building import PeriodReport
from reports.figures import FigureLine
from reports.issuing import Act, Status
from reports.material import FROM_THE_BOOKS
from reports.models import Report, ReportFile, ReportPeriod
from reports.writing import may_write
from tasks.buckets import Bucket, on_time_rate
from tasks.filters import EVERYTHING
from tasks.ledger import Ledger, read_window
from tasks.viewing import Viewing

STEPS = (
    (Act.BEGIN, Status.DRAFT, "Dự thảo", "pencil"),
    (Act.SUBMIT, Status.SUBMITTED, "Trình lãnh đạo", "send"),
    (Act.APPROVE, Status.APPROVED, "Duyệt", "clipboard-check"),
    (Act.ISSUE, Status.ISSUED, "Ban hành", "circle-check"),
)


@dataclass(frozen=True)
class Step:
    """`state`: done, now or next."""

    label: str
    icon: str
    state: str
    day: date | None


@dataclass(frozen=True)
class Count:
    """A number and the list behind it. `today`: what that list counts now, where the books have
    moved on since the report was submitted."""

    number: int
    href: str
    today: int | None = None


@dataclass(frozen=True)
class FigureRow:
    label: str
    all: Count
    in_window: Count
    last_year: Count | None


@dataclass(frozen=True)
class Rate:
    """Done on time / (done + overdue), with what it was made of."""

    percent: float | None
    on_time: int
    late: int
    overdue: int
    last_year: float | None


@dataclass(frozen=True)
class YearRow:
    """A year of a closing report."""

    title: str
    counts: tuple[Count, ...]
    total: Count


@dataclass(frozen=True)
class LastYearLinks:
    """Where last year's numbers stand: in the report that said them, or in the books of a day."""

    report: str = ""
    day: date | None = None

    @classmethod
    def of(cls, viewing: Viewing, period: ReportPeriod, values: PeriodReport) -> "LastYearLinks":
        """At most one query."""
        if not values.last_year:
            return cls()
        periods = viewing.plan.report_periods.filter(kind=period.kind, year=values.last_year)
        before = periods.first()
        if before is None:
            return cls()
        if values.last_year_source == FROM_THE_BOOKS:
            return cls(day=before.data_to)
        return cls(report=viewing.url("reports:report", before.code))

    def href(self, viewing: Viewing, status: str) -> str:
        if self.day:
            return _list(viewing, self.day, status)
        return f"{self.report}#h-so-lieu" if self.report else ""


@dataclass(frozen=True)
class Figures:
    rows: tuple[FigureRow, ...]
    total: FigureRow
    rate: Rate
    years: tuple[YearRow, ...]
    last_year: int | None
    last_year_source: str
    last_year_href: str  # the report that said so
    have_moved: bool


@dataclass(frozen=True)
class Reading:
    """`frozen_on`: the day of the submission that the text and figures are from."""

    version: Report | None
    steps: tuple[Step, ...]
    acts: list
    frozen_on: date | None
    figures: Figures
    made: list[ReportFile]  # kept when it was issued, or when it was signed
    versions: list[Report]
    may_decide: bool
    may_write: bool
    is_newest: bool

    @property
    def lan(self) -> str:
        """The mark of the address of an older version."""
        return "" if self.is_newest else str(self.version.version)


def read_reading(viewing: Viewing, user, period: ReportPeriod, version, values) -> Reading:
    """A fixed number of queries beside those of the report itself."""
    versions = list(period.reports.defer("snapshot").order_by("version"))
    acts = list(version.acts.select_related("by")) if version else []
    newest = version is None or version.pk == versions[-1].pk
    acting = newest and not viewing.is_past
    submitted = version is not None and version.status == Status.SUBMITTED
    return Reading(
        version=version,
        steps=_steps(version, acts),
        acts=acts,
        frozen_on=_frozen_on(version, acts),
        figures=read_figures(viewing, period, version, values),
        made=list(version.files.select_related("file")) if version else [],
        versions=versions,
        may_decide=acting and submitted and leads(user, viewing.plan),
        may_write=acting and may_write(user, viewing.plan),
        is_newest=newest,
    )


def _steps(version: Report | None, acts) -> tuple[Step, ...]:
    order = [status for _, status, _, _ in STEPS]
    reached = order.index(version.status) if version else -1
    days = {act.act: local_day(act.at) for act in acts}
    if version and version.is_issued:
        days[Act.ISSUE] = version.issued_on
    steps = []
    for place, (act, _, label, icon) in enumerate(STEPS):
        state = "done" if place < reached else "now" if place == reached else "next"
        day = days.get(act) if place <= reached else None
        steps.append(Step(label, icon, state, day))
    return tuple(steps)


def _frozen_on(version, acts) -> date | None:
    if version is None or version.is_draft:
        return None
    return max((local_day(act.at) for act in acts if act.act == Act.SUBMIT), default=None)


def read_figures(viewing: Viewing, period: ReportPeriod, version, values: PeriodReport) -> Figures:
    """A frozen report's figures beside what the books say of the same days now."""
    frozen = version is not None and not version.is_draft
    books = read_window(viewing.plan, values.start, values.end) if frozen else None
    before = LastYearLinks.of(viewing, period, values)
    rows = tuple(_row(line, values, books, viewing, before) for line in values.figures)
    counts = {line.bucket: line.occurrences for line in values.figures}
    last = {line.bucket: line.last_year for line in values.figures}
    counted = [count for row in rows for count in (row.all, row.in_window)]
    return Figures(
        rows=rows,
        total=_total(values, books, viewing, before),
        rate=Rate(
            percent=_percent(counts),
            on_time=counts[Bucket.DONE_ON_TIME],
            late=counts[Bucket.DONE_LATE],
            overdue=counts[Bucket.OPEN_OVERDUE],
            last_year=_percent(last) if values.last_year else None,
        ),
        years=_years(values, viewing),
        last_year=values.last_year,
        last_year_source=values.last_year_source,
        last_year_href=before.report,
        have_moved=any(count.today is not None for count in counted),
    )


def _percent(counts) -> float | None:
    rate = on_time_rate(counts)
    return None if rate is None else 100 * rate


def _row(line: FigureLine, values, books: Ledger | None, viewing, before) -> FigureRow:
    bucket = Bucket(line.bucket)
    touched = now = None
    if books:
        now = books.counts[bucket]
        touched = sum(o.in_window for o in books.occurrences if o.bucket == bucket)
    return FigureRow(
        label=line.label,
        all=_count(line.occurrences, now, _list(viewing, values.end, line.bucket)),
        in_window=_count(
            line.in_window, touched, _list(viewing, values.end, line.bucket, values.start)
        ),
        last_year=_before(line.last_year, line.bucket, viewing, before),
    )


def _total(values, books, viewing, before) -> FigureRow:
    now = len(books.occurrences) if books else None
    touched = sum(o.in_window for o in books.occurrences) if books else None
    return FigureRow(
        label="Tổng số",
        all=_count(values.total, now, _list(viewing, values.end, EVERYTHING)),
        in_window=_count(
            values.window_total, touched, _list(viewing, values.end, EVERYTHING, values.start)
        ),
        last_year=_before(values.last_year_total, EVERYTHING, viewing, before),
    )


def _count(number: int, now: int | None, href: str) -> Count:
    return Count(number, href, now if now is not None and now != number else None)


def _before(number: int | None, status: str, viewing, before: LastYearLinks) -> Count | None:
    return None if number is None else Count(number, before.href(viewing, status))


def _list(viewing: Viewing, day: date, status: str, since: date | None = None) -> str:
    """The plan table as at a day, narrowed to what a number counts."""
    return viewing.url(
        "tasks:plan",
        nam=str(day.year),
        tinh_den=day.isoformat(),
        trang_thai=status,
        tu_ngay=f"{since:%d/%m/%Y}" if since else "",
    )


def _years(values: PeriodReport, viewing: Viewing) -> tuple[YearRow, ...]:
    """Each year of a closing report with its final results."""
    return tuple(
        YearRow(
            title=group.title,
            counts=tuple(
                Count(number, _of_year(viewing, values.end, group.code, bucket.value))
                for bucket, number in zip(Bucket, group.counts, strict=True)
            ),
            total=Count(group.total, _of_year(viewing, values.end, group.code, EVERYTHING)),
        )
        for group in values.by_year
    )


def _of_year(viewing: Viewing, day: date, year: str, status: str) -> str:
    """What a year had of its own, as at the closing report's day."""
    return viewing.url(
        "tasks:plan", nam=year, tinh_den=day.isoformat(), trang_thai=status, rieng_nam="1"
    )

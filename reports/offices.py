"""The offices side by side: one line for each plan of the year in reach, counted as its own
dashboard counts it (tasks/tallies.py), each number with the address of its rows."""

from dataclasses import dataclass
from datetime import date

from django.core.paginator import Page, Paginator

from cchc import permissions
from reports.marks import TILE_OF
from reports.models import Report
from tasks.buckets import Bucket, on_time_rate
from tasks.filters import EVERYTHING, FOR_LEADERS, STATUSES
from tasks.models import Plan
from tasks.tallies import Tally, tallies
from tasks.viewing import Viewing, in_order, own_reach

OFFICES_A_PAGE = 50
# (status, tile, label) of the columns
COLUMNS = (
    *((bucket.value, TILE_OF[bucket], bucket.label) for bucket in Bucket),
    ("vuong-mac", "blocked", STATUSES["vuong-mac"]),
    (FOR_LEADERS, "review", STATUSES[FOR_LEADERS]),
)


@dataclass(frozen=True)
class Cell:
    label: str
    number: int
    href: str
    tile: str


@dataclass(frozen=True)
class LastReport:
    number: str
    issued_on: date
    href: str  # "" for who does not read what the units wrote


@dataclass(frozen=True)
class OfficeLine:
    office: str
    plan: str  # its years, and how it stands when it is not in force
    href: str
    total: Cell
    cells: tuple[Cell, ...]  # the buckets, then what needs a word
    percent: float | None  # on time; None while nothing has come to its term
    report: LastReport | None


@dataclass(frozen=True)
class OfficesPage:
    labels: tuple[tuple[str, str], ...]  # (tile, words) of the columns of cells
    page: Page  # of OfficeLine, the most overdue first
    offices: int
    without_year: int  # plans that have no such year
    totals: tuple[tuple[str, int], ...]  # of all offices: "Tổng", then the cells' columns
    percent: float | None


def plans_below(user):
    """The plans of one's own office and of those below it, as far as one may look at them."""
    plans = in_order(user).exclude(status=Plan.Status.DRAFT)
    return plans.filter(unit__path__startswith=own_reach(user))


def read_offices(viewing: Viewing, user, number) -> OfficesPage | None:
    """None where there are no several offices. Three queries, whatever the number of offices."""
    plans = list(plans_below(user).defer("frame"))
    if len({plan.unit_id for plan in plans}) < 2:
        return None
    year, as_of = viewing.year, viewing.as_of
    shown = [plan for plan in plans if year in plan.years()]
    counted = tallies([plan.pk for plan in shown], year, as_of, viewing.today)
    order = {plan.pk: place for place, plan in enumerate(shown)}
    shown.sort(key=lambda p: (-counted[p.pk].counts[Bucket.OPEN_OVERDUE], order[p.pk]))
    page = Paginator(shown, OFFICES_A_PAGE).get_page(number)
    reports = _last_reports([plan.pk for plan in page.object_list], as_of)
    page.object_list = [
        _line(plan, counted[plan.pk], reports.get(plan.pk), viewing, user, plan == viewing.plans[0])
        for plan in page.object_list
    ]
    sums = [(counted[p.pk].total, *_numbers(counted[p.pk])) for p in shown]
    totals = map(sum, zip(*sums, strict=True)) if sums else [0] * (len(COLUMNS) + 1)
    words = ("Tổng", *(label for _, _, label in COLUMNS))
    return OfficesPage(
        labels=tuple((tile, label) for _, tile, label in COLUMNS),
        page=page,
        offices=len({plan.unit_id for plan in shown}),
        without_year=len(plans) - len(shown),
        totals=tuple(zip(words, totals, strict=True)),
        percent=_percent({b: sum(counted[p.pk].counts[b] for p in shown) for b in Bucket}),
    )


def _numbers(tally: Tally) -> tuple[int, ...]:
    """In the order of COLUMNS."""
    return (*tally.counts.values(), tally.blocked, tally.for_leaders)


def _percent(counts) -> float | None:
    share = on_time_rate(counts)
    return None if share is None else 100 * share


def _line(plan, tally, report, viewing, user, is_default) -> OfficeLine:
    """The addresses are of the office's own pages, in this year and on this day."""
    own = Viewing(plan, viewing.year, viewing.as_of, viewing.today, is_default)

    def cell(number, status, tile, label):
        return Cell(label, number, own.url("tasks:plan", trang_thai=status), tile)

    return OfficeLine(
        office=plan.unit.name,
        plan=_plan_words(plan),
        href=own.url("reports:dashboard"),
        total=cell(tally.total, EVERYTHING, "", "Tổng"),
        cells=tuple(map(cell, _numbers(tally), *zip(*COLUMNS, strict=True))),
        percent=_percent(tally.counts),
        report=report and _last_report(report, plan, viewing, user, is_default),
    )


def _plan_words(plan) -> str:
    years = f"{plan.first_year}–{plan.last_year}"
    if plan.status == Plan.Status.IN_FORCE:
        return years
    return f"{years}, {plan.get_status_display().lower()}"


def _last_report(report, plan, viewing, user, is_default) -> LastReport:
    """A report's address is in its own year."""
    href = ""
    if permissions.reads_all_of(user, plan):
        year = min(max(report.period.year, plan.first_year), plan.last_year)
        own = Viewing(plan, year, viewing.as_of, viewing.today, is_default)
        href = own.url("reports:report", report.period.code)
    return LastReport(report.number, report.issued_on, href)


def _last_reports(plans, as_of: date) -> dict[int, Report]:
    """By plan, the one issued last by the day. One query."""
    found = Report.objects.filter(
        status=Report.Status.ISSUED, period__plan__in=plans, issued_on__lte=as_of
    )
    found = found.select_related("period").defer("snapshot").order_by("issued_on", "pk")
    return {report.period.plan_id: report for report in found}

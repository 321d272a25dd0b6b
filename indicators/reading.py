"""The targets as they stood on a day: what pages and reports show of section II.

A measurement counts from the day its figures hold for (`measured_on`); of several of one year the
one recorded last counts, the others stay in the history.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import ROUND_DOWN, ROUND_HALF_UP, ROUND_UP, Decimal

from cchc.templatetags.cchc import dmy, number, percent
from indicators.forecasting import Forecast, Outlook
from indicators.linked import LinkedTask, linked_tasks
from indicators.models import Indicator, Measurement
from indicators.outlooks import forecast_of, measured_when, remarks_of
from indicators.verdicts import Kind, Operator, Verdict, verdict_of
from tasks.ledger import Ledger
from tasks.models import Document, Plan

OPENING = 13  # words of a target where there is no room for its whole sentence


@dataclass(frozen=True)
class Result:
    """What was found for a year, in words and figures; `pk` None when nothing was recorded."""

    year: int
    verdict: Verdict
    is_due: bool  # the target should be met by this year: then a miss is a miss
    value: str = "chưa có số liệu"
    pk: int | None = None
    percentage: Decimal | None = None  # 0 to 100, two decimals, as shown
    numerator: int | None = None
    denominator: int | None = None
    rank: int | None = None
    ranked: int | None = None
    achieved_on: date | None = None
    measured_on: date | None = None
    note: str = ""
    document: Document | None = None
    recorded_by: str = ""
    recorded_at: datetime | None = None

    @property
    def fraction(self) -> str:
        """1.234/1.668; nothing where no share was measured."""
        if self.denominator is None:
            return ""
        return f"{number(self.numerator)}/{number(self.denominator)}"


@dataclass(frozen=True)
class Before:
    """The same target in the plan of the term before, by whose target its years were judged."""

    plan: str  # its code
    code: str
    term: str  # 2021-2025
    target: str
    results: tuple[Result, ...]
    comparable: bool  # measured in the same way


@dataclass(frozen=True)
class Line:
    """One target with its results from the plan's first year to the year looked at."""

    code: str
    kind: str
    kind_label: str
    source_ref: str
    text: str
    target: str
    target_value: Decimal | None
    deadline_year: int | None
    exclusion: str
    measure: str
    area: str
    yearly: bool
    index: str  # code of the index that gives its results, or ""
    measured_by: str
    measured_when: str
    year: int
    results: tuple[Result, ...]
    standing: Result  # what counts for the year looked at
    tasks: tuple[LinkedTask, ...]
    forecast: Forecast
    remarks: tuple[str, ...]  # what does not agree, in sentences
    before: Before | None = None

    @property
    def series(self) -> tuple[Result, ...]:
        """Year by year, with those of the term before that can be compared."""
        if self.before is None or not self.before.comparable:
            return self.results
        return (*self.before.results, *self.results)

    @property
    def verdict(self) -> Verdict:
        return self.standing.verdict

    @property
    def current(self) -> Result:
        return self.results[-1]

    @property
    def earlier(self) -> tuple[Result, ...]:
        return self.results[:-1]

    @property
    def is_percentage(self) -> bool:
        return self.kind == Kind.PERCENTAGE

    @property
    def is_due(self) -> bool:
        return self.standing.is_due

    @property
    def outlook(self) -> Outlook:
        return self.forecast.outlook

    @property
    def assessed(self) -> Verdict | Outlook:
        """The one word beside the target: the year's verdict where that is settled (its year has
        come, or what was wanted is done), else how the target stands."""
        found = self.verdict
        if found in (Verdict.NO_DATA, Verdict.NOTHING_AROSE):
            return self.outlook
        if self.is_due and (found == Verdict.NOT_MET or not self.yearly):
            return found
        done = self.kind in (Kind.MILESTONE, Kind.QUALITATIVE) and found != Verdict.NOT_MET
        return found if done else self.outlook

    @property
    def opening(self) -> str:
        """The first words of the plan's own sentence."""
        words = self.text.split()
        return self.text if len(words) <= OPENING else " ".join(words[:OPENING]) + "…"

    @property
    def previous(self) -> Result | None:
        return self.results[-2] if len(self.results) > 1 else None

    @property
    def reached_in(self) -> int | None:
        """The year in which a milestone was recorded: later years have nothing to add."""
        return self.standing.year if self.kind == Kind.MILESTONE and self.standing.pk else None

    @property
    def year_to_record(self) -> int:
        return self.reached_in or self.year


def read_indicators(
    plan: Plan, year: int, as_of: date, *, code: str | None = None, view: Ledger | None = None
) -> tuple[Line, ...]:
    """All targets of the plan, or the one of `code`. Five queries, however many targets; three with
    `view`, the year's ledger that the page has read already."""
    indicators = plan.indicators.select_related("area", "index", "follows__plan")
    indicators = indicators.prefetch_related("tasks")
    if code is not None:
        indicators = indicators.filter(code=code)
    indicators = list(indicators)
    former = [indicator.follows for indicator in indicators if indicator.follows]
    rows = standing_rows([*indicators, *former], as_of)
    tasks = [task for indicator in indicators for task in indicator.tasks.all()]
    linked = linked_tasks(plan, tasks, year, as_of, view)
    return tuple(_line(indicator, rows, linked, plan, year, as_of) for indicator in indicators)


def history(indicator: Indicator, as_of: date) -> dict[int, list[Result]]:
    """Every row of every year of the plan, the one that counts first, corrected ones after it."""
    rows = _rows([indicator], as_of).order_by("-pk")
    years = {year: [] for year in indicator.plan.years()}
    for row in rows:
        years[row.year].append(result_of(indicator, row, row.year))
    return years


def standing_rows(indicators, as_of: date) -> dict[tuple[int, int], Measurement]:
    """The measurement that counts, by indicator and year."""
    rows = _rows(indicators, as_of).order_by("pk")
    return {(row.indicator_id, row.year): row for row in rows}


def result_of(indicator: Indicator, row: Measurement | None, year: int) -> Result:
    verdict = verdict_of(indicator, row, year)
    by = indicator.deadline_year
    is_due = indicator.yearly or by is None or year >= by
    if row is None:
        return Result(year=year, verdict=verdict, is_due=is_due)
    share = _shown_share(indicator, row, verdict)
    return Result(
        year=row.year,
        verdict=verdict,
        is_due=is_due,
        value=_value(row, share),
        pk=row.pk,
        percentage=share,
        numerator=row.numerator,
        denominator=row.denominator,
        rank=row.rank,
        ranked=row.ranked,
        achieved_on=row.achieved_on,
        measured_on=row.measured_on,
        note=row.note,
        document=row.document,
        recorded_by=str(row.recorded_by),
        recorded_at=row.recorded_at,
    )


def target_words(indicator: Indicator) -> str:
    """The target as we read it: ≥ 80%, trong top 3, hoàn thành đến hết năm 2022."""
    until = f"đến hết năm {indicator.deadline_year}" if indicator.deadline_year else ""
    if indicator.kind == Kind.PERCENTAGE and indicator.value is not None:
        sign = "≤ " if indicator.operator == Operator.AT_MOST else "≥ "
        return f"{'' if indicator.value == 100 else sign}{percent(indicator.value)}"
    if indicator.kind == Kind.RANK and indicator.value is not None:
        return f"Trong top {number(indicator.value)}{', mỗi năm' if indicator.yearly else ''}"
    if indicator.kind in (Kind.PERCENTAGE, Kind.RANK):
        return "Chưa có mục tiêu"
    if indicator.kind == Kind.MILESTONE:
        return f"Hoàn thành {until}".strip()
    if indicator.operator == Operator.EXTERNAL:
        return "Theo tỷ lệ do Trung ương quy định"
    return f"Đạt, {until}" if until else "Đạt"


def _rows(indicators, as_of):
    return Measurement.objects.filter(
        indicator__in=[indicator.pk for indicator in indicators], measured_on__lte=as_of
    ).select_related("document__file", "recorded_by")


def _line(indicator, rows, linked, plan, year, as_of) -> Line:
    results = tuple(
        result_of(indicator, rows.get((indicator.pk, y)), y)
        for y in range(plan.first_year, year + 1)
    )
    standing, before = _standing(indicator, rows, results, year), _before(indicator, rows)
    tasks = tuple(linked[task.pk] for task in indicator.tasks.all())
    return Line(
        code=indicator.code,
        kind=indicator.kind,
        kind_label=indicator.get_kind_display(),
        source_ref=indicator.source_ref,
        text=indicator.text,
        target=target_words(indicator),
        target_value=indicator.value,
        deadline_year=None if indicator.yearly else indicator.deadline_year,
        exclusion=f"đã {indicator.exclusion}" if indicator.exclusion else "",
        measure=indicator.measure,
        area=str(indicator.area) if indicator.area else "",
        yearly=indicator.yearly,
        index=indicator.index.code if indicator.index else "",
        measured_by=plan.coordinator.name,
        measured_when=measured_when(indicator),
        year=year,
        results=results,
        standing=standing,
        tasks=tasks,
        forecast=_forecast(indicator, before, results, standing, plan),
        remarks=remarks_of(indicator, standing, tasks, as_of),
        before=before,
    )


def _before(indicator, rows) -> Before | None:
    """From the first year that was measured on."""
    former = indicator.follows
    if former is None:
        return None
    plan = former.plan
    found = [result_of(former, rows.get((former.pk, year)), year) for year in plan.years()]
    first = next((n for n, result in enumerate(found) if result.pk), len(found))
    return Before(
        plan=plan.code,
        code=former.code,
        term=f"{plan.first_year}-{plan.last_year}",
        target=target_words(former),
        results=tuple(found[first:]),
        comparable=former.kind == indicator.kind,
    )


def _forecast(indicator, before, results, standing, plan) -> Forecast:
    """Over both terms, and says so."""
    by = indicator.deadline_year or plan.last_year
    past = before.results if before and before.comparable else ()
    found = forecast_of(indicator, results, standing, by, past)
    if not past or found.value is None:
        return found
    return replace(found, method=f"{found.method} Tính cả số liệu giai đoạn trước {before.term}.")


def _standing(indicator, rows, results, year) -> Result:
    """A milestone once reached stays reached: its last record of any year up to now counts."""
    if indicator.kind != Kind.MILESTONE:
        return results[-1]
    found = [row for (pk, y), row in rows.items() if pk == indicator.pk and y <= year]
    return result_of(indicator, max(found, key=lambda row: row.pk, default=None), year)


def _shown_share(indicator, row, verdict) -> Decimal | None:
    """Two decimals; never rounded onto a target that was missed (99,996 % shows as 99,99 %)."""
    if not row.denominator:
        return None
    exact = Decimal(100 * row.numerator) / row.denominator
    shown = exact.quantize(Decimal("0.01"), ROUND_HALF_UP)
    if verdict == Verdict.NOT_MET and shown == indicator.value:
        down = indicator.operator != Operator.AT_MOST
        shown = exact.quantize(Decimal("0.01"), ROUND_DOWN if down else ROUND_UP)
    return shown


def _value(row, share) -> str:
    if row.denominator is not None:
        return percent(share) or "không phát sinh"
    if row.rank is not None:
        return f"hạng {row.rank}/{row.ranked}" if row.ranked else f"hạng {row.rank}"
    if row.achieved_on:
        return f"hoàn thành {dmy(row.achieved_on)}"
    return row.get_verdict_display() or "chưa hoàn thành"

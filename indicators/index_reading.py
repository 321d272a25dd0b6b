"""The indices of area VIII as they stood on a day. A result counts from the day it was published;
of several of one year the one recorded last counts."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Prefetch

from indicators.models import ComponentScore, Index, IndexResult, IndexVersion
from tasks.models import Document, Plan


def points(value) -> str:
    """40,98 and 87,125: points with as many decimals as they have, at most three."""
    if value is None:
        return ""
    return f"{value:.3f}".rstrip("0").rstrip(".").replace(".", ",")


@dataclass(frozen=True)
class ComponentLine:
    """`lost`: of the component's maximum; `cut`: what the appraisal took from the self-score."""

    code: str
    name: str
    area: int | None
    max_score: Decimal | None
    self_scored: Decimal | None = None
    appraised: Decimal | None = None

    @property
    def lost(self) -> Decimal | None:
        known = self.max_score is not None and self.appraised is not None
        return self.max_score - self.appraised if known else None

    @property
    def cut(self) -> Decimal | None:
        known = self.self_scored is not None and self.appraised is not None
        return self.self_scored - self.appraised if known else None


@dataclass(frozen=True)
class YearResult:
    """What was published for a year; `pk` None when nothing was recorded."""

    year: int
    score_unit: str
    max_score: Decimal | None = None
    pk: int | None = None
    score: Decimal | None = None
    rank: int | None = None
    ranked: int | None = None
    published_on: date | None = None
    components: tuple[ComponentLine, ...] = ()
    adds_up: bool = False
    self_scored: bool = False
    source: str = ""
    note: str = ""
    document: Document | None = None
    recorded_by: str = ""
    recorded_at: datetime | None = None

    @property
    def value(self) -> str:
        """87,4/100 điểm; 91,2%; nothing where only a rank is known."""
        if self.score is None:
            return "" if self.pk else "chưa có kết quả"
        if self.score_unit == "%":
            return f"{points(self.score)}%"
        return f"{points(self.score)}/{points(self.max_score)} {self.score_unit}"

    @property
    def place(self) -> str:
        return f"hạng {self.rank}/{self.ranked}" if self.rank else ""

    @property
    def words(self) -> str:
        return ", ".join(part for part in (self.value, self.place) if part)

    @property
    def total(self) -> Decimal | None:
        """Of the appraised points, when every component has them."""
        found = [component.appraised for component in self.components]
        return sum(found) if found and None not in found else None

    @property
    def differs(self) -> bool:
        return self.adds_up and None not in (self.total, self.score) and self.total != self.score


@dataclass(frozen=True)
class IndexLine:
    code: str
    name: str
    short_name: str
    whose: str
    score_unit: str
    results: tuple[YearResult, ...]  # one for each year of the plan up to the year looked at

    @property
    def known(self) -> tuple[YearResult, ...]:
        return tuple(result for result in self.results if result.pk)

    @property
    def newest(self) -> YearResult | None:
        return self.known[-1] if self.known else None


def read_indices(
    plan: Plan, year: int, as_of: date, *, code: str | None = None
) -> tuple[IndexLine, ...]:
    """All indices or the one of `code`. Three queries."""
    indices = Index.objects.all() if code is None else Index.objects.filter(code=code)
    indices = list(indices)
    rows = {(r.index_id, r.year): r for r in results_of(plan, as_of).filter(index__in=indices)}
    return tuple(
        IndexLine(
            code=index.code,
            name=index.name,
            short_name=index.short_name,
            whose=index.get_whose_display(),
            score_unit=index.score_unit,
            results=tuple(
                year_result(index, rows.get((index.pk, y)), y)
                for y in range(plan.first_year, year + 1)
            ),
        )
        for index in indices
    )


def results_of(plan: Plan, as_of: date):
    """What this office had recorded and was published by the day, the newest last."""
    scores = Prefetch("scores", ComponentScore.objects.select_related("component"))
    rows = IndexResult.objects.filter(unit=plan.unit_id, published_on__lte=as_of)
    rows = rows.select_related("index", "version", "document__file", "recorded_by")
    return rows.prefetch_related(scores).order_by("pk")


def year_result(index: Index, row: IndexResult | None, year: int) -> YearResult:
    if row is None:
        return YearResult(year=year, score_unit=index.score_unit)
    return YearResult(
        year=year,
        score_unit=index.score_unit,
        max_score=row.version.max_score,
        pk=row.pk,
        score=row.score,
        rank=row.rank,
        ranked=row.ranked,
        published_on=row.published_on,
        components=tuple(_component(score) for score in row.scores.all()),
        adds_up=row.version.adds_up,
        self_scored=row.version.self_scored,
        source=row.version.source,
        note=row.note,
        document=row.document,
        recorded_by=str(row.recorded_by),
        recorded_at=row.recorded_at,
    )


def version_for(index: Index, year: int) -> IndexVersion | None:
    """The criteria that hold for a year: the newest that began by then."""
    return index.versions.filter(from_year__lte=year).order_by("-from_year").first()


def _component(score: ComponentScore) -> ComponentLine:
    return ComponentLine(
        code=score.component.code,
        name=score.component.name,
        area=score.component.area,
        max_score=score.component.max_score,
        self_scored=score.self_scored,
        appraised=score.appraised,
    )

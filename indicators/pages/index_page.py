"""One index: its years, where points were lost, and which tasks of the plan work on that."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from indicators.charts import Dumbbell, Trend, dumbbell, index_trend
from indicators.index_reading import (
    ComponentLine,
    IndexLine,
    YearResult,
    read_indices,
    results_of,
    year_result,
)
from indicators.linked import LinkedTask, linked_tasks
from indicators.models import Index, Measurement
from indicators.reading import standing_rows
from tasks.models import Plan, Task


@dataclass(frozen=True)
class AreaWork:
    """What the plan does about a component."""

    number: int
    title: str
    tasks: tuple[LinkedTask, ...]
    solutions: int


@dataclass(frozen=True)
class ComponentRow:
    line: ComponentLine
    pair: Dumbbell
    area: AreaWork | None


@dataclass(frozen=True)
class IndexPage:
    line: IndexLine
    standing: YearResult | None  # the newest published by the day
    rows: tuple[ComponentRow, ...]  # the most points lost first
    maxima_known: bool
    trend: Trend | None
    targets: tuple[str, ...]  # codes of the plan's targets that take their rank from here
    disagreements: tuple[str, ...]
    history: tuple[tuple[int, tuple[YearResult, ...]], ...]  # the row that counts first


def index_page(plan: Plan, index: Index, year: int, as_of: date) -> IndexPage:
    """Thirteen queries at most, however many components, tasks and results there are."""
    (line,) = read_indices(plan, year, as_of, code=index.code)
    newest = line.newest
    components = newest.components if newest else ()
    areas = _areas(plan, components, newest, as_of)
    maxima = [component.max_score for component in components]
    scale = _scale(components)
    rows = [
        ComponentRow(component, dumbbell(component, scale), areas.get(component.area))
        for component in _by_loss(components)
    ]
    targets = list(plan.indicators.filter(index=index))
    return IndexPage(
        line=line,
        standing=newest,
        rows=tuple(rows),
        maxima_known=bool(maxima) and None not in maxima,
        trend=index_trend(line, plan.last_year),
        targets=tuple(target.code for target in targets),
        disagreements=_disagreements(line, targets, as_of),
        history=_history(plan, index, as_of),
    )


def _scale(components) -> Decimal:
    """The largest number of the table: all rows are drawn on one scale."""
    numbers = [(c.max_score, c.self_scored, c.appraised) for c in components]
    return max((n for row in numbers for n in row if n is not None), default=Decimal(0))


def _by_loss(components) -> list[ComponentLine]:
    """Points lost of the maximum, or, where that is not known, what the appraisal took off."""

    def loss(component):
        found = component.cut if component.lost is None else component.lost
        return -found if found is not None else Decimal("Infinity")

    return sorted(components, key=loss)


def _areas(plan, components, newest, as_of) -> dict[int, AreaWork]:
    numbers = {component.area for component in components if component.area}
    if not numbers:
        return {}
    found = list(plan.areas.filter(number__in=numbers).prefetch_related("solutions"))
    tasks = list(Task.objects.filter(area__in=found).order_by("position"))
    linked = linked_tasks(plan, tasks, newest.year, as_of)
    return {
        area.number: AreaWork(
            area.number,
            area.title,
            tuple(linked[task.pk] for task in tasks if task.area_id == area.pk),
            len(area.solutions.all()),
        )
        for area in found
    }


def _disagreements(line: IndexLine, targets, as_of) -> tuple[str, ...]:
    """Ranks measured some other way than through the index."""
    if not targets:
        return ()
    measured: dict[tuple[int, int], Measurement] = standing_rows(targets, as_of)
    said = []
    for target in targets:
        for result in line.known:
            row = measured.get((target.pk, result.year))
            if row and row.rank and result.rank and row.rank != result.rank:
                said.append(
                    f"Năm {result.year}: chỉ số ghi {result.place}, chỉ tiêu {target.code} ghi "
                    f"hạng {row.rank}/{row.ranked}."
                )
    return tuple(said)


def _history(plan, index, as_of):
    years = {year: [] for year in plan.years()}
    for row in results_of(plan, as_of).filter(index=index).order_by("-pk"):
        years[row.year].append(year_result(index, row, row.year))
    return tuple((year, tuple(rows)) for year, rows in years.items())

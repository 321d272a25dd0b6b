"""The targets as leaders look at them: the part of the dashboard "Chỉ tiêu đến năm ..."."""

from dataclasses import dataclass
from datetime import date

from indicators.charts import Bullet, bullet
from indicators.index_reading import IndexLine, read_indices
from indicators.linked import TaskMeasure, read_measures
from indicators.reading import Line, read_indicators
from tasks.ledger import Ledger
from tasks.models import Plan


@dataclass(frozen=True)
class Share:
    line: Line
    bullet: Bullet


@dataclass(frozen=True)
class Overview:
    year: int
    last_year: int
    shares: tuple[Share, ...]
    others: tuple[Line, ...]
    measures: tuple[TaskMeasure, ...]
    indices: tuple[IndexLine, ...]

    @property
    def previous_year(self) -> int | None:
        """None in the plan's first year."""
        return next((s.line.previous.year for s in self.shares if s.line.previous), None)

    @property
    def lines(self) -> tuple[Line, ...]:
        return (*(share.line for share in self.shares), *self.others)


def overview(plan: Plan, year: int, as_of: date, view: Ledger | None = None) -> Overview:
    """Fourteen queries at most, however many targets, tasks and results there are; four less with
    `view`, the year's ledger that the page has read already."""
    lines = read_indicators(plan, year, as_of, view=view)
    return Overview(
        year=year,
        last_year=plan.last_year,
        shares=tuple(Share(line, bullet(line)) for line in lines if line.is_percentage),
        others=tuple(line for line in lines if not line.is_percentage),
        measures=read_measures(plan, year, as_of, view),
        indices=read_indices(plan, year, as_of),
    )

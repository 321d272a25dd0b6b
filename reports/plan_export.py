"""The plan's appendix of one year as a file: read once, then plain values for Excel and PDF.

It obeys the filters of the plan page, and its rights: a state everybody may see, the words and
documents of another unit only the coordinator and the leaders (access.ACCESS).
"""

from dataclasses import dataclass
from datetime import date

from reports.figures import FigureLine, figure_lines, parts_of
from reports.reading import Reading, hidden_from
from reports.table import AreaGroup, build_table
from tasks.amending import cells_on
from tasks.filters import Chosen
from tasks.ledger import read_year
from tasks.models import Plan


@dataclass(frozen=True)
class PlanExport:
    year: int
    as_of: date
    demo: bool
    title_lines: tuple[str, ...]  # the appendix's own, verbatim
    attached_to: str
    columns: tuple[str, ...]
    filters: tuple[str, ...]  # in words
    areas: tuple[AreaGroup, ...]
    total: int
    row_total: int
    prior: int  # finished in an earlier year: listed, outside the figures
    figures: tuple[FigureLine, ...]
    recorded_later: int
    hides_words: bool

    @property
    def file_name(self) -> str:
        return f"ke-hoach-cchc-{self.year}"


COLUMNS = (
    "TT",
    "Nhiệm vụ cụ thể",
    "Sản phẩm",
    "Đơn vị chủ trì",
    "Đơn vị phối hợp",
    "Thời gian hoàn thành",
)


def build_plan_export(
    plan: Plan, year: int, as_of: date, user, chosen: Chosen | None = None
) -> PlanExport:
    """A fixed number of queries, whatever the size."""
    chosen = chosen or Chosen()
    ledger = read_year(plan, year, as_of, only=chosen.work(), known_only=chosen.known_only)
    occurrences = chosen.occurrences(ledger) if chosen.status else ledger.listed()
    rows = [slot for occurrence in occurrences for slot in occurrence.slots]
    hidden = hidden_from(user, rows)
    tasks = list(plan.tasks.filter(chosen.tasks()).select_related("area").order_by("position"))
    current = [occurrence for occurrence in occurrences if not occurrence.prior]
    *title_lines, attached_to = plan.frame.get("appendix", {}).get("title_lines") or (
        "PHỤ LỤC",
        plan.subject.upper(),
        "",
    )
    return PlanExport(
        year=year,
        as_of=as_of,
        demo=plan.has_demo_data,
        title_lines=tuple(title_lines),
        attached_to=attached_to,
        columns=tuple(plan.frame.get("appendix", {}).get("columns") or COLUMNS),
        filters=tuple(words for words, _ in chosen.applied()),
        areas=build_table(
            tasks,
            occurrences,
            Reading(rows, hidden),
            year=year,
            hidden=hidden,
            idle_tasks=not chosen.status,
            words=cells_on(tasks, as_of),
        ),
        total=len(current),
        row_total=len(parts_of(current)),
        prior=len(occurrences) - len(current),
        figures=figure_lines(current),
        recorded_later=ledger.recorded_later,
        hides_words=bool(hidden),
    )

"""The dashboard's tables: the work of a year by area and by lead unit."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, F, OuterRef, Subquery

from reports.marks import Marks, Number, Opener, cut
from tasks.buckets import Bucket, count
from tasks.changes import key_of
from tasks.filters import EVERYTHING, FINISHED, LISTED
from tasks.models import Area, ProgressUpdate, Solution
from tasks.pages.plan_table import roman
from tasks.workflow import Act, State

TILES_IN_A_CELL = 12


@dataclass(frozen=True)
class PlanFacts:
    """What one query says of a plan: its areas, each task's bold opening, and the tasks of which
    something was verified by the very unit that did it (there must be none)."""

    areas: tuple[dict, ...]
    openings: dict[int, str]
    verified_by_own_unit: tuple[str, ...]


@dataclass(frozen=True)
class AreaLine:
    number: int
    code: str
    title: str
    has_tasks: bool
    href: str
    done: Number
    total: Number
    overdue: Number
    marks: Marks
    solutions: int  # in section III; told where the appendix gives no task
    indicators: tuple[str, ...]  # codes of the targets of section II that belong here


@dataclass(frozen=True)
class UnitLine:
    """One lead unit: its parts by area, and their number in the buckets that leaders ask about."""

    code: str
    name: str
    cells: tuple[Marks, ...]
    marks: Marks
    total: Number
    on_time: Number
    late: Number
    overdue: Number
    updated_on: date | None


def read_facts(plan, as_of: date) -> PlanFacts:
    own = ProgressUpdate.objects.filter(
        act=Act.VERIFY,
        effective_on__lte=as_of,
        assignment__task=OuterRef("tasks"),
        by__unit=F("assignment__unit"),
    )
    solutions = Solution.objects.filter(area=OuterRef("pk")).values("area").annotate(n=Count("pk"))
    found = (
        Area.objects.filter(plan=plan)
        .annotate(own=Exists(own), solution_count=Subquery(solutions.values("n")))
        .order_by("number", "tasks__position")
    )
    areas, openings, verified = {}, {}, []
    for values in found.values(
        "number", "title", "appendix_code", "appendix_title", "tasks", "tasks__text",
        "tasks__code", "tasks__lead_len", "own", "solution_count",
    ):  # fmt: skip
        areas.setdefault(values["number"], values)
        if values["tasks"]:
            words = values["tasks__text"].split(" ")
            cut_at = values["tasks__lead_len"]
            openings[values["tasks"]] = " ".join(words[:cut_at]) + "…" * (len(words) > cut_at)
            if values["own"]:
                verified.append(values["tasks__code"])
    return PlanFacts(tuple(areas.values()), openings, tuple(verified))


def area_lines(facts, listed, marks, targets, opener: Opener) -> tuple[AreaLine, ...]:
    """Done and total leave out what was finished in an earlier year; its tile is shown. `targets`:
    by the title of an area, codes of the plan's targets."""
    by_area = defaultdict(list)
    for occurrence in listed:
        by_area[occurrence.area].append(occurrence)
    lines = []
    for area in facts.areas:
        number, members = area["number"], by_area[area["number"]]
        counted = [o for o in members if not o.prior]
        late = sum(o.bucket == Bucket.OPEN_OVERDUE for o in counted)
        lines.append(
            AreaLine(
                number=number,
                code=area["appendix_code"] or roman(number),
                title=area["appendix_title"] or area["title"],
                has_tasks=bool(area["tasks"]),
                href=opener.plan(linh_vuc=number),
                done=opener.number(
                    sum(o.state == State.DONE for o in counted), FINISHED, linh_vuc=number
                ),
                total=opener.number(len(counted), EVERYTHING, linh_vuc=number),
                overdue=opener.number(late, Bucket.OPEN_OVERDUE, linh_vuc=number),
                marks=cut(
                    [marks[key_of(o)] for o in members],
                    href=opener.plan(linh_vuc=number, trang_thai=LISTED),
                ),
                solutions=area["solution_count"] or 0,
                indicators=tuple(targets.get(area["title"], ())),
            )
        )
    return tuple(lines)


def unit_lines(ledger, facts, marks, opener: Opener) -> tuple[UnitLine, ...]:
    """One line per lead unit, most parts first; a part counts for its own unit only."""
    by_unit = defaultdict(list)
    for row in ledger.rows:
        by_unit[row.unit_id].append(row)
    lines = (_unit_line(rows, facts, marks, opener) for rows in by_unit.values())
    return tuple(sorted(lines, key=lambda line: -line.total.number))


def _unit_line(rows, facts, marks, opener) -> UnitLine:
    code = rows[0].unit_code
    own = {"don_vi": code, "rieng": "1"}
    tiles = [(row.area, marks[key_of(row)].of_part(row)) for row in rows]
    counts = count(rows)

    def number(bucket):
        return opener.number(counts[bucket], bucket, **own)

    return UnitLine(
        code=code,
        name=rows[0].unit,
        cells=tuple(
            cut(
                [mark for area, mark in tiles if area == a["number"]],
                TILES_IN_A_CELL,
                opener.plan(trang_thai=EVERYTHING, linh_vuc=a["number"], **own),
            )
            for a in facts.areas
        ),
        marks=cut([mark for _, mark in tiles], href=opener.plan(trang_thai=EVERYTHING, **own)),
        total=opener.number(len(rows), EVERYTHING, "phần việc", **own),
        on_time=number(Bucket.DONE_ON_TIME),
        late=number(Bucket.DONE_LATE),
        overdue=number(Bucket.OPEN_OVERDUE),
        updated_on=max((r.updated_on for r in rows if r.updated_on), default=None),
    )

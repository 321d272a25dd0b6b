"""What is concluded from each row as read: its area, products, deadline and why, and its parties.

The preview shows this beside the row's own words; a person corrects either.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher

from tasks.deadlines import Deadline, parse
from tasks.plan_import.appendix import Appendix, Group, Row
from tasks.plan_import.body import Body, ReadTarget
from tasks.plan_import.linting import PlanText, TargetText, TaskText
from tasks.plan_import.products import ReadProduct
from tasks.plan_import.unit_names import KnownUnit, wording
from tasks.plan_import.units import Decision, Matcher, Matching

_SAME_AREA = 0.75  # of SequenceMatcher's ratio between two titles of one area


@dataclass(frozen=True)
class Area:
    """An area of the plan: its place and title in the text, and in the appendix. Either may be
    missing: the appendix has no tasks for it, or the text doesn't name it."""

    number: int
    title: str
    solutions: tuple[str, ...] = ()
    appendix_code: str = ""
    appendix_title: str = ""


@dataclass(frozen=True)
class DueInYear:
    """The last on-time days in one year, and the sentence that says why."""

    year: int
    days: tuple[date, ...]
    why: str


@dataclass(frozen=True)
class Conclusion:
    """`row` is as read; the rest is what it means. `area` is an Area's number; `subgroup` the title
    of the group below the area that the row stands in, or ""."""

    row: Row
    area: int
    subgroup: str
    products: tuple[ReadProduct, ...]
    deadline: Deadline
    dues: tuple[DueInYear, ...]
    lead: Matching
    collab: Matching

    @property
    def questions(self) -> int:
        return len(self.lead.questions) + len(self.collab.questions)


@dataclass(frozen=True)
class Concluded:
    areas: tuple[Area, ...]
    tasks: tuple[Conclusion, ...]
    targets: tuple[ReadTarget, ...]


def conclude(
    appendix: Appendix,
    body: Body,
    units: Iterable[KnownUnit],
    *,
    years: tuple[int, int],
    remembered: Mapping[str, Decision] | None = None,
) -> Concluded:
    """`years` are the plan's first and last; `remembered` answers as in units.match_units."""
    matcher = Matcher(units, remembered)
    areas, area_of_group = match_areas(appendix.groups, body)
    groups = {group.code: group for group in appendix.groups}
    tasks = (_conclusion(row, groups, area_of_group, matcher, years) for row in appendix.rows)
    return Concluded(areas, tuple(tasks), body.targets)


def match_areas(groups: tuple[Group, ...], body: Body) -> tuple[tuple[Area, ...], dict[str, int]]:
    """The areas of the text with the appendix's top groups beside them, and the area's number of
    each group. Titles are compared first ("chỉ đạo, điều hành" is "chỉ đạo điều hành"); groups
    that the text doesn't name become areas after those it does."""
    tops = [group for group in groups if not group.parent]
    areas = [Area(place, area.title, area.solutions) for place, area in enumerate(body.areas, 1)]
    numbers: dict[str, int] = {}
    for group in tops:
        free = [area for area in areas if not area.appendix_code]
        best = max(free, key=lambda area: _alike(area.title, group.title), default=None)
        if best is None or _alike(best.title, group.title) < _SAME_AREA:
            best = Area(len(areas) + 1, group.title)
            areas.append(best)
        numbers[group.code] = best.number
        areas[best.number - 1] = Area(
            best.number, best.title, best.solutions, group.code, group.title
        )
    parents = {group.code: group.parent for group in groups}
    for code in parents:
        top = code
        while parents[top]:
            top = parents[top]
        numbers[code] = numbers[top]
    return tuple(areas), numbers


def _alike(title: str, other: str) -> float:
    """0 to 1; a title that the other only adds words to counts as alike."""
    one, two = wording(title)[:300], wording(other)[:300]
    if not one or not two:
        return 0
    ratio = SequenceMatcher(None, one, two).ratio()
    shorter, longer = sorted((one, two), key=len)
    return max(ratio, 0.9) if f" {shorter} " in f" {longer} " and len(shorter) > 15 else ratio


def _conclusion(row, groups, area_of_group, matcher, years) -> Conclusion:
    deadline = parse(row.deadline_text)
    group = groups[row.group]
    return Conclusion(
        row=row,
        area=area_of_group[row.group],
        subgroup=group.title if group.parent else "",
        products=row.products,
        deadline=deadline,
        dues=tuple(
            DueInYear(year, tuple(deadline.due_dates(year)), deadline.explain(year))
            for year in range(years[0], years[1] + 1)
        ),
        lead=matcher.match(row.cells["lead_text"]),
        collab=matcher.match(row.cells["collab_text"]),
    )


def as_plan_text(concluded: Concluded, body: Body, years: tuple[int, int]) -> PlanText:
    """What the linter reads, from a plan that is being brought in."""
    return PlanText(
        first_year=years[0],
        last_year=years[1],
        section_codes=body.section_codes,
        areas=tuple(
            (area.appendix_code, area.title, area.appendix_title) for area in concluded.areas
        ),
        tasks=tuple(_task_text(task) for task in concluded.tasks),
        targets=tuple(
            TargetText(target.code, target.text, target.lead_in) for target in concluded.targets
        ),
    )


def _task_text(task: Conclusion) -> TaskText:
    row = task.row
    return TaskText(
        code=row.code,
        group=row.group,
        number=row.number,
        text=row.text,
        product_text=row.product_text,
        lead_text=row.lead_text,
        collab_text=row.collab_text,
        deadline_text=row.deadline_text,
        products=tuple((product.text, product.is_measure) for product in task.products),
        lead=tuple((party.kind, party.unit, party.text) for party in task.lead.parties),
        collab=tuple((party.kind, party.unit, party.text) for party in task.collab.parties),
        unread=tuple(question.text for question in (*task.lead.questions, *task.collab.questions)),
    )

"""What the pages of the outlines show."""

from dataclasses import dataclass

from reports import outline
from reports.models import OutlineVersion, PeriodKind
from reports.outline import Content, Heading, numbered
from reports.outline_forms import WORDS
from tasks.models import Plan


@dataclass(frozen=True)
class Line:
    """A heading to read: its number, and what is told there."""

    level: int
    label: str
    title: str
    content: str
    told: str  # areas and tasks


@dataclass(frozen=True)
class KindLine:
    """A kind of report: the version that holds for the year looked at (None: ours), all others."""

    kind: str
    label: str
    holding: OutlineVersion | None
    headings: int
    versions: tuple[OutlineVersion, ...]


@dataclass(frozen=True)
class PlanArea:
    """For reference beside the editor: an area's number, title and tasks."""

    number: int
    title: str
    codes: str


def kind_lines(plan: Plan, year: int) -> list[KindLine]:
    """One query."""
    versions: dict[str, list[OutlineVersion]] = {}
    for version in plan.outlines.select_related("by").order_by("-from_year", "-pk"):
        versions.setdefault(version.kind, []).append(version)
    lines = []
    for kind in PeriodKind:
        kept = versions.get(kind, [])
        holding = next((version for version in kept if version.from_year <= year), None)
        headings = holding.headings if holding else outline.default_outline(kind)
        lines.append(
            KindLine(kind.value, kind.label, holding, len(headings), tuple(_newest_first(kept)))
        )
    return lines


def _newest_first(versions):
    return sorted(versions, key=lambda version: version.pk, reverse=True)


def read_lines(headings: list[Heading]) -> list[Line]:
    return [
        Line(
            level=place.heading.level,
            label=place.label,
            title=_title(place.heading),
            content=Content(place.heading.content).label if place.heading.content else "",
            told=_told(place.heading),
        )
        for place in numbered(headings)
    ]


def _title(heading: Heading) -> str:
    title = heading.title or Content(heading.content).label
    for kept, told in WORDS:
        title = title.replace(kept, told)
    return title


def _told(heading: Heading) -> str:
    parts = []
    if heading.areas:
        parts.append("lĩnh vực " + ", ".join(str(number) for number in heading.areas))
    if heading.tasks:
        parts.append("nhiệm vụ " + ", ".join(heading.tasks))
    return "; ".join(parts)


def plan_areas(plan: Plan) -> list[PlanArea]:
    """Two queries."""
    codes: dict[int, list[str]] = {}
    for number, code in plan.tasks.order_by("position").values_list("area__number", "code"):
        codes.setdefault(number, []).append(code)
    return [
        PlanArea(area.number, area.title, ", ".join(codes.get(area.number, ())))
        for area in plan.areas.order_by("number")
    ]

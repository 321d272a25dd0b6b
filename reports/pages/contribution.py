"""What a unit sees of a report that it was asked to contribute to: its own part, nothing else."""

from dataclasses import dataclass
from datetime import date

from reports import outline
from reports.chapters import Chapters
from reports.composed import Composed
from reports.material import gather
from reports.models import SectionRequest


@dataclass(frozen=True)
class Asked:
    """`heading` as printed ("2. Cải cách thể chế"), under it the headings above."""

    heading: str
    above: str
    own: tuple[str, ...]  # what the report says from this unit's updates


def asked_of(request: SectionRequest, as_of: date) -> Asked:
    """A fixed number of queries: the report is composed, of the section only the unit's own is
    kept. What HCQT wrote into it is not for the unit to read."""
    section = request.section
    material = gather(section.report.period, as_of)
    kept = section.report.sections.order_by("position")
    headings = [
        outline.filled(outline.from_dict(one.heading), section.report.period) for one in kept
    ]
    place = next(at for at, one in enumerate(kept) if one.pk == section.pk)
    chapters = Chapters(material, headings)
    texts = [list(chapters.under(position)) for position in range(place + 1)]
    named = outline.numbered(headings)
    return Asked(
        heading=printed(named[place]),
        above=_above(named, place),
        own=tuple(p.text for p in texts[place] if is_of(p, request.unit.short_name)),
    )


def printed(place: outline.Numbered) -> str:
    return f"{place.label} {place.heading.title}".strip()


def is_of(paragraph: Composed, unit: str) -> bool:
    """Composed of this unit's work alone."""
    return bool(paragraph.sources) and all(source.unit == unit for source in paragraph.sources)


def _above(named: list[outline.Numbered], place: int) -> str:
    level, found = named[place].heading.level, []
    for one in reversed(named[:place]):
        if 0 < one.heading.level < level:
            level = one.heading.level
            found.insert(0, printed(one))
    return " › ".join(found)

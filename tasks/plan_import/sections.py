"""The text of a plan cut into sections (I.), items (1.) and bullets (-), words verbatim."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from cchc.text import fold
from tasks.plan_import.words import DASH, goes_on, join

_SECTION = re.compile(r"(?:(?:PHẦN|Phần|MỤC|Mục) )?([IVX]+)\s*[.):\-–]\s*(\S.*)")
_ITEM = re.compile(r"(\d{1,2})\s*[.)]\s+(\S.*)")
_BULLET = re.compile(rf"(?:{DASH}|[+•*])\s*(?!\d+%)(\S.*)|(?:[a-zđ]\)|\d+(?:\.\d+)+\.?)\s+(\S.*)")
_BULLET_NUMBER = re.compile(rf"{DASH}\s+(\d.*)")
_TOPICS = (
    r"muc dich|yeu cau|quan diem|chi tieu|muc tieu|nhiem vu|giai phap|to chuc|kinh phi|noi dung"
)


@dataclass
class Item:
    """A numbered item and the bullets below it; `number` is 0 for bullets without an item."""

    number: int
    text: str
    bullets: list[str] = field(default_factory=list)


@dataclass
class Section:
    """`code` as it stands (a plan may have two sections III); `closing` what stands at its end
    without number or dash."""

    code: str
    title: str
    items: list[Item] = field(default_factory=list)
    intro: list[str] = field(default_factory=list)
    closing: list[str] = field(default_factory=list)

    def topic(self) -> str:
        """ "targets", "solutions", "organisation" or "other", by the words of the title."""
        title = fold(self.title)
        if re.search("nhiem vu|giai phap", title):
            return "solutions"
        if re.search("chi tieu|muc tieu", title) and not re.search("muc dich|yeu cau", title):
            return "targets"
        return "organisation" if "to chuc" in title else "other"


def section_of(line: str) -> Section | None:
    """The section that this line opens: a roman number and a title in capitals or of a known topic."""
    found = _SECTION.fullmatch(line)
    if not found:
        return None
    title = found[2].strip()
    known = re.match(_TOPICS, fold(title)) and len(title) < 120
    return Section(found[1], title) if title.upper() == title or known else None


def bullet_of(line: str) -> str | None:
    """What stands behind a line's dash or letter; None for a line without."""
    found = _BULLET.fullmatch(line) or _BULLET_NUMBER.fullmatch(line)
    return next(filter(None, found.groups())).strip() if found else None


def read_sections(lines: Iterable[str]) -> list[Section]:
    """Lines from the first section's title on; a sentence that a page cut in two is joined."""
    sections: list[Section] = []
    for line in lines:
        if opened := section_of(line):
            sections.append(opened)
        elif sections:
            _take(sections[-1], line)
    for section in sections:
        last = section.items[-1] if section.items else None
        if last and not last.bullets and not last.text.endswith((".", ";", ":")):
            _keep_below_item(section)  # below a bare title even the last paragraphs are its own
    return sections


def _take(section: Section, line: str):
    bullet, item = bullet_of(line), _ITEM.fullmatch(line)
    if (item or bullet is not None) and section.items:
        _keep_below_item(section)
    if item:
        section.items.append(Item(int(item[1]), item[2].strip()))
    elif bullet is not None:
        if not section.items:
            section.items.append(Item(0, ""))
        section.items[-1].bullets.append(bullet)
    elif goes_on(line) and (section.items or section.closing):
        _append(section, line)
    elif section.items:
        section.closing.append(line)
    else:
        section.intro.append(line)


def _keep_below_item(section: Section):
    """Paragraphs without a dash, with more to come, stood below the item."""
    section.items[-1].bullets += section.closing
    section.closing = []


def _append(section: Section, rest: str):
    """The rest of the last sentence."""
    if section.closing:
        section.closing[-1] = join(section.closing[-1], rest)
        return
    last = section.items[-1]
    if last.bullets:
        last.bullets[-1] = join(last.bullets[-1], rest)
    else:
        last.text = join(last.text, rest)

"""What the editor of a report shows: every paragraph with its standing, and the outline."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils import timezone

from cchc.templatetags.cchc import dmy
from reports.building import PeriodReport, Section
from reports.differences import Segment, word_difference
from reports.merging import Paragraph, Standing
from reports.models import Report
from reports.pages.readiness import (
    OpenRequest,
    headings_with_text,
    is_gap,
    paragraph_anchor,
)

LINE = 72  # characters of a line in the box, about

STEPS = (
    (Report.Status.DRAFT, "Dự thảo", "pencil"),
    (Report.Status.SUBMITTED, "Trình Lãnh đạo", "send"),
    (Report.Status.APPROVED, "Đã duyệt", "circle-check"),
    (Report.Status.ISSUED, "Đã ban hành", "file-check"),
)


@dataclass(frozen=True)
class Step:
    label: str
    icon: str
    is_current: bool
    is_past: bool


@dataclass(frozen=True)
class EditorParagraph:
    """`mark` is what was done to it, in words ("" as composed); `told`: by whom and when."""

    paragraph: Paragraph
    anchor: str
    mark: str
    told: str
    difference: tuple[Segment, ...]
    rows: int
    open: bool

    @property
    def may_be_taken_back(self) -> bool:
        """There is a composed text to go back to."""
        return self.paragraph.standing == Standing.EDITED and not self.paragraph.gone

    @property
    def base(self) -> str:
        """The composed text that a person who writes now has before their eyes; "": there is none."""
        paragraph = self.paragraph
        if paragraph.gone:
            return ""
        if paragraph.offer is not None:
            return paragraph.offer
        return paragraph.base if paragraph.version else paragraph.text


@dataclass(frozen=True)
class EditorSection:
    """`state`: what the outline says of it: ok, gap, look, or "" where nothing is expected."""

    pk: int
    anchor: str
    level: int
    heading: str
    content: str
    paragraphs: tuple[EditorParagraph, ...]
    state: str
    words: str
    requests: tuple[OpenRequest, ...]
    last_key: str
    adding: "EditorParagraph | None"  # a new paragraph is being written
    adding_after: str

    @property
    def adds_first(self) -> bool:
        return self.adding is not None and not self.adding_after


@dataclass(frozen=True)
class Opened:
    """Which paragraph stands open as a box, without any script: one to edit, or a new one."""

    edit: str = ""  # its anchor
    add_to: int = 0  # the section
    add_after: str = ""
    new_key: str = ""


@dataclass(frozen=True)
class Editor:
    steps: tuple[Step, ...]
    saved: str
    sections: tuple[EditorSection, ...]

    @property
    def outline(self) -> list[EditorSection]:
        return [section for section in self.sections if section.level]


def editor_of(
    values: PeriodReport, requests: Iterable[OpenRequest], opened: Opened, now: datetime
) -> Editor:
    """`requests` are the readiness's: what units were asked for and gave."""
    expected = {section.pk for section in headings_with_text(values.sections)}
    by_anchor: dict[str, list[OpenRequest]] = {}
    for request in requests:
        by_anchor.setdefault(request.anchor, []).append(request)
    sections = tuple(
        _section(section, section.pk in expected, by_anchor.get(section.anchor, ()), opened, now)
        for section in values.sections
    )
    return Editor(steps_of(values.status), _saved(values, now), sections)


def steps_of(status: str) -> tuple[Step, ...]:
    current = next(place for place, (step, *_) in enumerate(STEPS) if step == status)
    return tuple(
        Step(label, icon, place == current, place < current)
        for place, (_, label, icon) in enumerate(STEPS)
    )


def blank_paragraph(section: int, key: str, *, open_: bool) -> EditorParagraph:
    """An added paragraph before its first word."""
    paragraph = Paragraph(key, "", standing=Standing.ADDED)
    return EditorParagraph(paragraph, f"doan-{section}-moi", "Tự viết", "", (), 4, open_)


@dataclass(frozen=True)
class BlankTemplate:
    """From which the page's script makes new paragraphs: it fills in section and key."""

    section: EditorSection
    par: EditorParagraph


def blank_template(editor: Editor) -> BlankTemplate:
    section = editor.sections[0]
    return BlankTemplate(section, replace(blank_paragraph(0, "", open_=True), anchor="doan-moi"))


def when(moment: datetime, now: datetime) -> str:
    """08:14 today; 08:14 ngày 12/12/2024 before."""
    there, here = timezone.localtime(moment), timezone.localtime(now)
    day = "" if there.date() == here.date() else f" ngày {dmy(there)}"
    return f"{there:%H:%M}{day}"


def _section(section: Section, expected, requests, opened: Opened, now) -> EditorSection:
    paragraphs = tuple(_paragraph(section, p, opened, now) for p in section.paragraphs)
    state, words = _state(section, requests) if expected else ("", "")
    keys = [paragraph.key for paragraph in section.paragraphs]
    adds = opened.add_to == section.pk and opened.new_key
    after = opened.add_after if opened.add_after in keys else (keys[-1] if keys else "")
    return EditorSection(
        pk=section.pk,
        anchor=section.anchor,
        level=section.level,
        heading=section.heading,
        content=section.content,
        paragraphs=paragraphs,
        state=state,
        words=words,
        requests=tuple(requests),
        last_key=keys[-1] if keys else "",
        adding=blank_paragraph(section.pk, opened.new_key, open_=True) if adds else None,
        adding_after=after if opened.add_after else "",
    )


def _state(section: Section, requests) -> tuple[str, str]:
    looks = sum(p.needs_a_look for p in section.printed)
    if is_gap(section):
        return "gap", "trống"
    if looks:
        return "look", f"{looks} thay đổi"
    if any(request.answered for request in requests):
        return "look", "có đóng góp mới"
    return "ok", "đủ"


def _paragraph(section: Section, paragraph: Paragraph, opened: Opened, now) -> EditorParagraph:
    anchor = paragraph_anchor(section, paragraph.key)
    offered = paragraph.offer is not None and not paragraph.is_hidden
    told = ""
    if paragraph.version:
        told = f"{paragraph.author}, {when(datetime.fromisoformat(paragraph.changed_at), now)}"
    return EditorParagraph(
        paragraph=paragraph,
        anchor=anchor,
        mark=_mark(paragraph),
        told=told,
        difference=word_difference(paragraph.base, paragraph.offer) if offered else (),
        rows=_rows(paragraph.text),
        open=opened.edit == anchor and not paragraph.is_hidden,
    )


def _mark(paragraph: Paragraph) -> str:
    if paragraph.is_hidden:
        return "Đã bỏ khỏi báo cáo"
    if paragraph.unit:
        return f"Do {paragraph.unit} gửi"
    if paragraph.standing == Standing.ADDED:
        return "Tự viết"
    if paragraph.standing == Standing.EDITED:
        return "Đã sửa tay"
    return "Trống" if paragraph.gap else ""


def _rows(text: str) -> int:
    return min(20, max(3, 1 + sum(1 + len(line) // LINE for line in text.split("\n"))))


def _saved(values: PeriodReport, now: datetime) -> str:
    """When somebody last wrote into the report."""
    moments = [p.changed_at for s in values.sections for p in s.paragraphs if p.changed_at]
    return when(max(map(datetime.fromisoformat, moments)), now) if moments else ""

"""What the check before submission says of a report: nothing of it forbids the submission, all of it
goes with the report to the leaders."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from reports.building import PeriodReport, Section, compose
from reports.material import Material, gather
from reports.models import Report, SectionRequest
from reports.prose import prose_date
from tasks.buckets import Row
from tasks.workflow import WORKING, State

SHORT = 60  # characters of a paragraph that name it in the list


@dataclass(frozen=True)
class SilentUnit:
    """A unit that has open work and reported nothing since the window began; `assignment_id`: the
    most urgent of it."""

    name: str
    codes: tuple[str, ...]
    assignment_id: int


@dataclass(frozen=True)
class Awaiting:
    code: str
    period_code: str
    unit: str


@dataclass(frozen=True)
class Place:
    """A heading or a paragraph to look at: its anchor on the page, and words that name it."""

    anchor: str
    words: str


@dataclass(frozen=True)
class OpenRequest:
    """A unit's words that were asked for: not given yet, or given and not yet taken."""

    pk: int
    unit: str
    section: str
    anchor: str
    due_on: date
    answer: str

    @property
    def answered(self) -> bool:
        return bool(self.answer)


@dataclass(frozen=True)
class Readiness:
    complete: int
    headings: int
    silent: tuple[SilentUnit, ...]
    awaiting: tuple[Awaiting, ...]
    changed: tuple[Place, ...]
    gaps: tuple[Place, ...]
    hidden: int
    requests: tuple[OpenRequest, ...]
    closes_on: date
    is_closed: bool
    recorded_later: int

    @property
    def warnings(self) -> tuple[str, ...]:
        """A sentence for everything that is not yet as it should be."""
        return tuple(filter(None, _warnings(self)))

    @property
    def bar(self) -> int:
        """How much of the headings is complete, in hundredths: the length of the bar."""
        return round(100 * self.complete / self.headings) if self.headings else 100


def readiness_of(
    values: PeriodReport, material: Material, requests: Iterable[SectionRequest]
) -> Readiness:
    """Reads nothing: the report, what it was composed of, and what units were asked for."""
    expected = headings_with_text(values.sections)
    anchors = {section.pk: section for section in values.sections}
    return Readiness(
        complete=sum(is_complete(section) for section in expected),
        headings=len(expected),
        silent=tuple(_silent(material)),
        awaiting=tuple(
            Awaiting(row.code, row.period_code, row.unit_short)
            for row in material.rows
            if row.state == State.PENDING
        ),
        changed=tuple(
            Place(paragraph_anchor(section, paragraph.key), _named(section, paragraph.text))
            for section in values.sections
            for paragraph in section.paragraphs
            if paragraph.needs_a_look and not paragraph.is_hidden
        ),
        gaps=tuple(Place(s.anchor, s.heading) for s in expected if is_gap(s)),
        hidden=sum(p.is_hidden for section in values.sections for p in section.paragraphs),
        requests=tuple(
            OpenRequest(
                request.pk,
                request.unit.short_name,
                anchors[request.section_id].heading,
                anchors[request.section_id].anchor,
                request.due_on,
                request.answer,
            )
            for request in requests
            if request.taken_at is None and request.section_id in anchors
        ),
        closes_on=values.closes_on,
        is_closed=values.is_closed,
        recorded_later=values.recorded_later,
    )


def warnings_of(report: Report, as_of: date) -> tuple[str, ...]:
    """The sentences that go with the submission of a draft; a fixed number of queries."""
    material = gather(report.period, as_of)
    return readiness_of(compose(material, report), material, open_requests(report)).warnings


def open_requests(report: Report) -> list[SectionRequest]:
    """What units were asked for and what is not yet in the text. One query."""
    found = SectionRequest.objects.filter(section__report=report, taken_at=None)
    return list(found.select_related("unit"))


def headings_with_text(sections: Iterable[Section]) -> list[Section]:
    """The headings under which something must stand: not those that only group others."""
    listed = list(sections)
    following = [*(section.level for section in listed[1:]), 0]
    return [
        section
        for section, next_level in zip(listed, following, strict=True)
        if section.level and (section.content or section.paragraphs or next_level <= section.level)
    ]


def is_gap(section: Section) -> bool:
    """Nothing to read, or what says that there is nothing."""
    return section.has_gap or not any(paragraph.lines for paragraph in section.printed)


def is_complete(section: Section) -> bool:
    return not is_gap(section) and not any(p.needs_a_look for p in section.printed)


def paragraph_anchor(section: Section, key: str) -> str:
    """The id of a paragraph on the page; keys hold ":" and "/", which an address does not like."""
    plain = "".join(c if c.isascii() and c.isalnum() else "-" for c in key)
    return f"doan-{section.pk}-{plain}"


def _silent(material: Material) -> Iterable[SilentUnit]:
    by_unit: dict[int, list[Row]] = {}
    for row in material.rows:
        by_unit.setdefault(row.unit_id, []).append(row)
    for rows in by_unit.values():
        open_ = [row for row in rows if row.state in WORKING]
        told = any(row.updated_on and row.updated_on >= material.start for row in rows)
        if open_ and not told:
            urgent = min(open_, key=lambda row: (row.due_on or date.max, row.position))
            codes = dict.fromkeys(row.code for row in open_)  # each once, in the plan's order
            yield SilentUnit(rows[0].unit_short, tuple(codes), urgent.assignment_id)


def _named(section: Section, text: str) -> str:
    words = " ".join(text.split())
    if len(words) > SHORT:
        words = words[:SHORT].rsplit(" ", 1)[0] + "…"
    number = section.heading.split(" ", 1)[0]
    return f"{number} {words}".strip()


def _warnings(ready: Readiness) -> Iterable[str]:
    if not ready.is_closed:
        yield f"Chưa đến ngày chốt số liệu {prose_date(ready.closes_on)}."
    if ready.silent:
        names = "; ".join(unit.name for unit in ready.silent)
        yield f"{len(ready.silent)} đơn vị có việc trong kỳ chưa báo cáo: {names}."
    if ready.awaiting:
        codes = "; ".join(f"{item.code} ({item.unit})" for item in ready.awaiting)
        yield f"{len(ready.awaiting)} phần việc chờ xác nhận, chưa đưa vào báo cáo: {codes}."
    if ready.changed:
        yield f"{len(ready.changed)} đoạn có nguồn đã thay đổi sau khi sửa tay."
    if ready.gaps:
        names = "; ".join(place.words for place in ready.gaps)
        yield f"{len(ready.gaps)} đề mục còn trống: {names}."
    if ready.hidden:
        yield f"{ready.hidden} đoạn soạn tự động đã bỏ khỏi báo cáo."
    asked = [request for request in ready.requests if not request.answered]
    if asked:
        names = "; ".join(f"{request.unit} (mục {request.section})" for request in asked)
        yield f"{len(asked)} đề nghị đóng góp chưa được trả lời: {names}."
    given = [request for request in ready.requests if request.answered]
    if given:
        names = "; ".join(f"{request.unit} (mục {request.section})" for request in given)
        yield f"{len(given)} nội dung đơn vị đã gửi chưa đưa vào báo cáo: {names}."
    if ready.recorded_later:
        yield f"{ready.recorded_later} cập nhật ghi sau ngày chốt số liệu đã được tính vào."

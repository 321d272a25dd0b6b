"""A period's report: read once, composed, merged with what people wrote, then plain values that
page, PDF, Word and Excel only write down (and that are kept as they are once it is submitted)."""

from dataclasses import dataclass
from datetime import date

from cchc.models import User
from cchc.text import fold
from reports import appendices, outline
from reports.chapters import Chapters, subject_words
from reports.figures import FigureLine, GroupFigures, figure_lines, group_figures
from reports.material import Material, gather, own_occurrences
from reports.merging import Paragraph, merge
from reports.models import PeriodKind, Report, ReportPeriod
from reports.naming import Naming
from reports.outline import Heading
from reports.prose import prose_date, short_citation
from reports.statistics import StatLine, statistic_lines
from reports.table import AreaGroup, build_table
from reports.targets import TargetLine
from tasks.models import Plan
from tasks.workflow import State


@dataclass(frozen=True)
class Section:
    """A heading of the outline and what stands under it. `pk` is 0 in a mere preview."""

    pk: int
    key: str
    level: int
    heading: str
    content: str
    paragraphs: tuple[Paragraph, ...]

    @property
    def anchor(self) -> str:
        return "muc-" + self.key.replace(".", "-")

    @property
    def printed(self) -> list[Paragraph]:
        return [paragraph for paragraph in self.paragraphs if not paragraph.is_hidden]

    @property
    def has_gap(self) -> bool:
        return any(paragraph.gap for paragraph in self.printed)

    @property
    def offers(self) -> int:
        return sum(paragraph.needs_a_look for paragraph in self.paragraphs)


@dataclass(frozen=True)
class PeriodReport:
    kind: str
    period_code: str
    period_name: str  # "quý I năm 2024"
    year: int
    start: date
    end: date
    closes_on: date
    as_of: date
    status: str
    version: int
    changes: str  # of a correction: what it changes
    demo: bool
    letterhead: outline.Letterhead
    title: str
    subject: str
    sections: tuple[Section, ...]
    recipients: tuple[str, ...]
    signer_title: str
    signer: str
    attached_to: str
    total: int
    row_total: int
    window_total: int
    figures: tuple[FigureLine, ...]
    last_year: int | None
    last_year_source: str
    by_area: tuple[GroupFigures, ...]
    by_year: tuple[GroupFigures, ...]  # of a closing report
    areas: tuple[AreaGroup, ...]
    targets: tuple[TargetLine, ...]
    late: tuple[appendices.LateLine, ...]
    urges: tuple[appendices.UrgeLine, ...]
    documents: tuple[appendices.DocumentLine, ...]
    next_name: str
    next_tasks: tuple[appendices.NextTask, ...]
    statistics: tuple[StatLine, ...]
    recorded_later: int

    @property
    def last_year_total(self) -> int | None:
        known = [line.last_year for line in self.figures if line.last_year is not None]
        return sum(known) if known else None

    @property
    def file_name(self) -> str:
        corrected = f"-lan-{self.version}" if self.version > 1 else ""
        return f"bao-cao-cchc-{self.period_code}{corrected}"

    @property
    def is_issued(self) -> bool:
        return self.status == Report.Status.ISSUED

    @property
    def marks(self) -> tuple[str, ...]:
        """What stands at the head of every page."""
        draft = () if self.is_issued else ("DỰ THẢO",)
        return (*draft, "DỮ LIỆU MINH HỌA") if self.demo else draft

    @property
    def counts_window(self) -> bool:
        """Shorter than the year: what happened in its days differs from the year's figures."""
        return self.kind not in (PeriodKind.YEAR, PeriodKind.CLOSING)

    @property
    def is_closed(self) -> bool:
        """The data day has come: the figures below will not grow any more."""
        return self.end == self.closes_on

    @property
    def gaps(self) -> tuple[Section, ...]:
        return tuple(section for section in self.sections if section.has_gap)

    @property
    def period_words(self) -> str:
        return f"từ ngày {prose_date(self.start)} đến ngày {prose_date(self.end)}"


def build_report(period: ReportPeriod, as_of: date, report: Report | None = None) -> PeriodReport:
    """As known on `as_of`, with what people wrote into `report`; without one, a preview of what
    would be composed. The number of queries does not depend on the size."""
    material = gather(period, as_of)
    return compose(material, report)


def compose(material: Material, report: Report | None) -> PeriodReport:
    plan, period, ledger = material.plan, material.period, material.ledger
    naming = Naming(material)
    head = outline.letterhead_of(plan)
    last_year = material.last_year
    reminders = appendices.read_reminders(material)
    return PeriodReport(
        kind=period.kind,
        period_code=period.code,
        period_name=period.name,
        year=period.year,
        start=material.start,
        end=material.end,
        closes_on=period.data_to,
        as_of=material.as_of,
        status=report.status if report else Report.Status.DRAFT,
        version=report.version if report else 1,
        changes=report.changes if report else "",
        demo=plan.has_demo_data,
        letterhead=head,
        title=outline.TITLE,
        subject=_subject(period),
        sections=_sections(material, report),
        recipients=tuple(
            f"- {line.format(coordinator=plan.coordinator.code)}" for line in outline.RECIPIENTS
        ),
        signer_title=plan.signer_title,
        signer=signer_of(plan),
        attached_to=f"Kèm theo Báo cáo số … /{head.symbol} ngày … tháng … năm … của {plan.issuer}",
        total=len(ledger.occurrences),
        row_total=len(ledger.rows),
        window_total=sum(occurrence.in_window for occurrence in ledger.occurrences),
        figures=figure_lines(ledger.occurrences, last_year.counts if last_year else None),
        last_year=last_year.year if last_year else None,
        last_year_source=last_year.source if last_year else "",
        by_area=_by_area(material),
        by_year=tuple(
            group_figures(str(view.year), f"Năm {view.year}", own_occurrences(view))
            for view in material.years
        ),
        areas=build_table(
            list(material.tasks),
            ledger.listed(),
            material.reading,
            year=ledger.year,
            notes=_notes(material),
            verified_only=True,
        ),
        targets=material.targets,
        late=appendices.late_lines(material, naming, reminders),
        urges=appendices.urge_lines(reminders, material.end),
        documents=appendices.document_lines(material, naming),
        next_name=outline.next_words(period),
        next_tasks=appendices.next_tasks(material),
        statistics=statistic_lines(ledger, _typed(report)),
        recorded_later=ledger.recorded_later,
    )


def _subject(period: ReportPeriod) -> str:
    words = period.subject or subject_words(period)
    return words[:1].upper() + words[1:]


def _sections(material: Material, report: Report | None) -> tuple[Section, ...]:
    kept = _kept(report) if report else [(0, h, ()) for h in outline.outline_for(material.period)]
    headings = [outline.filled(heading, material.period) for _, heading, _ in kept]
    silent = {p.key for _, _, passages in kept for p in passages if p.is_hidden}
    chapters = Chapters(material, headings, silent)
    return tuple(
        Section(
            pk=pk,
            key=place.key,
            level=place.heading.level,
            heading=_printed(place),
            content=place.heading.content,
            paragraphs=merge(chapters.under(position), passages),
        )
        for position, (place, (pk, _, passages)) in enumerate(
            zip(outline.numbered(headings), kept, strict=True)
        )
    )


def _kept(report: Report) -> list[tuple[int, Heading, list]]:
    """The report's own headings and what was written under each. Two queries."""
    sections = report.sections.prefetch_related("passages__by", "passages__unit")
    return [
        (section.pk, outline.from_dict(section.heading), list(section.passages.all()))
        for section in sections
    ]


def _printed(place: outline.Numbered) -> str:
    if not place.heading.level:
        return ""
    title = place.heading.title
    return f"{place.label} {title.upper() if place.heading.level == 1 else title}"


def _typed(report: Report | None) -> dict:
    return {value.code: value for value in report.statistic_values.all()} if report else {}


def _by_area(material: Material) -> tuple[GroupFigures, ...]:
    """The areas that have tasks, in the plan's order."""
    areas = {task.area.number: task.area for task in material.tasks}
    return tuple(
        group_figures(
            area.appendix_code or str(area.number),
            area.appendix_title or area.title,
            [o for o in material.ledger.occurrences if o.area == number],
        )
        for number, area in sorted(areas.items())
    )


def _notes(material: Material) -> dict[str, tuple[str, ...]]:
    """What the appendix says, by occurrence, of documents that another report tells of."""
    notes: dict[str, list[str]] = {}
    ledger, reading, period = material.ledger, material.reading, material.period
    known = {row.assignment_id: row for row in ledger.rows}
    for row in material.later.rows:
        before = known.get(row.assignment_id)
        if row.state == State.DONE and before and before.state != State.DONE:
            text = f"{_finished(row, reading)}; kết quả thuộc {_after(period)}"
            notes.setdefault(f"{row.code}/{row.period_code}", []).append(text)
    for row in ledger.rows:
        if row.state == State.DONE and row.done_on < material.start:
            text = f"{_finished(row, reading)}; kết quả đã thuộc {_before(period)}"
            notes.setdefault(f"{row.code}/{row.period_code}", []).append(text)
    listed = {f"{o.code}/{o.period_code}" for o in ledger.listed()}
    current = {o.code: f"{o.code}/{o.period_code}" for o in ledger.listed()}
    for row in material.told:
        if f"{row.code}/{row.period_code}" not in listed and row.code in current:
            text = f"Kỳ {row.period_code}: {_finished(row, reading)}; thuộc kỳ báo cáo này"
            notes.setdefault(current[row.code], []).append(text)
    return {occurrence: tuple(texts) for occurrence, texts in notes.items()}


def _after(period) -> str:
    return f"báo cáo năm {period.year + 1}" if period.kind == PeriodKind.YEAR else "báo cáo kỳ sau"


def _before(period) -> str:
    return (
        f"báo cáo năm {period.year - 1}" if period.kind == PeriodKind.YEAR else "báo cáo kỳ trước"
    )


def _finished(row, reading) -> str:
    """Phòng HCQT: Kế hoạch số 210/KH-VP ngày 20/12/2024, đúng hạn 30/12/2024"""
    last = max(reading.on(row).documents, key=lambda document: document.issued_on, default=None)
    words = f"{short_citation(last) if last else 'văn bản'} ngày {prose_date(row.done_on)}"
    if row.due_on is not None:
        kept = "đúng hạn" if row.done_on <= row.due_on else "quá hạn"
        words += f", {kept} {prose_date(row.due_on)}"
    return f"{row.unit_short}: {words}"


def signer_of(plan: Plan) -> str:
    """The leader whose title is the signer's, when there is exactly one; else the line is open."""
    leaders = User.objects.filter(role=User.Role.LEADER, is_active=True, unit=plan.unit_id)
    names = [user.full_name for user in leaders if fold(user.title) == fold(plan.signer_title)]
    return names[0] if len(names) == 1 else ""

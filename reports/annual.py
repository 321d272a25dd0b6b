"""The annual report: read once, then plain values that page, PDF, Word and Excel only write down.

A year's report tells of 15/12 of the year before to 14/12 (Nghị định 09/2019/NĐ-CP, điều 12).
Until that day has come it tells of what is known so far.
"""

from dataclasses import dataclass
from datetime import date

from cchc.models import User
from cchc.text import fold
from reports import outline
from reports.chapters import Chapters, Paragraph
from reports.figures import FigureLine, figure_lines
from reports.prose import prose_date, short_citation
from reports.reading import Reading
from reports.table import AreaGroup, build_table
from reports.targets import TargetLine, read_targets
from tasks.deadlines import reporting_window
from tasks.ledger import Ledger, read_window, read_year
from tasks.models import Plan
from tasks.pages.plan_table import product_lines
from tasks.rules import periods_in
from tasks.workflow import State


@dataclass(frozen=True)
class Section:
    """A heading of the outline and what stands under it."""

    key: str
    level: int
    heading: str
    paragraphs: tuple[Paragraph, ...]

    @property
    def anchor(self) -> str:
        return "muc-" + self.key.replace(".", "-")

    @property
    def has_gap(self) -> bool:
        return any(paragraph.gap for paragraph in self.paragraphs)


@dataclass(frozen=True)
class NextTask:
    """A task that next year brings (Phụ lục III)."""

    code: str
    text: str
    products: tuple[str, ...]
    lead: str
    deadline: str
    due_on: date | None


@dataclass(frozen=True)
class AnnualReport:
    year: int
    start: date
    end: date
    closes_on: date
    as_of: date
    demo: bool
    letterhead: outline.Letterhead
    title: str
    subject: str
    opening: str
    sections: tuple[Section, ...]
    closing: str
    recipients: tuple[str, ...]
    signer_title: str
    signer: str
    attached_to: str
    total: int
    row_total: int
    figures: tuple[FigureLine, ...]
    areas: tuple[AreaGroup, ...]
    targets: tuple[TargetLine, ...]
    next_year: int
    next_tasks: tuple[NextTask, ...]
    recorded_later: int

    @property
    def last_year_total(self) -> int | None:
        known = [line.last_year for line in self.figures if line.last_year is not None]
        return sum(known) if known else None

    @property
    def file_name(self) -> str:
        return f"bao-cao-cchc-{self.year}"

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


def build_annual_report(plan: Plan, year: int, as_of: date) -> AnnualReport:
    """The report of `year` as known on `as_of`. A fixed number of queries, whatever the size."""
    start, closes_on = reporting_window("nam", year)
    end = max(min(as_of, closes_on), start)
    ledger = read_window(plan, start, end)
    later = read_year(plan, year, as_of) if as_of > end else ledger
    before = _year_before(plan, year, end)
    told_rows = _told_rows(ledger, before, start, end)
    reading = Reading([*ledger.rows, *_rows(ledger.prior), *later.rows, *told_rows])
    targets = read_targets(plan, year, end)
    tasks = list(plan.tasks.select_related("plan", "area").order_by("position"))
    next_tasks = _next_tasks(tasks, year + 1)
    chapters = Chapters(
        plan=plan,
        year=year,
        start=start,
        end=end,
        ledger=ledger,
        last_year=_same_day_last_year(plan, year),
        told=told_rows,
        reading=reading,
        targets=targets,
        next_due=[(task.code, task.due_on) for task in next_tasks],
    )
    head = outline.letterhead_of(plan)
    return AnnualReport(
        year=year,
        start=start,
        end=end,
        closes_on=closes_on,
        as_of=as_of,
        demo=plan.has_demo_data,
        letterhead=head,
        title=outline.TITLE,
        subject=outline.SUBJECT.format(year=year),
        opening=chapters.opening(),
        sections=tuple(
            Section(
                key=heading.key,
                level=heading.level,
                heading=_printed(heading, year),
                paragraphs=tuple(chapters.under(heading.key)),
            )
            for heading in outline.OUTLINE
        ),
        closing=chapters.closing(),
        recipients=tuple(
            f"- {line.format(coordinator=plan.coordinator.code)}" for line in outline.RECIPIENTS
        ),
        signer_title=plan.signer_title,
        signer=_signer(plan),
        attached_to=f"Kèm theo Báo cáo số … /{head.symbol} ngày … tháng … năm … của {plan.issuer}",
        total=len(ledger.occurrences),
        row_total=len(ledger.rows),
        figures=figure_lines(
            ledger.occurrences, chapters.last_year.counts if chapters.last_year else None
        ),
        areas=build_table(
            tasks,
            ledger.listed(),
            reading,
            year=year,
            notes=_notes(ledger, later, told_rows, reading),
            verified_only=True,
        ),
        targets=targets,
        next_year=year + 1,
        next_tasks=next_tasks,
        recorded_later=ledger.recorded_later,
    )


def _printed(heading: outline.Heading, year: int) -> str:
    title = heading.title.format(next_year=year + 1)
    return f"{heading.label} {title.upper() if heading.level == 1 else title}"


def _year_before(plan, year, end) -> Ledger | None:
    """What the year before left: its last documents, of 15/12 to 31/12, belong to this report."""
    return read_year(plan, year - 1, end) if year > plan.first_year else None


def _same_day_last_year(plan, year) -> Ledger | None:
    if year <= plan.first_year:
        return None
    ledger = read_window(plan, *reporting_window("nam", year - 1))
    return ledger if ledger.occurrences else None


def _rows(occurrences):
    return [slot for occurrence in occurrences for slot in occurrence.slots]


def _told_rows(ledger: Ledger, before: Ledger | None, start: date, end: date) -> list:
    """Verified work whose last document is of the window, each once, in the plan's order."""
    rows = [*ledger.rows, *_rows(ledger.prior), *(before.rows if before else ())]
    told = {
        row.assignment_id: row
        for row in rows
        if row.state == State.DONE and start <= row.done_on <= end
    }
    return sorted(told.values(), key=lambda row: (row.position, row.year, row.period))


def _notes(ledger, later, told_rows, reading) -> dict[str, tuple[str, ...]]:
    """What the appendix says, by occurrence, of documents that another report tells of."""
    notes: dict[str, list[str]] = {}
    year, (start, _) = ledger.year, ledger.window
    known = {row.assignment_id: row for row in ledger.rows}
    for row in later.rows:
        before = known.get(row.assignment_id)
        if row.state == State.DONE and before and before.state != State.DONE:
            text = f"{_finished(row, reading)}; kết quả thuộc báo cáo năm {year + 1}"
            notes.setdefault(f"{row.code}/{row.period_code}", []).append(text)
    for row in ledger.rows:
        if row.state == State.DONE and row.done_on < start:
            text = f"{_finished(row, reading)}; kết quả đã thuộc báo cáo năm {year - 1}"
            notes.setdefault(f"{row.code}/{row.period_code}", []).append(text)
    listed = {f"{o.code}/{o.period_code}" for o in ledger.listed()}
    current = {o.code: f"{o.code}/{o.period_code}" for o in ledger.listed()}
    for row in told_rows:
        if f"{row.code}/{row.period_code}" not in listed and row.code in current:
            text = f"Kỳ {row.period_code}: {_finished(row, reading)}; thuộc kỳ báo cáo này"
            notes.setdefault(current[row.code], []).append(text)
    return {occurrence: tuple(texts) for occurrence, texts in notes.items()}


def _finished(row, reading) -> str:
    """Phòng HCQT: Kế hoạch số 210/KH-VP ngày 20/12/2024, đúng hạn 30/12/2024"""
    last = max(reading.on(row).documents, key=lambda document: document.issued_on, default=None)
    words = f"{short_citation(last) if last else 'văn bản'} ngày {prose_date(row.done_on)}"
    if row.due_on is not None:
        kept = "đúng hạn" if row.done_on <= row.due_on else "quá hạn"
        words += f", {kept} {prose_date(row.due_on)}"
    return f"{row.unit_short}: {words}"


def _next_tasks(tasks, year) -> tuple[NextTask, ...]:
    """The tasks of next year with their days; none when the plan ends."""
    from_plan = [(task, period) for task in tasks for period in periods_in(task, year)]
    return tuple(
        NextTask(
            code=task.code,
            text=task.text,
            products=product_lines(task.product_text),
            lead=task.lead_text,
            deadline=task.deadline_text,
            due_on=period.due_on,
        )
        for task, period in from_plan
        if year in task.plan.years()
    )


def _signer(plan: Plan) -> str:
    """The leader whose title is the signer's, when there is exactly one; else the line is open."""
    leaders = User.objects.filter(role=User.Role.LEADER, is_active=True, unit=plan.unit_id)
    names = [user.full_name for user in leaders if fold(user.title) == fold(plan.signer_title)]
    return names[0] if len(names) == 1 else ""

"""The lines of the appendices: what is overdue and why, đôn đốc, the documents, the coming tasks."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from cchc.clock import local_day
from cchc.templatetags.cchc import status_label
from reports.assessment import LATE
from reports.material import Material
from reports.naming import Naming
from reports.prose import kind_of
from tasks.models import Reminder
from tasks.pages.plan_table import product_lines


@dataclass(frozen=True)
class LateLine:
    """A unit's part that is overdue or was done late, and what the unit says of it."""

    code: str
    opening: str
    unit: str
    due_on: date
    done_on: date | None
    days_late: int
    status: str
    reason: str
    proposal: str
    answer: str  # to the last đôn đốc


@dataclass(frozen=True)
class UrgeLine:
    day: date
    rung: str
    unit: str
    code: str
    words: str
    answer: str


@dataclass(frozen=True)
class DocumentLine:
    """A document that proves verified work of the window."""

    number: str
    issued_on: date
    kind: str
    issuer: str
    summary: str
    codes: tuple[str, ...]


@dataclass(frozen=True)
class NextTask:
    """A task that the next period brings."""

    code: str
    text: str
    products: tuple[str, ...]
    lead: str
    deadline: str
    due_on: date | None


def read_reminders(material: Material) -> list[Reminder]:
    """Those of the window by people, in the order of time. One query."""
    first, after = (
        timezone.make_aware(datetime.combine(day, time.min))
        for day in (material.start, material.end + timedelta(days=1))
    )
    found = Reminder.objects.filter(
        assignment__task__plan=material.plan, at__gte=first, at__lt=after
    ).exclude(rung=Reminder.Rung.NOTICE)
    return list(found.select_related("assignment__task", "assignment__unit", "letter"))


def urge_lines(reminders: list[Reminder], end: date) -> tuple[UrgeLine, ...]:
    return tuple(
        UrgeLine(
            day=local_day(reminder.at),
            rung=_rung(reminder),
            unit=reminder.assignment.unit.short_name,
            code=reminder.assignment.occurrence_code,
            words=reminder.words or (reminder.letter.words if reminder.letter else ""),
            answer=_answer(reminder, end),
        )
        for reminder in reminders
    )


def _rung(reminder) -> str:
    if reminder.letter:
        return f"Phiếu đôn đốc số {reminder.letter.number}"
    return reminder.get_rung_display()


def _answer(reminder, end) -> str:
    """What was answered by the data day."""
    if not reminder.answered_at or local_day(reminder.answered_at) > end:
        return ""
    day = f"hẹn ngày {reminder.promised_on:%d/%m/%Y}" if reminder.promised_on else ""
    return "; ".join(filter(None, (day, reminder.answer_words)))


def late_lines(
    material: Material, naming: Naming, reminders: list[Reminder]
) -> tuple[LateLine, ...]:
    answers = {r.assignment_id: _answer(r, material.end) for r in reminders}
    rows = sorted(
        (row for row in material.rows if row.bucket in LATE),
        key=lambda row: (row.position, row.year, row.period),
    )
    lines = []
    for row in rows:
        words = material.reading.on(row)
        lines.append(
            LateLine(
                code=naming.full_code(row),
                opening=naming.opening(row),
                unit=row.unit,
                due_on=row.due_on,
                done_on=row.done_on,
                days_late=((row.done_on or material.end) - row.due_on).days,
                status=status_label(row.tile),
                reason=words.difficulty,
                proposal=words.proposal,
                answer=answers.get(row.assignment_id, ""),
            )
        )
    return tuple(lines)


def document_lines(material: Material, naming: Naming) -> tuple[DocumentLine, ...]:
    """Each once, by its date, with all the work that it proves."""
    found: dict[tuple, tuple] = {}
    for row in material.told:
        for cited in material.reading.on(row).documents:
            key = (cited.issued_on, cited.key)
            found.setdefault(key, (cited, []))[1].append(naming.full_code(row))
    return tuple(
        DocumentLine(
            number=cited.number,
            issued_on=cited.issued_on,
            kind=kind_of(cited),
            issuer=cited.issuer,
            summary=cited.summary,
            codes=tuple(dict.fromkeys(codes)),
        )
        for _, (cited, codes) in sorted(found.items(), key=lambda item: item[0])
    )


def next_tasks(material: Material) -> tuple[NextTask, ...]:
    return tuple(
        NextTask(
            code=item.task.code,
            text=item.task.text,
            products=product_lines(item.task.product_text),
            lead=item.task.lead_text,
            deadline=item.task.deadline_text,
            due_on=item.due_on,
        )
        for item in material.next_due
    )

"""The plan of one year, drafted from the term's: its words verbatim, as they hold in that year.

Its appendix has the tasks with an occurrence in the year (tasks/rules.py, so that the next year's
plan can be drafted before that year is opened; what is opened already counts too) and those that
earlier years left undone, marked as such. Order of the sections: domain.md, 3 (Kế hoạch).
"""

import re
from dataclasses import dataclass, replace
from datetime import date

from reports.building import signer_of
from reports.outline import Letterhead, letterhead_of
from reports.plan_export import COLUMNS
from reports.prose import full_citation, lower_first
from reports.words import Cited
from tasks.amending import cells_on
from tasks.buckets import Bucket
from tasks.ledger import read_year
from tasks.models import Document, Plan
from tasks.pages.plan_table import roman
from tasks.pages.plan_text import cite
from tasks.rules import periods_in

_TERM = re.compile(r"giai đoạn \d{4}\s*[-–]\s*\d{4}", re.IGNORECASE)
_BY_THE_APPENDIX = "(Nhiệm vụ cụ thể tại Phụ lục kèm theo)"


@dataclass(frozen=True)
class Paragraph:
    """`kind`: basis, opening, heading, subheading, text or closing."""

    kind: str
    text: str


@dataclass(frozen=True)
class DraftRow:
    """A task, its cells verbatim; `left` says what earlier years left undone of it, or ""."""

    number: int
    code: str  # in the term plan
    text: str
    left: str
    product: str
    lead: str
    collab: str
    deadline: str


@dataclass(frozen=True)
class DraftGroup:
    code: str
    title: str
    rows: tuple[DraftRow, ...]


@dataclass(frozen=True)
class AnnualPlan:
    """What the Word template may name."""

    year: int
    letterhead: Letterhead
    title: str
    subject: str
    paragraphs: tuple[Paragraph, ...]
    recipients: tuple[str, ...]
    signer_title: str
    signer: str
    appendix: tuple[str, ...]  # the lines of its title
    attached_to: str
    columns: tuple[str, ...]
    groups: tuple[DraftGroup, ...]
    marks: tuple[str, ...]
    drafted_on: date

    @property
    def file_name(self) -> str:
        return f"du-thao-ke-hoach-cchc-{self.year}"


def build_annual_plan(plan: Plan, year: int, today: date) -> AnnualPlan:
    """A fixed number of queries. The words are those that hold at the year's end, as far as known
    today."""
    day = min(today, date(year, 12, 31))
    head = letterhead_of(plan)
    head = replace(head, symbol=head.symbol.replace("BC-", "KH-", 1))
    subject = _of_year(plan.subject, year)
    return AnnualPlan(
        year=year,
        letterhead=head,
        title=plan.frame.get("doc_type", "KẾ HOẠCH"),
        subject=subject if " của " in subject else f"{subject} của {plan.issuer}",
        paragraphs=tuple(_paragraphs(plan, year, day, subject)),
        recipients=tuple(f"- {line.lstrip('- ')}" for line in plan.frame.get("recipients", ())),
        signer_title=plan.signer_title,
        signer=signer_of(plan),
        appendix=_appendix_title(plan, subject, year),
        attached_to=f"Kèm theo Kế hoạch số … /{head.symbol} ngày … tháng … năm … của {plan.issuer}",
        columns=tuple(plan.frame.get("appendix", {}).get("columns") or COLUMNS),
        groups=_groups(plan, year, day),
        marks=("DỰ THẢO", *(("DỮ LIỆU MINH HỌA",) if plan.has_demo_data else ())),
        drafted_on=today,
    )


def _of_year(words: str, year: int) -> str:
    """The plan's own subject, said of one of its years."""
    made, found = _TERM.subn(f"năm {year}", words)
    return made if found else f"{words} năm {year}"


def _appendix_title(plan: Plan, subject: str, year: int) -> tuple[str, ...]:
    *lines, _ = plan.frame.get("appendix", {}).get("title_lines") or ("PHỤ LỤC", subject, "")
    return tuple(_TERM.sub(f"năm {year}", line).upper() for line in lines)


# --- the text ----------------------------------------------------------------------------------


def _paragraphs(plan: Plan, year: int, day: date, subject: str):
    yield from _bases(plan, day)
    yield Paragraph("opening", f"{plan.issuer} xây dựng Kế hoạch {lower_first(subject)}, như sau:")
    sections = (
        ("section_I", "MỤC ĐÍCH, YÊU CẦU", _purpose(plan)),
        ("", f"CHỈ TIÊU PHẤN ĐẤU NĂM {year}", _targets(plan, year)),
        ("section_III", "NHIỆM VỤ VÀ GIẢI PHÁP TRỌNG TÂM", _solutions(plan)),
        ("section_IV", "TỔ CHỨC THỰC HIỆN", _organisation(plan)),
    )
    number = 0
    for name, title, found in sections:
        if found := list(found):
            number += 1
            title = plan.frame.get(name, {}).get("title") or title
            yield Paragraph("heading", f"{roman(number)}. {title}")
            yield from found


def _bases(plan: Plan, day: date):
    """The term plan and the decisions that have amended it, one a line."""
    found = cite(plan)
    term = f"Kế hoạch số {found.number or '…'} {found.date or 'ngày …'} của {plan.issuer}"
    bases = [f"{term} về {lower_first(plan.subject)}"]
    amendments = plan.amendments.filter(effective_on__lte=day).select_related("document")
    documents = {one.document_id: one.document for one in amendments}
    bases += [full_citation(_cited(document)) for document in documents.values()]
    for place, basis in enumerate(bases, start=1):
        yield Paragraph("basis", f"Căn cứ {basis}{'.' if place == len(bases) else ';'}")


def _cited(document: Document) -> Cited:
    return Cited(
        key=document.key,
        number=document.number,
        issued_on=document.issued_on,
        kind=document.kind,
        summary=document.summary,
        issuer=document.issuer,
    )


def _purpose(plan: Plan):
    for item in plan.frame.get("section_I", {}).get("items", ()):
        title = item.get("title") or item.get("text", "")
        yield Paragraph("subheading", f"{item['number']}. {title}")
        yield from (Paragraph("text", f"- {bullet}") for bullet in item.get("bullets", ()))


def _targets(plan: Plan, year: int):
    """Those of each year and those to be met by this year or later, verbatim. One query."""
    found = plan.indicators.order_by("position")
    found = [one for one in found if one.yearly or (one.deadline_year or year) >= year]
    number, group = 0, None
    for one in found:
        by = None if one.yearly or _is_whole(one) else one.deadline_year
        if by is None or by != group:
            number += 1
        if by is None:
            yield Paragraph("text", f"{number}. {one.text}")
        else:
            if by != group:
                yield Paragraph("text", f"{number}. Đến năm {by}:")
            yield Paragraph("text", f"- {one.text}")
        group = by


def _is_whole(target) -> bool:
    """Its own sentence says by when, or the plan gives it a place of its own."""
    return str(target.deadline_year) in target.text or "gạch đầu dòng" not in target.source_ref


def _solutions(plan: Plan):
    """Two queries."""
    areas = plan.areas.order_by("number").prefetch_related("solutions")
    place = 0
    for area in areas:
        solutions = sorted(area.solutions.all(), key=lambda one: one.position)
        if solutions:
            place += 1
            yield Paragraph("subheading", f"{place}. {area.title}")
            yield from (Paragraph("text", f"- {solution.text}") for solution in solutions)
    note = plan.frame.get("section_III", {}).get("closing_note") or _BY_THE_APPENDIX
    yield Paragraph("text", note)


def _organisation(plan: Plan):
    section = plan.frame.get("section_IV", {})
    for item in section.get("items", ()):
        yield Paragraph("text", f"{item['number']}. {item['text']}")
    if section.get("closing"):
        yield Paragraph("closing", section["closing"])


# --- the appendix ------------------------------------------------------------------------------


def _groups(plan: Plan, year: int, day: date) -> tuple[DraftGroup, ...]:
    tasks = list(plan.tasks.select_related("area", "plan").order_by("area__number", "position"))
    words, (own, left) = cells_on(tasks, day), _work(plan, year, day)
    groups: dict[int, list[DraftRow]] = {}
    areas = {task.area_id: task.area for task in tasks}
    for task in tasks:
        cells = words[task.pk]
        if not cells.exists or not (task.pk in own or task.pk in left or periods_in(task, year)):
            continue
        rows = groups.setdefault(task.area_id, [])
        rows.append(
            DraftRow(
                number=len(rows) + 1,
                code=task.code,
                text=cells.text,
                left=_left_words(left.get(task.pk, ())),
                product=cells.product_text,
                lead=cells.lead_text,
                collab=cells.collab_text,
                deadline=cells.deadline_text,
            )
        )
    return tuple(
        DraftGroup(area.appendix_code or str(area.number), _title(area), tuple(groups[pk]))
        for pk, area in areas.items()
        if pk in groups
    )


def _title(area) -> str:
    return area.appendix_title or area.title


def _work(plan: Plan, year: int, day: date) -> tuple[set[int], dict[int, list]]:
    """(tasks with work of the year that is not stopped, what earlier years left undone by task).
    Before the year has begun, left undone is what is overdue or waits already."""
    own: set[int] = set()
    left: dict[int, list] = {}
    for one in read_year(plan, year, day).occurrences:
        if one.bucket == Bucket.STOPPED:
            continue
        if one.year == year:
            own.add(one.task_id)
        elif day.year >= year or one.bucket in (Bucket.OPEN_OVERDUE, Bucket.WAITING):
            left.setdefault(one.task_id, []).append(one)
    return own, left


def _left_words(occurrences) -> str:
    waiting = [one for one in occurrences if one.bucket == Bucket.WAITING]
    years = sorted({one.year for one in occurrences if one.bucket != Bucket.WAITING})
    said = [f"tồn từ năm {', '.join(map(str, years))}"] if years else []
    said += [f"chưa phát sinh, chuyển từ năm {one.year}" for one in waiting]
    return f"({'; '.join(said)})" if said else ""

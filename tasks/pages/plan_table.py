"""The appendix as on paper, and beside each task how it stands in a year.

Rows are tasks; narrowed to a status they are occurrences (a task in one period), because that is
what the ledger counts and what a figure elsewhere promises to open.
"""

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, OuterRef

from tasks.amending import Cells, Struck, cells_on
from tasks.buckets import Bucket, Occurrence
from tasks.filters import Chosen
from tasks.ledger import Ledger, read_year
from tasks.models import Assignment, CellChange, Evidence, Task, readable
from tasks.rules import period_label
from tasks.viewing import Viewing
from tasks.workflow import State

Cell = CellChange.Cell
ROWS_A_PAGE = 50
DOCUMENTS_SHOWN = 2
ROMAN = ("0", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
_ITEM = re.compile(r"(?<=[;.]) (?=- )")


@dataclass(frozen=True)
class Proof:
    """A document as the table cites it."""

    title: str
    issued_on: date


@dataclass(frozen=True)
class StatusLine:
    """One occurrence in the status cell."""

    occurrence: Occurrence
    href: str
    period: str  # said only where the year of the page doesn't say it
    units: str  # 2/3 đơn vị xong; empty for one unit
    documents: tuple[Proof, ...]
    more_documents: int

    @property
    def done(self) -> bool:
        return self.occurrence.state == State.DONE

    @property
    def overdue(self) -> bool:
        return self.occurrence.days_left is not None and self.occurrence.days_left < 0


@dataclass(frozen=True)
class PlanRow:
    """A row of the appendix, its five cells verbatim; `lines` is what the software says beside."""

    code: str
    href: str
    number: int
    text: str
    products: tuple[str, ...]
    lead: str
    collab: str
    deadline: str
    opened: bool  # has a page of its own
    lines: tuple[StatusLine, ...]
    old: dict  # by cell, the words that an amendment changed
    added: Struck | None = None
    dropped: Struck | None = None


@dataclass(frozen=True)
class PlanGroup:
    code: str
    title: str
    area: int
    solutions: int
    counted: str  # 2/3 kỳ xong; 3 kỳ thực hiện
    rows: tuple[PlanRow, ...]


@dataclass(frozen=True)
class PlanTable:
    groups: tuple[PlanGroup, ...]
    total: int  # rows that match, on all pages
    all_tasks: int  # rows of the appendix
    parts: int  # assignments behind them
    page: Page | None
    recorded_later: int

    @property
    def is_empty(self) -> bool:
        return not self.groups


def read_plan_table(viewing: Viewing, user, chosen: Chosen, number=None) -> PlanTable:
    """Page `number` of the table, or all of it (for the files), in the words of the day looked at.
    Six queries, whatever the size."""
    plan = viewing.plan
    areas = list(plan.areas.annotate(solution_count=Count("solutions")))
    words = cells_on(found := _tasks(plan, chosen), viewing.as_of)
    tasks = [task for task in found if words[task.pk].exists]
    ledger = read_year(
        plan, viewing.year, viewing.as_of, only=chosen.work(), known_only=chosen.known_only
    )
    entries = _entries(tasks, ledger, chosen)
    page = Paginator(entries, ROWS_A_PAGE).get_page(number) if number is not None else None
    shown = list(page) if page else entries
    proofs = _proofs(user, [o for _, occurrences in shown for o in occurrences])
    rows = [
        (task.area_id, _row(task, words[task.pk], found, proofs, viewing)) for task, found in shown
    ]
    counted = _counted(ledger, entries, chosen.status)
    last = page is None or not page.has_next()
    return PlanTable(
        groups=tuple(_groups(rows, areas, counted, _empty_areas(areas, tasks, chosen, last))),
        total=len(entries),
        all_tasks=len(tasks) if chosen == Chosen() else _count_on(plan, viewing.as_of),
        parts=len(ledger.rows),
        page=page,
        recorded_later=ledger.recorded_later,
    )


def _tasks(plan, chosen) -> list[Task]:
    own = Assignment.objects.filter(task=OuterRef("pk"))
    tasks = plan.tasks.filter(chosen.tasks()).annotate(opened=Exists(own))
    return list(tasks.defer("search", "rule_note").order_by("position"))


def _count_on(plan, day) -> int:
    later = {"changes__cell": Cell.ADDED, "changes__amendment__effective_on__gt": day}
    return plan.tasks.exclude(pk__in=plan.tasks.filter(**later).values("pk")).count()


def _entries(tasks, ledger: Ledger, chosen: Chosen) -> list[tuple[Task, list[Occurrence]]]:
    if chosen.status:
        by_pk = {task.pk: task for task in tasks}
        return [(by_pk[o.task_id], [o]) for o in chosen.occurrences(ledger)]
    found = defaultdict(list)
    # The year's own periods first, then what earlier years left.
    for occurrence in sorted(ledger.listed(), key=lambda o: o.year != ledger.year):
        found[occurrence.task_id].append(occurrence)
    return [(task, found[task.pk]) for task in tasks]


def _proofs(user, occurrences) -> dict[int, list[Proof]]:
    """By assignment, the documents of its latest report; only those that this person may read."""
    reports = [slot.last_report_id for o in occurrences for slot in o.slots if slot.last_report_id]
    cited = (
        Evidence.objects.filter(readable(user, "update__assignment__"), update__in=reports)
        .select_related("document", "update")
        .order_by("document__issued_on", "document_id")
    )
    proofs = defaultdict(dict)
    for row in cited:
        document = row.document
        proofs[row.update.assignment_id][document.pk] = Proof(document.title, document.issued_on)
    return {assignment: list(found.values()) for assignment, found in proofs.items()}


def _row(task, words: Cells, occurrences, proofs, viewing) -> PlanRow:
    several = len(occurrences) > 1
    return PlanRow(
        code=task.code,
        href=viewing.url("tasks:task", task.code),
        number=task.number,
        text=words.text,
        products=product_lines(words.product_text),
        lead=words.lead_text,
        collab=words.collab_text,
        deadline=words.deadline_text,
        old=words.old,
        added=words.added,
        dropped=words.dropped,
        opened=task.opened,
        lines=tuple(_line(o, several, proofs, viewing) for o in occurrences),
    )


def product_lines(text: str) -> tuple[str, ...]:
    """The product cell's own items on lines of their own; every character stays."""
    if not text:
        return ()
    return tuple(_ITEM.split(text)) if text.startswith("- ") else (text,)


def _line(occurrence, several, proofs, viewing) -> StatusLine:
    slots = occurrence.slots
    documents = [proof for slot in slots for proof in proofs.get(slot.assignment_id, ())]
    documents.sort(key=lambda proof: proof.issued_on, reverse=True)
    done = sum(slot.state == State.DONE for slot in slots)
    named = several or occurrence.period or occurrence.year != viewing.year
    return StatusLine(
        occurrence=occurrence,
        href=viewing.url("tasks:occurrence", occurrence.code, occurrence.period_code),
        period=_period(occurrence) if named else "",
        units=f"{done}/{len(slots)} đơn vị xong" if len(slots) > 1 else "",
        documents=tuple(documents[:DOCUMENTS_SHOWN]),
        more_documents=max(len(documents) - DOCUMENTS_SHOWN, 0),
    )


def _period(occurrence) -> str:
    words = period_label(occurrence.year, occurrence.period)
    if occurrence.prior:
        return words
    if occurrence.bucket == Bucket.WAITING:
        return f"chờ từ {words}"
    return f"tồn từ {words}" if occurrence.carried else words


def _counted(ledger, entries, status) -> dict[int, str]:
    """By area number, what its head row says."""
    if status:
        found = defaultdict(int)
        for _, (occurrence,) in entries:
            found[occurrence.area] += 1
        return {area: f"{n} kỳ thực hiện" for area, n in found.items()}
    done, total = defaultdict(int), defaultdict(int)
    for occurrence in ledger.occurrences:
        total[occurrence.area] += 1
        done[occurrence.area] += occurrence.state == State.DONE
    return {area: f"{done[area]}/{n} kỳ xong" for area, n in total.items()}


def _empty_areas(areas, tasks, chosen, is_last) -> list:
    """Areas to which the appendix gives no task: told at the table's end, where nothing narrows
    the list but (perhaps) the area itself."""
    if not is_last or chosen.unit or chosen.status or chosen.words:
        return []
    with_tasks = {task.area_id for task in tasks}
    asked = [area for area in areas if chosen.area is None or area.pk == chosen.area.pk]
    return [area for area in asked if area.pk not in with_tasks]


def _groups(rows, areas, counted, empty):
    by_pk = {area.pk: area for area in areas}
    for area_id, found in groupby(rows, key=lambda row: row[0]):
        area = by_pk[area_id]
        yield _group(area, counted.get(area.number, ""), tuple(row for _, row in found))
    for area in empty:
        yield _group(area, "", ())


def _group(area, counted, rows) -> PlanGroup:
    return PlanGroup(
        code=area.appendix_code or roman(area.number),
        title=area.appendix_title or area.title,
        area=area.number,
        solutions=area.solution_count,
        counted=counted,
        rows=rows,
    )


def roman(number: int) -> str:
    return ROMAN[number] if number < len(ROMAN) else str(number)

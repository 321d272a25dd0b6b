"""The plan's appendix table with what became of it: the tasks' five cells verbatim, and beside
them the state, results and documents of each period and unit. Every file that goes out has it."""

from dataclasses import dataclass
from datetime import date

from cchc.templatetags.cchc import days, dmy, status_label
from reports.prose import prose_date, short_citation, two
from reports.reading import Reading
from reports.words import SILENCE
from tasks.amending import Cells
from tasks.buckets import Bucket, Occurrence, Row
from tasks.models import Task
from tasks.pages.plan_table import product_lines
from tasks.workflow import State

_VERIFIED = frozenset({State.DONE, State.STOPPED})


@dataclass(frozen=True)
class SlotLine:
    """One unit's part of a task in one period; without words where the reader may not see them."""

    unit: str
    unit_short: str
    status: str
    bucket: str
    due_on: date | None
    done_on: date | None
    products_issued: int
    products: int
    result: str
    documents: tuple[str, ...]


@dataclass(frozen=True)
class TaskLine:
    """One task in one period; without a period (`period_code` "") a task that has none in the year."""

    code: str
    text: str
    products: tuple[str, ...]
    lead: str
    collab: str
    deadline: str
    period_code: str
    status: str
    timing: str
    slots: tuple[SlotLine, ...]
    results: tuple[str, ...]  # documents, with the unit's name where there are several
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class AreaGroup:
    code: str
    title: str
    finished: int
    total: int
    lines: tuple[TaskLine, ...]


def build_table(
    tasks: list[Task],
    occurrences: list[Occurrence],
    reading: Reading,
    *,
    year: int,
    hidden=frozenset(),
    notes: dict[str, tuple[str, ...]] | None = None,
    idle_tasks: bool = True,
    verified_only: bool = False,
    words: dict[int, Cells] | None = None,
) -> tuple[AreaGroup, ...]:
    """`tasks` come with their area. `hidden` are assignments whose words this reader may not see;
    `words` are the tasks' cells as they were on a day (tasks.amending.cells_on), `notes` go by
    occurrence. With `idle_tasks` also the tasks that have no period here; with
    `verified_only` no word or document of what nobody has verified. No query."""
    told = _VERIFIED if verified_only else frozenset(State)
    by_task: dict[int, list[Occurrence]] = {}
    for occurrence in occurrences:
        by_task.setdefault(occurrence.task_id, []).append(occurrence)
    areas: dict[int, list] = {}
    words = words or {}
    for task in tasks:
        if task.pk in words and not words[task.pk].exists:
            continue
        for occurrence in by_task.get(task.pk, [None] if idle_tasks else []):
            line = _task_line(
                task, words.get(task.pk, task), occurrence, year, reading, hidden, notes or {}, told
            )
            areas.setdefault(task.area_id, []).append((task.area, occurrence, line))
    return tuple(_group(rows) for rows in areas.values())


def _group(rows) -> AreaGroup:
    area = rows[0][0]
    counted = [occurrence for _, occurrence, _ in rows if occurrence and not occurrence.prior]
    return AreaGroup(
        code=area.appendix_code or str(area.number),
        title=area.appendix_title or area.title,
        finished=sum(occurrence.state == State.DONE for occurrence in counted),
        total=len(counted),
        lines=tuple(line for _, _, line in rows),
    )


def _task_line(task: Task, words, occurrence, year, reading, hidden, notes, told) -> TaskLine:
    cells = {
        "code": task.code,
        "text": words.text,
        "products": product_lines(words.product_text),
        "lead": words.lead_text,
        "collab": words.collab_text,
        "deadline": words.deadline_text,
    }
    if occurrence is None:
        return TaskLine(
            **cells,
            period_code="",
            status=f"Không có kỳ trong năm {year}",
            timing="",
            slots=(),
            results=(),
        )
    slots = tuple(_slot_line(slot, reading, hidden, told) for slot in occurrence.slots)
    code = f"{occurrence.code}/{occurrence.period_code}"
    return TaskLine(
        **cells,
        period_code=occurrence.period_code,
        status=status_label(occurrence.tile),
        timing=timing(occurrence),
        slots=slots,
        results=_results(slots),
        notes=notes.get(code, ()),
    )


def _slot_line(slot: Row, reading, hidden, told) -> SlotLine:
    silent = slot.assignment_id in hidden or slot.state not in told
    own = SILENCE if silent else reading.on(slot)
    return SlotLine(
        unit=slot.unit,
        unit_short=slot.unit_short,
        status=status_label(slot.tile),
        bucket="" if slot.prior else slot.bucket.label,
        due_on=slot.due_on,
        done_on=slot.done_on,
        products_issued=slot.products_issued,
        products=slot.products,
        result=own.result or own.reason,
        documents=tuple(
            f"{short_citation(cited)}, {dmy(cited.issued_on)}" for cited in own.documents
        ),
    )


def _results(slots) -> tuple[str, ...]:
    """The documents in the plan's order; each once, named by its unit when there are several."""
    several = len(slots) > 1
    lines = [
        f"{slot.unit_short}: {document}" if several else document
        for slot in slots
        for document in slot.documents
    ]
    return tuple(dict.fromkeys(lines))


def timing(thing) -> str:
    """quá hạn 12 ngày; hạn 31/12/2024, còn 17 ngày; nothing where no day is set."""
    if thing.bucket == Bucket.DONE_LATE:
        return f"quá hạn {two((thing.done_on - thing.due_on).days)} ngày"
    if thing.days_left is not None:
        return f"hạn {prose_date(thing.due_on)}, {days(thing.days_left)}"
    return ""

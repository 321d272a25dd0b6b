"""A plan in force changes only by a decision, from a day on; the words of the days before stay."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F, Max

from cchc import audit, permissions
from cchc.clock import local_day
from cchc.models import AuditEvent, Unit
from cchc.text import clean_lines
from tasks import noticing
from tasks.actions import Stale
from tasks.amending_work import (
    Effect,
    Line,
    Scope,
    adjust_work,
    drop_work,
    open_work,
    reads_another_deadline,
)
from tasks.citing import cite_document
from tasks.foreseeing import Decision
from tasks.models import Amendment, Area, CellChange, Notice, Plan, Task
from tasks.plan_words import CELLS, TaskWords, read_words, write_words
from tasks.workflow import NotAllowed

Cell = CellChange.Cell
DATED = (*CELLS, "rule_text")


# --- the words on a day -----------------------------------------------------------------------


@dataclass(frozen=True)
class Struck:
    """Words that no longer hold, and by what."""

    cell: str
    label: str
    words: str
    decision: str
    since: date
    amendment_id: int


@dataclass(frozen=True)
class Cells:
    """A task's words on a day. `added` and `dropped`: by which decision, if it was by then."""

    text: str
    product_text: str
    lead_text: str
    collab_text: str
    deadline_text: str
    rule_text: str
    exists: bool = True  # False: added by an amendment only after the day
    added: Struck | None = None
    dropped: Struck | None = None
    struck: tuple[Struck, ...] = ()

    @property
    def rule(self) -> str:
        """The words by which the deadline was understood on the day."""
        return self.rule_text or self.deadline_text

    @property
    def old(self) -> dict[str, list[Struck]]:
        """The earlier words of each cell, the oldest first."""
        return {cell: [one for one in self.struck if one.cell == cell] for cell in CELLS}


def cells_on(tasks: Task | Iterable[Task], day: date) -> dict[int, Cells]:
    """By task, its words on `day`. One query, whatever the number of tasks and amendments."""
    tasks = [tasks] if isinstance(tasks, Task) else list(tasks)
    changes = CellChange.objects.filter(task__in=tasks).select_related("amendment__document")
    by_task: dict[int, list[CellChange]] = {}
    for change in changes.order_by("amendment__effective_on", "amendment_id", "pk"):
        by_task.setdefault(change.task_id, []).append(change)
    return {task.pk: _cells(task, by_task.get(task.pk, ()), day) for task in tasks}


def _cells(task, changes, day) -> Cells:
    found = Cells(**{cell: getattr(task, cell) for cell in DATED})
    later = [one for one in changes if one.amendment.effective_on > day]
    for change in reversed(later):
        if change.cell == Cell.ADDED:
            found = replace(found, exists=False)
        elif change.cell in DATED:
            found = replace(found, **{change.cell: change.before})
    known = [_struck(one) for one in changes if one.amendment.effective_on <= day]
    marks = {one.cell: one for one in known}
    return replace(
        found,
        added=marks.get(Cell.ADDED),
        dropped=marks.get(Cell.DROPPED),
        struck=tuple(one for one in known if one.cell in CELLS),
    )


def as_on(tasks: Iterable[Task], day: date) -> tuple[Task, ...]:
    """The tasks in their words of the day, those left out that were not in the plan yet. They are
    for reading, not to be saved. One query."""
    tasks = list(tasks)
    cells = cells_on(tasks, day)
    tasks = [task for task in tasks if cells[task.pk].exists]
    for task in tasks:
        if (task.deadline_text, task.rule_text) != (
            cells[task.pk].deadline_text,
            cells[task.pk].rule_text,
        ):
            task.begins_on = None  # it began with the other deadline
        if task.ended_on and task.ended_on > day:
            task.ended_on = None
        for cell in DATED:
            setattr(task, cell, getattr(cells[task.pk], cell))
    return tuple(tasks)


def _struck(change) -> Struck:
    document = change.amendment.document
    return Struck(
        cell=change.cell,
        label=change.get_cell_display(),
        words=change.before,
        decision=f"{document.number} ngày {document.issued_on:%d/%m/%Y}",
        since=change.amendment.effective_on,
        amendment_id=change.amendment_id,
    )


# --- the act ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class TaskChange:
    """What the decision makes of one task: other words, gone (`words` None), or (`task` None) a new
    one at the end of `area`. `seen` is the digest of the words that the person had before them."""

    task: Task | None
    words: TaskWords | None
    area: Area | None = None
    seen: str = ""


@dataclass(frozen=True)
class Amended:
    amendment: Amendment
    lines: tuple[Line, ...]
    fingerprint: str  # of all that follows from it

    def count(self, effect: str) -> int:
        return sum(line.effect == effect for line in self.lines)


@transaction.atomic
def amend(
    *,
    plan: Plan,
    by,
    at: datetime,
    decision: Decision,
    reason: str,
    changes: Sequence[TaskChange],
    seen: str | None = None,
) -> Amended:
    """Write the changes and what follows from them. `seen`: the fingerprint of the consequences
    that the person was shown; Stale when they are no longer these. The same twice is once."""
    plan = Plan.objects.select_for_update(of=("self",)).select_related("unit", "coordinator").get(
        pk=plan.pk
    )  # fmt: skip
    reason = clean_lines(reason)
    if not permissions.coordinates(by, plan.coordinator):
        raise PermissionDenied
    if again := _already(plan, decision, changes):
        return Amended(again, (), seen or "")
    _check(plan, at, decision, reason, changes)
    document = cite_document(decision.citation(), unit=plan.coordinator, by=by, at=at)
    amendment = Amendment.objects.create(
        plan=plan,
        document=document,
        effective_on=decision.effective_on,
        reason=reason,
        by=by,
        at=at,
    )
    scope = Scope(by, at, decision.effective_on, decision.words, document, _years(plan, decision))
    lines = [line for change in changes for line in _carry_out(plan, change, amendment, scope)]
    fingerprint = _fingerprint(lines, changes)
    if seen is not None and seen != fingerprint:
        raise Stale
    audit.record(
        by=by,
        verb="plan_amended",
        target=plan,
        at=at,
        amendment=amendment.pk,
        fingerprint=fingerprint,
        decision=str(document),
        since=decision.effective_on.isoformat(),
        cells=[[one.task.code, one.cell] for one in amendment.changes.select_related("task")],
        work={effect: sum(line.effect == effect for line in lines) for effect in Effect.values},
    )
    _tell(amendment, lines, at)
    return Amended(amendment, tuple(lines), fingerprint)


def foresee(**told) -> Amended:
    """What `amend` would do: it is done and taken back, so that the two can't differ."""
    with transaction.atomic():
        found = amend(**told)
        transaction.set_rollback(True)
    return found


def written_as(plan: Plan, by, fingerprint: str) -> Amendment | None:
    """The amendment that this person wrote after seeing just this: the second click finds it."""
    events = AuditEvent.objects.filter(
        verb="plan_amended", target_id=plan.pk, by=by, detail__fingerprint=fingerprint
    )
    event = events.first()
    return event and plan.amendments.filter(pk=event.detail["amendment"]).first()


def last_day(plan: Plan) -> date | None:
    """From when the plan's latest amendment holds."""
    return plan.amendments.aggregate(last=Max("effective_on"))["last"]


def _check(plan, at, decision, reason, changes):
    since, last = decision.effective_on, last_day(plan)
    if plan.status != Plan.Status.IN_FORCE:
        raise NotAllowed(
            f"Kế hoạch: {plan.get_status_display().lower()}; chỉ sửa đổi kế hoạch đang hiệu lực."
        )
    if since > local_day(at):
        raise NotAllowed("Chưa đến ngày có hiệu lực; hãy ghi từ ngày đó trở đi.")
    if since < decision.decided_on:
        raise NotAllowed("Ngày có hiệu lực không thể trước ngày ký quyết định.")
    if last and since < last:
        raise NotAllowed(
            f"Đã ghi một sửa đổi có hiệu lực từ {last:%d/%m/%Y}; các sửa đổi được ghi theo thứ tự "
            "thời gian."
        )
    if plan.issued_on and since <= plan.issued_on:
        raise NotAllowed(f"Kế hoạch ban hành ngày {plan.issued_on:%d/%m/%Y}; sửa đổi phải sau đó.")
    if not reason:
        raise NotAllowed("Ghi lý do sửa đổi.")
    if not changes:
        raise NotAllowed("Chưa có nhiệm vụ nào được sửa, bổ sung hoặc bỏ.")


def _years(plan, decision) -> tuple[int, ...]:
    """The years that have been opened, from the day's on."""
    found = plan.tasks.filter(assignments__year__gte=decision.effective_on.year)
    return tuple(sorted(set(found.values_list("assignments__year", flat=True)) - {None}))


def _already(plan, decision, changes) -> Amendment | None:
    """The amendment of this very decision that has made just these changes: a double click."""
    made = plan.amendments.filter(
        document__number=decision.number,
        document__issued_on=decision.decided_on,
        effective_on=decision.effective_on,
    )
    for amendment in made:
        rows = set(amendment.changes.values_list("task_id", "cell", "after"))
        if changes and all(_stands(change, rows) for change in changes):
            return amendment
    return None


def _stands(change, rows) -> bool:
    if change.task is None:
        return any((cell, after) == (Cell.ADDED, change.words.text) for _, cell, after in rows)
    if change.words is None:
        return (change.task.pk, Cell.DROPPED, "") in rows
    own = [(cell, after) for pk, cell, after in rows if pk == change.task.pk]
    return bool(own) and all(
        cell in DATED and getattr(change.words, cell) == after for cell, after in own
    )


def _carry_out(plan, change, amendment, scope) -> list[Line]:
    if change.task is None:
        return _add(plan, change, amendment, scope)
    task = plan.tasks.select_for_update(of=("self",)).select_related("plan").get(pk=change.task.pk)
    if task.ended_on:
        raise NotAllowed(f"Nhiệm vụ {task.code} đã bỏ từ ngày {task.ended_on:%d/%m/%Y}.")
    before = read_words(task)
    if change.seen and change.seen != before.digest:
        raise Stale
    if change.words is None:
        task.ended_on = scope.since
        task.save(update_fields=["ended_on"])
        CellChange.objects.create(
            amendment=amendment, task=task, cell=Cell.DROPPED, before=task.text
        )
        return drop_work(task, scope)
    return _edit(task, before, change.words, amendment, scope)


def _edit(task, before, words, amendment, scope) -> list[Line]:
    cells = [cell for cell in DATED if getattr(before, cell) != getattr(words, cell)]
    if not cells:
        raise NotAllowed(f"Nhiệm vụ {task.code}: không có ô nào khác với lời văn đang có.")
    CellChange.objects.bulk_create(
        CellChange(
            amendment=amendment,
            task=task,
            cell=cell,
            before=getattr(before, cell),
            after=getattr(words, cell),
        )
        for cell in cells
    )
    old = Task(deadline_text=task.deadline_text, rule_text=task.rule_text)
    new_deadline = reads_another_deadline(old, Task(**_rule(words)))
    if new_deadline:
        task.begins_on = scope.since
    write_words(task, words, by=scope.by, day=local_day(scope.at), since=scope.since)
    new_leads = before.leads != words.leads
    return adjust_work(task, scope, new_leads=new_leads, new_deadline=new_deadline)


def _rule(words) -> dict[str, str]:
    return {"deadline_text": words.deadline_text, "rule_text": words.rule_text}


def _add(plan, change, amendment, scope) -> list[Line]:
    area = plan.areas.get(pk=change.area.pk)
    task = new_task(area, change.words, by=scope.by, day=local_day(scope.at), since=scope.since)
    CellChange.objects.create(amendment=amendment, task=task, cell=Cell.ADDED, after=task.text)
    return open_work(task, scope)


def new_task(area: Area, words: TaskWords, *, by, day: date, since: date | None = None) -> Task:
    """A row at the end of the area: the next number, the place behind the area's last."""
    plan = area.plan
    own = plan.tasks.filter(area=area).aggregate(number=Max("number"), place=Max("position"))
    before = plan.tasks.filter(area__number__lt=area.number).aggregate(place=Max("position"))
    place = (own["place"] or before["place"] or 0) + 1
    plan.tasks.filter(position__gte=place).update(position=F("position") + 1)
    number = (own["number"] or 0) + 1
    task = Task(
        plan=plan,
        area=area,
        number=number,
        position=place,
        code=f"{area.appendix_code or area.number}.{number}",
        begins_on=since,
    )
    return write_words(task, words, by=by, day=day)


def _fingerprint(lines, changes) -> str:
    told = repr([lines, [(one.task and one.task.pk, one.words, one.seen) for one in changes]])
    return hashlib.sha256(told.encode()).hexdigest()


def _tell(amendment, lines, at):
    """Each unit whose work changes, at once; what it loses too."""
    told: dict[int, list[Line]] = {}
    for line in lines:
        if line.effect != Effect.KEPT:
            for unit in {line.unit_id, line.also} - {None}:
                told.setdefault(unit, []).append(line)
    for unit in Unit.objects.filter(pk__in=told):
        what = "; ".join(f"{line.code} {_short(line)}" for line in told[unit.pk])
        noticing.tell(
            users=noticing.reporters_of(unit),
            kind=Notice.Kind.PLAN,
            words=f"Kế hoạch sửa đổi theo {amendment.document}: {what}",
            path=amendment.plan.address("tasks:amendments") + f"#sua-doi-{amendment.pk}",
            key=f"amendment:{amendment.pk}:{unit.pk}",
            at=at,
            urgent=True,
        )


def _short(line) -> str:
    if line.effect == Effect.DUE:
        return f"hạn mới {line.after:%d/%m/%Y}" if line.after else "không còn ngày hạn"
    if line.effect == Effect.MOVED:
        return f"chuyển sang {line.after}"
    if line.effect == Effect.OPENED:
        return f"phần việc mới, hạn {line.after:%d/%m/%Y}" if line.after else "phần việc mới"
    return "dừng"

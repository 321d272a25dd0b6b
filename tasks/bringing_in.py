"""Bringing a plan in: the file is read and kept, people correct what was read, then the plan is
written as a draft, all or nothing.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from cchc import audit, files, permissions
from cchc.clock import local_day
from cchc.models import Unit, User
from cchc.text import fold
from tasks.actions import Stale
from tasks.import_state import HEAD, OUTSIDE, Gap, ImportState, finding_key, read_state
from tasks.models import (
    Area,
    Plan,
    PlanImport,
    Product,
    SettledFinding,
    Solution,
    Task,
    TaskUnit,
    UnitAlias,
)
from tasks.plan_import.appendix import read_appendix
from tasks.plan_import.body import read_body
from tasks.plan_import.keeping import as_json
from tasks.plan_import.own_export import as_plan
from tasks.plan_import.tables import Refused, read_document
from tasks.plan_words import CELLS
from tasks.rules import rule_of
from tasks.workflow import NotAllowed


class Incomplete(NotAllowed):
    """Something is missing before the plan can be written; `gaps` say what and where."""

    def __init__(self, gaps: Iterable[Gap]):
        self.gaps = tuple(gaps)
        super().__init__(f"Còn {len(self.gaps)} chỗ phải xem lại; chưa ghi gì.")


@dataclass(frozen=True)
class Answer:
    """One thing a person said: `part` is head, rows, areas, targets, findings or outside, `key`
    where in it; the value None takes it back."""

    part: str
    key: str
    value: Any


@dataclass(frozen=True)
class Meaning:
    """What an office's words for a unit mean; remembered for its other plans too."""

    words: str
    kind: str
    unit_id: int | None


@dataclass(frozen=True)
class Written:
    """`state` is what was written just now; None when it had been written before."""

    plan: Plan
    state: ImportState | None = None
    areas: tuple[Area, ...] = ()
    tasks: tuple[Task, ...] = ()


def office_of(unit: Unit | None) -> Unit | None:
    """The nearest office that the unit belongs to."""
    if unit is None:
        return None
    offices = Unit.objects.filter(path__in=unit.ancestor_paths(), kind=Unit.Kind.OFFICE)
    return max(offices, key=lambda office: len(office.path), default=None)


def visible_to(user):
    """The imports of the coordinator's own office."""
    office = office_of(user.unit) if user.role == permissions.COORDINATOR else None
    if office is None:
        return PlanImport.objects.none()
    return PlanImport.objects.filter(unit=office).select_related("unit", "file", "by", "plan")


def bring_in(*, upload, by, at: datetime) -> PlanImport:
    """Read the file and keep it. `Refused` with the sentence when no plan can be read from it; the
    same file sent twice before anything was answered is one import."""
    office = office_of(by.unit) if by.role == permissions.COORDINATOR else None
    if office is None:
        raise PermissionDenied
    try:
        files.validate_upload(upload)
    except ValidationError as refusal:
        raise Refused(" ".join(refusal.messages)) from refusal
    upload.seek(0)
    document = as_plan(read_document(upload.read(), upload.name))
    appendix = read_appendix(document)
    read = as_json(appendix, read_body(document, appendix), document.notes)
    upload.seek(0)
    with transaction.atomic():
        User.objects.select_for_update().get(pk=by.pk)  # one upload of a person at a time
        digest = files.digest_of(upload)
        again = PlanImport.objects.filter(unit=office, by=by, plan=None, answers={})
        if found := again.filter(file__sha256=digest).first():
            return found
        upload.seek(0)
        try:
            stored = files.store(upload, by=by, at=at)
        except files.NotKept as trouble:
            raise Refused(str(trouble)) from trouble
        held = PlanImport.objects.create(unit=office, file=stored, read=read, by=by, at=at)
        told = {"file": stored.name, "sha256": digest, "rows": len(appendix.rows)}
        audit.record(by=by, verb="plan_file_read", target=held, at=at, **told)
    return held


@transaction.atomic
def answer(
    *,
    held: PlanImport,
    by,
    at: datetime,
    seen: int,
    answers: Iterable[Answer],
    meanings: Iterable[Meaning] = (),
) -> PlanImport:
    """Keep what a person corrected or decided. The same form twice changes nothing; one that has
    not seen what another person said since is Stale."""
    held = _own(held, by)
    if held.plan_id:
        raise NotAllowed("Kế hoạch đã được ghi từ tệp này; sửa tiếp ở trang soạn dự thảo.")
    answers = [Answer(one.part, one.key, json.loads(json.dumps(one.value))) for one in answers]
    fresh = [one for one in answers if held.answers.get(one.part, {}).get(one.key) != one.value]
    if not fresh:
        return held
    if held.version != seen:
        raise Stale
    for one in fresh:
        part = held.answers.setdefault(one.part, {})
        part.pop(one.key, None)
        if one.value is not None:
            part[one.key] = one.value
    held.version += 1
    held.save(update_fields=["answers", "version"])
    for meaning in meanings:
        _remember(held.unit, meaning, by=by, at=at)
    told = [[one.part, one.key] for one in fresh]
    audit.record(by=by, verb="plan_import_answered", target=held, at=at, answers=told)
    return held


def _own(held: PlanImport, by) -> PlanImport:
    """Locked; for the coordinator of its office alone."""
    own = visible_to(by).select_for_update(of=("self",)).filter(pk=held.pk).first()
    if own is None:
        raise PermissionDenied
    return own


def _remember(office: Unit, meaning: Meaning, *, by, at):
    """A later answer takes the place of the first. A name too long for the list is asked again."""
    words = fold(meaning.words)
    if not words or len(words) > UnitAlias._meta.get_field("words").max_length:
        return
    UnitAlias.objects.update_or_create(
        office=office,
        words=words,
        defaults={"kind": meaning.kind, "unit_id": meaning.unit_id, "by": by, "at": at},
    )


@transaction.atomic
def write(*, held: PlanImport, by, at: datetime, seen: int) -> Written:
    """The draft plan with all that it has in this app; its targets are the app above's to write, in
    the same transaction. A second call gives the same plan."""
    held = _own(held, by)
    if held.plan_id:
        return Written(held.plan)
    if held.version != seen:
        raise Stale
    state = read_state(held)
    if state.gaps:
        raise Incomplete(state.gaps)
    plan = _plan(state)
    if not permissions.coordinates(by, plan.coordinator):
        raise PermissionDenied("Chỉ đơn vị theo dõi, đôn đốc của Kế hoạch ghi được dự thảo này.")
    plan.save()
    areas = _areas(plan, state)
    tasks = _tasks(plan, areas, state, by=by, at=at)
    _settle(plan, state, by=by, at=at)
    held.plan = plan
    held.version += 1
    held.save(update_fields=["plan", "version"])
    told = {"import": held.pk, "file": held.file.name, "sha256": held.file.sha256}
    told |= {"areas": len(areas), "tasks": len(tasks)}
    audit.record(by=by, verb="plan_brought_in", target=plan, at=at, **told)
    return Written(plan, state, areas, tasks)


def _plan(state: ImportState) -> Plan:
    head = state.head
    office = state.held.unit
    return Plan(
        code=free_code(f"cchc-{head['first_year']}-{head['last_year']}"),
        unit=office,
        coordinator=state.units[head["coordinator"]],
        status=Plan.Status.DRAFT,
        frame=state.body.frame,
        **{name: head[name] if name == "issued_on" else head[name] or "" for name in HEAD},
    )


def free_code(wanted: str) -> str:
    """The wanted code of a plan, or with the next number where it is taken."""
    taken = set(Plan.objects.filter(code__startswith=wanted).values_list("code", flat=True))
    codes = [wanted, *(f"{wanted}-{n}" for n in range(2, len(taken) + 3))]
    return next(code for code in codes if code not in taken)


def _areas(plan: Plan, state: ImportState) -> tuple[Area, ...]:
    names = ("number", "title", "appendix_code", "appendix_title")
    areas = Area.objects.bulk_create(
        Area(plan=plan, **{name: getattr(area, name) for name in names}) for area in state.areas
    )
    Solution.objects.bulk_create(
        Solution(area=stored, position=position, text=text)
        for stored, area in zip(areas, state.areas, strict=True)
        for position, text in enumerate(area.solutions, start=1)
    )
    return tuple(areas)


def _tasks(plan: Plan, areas, state: ImportState, *, by, at) -> tuple[Task, ...]:
    tasks = Task.objects.bulk_create(
        _task(plan, areas[row.area - 1], row, position, by=by, at=at)
        for position, row in enumerate(state.tasks, start=1)
    )
    Product.objects.bulk_create(
        Product(task=task, position=position, text=product.text, is_measure=product.is_measure)
        for task, row in zip(tasks, state.tasks, strict=True)
        for position, product in enumerate(row.words.products, start=1)
    )
    TaskUnit.objects.bulk_create(
        TaskUnit(task=task, part=part, position=n, kind=p.kind, unit_id=p.unit_id, text=p.text)
        for task, row in zip(tasks, state.tasks, strict=True)
        for part, parties in _parts(row.words)
        for n, p in enumerate((p for p in parties if p.kind != OUTSIDE), start=1)
    )
    return tuple(tasks)


def _parts(words):
    return (TaskUnit.Part.LEAD, words.leads), (TaskUnit.Part.COLLAB, words.collabs)


def _task(plan, area, row, position, *, by, at) -> Task:
    words = row.words
    cells = {cell: getattr(words, cell) for cell in CELLS}
    task = Task(
        plan=plan,
        area=area,
        code=row.code,
        number=row.number,
        position=position,
        **cells,
        rule_text=words.rule_text,
        rule_note=words.rule_note,
        rule_confirmed_by=by if words.rule_text else None,
        rule_confirmed_on=local_day(at) if words.rule_text else None,
        first_year=words.first_year,
        completion=words.completion,
        lead_len=words.lead_len,
        search=fold(" ".join([row.code, *cells.values()])),
    )
    task.deadline_kind = str(rule_of(task).kind)
    return task


def _settle(plan, state, *, by, at):
    """What a person let stand, with the word why, where the linter still finds it."""
    SettledFinding.objects.bulk_create(
        SettledFinding(
            plan=plan, code=finding.code, place=finding.place, why=state.why(finding), by=by, at=at
        )
        for finding in {finding_key(f): f for f in state.findings if state.why(f)}.values()
    )

"""Units change by decision: renamed, merged, split, dissolved; and their open work with them.

What becomes of the open work of a unit that ends (a slot: its part of a task in a period):
- it moves to the receiving unit, with its whole history (Act.MOVE; the old unit's name stands on
  pages of the days before);
- where the receiving unit has a slot of that very task and period that is still open, the two
  become one: the receiving slot takes over report, documents and difficulty, and the old slot is
  stopped with the decision as its document - listed, and not counted twice;
- otherwise (it was sent and awaits verification, or the receiving slot is sent, done or stopped)
  it stays what it is, in the old unit's name. The old unit stands below its successor from then on
  (cchc.units.end_unit), so that the successor's people see it, finish it and read its papers.
What is done or stopped is never touched.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F

from cchc import audit, permissions
from cchc.clock import local_day
from cchc.models import Unit, UnitChange, User
from cchc.units import end_unit, rename_unit
from tasks import opening
from tasks.actions import Stale, standing_evidence, write_act
from tasks.citing import cite_document
from tasks.foreseeing import Decision, Fate, NewUnit, foresee, foresee_members
from tasks.models import Assignment, Contribution, Directive, Evidence, Plan
from tasks.roster import members_on
from tasks.workflow import REPORTING, Act, NotAllowed, State

Kind = UnitChange.Kind


@transaction.atomic
def rename(
    *, unit: Unit, by, at: datetime, decision: Decision, name: str, short_name: str
) -> UnitChange:
    """The same unit under another name from the effective day on."""
    (unit,) = _locked([unit])
    if again := _already(Kind.RENAME, unit, decision):
        return again
    check_change(unit, by=by, at=at, decision=decision)
    old = unit.name
    if (name, short_name) == (unit.name, unit.short_name):
        raise NotAllowed("Tên mới giống hệt tên đang dùng.")
    rename_unit(unit, name=name, short_name=short_name, since=decision.effective_on)
    return _recorded(Kind.RENAME, unit, [], by, at, decision, old=old, new=name)


@transaction.atomic
def merge(
    *,
    units: Sequence[Unit],
    by,
    at: datetime,
    decision: Decision,
    into: Unit | NewUnit,
    seen: str | None = None,
) -> list[UnitChange]:
    """`units` become part of one that exists, or together a new one. `seen`: the fingerprint of
    what the person was shown; Stale when it is no longer so."""
    return _end(Kind.MERGE, units, [into], by=by, at=at, decision=decision, seen=seen)


@transaction.atomic
def split(
    *,
    unit: Unit,
    by,
    at: datetime,
    decision: Decision,
    into: Sequence[NewUnit],
    chosen: dict[int, int] | None = None,
    seen: str | None = None,
) -> UnitChange:
    """`unit` becomes several; the first of them succeeds it where nothing else is chosen."""
    if len(into) < 2:
        raise NotAllowed("Chia tách thì phải có từ hai đơn vị mới.")
    return _end(
        Kind.SPLIT, [unit], into, by=by, at=at, decision=decision, seen=seen, chosen=chosen
    )[0]


@transaction.atomic
def dissolve(
    *, unit: Unit, by, at: datetime, decision: Decision, successor: Unit, seen: str | None = None
) -> UnitChange:
    """`unit` ends; `successor` takes its open work, its people and its papers."""
    return _end(Kind.DISSOLVE, [unit], [successor], by=by, at=at, decision=decision, seen=seen)[0]


@transaction.atomic
def hand_to_members(
    *, group: Unit, by, at: datetime, decision: Decision, seen: str | None = None
) -> int:
    """Work that a group held while it had no members goes to them: one takes over the slot, each
    other gets one of its own. How many slots were handed on."""
    (group,) = _locked([group])
    check_change(group, by=by, at=at, decision=decision)
    members = members_on(group, decision.effective_on)
    if group.kind != Unit.Kind.GROUP or not members:
        raise NotAllowed("Nhóm chưa có phòng thành viên nào hoạt động vào ngày có hiệu lực.")
    foreseen = foresee_members(group, members)
    if seen is not None and seen != foreseen.fingerprint:
        raise Stale
    for line in foreseen.lines:
        _carry_out(line, members[line.receiver], by=by, at=at, decision=decision)
        if line.fate != Fate.STAYS:
            _open_for_others(line.work, group, members, by=by, at=at, decision=decision)
    moved = len(foreseen.lines) - foreseen.count(Fate.STAYS)
    if moved:
        told = {"moved": moved, "members": [unit.code for unit in members]}
        audit.record(by=by, verb="group_handed_over", target=group, at=at, **told)
    return moved


def _open_for_others(work, group, members, *, by, at, decision):
    """The slots of the members that have none, made by the decision: they begin with its move."""
    period = {"task": work.task, "year": work.year, "period": work.period}
    have = set(Assignment.objects.filter(**period).values_list("unit_id", flat=True))
    for unit in members:
        if unit.pk not in have:
            slot = Assignment.objects.create(
                **period,
                unit=unit,
                due_on=work.due_on,
                first_due_on=work.first_due_on,
                waits_for=work.waits_for,
                state=State.WAITING if work.state == State.WAITING else State.NEW,
                opened_at=at,
            )
            slot.unit = group  # whose it was until now, says the act
            _move(slot, unit, by=by, at=at, decision=decision)


def _end(kind, units, receivers, *, by, at, decision, seen, chosen=None) -> list[UnitChange]:
    units = _locked(units)
    done = [_already(kind, unit, decision) for unit in units]
    if all(done):
        return done
    places = check(units, receivers, by=by, at=at, decision=decision)
    foreseen = foresee(units, receivers, chosen)
    if seen is not None and seen != foreseen.fingerprint:
        raise Stale
    founded = [place for place in places if place.pk is None]
    for place in founded:
        place.save()
    moved = Counter(line.work.unit_id for line in foreseen.lines if line.fate != Fate.STAYS)
    for line in foreseen.lines:
        _carry_out(line, places[line.receiver], by=by, at=at, decision=decision)
    for unit in units:
        end_unit(unit, successor=places[0], since=decision.effective_on)
    _hand_over(units, places[0])
    changes = [
        _recorded(
            kind, unit, places, by, at, decision, moved[unit.pk],
            people=[person.username for person in foreseen.people if person.unit_id == unit.pk],
        )
        for unit in units
    ]  # fmt: skip
    _open_for_founded(founded, decision, by=by, at=at)
    return changes


def check(units, receivers, *, by, at, decision) -> list[Unit]:
    """The receiving units (new ones not saved yet) when all may be done as told; else refused."""
    for unit in units:
        _check_end(unit, by, at, decision)
    codes = [receiver.code.upper() for receiver in receivers]
    if len(set(codes)) < len(codes):
        raise NotAllowed("Các đơn vị mới phải có mã khác nhau.")
    return [_place(receiver, units, decision) for receiver in receivers]


def check_change(unit, *, by, at, decision):
    """Refuses what no change of the unit may do: who, which days, in which order."""
    if not may_reorganise(by, unit):
        raise PermissionDenied
    if unit.valid_to:
        raise NotAllowed(f"{unit.name} đã kết thúc hoạt động ngày {unit.valid_to:%d/%m/%Y}.")
    _check_days(unit, local_day(at), decision)


def _locked(units) -> list[Unit]:
    """As they are now, one change of them at a time."""
    rows = Unit.objects.select_for_update(no_key=True).in_bulk([unit.pk for unit in units])
    return [rows[unit.pk] for unit in units]


def _already(kind, unit, decision) -> UnitChange | None:
    """The same decision entered twice (a double click) is one change."""
    return UnitChange.objects.filter(
        kind=kind,
        unit=unit,
        decision_number=decision.number,
        decided_on=decision.decided_on,
        effective_on=decision.effective_on,
    ).first()


def may_reorganise(by, unit: Unit) -> bool:
    """The administrator; the coordinator within the office whose plan they follow."""
    if by.role != permissions.COORDINATOR:
        return by.is_administrator
    plans = Plan.objects.filter(coordinator__path__in=by.unit.ancestor_paths())
    office = _office(unit)
    return any(plan.unit == office for plan in plans.select_related("unit"))


def _check_days(unit, today, decision):
    since = decision.effective_on
    if since > today:
        raise NotAllowed("Chưa đến ngày có hiệu lực; hãy ghi từ ngày đó trở đi.")
    if since < decision.decided_on:
        raise NotAllowed("Ngày có hiệu lực không thể trước ngày ký quyết định.")
    if unit.valid_from and since <= unit.valid_from:
        raise NotAllowed(
            f"{unit.name} hoạt động từ ngày {unit.valid_from:%d/%m/%Y}; "
            "ngày có hiệu lực phải sau ngày đó."
        )
    last = UnitChange.objects.filter(unit=unit).order_by("-effective_on").first()
    if last and last.effective_on >= since:
        raise NotAllowed(
            f"Đã ghi một thay đổi của đơn vị từ ngày {last.effective_on:%d/%m/%Y}; "
            "các thay đổi được ghi theo thứ tự thời gian."
        )


def _check_end(unit, by, at, decision):
    check_change(unit, by=by, at=at, decision=decision)
    if unit.kind != Unit.Kind.UNIT:
        raise NotAllowed("Chỉ sáp nhập, chia tách, giải thể phòng, ban, đơn vị; nhóm thì đổi tên.")
    if Unit.objects.below(unit).filter(valid_to__isnull=True).exists():
        raise NotAllowed(
            f"{unit.name} còn đơn vị trực thuộc đang hoạt động: xử lý các đơn vị đó trước."
        )


def _place(receiver, units, decision) -> Unit:
    """The receiving unit; a new one is not saved yet."""
    if isinstance(receiver, Unit):
        begun = receiver.valid_from is None or receiver.valid_from <= decision.effective_on
        working = receiver.kind == Unit.Kind.UNIT and receiver.valid_to is None and begun
        if not working or receiver in units or not _office(units[0]).contains(receiver):
            raise NotAllowed(f"{receiver.name} không nhận được việc từ ngày có hiệu lực.")
        return receiver
    if Unit.objects.filter(code__iexact=receiver.code).exists():
        raise NotAllowed(f"Mã {receiver.code} đã có đơn vị dùng; chọn mã khác.")
    parent = units[0].parent
    return Unit(
        code=receiver.code,
        name=receiver.name,
        short_name=receiver.short_name,
        parent=parent,
        path=Unit.path_for(receiver.code, parent),
        position=units[0].position,
        valid_from=decision.effective_on,
        head_approves=units[0].head_approves,
    )


def _office(unit) -> Unit:
    offices = Unit.objects.filter(path__in=unit.ancestor_paths(), kind=Unit.Kind.OFFICE)
    return max(offices, key=lambda office: len(office.path), default=None)


def _carry_out(line, receiver, *, by, at, decision):
    if line.fate == Fate.MOVES:
        _move(line.work, receiver, by=by, at=at, decision=decision)
    elif line.fate == Fate.JOINS:
        _take_over(line.other, line.work, by=by, at=at, decision=decision)
        _stop(line.work, line.other, by=by, at=at, decision=decision)


def _move(work, receiver, *, by, at, decision):
    reason = f"Chuyển từ {work.unit.name} sang {receiver.name} theo {decision.words}."
    write_act(
        work,
        Act.MOVE,
        by=by,
        at=at,
        effective_on=decision.effective_on,
        unit=receiver,
        reason=reason,
    )


def _take_over(other, work, *, by, at, decision):
    """What the old slot had reported becomes part of the receiving slot's latest report."""
    theirs = work.updates.filter(act__in=REPORTING).order_by("-seq").first()
    if theirs is None:
        return
    own = other.updates.filter(act__in=REPORTING).order_by("-seq").first()
    reports = [report for report in (own, theirs) if report]
    pairs = dict.fromkeys(
        (row.document_id, row.product_id)
        for slot in (other, work)
        for row in standing_evidence(slot)
    )
    taken = f"Tiếp nhận từ {work.unit.name} theo {decision.words}: {theirs.result}"
    update = write_act(
        other,
        Act.REPORT,
        by=by,
        at=at,
        blocked=other.blocked or work.blocked,
        products_issued=len({product for _, product in pairs if product}),
        result="\n".join([own.result, taken] if own else [taken]),
        difficulty="\n".join(report.difficulty for report in reports if report.difficulty),
        proposal="\n".join(report.proposal for report in reports if report.proposal),
    )
    Evidence.objects.bulk_create(
        Evidence(update=update, document_id=document, product_id=product)
        for document, product in pairs
    )


def _stop(work, other, *, by, at, decision):
    coordinator = work.task.plan.coordinator
    document = cite_document(decision.citation(), unit=coordinator, by=by, at=at)
    update = write_act(
        work,
        Act.STOP,
        by=by,
        at=at,
        effective_on=decision.effective_on,
        blocked=False,
        reason=f"Nhập vào phần việc cùng kỳ của {other.unit.name} theo {decision.words}.",
    )
    Evidence.objects.create(update=update, document=document)


def _hand_over(units, main):
    """People, and what others wait for from them; the plan's coordinating unit is followed too."""
    User.objects.filter(unit__in=units).update(unit=main)
    directives = Directive.objects.filter(unit__in=units).exclude(status=Directive.Status.CLOSED)
    directives.update(unit=main, version=F("version") + 1)
    Contribution.objects.filter(unit__in=units, answered_at=None).update(unit=main)
    Plan.objects.filter(coordinator__in=units).update(coordinator=main)


def _open_for_founded(founded, decision, *, by, at):
    """A new unit has its part of what "all units" or its group lead, in the years under way."""
    if not founded:
        return
    plans = Plan.objects.filter(
        status=Plan.Status.IN_FORCE, unit__path__in=founded[0].ancestor_paths()
    )
    for plan in plans.select_related("unit", "coordinator"):
        years = Assignment.objects.filter(task__plan=plan, year__gte=decision.effective_on.year)
        for year in sorted(set(years.values_list("year", flat=True))):
            opening.open_year(plan=plan, year=year, by=by, at=at, only=founded)


def _recorded(kind, unit, into, by, at, decision, moved=0, **detail) -> UnitChange:
    change = UnitChange.objects.create(
        kind=kind,
        unit=unit,
        effective_on=decision.effective_on,
        decision_number=decision.number,
        decided_on=decision.decided_on,
        note=f"{decision.summary} ({decision.issuer})",
        moved=moved,
        by=by,
        at=at,
    )
    change.into.set(into)
    audit.record(
        by=by,
        verb=f"unit_{kind}",
        target=unit,
        at=at,
        decision=decision.words,
        effective_on=decision.effective_on.isoformat(),
        into=[place.code for place in into],
        moved=moved,
        **detail,
    )
    return change

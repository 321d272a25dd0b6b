"""What the old plan leaves open goes on in the next one, or stops, by a person's decision.

Carried over, the old part is stopped on the day of the decision with the new plan as its document
("Dừng theo quyết định", the reason says where it went on), and the same unit gets a part under the
task that descends from its own, with the same first due day. So it is counted once on any day: until
the decision overdue in the old plan, from then on in the new one, as left over from earlier years.
Decided only after the old term's last day, it changes nothing of what the term ended with.

- Work with a due day keeps its year and period. What was reported on it stays in the old plan.
- Work without one (standing, or waiting for a document) goes on as the new plan's own part of its
  first year. A dated period whose condition never came can only be stopped.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import TextChoices
from django.urls import reverse

from cchc import audit, permissions
from cchc.clock import local_day
from cchc.models import Unit
from tasks import noticing
from tasks.actions import Stale, write_act
from tasks.citing import cite_document
from tasks.closing import as_document, open_work
from tasks.models import Assignment, CarriedWork, Descent, Document, Evidence, Notice, Plan, Task
from tasks.rolling_over import term_of
from tasks.rules import bounds_of, periods_in, rule_of
from tasks.workflow import Act, NotAllowed, State, can


class Fate(TextChoices):
    CARRY = "carry", "Chuyển sang kế hoạch mới"
    STOP = "stop", "Dừng"


@dataclass(frozen=True)
class OpenPart:
    """Open work of the old plan, and where it could go on. `why_not`: why it can only be stopped."""

    work: Assignment
    descent: Descent | None
    why_not: str = ""

    @property
    def task(self) -> Task | None:
        return self.descent and self.descent.task


def next_plan(old: Plan) -> Plan | None:
    """The plan in force that follows this one."""
    found = old.successors.filter(status=Plan.Status.IN_FORCE).select_related("coordinator", "unit")
    return found.order_by("first_year").first()


def why_not_decide(old: Plan, today: date) -> str:
    """ "" when the open work of `old` can be decided on."""
    if old.status != Plan.Status.IN_FORCE:
        return (
            f"Kế hoạch: {old.get_status_display().lower()}; chỉ xem. Cần quyết định tiếp thì lãnh "
            "đạo mở lại kế hoạch."
        )
    if today <= date(old.last_year, 12, 31):
        return f"Kế hoạch còn thực hiện đến hết 31/12/{old.last_year}."
    return ""


def sent_work(old: Plan):
    """What waits for verification: it is verified or returned first."""
    return Assignment.objects.filter(task__plan=old, state=State.PENDING)


def read_open(old: Plan, new: Plan | None) -> list[OpenPart]:
    """In the plan's order. Two queries."""
    works = open_work(old).order_by("task__position", "year", "period", "unit__position")
    found = Descent.objects.filter(plan=new).select_related("task__plan") if new else ()
    by_origin = {one.origin_id: one for one in found}
    return [_part(work, by_origin.get(work.task_id), new) for work in works]


def _part(work, descent, new) -> OpenPart:
    if new is None:
        return OpenPart(work, None, "Chưa có kế hoạch tiếp theo đang hiệu lực.")
    if descent is None:
        return OpenPart(work, None, "Kế hoạch mới không có nhiệm vụ tiếp nối.")
    if descent.task is None:
        return OpenPart(work, descent, f"Nhiệm vụ đã bỏ ở kế hoạch mới: {descent.reason}")
    if work.state == State.WAITING and work.due_on:
        return OpenPart(work, descent, "Kỳ đã qua mà điều kiện chưa đến.")
    if not work.due_on and _first_year(descent.task) is None:
        return OpenPart(work, descent, f"Nhiệm vụ {descent.task.code} nay có hạn riêng từng kỳ.")
    return OpenPart(work, descent)


def _first_year(task: Task) -> int | None:
    """The first year in which the new task has a part without due day."""
    year, _ = bounds_of(task, rule_of(task))
    periods = periods_in(task, year)
    return year if periods and periods[0].due_on is None else None


@transaction.atomic
def decide(
    *, old: Plan, by, at: datetime, fates: Mapping[int, str], seen: Mapping[int, int]
) -> dict[str, int]:
    """`fates` by assignment; `seen`: the version of each that the person had before them. What the
    same form has decided before is left. How many of each fate."""
    old = Plan.objects.select_for_update(of=("self",)).select_related("coordinator").get(pk=old.pk)
    new = next_plan(old)
    for plan in filter(None, (old, new)):
        if not permissions.coordinates(by, plan.coordinator):
            raise PermissionDenied
    parts = {part.work.pk: part for part in read_open(old, new)}
    left = {pk: fate for pk, fate in fates.items() if fate and pk in parts}
    done = dict.fromkeys(Fate.values, 0)
    if not left:
        return done
    if why := why_not_decide(old, local_day(at)) or ("" if new else "Chưa có kế hoạch tiếp theo."):
        raise NotAllowed(why)
    document = cite_document(as_document(new), unit=old.coordinator, by=by, at=at)
    scope = _Scope(old, new, document, by, at)
    changed = []
    for pk, fate in left.items():
        part = parts[pk]
        if part.work.version != seen.get(pk):
            raise Stale
        if fate == Fate.CARRY and part.why_not:
            raise NotAllowed(f"{part.work.occurrence_code}: {part.why_not}")
        changed.append((part, _carry(part, scope) if fate == Fate.CARRY else _drop(part, scope)))
        done[Fate(fate)] += 1
    audit.record(
        by=by, verb="work_decided", target=old, at=at, next=new.code, document=str(document), **done
    )
    _tell(changed, scope)
    return done


@dataclass(frozen=True)
class _Scope:
    old: Plan
    new: Plan
    document: Document
    by: object
    at: datetime

    @property
    def words(self) -> str:
        return f"Kế hoạch số {self.document}"


def _drop(part, scope) -> None:
    reason = f"Kế hoạch {term_of(scope.old)} hết kỳ; {scope.words} không làm tiếp việc này."
    _stop(part.work, reason, scope)


def _stop(work, reason, scope):
    update = _act(work, Act.STOP, scope, blocked=False, reason=reason)
    Evidence.objects.create(update=update, document=scope.document)


def _carry(part, scope) -> Assignment:
    work, task = part.work, part.task
    origin = f"{work.occurrence_code}, Kế hoạch {term_of(scope.old)}"
    slot = _own_slot(work, task, origin, scope) if work.due_on else _first_slot(work, task, scope)
    if not work.due_on and can(slot.state, Act.AMEND):
        _act(slot, Act.AMEND, scope, reason=f"Tiếp nối {origin}.")
    _stop(work, f"Chuyển sang {scope.words}: {slot.occurrence_code}.", scope)
    CarriedWork.objects.create(old=work, new=slot)
    return slot


def _own_slot(work, task, origin, scope) -> Assignment:
    """The part with the old year, period and due days. Where tasks were merged the earliest counts."""
    place = {"task": task, "unit": work.unit, "year": work.year, "period": work.period}
    slot = _slots().filter(**place).first()
    if slot is None:
        first = _first_due(work)
        slot = Assignment.objects.create(
            **place, due_on=first, first_due_on=first, opened_at=scope.at
        )
        _act(slot, Act.AMEND, scope, reason=f"Chuyển từ {origin}.")
        if work.due_on != first:
            _act(slot, Act.EXTEND, scope, due_on=work.due_on, reason="Đã gia hạn ở kế hoạch trước.")
        return slot
    if not can(slot.state, Act.AMEND):
        raise NotAllowed(
            f"{slot.occurrence_code} đã {slot.get_state_display().lower()}: chọn Dừng."
        )
    earliest = min(work.due_on, slot.due_on)
    _act(slot, Act.AMEND, scope, due_on=earliest, reason=f"Gộp thêm {origin}.")
    return slot


def _first_due(work) -> date:
    """The plan's own day: that of an amendment, if there was one, else the one it was opened with."""
    amended = work.updates.filter(act=Act.AMEND).order_by("-seq").first()
    return (amended.due_on if amended else work.first_due_on) or work.due_on


def _first_slot(work, task, scope) -> Assignment:
    """The new plan's part without due day in its first year, made when that year is not open yet."""
    place = {"task": task, "unit": work.unit, "year": _first_year(task), "period": ""}
    event = rule_of(task).event or ""
    return _slots().filter(**place).first() or Assignment.objects.create(
        **place,
        waits_for=event,
        state=State.WAITING if event else State.NEW,
        opened_at=scope.at,
    )


def _slots():
    return Assignment.objects.select_related("task", "unit")


def _act(work, act, scope, **told):
    return write_act(work, act, by=scope.by, at=scope.at, **told)


def _tell(changed: Collection, scope):
    """Each unit once: what goes on, what stops."""
    told: dict[int, list[str]] = {}
    for part, slot in changed:
        what = f"{part.work.occurrence_code} " + (
            f"chuyển thành {slot.occurrence_code}" if slot else "dừng"
        )
        told.setdefault(part.work.unit_id, []).append(what)
    for unit in Unit.objects.filter(pk__in=told):
        what = "; ".join(told[unit.pk])
        noticing.tell(
            users=noticing.reporters_of(unit),
            kind=Notice.Kind.PLAN,
            words=f"Việc chưa xong của Kế hoạch {term_of(scope.old)}: {what}",
            path=reverse("tasks:my_work"),
            key=f"carried:{scope.old.pk}:{unit.pk}:{scope.at.isoformat()}",
            at=scope.at,
            urgent=True,
        )

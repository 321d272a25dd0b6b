"""A plan comes into force, is replaced, ends, and is opened again.

What has ended is read only (Plan.refuse_when_over, asked by every act on its work).
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from cchc import audit, permissions
from cchc.clock import local_day
from cchc.text import clean_lines
from tasks import opening, rolling_over
from tasks.actions import write_act
from tasks.citing import Citation, cite_document
from tasks.models import Assignment, Evidence, Plan, Task, TaskUnit
from tasks.plan_editing import own_draft
from tasks.roster import lead_units
from tasks.rules import rule_of
from tasks.workflow import WORKING, Act, NotAllowed, State

Status = Plan.Status
OPEN = (State.WAITING, *WORKING)


@dataclass(frozen=True)
class Gap:
    """Something that a plan needs before it can be worked by. `code`: the task's, "" for the plan;
    `page` is then where it is mended."""

    code: str
    words: str
    page: str = "tasks:plan_edit"


def gaps_of(plan: Plan, today: date) -> list[Gap]:
    """What is missing before the plan can come into force. A handful of queries, and those of the
    roster for each task."""
    gaps = []
    if not plan.number or "/" not in plan.number:
        gaps.append(Gap("", "Chưa ghi số, ký hiệu của Kế hoạch (như 12/KH-VP)."))
    if not plan.issued_on:
        gaps.append(Gap("", "Chưa ghi ngày ban hành."))
    elif plan.issued_on > today:
        gaps.append(Gap("", f"Ngày ban hành {plan.issued_on:%d/%m/%Y} ở sau hôm nay."))
    tasks = plan.tasks.select_related("plan__unit").order_by("position")
    tasks = list(tasks.prefetch_related("parties__unit", "parties__chosen__unit"))
    if not tasks:
        gaps.append(Gap("", "Chưa có nhiệm vụ nào."))
    if left := rolling_over.left_open(plan):
        words = f"Còn {left} nhiệm vụ của kế hoạch trước chưa quyết định giữ, sửa, gộp hay bỏ."
        gaps.append(Gap("", words, "tasks:roll_over"))
    for task in tasks:
        gaps += [Gap(task.code, words) for words in _task_gaps(task, plan)]
    return gaps


def _task_gaps(task: Task, plan: Plan):
    if not task.text.strip():
        yield "Chưa có lời văn nhiệm vụ."
    rule = rule_of(task)
    if rule.kind == "unrecognised":
        yield rule.explain(plan.first_year)
    leads = [p for p in task.parties.all() if p.part == TaskUnit.Part.LEAD]
    day = max(date(plan.recurring_from, 12, 31), plan.issued_on or date(plan.first_year, 1, 1))
    if not leads:
        yield "Chưa rõ đơn vị chủ trì là đơn vị nào."
    elif not lead_units(task, day):
        names = ", ".join(f"“{party.text}”" for party in leads)
        yield f"Đơn vị chủ trì {names} chưa chỉ ra đơn vị nào nhận được việc."


def overlapping(plan: Plan) -> list[Plan]:
    """Plans in force of the same office that cover some of the same years."""
    found = Plan.objects.filter(unit=plan.unit_id, status=Status.IN_FORCE).exclude(pk=plan.pk)
    found = found.filter(first_year__lte=plan.last_year, last_year__gte=plan.first_year)
    return list(found.select_related("coordinator"))


@transaction.atomic
def begin(*, plan: Plan, by, at: datetime, replacing: Collection[int] = ()) -> int:
    """The draft comes into force: its years up to now are opened, what it replaces ends on the day
    it was issued. How many assignments were made."""
    now = Plan.objects.select_related("coordinator").get(pk=plan.pk)
    if now.status == Status.IN_FORCE and permissions.coordinates(by, now.coordinator):
        return 0  # the same form twice
    plan = own_draft(plan, by)
    if gaps := gaps_of(plan, local_day(at)):
        raise NotAllowed(f"Còn {len(gaps)} chỗ phải bổ sung trước khi đưa vào thực hiện.")
    old = overlapping(plan)
    for other in old:
        if other.pk not in replacing:
            raise NotAllowed(
                f"“{other.subject}” ({other.first_year}-{other.last_year}) đang hiệu lực cho cùng "
                "năm: kết thúc kế hoạch ấy trước, hoặc chọn để kế hoạch này thay thế."
            )
    plan.status = Status.IN_FORCE
    plan.save(update_fields=["status"])
    for other in old:
        _replace(other, plan, by=by, at=at)
    if old:
        plan.tasks.filter(begins_on=None).update(begins_on=plan.issued_on)
    made = 0
    for year in plan.years():
        if year <= local_day(at).year:
            made += len(opening.open_year(plan=plan, year=year, by=by, at=at))
    audit.record(
        by=by,
        verb="plan_in_force",
        target=plan,
        at=at,
        made=made,
        replaced=[other.code for other in old],
    )
    return made


def _replace(old: Plan, new: Plan, *, by, at):
    """The old plan's open work stops, with the new plan as its document."""
    old = _locked(old)
    if not permissions.coordinates(by, old.coordinator):
        raise PermissionDenied
    _refuse_while_sent(old)
    document = cite_document(as_document(new), unit=old.coordinator, by=by, at=at)
    works = list(open_work(old))
    for work in works:
        update = write_act(
            work,
            Act.STOP,
            by=by,
            at=at,
            effective_on=new.issued_on,
            blocked=False,
            reason=f"Kế hoạch được thay thế bởi Kế hoạch số {document}.",
        )
        Evidence.objects.create(update=update, document=document)
    old.status, old.replaced_by, old.closed_on = Status.REPLACED, new, new.issued_on
    old.save(update_fields=["status", "replaced_by", "closed_on"])
    audit.record(
        by=by, verb="plan_replaced", target=old, at=at, replaced_by=new.code, stopped=len(works)
    )


def as_document(plan: Plan) -> Citation:
    return Citation(
        number=plan.number[:41],
        issued_on=plan.issued_on,
        summary=plan.subject,
        issuer=plan.issuer,
        kind="Kế hoạch",
        signer=plan.signer[:50],
    )


@transaction.atomic
def close(*, plan: Plan, by, at: datetime) -> Plan:
    """After its last year: from now on it is read only. What is still open stays listed as such."""
    plan = _locked(plan)
    if not permissions.coordinates(by, plan.coordinator):
        raise PermissionDenied
    if plan.status == Status.CLOSED:
        return plan
    if why := why_not_close(plan, local_day(at)):
        raise NotAllowed(why)
    left = open_work(plan).count()
    plan.status, plan.closed_on = Status.CLOSED, local_day(at)
    plan.save(update_fields=["status", "closed_on"])
    audit.record(by=by, verb="plan_closed", target=plan, at=at, open=left)
    return plan


def why_not_close(plan: Plan, today: date) -> str:
    """ "" when it can end on `today`."""
    if plan.status != Status.IN_FORCE:
        return (
            f"Kế hoạch: {plan.get_status_display().lower()}; chỉ kết thúc kế hoạch đang hiệu lực."
        )
    if today <= date(plan.last_year, 12, 31):
        return (
            f"Kế hoạch thực hiện đến hết 31/12/{plan.last_year}. Trước ngày đó chỉ kết thúc khi có "
            "kế hoạch thay thế: đưa kế hoạch mới vào thực hiện và chọn thay thế."
        )
    return _sent_words(plan)


@transaction.atomic
def reopen(*, plan: Plan, by, at: datetime, reason: str) -> Plan:
    """A leader opens a closed plan again, and says why."""
    if not permissions.leads(by, plan):
        raise PermissionDenied
    plan, reason = _locked(plan), clean_lines(reason)
    if plan.status == Status.IN_FORCE:
        return plan
    if plan.status != Status.CLOSED:
        raise NotAllowed("Chỉ mở lại kế hoạch đã kết thúc; kế hoạch đã thay thế thì không mở lại.")
    if not reason:
        raise NotAllowed("Ghi lý do mở lại.")
    if others := overlapping(plan):
        raise NotAllowed(f"“{others[0].subject}” đang hiệu lực cho cùng năm.")
    closed_on = plan.closed_on
    plan.status, plan.closed_on = Status.IN_FORCE, None
    plan.save(update_fields=["status", "closed_on"])
    audit.record(
        by=by, verb="plan_reopened", target=plan, at=at, reason=reason, closed_on=str(closed_on)
    )
    return plan


def open_work(plan: Plan):
    """What is neither done, sent nor stopped."""
    found = Assignment.objects.filter(task__plan=plan, state__in=OPEN)
    return found.select_related("task__plan__coordinator", "unit")


def _locked(plan) -> Plan:
    found = Plan.objects.select_for_update(of=("self",)).select_related("coordinator")
    return found.get(pk=plan.pk)


def _sent_words(plan) -> str:
    sent = Assignment.objects.filter(task__plan=plan, state=State.PENDING).count()
    if not sent:
        return ""
    return f"Còn {sent} phần việc đang chờ xác nhận: hãy xác nhận hoặc trả lại trước."


def _refuse_while_sent(plan):
    if words := _sent_words(plan):
        raise NotAllowed(f"“{plan.subject}”: {words[0].lower()}{words[1:]}")

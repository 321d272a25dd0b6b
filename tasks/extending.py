"""Gia hạn: asked by the unit before its due day, advised on by HCQT, decided by a leader.

Only the lead unit asks; one request at a time; nobody decides their own (domain.md, 6). The first
due day stays on the assignment.
"""

from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.urls import reverse

from cchc import audit, permissions
from cchc.clock import local_day
from cchc.text import clean_lines
from tasks import noticing
from tasks.actions import write_act
from tasks.ledger import end_of
from tasks.models import Assignment, Extension, Notice
from tasks.workflow import WORKING, Act, NotAllowed, State, move

Decision = Extension.Decision
MANY = 3  # from this request on it is said that it is the third, the fourth ...


def why_not_ask(assignment: Assignment, day: date) -> str:
    """Why no later day can be asked for on `day`; "" when it can."""
    if assignment.state not in WORKING:
        state = assignment.get_state_display()
        return f"Chỉ xin gia hạn khi đơn vị còn đang làm; phần việc này: {state}."
    if assignment.due_on is None:
        return "Phần việc này không có ngày hạn nên không có gì để gia hạn."
    if day > assignment.due_on:
        return (
            f"Đã quá hạn {assignment.due_on:%d/%m/%Y}: gia hạn phải xin trước khi hết hạn. Hãy cập "
            "nhật tiến độ, ghi vướng mắc và đề nghị."
        )
    return ""


def undecided_on(extensions, day: date):
    """Of the requests those that waited for a decision at the end of the day."""
    after = end_of(day)
    standing = Q(decided_at__isnull=True) | Q(decided_at__gte=after)
    return extensions.filter(standing, asked_at__lt=after)


@transaction.atomic
def ask(*, assignment: Assignment, by, at: datetime, wanted_on: date, reason: str) -> Extension:
    """The unit (where the head approves: the head) asks for a later day. Twice the same is once."""
    if not permissions.may_send(by, assignment.unit):
        raise PermissionDenied("Đơn vị này do trưởng đơn vị xin gia hạn.")
    assignment.task.plan.refuse_when_over()
    reason = clean_lines(reason)
    standing = assignment.extensions.filter(decision=Decision.OPEN).first()
    if standing:
        if (standing.asked_by_id, standing.wanted_on, standing.reason) == (
            by.pk,
            wanted_on,
            reason,
        ):
            return standing
        raise NotAllowed(_one_at_a_time(standing))
    refusal = why_not_ask(assignment, local_day(at)) or _why_not_until(assignment, wanted_on)
    if refusal:
        raise NotAllowed(refusal)
    extension = Extension(
        assignment=assignment,
        due_on=assignment.due_on,
        wanted_on=wanted_on,
        reason=reason,
        asked_by=by,
        asked_at=at,
    )
    try:
        with transaction.atomic():
            extension.save()
    except IntegrityError as error:  # somebody else of the unit asked at the same moment
        raise NotAllowed(
            _one_at_a_time(assignment.extensions.get(decision=Decision.OPEN))
        ) from error
    audit.record(
        by=by, verb="extension_asked", target=extension, at=at, wanted_on=wanted_on.isoformat()
    )
    _tell_asked(extension, at)
    return extension


@transaction.atomic
def advise(*, extension: Extension, by, at: datetime, favourable: bool, words: str) -> Extension:
    """HCQT's advice to the leader; it may be changed until there is a decision."""
    assignment = extension.assignment
    if not permissions.may_advise(by, assignment.unit, assignment.task.plan.coordinator):
        raise PermissionDenied
    advice = {"favourable": favourable, "advice": clean_lines(words)}
    if extension.advised_by_id == by.pk and all(
        getattr(extension, name) == value for name, value in advice.items()
    ):
        return extension
    _change_open(extension, **advice, advised_by=by, advised_at=at)
    audit.record(by=by, verb="extension_advised", target=extension, at=at, favourable=favourable)
    stands = "đồng ý" if favourable else "không đồng ý"
    noticing.tell(
        users=noticing.leaders_of(assignment.task.plan),
        kind=Notice.Kind.EXTENSION,
        words=f"HCQT đề nghị {stands} gia hạn {assignment.occurrence_code} của "
        f"{assignment.unit.short_name} đến {extension.wanted_on:%d/%m/%Y}",
        path=page_of(extension),
        key=f"extension:{extension.pk}:advised",
        at=at,
    )
    return extension


@transaction.atomic
def decide(
    *,
    extension: Extension,
    by,
    at: datetime,
    decision: str,
    granted_on: date | None = None,
    reason: str = "",
) -> Extension:
    """A leader's word: granted, granted until another day, or refused with the reason."""
    assignment = extension.assignment
    if not permissions.may_decide(by, assignment.unit, assignment.task.plan):
        raise PermissionDenied
    assignment.task.plan.refuse_when_over()
    reason = clean_lines(reason)
    decision, granted_on = _decided(extension, decision, granted_on, reason)
    if extension.decision == decision and extension.decided_by_id == by.pk:
        return extension  # the same form twice
    _change_open(
        extension,
        decision=decision,
        granted_on=granted_on,
        decision_reason=reason,
        decided_by=by,
        decided_at=at,
    )
    if granted_on:
        move(assignment.state, Act.EXTEND)  # refuses with its own sentence
        write_act(
            assignment,
            Act.EXTEND,
            by=by,
            at=at,
            due_on=granted_on,
            done_on_claimed=_claimed(assignment),
            reason=reason,
        )
    audit.record(
        by=by,
        verb=f"extension_{decision}",
        target=extension,
        at=at,
        granted_on=granted_on and granted_on.isoformat(),
    )
    _tell_decided(extension, at)
    return extension


def page_of(extension: Extension) -> str:
    return reverse("tasks:extension", args=[extension.pk])


def _why_not_until(assignment, wanted_on) -> str:
    last = assignment.task.plan.last_year + 1
    if wanted_on <= assignment.due_on:
        return f"Ngày xin gia hạn phải sau hạn hiện nay, {assignment.due_on:%d/%m/%Y}."
    if wanted_on.year > last:
        return f"Ngày xin gia hạn không thể sau năm {last}."
    return ""


def _one_at_a_time(standing) -> str:
    return (
        f"{standing.asked_by} đã xin gia hạn đến {standing.wanted_on:%d/%m/%Y}, đang chờ quyết "
        "định; mỗi lúc chỉ một đề nghị."
    )


def _change_open(extension, **values):
    """Write to a request that is still open, or say that it no longer is."""
    changed = Extension.objects.filter(pk=extension.pk, decision=Decision.OPEN).update(**values)
    if not changed:
        now = Extension.objects.select_related("decided_by").get(pk=extension.pk)
        raise NotAllowed(
            f"{now.decided_by} đã quyết định đề nghị này: {now.get_decision_display().lower()}."
        )
    for name, value in values.items():
        setattr(extension, name, value)


def _decided(extension, decision, granted_on, reason) -> tuple[str, date | None]:
    """The decision and its day, made consistent; refused where something is missing."""
    if decision == Decision.REFUSED:
        if not reason:
            raise NotAllowed("Không đồng ý thì ghi lý do.")
        return decision, None
    if decision == Decision.GRANTED or granted_on == extension.wanted_on:
        return Decision.GRANTED, extension.wanted_on
    if granted_on is None or granted_on <= extension.assignment.due_on:
        raise NotAllowed(
            f"Cho ngày khác thì ghi ngày, sau hạn hiện nay {extension.assignment.due_on:%d/%m/%Y}."
        )
    return Decision.OTHER_DAY, granted_on


def _claimed(assignment) -> date | None:
    """Work that was sent keeps the day it was sent with."""
    if assignment.state != State.PENDING:
        return None
    return assignment.updates.order_by("-seq").values_list("done_on", flat=True).first()


def _tell_asked(extension, at):
    """Whose turn it is: HCQT's, or for HCQT's own work a leader's."""
    assignment = extension.assignment
    plan = assignment.task.plan
    own = plan.coordinator.contains(assignment.unit)
    noticing.tell(
        users=noticing.leaders_of(plan) if own else noticing.coordinators_of(plan),
        kind=Notice.Kind.EXTENSION,
        words=f"{assignment.unit.short_name} xin gia hạn {assignment.occurrence_code} từ "
        f"{extension.due_on:%d/%m/%Y} đến {extension.wanted_on:%d/%m/%Y}",
        path=page_of(extension),
        key=f"extension:{extension.pk}:asked",
        at=at,
    )


def _tell_decided(extension, at):
    """The unit, at once."""
    assignment = extension.assignment
    until = f", hạn mới {extension.granted_on:%d/%m/%Y}" if extension.granted_on else ""
    why = f": {extension.decision_reason}" if extension.decision_reason else ""
    noticing.tell(
        users=noticing.reporters_of(assignment.unit),
        kind=Notice.Kind.EXTENSION,
        words=f"Gia hạn {assignment.occurrence_code}: "
        f"{extension.get_decision_display().lower()}{until}{why}",
        path=page_of(extension),
        key=f"extension:{extension.pk}:decided",
        at=at,
        urgent=True,
    )

"""Ý kiến chỉ đạo: a leader's words to one unit, its answer, and who says that this is enough."""

from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F
from django.urls import reverse

from cchc import audit, permissions
from cchc.clock import local_day
from cchc.models import Unit
from cchc.text import clean_lines
from tasks import noticing
from tasks.actions import Stale
from tasks.models import Directive, DirectiveAnswer, Notice, Plan, Task
from tasks.workflow import NotAllowed

Status = Directive.Status
ENOUGH = "Chỉ trả lời ý kiến chỉ đạo đang chờ trả lời; ý kiến này: {}."


def addressees(plan: Plan, day: date):
    """The units a leader may speak to: those of the plan's office on that day."""
    return Unit.objects.active_on(day).parts_of(plan.unit)


@transaction.atomic
def direct(
    *,
    task: Task,
    year: int,
    period: str,
    unit: Unit,
    by,
    at: datetime,
    words: str,
    due_on: date | None = None,
) -> Directive:
    """The same words to the same unit, still open, are one directive."""
    plan, today, words = task.plan, local_day(at), clean_lines(words)
    if not permissions.leads(by, plan):
        raise PermissionDenied
    plan.refuse_when_over()
    if not addressees(plan, today).filter(pk=unit.pk).exists():
        raise NotAllowed(f"{unit.name} không phải đơn vị đang hoạt động của {plan.unit.name}.")
    if not words:
        raise NotAllowed("Ghi ý kiến chỉ đạo.")
    if due_on and due_on < today:
        raise NotAllowed("Ngày trả lời không thể ở trước hôm nay.")
    told = {"task": task, "year": year, "period": period, "unit": unit, "words": words, "by": by}
    again = Directive.objects.filter(**told, due_on=due_on, status=Status.OPEN).first()
    if again:
        return again
    directive = Directive.objects.create(**told, due_on=due_on, at=at)
    audit.record(by=by, verb="directive_given", target=directive, at=at, unit=unit.code)
    _tell_unit(directive, f"{by} chỉ đạo {directive.occurrence_code}: {words}", at)
    return directive


@transaction.atomic
def answer(
    *, directive: Directive, by, at: datetime, seen_version: int, words: str
) -> DirectiveAnswer:
    if not permissions.may_report_for(by, directive.unit):
        raise PermissionDenied
    words = clean_lines(words)
    if not words:
        raise NotAllowed("Ghi nội dung trả lời.")
    if directive.status != Status.OPEN:
        last = directive.answers.last()
        if last and (last.by_id, last.words) == (by.pk, words):
            return last  # the same answer sent twice
        raise NotAllowed(ENOUGH.format(directive.get_status_display().lower()))
    _move(directive, Status.ANSWERED, seen_version)
    said = DirectiveAnswer.objects.create(directive=directive, words=words, by=by, at=at)
    audit.record(by=by, verb="directive_answered", target=directive, at=at, answer=said.pk)
    noticing.tell(
        users=_judges(directive),
        kind=Notice.Kind.DIRECTIVE,
        words=f"{directive.unit.short_name} trả lời chỉ đạo {directive.occurrence_code}: {words}",
        path=reverse("tasks:directive_close", args=[directive.pk]),
        key=f"directive-answer:{said.pk}",
        at=at,
    )
    return said


@transaction.atomic
def accept(*, directive: Directive, by, at: datetime, seen_version: int, words: str = ""):
    """The answer is enough: the directive is closed."""
    said = _judged(directive, by)
    _move(directive, Status.CLOSED, seen_version, closed_by=by, closed_at=at)
    _judge(said, True, words, by=by, at=at)
    audit.record(by=by, verb="directive_closed", target=directive, at=at, answer=said.pk)
    return directive


@transaction.atomic
def send_back(*, directive: Directive, by, at: datetime, seen_version: int, words: str):
    """Not enough: the unit has to answer again, and is told why."""
    said = _judged(directive, by)
    words = clean_lines(words)
    if not words:
        raise NotAllowed("Ghi vì sao chưa chấp nhận, đơn vị cần trả lời thêm gì.")
    _move(directive, Status.OPEN, seen_version)
    _judge(said, False, words, by=by, at=at)
    audit.record(by=by, verb="directive_sent_back", target=directive, at=at, answer=said.pk)
    _tell_unit(directive, f"{by} chưa chấp nhận trả lời {directive.occurrence_code}: {words}", at)
    return directive


def may_close(user, directive: Directive) -> bool:
    return permissions.may_close_directive(user, directive.unit, directive.task.plan)


def _judged(directive, by) -> DirectiveAnswer:
    if not may_close(by, directive):
        raise PermissionDenied
    if directive.status != Status.ANSWERED:
        raise NotAllowed(
            "Chỉ chấp nhận hoặc yêu cầu trả lời lại khi đơn vị đã trả lời; ý kiến này: "
            f"{directive.get_status_display().lower()}."
        )
    return directive.answers.last()


def _judge(said, accepted, words, *, by, at):
    said.accepted, said.verdict_words = accepted, clean_lines(words)
    said.verdict_by, said.verdict_at = by, at
    said.save(update_fields=["accepted", "verdict_words", "verdict_by", "verdict_at"])


def _move(directive, status, seen_version, **more):
    changed = Directive.objects.filter(pk=directive.pk, version=seen_version).update(
        status=status, version=F("version") + 1, **more
    )
    if not changed:
        raise Stale
    directive.refresh_from_db()


def _judges(directive):
    """The leader who spoke, and the coordinators unless their own unit answers."""
    plan = directive.task.plan
    own = plan.coordinator.contains(directive.unit)
    coordinators = [] if own else noticing.coordinators_of(plan)
    return [directive.by, *coordinators]


def _tell_unit(directive, words, at):
    noticing.tell(
        users=noticing.reporters_of(directive.unit),
        kind=Notice.Kind.DIRECTIVE,
        words=words,
        path=reverse("tasks:directive_answer", args=[directive.pk]),
        key=f"directive:{directive.pk}:{directive.version}",
        at=at,
        urgent=True,
    )

"""Units that work together on a task: who stands for "các đơn vị có liên quan" in a year, what the
lead asks of another unit, and what that unit answers."""

from collections.abc import Collection
from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse

from cchc import audit, permissions
from cchc.clock import local_day
from cchc.models import Unit
from cchc.text import clean_lines
from tasks import noticing, opening
from tasks.citing import Citation, cite_document
from tasks.models import Assignment, ChosenUnit, Contribution, Notice, Plan, TaskUnit, readable
from tasks.workflow import NotAllowed, State

CLOSED = (State.DONE, State.STOPPED)


def visible_contributions(user):
    """Whose words this person reads: the unit that asks, the unit asked, HCQT, the leaders."""
    if user.unit_id is None or user.role == permissions.ADMINISTRATOR:
        return Contribution.objects.none()
    visible = readable(user, "assignment__") | permissions.own_work(user)
    return Contribution.objects.filter(visible)


def units_of_office(plan: Plan):
    """Who may be chosen or asked: the working units that go on."""
    units = Unit.objects.parts_of(plan.unit).filter(valid_to__isnull=True)
    return units.order_by("position", "path")


def may_choose(by, party: TaskUnit, year: int) -> bool:
    """For a collaborating party its lead units and HCQT; for a leading one HCQT alone."""
    if permissions.coordinates(by, party.task.plan.coordinator):
        return True
    if party.part == TaskUnit.Part.LEAD or by.role not in permissions.REPORTERS:
        return False
    slots = Assignment.objects.filter(task=party.task_id, year=year)
    return slots.filter(unit__path__startswith=by.unit.path).exclude(state__in=CLOSED).exists()


@transaction.atomic
def choose_units(
    *, party: TaskUnit, year: int, units: Collection[Unit], by, at: datetime
) -> set[Unit]:
    """From now on `units` stand for the party's words in `year`; the words stay as they are. Lead
    units get their slots at once, and keep them. The units that were new."""
    if not may_choose(by, party, year):
        raise PermissionDenied
    party.task.plan.refuse_when_over()
    if party.kind != TaskUnit.Kind.CHOSEN:
        raise NotAllowed("Kế hoạch đã nêu đích danh đơn vị; không chọn lại.")
    if not set(units) <= set(units_of_office(party.task.plan)):
        raise NotAllowed("Chỉ chọn đơn vị đang hoạt động của cơ quan.")
    before = {choice.unit for choice in party.chosen.filter(year=year).select_related("unit")}
    fresh, dropped = set(units) - before, before - set(units)
    if not fresh and not dropped:
        return set()
    if dropped and party.part == TaskUnit.Part.LEAD:
        raise NotAllowed("Đơn vị chủ trì đã có phần việc; muốn thôi thì dừng theo quyết định.")
    party.chosen.filter(year=year, unit__in=dropped).delete()
    ChosenUnit.objects.bulk_create(
        ChosenUnit(party=party, year=year, unit=unit, by=by, at=at) for unit in fresh
    )
    told = {
        "year": year,
        "words": party.text,
        "chosen": sorted(unit.code for unit in fresh),
        "dropped": sorted(unit.code for unit in dropped),
    }
    audit.record(by=by, verb="units_chosen", target=party.task, at=at, **told)
    if party.part == TaskUnit.Part.LEAD:
        opening.open_year(plan=party.task.plan, year=year, by=by, at=at, only=fresh)
    return fresh


@transaction.atomic
def ask(
    *, assignment: Assignment, unit: Unit, wanted: str, due_on: date, by, at: datetime
) -> Contribution:
    """The lead asks `unit` for something by a day. The same request sent twice is one."""
    wanted = clean_lines(wanted)
    if not permissions.may_report_for(by, assignment.unit):
        raise PermissionDenied
    assignment.task.plan.refuse_when_over()
    Unit.objects.select_for_update(no_key=True).get(pk=unit.pk)  # clicks, one by one
    same = {"assignment": assignment, "unit": unit, "wanted": wanted, "due_on": due_on}
    if again := Contribution.objects.filter(**same, answered_at=None).first():
        return again
    _require_askable(assignment, unit, wanted, due_on, local_day(at))
    asked = Contribution.objects.create(**same, asked_by=by, asked_at=at)
    audit.record(by=by, verb="contribution_asked", target=asked, at=at, unit=unit.code)
    noticing.tell(
        users=noticing.reporters_of(unit),
        kind=Notice.Kind.CONTRIBUTION,
        words=f"{assignment.unit.short_name} cần phối hợp {assignment.occurrence_code} "
        f"trước ngày {due_on:%d/%m/%Y}: {wanted}",
        path=reverse("tasks:contribution_answer", args=[asked.pk]),
        key=f"contribution:{asked.pk}",
        at=at,
    )
    return asked


def _require_askable(assignment, unit, wanted, due_on, today):
    if assignment.state in CLOSED:
        raise NotAllowed("Phần việc này đã xong hoặc đã dừng; không còn gì để phối hợp.")
    if unit.pk == assignment.unit_id or assignment.unit.contains(unit):
        raise NotAllowed("Không tự đề nghị chính đơn vị mình.")
    if unit not in units_of_office(assignment.task.plan):
        raise NotAllowed("Chỉ đề nghị đơn vị đang hoạt động của cơ quan.")
    if not wanted:
        raise NotAllowed("Ghi cần đơn vị phối hợp việc gì.")
    if due_on < today:
        raise NotAllowed("Ngày cần có không thể ở trước hôm nay.")


@transaction.atomic
def answer(
    *,
    contribution: Contribution,
    words: str,
    by,
    at: datetime,
    citation: Citation | None = None,
) -> Contribution:
    """The asked unit says what it gives, with a document where there is one. Said once."""
    words = clean_lines(words)
    if not permissions.may_report_for(by, contribution.unit):
        raise PermissionDenied
    contribution.assignment.task.plan.refuse_when_over()
    now = Contribution.objects.select_for_update(of=("self",)).get(pk=contribution.pk)
    if now.answered_at:
        if (now.answer, now.answered_by_id) == (words, by.pk):
            return now
        raise NotAllowed("Đơn vị đã phản hồi đề nghị này.")
    if not words:
        raise NotAllowed("Ghi nội dung phản hồi.")
    document = cite_document(citation, unit=now.unit, by=by, at=at) if citation else None
    told = {"answer": words, "document": document, "answered_by": by, "answered_at": at}
    changed = Contribution.objects.filter(pk=now.pk, answered_at=None).update(**told)
    if not changed:
        raise NotAllowed("Đơn vị đã phản hồi đề nghị này.")
    now.refresh_from_db()
    audit.record(by=by, verb="contribution_answered", target=now, at=at)
    assignment = now.assignment
    noticing.tell(
        users=[now.asked_by],
        kind=Notice.Kind.CONTRIBUTION,
        words=f"{now.unit.short_name} đã phản hồi phối hợp {assignment.occurrence_code}: {words}",
        path=assignment.task.plan.address(
            "tasks:choose", assignment.task.code, assignment.period_code
        ),
        key=f"contribution-answered:{now.pk}",
        at=at,
    )
    return now

"""What an amendment does to work that is already open. In force from a day on, it touches only work
that is still with its unit and falls due on that day or later (or has no due day): what is done,
stopped, sent for verification or was due before keeps its words, unit and due day.

- Another deadline: the same period gets the new due day (Act.AMEND, the first one stays beside it);
  a period that the new words don't have is stopped, a new one is opened.
- Another lead: each unit that is named no more hands its part, with its history, to one that is
  named newly (Act.MOVE); what is left over is stopped or opened. What the old unit has done or
  sent stands for the new one.
- A task that is dropped: stopped, with the decision as the document.
"""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import TextChoices

from cchc.models import Unit
from tasks import opening
from tasks.actions import write_act
from tasks.models import Assignment, Document, Evidence, Task
from tasks.roster import lead_units
from tasks.rules import periods_of_rule, rule_of
from tasks.workflow import WORKING, Act, State


class Effect(TextChoices):
    DUE = "due", "Đổi thời hạn"
    MOVED = "moved", "Chuyển đơn vị"
    STOPPED = "stopped", "Dừng"
    OPENED = "opened", "Mở phần việc mới"
    KEPT = "kept", "Giữ nguyên"


@dataclass(frozen=True)
class Line:
    """What becomes of one assignment. `before` and `after` are due days, or units where it moves."""

    effect: str
    code: str  # VII.4/2024
    unit_id: int
    unit: str
    before: date | str | None = None
    after: date | str | None = None
    why: str = ""
    also: int | None = None  # the unit that had it before

    @property
    def label(self) -> str:
        return Effect(self.effect).label


@dataclass(frozen=True)
class Scope:
    """The act under way: by whom, when, by which decision, from which day."""

    by: object
    at: datetime
    since: date
    words: str  # Quyết định 477/QĐ-VP ngày 01/07/2024
    document: Document
    years: tuple[int, ...]  # of the plan that are open, from the day's year on


def touched(task: Task, since: date) -> tuple[list[Assignment], list[Assignment]]:
    """(open work that the amendment changes, open work that it leaves as it is)."""
    found = task.assignments.exclude(state__in=(State.DONE, State.STOPPED))
    found = found.select_related("unit", "task__plan__coordinator")
    ours, kept = [], []
    for work in found.order_by("year", "period", "unit__position", "unit__path"):
        if work.due_on:
            later = work.due_on >= since
        else:
            later = work.state == State.WAITING or work.year >= since.year
        free = work.state == State.WAITING or work.state in WORKING
        if later and free:
            ours.append(work)
        elif later:
            kept.append(work)
    return ours, kept


def drop_work(task: Task, scope: Scope) -> list[Line]:
    ours, kept = touched(task, scope.since)
    reason = f"Bỏ nhiệm vụ theo {scope.words}."
    return [*(_stop(work, scope, reason) for work in ours), *_kept(kept)]


def adjust_work(task: Task, scope: Scope, *, new_leads: bool, new_deadline: bool) -> list[Line]:
    """`task` as it is after the amendment. Nothing to do where neither changed."""
    if not (new_leads or new_deadline):
        return []
    ours, kept = touched(task, scope.since)
    years = sorted({work.year for work in ours} | set(scope.years))
    task = Task.objects.select_related("plan__unit").get(pk=task.pk)
    wanted: dict[tuple[int, str], list[Assignment]] = {}
    for year in years:
        for slot in opening.slots_of(task, year, at=scope.at):
            if slot.due_on is None or slot.due_on >= scope.since:
                wanted.setdefault((year, slot.period), []).append(slot)
    lines = []
    for period in sorted({(work.year, work.period) for work in ours}):
        group = [work for work in ours if (work.year, work.period) == period]
        if new_leads:
            group, told = _hand_over(task, group, scope)
            lines += told
        if new_deadline:
            lines += _new_days(task, group, wanted.get(period), scope)
    return [*lines, *open_work(task, scope, wanted), *_kept(kept)]


def open_work(task: Task, scope: Scope, wanted=None) -> list[Line]:
    """The parts that nobody holds yet: they begin on the day of the amendment."""
    if wanted is None:
        wanted = {}
        for year in scope.years:
            for slot in opening.slots_of(task, year, at=scope.at):
                wanted.setdefault((year, slot.period), []).append(slot)
    fresh = []
    for year in sorted({year for year, _ in wanted} & set(scope.years)):
        slots = [slot for (y, _), found in wanted.items() if y == year for slot in found]
        fresh += opening.not_held(task.plan, year, slots)
    made = Assignment.objects.bulk_create(fresh)
    for work in made:
        reason = f"Phần việc theo {scope.words}."
        _act(work, Act.AMEND, scope, reason=reason)
    opening.open_if_triggered(task.plan, made, by=scope.by, at=scope.at)
    return [_line(Effect.OPENED, work, after=work.due_on) for work in made]


def _hand_over(task, group, scope) -> tuple[list[Assignment], list[Line]]:
    """(the parts that go on, what was done): from units no longer named to those newly named."""
    year, period = group[0].year, group[0].period
    units = lead_units(task, max(work.due_on or date(year, 12, 31) for work in group))
    held = {pk for t, pk, p in opening.held(task.plan, year) if (t, p) == (task.pk, period)}
    new = [unit for unit in units if unit.pk not in held]
    going, lines = [], []
    for work in group:
        if work.unit in units:
            going.append(work)
        elif new:
            lines.append(_move(work, new.pop(0), scope))
            going.append(work)
        else:
            reason = f"Không còn là đơn vị chủ trì theo {scope.words}."
            lines.append(_stop(work, scope, reason))
    return going, lines


def _new_days(task, group, asked, scope) -> list[Line]:
    if asked:
        return [line for work in group for line in _new_day(work, asked[0], scope)]
    year, period = (group[0].year, group[0].period) if group else (0, "")
    if any(one.code == period for one in periods_of_rule(task, year)):
        return _kept(group, "hạn mới rơi vào trước ngày có hiệu lực: kỳ này giữ hạn đang có")
    reason = f"Kỳ này không còn theo {scope.words}."
    return [_stop(work, scope, reason) for work in group]


def _new_day(work, asked, scope) -> list[Line]:
    """The same part of the same period, due on another day; what waited for a condition that the
    new words don't have begins."""
    before = work.due_on
    if work.state == State.WAITING and not asked.waits_for:
        reason = f"Không còn chờ điều kiện theo {scope.words}."
        _act(work, Act.TRIGGER, scope, due_on=asked.due_on, reason=reason)
        Evidence.objects.create(
            update=work.updates.order_by("-seq").first(), document=scope.document
        )
        return [_line(Effect.DUE, work, before, work.due_on, "không còn chờ điều kiện")]
    if work.state == State.WAITING and work.waits_for != asked.waits_for:
        Assignment.objects.filter(pk=work.pk).update(waits_for=asked.waits_for)
    if before == asked.due_on:
        return []
    told = f"{before:%d/%m/%Y}" if before else "không có ngày hạn"
    to = f"{asked.due_on:%d/%m/%Y}" if asked.due_on else "không có ngày hạn"
    reason = f"Thời hạn từ {told} thành {to} theo {scope.words}."
    _act(work, Act.AMEND, scope, due_on=asked.due_on, undated=asked.due_on is None, reason=reason)
    return [_line(Effect.DUE, work, before, asked.due_on)]


def _move(work, receiver: Unit, scope) -> Line:
    giver = work.unit
    reason = f"Chuyển từ {giver.name} sang {receiver.name} theo {scope.words}."
    _act(work, Act.MOVE, scope, unit=receiver, reason=reason)
    return _line(Effect.MOVED, work, giver.name, receiver.name, also=giver.pk)


def _stop(work, scope, reason) -> Line:
    update = _act(work, Act.STOP, scope, blocked=False, reason=reason)
    Evidence.objects.create(update=update, document=scope.document)
    return _line(Effect.STOPPED, work, work.due_on, why=reason)


def _kept(works, why="đã gửi xác nhận: giữ đơn vị và thời hạn đang có") -> list[Line]:
    return [_line(Effect.KEPT, work, work.due_on, work.due_on, why) for work in works]


def _act(work, act, scope, **told):
    return write_act(work, act, by=scope.by, at=scope.at, effective_on=scope.since, **told)


def _line(effect, work, before=None, after=None, why="", also=None) -> Line:
    return Line(
        effect.value, work.occurrence_code, work.unit_id, work.unit.name, before, after, why, also
    )


def reads_another_deadline(before: Task, after: Task) -> bool:
    """Whether the words of the deadline give other days, not only other letters."""
    old, new = rule_of(before), rule_of(after)
    return (old.kind, old.marks, old.excludes, old.years, old.first_year, old.last_year) != (
        new.kind, new.marks, new.excludes, new.years, new.first_year, new.last_year
    ) or old.event != new.event  # fmt: skip

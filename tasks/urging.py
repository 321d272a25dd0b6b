"""Đôn đốc as a recorded act: the rungs of the ladder (tasks/ladder.py) and their answers."""

from datetime import date, datetime, timedelta

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Max, Q
from django.urls import reverse

from cchc import audit, permissions
from cchc.clock import local_day
from cchc.models import Unit
from cchc.text import clean_lines
from tasks import ladder, ledger, noticing
from tasks.buckets import OPEN, SOON_DAYS, Bucket, Row
from tasks.models import Assignment, Notice, Plan, Reminder, Task, UrgeLetter
from tasks.rules import period_label
from tasks.workflow import WORKING, NotAllowed

TRIES = 5  # of two people who take the next number in the same moment
Rung, Answer = Reminder.Rung, Reminder.Answer


def current_year(plan: Plan, today: date) -> int:
    """The plan's year to read for what is due now or soon: its view carries what earlier years
    left undone, so in the last days of December it is the next one."""
    soon = today + timedelta(SOON_DAYS)
    return min(max(soon.year, plan.first_year), plan.last_year)


def open_rows(plan: Plan, today: date, only: Q | None = None) -> list[Row]:
    """Work with a due day that its unit still has, overdue or due within 15 days. Two queries."""
    near = Q(state__in=WORKING, due_on__lte=today + timedelta(SOON_DAYS))
    view = ledger.read_year(
        plan, current_year(plan, today), today, only=near & only if only else near
    )
    return [row for row in view.rows if row.bucket in OPEN and row.state in WORKING]


def rungs_of(assignment_ids) -> dict[int, list[ladder.Given]]:
    """What was given on each, in the order of time. One query."""
    found: dict[int, list[ladder.Given]] = {}
    rows = Reminder.objects.filter(assignment__in=list(assignment_ids))
    for reminder in rows.select_related("letter"):
        found.setdefault(reminder.assignment_id, []).append(as_given(reminder))
    return found


def as_given(reminder: Reminder) -> ladder.Given:
    return ladder.Given(
        rung=reminder.rung,
        due_on=reminder.due_on,
        on=local_day(reminder.at),
        step=reminder.step,
        answer_by=reminder.letter.answer_by if reminder.letter else None,
        answered_on=local_day(reminder.answered_at) if reminder.answered_at else None,
        promised_on=reminder.promised_on,
    )


@transaction.atomic
def give_notices(*, plan: Plan, today: date, at: datetime) -> list[Reminder]:
    """The automatic notices of `today` (settings.REMINDER_DAYS). Safe to run twice: a step is given
    once for a due day. Nobody is told before it stands in the ladder."""
    rows = open_rows(plan, today)
    given = rungs_of(row.assignment_id for row in rows)
    steps = {
        row.assignment_id: step
        for row in rows
        if (
            step := ladder.notice_due(
                row.due_on, today, given.get(row.assignment_id, []), settings.REMINDER_DAYS
            )
        )
    }
    made = []
    work = Assignment.objects.select_related("task", "unit")
    for assignment in work.filter(pk__in=steps).order_by("pk"):
        reminder, fresh = Reminder.objects.get_or_create(
            assignment=assignment,
            rung=Rung.NOTICE,
            step=steps[assignment.pk],
            due_on=assignment.due_on,
            defaults={"at": at},
        )
        if fresh:
            made.append(reminder)
            audit.record(by=None, verb="notice_given", target=assignment, at=at, step=reminder.step)
            _tell_unit(reminder, _days_words(assignment.due_on, today), at, Notice.Kind.DUE)
    return made


@transaction.atomic
def remind(*, assignment: Assignment, by, at: datetime, words: str = "") -> Reminder:
    """The coordinator's note to the unit. The same day twice is one note."""
    _require_coordinator(assignment.task.plan, by)
    assignment.task.plan.refuse_when_over()
    today = local_day(at)
    again = _given_today(assignment, Rung.NOTE, today)
    if again:
        return again
    _require_step(assignment, Rung.NOTE, today)
    reminder = _give(assignment, Rung.NOTE, words, by=by, at=at)
    what = _days_words(assignment.due_on, today)
    _tell_unit(reminder, f"{what}. HCQT nhắc: {reminder.words}" if reminder.words else what, at)
    return reminder


@transaction.atomic
def report_to_leaders(*, assignment: Assignment, by, at: datetime, words: str = "") -> Reminder:
    """The leaders are told that the work is late, or that its unit asks for a decision."""
    plan = assignment.task.plan
    _require_coordinator(plan, by)
    plan.refuse_when_over()
    today = local_day(at)
    again = _given_today(assignment, Rung.LEADERS, today)
    if again:
        return again
    if assignment.state not in WORKING:
        raise NotAllowed("Chỉ báo cáo việc đơn vị còn đang làm.")
    if not assignment.blocked and not _has_proposal(assignment):
        _require_step(assignment, Rung.LEADERS, today)
    reminder = _give(assignment, Rung.LEADERS, words, by=by, at=at)
    said = f": {reminder.words}" if reminder.words else ""
    noticing.tell(
        users=noticing.leaders_of(plan),
        kind=Notice.Kind.REMINDER,
        words=f"HCQT báo cáo {assignment.occurrence_code} của {assignment.unit.name}{said}",
        path=plan.address("tasks:leaders_list"),
        key=f"leaders:{reminder.pk}",
        at=at,
    )
    return reminder


def lettered_rows(plan: Plan, unit: Unit, today: date) -> list[Row]:
    """What a phiếu đôn đốc of today lists: the unit's overdue work, without what it has answered
    for, what an open phiếu already lists, and what the leaders know of. Three queries."""
    rows = [
        row for row in open_rows(plan, today, Q(unit=unit)) if row.bucket == Bucket.OPEN_OVERDUE
    ]
    given = rungs_of(row.assignment_id for row in rows)
    return [
        row
        for row in rows
        if ladder.may_give(ladder.LETTER, row.due_on, today, given.get(row.assignment_id, []))
    ]


def issue_letter(
    *, plan: Plan, unit: Unit, by, at: datetime, answer_by: date, words: str = ""
) -> UrgeLetter:
    """A numbered phiếu đôn đốc for one unit, its list frozen as it is printed. Numbers run within
    the year; who loses the race for one takes the next. The same form twice is one letter."""
    _require_coordinator(plan, by)
    for _ in range(TRIES):
        try:
            with transaction.atomic():
                return _issue(plan, unit, by, at, answer_by, words)
        except IntegrityError as taken:
            lost = taken
    raise lost


def _issue(plan, unit, by, at, answer_by, words) -> UrgeLetter:
    today = local_day(at)
    if plan.coordinator.contains(unit):
        raise NotAllowed(
            f"{unit.name} không lập phiếu đôn đốc gửi chính mình; hãy báo cáo lãnh đạo."
        )
    if answer_by <= today:
        raise NotAllowed("Ngày đề nghị trả lời phải ở sau hôm nay.")
    rows, words = lettered_rows(plan, unit, today), clean_lines(words)
    if not rows:
        same = {"unit": unit, "issued_on": today, "words": words, "answer_by": answer_by, "by": by}
        if again := UrgeLetter.objects.filter(**same).first():
            return again
        raise NotAllowed(
            f"{unit.name} không có việc quá hạn nào cần lập phiếu: đã xong, đã trả lời, đang trong "
            "hạn trả lời của phiếu trước hoặc đã báo cáo lãnh đạo."
        )
    last = UrgeLetter.objects.filter(year=today.year).aggregate(n=Max("number"))["n"] or 0
    letter = UrgeLetter.objects.create(
        unit=unit,
        year=today.year,
        number=last + 1,
        issued_on=today,
        words=words,
        lines=lines_of(rows),
        answer_by=answer_by,
        by=by,
        at=at,
    )
    Reminder.objects.bulk_create(
        Reminder(
            assignment_id=row.assignment_id,
            rung=Rung.LETTER,
            due_on=row.due_on,
            letter=letter,
            words=letter.words,
            by=by,
            at=at,
        )
        for row in rows
    )
    audit.record(by=by, verb="urge_letter_issued", target=letter, at=at, lines=len(rows))
    noticing.tell(
        users=noticing.reporters_of(unit),
        kind=Notice.Kind.REMINDER,
        words=f"Phiếu đôn đốc số {letter}: {len(rows)} việc quá hạn, trả lời trước ngày "
        f"{answer_by:%d/%m/%Y}",
        path=reverse("tasks:urge_letter", args=[letter.pk]),
        key=f"letter:{letter.pk}",
        at=at,
    )
    return letter


def lines_of(rows: list[Row]) -> list[dict]:
    """The list as it is printed: words and days of this day. One query."""
    texts = dict(Task.objects.filter(pk__in={r.task_id for r in rows}).values_list("pk", "text"))
    return [
        {
            "assignment": row.assignment_id,
            "code": row.code,
            "period_code": row.period_code,
            "period": period_label(row.year, row.period),
            "text": texts[row.task_id],
            "due_on": row.due_on.isoformat(),
            "days_late": -row.days_left,
            "state": row.tile,
        }
        for row in sorted(rows, key=lambda row: (row.due_on, row.position))
    ]


@transaction.atomic
def answer_reminder(
    *,
    reminder: Reminder,
    by,
    at: datetime,
    answer: str,
    words: str = "",
    promised_on: date | None = None,
) -> Reminder:
    """The unit answers: by when it will be done, why it is late, or what it proposes."""
    assignment = reminder.assignment
    if not permissions.may_report_for(by, assignment.unit):
        raise PermissionDenied
    assignment.task.plan.refuse_when_over()
    words = clean_lines(words)
    if answer == Answer.PROMISE and (promised_on is None or promised_on <= local_day(at)):
        raise NotAllowed("Ngày hẹn phải ở sau hôm nay.")
    if answer != Answer.PROMISE and not words:
        raise NotAllowed("Ghi nội dung trả lời.")
    told = {
        "answer": answer,
        "answer_words": words,
        "promised_on": promised_on if answer == Answer.PROMISE else None,
    }
    changed = Reminder.objects.filter(pk=reminder.pk, answer="").update(
        answered_by=by, answered_at=at, **told
    )
    reminder.refresh_from_db()
    if not changed:
        if all(getattr(reminder, name) == value for name, value in told.items()):
            return reminder  # the same answer sent twice
        raise NotAllowed(
            f"Đã trả lời ngày {local_day(reminder.answered_at):%d/%m/%Y} "
            f"({reminder.answered_by}): {reminder.get_answer_display().lower()}."
        )
    audit.record(
        by=by,
        verb="reminder_answered",
        target=assignment,
        at=at,
        reminder=reminder.pk,
        answer=answer,
    )
    noticing.tell(
        users=noticing.coordinators_of(assignment.task.plan),
        kind=Notice.Kind.REMINDER,
        words=f"{assignment.unit.short_name} trả lời đôn đốc {assignment.occurrence_code}: "
        f"{answer_line(reminder)}",
        path=noticing.page_of(assignment),
        key=f"answered:{reminder.pk}",
        at=at,
    )
    return reminder


def may_answer(reminder: Reminder, user) -> bool:
    """Its unit has not answered, and has the work still."""
    work = reminder.assignment
    open_ = not reminder.answer and work.state in WORKING
    return open_ and permissions.may_report_for(user, work.unit)


def answer_line(reminder: Reminder) -> str:
    """hẹn ngày 20/12/2024, chờ Sở Nội vụ góp ý; lý do: ...; kiến nghị: ...; nothing unanswered."""
    if not reminder.answer:
        return ""
    label = reminder.get_answer_display().lower()
    if reminder.answer == Answer.PROMISE:
        more = f", {reminder.answer_words}" if reminder.answer_words else ""
        return f"{label} {reminder.promised_on:%d/%m/%Y}{more}"
    return f"{label}: {reminder.answer_words}"


def _require_coordinator(plan, by):
    if not permissions.coordinates(by, plan.coordinator):
        raise PermissionDenied


def _require_step(assignment, rung, today):
    """The ladder's own refusal, in words."""
    if assignment.state not in WORKING or assignment.due_on is None:
        raise NotAllowed("Chỉ đôn đốc việc có thời hạn mà đơn vị còn đang làm.")
    given = rungs_of([assignment.pk]).get(assignment.pk, [])
    if ladder.may_give(rung, assignment.due_on, today, given):
        return
    rests = ladder.rests_until(assignment.due_on, today, given)
    waits = ladder.waits_until(assignment.due_on, today, given)
    if rests:
        raise NotAllowed(f"Đơn vị đã trả lời; không đôn đốc tiếp trước hết ngày {rests:%d/%m/%Y}.")
    if waits:
        raise NotAllowed(f"Đã đôn đốc, đơn vị còn thời gian trả lời đến hết ngày {waits:%d/%m/%Y}.")
    raise NotAllowed("Chưa đến lúc, hoặc việc này đã được đôn đốc ở mức cao hơn.")


def _has_proposal(assignment) -> bool:
    """The unit answered a rung with a proposal: somebody has to decide on it."""
    return assignment.reminders.filter(answer=Answer.PROPOSAL).exists()


def _given_today(assignment, rung, today) -> Reminder | None:
    last = assignment.reminders.filter(rung=rung, due_on=assignment.due_on).last()
    return last if last and not last.answer and local_day(last.at) == today else None


def _give(assignment, rung, words, *, by, at) -> Reminder:
    reminder = Reminder.objects.create(
        assignment=assignment,
        rung=rung,
        due_on=assignment.due_on,
        words=clean_lines(words),
        by=by,
        at=at,
    )
    audit.record(by=by, verb=f"reminder_{rung}", target=assignment, at=at, reminder=reminder.pk)
    return reminder


def _tell_unit(reminder, words, at, kind=Notice.Kind.REMINDER):
    assignment = reminder.assignment
    noticing.tell(
        users=noticing.reporters_of(assignment.unit),
        kind=kind,
        words=f"{assignment.occurrence_code} {words}",
        path=reverse("tasks:answer_reminder", args=[reminder.pk]),
        key=f"reminder:{reminder.pk}",
        at=at,
    )


def _days_words(due_on: date, today: date) -> str:
    left = (due_on - today).days
    if left == 0:
        return "đến hạn hôm nay"
    return f"còn {left} ngày là đến hạn" if left > 0 else f"đã quá hạn {-left} ngày"

"""The mail that sums up what somebody has to look at. Figures from the ledger, names only of what
its reader may see: their own unit's work; for HCQT and the leaders the office's."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.urls import reverse

from cchc import permissions
from cchc.clock import local_day
from cchc.models import User
from cchc.templatetags.cchc import days, dmy
from tasks import ledger
from tasks.buckets import Bucket
from tasks.filters import occurrences_of
from tasks.models import Assignment, Notice, Plan, Task
from tasks.urging import current_year
from tasks.viewing import default_year, plan_of
from tasks.workflow import State

LISTED = 12  # of a kind; the rest is a number and a link
IN_SUBJECT = 3
# The lists above them say the same, and as it stands today.
SAID_BY_FIGURES = (Notice.Kind.DUE, Notice.Kind.RETURNED, Notice.Kind.REVIEW)


@dataclass(frozen=True)
class Line:
    words: str
    when: str  # hạn 31/12/2024, còn 15 ngày
    path: str


@dataclass(frozen=True)
class Section:
    title: str
    count: int
    lines: tuple[Line, ...]
    path: str  # of the whole list

    @property
    def more(self) -> int:
        return self.count - len(self.lines)


@dataclass(frozen=True)
class Digest:
    person: str
    day: date
    subject: str
    place: str  # whose work the figures are of
    sections: tuple[Section, ...]
    notices: tuple[int, ...]  # primary keys of what it tells, mailed once it is sent


def read_digest(user: User, day: date, notices: list[Notice]) -> Digest | None:
    """What `user` should look at on `day`, or None when that is nothing. `notices`: what they have
    neither read nor been mailed. A fixed number of queries."""
    plan = plan_of(user)
    own = _own_sections(user, plan, day) if plan else []
    own.append(_told([notice for notice in notices if notice.kind not in SAID_BY_FIGURES]))
    sections = tuple(section for section in own if section.count)
    if not sections:
        return None
    said = ", ".join(f"{s.count} {s.title[0].lower()}{s.title[1:]}" for s in sections[:IN_SUBJECT])
    return Digest(
        person=user.full_name,
        day=day,
        subject=f"Kế hoạch CCHC, {dmy(day)}: {said}",
        place=_place(user, plan),
        sections=sections,
        notices=tuple(notice.pk for notice in notices),
    )


def _told(notices) -> Section:
    lines = [Line(n.words, dmy(local_day(n.created_at)), n.path) for n in notices[:LISTED]]
    return Section("Thông báo mới", len(notices), tuple(lines), reverse("tasks:notices"))


def _place(user, plan) -> str:
    if plan is None or user.unit is None:
        return ""
    return plan.unit.name if user.role == permissions.LEADER else user.unit.name


def _own_sections(user, plan: Plan, day: date) -> list[Section]:
    if user.unit_id is None:
        return []
    sections = []
    if user.role in permissions.REPORTERS:
        sections += _of_the_unit(plan, day, Q(unit__path__startswith=user.unit.path))
    if user.role in permissions.VERIFIERS:
        awaiting = Assignment.objects.awaiting(user).count()
        sections.append(Section("Phần việc chờ xác nhận", awaiting, (), reverse("tasks:review")))
        sections += _of_the_office(plan, day)
    return sections


def _of_the_unit(plan, day, only) -> list[Section]:
    """As the unit's own page counts: returned work that is overdue is in both."""
    view, ahead = _views(plan, day, only)
    rows = [*view.rows, *(ahead.rows if ahead else ())]
    kinds = (
        ("Phần việc bị trả lại", lambda row: row.state == State.RETURNED),
        ("Phần việc quá hạn", lambda row: row.bucket == Bucket.OPEN_OVERDUE),
        ("Phần việc đến hạn trong 15 ngày", lambda row: row.soon),
    )
    path = reverse("tasks:my_work")
    return [_work(title, [row for row in rows if holds(row)], path) for title, holds in kinds]


def _of_the_office(plan, day) -> list[Section]:
    """As the plan's page lists, under the address that lists it."""
    view, ahead = _views(plan, day)
    kinds = (
        ("Nhiệm vụ của cả cơ quan quá hạn", Bucket.OPEN_OVERDUE.value),
        ("Nhiệm vụ của cả cơ quan đến hạn trong 15 ngày", "sap-den-han"),
    )
    path = reverse("tasks:plan")
    return [
        _work(
            title,
            occurrences_of(view, status) + (occurrences_of(ahead, status) if ahead else []),
            f"{path}?trang-thai={status}",
        )
        for title, status in kinds
    ]


def _views(plan, day, only=None):
    """The year's ledger, and in late December what is new in the next year's."""
    year = default_year(plan, day)
    view = ledger.read_year(plan, year, day, only=only)
    if current_year(plan, day) == year:
        return view, None
    own = Q(year=year + 1)
    return view, ledger.read_year(plan, year + 1, day, only=only & own if only else own)


def _work(title, things, path) -> Section:
    ordered = sorted(things, key=lambda t: (t.due_on or date.max, t.position))
    listed = ordered[:LISTED]
    tasks = Task.objects.in_bulk({thing.task_id for thing in listed})
    units = {getattr(thing, "unit_short", "") for thing in listed}  # occurrences have several
    lines = tuple(_line(thing, tasks[thing.task_id], named=len(units) > 1) for thing in listed)
    return Section(title, len(ordered), lines, path)


def _line(thing, task: Task, *, named: bool) -> Line:
    """`named`: with its unit, where the list has those of several."""
    when = f"hạn {dmy(thing.due_on)}" if thing.due_on else "không có hạn"
    if thing.days_left is not None:
        when += f", {days(thing.days_left)}"
    if thing.state == State.PENDING:
        when += ", đã gửi xác nhận"
    opening = (task.opening()[0] or task.text).rstrip(" ,;:")
    return Line(
        words=f"{thing.code}/{thing.period_code} {opening}"
        + (f" ({thing.unit_short})" if named else ""),
        when=when,
        path=reverse("tasks:occurrence", args=[thing.code, thing.period_code]),
    )

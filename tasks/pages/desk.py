"""Điều phối: the coordinator's queues, one shown at a time; each item says why it is there and what
to do next."""

from dataclasses import dataclass
from datetime import date

from django.core.paginator import Page, Paginator

from cchc.clock import local_day
from tasks.models import Assignment, Directive, Extension, ProgressUpdate, Reminder, Task
from tasks.pages.queues import Proposal, Queues, Urge
from tasks.rules import period_label
from tasks.urging import answer_line
from tasks.workflow import Act

ITEMS_A_PAGE = 25
REVIEW_ITEMS_A_PAGE = 20
CONFIRM, URGE, DECIDE = "xac-nhan", "don-doc", "quyet-dinh"
LABELS = {CONFIRM: "Cần xác nhận", URGE: "Cần đôn đốc", DECIDE: "Cần quyết định"}


@dataclass(frozen=True)
class Tab:
    slug: str
    label: str
    count: int
    current: bool


@dataclass(frozen=True)
class DeskItem:
    """`kind` says what the next act is: the template has one form or link for each."""

    kind: str
    code: str
    period_code: str
    period: str
    opening: str
    unit: str
    unit_code: str
    why: str
    urgent: bool
    said: str  # in the unit's or the condition's words
    before: str  # the last rung given
    pk: int  # of what is acted on
    page: int = 1  # of the page where it is verified

    @property
    def anchor(self) -> str:
        return f"{self.kind}-{self.pk}"


@dataclass(frozen=True)
class Desk:
    tabs: tuple[Tab, ...]
    current: str
    page: Page  # of DeskItem
    with_units: int


def read_desk(queues: Queues, wanted: str, number, today: date) -> Desk:
    """At most three queries, for the words of the items shown."""
    members = {CONFIRM: queues.confirm, URGE: queues.urge, DECIDE: queues.decide}
    filled = (slug for slug, items in members.items() if items)
    current = wanted if wanted in members else next(filled, CONFIRM)
    page = Paginator(members[current], ITEMS_A_PAGE).get_page(number)
    read = {CONFIRM: _confirm, URGE: _urge, DECIDE: _decide}[current]
    page.object_list = read(page, today)
    tabs = tuple(
        Tab(slug, label, len(members[slug]), slug == current) for slug, label in LABELS.items()
    )
    return Desk(tabs, current, page, queues.with_units)


def _confirm(page, today) -> list[DeskItem]:
    ids = list(page.object_list)
    work = Assignment.objects.select_related("task", "unit").in_bulk(ids)
    sent = ProgressUpdate.objects.filter(assignment__in=ids, act=Act.SUBMIT).order_by("seq")
    moments = dict(sent.values_list("assignment_id", "recorded_at"))
    place = page.start_index() - 1
    return [
        _item(
            "confirm",
            work[pk],
            work[pk].task,
            unit=work[pk].unit,
            pk=pk,
            why=_sent_words(local_day(moments[pk]), today),
            page=(place + n) // REVIEW_ITEMS_A_PAGE + 1,
        )
        for n, pk in enumerate(ids)
    ]


def _sent_words(day: date, today: date) -> str:
    waited = (today - day).days
    return f"gửi ngày {day:%d/%m/%Y}" + (f", chờ {waited} ngày" if waited else "")


def _urge(page, today) -> list[DeskItem]:
    tasks = Task.objects.in_bulk({urge.row.task_id for urge in page.object_list})
    return [
        _of_row(
            urge.rung,
            urge.row,
            tasks,
            why=_late_words(urge, today),
            urgent=urge.row.days_left < 0,
            before=rung_line(urge.last) if urge.last else "",
        )
        for urge in page.object_list
    ]


def _late_words(urge: Urge, today: date) -> str:
    left = urge.row.days_left
    words = f"quá hạn {-left} ngày" if left < 0 else f"còn {left} ngày" if left else "hạn hôm nay"
    words = f"hạn {urge.row.due_on:%d/%m/%Y}, {words}"
    if urge.redo_by:
        words += f"; bị trả lại, bổ sung trước {urge.redo_by:%d/%m/%Y} đã qua"
    return words


def rung_line(reminder: Reminder) -> str:
    """HCQT nhắc 05/12/2024: chưa trả lời; Phiếu đôn đốc số 3/2024 ngày ...: hẹn ngày ...."""
    name = reminder.get_rung_display()
    if reminder.letter:
        name += f" số {reminder.letter}"
    return f"{name} {local_day(reminder.at):%d/%m/%Y}: {answer_line(reminder) or 'chưa trả lời'}"


def _decide(page, today) -> list[DeskItem]:
    proposals = [thing for thing in page.object_list if isinstance(thing, Proposal)]
    tasks = Task.objects.in_bulk({item.row.task_id for item in proposals})
    return [_decision(thing, tasks) for thing in page.object_list]


def _decision(thing, tasks) -> DeskItem:
    if isinstance(thing, Extension):
        work = thing.assignment
        why = f"xin gia hạn từ {thing.due_on:%d/%m/%Y} đến {thing.wanted_on:%d/%m/%Y}"
        return _item(
            "extension", work, work.task, unit=work.unit, pk=thing.pk, why=why, said=thing.reason
        )
    if isinstance(thing, Directive):
        said = f"{thing.by} chỉ đạo: {thing.words}"
        why = "đơn vị đã trả lời ý kiến chỉ đạo"
        return _item("answer", thing, thing.task, unit=thing.unit, pk=thing.pk, why=why, said=said)
    if isinstance(thing, Proposal):
        why = f"có đề nghị từ {local_day(thing.at):%d/%m/%Y}, chưa có ý kiến chỉ đạo"
        return _of_row("proposal", thing.row, tasks, why=why, said=thing.words)
    last = thing.last_check
    why = "quý này chưa hỏi: đã ban hành chưa?"
    before = f"Lần hỏi trước {local_day(last.at):%d/%m/%Y}: {last.note or 'chưa'}" if last else ""
    return DeskItem(
        kind="condition",
        code=thing.task.code,
        period_code="",
        period="",
        opening=thing.task.opening()[0],
        unit="",
        unit_code="",
        why=why,
        urgent=False,
        said=thing.condition,
        before=before,
        pk=thing.task.pk,
    )


def _of_row(kind, row, tasks, *, why, urgent=False, said="", before="") -> DeskItem:
    return DeskItem(
        kind=kind,
        code=row.code,
        period_code=row.period_code,
        period=period_label(row.year, row.period),
        opening=tasks[row.task_id].opening()[0],
        unit=row.unit,
        unit_code=row.unit_code,
        why=why,
        urgent=urgent,
        said=said,
        before=before,
        pk=row.assignment_id,
    )


def _item(kind, thing, task, *, unit, pk, why, said="", page=1) -> DeskItem:
    return DeskItem(
        kind=kind,
        code=task.code,
        period_code=thing.period_code,
        period=period_label(thing.year, thing.period),
        opening=task.opening()[0],
        unit=unit.name,
        unit_code=unit.code,
        why=why,
        urgent=False,
        said=said,
        before="",
        pk=pk,
        page=page,
    )

"""Việc của đơn vị: what one unit has to do, in the order in which it should look at it."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q

from cchc.clock import local_day
from cchc.permissions import HEADS, may_send
from tasks import ledger
from tasks.buckets import DONE, Bucket, Row
from tasks.models import Assignment, Evidence, Extension, ProgressUpdate, Task
from tasks.rules import period_label
from tasks.viewing import Viewing
from tasks.workflow import WORKING, Act, State, can

QUIET_DAYS = 30  # without an update for longer, the date turns amber


@dataclass(frozen=True)
class WorkRow:
    row: Row
    opening: str
    rest: str
    period: str  # said only when it isn't the year looked at
    need: str  # what is still to be handed in, or what was
    returned: str  # who returned it, when and why
    quiet: bool
    draft: str  # what a member prepared and the head has to see
    may_approve: bool
    asks_until: date | None  # the later day that is asked for, not yet decided
    asks_page: int | None
    version: int  # of work that waits for the head
    may_update: bool
    show_unit: bool

    @property
    def anchor(self) -> str:
        return f"viec-{self.row.assignment_id}"

    @property
    def bar(self) -> int:
        """Width of the small bar of products issued, of 44 px."""
        return round(44 * self.row.products_issued / self.row.products) if self.row.products else 0


@dataclass(frozen=True)
class Group:
    title: str
    tile: str
    icon: str
    folded: bool
    rows: tuple[WorkRow, ...]


# In the order of the day: each row is in the first group whose question it answers yes to.
GROUPS = (
    ("Bị trả lại", "returned", "arrow-back-up", lambda r: r.state == State.RETURNED),
    ("Chờ trưởng đơn vị duyệt", "doing", "user", lambda r: r.state == State.READY),
    ("Đang chờ xác nhận", "review", "send", lambda r: r.state == State.PENDING),
    ("Quá hạn", "overdue", "alert-triangle", lambda r: r.bucket == Bucket.OPEN_OVERDUE),
    ("Đến hạn trong 15 ngày", "soon", "clock", lambda r: r.soon),
    ("Chờ điều kiện phát sinh", "wait", "wait", lambda r: r.bucket == Bucket.WAITING),
    ("Đã xong", "done", "circle-check", lambda r: r.bucket in DONE or r.state == State.DONE),
    ("Dừng theo quyết định", "stopped", "ban", lambda r: r.bucket == Bucket.STOPPED),
    ("Chưa xác định hạn", "new", "circle", lambda r: r.bucket == Bucket.NO_DEADLINE),
    ("Đang làm, còn trong hạn", "doing", "half", lambda r: True),
)
SHOWN = (
    "Quá hạn",
    "Bị trả lại",
    "Chờ trưởng đơn vị duyệt",
    "Đến hạn trong 15 ngày",
    "Đang làm, còn trong hạn",
    "Chưa xác định hạn",
    "Đang chờ xác nhận",
    "Chờ điều kiện phát sinh",
    "Dừng theo quyết định",
    "Đã xong",
)


def read_rows(viewing: Viewing, user) -> list[Row]:
    """The unit's own slots of the year, those left over from earlier years too."""
    only = Q(unit__path__startswith=user.unit.path)
    return list(ledger.read_year(viewing.plan, viewing.year, viewing.as_of, only=only).rows)


def group_of(row: Row) -> str:
    return next(title for title, _, _, holds in GROUPS if holds(row))


def sort_for_work(rows: list[Row]) -> list[Row]:
    """By group as shown, then by due day; without one last."""
    return sorted(
        rows,
        key=lambda row: (SHOWN.index(group_of(row)), row.due_on or date.max, row.position),
    )


def counts(rows: list[Row]) -> dict[str, int]:
    """How many rows each group has; "overdue" is the ledger's bucket, in whichever group."""
    titles = [group_of(row) for row in rows]
    overdue = sum(row.bucket == Bucket.OPEN_OVERDUE for row in rows)
    return {title: titles.count(title) for title in SHOWN} | {"overdue": overdue}


def group_rows(rows: list[WorkRow]) -> list[Group]:
    looks = {title: (tile, icon) for title, tile, icon, _ in GROUPS}
    groups = []
    for title in SHOWN:
        members = tuple(item for item in rows if group_of(item.row) == title)
        if members:
            tile, icon = looks[title]
            groups.append(Group(title, tile, icon, title == "Đã xong", members))
    return groups


def work_rows(rows: list[Row], viewing: Viewing, user) -> list[WorkRow]:
    """The rows with their words, ready to show: at most six queries, however many rows."""
    tasks = Task.objects.prefetch_related("products").in_bulk({row.task_id for row in rows})
    evidence = Evidence.objects.filter(update_id__in=[row.last_report_id for row in rows])
    cited: dict[int, list[Evidence]] = {}
    for piece in evidence.select_related("document").order_by("document__issued_on"):
        cited.setdefault(piece.update_id, []).append(piece)
    returns = _last_returns([r.assignment_id for r in rows if r.state == State.RETURNED], viewing)
    drafts = _drafts([row for row in rows if row.state == State.READY], cited, user)
    asked = _asked(rows)
    shown = []
    for row in rows:
        draft, extension = drafts.get(row.assignment_id), asked.get(row.assignment_id)
        task = tasks[row.task_id]
        opening, rest = task.opening()
        quiet_since = row.updated_on and viewing.as_of - row.updated_on
        shown.append(
            WorkRow(
                row=row,
                opening=opening,
                rest=rest,
                period=period_label(row.year, row.period)
                if row.state != State.WAITING and (row.period or row.year != viewing.year)
                else "",
                need=_need(row, task, cited.get(row.last_report_id, [])),
                returned=returns.get(row.assignment_id, ""),
                quiet=bool(quiet_since and quiet_since > timedelta(QUIET_DAYS)),
                draft=draft.words if draft else "",
                may_approve=bool(draft and draft.may_approve and not viewing.is_past),
                asks_until=extension.wanted_on if extension else None,
                asks_page=extension.pk if extension else None,
                version=draft.version if draft else 0,
                may_update=not viewing.is_past and can(row.state, Act.REPORT),
                show_unit=row.unit_id != user.unit_id,
            )
        )
    return shown


def work_row(assignment: Assignment, viewing: Viewing, user) -> WorkRow:
    """One assignment as a row of the list, whichever year it belongs to."""
    only = Q(pk=assignment.pk)
    view = ledger.read_year(viewing.plan, viewing.year, viewing.as_of, only=only)
    if not view.rows:
        view = ledger.read_year(viewing.plan, assignment.year, viewing.as_of, only=only)
    return work_rows(list(view.rows), viewing, user)[0]


def _need(row: Row, task: Task, cited: list[Evidence]) -> str:
    """The products still to be issued; for work that was sent, the documents it was sent with."""
    if row.state in (State.PENDING, State.DONE) and cited:
        documents = dict.fromkeys(piece.document for piece in cited)
        return "Đã nộp: " + "; ".join(f"{d.title} ngày {d.issued_on:%d/%m/%Y}" for d in documents)
    if row.state == State.WAITING:
        return f"Chờ: {row.waits_for[0].lower()}{row.waits_for[1:]}"
    served = {piece.product_id for piece in cited}
    asked = [p for p in task.products.all() if p.is_asked(row.due_on, row.done_on)]
    missing = [product.text for product in asked if product.pk not in served]
    if missing:
        return "; ".join(missing)
    return "Đủ văn bản, chưa gửi xác nhận" if cited else "Kế hoạch để trống sản phẩm"


@dataclass(frozen=True)
class Draft:
    words: str
    version: int
    may_approve: bool


def _drafts(rows, cited, user) -> dict[int, Draft]:
    """What waits for the head, of work that is ready. One query, none where nothing waits."""
    acts = ProgressUpdate.objects.filter(pk__in=[row.last_report_id for row in rows])
    found = {}
    for act in acts.select_related("by", "assignment__unit"):
        documents = dict.fromkeys(piece.document for piece in cited.get(act.pk, []))
        proof = "; ".join(f"{d.title} ngày {d.issued_on:%d/%m/%Y}" for d in documents)
        words = f"{act.by} trình {local_day(act.recorded_at):%d/%m/%Y}: {act.result}"
        if act.difficulty:
            words += f" Vướng mắc: {act.difficulty} Đề nghị: {act.proposal}"
        words += f" Kèm: {proof}." if proof else ""
        words += f" Lý do thiếu văn bản: {act.reason}" if act.reason else ""
        found[act.assignment_id] = Draft(
            words=words,
            version=act.assignment.version,
            may_approve=act.assignment.state == State.READY
            and user.role in HEADS
            and may_send(user, act.assignment.unit),
        )
    return found


def _asked(rows) -> dict[int, Extension]:
    """The open request for a later day of each row that has one. One query."""
    ids = [row.assignment_id for row in rows if row.state in WORKING or row.state == State.PENDING]
    asked = Extension.objects.filter(assignment__in=ids, decision=Extension.Decision.OPEN)
    return {extension.assignment_id: extension for extension in asked}


def _last_returns(assignment_ids, viewing) -> dict[int, str]:
    acts = (
        ProgressUpdate.objects.filter(
            assignment_id__in=assignment_ids,
            act=Act.RETURN,
            effective_on__lte=viewing.as_of,
        )
        .select_related("by")
        .order_by("seq")
    )
    return {
        act.assignment_id: f"{act.by} trả lại {act.effective_on:%d/%m/%Y}: {act.reason}"
        for act in acts
    }

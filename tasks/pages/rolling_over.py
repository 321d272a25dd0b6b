"""The roll-over of a plan as a page: each task of the old plan, what it came to, what becomes of it;
the work that it leaves open; and what a task's page says of its origin and its descendants."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Q
from django.urls import reverse

from cchc import permissions
from cchc.clock import local_day
from tasks import carrying_over
from tasks.buckets import Bucket, Occurrence
from tasks.carrying_over import OpenPart
from tasks.ledger import read_task
from tasks.models import CarriedWork, Descent, Plan, Solution, Task
from tasks.models.plan import PLAN_MARK
from tasks.plan_words import CELLS
from tasks.rolling_over import (
    How,
    Remark,
    all_remarks,
    mark_of,
    origins_of,
    term_of,
    years_named,
)

ROWS_A_PAGE = WORKS_A_PAGE = 50
TILES = {How.KEEP: "done", How.EDIT: "doing", How.MERGE: "review", How.DROP: "stopped"}
ICONS = {How.KEEP: "check", How.EDIT: "pencil", How.MERGE: "arrow-right", How.DROP: "x"}


@dataclass(frozen=True)
class Problem:
    """Why an answer on one row was not written, with what was typed."""

    code: str
    words: str
    how: str = ""
    reason: str = ""
    into: str = ""
    lose: str = ""  # the digest to send back when the words may be lost
    lost: tuple[tuple[str, str], ...] = ()  # (cell, the words that would be lost)


@dataclass(frozen=True)
class Decided:
    how: str
    label: str
    tile: str
    icon: str
    code: str  # of the new row
    words: str  # of it, where they differ
    differs: bool  # it is no longer word for word
    also: tuple[str, ...]  # codes of the old tasks that went into the same row
    reason: str
    by: str
    on: date


@dataclass(frozen=True)
class Row:
    task: Task
    came_to: tuple[tuple[str, int, str], ...]  # (bucket, how many periods, tile)
    periods: int
    remarks: tuple[Remark, ...]
    decided: Decided | None
    seen: str
    problem: Problem | None = None

    @property
    def findings(self) -> tuple[Remark, ...]:
        """What a person must look at: nothing any more once the words went another way."""
        if self.decided and (self.decided.differs or not self.decided.code):
            return ()
        return self.remarks

    @property
    def may_keep(self) -> bool:
        return not any(remark.stops for remark in self.remarks)


@dataclass(frozen=True)
class Group:
    code: str
    title: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class RollOver:
    plan: Plan
    old: Plan
    term: str
    groups: tuple[Group, ...]
    page: Page
    total: int
    undecided: tuple[tuple[str, int], ...]  # (code, on which page)
    can_keep: int  # undecided, and nothing speaks against keeping them
    counts: tuple[tuple[str, int], ...]  # of the decisions
    targets: tuple[tuple[str, str], ...]  # (code, words) of the rows to merge into
    elsewhere: tuple[tuple[int, str, str], ...]  # (area, its title, words that name the old term)
    may_write: bool


def page_of(plan: Plan, code: str) -> int:
    """On which page the old task stands."""
    codes = list(origins_of(plan).values_list("code", flat=True))
    return codes.index(code) // ROWS_A_PAGE + 1 if code in codes else 1


def read_roll_over(
    plan: Plan, user, today: date, number, problem: Problem | None = None
) -> RollOver:
    """Eleven queries at most, whatever the size of the plan."""
    origins = list(origins_of(plan))
    descents, remarks = _descents(plan), all_remarks(plan, origins)
    open_ones = [o for o in origins if o.pk not in descents]
    page = Paginator(origins, ROWS_A_PAGE).get_page(number)
    shared = defaultdict(list)
    for descent in descents.values():
        shared[descent.task_id].append(descent)
    came_to = _came_to(read_task(plan.follows, today))
    may_write = permissions.coordinates(user, plan.coordinator) and plan.status == "draft"
    rows = [
        Row(
            task=origin,
            came_to=came_to.get(origin.pk, ()),
            periods=sum(n for _, n, _ in came_to.get(origin.pk, ())),
            remarks=remarks[origin.pk],
            decided=_decided(descents.get(origin.pk), shared),
            seen=mark_of(descents.get(origin.pk)),
            problem=problem if problem and problem.code == origin.code else None,
        )
        for origin in page
    ]
    counts = Counter(descent.how for descent in descents.values())
    tasks = plan.tasks.order_by("position").values_list("code", "text") if may_write else ()
    return RollOver(
        plan=plan,
        old=plan.follows,
        term=term_of(plan.follows),
        groups=tuple(_groups(rows)),
        page=page,
        total=len(origins),
        undecided=tuple(
            (origin.code, place // ROWS_A_PAGE + 1)
            for place, origin in enumerate(origins)
            if origin.pk not in descents
        ),
        can_keep=sum(not remarks[o.pk] for o in open_ones),
        counts=tuple((how.label, counts[how]) for how in How if counts[how]),
        targets=tuple((code, " ".join(text.split()[:14])) for code, text in tasks),
        elsewhere=_elsewhere(plan) if may_write else (),
        may_write=may_write,
    )


def _descents(plan: Plan) -> dict[int, Descent]:
    found = Descent.objects.filter(plan=plan).select_related("task", "origin", "by")
    return {descent.origin_id: descent for descent in found}


def _groups(rows: Sequence[Row]):
    grouped: dict[Any, list[Row]] = {}
    for row in rows:
        grouped.setdefault(row.task.area, []).append(row)
    for area, found in grouped.items():
        yield Group(area.appendix_code, area.appendix_title or area.title, tuple(found))


def _came_to(occurrences: Iterable[Occurrence]) -> dict[int, tuple[tuple[str, int, str], ...]]:
    """By task, in how many of its periods it came to what; the ledger's buckets, none left out."""
    by_task: dict[int, list[Occurrence]] = defaultdict(list)
    for occurrence in occurrences:
        by_task[occurrence.task_id].append(occurrence)
    return {pk: tuple(_counted(found)) for pk, found in by_task.items()}


def _counted(occurrences):
    for bucket in Bucket:
        found = [o for o in occurrences if o.bucket == bucket]
        if found:
            yield bucket.label.lower(), len(found), found[0].tile


def _decided(descent: Descent | None, shared) -> Decided | None:
    if descent is None:
        return None
    task = descent.task
    return Decided(
        how=descent.how,
        label=label_of(descent),
        tile=TILES[descent.how],
        icon=ICONS[descent.how],
        code=task.code if task else "",
        words=task.text if task and task.text != descent.origin.text else "",
        differs=_differs(descent),
        also=tuple(
            one.origin.code for one in shared[descent.task_id] if task and one.pk != descent.pk
        ),
        reason=descent.reason,
        by=str(descent.by),
        on=local_day(descent.at),
    )


def _differs(descent: Descent) -> bool:
    task, origin = descent.task, descent.origin
    return task is not None and any(getattr(task, c) != getattr(origin, c) for c in CELLS)


def label_of(descent: Descent) -> str:
    """What was decided; a row that was kept and then written over is edited."""
    if descent.how == How.KEEP and _differs(descent):
        return How.EDIT.label
    if descent.how == How.EDIT and not _differs(descent):
        return f"{How.EDIT.label} (chưa đổi chữ nào)"
    return descent.get_how_display()


def told(descent: Descent | None) -> str:
    """The decision in a few words, for the message after it."""
    if descent is None:
        return "chưa quyết định"
    return f"{label_of(descent).lower()}{f', thành {descent.task.code}' if descent.task else ''}"


def _elsewhere(plan: Plan) -> tuple[tuple[int, str, str], ...]:
    """Solutions of the draft that still name a year of the old term. One query."""
    solutions = Solution.objects.filter(area__plan=plan).select_related("area")
    return tuple(
        (one.area.number, one.area.title, one.text)
        for one in solutions
        if years_named(one.text, plan.follows)
    )


def problem_of(refusal, code: str, typed: dict) -> Problem:
    """A refusal beside what was typed; with `lost` where an edited row would go."""
    told = {name: typed.get(name, "") for name in ("how", "reason", "into")}
    lost = getattr(refusal, "lost", None)
    if lost is None:
        return Problem(code, str(refusal), **told)
    labels = {cell: Task._meta.get_field(cell).verbose_name.capitalize() for cell in CELLS}
    shown = tuple((labels[c], getattr(lost, c)) for c in CELLS if getattr(lost, c))
    return Problem(code, str(refusal), **told, lose=lost.digest, lost=shown)


# --- the work that the old plan leaves open -------------------------------------------------------


@dataclass(frozen=True)
class CarryPage:
    old: Plan
    new: Plan | None
    drafts: tuple[Plan, ...]
    why_not: str
    parts: tuple[OpenPart, ...]
    page: Page
    total: int
    can_carry: int
    sent: int  # waits for verification: to be verified or returned first


def read_carry(old: Plan, today: date, number) -> CarryPage:
    """A handful of queries, whatever the number of works."""
    new = carrying_over.next_plan(old)
    parts = carrying_over.read_open(old, new)
    page = Paginator(parts, WORKS_A_PAGE).get_page(number)
    return CarryPage(
        old=old,
        new=new,
        drafts=() if new else tuple(old.successors.filter(status=Plan.Status.DRAFT)),
        why_not=carrying_over.why_not_decide(old, today),
        parts=tuple(page),
        page=page,
        total=len(parts),
        can_carry=sum(not part.why_not for part in parts),
        sent=carrying_over.sent_work(old).count(),
    )


def left_open(plan: Plan, today: date):
    """The plan and the one before it, where their term is over and work is still to be decided on.
    A query for each."""
    for one in filter(None, (plan.follows, plan)):
        if not carrying_over.why_not_decide(one, today):
            if count := carrying_over.open_work(one).count():
                yield one, count


# --- where a task comes from, what became of it ---------------------------------------------------


@dataclass(frozen=True)
class Kin:
    """A task of the plan before or after. `href` "" where this person can't open it."""

    code: str
    term: str
    label: str
    href: str
    reason: str = ""


@dataclass(frozen=True)
class Lineage:
    origins: tuple[Kin, ...] = ()
    heirs: tuple[Kin, ...] = ()
    carried_from: tuple[Kin, ...] = ()
    carried_to: tuple[Kin, ...] = ()


def origins_by_task(plan: Plan) -> dict[int, tuple[Kin, ...]]:
    """For a draft's own page. One query, none for a plan that follows no other."""
    if plan.follows_id is None:
        return {}
    found: dict[int, list[Kin]] = defaultdict(list)
    descents = Descent.objects.filter(plan=plan).exclude(task=None)
    for descent in descents.select_related("task", "origin__plan"):
        found[descent.task_id].append(_kin(descent.origin, label_of(descent)))
    return {pk: tuple(kin) for pk, kin in found.items()}


def read_lineage(task: Task, works: Iterable[int], user) -> Lineage:
    """Of a task and of the assignments of one of its periods. Two queries."""
    descents = Descent.objects.filter(Q(task=task) | Q(origin=task))
    descents = list(descents.select_related("task__plan", "origin__plan", "plan"))
    works = set(works)
    carried = CarriedWork.objects.filter(Q(old__in=works) | Q(new__in=works))
    carried = list(carried.select_related("old__task__plan", "new__task__plan"))
    heirs = [d for d in descents if d.origin_id == task.pk and _shown(d.plan, user)]
    return Lineage(
        origins=tuple(_kin(d.origin, label_of(d)) for d in descents if d.task_id == task.pk),
        heirs=tuple(_heir(descent, user) for descent in heirs),
        carried_from=tuple(_work(one.old) for one in carried if one.new_id in works),
        carried_to=tuple(_work(one.new) for one in carried if one.old_id in works),
    )


def _shown(plan: Plan, user) -> bool:
    return plan.status != Plan.Status.DRAFT or user.role in permissions.READ_DRAFTS


def _heir(descent: Descent, user) -> Kin:
    if descent.task is None:
        return Kin("", term_of(descent.plan), label_of(descent), "", descent.reason)
    if descent.plan.status == Plan.Status.DRAFT:
        href = reverse("tasks:roll_over", args=[descent.plan.code]) + f"#{descent.origin.code}"
        return Kin(descent.task.code, term_of(descent.plan), label_of(descent), href)
    return _kin(descent.task, label_of(descent))


def _kin(task: Task, label: str) -> Kin:
    href = reverse("tasks:task", args=[task.code]) + f"?{PLAN_MARK}={task.plan.code}"
    return Kin(task.code, term_of(task.plan), label, href)


def _work(work) -> Kin:
    href = reverse("tasks:occurrence", args=[work.task.code, work.period_code])
    return Kin(
        work.occurrence_code,
        term_of(work.task.plan),
        "",
        f"{href}?{PLAN_MARK}={work.task.plan.code}",
    )

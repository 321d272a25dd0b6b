"""A plan while it is a draft: the coordinator writes its head, areas, solutions and tasks.

Each write says what the person had before them (a digest of it): Stale when it has moved on.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max

from cchc import audit, permissions
from cchc.clock import local_day
from cchc.text import clean
from tasks.actions import Stale
from tasks.amending import new_task
from tasks.models import Area, Descent, Plan, SettledFinding, Solution, Task
from tasks.plan_words import TaskWords, read_words, write_words
from tasks.workflow import NotAllowed

HEAD = (
    "subject",
    "number",
    "date_text",
    "issued_on",
    "issuer",
    "signer_title",
    "signer",
    "first_year",
    "last_year",
    "recurring_from",
)
AREA = ("title", "appendix_code", "appendix_title")


def digest_of(*values) -> str:
    return hashlib.sha256(repr(values).encode()).hexdigest()[:24]


def head_digest(plan: Plan) -> str:
    return digest_of(*(getattr(plan, name) for name in HEAD))


def area_digest(area: Area) -> str:
    """One query."""
    return digest_of(*(getattr(area, name) for name in AREA), solutions_of(area))


def solutions_of(area: Area) -> list[str]:
    return list(area.solutions.order_by("position").values_list("text", flat=True))


def own_draft(plan: Plan, by) -> Plan:
    """The plan, locked, when this person may write in it; else refused."""
    plan = Plan.objects.select_for_update(of=("self",)).select_related("coordinator").get(
        pk=plan.pk
    )  # fmt: skip
    if not permissions.coordinates(by, plan.coordinator):
        raise PermissionDenied
    if plan.status != Plan.Status.DRAFT:
        raise NotAllowed(
            f"Kế hoạch: {plan.get_status_display().lower()}; lời văn chỉ thay đổi bằng văn bản "
            "sửa đổi, bổ sung."
        )
    return plan


@transaction.atomic
def edit_head(*, plan: Plan, by, at: datetime, seen: str, values: dict[str, Any]) -> list[str]:
    """The names of what changed."""
    plan = own_draft(plan, by)
    if all(getattr(plan, name) == values[name] for name in HEAD):
        return []
    if head_digest(plan) != seen:
        raise Stale
    changed = [name for name in HEAD if getattr(plan, name) != values[name]]
    told = {name: [str(getattr(plan, name) or ""), str(values[name] or "")] for name in changed}
    for name in changed:
        setattr(plan, name, values[name])
    plan.save(update_fields=changed)
    audit.record(by=by, verb="plan_head_edited", target=plan, at=at, changed=told)
    return changed


@transaction.atomic
def save_area(
    *,
    plan: Plan,
    area: Area | None,
    by,
    at: datetime,
    seen: str,
    values: dict[str, str],
    solutions: Sequence[str],
) -> Area:
    """An area and its solutions, one line each; None: a new one at the end."""
    plan = own_draft(plan, by)
    if area is None:
        again = plan.areas.filter(**values).last()
        if again and solutions_of(again) == list(solutions):
            return again  # the same form twice
        last = plan.areas.aggregate(last=Max("number"))["last"] or 0
        area = Area.objects.create(plan=plan, number=last + 1, **values)
    else:
        area = plan.areas.get(pk=area.pk)
        same = all(getattr(area, name) == values[name] for name in AREA)
        if same and solutions_of(area) == list(solutions):
            return area
        if area_digest(area) != seen:
            raise Stale
        code = area.appendix_code
        for name in AREA:
            setattr(area, name, values[name])
        area.save(update_fields=AREA)
        if area.appendix_code != code:
            recode(area, list(area.tasks.order_by("position")))
    area.solutions.all().delete()
    Solution.objects.bulk_create(
        Solution(area=area, position=place, text=text)
        for place, text in enumerate(solutions, start=1)
    )
    audit.record(by=by, verb="area_edited", target=area, at=at, solutions=len(solutions), **values)
    return area


@transaction.atomic
def remove_area(*, plan: Plan, area: Area, by, at: datetime):
    plan = own_draft(plan, by)
    if area.tasks.exists() or area.indicators.exists():
        raise NotAllowed("Lĩnh vực còn nhiệm vụ hoặc chỉ tiêu: xóa hoặc chuyển chúng trước.")
    area.solutions.all().delete()
    audit.record(by=by, verb="area_removed", target=area, at=at, title=area.title)
    area.delete()


@transaction.atomic
def save_task(
    *, plan: Plan, task: Task | None, area: Area, by, at: datetime, seen: str, words: TaskWords
) -> Task:
    """A task's cells and what was concluded from them; None: a new one at the end of the area."""
    plan = own_draft(plan, by)
    if task is None:
        again = plan.tasks.filter(area=area, text=words.text).last()
        if again and read_words(again).digest == words.digest:
            return again
        task = new_task(plan.areas.get(pk=area.pk), words, by=by, day=local_day(at))
        audit.record(by=by, verb="task_added", target=task, at=at, code=task.code)
        return task
    task = plan.tasks.select_related("plan").get(pk=task.pk)
    before = read_words(task)
    if before.digest == words.digest:
        return task
    if before.digest != seen:
        raise Stale
    write_words(task, words, by=by, day=local_day(at))
    names = TaskWords.__dataclass_fields__
    changed = [name for name in names if getattr(before, name) != getattr(words, name)]
    audit.record(by=by, verb="task_edited", target=task, at=at, code=task.code, changed=changed)
    return task


@transaction.atomic
def remove_task(*, plan: Plan, task: Task, by, at: datetime, seen: str):
    """Those behind it in its area move up by one."""
    plan = own_draft(plan, by)
    task = plan.tasks.select_related("area").get(pk=task.pk)
    if read_words(task).digest != seen:
        raise Stale
    if Descent.objects.filter(task=task).exists():
        raise NotAllowed(
            f"Nhiệm vụ {task.code} được chuyển tiếp từ kế hoạch trước: quyết định “Bỏ” ở trang "
            "chuyển tiếp."
        )
    area = task.area
    audit.record(by=by, verb="task_removed", target=task, at=at, code=task.code, text=task.text)
    task.products.all().delete()
    behind = list(area.tasks.filter(position__gt=task.position).order_by("position"))
    task.delete()
    for one in behind:
        one.number -= 1
    recode(area, behind)


@transaction.atomic
def move_task(*, plan: Plan, task: Task, by, at: datetime, up: bool):
    """Change places with the neighbour in its area; numbers follow."""
    plan = own_draft(plan, by)
    area = plan.areas.get(pk=task.area_id)
    order = list(area.tasks.order_by("position"))
    here = next((n for n, one in enumerate(order) if one.pk == task.pk), None)
    there = None if here is None else here - 1 if up else here + 1
    if there is None or not 0 <= there < len(order):
        return
    one, other = order[here], order[there]
    one.number, other.number = other.number, one.number
    one.position, other.position = other.position, one.position
    recode(area, [one, other])
    audit.record(by=by, verb="task_moved", target=one, at=at, code=one.code)


def recode(area, tasks):
    """Codes after the area's own and the task's number; unique all the way."""
    for task in tasks:
        Task.objects.filter(pk=task.pk).update(code=f"~{task.pk}")
    for task in tasks:
        old, task.code = task.code, f"{area.appendix_code or area.number}.{task.number}"
        task.search = task.code.lower() + task.search.removeprefix(old.lower())
        task.save(update_fields=["code", "number", "position", "search"])


@transaction.atomic
def settle(*, plan: Plan, by, at: datetime, code: str, place: str, why: str) -> SettledFinding:
    """A finding of the linter stays as it is, with a word why. The later word replaces the first."""
    if not permissions.coordinates(by, plan.coordinator):
        raise PermissionDenied
    plan.refuse_when_over()
    why = clean(why)
    if not why:
        raise NotAllowed("Ghi vì sao để nguyên.")
    told = {"plan": plan, "code": code, "place": place}
    if again := SettledFinding.objects.filter(**told, why=why, by=by).first():
        return again  # the same form twice
    found, _ = SettledFinding.objects.update_or_create(
        **told, defaults={"why": why, "by": by, "at": at}
    )
    audit.record(by=by, verb="finding_settled", target=plan, at=at, code=code, place=place, why=why)
    return found

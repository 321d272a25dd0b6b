"""The task whose product is the year's own plan ("Ban hành Kế hoạch cải cách hành chính hàng năm"),
and who drafts that plan from the term's."""

import re
from datetime import date

from cchc import permissions
from cchc.text import fold
from tasks.models import Plan, Task, TaskUnit

_ANNUAL_PLAN = re.compile(r"\b(ban hanh|xay dung)\b.* ke hoach (cai cach hanh chinh|cchc)\b")


def makes_annual_plan(text: str) -> bool:
    words = fold(text)
    return bool(_ANNUAL_PLAN.search(words)) and "giai doan" not in words


def years_to_draft(plan: Plan) -> range:
    """The years that have a plan of their own; a plan of December begins with the year after."""
    if plan.status == Plan.Status.DRAFT:
        return range(0)
    return range(plan.recurring_from, plan.last_year + 1)


def year_drafted(task: Task, year: int, due_on: date | None) -> int | None:
    """For which year this task's product of `year` is the plan: what is due in the second half of a
    year ("trước 31/12 năm báo cáo") is the next one's. None where the term has no such year."""
    if not makes_annual_plan(task.text):
        return None
    drafted = year + 1 if due_on and due_on.month > 6 else year
    return drafted if drafted in years_to_draft(task.plan) else None


def may_draft(user, plan: Plan) -> bool:
    """Coordinators and leaders, and the unit that leads the task. Two queries for the last alone."""
    if permissions.reads_all_of(user, plan):
        return True
    if user.role not in permissions.REPORTERS:
        return False
    tasks = [task.pk for task in plan.tasks.all() if makes_annual_plan(task.text)]
    led = TaskUnit.objects.filter(task__in=tasks, part=TaskUnit.Part.LEAD, ended_on=None)
    return led.filter(unit=user.unit_id).exists()

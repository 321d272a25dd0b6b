""" "Đã ban hành chưa?": what the coordinator found when looking whether a document has come.

That it did come is recorded by tasks/actions.py, record_trigger.
"""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from cchc import audit, permissions
from cchc.clock import local_day
from cchc.text import clean_lines
from tasks.models import Task, TriggerCheck
from tasks.workflow import NotAllowed, State


@transaction.atomic
def record_check(*, task: Task, by, at: datetime, note: str = "") -> TriggerCheck:
    """Not issued yet. Once a day is enough: a second click is the first one's."""
    if not permissions.coordinates(by, task.plan.coordinator):
        raise PermissionDenied
    task.plan.refuse_when_over()
    if not task.assignments.filter(state=State.WAITING).exists():
        raise NotAllowed(f"Nhiệm vụ {task.code} không có kỳ nào đang chờ văn bản làm phát sinh.")
    note = clean_lines(note)
    last = task.trigger_checks.order_by("-at").first()
    if last and local_day(last.at) == local_day(at) and last.note == note:
        return last
    check = TriggerCheck.objects.create(task=task, note=note, by=by, at=at)
    audit.record(by=by, verb="trigger_checked", target=task, at=at, note=note)
    return check

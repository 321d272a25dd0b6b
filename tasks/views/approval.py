"""The head of a unit sends what a member prepared."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render

from cchc import clock
from cchc.permissions import may_send
from tasks import actions
from tasks.forms import VerifyForm
from tasks.models import Assignment
from tasks.viewing import viewing_of
from tasks.workflow import NotAllowed

MOVED = "Việc này đã thay đổi từ khi trang được mở; hãy xem bản mới rồi quyết định lại."


def approve(request, pk):
    assignment = assignment_for(request.user, pk)
    viewing = viewing_of(request, assignment.task.plan)
    if not may_send(request.user, assignment.unit):
        raise PermissionDenied("Chỉ trưởng đơn vị duyệt phần việc của đơn vị mình.")
    form = VerifyForm(request.POST)
    try:
        actions.approve(
            assignment=assignment,
            by=request.user,
            at=clock.now(),
            seen_version=form.cleaned_data["version"] if form.is_valid() else 0,
        )
    except (actions.Stale, NotAllowed) as refusal:
        words = "Về việc của đơn vị"
        return moved_on(request, assignment, refusal, viewing.url("tasks:my_work"), words)
    messages.success(request, f"Đã duyệt và gửi xác nhận {assignment.occurrence_code}.")
    return redirect(viewing.url("tasks:my_work") + f"#viec-{assignment.pk}")


def assignment_for(user, pk):
    visible = Assignment.objects.visible_to(user)
    return get_object_or_404(visible.select_related("task__plan__coordinator", "unit"), pk=pk)


def moved_on(request, assignment, refusal, back, back_words, typed=""):
    """The work moved on since the page was opened: what holds now, and what was typed."""
    assignment.refresh_from_db()
    context = {
        "assignment": assignment,
        "why": str(refusal) or MOVED,
        "latest": assignment.updates.select_related("by").last(),
        "back": back,
        "back_words": back_words,
        "typed": typed,
    }
    return render(request, "tasks/moved_on.html", context, status=409)

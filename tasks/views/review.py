"""Whoever verifies sees what waits for them, and says yes or not yet."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render

from cchc import clock
from cchc.permissions import may_verify
from tasks import actions
from tasks.forms import ReturnForm, VerifyForm, seen_pairs
from tasks.models import Assignment
from tasks.pages.extensions import open_for
from tasks.pages.review import review_items
from tasks.viewing import viewing_of
from tasks.workflow import NotAllowed, State

ITEMS_A_PAGE = 20


def review(request):
    viewing_of(request)
    queue = (
        Assignment.objects.awaiting(request.user)
        .select_related("task__plan__coordinator", "unit")
        .order_by("due_on", "pk")
    )
    page = Paginator(queue, ITEMS_A_PAGE).get_page(request.GET.get("trang"))
    context = {
        "items": review_items(list(page.object_list)),
        "page": page,
        "extensions": open_for(request.user),
    }
    return render(request, "tasks/review.html", context)


def verify(request, pk):
    assignment = _assignment_for(request.user, pk)
    viewing = viewing_of(request, assignment.task.plan)
    form = VerifyForm(request.POST)
    try:
        done = actions.verify(
            assignment=assignment,
            by=request.user,
            at=clock.now(),
            seen_version=form.cleaned_data["version"] if form.is_valid() else 0,
        )
    except (actions.Stale, NotAllowed) as refusal:
        return _changed(request, assignment, refusal)
    messages.success(
        request,
        f"Đã xác nhận {assignment.occurrence_code} của {assignment.unit.name}: "
        f"hoàn thành ngày {done.done_on:%d/%m/%Y}.",
    )
    return redirect(viewing.url("tasks:review"))


def verify_many(request):
    """The work that this person ticked after having seen it, each in a transaction of its own."""
    viewing = viewing_of(request)
    done, left = _verify_each(request.user, seen_pairs(request.POST.getlist("seen")))
    if done:
        messages.success(request, f"Đã xác nhận {len(done)} phần việc: {', '.join(done)}.")
    if left:
        messages.warning(
            request,
            f"Để lại {len(left)} phần việc đã thay đổi từ khi trang được mở: {', '.join(left)}. "
            "Hãy xem bản mới rồi quyết định.",
        )
    if not done and not left:
        messages.warning(request, "Chưa đánh dấu “đã xem” việc nào nên chưa xác nhận việc nào.")
    return redirect(viewing.url("tasks:review"))


def _verify_each(user, pairs) -> tuple[list[str], list[str]]:
    """(verified, left as they are), by name; what this person may not verify is not there."""
    queue = Assignment.objects.visible_to(user).select_related("task__plan__coordinator", "unit")
    done, left = [], []
    for assignment in queue.filter(pk__in=pairs).order_by("due_on", "pk"):
        name = f"{assignment.occurrence_code} ({assignment.unit.short_name})"
        try:
            actions.verify(
                assignment=assignment,
                by=user,
                at=clock.now(),
                seen_version=pairs[assignment.pk],
            )
        except PermissionDenied:
            continue
        except (actions.Stale, NotAllowed):
            left.append(name)
        else:
            done.append(name)
    return done, left


def return_(request, pk):
    assignment = _assignment_for(request.user, pk)
    viewing = viewing_of(request, assignment.task.plan)
    form = ReturnForm(request.POST or None, initial={"version": assignment.version})
    if not form.is_valid():
        if assignment.state != State.PENDING:
            return _changed(request, assignment, None)
        status = 422 if form.is_bound else 200
        context = {"items": review_items([assignment]), "form": form}
        return render(request, "tasks/return.html", context, status=status)
    try:
        actions.return_to_unit(
            assignment=assignment,
            by=request.user,
            at=clock.now(),
            seen_version=form.cleaned_data["version"],
            reason=form.cleaned_data["reason"],
            redo_by=form.cleaned_data["redo_by"],
        )
    except (actions.Stale, NotAllowed) as refusal:
        return _changed(request, assignment, refusal, form)
    messages.success(
        request, f"Đã trả lại {assignment.occurrence_code} cho {assignment.unit.name}."
    )
    return redirect(viewing.url("tasks:review"))


def _assignment_for(user, pk):
    visible = Assignment.objects.visible_to(user)
    found = get_object_or_404(visible.select_related("task__plan__coordinator", "unit"), pk=pk)
    if not may_verify(user, found.unit, found.task.plan):
        raise PermissionDenied(
            "Không ai xác nhận cho chính đơn vị mình: việc của đơn vị theo dõi, đôn đốc "
            "do lãnh đạo xác nhận, việc của các đơn vị khác do HCQT xác nhận."
        )
    return found


def _changed(request, assignment, refusal, form=None):
    """The work moved on since the page was opened: what holds now, and what was typed."""
    assignment.refresh_from_db()
    why = str(refusal or "") or (
        "Việc này đã thay đổi từ khi trang được mở; hãy xem bản mới rồi quyết định lại."
    )
    context = {
        "assignment": assignment,
        "why": why,
        "latest": assignment.updates.select_related("by").last(),
        "typed": form.data.get("reason", "") if form else "",
        "still_pending": assignment.state == State.PENDING,
    }
    return render(request, "tasks/changed.html", context, status=409)

"""The coordinator records that a document came, that it hasn't yet, or that work stops."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render

from cchc import clock, permissions
from tasks import actions
from tasks import waiting as acts
from tasks.forms import DocumentForm
from tasks.pages.waiting import read_trigger_page
from tasks.viewing import viewing_of
from tasks.views.approval import MOVED, assignment_for, moved_on
from tasks.views.report import KINDS
from tasks.waiting_forms import CheckForm, DueDayForm, StopForm
from tasks.workflow import Act, NotAllowed, State, can


def trigger(request, code):
    viewing = viewing_of(request)
    task = _task_for(request, viewing, code)
    page = read_trigger_page(task)
    document = DocumentForm(*_typed(request))
    due = DueDayForm(_typed(request)[0], page=page)
    if request.method != "POST":
        return _show(request, page, document, due)
    if not page.waits:
        return _show(request, page, document, due, status=409)
    due_on = _due_day(document, due)
    if not (document.is_valid() and due.is_valid()):
        return _show(request, page, document, due, status=422)
    try:
        actions.record_trigger(
            task=task,
            by=request.user,
            at=clock.now(),
            citation=document.citation(),
            due_on=due_on,
        )
    except (NotAllowed, actions.Stale) as refusal:
        document.add_error(None, str(refusal) or MOVED)
        return _show(request, page, document, due, status=422)
    messages.success(request, f"Đã ghi nhận văn bản; các kỳ đang chờ của {code} đã mở.")
    return redirect(viewing.url("tasks:task", code))


def trigger_check(request, code):
    viewing = viewing_of(request)
    task = _task_for(request, viewing, code)
    form = CheckForm(request.POST)
    if not form.is_valid():
        page = read_trigger_page(task)
        return _show(request, page, DocumentForm(), DueDayForm(page=page), form, status=422)
    try:
        acts.record_check(task=task, by=request.user, at=clock.now(), **form.cleaned_data)
    except NotAllowed as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, f"Đã ghi: văn bản cho {code} chưa ban hành.")
    return redirect(viewing.url("tasks:trigger", code))


def stop(request, pk):
    assignment = assignment_for(request.user, pk)
    viewing = viewing_of(request, assignment.task.plan)
    if not _coordinates(request.user, assignment.task.plan) or viewing.is_past:
        raise PermissionDenied("HCQT ghi việc dừng, từ trang của ngày hôm nay.")
    back = viewing.url("tasks:occurrence", assignment.task.code, assignment.period_code)
    if not can(assignment.state, Act.STOP):
        return _refuse_stop(request, assignment, back)
    document = DocumentForm(*_typed(request))
    form = StopForm(_typed(request)[0], initial={"version": assignment.version})
    context = {"assignment": assignment, "document": document, "form": form, "kinds": KINDS}
    if request.method != "POST":
        return render(request, "tasks/stop.html", context)
    if not (form.is_valid() & document.is_valid()):
        return render(request, "tasks/stop.html", context, status=422)
    try:
        _stop(request, assignment, form.cleaned_data, document)
    except NotAllowed as refusal:
        form.add_error(None, str(refusal))
        return render(request, "tasks/stop.html", context, status=422)
    except actions.Stale as refusal:
        typed = form.cleaned_data["reason"]
        return moved_on(request, assignment, refusal, request.path, "Mở lại trang dừng", typed)
    messages.success(request, f"Đã dừng {assignment.occurrence_code} của {assignment.unit.name}.")
    return redirect(back)


def _stop(request, assignment, typed, document):
    actions.stop(
        assignment=assignment,
        by=request.user,
        at=clock.now(),
        seen_version=typed["version"],
        citation=document.citation(),
        reason=typed["reason"],
    )


def _refuse_stop(request, assignment, back):
    if assignment.state == State.PENDING:
        why = "Việc này đang chờ xác nhận; hãy xác nhận hoặc trả lại trước khi dừng."
    else:
        why = f"Việc này không dừng được nữa: {assignment.get_state_display()}."
    return moved_on(request, assignment, NotAllowed(why), back, "Về trang nhiệm vụ")


def _task_for(request, viewing, code):
    tasks = viewing.plan.tasks.select_related("plan__coordinator", "area")
    task = get_object_or_404(tasks, code=code)
    if not _coordinates(request.user, task.plan) or viewing.is_past:
        raise PermissionDenied("HCQT ghi nhận điều kiện, từ trang của ngày hôm nay.")
    return task


def _typed(request):
    """Data and files of a form: none before it is posted, but an empty post is a post."""
    return (request.POST, request.FILES) if request.method == "POST" else (None, None)


def _coordinates(user, plan) -> bool:
    return permissions.coordinates(user, plan.coordinator)


def _due_day(document, due):
    """The due day typed or counted from the document; errors stand at their fields."""
    if not (document.is_valid() & due.is_valid()):
        return None
    return due.due_day(document.cleaned_data["issued_on"])


def _show(request, page, document, due, check=None, status=200):
    context = {
        "it": page,
        "document": document,
        "due": due,
        "check": check or CheckForm(),
        "kinds": KINDS,
    }
    return render(request, "tasks/trigger.html", context, status=status)

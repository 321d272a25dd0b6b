"""Gia hạn: the unit asks, HCQT advises, a leader decides."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render

from cchc import clock
from cchc.permissions import may_send
from tasks import actions, extending
from tasks.extension_forms import AdviceForm, DecisionForm, ExtendForm
from tasks.pages import extensions as page
from tasks.viewing import viewing_of
from tasks.views.approval import MOVED, assignment_for
from tasks.workflow import NotAllowed


def extend(request, pk):
    """The unit asks."""
    assignment = assignment_for(request.user, pk)
    viewing = viewing_of(request, assignment.task.plan)
    if not may_send(request.user, assignment.unit) or viewing.is_past:
        raise PermissionDenied(
            "Đơn vị chủ trì xin gia hạn (nơi trưởng đơn vị duyệt: trưởng đơn vị)."
        )
    form = ExtendForm(_typed(request), due_on=assignment.due_on)
    if request.method == "POST" and form.is_valid():
        try:
            extension = extending.ask(
                assignment=assignment, by=request.user, at=clock.now(), **form.cleaned_data
            )
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"Đã gửi đề nghị gia hạn {assignment.occurrence_code}.")
            return redirect(viewing.url("tasks:extension", extension.pk))
    context = {
        "assignment": assignment,
        "form": form,
        "refused": extending.why_not_ask(assignment, viewing.today),
        "before": [
            page.line_of(extension)
            for extension in page.visible_extensions(request.user).filter(assignment=assignment)
        ],
    }
    return render(request, "tasks/extend.html", context, status=422 if form.is_bound else 200)


def extensions(request):
    viewing, found = viewing_of(request), page.visible_extensions(request.user)
    undecided = "cho-quyet-dinh" in request.GET
    if undecided:  # as the dashboard counts them, on the day looked at
        found = found.filter(assignment__task__plan=viewing.plan)
        found = extending.undecided_on(found, viewing.as_of)
    shown = Paginator(found, page.REQUESTS_A_PAGE).get_page(request.GET.get("trang"))
    lines = [page.line_of(extension) for extension in shown.object_list]
    context = {
        "page": shown,
        "undecided": undecided,
        "open": [line for line in lines if line.is_open],
        "closed": [line for line in lines if not line.is_open],
    }
    return render(request, "tasks/extensions.html", context)


def extension(request, pk):
    """One request. POST: the coordinator's advice or the leader's decision, by who asks."""
    found = get_object_or_404(page.visible_extensions(request.user), pk=pk)
    viewing = viewing_of(request, found.assignment.task.plan)
    shown = page.read_extension_page(found, request.user, viewing)
    form = _form(request, shown)
    if request.method != "POST":
        return _show(request, shown, form)
    if form is None:
        return _closed(request, shown)
    if not form.is_valid():
        return _show(request, shown, form, status=422)
    try:
        words = _act(request, shown, form.cleaned_data)
    except (NotAllowed, actions.Stale) as refusal:
        form.add_error(None, str(refusal) or MOVED)
        return _show(request, shown, form, status=409)
    messages.success(request, words)
    return redirect(viewing.url("tasks:extensions"))


def _typed(request):
    """Nothing before the form is posted; an empty post is a post."""
    return request.POST if request.method == "POST" else None


def _form(request, shown):
    data = _typed(request)
    if shown.may_decide:
        initial = {} if shown.may_grant else {"decision": extending.Decision.REFUSED}
        extension = shown.line.extension
        return DecisionForm(data, initial=initial, extension=extension, may_grant=shown.may_grant)
    if shown.may_advise:
        extension = shown.line.extension
        initial = {"words": extension.advice}
        if extension.favourable is not None:
            initial["favourable"] = "1" if extension.favourable else "0"
        return AdviceForm(data, initial=initial)
    return None


def _act(request, shown, typed) -> str:
    """Write what this person may write; the sentence that says so."""
    extension, code = shown.line.extension, shown.line.assignment.occurrence_code
    told = {"extension": extension, "by": request.user, "at": clock.now()}
    if shown.may_decide:
        extending.decide(**told, **typed)
        return f"Đã quyết định gia hạn {code}: {extension.get_decision_display().lower()}."
    extending.advise(**told, **typed)
    return f"Đã ghi ý kiến về gia hạn {code}; lãnh đạo quyết định."


def _closed(request, shown):
    """Nothing to write: not this person's, or decided since the page was opened."""
    if shown.line.is_open or request.user.role not in ("coordinator", "leader"):
        raise PermissionDenied(
            "HCQT cho ý kiến (không cho việc của chính mình), lãnh đạo quyết định."
        )
    return _show(request, shown, None, status=409)


def _show(request, shown, form, status=200):
    context = {"it": shown, "form": form, "late": status == 409 and form is None}
    return render(request, "tasks/extension.html", context, status=status)

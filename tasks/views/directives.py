"""Ý kiến chỉ đạo: given by a leader, answered by a unit, closed by who may say that it is enough."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import F
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render

from cchc import clock, permissions
from tasks import directing
from tasks.actions import Stale
from tasks.models import Directive
from tasks.pages.directives import directive_lines, slots_of
from tasks.urging_forms import DirectiveAnswerForm, DirectiveCloseForm, DirectiveForm
from tasks.viewing import viewing_of
from tasks.workflow import NotAllowed

ITEMS_A_PAGE = 25
CHANGED = "Người khác vừa xử lý ý kiến này; hãy xem bản mới dưới đây rồi quyết định."


def direct(request, code, period):
    """In place on the dashboard (htmx) or as a page."""
    viewing = viewing_of(request)
    task = get_object_or_404(viewing.plan.tasks.select_related("plan__unit"), code=code)
    slots = slots_of(task, period)
    if not slots:
        raise Http404(f"Nhiệm vụ {code} không có kỳ {period}.")
    form = DirectiveForm(
        _posted(request),
        units=directing.addressees(viewing.plan, viewing.today),
        initial={"unit": request.GET.get("don-vi") or slots[0].unit_id},
        auto_id=f"id_{code}_{period}_%s" if request.htmx else "id_%s",
    )
    if request.method == "POST" and form.is_valid():
        made = _directed(request.user, form, task, slots[0])
        if made and request.htmx:
            return render(request, "tasks/_direct_done.html", {"directive": made})
        if made:
            messages.success(request, f"Đã gửi ý kiến chỉ đạo đến {made.unit.name}.")
            return redirect(viewing.url("tasks:occurrence", code, period) + "#dien-bien")
    context = {"form": form, "task": task, "slots": slots, "period_code": period}
    template = "tasks/_direct_form.html" if request.htmx else "tasks/direct.html"
    return render(request, template, context, status=422 if form.is_bound else 200)


def _directed(leader, form, task, slot):
    """The directive, or None with the refusal told in the form."""
    told = form.cleaned_data | {"year": slot.year, "period": slot.period}
    try:
        return directing.direct(task=task, by=leader, at=clock.now(), **told)
    except NotAllowed as refusal:
        form.add_error(None, str(refusal))
        return None


def directives(request):
    viewing = viewing_of(request)
    found = Directive.objects.visible_to(request.user).filter(task__plan=viewing.plan)
    found = found.order_by(
        F("closed_at").desc(nulls_first=True), "-status", F("due_on").asc(nulls_last=True), "-at"
    )
    page = Paginator(found, ITEMS_A_PAGE).get_page(request.GET.get("trang"))
    page.object_list = directive_lines(page.object_list, request.user)
    return render(request, "tasks/directives.html", {"page": page})


def directive_answer(request, pk):
    directive = _directive_for(request.user, pk)
    viewing = viewing_of(request, directive.task.plan)
    if not permissions.may_report_for(request.user, directive.unit):
        raise PermissionDenied("Chỉ đơn vị được giao trả lời.")
    form = DirectiveAnswerForm(_posted(request), initial={"version": directive.version})
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        try:
            directing.answer(
                directive=directive,
                by=request.user,
                at=clock.now(),
                seen_version=typed["version"],
                words=typed["words"],
            )
        except (NotAllowed, Stale) as refusal:
            return _show(request, "answer", pk, form, refusal)
        messages.success(request, f"Đã trả lời ý kiến chỉ đạo {directive.occurrence_code}.")
        return redirect(viewing.url("tasks:my_work"))
    return _show(request, "answer", pk, form)


def directive_close(request, pk):
    directive = _directive_for(request.user, pk)
    viewing = viewing_of(request, directive.task.plan)
    if not directing.may_close(request.user, directive):
        raise PermissionDenied("Trả lời của HCQT do lãnh đạo chấp nhận.")
    form = DirectiveCloseForm(_posted(request), initial={"version": directive.version})
    if request.method == "POST" and form.is_valid():
        act = directing.send_back if "send_back" in request.POST else directing.accept
        typed = form.cleaned_data
        try:
            act(
                directive=directive,
                by=request.user,
                at=clock.now(),
                seen_version=typed["version"],
                words=typed["words"],
            )
        except (NotAllowed, Stale) as refusal:
            return _show(request, "close", pk, form, refusal)
        done = "Đã yêu cầu trả lời lại" if act is directing.send_back else "Đã chấp nhận trả lời"
        messages.success(request, f"{done} {directive.occurrence_code}.")
        return redirect(viewing.url("tasks:directives"))
    return _show(request, "close", pk, form)


def _directive_for(user, pk):
    found = Directive.objects.visible_to(user).select_related(
        "task__plan__coordinator", "unit", "by"
    )
    return get_object_or_404(found, pk=pk)


def _show(request, act, pk, form, refusal=None):
    """The directive with what was said, and the form with what was typed."""
    directive = _directive_for(request.user, pk)
    status = 422 if form.is_bound else 200
    if refusal is not None:
        stale = isinstance(refusal, Stale)
        status = 409 if stale else 422
        form.add_error(None, CHANGED if stale else str(refusal))
        form.data = form.data.copy()
        form.data["version"] = directive.version
    (line,) = directive_lines([directive], request.user)
    context = {"act": act, "line": line, "form": form}
    return render(request, "tasks/directive.html", context, status=status)


def _posted(request):
    """What was sent; None when the form is only opened."""
    return request.POST if request.method == "POST" else None

"""The targets of a draft: their list, one target, their order."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from cchc import clock
from indicators.reading import target_words
from indicators.targets_editing import move_target, remove_target, save_target
from indicators.targets_editing_forms import TargetForm, as_typed
from tasks.actions import Stale
from tasks.pages.plan_edit import differences
from tasks.views.plan_edit import draft_for


def targets(request, plan):
    plan = draft_for(request, plan)
    found = list(plan.indicators.select_related("area"))
    context = {"of": plan, "lines": [(one, _wanted(one)) for one in found]}
    return render(request, "indicators/targets_edit.html", context)


def _wanted(target) -> str:
    """≥ 80%, đến năm 2030."""
    words = target_words(target)
    if target.yearly:
        return words if "mỗi năm" in words else f"{words}, từng năm"
    by = target.deadline_year
    return f"{words}, đến năm {by}" if by and str(by) not in words else words


def targets_order(request, plan):
    plan = draft_for(request, plan)
    up = "len" in request.POST
    target = get_object_or_404(plan.indicators, code=request.POST.get("len" if up else "xuong", ""))
    if request.POST.get("seen", target.place) == target.place:  # else the click came twice
        move_target(plan=plan, target=target, by=request.user, at=clock.now(), up=up)
    return redirect(reverse("targets:list", args=[plan.code]) + f"#{target.code}")


def target_new(request, plan):
    return _target(request, draft_for(request, plan), None)


def target(request, plan, code):
    plan = draft_for(request, plan)
    found = get_object_or_404(plan.indicators.select_related("area", "index"), code=code)
    return _target(request, plan, found)


def _target(request, plan, target):
    """One target's form: shown, saved, or the target removed."""
    form = TargetForm(request.POST if request.method == "POST" else None, plan=plan, target=target)
    if not form.is_bound:
        return _page(request, form)
    told = {"plan": plan, "target": target, "by": request.user, "at": clock.now()}
    try:
        if "bo" in request.POST and target:
            remove_target(**told, seen=request.POST.get("seen", ""))
            messages.success(request, f"Đã xóa chỉ tiêu {target.code} khỏi dự thảo.")
            return redirect("targets:list", plan.code)
        if not form.is_valid():
            return _page(request, form, status=422)
        seen, tasks = form.cleaned_data["seen"], form.cleaned_data["tasks"]
        saved = save_target(**told, seen=seen, values=form.values(), tasks=tasks)
    except Stale:
        return _stale(request, form)
    messages.success(request, f"Đã lưu chỉ tiêu {saved.code}.")
    return redirect(reverse("targets:list", args=[plan.code]) + f"#{saved.code}")


def _stale(request, form):
    """409 with both: what was typed stays, beside it what stands there now."""
    form.is_valid()
    if form.target is None:
        form.add_error("code", "Mã này đã là của một chỉ tiêu khác.")
        return _page(request, form, status=409)
    now = form.plan.indicators.filter(pk=form.target.pk).first()
    if now is None:
        raise Http404("Chỉ tiêu này vừa bị xóa khỏi dự thảo.")
    stored = as_typed(form.plan, now)
    labels = {name: field.label for name, field in form.fields.items() if name != "seen"}
    typed = {name: form[name].value() for name in labels} | dict(form.cleaned_data)
    typed["tasks"] = form["tasks"].value()
    form.data = form.data.copy()
    form.data["seen"] = stored["seen"]
    found = differences(typed, stored, labels)
    return _page(request, form, moved=found or [("", "", "")], status=409)


def _page(request, form, moved=(), status=200):
    context = {"of": form.plan, "target": form.target, "form": form, "moved": moved}
    return render(request, "indicators/target_edit.html", context, status=status)

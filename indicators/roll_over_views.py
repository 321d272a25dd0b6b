"""The next term's plan from the one that is there: its start, and what becomes of each task. The targets
go with the tasks."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render

from cchc import clock, permissions
from indicators import rolling_over
from tasks.actions import Stale
from tasks.models import Plan
from tasks.pages import rolling_over as pages
from tasks.pages.plan_edit import plans_of
from tasks.rolling_over import How, origins_of
from tasks.rolling_over_forms import DecideForm, StartForm
from tasks.views import rolling_over as views
from tasks.workflow import NotAllowed

MOVED = "Người khác vừa quyết định nhiệm vụ này; chưa ghi gì. Xem lại rồi chọn."


def plan_roll_over(request, plan):
    old = get_object_or_404(plans_of(request.user), code=plan)
    if not permissions.coordinates(request.user, old.coordinator):
        raise PermissionDenied("Kế hoạch do đơn vị theo dõi, đôn đốc của cơ quan ấy soạn.")
    form = StartForm(request.POST if request.method == "POST" else None, old=old)
    if form.is_valid():
        try:
            made = rolling_over.start(old=old, by=request.user, at=clock.now(), **form.cleaned_data)
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"Đã lập dự thảo “{made.subject}”: quyết định từng nhiệm vụ.")
            return redirect("tasks:roll_over", made.code)
    context = {"of": old, "form": form, "drafts": old.successors.filter(status=Plan.Status.DRAFT)}
    status = 422 if form.is_bound else 200
    return render(request, "indicators/rolling_over_start.html", context, status=status)


def task(request, plan, code):
    plan = views.following(request, plan, writes=True)
    origin = get_object_or_404(origins_of(plan), code=code)
    form = DecideForm(request.POST, plan=plan)
    if not form.is_valid():
        return views.refused(request, plan, code, form.sentence)
    told = {"plan": plan, "origin": origin, "by": request.user, "at": clock.now()}
    try:
        made = rolling_over.decide(**told, **form.cleaned_data)
    except NotAllowed as refusal:
        return views.refused(request, plan, code, refusal)
    except Stale:
        return views.refused(request, plan, code, MOVED, status=409)
    if made and made.how == How.EDIT:
        messages.success(request, f"Đã lập nhiệm vụ {made.task.code} từ {code}: sửa lời văn ở đây.")
        return redirect("tasks:plan_task", plan.code, made.task.code)
    messages.success(request, f"Nhiệm vụ {code}: {pages.told(made)}.")
    return redirect(views.place(plan, code))


def keep(request, plan):
    plan = views.following(request, plan, writes=True)
    try:
        kept, left = rolling_over.keep_all(plan=plan, by=request.user, at=clock.now())
    except NotAllowed as refusal:
        return views.show(request, plan, refused=str(refusal), status=422)
    messages.success(request, f"Đã giữ {kept} nhiệm vụ; còn {left} nhiệm vụ phải xem từng việc.")
    return redirect("tasks:roll_over", plan.code)

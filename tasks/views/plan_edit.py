"""The plans of the office: their list, one plan with its findings, a draft under work, and how a
plan comes into force and ends."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from cchc import clock, permissions
from tasks import closing, plan_editing
from tasks.actions import Stale
from tasks.models import Plan
from tasks.pages import plan_edit as pages
from tasks.plan_editing import area_digest, solutions_of
from tasks.plan_forms import (
    AreaForm,
    HeadForm,
    ReasonForm,
    SettleForm,
    TaskForm,
    as_typed,
    follow_words,
    unit_choices,
)
from tasks.plan_words import TaskWords, read_words
from tasks.viewing import plan_of
from tasks.workflow import NotAllowed


def plans(request):
    lines, page = pages.read_plans(request.user, plan_of(request.user), request.GET.get("trang", 1))
    return render(request, "tasks/plan_edit_list.html", {"lines": lines, "page": page})


def plan_page(request, plan):
    return _plan_page(request, _plan_for(request, plan))


def plan_finding(request, plan):
    plan = _plan_for(request, plan, writes=True)
    form = SettleForm(request.POST)
    if not form.is_valid():
        return _plan_page(request, plan, form, status=422)
    try:
        plan_editing.settle(plan=plan, by=request.user, at=clock.now(), **form.cleaned_data)
    except NotAllowed as refusal:
        form.add_error(None, str(refusal))
        return _plan_page(request, plan, form, status=422)
    messages.success(request, "Đã ghi vì sao để nguyên.")
    return redirect(reverse("tasks:plan_page", args=[plan.code]) + "#phat-hien")


def plan_edit(request, plan):
    plan = draft_for(request, plan)
    form = HeadForm(_typed(request), initial=pages.head_typed(plan))
    if request.method != "POST":
        return _head_page(request, plan, form)
    if not form.is_valid():
        return _head_page(request, plan, form, status=422)
    told = {"plan": plan, "by": request.user, "at": clock.now()}
    try:
        plan_editing.edit_head(**told, seen=form.cleaned_data["seen"], values=form.values())
    except Stale:
        now = pages.head_typed(Plan.objects.get(pk=plan.pk))
        return _stale(request, _head_page, plan, form, now)
    messages.success(request, "Đã lưu phần đầu Kế hoạch.")
    return redirect("tasks:plan_edit", plan.code)


def plan_area(request, plan, number):
    plan = draft_for(request, plan)
    area = get_object_or_404(plan.areas, number=number) if number else None
    form = AreaForm(_typed(request), plan=plan, area=area, initial=_area_typed(area))
    if request.method != "POST":
        return _area_page(request, plan, form)
    told = {"plan": plan, "area": area, "by": request.user, "at": clock.now()}
    try:
        if "bo" in request.POST and area:
            plan_editing.remove_area(**told)
            return redirect("tasks:plan_edit", plan.code)
        if not form.is_valid():
            return _area_page(request, plan, form, status=422)
        seen = form.cleaned_data["seen"]
        plan_editing.save_area(**told, seen=seen, values=form.values(), solutions=form.lines())
    except NotAllowed as refusal:
        form.add_error(None, str(refusal))
        return _area_page(request, plan, form, status=422)
    except Stale:
        return _stale(request, _area_page, plan, form, _area_typed(plan.areas.get(pk=area.pk)))
    messages.success(request, "Đã lưu lĩnh vực.")
    return redirect("tasks:plan_edit", plan.code)


def plan_task_new(request, plan, number):
    plan = draft_for(request, plan)
    return _task(request, plan, get_object_or_404(plan.areas, number=number), None)


def plan_task(request, plan, code):
    plan = draft_for(request, plan)
    task = get_object_or_404(plan.tasks.select_related("area"), code=code)
    return _task(request, plan, task.area, task)


def plan_order(request, plan):
    plan = draft_for(request, plan)
    up = "len" in request.POST
    task = get_object_or_404(plan.tasks, code=request.POST.get("len" if up else "xuong", ""))
    if request.POST.get("seen", task.place) == task.place:  # else the click came twice
        plan_editing.move_task(plan=plan, task=task, by=request.user, at=clock.now(), up=up)
        task.refresh_from_db()
    return redirect(reverse("tasks:plan_edit", args=[plan.code]) + f"#{task.code}")


def plan_begin(request, plan):
    plan = _plan_for(request, plan, writes=True)
    if request.method != "POST":
        return _begin_page(request, plan)
    chosen = [int(pk) for pk in request.POST.getlist("thay-the") if pk.isdigit() and len(pk) < 19]
    try:
        made = closing.begin(plan=plan, by=request.user, at=clock.now(), replacing=chosen)
    except NotAllowed as refusal:
        return _begin_page(request, plan, refused=str(refusal), status=422)
    messages.success(request, f"Kế hoạch đang hiệu lực; đã lập {made} phần việc.")
    return redirect("tasks:plan_page", plan.code)


def plan_close(request, plan):
    plan = _plan_for(request, plan, writes=True)
    refused = closing.why_not_close(plan, clock.today()) if plan.status != "closed" else ""
    if request.method == "POST":
        try:
            closing.close(plan=plan, by=request.user, at=clock.now())
        except NotAllowed as refusal:
            return _close_page(request, plan, str(refusal), status=422)
        messages.success(request, "Kế hoạch đã kết thúc: từ nay chỉ xem.")
        return redirect("tasks:plan_page", plan.code)
    return _close_page(request, plan, refused)


def plan_reopen(request, plan):
    plan = _plan_for(request, plan)
    form = ReasonForm(_typed(request))
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            closing.reopen(plan=plan, by=request.user, at=clock.now(), reason=reason)
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Kế hoạch đã mở lại.")
            return redirect("tasks:plan_page", plan.code)
    status = 422 if form.is_bound else 200
    return render(request, "tasks/plan_edit_reopen.html", {"of": plan, "form": form}, status=status)


def _typed(request):
    """An empty post is a post."""
    return request.POST if request.method == "POST" else None


def _plan_for(request, code, *, writes=False) -> Plan:
    plan = get_object_or_404(pages.plans_of(request.user), code=code)
    if writes and not permissions.coordinates(request.user, plan.coordinator):
        raise PermissionDenied("Kế hoạch do đơn vị theo dõi, đôn đốc của cơ quan ấy soạn.")
    return plan


def draft_for(request, code) -> Plan:
    plan = _plan_for(request, code, writes=True)
    if plan.status != Plan.Status.DRAFT:
        raise PermissionDenied(
            f"Kế hoạch: {plan.get_status_display().lower()}. Lời văn chỉ thay đổi bằng văn bản sửa "
            "đổi, bổ sung."
        )
    return plan


def _stale(request, show, plan, form, now):
    """409 with both: what was typed stays in the form, beside it what stands there now. Saving
    again then writes over it knowingly."""
    labels = {name: f.label for name, f in form.fields.items() if name != "seen" and f.label}
    found = pages.differences(form.cleaned_data, now, labels)
    form.data = form.data.copy()
    form.data[form.add_prefix("seen")] = now["seen"]
    return show(request, plan, form, moved=found or [("", "", "")], status=409)


def _plan_page(request, plan, form=None, status=200):
    page = pages.read_plan_page(plan, request.user, clock.today())
    context = {"it": page, "of": plan, "form": form}
    return render(request, "tasks/plan_edit_page.html", context, status=status)


def _head_page(request, plan, form, moved=(), status=200):
    context = {"of": plan, "form": form, "areas": pages.read_draft(plan), "moved": moved}
    return render(request, "tasks/plan_edit.html", context, status=status)


def _area_typed(area) -> dict:
    if area is None:
        return {}
    shown = {name: getattr(area, name) for name in plan_editing.AREA}
    return shown | {"solutions": "\n".join(solutions_of(area)), "seen": area_digest(area)}


def _area_page(request, plan, form, moved=(), status=200):
    context = {"of": plan, "area": form.area, "form": form, "moved": moved}
    return render(request, "tasks/plan_edit_area.html", context, status=status)


def _task(request, plan, area, task):
    """One task's form: shown, saved, or the task removed."""
    words = read_words(task) if task else TaskWords()
    units, data = unit_choices(plan.unit), _typed(request)
    if data is not None:
        data = follow_words(data, words, plan.unit)
    form = TaskForm(data, units=units, initial=as_typed(words))
    form.task, form.area = task, area
    if data is None:
        return _task_page(request, plan, form)
    told = {"plan": plan, "task": task, "by": request.user, "at": clock.now()}
    try:
        if "bo" in data and task:
            plan_editing.remove_task(**told, seen=data.get("seen", ""))
            messages.success(request, f"Đã xóa nhiệm vụ {task.code} khỏi dự thảo.")
            return redirect("tasks:plan_edit", plan.code)
        if not form.is_valid():
            return _task_page(request, plan, form, status=422)
        seen = form.cleaned_data["seen"]
        saved = plan_editing.save_task(**told, area=area, seen=seen, words=form.words())
    except NotAllowed as refusal:
        form.add_error(None, str(refusal))
        return _task_page(request, plan, form, status=422)
    except Stale:
        return _task_stale(request, plan, form, task)
    messages.success(request, f"Đã lưu nhiệm vụ {saved.code}.")
    return redirect("tasks:plan_task", plan.code, saved.code)


def _task_stale(request, plan, form, task):
    now = task and plan.tasks.filter(pk=task.pk).first()
    if now is None:
        raise Http404("Nhiệm vụ này vừa bị xóa khỏi dự thảo.")
    form.is_valid()
    return _stale(request, _task_page, plan, form, as_typed(read_words(now)))


def _task_page(request, plan, form, moved=(), status=200):
    shown = form.words() if form.is_bound and form.is_valid() else _shown_words(form)
    sentence, years = pages.meanings(plan, shown)
    context = {"of": plan, "area": form.area, "task": form.task, "form": form, "moved": moved}
    context |= {"sentence": sentence, "years": years}
    return render(request, "tasks/plan_edit_task.html", context, status=status)


def _shown_words(form) -> TaskWords:
    """The words in the form, whether or not it may be saved."""
    year = str(form["first_year"].value() or "")
    return TaskWords(
        deadline_text=form["deadline_text"].value() or "",
        rule_text=form["rule_text"].value() or "",
        first_year=int(year) if year.isdigit() and len(year) == 4 else None,
    )


def _begin_page(request, plan, refused="", status=200):
    today = clock.today()
    context = {
        "of": plan,
        "gaps": closing.gaps_of(plan, today) if plan.status == Plan.Status.DRAFT else (),
        "others": closing.overlapping(plan),
        "years": [year for year in plan.years() if year <= today.year],
        "refused": refused,
    }
    return render(request, "tasks/plan_edit_begin.html", context, status=status)


def _close_page(request, plan, refused, status=200):
    works = closing.open_work(plan).order_by("task__position", "year", "period")
    context = {"of": plan, "refused": refused, "works": works}
    return render(request, "tasks/plan_edit_close.html", context, status=status)

"""Working together: the lead chooses and asks, the unit asked answers."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render

from cchc import clock
from cchc.permissions import coordinates, may_report_for
from tasks import contributing
from tasks.contribution_forms import AnswerForm, AskForm, ChooseForm
from tasks.models import Assignment, Contribution, TaskUnit
from tasks.pages.contributions import requests_of
from tasks.rules import period_label
from tasks.viewing import viewing_of
from tasks.workflow import NotAllowed


def choose(request, code, period):
    viewing = viewing_of(request)
    slots = _slots(viewing, code, period)
    own = next((s for s in slots if may_report_for(request.user, s.unit)), None)
    if own is None and not coordinates(request.user, viewing.plan.coordinator):
        raise PermissionDenied("Đơn vị chủ trì và HCQT chọn, đề nghị đơn vị phối hợp.")
    if viewing.is_past:
        raise PermissionDenied("Trang đang xem tình hình của một ngày đã qua: chỉ xem.")
    forms = _choose_forms(request, viewing, slots)
    ask = _ask_form(request, viewing, own)
    if request.method != "POST":
        return _show(request, viewing, slots, own, forms, ask)
    try:
        told = _act(request, own, slots[0], forms, ask)
    except NotAllowed as refusal:
        return _show(request, viewing, slots, own, forms, ask, status=422, refused=str(refusal))
    if not told:
        return _show(request, viewing, slots, own, forms, ask, status=422)
    messages.success(request, told)
    return redirect(viewing.url("tasks:choose", code, period))


def _slots(viewing, code, period) -> list[Assignment]:
    year, _, part = period.partition("-")
    found = Assignment.objects.filter(
        task__plan=viewing.plan, task__code=code, year=year if year.isdigit() else 0, period=part
    )
    slots = list(found.select_related("task__plan__coordinator", "task__plan__unit", "unit"))
    if not slots:
        raise Http404(f"Nhiệm vụ {code} không có kỳ {period}.")
    return slots


def _choose_forms(request, viewing, slots) -> list[ChooseForm]:
    """One for each of the task's parties whose units this person chooses; who leads the task has
    no need to be chosen as one that helps."""
    slot, leads = slots[0], {slot.unit_id for slot in slots}
    parties = slot.task.parties.filter(kind=TaskUnit.Kind.CHOSEN, ended_on=None).prefetch_related(
        "chosen__unit"
    )
    units = list(contributing.units_of_office(viewing.plan))
    forms = []
    for party in parties:
        party.task = slot.task
        if contributing.may_choose(request.user, party, slot.year):
            posted = request.method == "POST" and request.POST.get("ben") == str(party.pk)
            chosen = [c.unit for c in party.chosen.all() if c.year == slot.year]
            data = request.POST if posted else None
            free = party.part == TaskUnit.Part.LEAD
            offered = [u for u in units if free or u.pk not in leads or u in chosen]
            forms.append(ChooseForm(data, party=party, units=offered, chosen=chosen))
    return forms


def _ask_form(request, viewing, own) -> AskForm | None:
    if own is None or own.state in contributing.CLOSED:
        return None
    units = contributing.units_of_office(viewing.plan).exclude(path__startswith=own.unit.path)
    posted = request.method == "POST" and "ben" not in request.POST
    return AskForm(request.POST if posted else None, units=units)


def _act(request, own, slot, forms, ask) -> str:
    """What was done, in words; nothing when a form is not right."""
    told = {"by": request.user, "at": clock.now()}
    for form in forms:
        if form.is_bound and form.is_valid():
            contributing.choose_units(party=form.party, year=slot.year, units=form.chosen(), **told)
            return f"Đã ghi đơn vị được chọn cho “{form.party.text}”, năm {slot.year}."
    if ask and ask.is_bound and ask.is_valid():
        asked = contributing.ask(assignment=own, **ask.asked(), **told)
        return f"Đã đề nghị {asked.unit.name} phối hợp trước ngày {asked.due_on:%d/%m/%Y}."
    return ""


def _show(request, viewing, slots, own, forms, ask, *, status=200, refused=""):
    slot = own or slots[0]
    context = {
        "slot": slot,
        "task": slot.task,
        "period": period_label(slot.year, slot.period),
        "own": own,
        "forms": forms,
        "ask": ask,
        "refused": refused,
        "requests": requests_of([own] if own else slots, viewing, request.user),
    }
    return render(request, "tasks/choose.html", context, status=status)


def contribution_answer(request, pk):
    found = contributing.visible_contributions(request.user)
    asked = get_object_or_404(
        found.select_related(
            "assignment__task__plan", "assignment__unit", "unit", "asked_by", "document"
        ),
        pk=pk,
    )
    viewing = viewing_of(request, asked.assignment.task.plan)
    if not may_report_for(request.user, asked.unit) or viewing.is_past:
        raise PermissionDenied("Đơn vị được đề nghị phản hồi; các đơn vị khác chỉ xem.")
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _show_answer(request, asked, form, status=422 if form.is_bound else 200)
    typed = {"words": form.cleaned_data["words"], "citation": form.citation()}
    try:
        contributing.answer(contribution=asked, by=request.user, at=clock.now(), **typed)
    except NotAllowed as refusal:
        form.add_error(None, str(refusal))
        return _show_answer(request, Contribution.objects.get(pk=pk), form, status=422)
    messages.success(request, f"Đã phản hồi {asked.assignment.unit.name}.")
    return redirect(viewing.url("tasks:my_work"))


def _show_answer(request, asked, form, *, status):
    context = {"asked": asked, "work": asked.assignment, "form": form}
    return render(request, "tasks/contribution_answer.html", context, status=status)

"""Điều phối: the coordinator's queues, and the rungs of the ladder that are given from them."""

from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render

from cchc import clock, kept, permissions
from cchc.models import Unit
from tasks import ladder, urging
from tasks.models import Assignment, Reminder, UrgeLetter
from tasks.pages import urge as page
from tasks.pages.desk import ITEMS_A_PAGE, read_desk
from tasks.pages.queues import read_queues
from tasks.urging_forms import LetterForm, ReminderAnswerForm, ReminderForm
from tasks.viewing import viewing_of
from tasks.workflow import NotAllowed


@kept.page
def desk(request):
    """Always as of now: what waits for an act today."""
    viewing = viewing_of(request)
    if viewing.is_past:
        return redirect(viewing.url("tasks:desk", nam=None, tinh_den=None))
    request.queues = read_queues(viewing.plan, request.user, viewing.today)
    shown = read_desk(
        request.queues, request.GET.get("hang", ""), request.GET.get("trang"), viewing.today
    )
    return render(request, "tasks/desk.html", {"desk": shown, "page": shown.page})


def remind(request, pk):
    return _give(request, pk, urging.remind, "Nhắc đơn vị", "Đã nhắc")


def report_to_leaders(request, pk):
    return _give(request, pk, urging.report_to_leaders, "Báo cáo lãnh đạo", "Đã báo cáo lãnh đạo")


def _give(request, pk, act, title, done):
    """A note, or a report to the leaders, on one assignment."""
    assignment = _assignment_for(request.user, pk)
    viewing = viewing_of(request, assignment.task.plan)
    form = ReminderForm(_posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            words = form.cleaned_data["words"]
            act(assignment=assignment, by=request.user, at=clock.now(), words=words)
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            who = f"{assignment.occurrence_code} của {assignment.unit.name}"
            messages.success(request, f"{done} {who}.")
            return redirect(viewing.url("tasks:desk", hang="don-doc"))
    status = 422 if form.is_bound else 200
    context = {"form": form, "title": title, "assignment": assignment}
    return render(request, "tasks/remind.html", context, status=status)


def _assignment_for(user, pk):
    visible = Assignment.objects.visible_to(user)
    found = get_object_or_404(visible.select_related("task__plan__coordinator", "unit"), pk=pk)
    if not permissions.coordinates(user, found.task.plan.coordinator):
        raise PermissionDenied
    return found


def new_letter(request, code):
    viewing = viewing_of(request)
    unit = get_object_or_404(Unit.objects.parts_of(viewing.plan.unit), code=code)
    answer_by = viewing.today + timedelta(ladder.DAYS_TO_ANSWER)
    form = LetterForm(_posted(request), initial={"answer_by": answer_by})
    if request.method == "POST" and form.is_valid():
        try:
            letter = urging.issue_letter(
                plan=viewing.plan, unit=unit, by=request.user, at=clock.now(), **form.cleaned_data
            )
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"Đã lập phiếu đôn đốc số {letter} gửi {unit.name}.")
            return redirect(viewing.url("tasks:urge_letter", letter.pk))
    lines = page.lines_to_come(viewing.plan, unit, viewing.today)
    context = {"form": form, "unit": unit, "lines": lines}
    return render(request, "tasks/new_letter.html", context, status=422 if form.is_bound else 200)


def letter(request, pk):
    letters = UrgeLetter.objects.visible_to(request.user).select_related("unit", "by")
    found = get_object_or_404(letters, pk=pk)
    viewing_of(request, found.plan())
    lines = page.letter_lines(found, request.user)
    return render(request, "tasks/letter.html", {"letter": found, "lines": lines})


def answer_reminder(request, pk):
    reminder = _reminder_for(request.user, pk)
    viewing = viewing_of(request, reminder.assignment.task.plan)
    form = ReminderAnswerForm(_posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            urging.answer_reminder(
                reminder=reminder, by=request.user, at=clock.now(), **form.cleaned_data
            )
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            code = reminder.assignment.occurrence_code
            messages.success(request, f"Đã trả lời đôn đốc {code}.")
            return redirect(viewing.url("tasks:my_work"))
    context = {"form": form, "rung": page.rung_to_answer(reminder)}
    status = 422 if form.is_bound else 200
    return render(request, "tasks/answer_reminder.html", context, status=status)


def _reminder_for(user, pk):
    visible = Reminder.objects.visible_to(user).select_related(
        "assignment__task__plan__coordinator", "assignment__unit", "letter", "by", "answered_by"
    )
    found = get_object_or_404(visible, pk=pk)
    if not permissions.may_report_for(user, found.assignment.unit):
        raise PermissionDenied("Chỉ đơn vị được đôn đốc trả lời.")
    return found


def leaders_list(request):
    viewing = viewing_of(request)
    lines = page.overdue_lines(viewing.plan, viewing.today)
    context = {
        "page": Paginator(lines, ITEMS_A_PAGE).get_page(request.GET.get("trang")),
        "may_direct": permissions.leads(request.user, viewing.plan),
    }
    return render(request, "tasks/leaders_list.html", context)


def _posted(request):
    """What was sent; None when the form is only opened."""
    return request.POST if request.method == "POST" else None

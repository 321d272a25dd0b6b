"""One task in one period, and the files of its documents."""

from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render

from cchc import files, kept
from cchc.permissions import leads
from tasks.models import Document
from tasks.pages.directives import directives_on
from tasks.pages.plan_text import cite
from tasks.pages.rolling_over import read_lineage
from tasks.pages.task_page import nearest_period, read_task_page
from tasks.viewing import viewing_of


def task(request, code):
    viewing = viewing_of(request)
    found = get_object_or_404(viewing.plan.tasks, code=code)
    period = nearest_period(found, viewing)
    if period is None:
        raise Http404(f"Nhiệm vụ {code} chưa mở kỳ thực hiện nào.")
    return redirect(viewing.url("tasks:occurrence", code, period))


@kept.page
def occurrence(request, code, period):
    viewing = viewing_of(request)
    tasks = viewing.plan.tasks.select_related("area", "rule_confirmed_by")
    page = read_task_page(
        get_object_or_404(tasks, code=code),
        period,
        viewing,
        request.user,
        kind=request.GET.get("loai", ""),
        number=request.GET.get("trang", 1),
    )
    if page is None:
        raise Http404(f"Nhiệm vụ {code} không có kỳ {period}.")
    context = {
        "it": page,
        "page": page.acts,
        "source": cite(viewing.plan),
        "kin": read_lineage(page.task, page.assignment_ids, request.user),
        "directives": directives_on(page.task, page.occurrence, viewing, request.user),
        "may_direct": leads(request.user, viewing.plan) and not viewing.is_past,
    }
    return render(request, "tasks/task.html", context)


def document_file(request, pk):
    documents = Document.objects.visible_to(request.user).filter(file__isnull=False)
    return files.send(get_object_or_404(documents.select_related("file"), pk=pk).file)

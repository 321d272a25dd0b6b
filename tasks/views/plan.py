"""The plan: its appendix with the year's states, and its whole text."""

from django.shortcuts import render

from cchc import kept
from tasks.filters import PlanFilter
from tasks.pages.plan_table import read_plan_table
from tasks.pages.plan_text import appendix_lines, read_plan_text
from tasks.viewing import viewing_of

HIDDEN = (
    "tu_ngay",
    "thay_doi_tu",
    "han",
    "rieng",
    "rieng_nam",
    "dung_nhu_da_biet",
)  # only links set them


@kept.page
def plan(request):
    viewing = viewing_of(request)
    form = PlanFilter(request.GET, plan=viewing.plan)
    chosen = form.chosen
    table = read_plan_table(viewing, request.user, chosen, request.GET.get("trang", 1))
    links = {
        "reset": viewing.url("tasks:plan"),
        "kept": [(n.replace("_", "-"), chosen.query[n]) for n in HIDDEN if chosen.query[n]],
        "excel": viewing.url("reports:plan_xlsx", **chosen.query),
        "pdf": viewing.url("reports:plan_pdf", **chosen.query),
        "applied": [
            (words, viewing.url("tasks:plan", **query)) for words, query in chosen.applied()
        ],
    }
    context = {
        "form": form,
        "chosen": chosen,
        "table": table,
        "page": table.page,
        "links": links,
        "heading": appendix_lines(viewing.plan),
    }
    return render(request, "tasks/plan.html", context)


@kept.page
def plan_text(request):
    viewing = viewing_of(request)
    amended = viewing.plan.amendments.filter(effective_on__lte=viewing.as_of)
    context = {
        "text": read_plan_text(viewing.plan),
        "amendments": amended.select_related("document"),
    }
    return render(request, "tasks/plan_text.html", context)

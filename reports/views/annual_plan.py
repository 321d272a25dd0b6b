"""The draft of a year's plan, as Word."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404

from cchc import clock
from reports.annual_plan import build_annual_plan
from reports.downloads import download
from reports.to_annual_plan_docx import annual_plan_docx as to_docx
from tasks.annual import may_draft, years_to_draft
from tasks.pages.plan_edit import plans_of


def annual_plan_docx(request, plan, year):
    plan = get_object_or_404(plans_of(request.user), code=plan)
    if year not in years_to_draft(plan):
        raise Http404(f"Kế hoạch này không có kế hoạch năm {year}.")
    if not may_draft(request.user, plan):
        raise PermissionDenied(
            "Dự thảo kế hoạch năm: HCQT, lãnh đạo và đơn vị chủ trì nhiệm vụ ấy."
        )
    draft = build_annual_plan(plan, year, clock.today())
    return download(to_docx(draft), draft.file_name, "docx")

"""The plan table as a file: the filters of its page, the rights of its reader."""

from reports.downloads import download
from reports.plan_export import PlanExport, build_plan_export
from reports.to_pdf import plan_pdf as to_pdf
from reports.to_plan_xlsx import plan_xlsx as to_xlsx
from tasks.filters import PlanFilter
from tasks.viewing import viewing_of


def plan_xlsx(request):
    export = _export(request)
    return download(to_xlsx(export), export.file_name, "xlsx")


def plan_pdf(request):
    export = _export(request)
    return download(to_pdf(export), export.file_name, "pdf")


def _export(request) -> PlanExport:
    viewing = viewing_of(request)
    chosen = PlanFilter(request.GET, plan=viewing.plan).chosen
    return build_plan_export(viewing.plan, viewing.year, viewing.as_of, request.user, chosen)

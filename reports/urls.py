from django.urls import path, register_converter

from reports.addresses import PeriodConverter
from reports.views import (
    annual_plan,
    contribution,
    dashboard,
    editor,
    flow,
    office_template,
    offices,
    outline,
    periods,
    plan_export,
    report,
    sheet,
    statistics,
    urge_letter,
)

register_converter(PeriodConverter, "period")

app_name = "reports"
urlpatterns = [
    path("", dashboard.dashboard, name="dashboard"),
    # forms of the dashboard
    path("so-sanh/", dashboard.compare, name="compare"),
    path("cac-co-quan/", offices.offices, name="offices"),
    path("trinh-chieu/", dashboard.presentation, name="presentation"),
    path("bang-dieu-hanh.pdf", dashboard.dashboard_pdf, name="dashboard_pdf"),
    path("ke-hoach/excel/", plan_export.plan_xlsx, name="plan_xlsx"),
    path("ke-hoach/pdf/", plan_export.plan_pdf, name="plan_pdf"),
    # the year's plan
    path(
        "ke-hoach/cac-ke-hoach/<slug:plan>/nam/<int:year>/word/",
        annual_plan.annual_plan_docx,
        name="annual_plan_docx",
    ),
    path("viec-cua-don-vi/excel/", sheet.sheet_download, name="sheet_download"),
    path("viec-cua-don-vi/excel/nap/", sheet.sheet_upload, name="sheet_upload"),
    path("bao-cao/", report.list_, name="list"),
    path("bao-cao/<period:period>/", report.report, name="report"),
    path("bao-cao/<period:period>/pdf/", report.report_pdf, name="report_pdf"),
    path("bao-cao/<period:period>/word/", report.report_docx, name="report_docx"),
    path("bao-cao/<period:period>/excel/", report.report_xlsx, name="report_xlsx"),
    path("bao-cao/tep/<int:pk>/", report.report_file, name="report_file"),
    path("don-doc/phieu/<int:pk>/word/", urge_letter.urge_letter_docx, name="urge_letter_docx"),
    # the editor, contributions
    path("bao-cao/<period:period>/soan/", editor.editor, name="editor"),
    path("bao-cao/<period:period>/lap/", editor.begin, name="begin"),
    path("bao-cao/muc/<int:section>/doan/", editor.passage_save, name="passage_save"),
    path("bao-cao/muc/<int:section>/them/", editor.passage_add, name="passage_add"),
    path("bao-cao/muc/<int:section>/bo/", editor.passage_hide, name="passage_hide"),
    path("bao-cao/muc/<int:section>/dua-lai/", editor.passage_show, name="passage_show"),
    path("bao-cao/muc/<int:section>/lay-lai/", editor.passage_take, name="passage_take"),
    path("bao-cao/muc/<int:section>/giu/", editor.passage_keep, name="passage_keep"),
    path("bao-cao/muc/<int:section>/dong-gop/", contribution.section_ask, name="section_ask"),
    path("bao-cao/dong-gop/<int:pk>/", contribution.contribution, name="contribution"),
    path(
        "bao-cao/dong-gop/<int:pk>/nhan/", contribution.contribution_take, name="contribution_take"
    ),
    # the days of a period, the outlines
    path("bao-cao/ky/them/", periods.period_new, name="period_new"),
    path("bao-cao/<period:period>/ky/", periods.period_days, name="period_days"),
    path("bao-cao/de-cuong/", outline.outlines, name="outlines"),
    path("bao-cao/de-cuong/<slug:kind>/", outline.outline, name="outline"),
    # a report's way, the statistics form
    path("bao-cao/<period:period>/trinh/", flow.submit, name="submit"),
    path("bao-cao/<period:period>/tra-lai/", flow.return_, name="return"),
    path("bao-cao/<period:period>/duyet/", flow.approve, name="approve"),
    path("bao-cao/<period:period>/ban-hanh/", flow.issue, name="issue"),
    path("bao-cao/<period:period>/ban-ky/", flow.sign, name="sign"),
    path("bao-cao/<period:period>/dinh-chinh/", flow.correct, name="correct"),
    path("bao-cao/<period:period>/thong-ke/", statistics.statistics, name="statistics"),
    # the office's own Word template
    path("bao-cao/mau-word/", office_template.office_template, name="office_template"),
    path(
        "bao-cao/mau-word/tep/<int:pk>/",
        office_template.office_template_file,
        name="office_template_file",
    ),
    path("bao-cao/mau-word/goc/", office_template.our_template_file, name="our_template_file"),
]

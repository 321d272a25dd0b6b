from django.urls import path

from reports.views import annual, dashboard, plan_export, sheet, urge_letter

app_name = "reports"
urlpatterns = [
    path("", dashboard.dashboard, name="dashboard"),
    path("ke-hoach/excel/", plan_export.plan_xlsx, name="plan_xlsx"),
    path("ke-hoach/pdf/", plan_export.plan_pdf, name="plan_pdf"),
    path("viec-cua-don-vi/excel/", sheet.sheet_download, name="sheet_download"),
    path("viec-cua-don-vi/excel/nap/", sheet.sheet_upload, name="sheet_upload"),
    path("bao-cao/", annual.list_, name="list"),
    path("bao-cao/nam/<int:year>/", annual.annual, name="annual"),
    path("bao-cao/nam/<int:year>/pdf/", annual.annual_pdf, name="annual_pdf"),
    path("bao-cao/nam/<int:year>/word/", annual.annual_docx, name="annual_docx"),
    path("bao-cao/nam/<int:year>/excel/", annual.annual_xlsx, name="annual_xlsx"),
    path("don-doc/phieu/<int:pk>/word/", urge_letter.urge_letter_docx, name="urge_letter_docx"),
]

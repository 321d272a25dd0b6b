from django.urls import path

from reports.views import annual, dashboard, plan_export

app_name = "reports"
urlpatterns = [
    path("", dashboard.dashboard, name="dashboard"),
    path("ke-hoach/excel/", plan_export.plan_xlsx, name="plan_xlsx"),
    path("ke-hoach/pdf/", plan_export.plan_pdf, name="plan_pdf"),
    path("bao-cao/", annual.list_, name="list"),
    path("bao-cao/nam/<int:year>/", annual.annual, name="annual"),
    path("bao-cao/nam/<int:year>/pdf/", annual.annual_pdf, name="annual_pdf"),
    path("bao-cao/nam/<int:year>/word/", annual.annual_docx, name="annual_docx"),
    path("bao-cao/nam/<int:year>/excel/", annual.annual_xlsx, name="annual_xlsx"),
]

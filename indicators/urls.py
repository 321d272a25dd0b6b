from django.urls import path

from indicators import index_views, plan_import_views, roll_over_views, views

app_name = "indicators"
urlpatterns = [
    path("", views.list_, name="list"),
    # indices: before the codes of targets
    path("chi-so/", index_views.index_list, name="index_list"),
    path("chi-so/<slug:code>/", index_views.index, name="index"),
    path("chi-so/<slug:code>/<int:year>/", index_views.record, name="index_record"),
    # a plan comes in from its file
    path("nap-ke-hoach/<int:pk>/", plan_import_views.plan_import_write, name="plan_import_write"),
    # the next term's plan
    path("ke-hoach-tiep-theo/<slug:plan>/", roll_over_views.plan_roll_over, name="plan_roll_over"),
    path("<str:code>/", views.indicator, name="indicator"),
    path("<str:code>/ket-qua/<int:year>/", views.measure, name="measure"),
]

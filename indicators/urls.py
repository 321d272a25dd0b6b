from django.urls import path

from indicators import views

app_name = "indicators"
urlpatterns = [
    path("", views.list_, name="list"),
    path("<str:code>/", views.indicator, name="indicator"),
    path("<str:code>/ket-qua/<int:year>/", views.measure, name="measure"),
]

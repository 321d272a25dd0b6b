from django.contrib.auth.views import LoginView
from django.urls import path

from bench.floor import views

urlpatterns = [
    path("dang-nhap/", LoginView.as_view(template_name="floor/form.html")),
    path("whoami/", views.whoami),
    path("list/", views.list_),
    path("one/<int:pk>/", views.one, name="one"),
    path("counts/live/", views.counts_live),
    path("update/<int:pk>/", views.update, name="update"),
]

"""The targets of a draft, below the plan's own address."""

from django.urls import path

from indicators import targets_editing_views as views

app_name = "targets"
urlpatterns = [
    path("", views.targets, name="list"),
    path("thu-tu/", views.targets_order, name="order"),
    path("them/", views.target_new, name="new"),
    path("<str:code>/", views.target, name="edit"),
]

"""What becomes of each task of the old plan, below the new plan's own address."""

from django.urls import path

from indicators import roll_over_views as views

app_name = "roll_over"
urlpatterns = [
    path("giu/", views.keep, name="keep"),
    path("nhiem-vu/<str:code>/", views.task, name="task"),
]

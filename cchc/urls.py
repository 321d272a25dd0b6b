"""The map of the site. Addresses are Vietnamese without accents, names are English."""

from django.contrib import admin
from django.contrib.auth import views as auth_views
from django.urls import include, path

from cchc import saved_views, views

urlpatterns = [
    path("", include("reports.urls")),
    path("", include("tasks.urls")),
    path("chi-tieu/", include("indicators.urls")),
    path("dang-nhap/", auth_views.LoginView.as_view(), name="login"),
    path("dang-xuat/", auth_views.LogoutView.as_view(), name="logout"),
    path("doi-mat-khau/", auth_views.PasswordChangeView.as_view(), name="password_change"),
    path(
        "doi-mat-khau/xong/",
        auth_views.PasswordChangeDoneView.as_view(),
        name="password_change_done",
    ),
    path("them/", views.more, name="more"),
    # saved views
    path("cach-xem/", saved_views.saved_views, name="saved_views"),
    path("cach-xem/luu/", saved_views.saved_view_new, name="saved_view_new"),
    path("cach-xem/<int:pk>/", saved_views.saved_view, name="saved_view"),
    path("cach-xem/<int:pk>/doi-ten/", saved_views.saved_view_rename, name="saved_view_rename"),
    path("cach-xem/<int:pk>/xoa/", saved_views.saved_view_delete, name="saved_view_delete"),
    path("suc-khoe/", views.health, name="health"),
    path("quan-tri/", admin.site.urls),
]
handler403 = "cchc.views.forbidden"

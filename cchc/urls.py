"""The map of the site. Addresses are Vietnamese without accents, names are English."""

from django.contrib import admin
from django.urls import include, path

from cchc import saved_views, views
from cchc.sign_in import views as sign_in

urlpatterns = [
    path("", include("reports.urls")),
    path("", include("tasks.urls")),
    path("chi-tieu/", include("indicators.urls")),
    path("ke-hoach/cac-ke-hoach/<slug:plan>/soan/chi-tieu/", include("indicators.targets_urls")),
    path("ke-hoach/cac-ke-hoach/<slug:plan>/chuyen-tiep/", include("indicators.roll_over_urls")),
    # sign-in
    path("dang-nhap/", sign_in.sign_in, name="login"),
    path("dang-nhap/ma/", sign_in.second_step, name="second_step"),
    path("dang-nhap/lien-thong/", sign_in.sso, name="sso"),
    path("dang-nhap/lien-thong/ve/", sign_in.sso_return, name="sso_return"),
    path("dang-xuat/", sign_in.sign_out, name="logout"),
    path("doi-mat-khau/", sign_in.password_change, name="password_change"),
    path("doi-mat-khau/xong/", sign_in.password_change_done, name="password_change_done"),
    path("xac-thuc-hai-buoc/", sign_in.two_step_page, name="two_step"),
    path("xac-thuc-hai-buoc/bat/", sign_in.two_step_on, name="two_step_on"),
    path("xac-thuc-hai-buoc/tat/", sign_in.two_step_off, name="two_step_off"),
    path("xac-thuc-hai-buoc/ma-du-phong/", sign_in.recovery_codes, name="recovery_codes"),
    path(
        "xac-thuc-hai-buoc/ma-du-phong/tep/",
        sign_in.recovery_codes_file,
        name="recovery_codes_file",
    ),
    path(
        "xac-thuc-hai-buoc/ma-du-phong/moi/", sign_in.recovery_codes_new, name="recovery_codes_new"
    ),
    path("them/", views.more, name="more"),
    # saved views
    path("cach-xem/", saved_views.saved_views, name="saved_views"),
    path("cach-xem/luu/", saved_views.saved_view_new, name="saved_view_new"),
    path("cach-xem/<int:pk>/", saved_views.saved_view, name="saved_view"),
    path("cach-xem/<int:pk>/doi-ten/", saved_views.saved_view_rename, name="saved_view_rename"),
    path("cach-xem/<int:pk>/xoa/", saved_views.saved_view_delete, name="saved_view_delete"),
    path("suc-khoe/", views.health, name="health"),
    path("tinh-trang-he-thong/", views.system_state, name="system_state"),
    path("quan-tri/", admin.site.urls),
]
handler400 = "cchc.errors.bad_request"
handler403 = "cchc.views.forbidden"
handler500 = "cchc.errors.server_error"

"""Pages that belong to no app: the menu on a phone, health, refusals."""

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import JsonResponse
from django.shortcuts import render


@login_not_required
def health(request):
    """200 when the application can read its database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"ok": True})


def more(request):
    return render(request, "more.html")


def forbidden(request, exception=None):
    return render(request, "403.html", {"reason": str(exception or "")}, status=403)


def csrf_failure(request, reason=""):
    """A form that waited too long: the session or its token has changed."""
    return render(
        request,
        "403.html",
        {
            "reason": "Phiên làm việc đã đổi từ khi mở trang (đăng nhập lại ở cửa sổ khác?). "
            "Quay lại trang trước, nội dung đã gõ vẫn còn; tải lại rồi gửi lần nữa."
        },
        status=403,
    )

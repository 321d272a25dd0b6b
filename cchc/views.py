"""Pages that belong to no app: the menu on a phone, health, refusals."""

import hmac
from dataclasses import asdict

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError
from django.http import JsonResponse
from django.shortcuts import render

from cchc import clock, standing


@login_not_required
def health(request):
    """200 while the database answers, else 503. The administrator, and whoever has HEALTH_TOKEN, gets
    every line of the system's standing, and 503 too when somebody must act."""
    try:
        standing.answers()
    except DatabaseError:
        return JsonResponse({"ok": False}, status=503)
    if not _may_see_standing(request):
        return JsonResponse({"ok": True})
    lines = standing.read_standing(clock.now())
    good = all(line.good for line in lines)
    told = {"ok": good, "lines": [asdict(line) for line in lines]}
    return JsonResponse(
        told, status=200 if good else 503, json_dumps_params={"ensure_ascii": False}
    )


def _may_see_standing(request) -> bool:
    shown = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if settings.HEALTH_TOKEN and hmac.compare_digest(
        shown.encode(), settings.HEALTH_TOKEN.encode()
    ):
        return True
    return request.user.is_authenticated and request.user.is_administrator


def system_state(request):
    now = clock.now()
    return render(request, "system_state.html", {"at": now, "lines": standing.read_standing(now)})


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

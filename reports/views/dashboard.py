"""Bảng điều hành: where the year stands and what needs a decision."""

from django.shortcuts import render

from cchc import clock
from cchc.permissions import LEADER
from reports.summary import summarise
from tasks.viewing import viewing_of


def dashboard(request):
    viewing = viewing_of(request)
    known_only = request.GET.get("dung-nhu-da-biet") == "1"
    summary = summarise(
        viewing.plan, viewing.year, viewing.as_of, request.user, known_only=known_only
    )
    context = {
        "summary": summary,
        "moment": clock.now(),
        "may_direct": request.user.role == LEADER and not viewing.is_past,
    }
    return render(request, "reports/dashboard.html", context)

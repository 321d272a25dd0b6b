"""Các cơ quan: the plans of one's own office and of those below it, side by side."""

from django.http import Http404
from django.shortcuts import render

from cchc import kept
from reports.offices import read_offices
from tasks.viewing import viewing_of


@kept.page
def offices(request):
    page = read_offices(viewing_of(request), request.user, request.GET.get("trang"))
    if page is None:
        raise Http404("Chỉ có một cơ quan.")
    return render(request, "reports/offices.html", {"it": page, "page": page.page})

"""Lịch: secret addresses for calendar programmes, and what is read under them."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import cache_control, never_cache

from cchc import clock
from tasks import feeds
from tasks.notice_forms import FeedForm
from tasks.pages.calendar import feed_lines
from tasks.to_ical import calendar_of
from tasks.viewing import viewing_of


@never_cache
def calendar(request):
    viewing_of(request)
    if request.method != "POST":
        return _page(request)
    form = FeedForm(request.POST)
    if not form.is_valid():
        return _page(request, status=422)
    told, at = form.cleaned_data, clock.now()
    if told["act"] == "revoke":
        done, words = feeds.revoke_feed(by=request.user, at=at, pk=told["seen"]), "Đã hủy lịch."
    else:
        kind = {"whole_unit": told["whole_unit"], "seen": told["seen"]}
        done, words = feeds.make_feed(by=request.user, at=at, **kind), "Đã tạo địa chỉ lịch mới."
    if done:
        messages.success(request, words)
    else:
        messages.warning(request, "Lịch này đã đổi từ khi trang được mở; dưới đây là bản mới.")
    return redirect("tasks:calendar")


@login_not_required
@cache_control(no_store=True, private=True)
def calendar_feed(request, secret):
    """Open to whoever knows the address; one answer for every address that isn't (or is no longer)
    a calendar."""
    feed = feeds.living_feed(secret)
    data = calendar_of(feed, clock.now(), request.build_absolute_uri("/")) if feed else None
    if data is None:
        raise Http404("Không có lịch này.")
    answer = HttpResponse(data, content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = 'inline; filename="ke-hoach-cchc.ics"'
    return answer


def _page(request, status=200):
    lines = feed_lines(request.user, request.build_absolute_uri("/"))
    return render(request, "tasks/calendar.html", {"lines": lines}, status=status)

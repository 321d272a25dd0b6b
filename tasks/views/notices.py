"""The bell: what one person was told, and how often they want it by mail."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render

from cchc import clock
from tasks import noticing
from tasks.notice_forms import DigestForm, ReadForm

NOTICES_A_PAGE = 50


def notices(request):
    if request.method != "POST":
        form = DigestForm(initial={"every": request.user.digest_every})
        return _page(request, form)
    form = DigestForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    noticing.choose_digest(by=request.user, at=clock.now(), every=form.cleaned_data["every"])
    messages.success(request, "Đã ghi cách nhận thư tổng hợp.")
    return redirect("tasks:notices")


def notices_read(request):
    """Mark as read; with `open` go on to what the notice is about."""
    form = ReadForm(request.POST)
    if not form.is_valid():
        return redirect("tasks:notices")
    pk, until = form.cleaned_data["notice"], form.cleaned_data["until"]
    notice = get_object_or_404(request.user.notices, pk=pk) if pk else None
    noticing.mark_read(by=request.user, at=clock.now(), pk=pk, until=until)
    return redirect(notice.path if notice and form.cleaned_data["open"] else "tasks:notices")


def _page(request, form, status=200):
    page = Paginator(request.user.notices.all(), NOTICES_A_PAGE).get_page(request.GET.get("trang"))
    newest = max((notice.pk for notice in page), default=None)
    context = {"page": page, "form": form, "newest": newest}
    return render(request, "tasks/notices.html", context, status=status)

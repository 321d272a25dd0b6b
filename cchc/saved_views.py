"""The views that a person has kept: list, keep, open, rename, delete. Everybody sees their own."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render

from cchc import clock, saving
from cchc.fields import VietnameseDateField
from cchc.saved_view_forms import ALWAYS, THAT_DAY, KeepForm, NameForm


def saved_views(request):
    """As a page, or (htmx) as the lines of the small menu."""
    template = "parts/saved_views_list.html" if request.htmx else "saved_views.html"
    return render(request, template, {"saved": lines_of(request.user), "most": saving.MOST})


def saved_view_new(request):
    sent = request.method == "POST"
    given = request.POST if sent else request.GET
    path, day = given.get("path", ""), _day(given.get("day"))
    opened = {"path": path, "day": day, "year": given.get("year"), "when": ALWAYS}
    if saving.day_of(path):
        opened["when"] = THAT_DAY
    form = KeepForm(request.POST if sent else None, initial=opened, day=day)
    if sent and form.is_valid():
        try:
            view = _keep(request.user, form)
        except saving.NameTaken as taken:
            form.offer_replacing()
            form.add_error("name", f"{taken} Đặt tên khác, hoặc đánh dấu thay cách xem cũ.")
        except saving.NotKept as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"Đã lưu cách xem “{view.name}”.")
            return redirect(view.path)
    page = saving.PAGES.get(saving.page_of(path))
    context = {"form": form, "page_name": page, "back": path if page else None}
    return render(request, "saved_view_new.html", context, status=422 if sent else 200)


def saved_view(request, pk):
    """The page behind it decides what this person may see there today."""
    return redirect(_own(request.user, pk).path)


def saved_view_rename(request, pk):
    view = _own(request.user, pk)
    sent = request.method == "POST"
    form = NameForm(request.POST if sent else None, initial={"name": view.name})
    if sent and form.is_valid():
        try:
            saving.rename(view=view, at=clock.now(), name=form.cleaned_data["name"])
        except saving.NotKept as refusal:
            form.add_error("name", str(refusal))
        else:
            messages.success(request, f"Đã đổi tên thành “{view.name}”.")
            return redirect("saved_views")
    context = {"form": form, "view": view}
    return render(request, "saved_view_rename.html", context, status=422 if sent else 200)


def saved_view_delete(request, pk):
    view = _own(request.user, pk)
    name = view.name
    saving.delete(view=view, at=clock.now())
    messages.success(request, f"Đã xóa cách xem “{name}”.")
    return redirect("saved_views")


def lines_of(user) -> list[dict]:
    """What a list says of each: its page in words, and the day it keeps."""
    return [
        {
            "pk": view.pk,
            "name": view.name,
            "page": saving.PAGES.get(saving.page_of(view.path), "Trang không còn"),
            "day": saving.day_of(view.path),
        }
        for view in user.saved_views.all()
    ]


def _keep(user, form):
    typed = form.cleaned_data
    return saving.keep(
        user=user,
        at=clock.now(),
        name=typed["name"],
        path=form.address(),
        replacing=typed["replace"],
    )


def _own(user, pk):
    return get_object_or_404(user.saved_views.select_related("user"), pk=pk)


def _day(text):
    """The day that was looked at when the form was opened; today for one that can't be read."""
    try:
        return VietnameseDateField(required=False).clean(text) or clock.today()
    except ValidationError:
        return clock.today()

"""A plan comes in from its file: uploaded, looked through place by place. It is written by the app
that owns its targets (indicators)."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from cchc import clock, files
from tasks import bringing_in
from tasks.actions import Stale
from tasks.bringing_in import Answer
from tasks.import_forms import UploadForm, form_for
from tasks.import_state import next_gap, read_state
from tasks.models import PlanImport
from tasks.pages import plan_import as pages
from tasks.plan_import.tables import Refused
from tasks.workflow import NotAllowed


def plan_import_new(request):
    if request.method != "POST":
        return _upload_page(request, UploadForm())
    form = UploadForm(request.POST, request.FILES)
    if form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            held = bringing_in.bring_in(upload=upload, by=request.user, at=clock.now())
            return redirect("tasks:plan_import", held.pk)
        except Refused as refusal:
            form.add_error("file", str(refusal))
    return _upload_page(request, form, status=422)


def plan_import(request, pk):
    """The rows; `mo` names the place whose form is open, which is also where a form is sent."""
    held = held_for(request, pk)
    if held.plan_id:
        return redirect("tasks:plan_page", held.plan.code)
    if request.method == "POST":
        return _save(request, held)
    place = request.GET.get("mo", "")
    state = read_state(held, place)
    form = form_for(state, place) if place not in ("", "ph") else None
    return show(request, state, place=place if form else "", form=form)


def plan_import_file(request, pk):
    return files.send(held_for(request, pk).file)


def held_for(request, pk) -> PlanImport:
    return get_object_or_404(bringing_in.visible_to(request.user), pk=pk)


def show(request, state, *, place="", form=None, status=200, section="", **context):
    section = section or pages.section_of(place, request.GET.get("phan", ""))
    number = request.GET.get("trang", 1)
    it = pages.read_page(state, section, place=place, number=number, form=form)
    context |= {"it": it, "form": form, "page": it.page}
    return render(request, "tasks/plan_import.html", context, status=status)


def _save(request, held):
    place = request.POST.get("mo", "")
    state = read_state(held, place)
    form = form_for(state, place, request.POST)
    if form is None:
        raise Http404
    whole = form.is_valid()
    if "bo" in request.POST or "lay-lai" in request.POST:
        answers = _drop(state, place, dropped="bo" in request.POST)
    elif not whole:
        return show(request, state, place=place, form=form, status=422)
    else:
        answers = form.answers()
    seen = form.cleaned_data.get("seen", 0)
    told = {"answers": answers, "seen": seen, "meanings": form.meanings}
    try:
        held = bringing_in.answer(held=held, by=request.user, at=clock.now(), **told)
    except NotAllowed as refusal:
        form.add_error(None, str(refusal))
        return show(request, state, place=place, form=form, status=422)
    except Stale:
        form.data = request.POST.copy()
        form.data["seen"] = held.version
        return show(request, state, place=place, form=form, moved=True, status=409)
    return _go_on(request, held, place)


def _drop(state, place, *, dropped) -> list[Answer]:
    """Take a row or target out, or back in."""
    part = {"n": "rows", "ct": "targets"}.get(place.partition("-")[0])
    if part is None:
        raise Http404
    key = place.partition("-")[2]
    kept = dict(state.held.answers.get(part, {}).get(key, {}))
    kept.pop("dropped", None)
    return [Answer(part, key, kept | ({"dropped": True} if dropped else {}))]


def _go_on(request, held, place):
    """To the next open place; when there is none, to the writing."""
    address = reverse("tasks:plan_import", args=[held.pk])
    if place == "ph":
        messages.success(request, "Đã ghi vì sao để nguyên.")
        return redirect(f"{address}?phan=phat-hien")
    gap = next_gap(read_state(held), place)
    if gap is None:
        messages.success(request, "Đã lưu. Không còn chỗ nào phải xem lại.")
        return redirect(f"{address}?phan=ghi")
    messages.success(request, f"Đã lưu. Tiếp theo: {gap.label}.")
    return redirect(f"{address}?mo={gap.place}")


def _upload_page(request, form, status=200):
    waiting = pages.read_imports(bringing_in.visible_to(request.user))
    context = {"form": form, "waiting": waiting}
    return render(request, "tasks/plan_import_new.html", context, status=status)

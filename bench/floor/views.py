from django import forms
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.db.models import Count, F
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from bench.floor.models import Task, UnitStat, Update


@login_required
def whoami(request):
    return HttpResponse(request.user.username)


@login_required
def list_(request):
    """?rows=50: so many rows, of one query."""
    tasks = Task.objects.order_by("due", "id").select_related("unit").defer("description")
    rows = tasks[: int(request.GET.get("rows", 50))]
    return render(request, "floor/list.html", {"rows": list(rows)})


@login_required
def one(request, pk):
    task = get_object_or_404(Task.objects.select_related("unit"), pk=pk)
    updates = task.updates.select_related("user").order_by("-id")[:20]
    return render(request, "floor/one.html", {"task": task, "updates": list(updates)})


def _counts(request, rows):
    by_unit = {}
    for unit, status, n in rows:
        by_unit.setdefault(unit, {})[status] = n
    return render(request, "floor/counts.html", {"rows": sorted(by_unit.items())})


@login_required
def counts_live(request):
    tasks = Task.objects.order_by().values_list("unit__name", "status")
    return _counts(request, tasks.annotate(n=Count("id")))


class UpdateForm(forms.Form):
    progress = forms.IntegerField(min_value=0, max_value=100)
    note = forms.CharField(widget=forms.Textarea, max_length=2000)


@login_required
def update(request, pk):
    form = UpdateForm(request.POST or None)
    if not form.is_valid():
        return render(request, "floor/form.html", {"form": form})
    progress = form.cleaned_data["progress"]
    with transaction.atomic():
        task = Task.objects.select_for_update().get(pk=pk)
        before, after = task.status, "done" if progress == 100 else "doing"
        task.progress, task.status = progress, after
        task.save(update_fields=["progress", "status", "updated"])
        note = form.cleaned_data["note"]
        Update.objects.create(task=task, user=request.user, note=note, progress=progress)
        if before != after:
            stats = UnitStat.objects.filter(unit_id=task.unit_id)
            stats.filter(status=before).update(n=F("n") - 1)
            stats.filter(status=after).update(n=F("n") + 1)
    return redirect("one", pk=pk)

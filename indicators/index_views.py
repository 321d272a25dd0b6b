"""The indices of area VIII: all, one with its components, and the recording of a result."""

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render

from cchc import clock
from cchc.permissions import sees_all_work
from indicators import index_actions as actions
from indicators.charts import index_trend
from indicators.index_forms import opened_forms, sent_forms
from indicators.index_reading import read_indices, version_for, year_result
from indicators.models import Index
from indicators.pages.index_page import index_page
from indicators.views import may_measure_here, why_not
from tasks.actions import Stale
from tasks.viewing import viewing_of
from tasks.workflow import NotAllowed


def index_list(request):
    viewing = viewing_of(request)
    indices = read_indices(viewing.plan, viewing.year, viewing.as_of)
    context = {
        "indices": [(index, index_trend(index, viewing.plan.last_year)) for index in indices],
        "may_measure": may_measure_here(request, viewing),
    }
    return render(request, "indicators/index_list.html", context)


def index(request, code):
    viewing = viewing_of(request)
    found = get_object_or_404(Index, code=code)
    context = {
        "page": index_page(viewing.plan, found, viewing.year, viewing.as_of),
        "may_measure": may_measure_here(request, viewing),
        "may_open_files": sees_all_work(request.user),
    }
    return render(request, "indicators/index.html", context)


def record(request, code, year):
    viewing = viewing_of(request)
    found = get_object_or_404(Index, code=code)
    told = _told(viewing.plan, found, year)
    if not may_measure_here(request, viewing):
        raise PermissionDenied(why_not(viewing))
    if request.method != "POST":
        newest = actions.newest_result(viewing.plan, found, year)
        return _record_page(request, viewing, found, *opened_forms(newest, **told))
    forms = sent_forms(request.POST, request.FILES, **told)
    if not all([form.is_valid() for form in forms]):
        return _record_page(request, viewing, found, *forms, status=422)
    try:
        _record(request.user, viewing.plan, found, *forms)
    except NotAllowed as refusal:
        forms[0].add_error(None, str(refusal))
        return _record_page(request, viewing, found, *forms, status=422)
    except Stale:
        return _stale_page(request, viewing, found, told)
    messages.success(request, f"Đã ghi kết quả {found.short_name} năm {year}.")
    return redirect(viewing.url("indicators:index", found.code))


def _told(plan, found, year) -> dict:
    """What the form must know; 404 where nothing can be recorded."""
    version = version_for(found, year) if year in plan.years() else None
    if version is None:
        raise Http404(f"Không có bộ tiêu chí cho năm {year}, hoặc Kế hoạch không có năm này.")
    targets = list(plan.indicators.filter(index=found))
    return {"version": version, "year": year, "targets": targets}


def _record(user, plan, found, form, document):
    return actions.record_result(
        plan=plan,
        index=found,
        year=form.year,
        by=user,
        at=clock.now(),
        citation=document.citation() if document.has_changed() else None,
        **form.told(),
    )


def _stale_page(request, viewing, found, told):
    """Somebody recorded this result since the form was opened: what they recorded, and what was
    typed here; sent again it is a correction of theirs."""
    newest = actions.newest_result(viewing.plan, found, told["year"])
    data = request.POST.copy()
    data["seen"] = newest.pk if newest else ""
    data["form_key"] = str(uuid.uuid4())
    forms = sent_forms(data, request.FILES, **told)
    return _record_page(request, viewing, found, *forms, stale=True, status=409)


def _record_page(request, viewing, found, form, document, *, stale=False, status=200):
    newest = actions.newest_result(viewing.plan, found, form.year)
    context = {
        "index": found,
        "form": form,
        "document": document,
        "version": form.version,
        "standing": year_result(found, newest, form.year) if newest else None,
        "stale": stale,
    }
    return render(request, "indicators/index_record.html", context, status=status)

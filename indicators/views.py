"""The targets of section II: the list, one target, and the recording of a result."""

import uuid
from collections import Counter

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render

from cchc import clock
from cchc.permissions import sees_all_work
from cchc.templatetags.cchc import dmy
from indicators import actions
from indicators.charts import bullet, trend_of
from indicators.forecasting import Outlook
from indicators.forms import opened_forms, sent_forms
from indicators.linked import read_measures
from indicators.reading import history, read_indicators, result_of
from indicators.verdicts import Verdict
from tasks.viewing import viewing_of
from tasks.workflow import NotAllowed


def list_(request):
    viewing = viewing_of(request)
    lines = read_indicators(viewing.plan, viewing.year, viewing.as_of)
    counts = Counter(line.assessed.label for line in lines)
    context = {
        "lines": lines,
        "shares": [(line, bullet(line)) for line in lines if line.is_percentage],
        "others": [line for line in lines if not line.is_percentage],
        "measures": read_measures(viewing.plan, viewing.year, viewing.as_of),
        "previous_year": viewing.year - 1 if viewing.year > viewing.plan.first_year else None,
        "counts": [(f.label, counts[f.label]) for f in (*Verdict, *Outlook) if counts[f.label]],
        "may_measure": may_measure_here(request, viewing) and viewing.year <= viewing.today.year,
    }
    return render(request, "indicators/list.html", context)


def indicator(request, code):
    viewing = viewing_of(request)
    found = _indicator(viewing.plan, code)
    (line,) = read_indicators(viewing.plan, viewing.year, viewing.as_of, code=code)
    context = {
        "line": line,
        "bullet": bullet(line) if line.is_percentage else None,
        "trend": trend_of(line, viewing.plan.last_year),
        "years": history(found, viewing.as_of).items(),
        "may_measure": may_measure_here(request, viewing),
        "may_open_files": sees_all_work(request.user),
    }
    return render(request, "indicators/indicator.html", context)


def measure(request, code, year):
    viewing = viewing_of(request)
    found = _indicator(viewing.plan, code)
    if year not in viewing.plan.years():
        raise Http404(f"Kế hoạch không có năm {year}.")
    if not may_measure_here(request, viewing):
        raise PermissionDenied(why_not(viewing))
    if found.index:  # its rank is recorded once, with the index
        return redirect(viewing.url("indicators:index_record", found.index.code, year))
    if request.method != "POST":
        newest = actions.newest_of(found, year)
        return _measure_page(request, viewing, found, year, *opened_forms(found, year, newest))
    forms = sent_forms(found, year, request.POST, request.FILES)
    if not all([form.is_valid() for form in forms]):
        return _measure_page(request, viewing, found, year, *forms, status=422)
    try:
        _record(request.user, found, year, *forms)
    except NotAllowed as refusal:
        forms[0].add_error(None, str(refusal))
        return _measure_page(request, viewing, found, year, *forms, status=422)
    except actions.Stale:
        return _stale_page(request, viewing, found, year)
    messages.success(request, f"Đã ghi kết quả năm {year} của chỉ tiêu {found.code}.")
    return redirect(viewing.url("indicators:indicator", found.code))


def _indicator(plan, code):
    found = get_object_or_404(plan.indicators.select_related("index"), code=code)
    found.plan = plan
    return found


def may_measure_here(request, viewing) -> bool:
    return actions.may_measure(request.user, viewing.plan) and not viewing.is_past


def why_not(viewing) -> str:
    if viewing.is_past:
        return f"Đang xem tình hình tính đến {dmy(viewing.as_of)}: chỉ xem. Về hôm nay để ghi."
    return "Chỉ đơn vị theo dõi, đôn đốc của Kế hoạch ghi kết quả đo."


def _record(user, found, year, form, document):
    return actions.record_measurement(
        indicator=found,
        year=year,
        by=user,
        at=clock.now(),
        citation=document.citation() if document.has_changed() else None,
        **form.cleaned_data,
    )


def _stale_page(request, viewing, found, year):
    """Somebody recorded this year's result since the form was opened: what they recorded, and
    what was typed here; sent again it is a correction of theirs."""
    newest = actions.newest_of(found, year)
    data = request.POST.copy()
    data["seen"] = newest.pk if newest else ""
    data["form_key"] = str(uuid.uuid4())
    forms = sent_forms(found, year, data, request.FILES)
    return _measure_page(request, viewing, found, year, *forms, stale=True, status=409)


def _measure_page(request, viewing, found, year, form, document, *, stale=False, status=200):
    newest = actions.newest_of(found, year)
    (line,) = read_indicators(viewing.plan, viewing.year, viewing.as_of, code=found.code)
    context = {
        "line": line,
        "form": form,
        "document": document,
        "measured_year": year,
        "standing": result_of(found, newest, year) if newest else None,
        "stale": stale,
    }
    return render(request, "indicators/measure.html", context, status=status)

"""Recording what was measured: appended, audited, never overwritten."""

import uuid
from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from cchc import audit, permissions
from cchc.clock import local_day
from cchc.text import clean_lines
from indicators.models import IndexResult, Indicator, Measurement
from tasks.actions import Stale
from tasks.citing import Citation, cite_document, document_key
from tasks.models import Plan
from tasks.workflow import NotAllowed


def may_measure(user, plan: Plan) -> bool:
    """The coordinator of this plan, nobody else."""
    return permissions.coordinates(user, plan.coordinator)


def newest_of(indicator: Indicator, year: int) -> Measurement | None:
    """The row that a correction would replace."""
    rows = indicator.measurements.filter(year=year).select_related("document__file", "recorded_by")
    return rows.order_by("-pk").first()


@transaction.atomic
def record_measurement(
    *,
    indicator: Indicator,
    year: int,
    by,
    at: datetime,
    seen: int | None,
    measured_on: date,
    numerator: int | None = None,
    denominator: int | None = None,
    rank: int | None = None,
    ranked: int | None = None,
    verdict: str = "",
    achieved_on: date | None = None,
    note: str = "",
    citation: Citation | None = None,
    form_key: uuid.UUID | None = None,
) -> Measurement:
    """Append the result of `year`. `seen` is the primary key of the newest row that the person
    had before their eyes (None: there was none); if another has come since, Stale is raised.

    The same submitted form (`form_key`) twice gives the first row again; with other figures in it,
    it is a correction that has not seen that row: Stale.
    """
    plan = indicator.plan
    if not may_measure(by, plan):
        raise PermissionDenied
    plan.refuse_when_over()
    Indicator.objects.select_for_update().get(pk=indicator.pk)  # one at a time for one target
    found = {
        "year": year,
        "measured_on": measured_on,
        "numerator": numerator,
        "denominator": denominator,
        "rank": rank,
        "ranked": ranked,
        "verdict": verdict,
        "achieved_on": achieved_on,
        "note": clean_lines(note),
    }
    again = form_key and Measurement.objects.filter(recorded_by=by, form_key=form_key).first()
    if again:
        cited = citation and (document_key(citation.number, citation.issuer), citation.issued_on)
        has = again.document and (again.document.key, again.document.issued_on)
        if cited != has or any(getattr(again, name) != value for name, value in found.items()):
            raise Stale  # gone back to and changed after it was recorded
        return again
    if year not in plan.years():
        raise NotAllowed(f"Kế hoạch chỉ có các năm {plan.first_year}-{plan.last_year}.")
    if not date(year, 1, 1) <= measured_on <= local_day(at):
        raise NotAllowed(f"Số liệu năm {year} phải đến một ngày từ 01/01/{year} đến hôm nay.")
    newest = newest_of(indicator, year)
    if (newest.pk if newest else None) != seen:
        raise Stale
    document = cite_document(citation, unit=plan.coordinator, by=by, at=at) if citation else None
    return _append(indicator, found, document, seen, by=by, at=at, form_key=form_key)


def follow_index(*, indicator: Indicator, result: IndexResult) -> Measurement | None:
    """A target whose rank an index gives takes it over with its day and document, in the caller's
    transaction; None where it says so already."""
    found = {
        "year": result.year,
        "measured_on": result.published_on,
        "rank": result.rank,
        "ranked": result.ranked,
    }
    Indicator.objects.select_for_update().get(pk=indicator.pk)
    newest = newest_of(indicator, result.year)
    told = found | {"document_id": result.document_id}
    if newest and all(getattr(newest, name) == value for name, value in told.items()):
        return None
    found["note"] = f"Theo kết quả {result.index.short_name} năm {result.year}."
    by, at, seen = result.recorded_by, result.recorded_at, newest.pk if newest else None
    return _append(indicator, found, result.document, seen, by=by, at=at)


def _append(indicator, found, document, replaces, *, by, at, form_key=None) -> Measurement:
    measurement = Measurement.objects.create(
        indicator=indicator,
        **found,
        document=document,
        recorded_by=by,
        recorded_at=at,
        form_key=form_key,
    )
    audit.record(
        by=by,
        verb="measurement_recorded",
        target=measurement,
        at=at,
        indicator=indicator.code,
        year=found["year"],
        replaces=replaces,
    )
    return measurement

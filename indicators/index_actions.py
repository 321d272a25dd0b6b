"""Recording what was published of an index: appended, audited, never overwritten."""

import uuid
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.db import transaction

from cchc import audit
from cchc.clock import local_day
from cchc.templatetags.cchc import dmy
from cchc.text import clean_lines
from indicators.actions import follow_index, may_measure
from indicators.index_reading import points, version_for
from indicators.models import ComponentScore, Index, IndexResult, IndexVersion
from tasks.actions import Stale
from tasks.citing import Citation, cite_document, document_key
from tasks.models import Plan
from tasks.workflow import NotAllowed

Points = tuple[Decimal | None, Decimal | None]  # self-scored, appraised


class NotConfirmed(NotAllowed):
    """The components do not add up to the score, and nobody said that they need not."""


def newest_result(plan: Plan, index: Index, year: int) -> IndexResult | None:
    """The row that a correction would replace."""
    rows = IndexResult.objects.filter(index=index, unit=plan.unit_id, year=year)
    rows = rows.select_related("index", "version", "document__file", "recorded_by")
    return rows.prefetch_related("scores__component").order_by("-pk").first()


@transaction.atomic
def record_result(
    *,
    plan: Plan,
    index: Index,
    year: int,
    by,
    at: datetime,
    seen: int | None,
    published_on: date,
    score: Decimal | None = None,
    rank: int | None = None,
    ranked: int | None = None,
    components: Mapping[str, Points] | None = None,  # by the component's code
    confirmed: bool = False,
    note: str = "",
    citation: Citation | None = None,
    form_key: uuid.UUID | None = None,
) -> IndexResult:
    """Append the result of `year`; the plan's targets that take their rank from the index take it
    in the same transaction. `seen`, `form_key`: as in indicators.actions.record_measurement."""
    if not may_measure(by, plan):
        raise PermissionDenied
    plan.refuse_when_over()
    index = Index.objects.select_for_update().get(pk=index.pk)  # one at a time for one index
    given = {code: pair for code, pair in (components or {}).items() if pair != (None, None)}
    found = {
        "year": year,
        "published_on": published_on,
        "score": score,
        "rank": rank,
        "ranked": ranked,
        "note": clean_lines(note),
    }
    again = form_key and IndexResult.objects.filter(recorded_by=by, form_key=form_key).first()
    if again:
        if not _same(again, index, found, given, citation):
            raise Stale  # gone back to and changed after it was recorded
        return again
    targets = list(plan.indicators.filter(index=index))
    version = _checked(plan, index, targets, found, given, confirmed, at)
    newest = newest_result(plan, index, year)
    if (newest.pk if newest else None) != seen:
        raise Stale
    document = cite_document(citation, unit=plan.coordinator, by=by, at=at) if citation else None
    result = IndexResult.objects.create(
        index=index,
        version=version,
        unit=plan.unit,
        **found,
        document=document,
        recorded_by=by,
        recorded_at=at,
        form_key=form_key,
    )
    by_code = {component.code: component for component in version.components.all()}
    ComponentScore.objects.bulk_create(
        ComponentScore(result=result, component=by_code[code], self_scored=own, appraised=others)
        for code, (own, others) in given.items()
    )
    for target in targets:
        follow_index(indicator=target, result=result)
    audit.record(
        by=by,
        verb="index_result_recorded",
        target=result,
        at=at,
        index=index.code,
        year=year,
        replaces=seen,
    )
    return result


def difference(version: IndexVersion, score, components: Mapping[str, Points]) -> str:
    """A sentence where every component was appraised and their sum is not the score; else ""."""
    appraised = [components.get(part.code, (None, None))[1] for part in version.components.all()]
    if not version.adds_up or score is None or not appraised or None in appraised:
        return ""
    total = sum(appraised)
    if total == score:
        return ""
    return (
        f"Tổng điểm thẩm định của các thành phần là {points(total)}, khác điểm {points(score)}. "
        "Nếu văn bản công bố đúng như vậy thì đánh dấu xác nhận."
    )


def _checked(plan, index, targets, found, given, confirmed, at) -> IndexVersion:
    """The criteria by which the result is recorded; NotAllowed with the reason otherwise."""
    year, day = found["year"], found["published_on"]
    if year not in plan.years():
        raise NotAllowed(f"Kế hoạch chỉ có các năm {plan.first_year}-{plan.last_year}.")
    if not date(year, 1, 1) <= day <= local_day(at):
        raise NotAllowed(f"Kết quả năm {year} không thể công bố ngày {dmy(day)}.")
    version = version_for(index, year)
    if version is None:
        raise NotAllowed(f"Chưa có bộ tiêu chí nào cho năm {year}.")
    score, rank, ranked = found["score"], found["rank"], found["ranked"]
    if score is None and rank is None:
        raise NotAllowed("Ghi điểm hoặc thứ hạng.")
    if (rank is None) != (ranked is None):
        raise NotAllowed("Thứ hạng phải có tổng số được xếp hạng.")
    if rank is not None and not 1 <= rank <= ranked:
        raise NotAllowed("Thứ hạng bắt đầu từ 1 và không lớn hơn tổng số được xếp hạng.")
    if score is not None and not 0 <= score <= version.max_score:
        raise NotAllowed(f"Điểm không thể lớn hơn {points(version.max_score)}.")
    _check_components(version, given)
    if rank is None and targets:
        raise NotAllowed(f"Chỉ tiêu {targets[0].code} lấy thứ hạng ở đây: ghi thứ hạng.")
    if not confirmed and (words := difference(version, score, given)):
        raise NotConfirmed(words)
    return version


def _check_components(version, given):
    by_code = {component.code: component for component in version.components.all()}
    for code, pair in given.items():
        if code not in by_code:
            raise NotAllowed(f"Bộ tiêu chí không có thành phần {code}.")
        most = by_code[code].max_score
        most = version.max_score if most is None else most
        if any(value is not None and not 0 <= value <= most for value in pair):
            raise NotAllowed(f"Thành phần {code}: điểm không thể lớn hơn {points(most)}.")


def _same(row, index, found, given, citation) -> bool:
    cited = citation and (document_key(citation.number, citation.issuer), citation.issued_on)
    has = row.document and (row.document.key, row.document.issued_on)
    scores = {
        s.component.code: (s.self_scored, s.appraised)
        for s in row.scores.select_related("component")
    }
    same = row.index_id == index.pk and cited == has and scores == given
    return same and all(getattr(row, name) == value for name, value in found.items())

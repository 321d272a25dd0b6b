"""Many reports at once say, refuse and leave what one after the other would have."""

import uuid
from datetime import date

import pytest
from django.db import transaction
from django.db.models import F

from cchc.models import AuditEvent
from conftest import at
from tasks import actions
from tasks.many_reports import Refused, Report, post_updates
from tasks.models import Assignment, Document, Evidence, Notice, ProgressUpdate
from tasks.tests.story import all_products, citation, fresh, report, send, verify
from tasks.workflow import NotAllowed

CODES = ("I.3/2024", "III.5/2024", "I.2/2024")
WHEN = at(2024, 3, 20)


@pytest.fixture
def works(assignment_of, minh):
    """The second has been reported with a document; the three are of Minh's centre."""
    found = [assignment_of(code) for code in CODES]
    report(found[1], minh, at(2024, 2, 20), cite=(citation(),))
    return [fresh(work) for work in found]


def told(works) -> list[Report]:
    """One is sent with all that is asked, one saved with a difficulty, one sent without a document."""
    paper = citation("20/BC-TT", date(2024, 3, 14), all_products(works[0]), summary="Báo cáo quý")
    other = citation("20/BC-TT", date(2024, 3, 14), summary="báo cáo  Quý")  # the same one
    said = (
        (True, {"result": "Xong."}, (paper,)),
        (False, {"result": "Đang làm.", "difficulty": "Thiếu người.", "proposal": "Bổ sung."}, ()),
        (True, {"result": "Xong.", "missing": "Không phải ban hành văn bản."}, (other,)),
    )
    return [
        Report(
            work.pk, work.version, send, words, cite, uuid.uuid5(uuid.NAMESPACE_OID, str(work.pk))
        )
        for work, (send, words, cite) in zip(works, said, strict=True)
    ]


def one_by_one(reports, by):
    for one in reports:
        work = Assignment.objects.get(pk=one.assignment)
        actions.post_update(
            assignment=work,
            by=by,
            at=WHEN,
            seen_version=one.seen_version,
            send=one.send,
            keep=tuple(actions.standing_evidence(work).values_list("pk", flat=True)),
            cite=one.cite,
            form_key=one.form_key,
            **one.words,
        )


def left(since: int) -> dict:
    """What stands in the tables, but for the numbers of rows."""
    acts = ProgressUpdate.objects.filter(recorded_at=WHEN).order_by("assignment")
    numbers = dict(acts.values_list("pk", "assignment"))
    audit = AuditEvent.objects.filter(pk__gt=since).values_list("verb", "target_type", "detail")
    notices = Notice.objects.order_by("words", "user").values_list("user", "kind", "words", "path")
    evidence = Evidence.objects.filter(update__in=acts).values_list(
        "update__assignment", "document__number", "document__issued_on", "product"
    )
    return {
        "works": list(Assignment.objects.order_by("pk").values()),
        "acts": [{k: v for k, v in row.items() if k != "id"} for row in acts.values()],
        "documents": list(Document.objects.order_by("key").values_list("key", "search", "unit")),
        "evidence": sorted(evidence, key=str),
        "notices": list(notices),
        "audit": sorted(
            (verb, kind, str(detail | {"update": numbers.get(detail.get("update"))}))
            for verb, kind, detail in audit
        ),
    }


def test_the_same_rows_as_one_after_the_other(works, minh, thu):
    since, reports, found = AuditEvent.objects.latest("pk").pk, told(works), []
    for way in (one_by_one, lambda reports, by: post_updates(reports, by=by, at=WHEN)):
        with transaction.atomic():
            way(reports, minh)
            found.append(left(since))
            transaction.set_rollback(True)
    assert found[0] == found[1]
    assert len(found[0]["acts"]) == 3 and len(found[0]["evidence"]) == 4 + 1 + 1
    assert found[0]["notices"]


def test_one_refusal_takes_all_others_back_and_all_are_told(works, minh, thu):
    others = Assignment.objects.filter(unit=minh.unit, year=2024, state="new")
    done = others.exclude(pk__in=[work.pk for work in works]).first()
    send(done, minh)
    verify(done, thu, at(2024, 3, 19))
    since, before = AuditEvent.objects.latest("pk").pk, left(0)
    reports = told(works)
    Assignment.objects.filter(pk=works[1].pk).update(version=F("version") + 1)
    unlike = citation("20/BC-TT", date(2024, 3, 14), summary="Báo cáo khác")
    again = Report(fresh(done).pk, fresh(done).version, True, {"result": "Nữa."}, (), uuid.uuid4())
    reports[2:] = [
        Report(works[2].pk, works[2].version, False, {"result": "x"}, (unlike,), uuid.uuid4()),
        again,
    ]
    with pytest.raises(Refused) as refusal:
        post_updates(reports, by=minh, at=WHEN)
    why = refusal.value.why
    assert [type(why[pk]) for pk in (works[1].pk, works[2].pk, done.pk)] == [
        actions.Stale, NotAllowed, NotAllowed,
    ]  # fmt: skip
    assert set(why) == {works[1].pk, works[2].pk, done.pk}
    Assignment.objects.filter(pk=works[1].pk).update(version=F("version") - 1)
    assert left(0) == before and not AuditEvent.objects.filter(pk__gt=since).exists()


def test_another_units_work_is_not_there(works, minh, hoa):
    with pytest.raises(Refused) as refusal:
        post_updates(told(works), by=hoa, at=WHEN)
    assert set(refusal.value.why) == {work.pk for work in works}


def test_questions_do_not_grow_with_the_rows(works, minh, django_assert_max_num_queries):
    open_ones = Assignment.objects.filter(unit=minh.unit, state="new", year=2024)
    reports = [
        Report(work.pk, work.version, False, {"result": "Xong bước một."}, (), uuid.uuid4())
        for work in open_ones
    ]
    assert len(reports) > 5
    with django_assert_max_num_queries(20):
        post_updates(reports, by=minh, at=WHEN)

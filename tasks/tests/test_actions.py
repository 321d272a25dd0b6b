"""What people do to the work, and what is refused to them."""

import uuid
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile

from cchc.models import AuditEvent, StoredFile, User
from conftest import at, make_user
from tasks import actions
from tasks.models import Assignment, Document, Evidence, ProgressUpdate
from tasks.tests.story import all_products, citation, fresh, give_back, report, send, verify
from tasks.workflow import NotAllowed, State


@pytest.fixture
def work(assignment_of):
    """I.3/2024 of Minh's centre: four products, due 31/03/2024."""
    return assignment_of("I.3/2024")


def counts():
    return [
        model.objects.count()
        for model in (ProgressUpdate, Document, Evidence, AuditEvent, StoredFile)
    ]


def test_unit_reports_then_sends_and_hcqt_verifies(work, minh, thu):
    report(work, minh, at(2024, 2, 1))
    assert fresh(work).state == State.DOING
    send(work, minh, date(2024, 3, 14))
    assert fresh(work).state == State.PENDING
    verify(work, thu, at(2024, 3, 20))
    done = fresh(work)
    assert (done.state, done.done_on, done.products_issued) == (State.DONE, date(2024, 3, 14), 4)


def test_the_documents_date_decides_not_the_day_of_typing(work, minh, thu):
    send(work, minh, date(2024, 3, 14), when=at(2024, 6, 1))
    verify(work, thu, at(2024, 6, 2))
    last = work.updates.last()
    assert last.effective_on == date(2024, 3, 14)
    assert last.recorded_at == at(2024, 6, 2)


def test_hcqt_returns_with_a_reason_and_the_unit_sends_again(work, minh, thu):
    send(work, minh, date(2024, 3, 14))
    give_back(work, thu, at(2024, 3, 16))
    assert fresh(work).state == State.RETURNED
    kept = actions.standing_evidence(work)
    report(work, minh, at(2024, 3, 18), send=True, keep=tuple(e.pk for e in kept))
    assert fresh(work).state == State.PENDING
    assert [u.act for u in work.updates.all()] == ["submit", "return", "submit"]


def test_every_act_leaves_one_audit_row_and_moves_the_version(work, minh, thu):
    before = AuditEvent.objects.filter(target_type="assignment").count()
    send(work, minh)
    give_back(work, thu, at(2024, 3, 16))
    assert AuditEvent.objects.filter(target_type="assignment").count() == before + 2
    assert fresh(work).version == work.version + 2
    assert [u.seq for u in work.updates.all()] == [work.version, work.version + 1]


def test_nobody_verifies_for_their_own_unit(assignment_of, lan, thu, quang):
    own = assignment_of("V.2/2024")
    send(own, lan)
    with pytest.raises(PermissionDenied):
        verify(own, thu)
    verify(own, quang)
    assert fresh(own).state == State.DONE


def test_a_leader_does_not_verify_what_hcqt_must(work, minh, quang):
    send(work, minh)
    with pytest.raises(PermissionDenied):
        verify(work, quang)


@pytest.mark.parametrize("who", ["minh", "hung", "hoa", "an"])
def test_units_and_administrator_verify_nothing(work, minh, who, request):
    send(work, minh)
    with pytest.raises(PermissionDenied):
        verify(work, request.getfixturevalue(who))


@pytest.mark.parametrize("who", ["hoa", "lan", "thu", "quang", "an"])
def test_nobody_reports_for_another_unit(work, who, request):
    before = counts()
    with pytest.raises(PermissionDenied):
        report(work, request.getfixturevalue(who))
    assert counts() == before


def test_sending_without_a_document_is_refused_and_writes_nothing(work, minh):
    before = counts()
    with pytest.raises(NotAllowed, match="văn bản đã ban hành"):
        report(work, minh, send=True)
    assert counts() == before
    assert fresh(work).state == State.NEW


def test_sending_names_the_products_that_lack_a_document(work, minh):
    first = all_products(work)[:3]
    before = counts()
    with pytest.raises(NotAllowed, match="Kế hoạch rà soát, đánh giá TTHC"):
        report(work, minh, at(2024, 3, 1), send=True, cite=(citation(products=first),))
    assert counts() == before


def test_one_document_serves_several_products(work, minh):
    update = send(work, minh)
    assert Document.objects.count() == 1
    assert update.evidence.count() == 4


def test_a_document_from_the_future_is_refused(work, minh):
    with pytest.raises(NotAllowed, match="sau hôm nay"):
        report(work, minh, at(2024, 2, 1), cite=(citation(on=date(2024, 2, 2)),))


def test_the_same_document_is_kept_once_and_another_summary_is_questioned(work, minh):
    report(work, minh, at(2024, 3, 1), cite=(citation(),))
    report(work, minh, at(2024, 3, 2), cite=(citation(number="14 / kh-vp"),))
    assert Document.objects.count() == 1
    with pytest.raises(NotAllowed, match="với trích yếu"):
        report(work, minh, at(2024, 3, 3), cite=(citation(summary="Việc khác"),))


def test_a_report_carries_only_the_evidence_it_keeps(work, minh):
    report(work, minh, at(2024, 3, 1), cite=(citation(),))
    report(work, minh, at(2024, 3, 2))
    assert not actions.standing_evidence(work).exists()
    assert Evidence.objects.count() == 1


def test_products_of_another_task_are_refused(work, assignment_of, minh):
    foreign = all_products(assignment_of("III.2/2024"))
    with pytest.raises(PermissionDenied):
        report(work, minh, at(2024, 3, 1), cite=(citation(products=foreign),))
    assert not Document.objects.exists()


def test_a_stale_form_writes_nothing(work, minh, hung):
    seen = work.version
    report(work, hung, at(2024, 2, 1))
    before = counts()
    with pytest.raises(actions.Stale):
        report(work, minh, at(2024, 2, 2), seen_version=seen, cite=(citation(on=date(2024, 2, 1)),))
    assert counts() == before


def test_the_same_form_sent_twice_is_one_update(work, minh):
    key = uuid.uuid4()
    first = report(work, minh, form_key=key, seen_version=work.version)
    second = report(work, minh, form_key=key, seen_version=work.version)
    assert first == second
    assert work.updates.count() == 1


def test_a_form_sent_gone_back_to_and_changed_is_not_swallowed(work, minh):
    key = uuid.uuid4()
    report(work, minh, form_key=key, seen_version=work.version)
    with pytest.raises(actions.Stale):
        report(work, minh, form_key=key, seen_version=work.version, result="Chữ đã sửa")


def test_difficulty_sets_the_flag_and_verification_clears_it(work, minh, thu):
    report(work, minh, difficulty="Thiếu kinh phí.", proposal="Bổ sung kinh phí.")
    assert fresh(work).blocked
    send(work, minh)
    assert not fresh(work).blocked
    verify(work, thu)


@pytest.mark.parametrize("act", ["report", "send", "return", "verify"])
def test_what_is_done_stays_done(work, minh, thu, act):
    send(work, minh)
    verify(work, thu, at(2024, 3, 1))
    acts = {
        "report": lambda: report(work, minh, at(2024, 4, 1)),
        "send": lambda: send(work, minh, when=at(2024, 4, 1)),
        "return": lambda: give_back(work, thu, at(2024, 4, 1)),
        "verify": lambda: verify(work, thu, at(2024, 4, 1)),
    }
    with pytest.raises(NotAllowed):
        acts[act]()


def test_waiting_work_opens_with_the_upstream_document(assignment_of, hoa, thu):
    waiting = assignment_of("VII.5/2023")
    with pytest.raises(NotAllowed, match="chưa phát sinh"):
        report(waiting, hoa, at(2023, 2, 1))
    trigger = citation("46/KH-UBND", date(2023, 3, 15), issuer="UBND tỉnh")
    actions.record_trigger(task=waiting.task, by=thu, at=at(2023, 3, 20), citation=trigger)
    assert fresh(waiting).state == State.NEW
    assert fresh(assignment_of("VII.5/2022")).state == State.WAITING, "its period was over"
    assert fresh(assignment_of("VII.5/2024")).state == State.NEW


def test_an_event_without_a_date_gets_the_due_day_that_hcqt_sets(assignment_of, thu):
    waiting = assignment_of("IV.1/2022")
    actions.record_trigger(
        task=waiting.task,
        by=thu,
        at=at(2024, 3, 20),
        citation=citation("1/HD-VPCP", date(2024, 3, 15), issuer="Văn phòng Chính phủ"),
        due_on=date(2024, 9, 30),
    )
    opened = fresh(waiting)
    assert (opened.state, opened.due_on) == (State.NEW, date(2024, 9, 30))
    assert opened.first_due_on == date(2024, 9, 30)


def test_only_hcqt_records_the_upstream_document(assignment_of, lan, quang):
    task = assignment_of("IV.1/2022").task
    for person in (lan, quang):
        with pytest.raises(PermissionDenied):
            actions.record_trigger(task=task, by=person, at=at(2024, 3, 20), citation=citation())


def test_work_is_stopped_by_a_document(work, thu):
    actions.stop(
        assignment=fresh(work),
        by=thu,
        at=at(2024, 5, 2),
        seen_version=work.version,
        citation=citation("9/QĐ-VP", date(2024, 5, 1)),
        reason="Sáp nhập đơn vị",
    )
    assert fresh(work).state == State.STOPPED


def test_a_coordinator_of_another_unit_verifies_nothing(work, minh, plan):
    stray = make_user("la", "Người lạ", User.Role.COORDINATOR, "TTCBTH")
    send(work, minh)
    with pytest.raises(PermissionDenied):
        verify(work, stray)


def test_a_file_is_stored_under_its_digest(work, minh, settings):
    upload = SimpleUploadedFile(
        "Kế hoạch số 14.pdf", b"%PDF-1.7 noi dung\n%%EOF", "application/pdf"
    )
    report(work, minh, at(2024, 3, 1), cite=(citation(upload=upload),))
    stored = Document.objects.get().file
    assert stored.name == "Kế hoạch số 14.pdf"
    path = settings.MEDIA_ROOT / "ev" / stored.sha256[:2] / stored.sha256
    assert path.read_bytes() == b"%PDF-1.7 noi dung\n%%EOF"


def test_cache_equals_what_the_history_says(work, minh, thu):
    report(work, minh, difficulty="Vướng.", proposal="Gỡ.")
    send(work, minh)
    give_back(work, thu, at(2024, 3, 1))
    last, now = work.updates.last(), fresh(work)
    for field in ("state", "due_on", "blocked", "products_issued"):
        assert getattr(last, field) == getattr(now, field)
    assert Assignment.objects.filter(pk=work.pk, done_on__isnull=True).exists()

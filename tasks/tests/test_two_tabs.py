"""Two tabs, two clicks, ids of others in the body, and who may not verify."""

from datetime import date

import pytest

from cchc.models import Unit, User
from conftest import at, make_user
from tasks import actions
from tasks.models import Assignment, Document, Evidence
from tasks.tests.posted import address, next_form, paper, typed
from tasks.tests.story import all_products, citation, fresh, report, send, verify
from tasks.workflow import NotAllowed, State

NOW = at(2024, 12, 16)


def test_a_double_click_that_keeps_earlier_documents_is_one_update(desk, work):
    desk.post(address(work), typed(work) | paper(work))
    kept = [row.pk for row in actions.standing_evidence(work)]
    form = typed(work, keep=kept, result="Đã làm thêm.")
    first = desk.post(address(work), form)
    second = desk.post(address(work), form)
    assert (first.status_code, second.status_code) == (302, 302)
    assert work.updates.count() == 2


def test_saving_then_going_back_and_sending_is_not_answered_as_saved(desk, work):
    form = typed(work) | paper(work)
    assert desk.post(address(work), form).status_code == 302
    assert desk.post(address(work), form | {"send": "1"}).status_code == 409
    changed = form | {"difficulty": "Thiếu người", "proposal": "Bổ sung"}
    assert desk.post(address(work), changed).status_code == 409
    other_paper = form | {"vb-0-number": "58/QĐ-VP"}
    assert desk.post(address(work), other_paper).status_code == 409
    assert desk.post(address(work), form).status_code == 302, (
        "the same form again: the first answer"
    )
    assert work.updates.count() == 1


def test_the_form_that_comes_back_stale_can_be_sent(desk, work):
    form = typed(work) | paper(work)
    desk.post(address(work), form)
    stale = desk.post(address(work), form | {"result": "Chữ đã sửa."})
    assert stale.status_code == 409
    again = typed(work, result="Chữ đã sửa.") | next_form(stale)
    assert desk.post(address(work), again).status_code == 302
    assert work.updates.last().result == "Chữ đã sửa."


def test_a_stale_form_keeps_the_documents_that_stand_now(desk, work, hung):
    desk.post(address(work), typed(work) | paper(work))
    kept = [row.pk for row in actions.standing_evidence(work)]
    opened = typed(work, keep=kept, result="Bản của Minh.")
    report(work, hung, NOW, keep=tuple(kept), result="Bản của Hùng.")
    stale = desk.post(address(work), opened)
    assert stale.status_code == 409
    assert desk.post(address(work), opened | next_form(stale)).status_code == 302
    assert actions.standing_evidence(work).count() == len(kept)


# --- Ids of others in the body ---


def test_evidence_of_another_unit_is_never_taken_over(desk, work, hoa):
    foreign = Assignment.objects.filter(unit=hoa.unit, year=2024, state=State.NEW).first()
    report(foreign, hoa, at(2024, 11, 1), cite=(citation(on=date(2024, 10, 1)),))
    theirs = Evidence.objects.get(update__assignment=foreign)
    desk.post(address(work), typed(work, keep=[theirs.pk]))
    desk.post(address(work), typed(work, keep=[9 * 10**30, -1]))
    assert not Evidence.objects.filter(update__assignment=work).exists()


def test_products_of_another_task_are_refused_in_the_form(desk, work, assignment_of):
    others = all_products(assignment_of("I.3/2024"))
    answer = desk.post(address(work), typed(work) | paper(work, products=list(others)))
    assert answer.status_code == 422
    assert not Document.objects.exists()


def test_more_fields_than_the_form_has_change_nothing(desk, work):
    hostile = {
        "state": "done",
        "done_on": "2024-01-01",
        "unit": 1,
        "by": 1,
        "effective_on": "2020-01-01",
    }
    desk.post(address(work), typed(work, **hostile))
    now, act = fresh(work), work.updates.get()
    assert (now.state, now.unit, act.effective_on) == (State.DOING, work.unit, NOW.date())


# --- Nobody verifies their own work ---


def test_who_sent_the_work_does_not_verify_it_after_moving_to_hcqt(work, minh):
    send(work, minh)
    minh.role, minh.unit = User.Role.COORDINATOR, Unit.objects.get(code="HCQT")
    minh.save()
    with pytest.raises(NotAllowed):
        verify(work, minh)
    assert fresh(work).state == State.PENDING


def test_hcqts_own_work_sent_by_somebody_who_became_a_leader_waits_for_another(
    assignment_of, lan, quang
):
    own = Assignment.objects.filter(unit=lan.unit, year=2024, state=State.NEW).first()
    send(own, lan)
    lan.role, lan.unit = User.Role.LEADER, quang.unit
    lan.save()
    with pytest.raises(NotAllowed):
        verify(own, lan)
    verify(own, quang)


@pytest.mark.parametrize("code", ["VP", "TTPVKS", "TTCBTH"])
def test_a_coordinator_outside_hcqt_has_no_queue_and_verifies_nothing(code, work, minh, client):
    send(work, minh)
    stray = make_user("la", "Người lạ", User.Role.COORDINATOR, code)
    client.force_login(stray)
    assert not Assignment.objects.awaiting(stray).exists()
    assert client.post(f"/phan-viec/{work.pk}/xac-nhan/", {"version": 2}).status_code == 403


def test_a_person_switched_off_between_two_requests_writes_nothing(desk, work, minh):
    User.objects.filter(pk=minh.pk).update(is_active=False)
    assert desk.post(address(work), typed(work)).status_code == 302
    assert not work.updates.exists()

"""Units change by decision, and their open work with them."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from cchc.models import AuditEvent, Unit, UnitChange, User
from conftest import at
from tasks import opening, reorganising
from tasks.actions import Stale, standing_evidence
from tasks.foreseeing import Decision, Fate, NewUnit, foresee, foresee_members
from tasks.ledger import read_window, read_year
from tasks.models import Assignment, ChosenUnit, Contribution, Directive, Evidence, TaskUnit
from tasks.rebuilding import differences
from tasks.tests.story import all_products, citation, fresh, report, send, verify
from tasks.tests.test_open_year import add_unit
from tasks.workflow import Act, NotAllowed, State

SINCE = date(2024, 7, 1)
NOW = at(2024, 7, 10)
DECISION = Decision(
    number="477/QĐ-UBND",
    decided_on=date(2024, 6, 27),
    effective_on=SINCE,
    summary="Tổ chức lại các đơn vị thuộc Văn phòng",
    issuer="UBND tỉnh Quảng Ngãi",
)
NEW_NAME = "Trung tâm Phục vụ hành chính công tỉnh Quảng Ngãi"
CENTRE = NewUnit("TTHCC", NEW_NAME, "TT PVHCC")


def unit(code):
    return Unit.objects.get(code=code)


def rename(by, code="TTPVKS", name=NEW_NAME, short_name="TT PVHCC", decision=DECISION, when=NOW):
    return reorganising.rename(
        unit=unit(code), by=by, at=when, decision=decision, name=name, short_name=short_name
    )


def merge(by, *codes, into="HCQT", **other):
    target = into if isinstance(into, NewUnit) else unit(into)
    told = {"units": [unit(c) for c in codes], "by": by, "at": NOW, "decision": DECISION}
    return reorganising.merge(**told | {"into": target} | other)


def names(plan, year, day, code=None):
    rows = read_year(plan, year, day).rows
    return {row.unit for row in rows if code in (None, row.code)}


def slots(code, year):
    found = Assignment.objects.filter(task__code=code, year=year).select_related("unit")
    return {slot.unit.code: slot for slot in found}


# --- rename -----------------------------------------------------------------------------------


def test_a_renamed_unit_keeps_its_old_name_on_pages_of_the_days_before(plan, an):
    rename(an)
    old = "Trung tâm Phục vụ - Kiểm soát TTHC"
    assert names(plan, 2024, SINCE, "I.2") == {NEW_NAME}
    assert names(plan, 2024, date(2024, 6, 30), "I.2") == {old}
    assert names(plan, 2023, date(2023, 12, 14), "I.2") == {old}
    report_of_2023 = read_window(plan, date(2022, 12, 15), date(2023, 12, 14))
    assert {row.unit for row in report_of_2023.rows if row.unit_code == "TTPVKS"} == {old}
    assert {row.unit_short for row in report_of_2023.rows if row.code == "I.2"} == {"TT PV-KSTTHC"}


def test_of_several_names_each_day_has_its_own(plan, an):
    rename(an)
    later = Decision("9/QĐ-UBND", date(2025, 1, 2), date(2025, 1, 10), "Đổi tên", "UBND tỉnh")
    rename(an, name="Tên thứ ba", short_name="TB", decision=later, when=at(2025, 2, 1))
    days = [date(2024, 6, 30), date(2024, 7, 1), date(2025, 1, 9), date(2025, 1, 10)]
    told = [names(plan, 2024, day, "I.2").pop() for day in days]
    assert told == [
        "Trung tâm Phục vụ - Kiểm soát TTHC", NEW_NAME, NEW_NAME, "Tên thứ ba",
    ]  # fmt: skip


def test_a_rename_changes_no_figure_and_is_on_record(plan, an):
    before = read_year(plan, 2024, NOW.date())
    change = rename(an)
    after = read_year(plan, 2024, NOW.date())
    assert (after.counts, after.row_counts) == (before.counts, before.row_counts)
    assert (change.kind, change.unit.code, change.effective_on) == ("rename", "TTPVKS", SINCE)
    event = AuditEvent.objects.get(verb="unit_rename")
    assert event.detail["new"] == NEW_NAME and event.detail["decision"].startswith("Quyết định 477")


def test_the_same_decision_twice_is_one_change(plan, an):
    first, again = rename(an), rename(an)
    assert first == again and UnitChange.objects.count() == 1
    assert merge(an, "TTCBTH") == merge(an, "TTCBTH")
    assert UnitChange.objects.filter(kind="merge").count() == 1


# --- merge ------------------------------------------------------------------------------------


def test_open_work_moves_with_its_history_and_done_work_stays(plan, an, hoa, thu, assignment_of):
    done = assignment_of("VII.1/2023")
    send(done, hoa, on=date(2023, 5, 5))
    verify(done, thu, at(2023, 6, 1))
    going = assignment_of("VII.1/2024")
    report(going, hoa, at(2024, 3, 1))
    merge(an, "TTCBTH", into="TTPVKS")
    assert fresh(going).unit.code == "TTPVKS" and fresh(going).state == State.DOING
    assert fresh(done).unit.code == "TTCBTH"
    acts = list(going.updates.values_list("act", "effective_on"))
    assert acts == [("report", date(2024, 3, 1)), ("move", SINCE)]
    ended = unit("TTCBTH")
    assert (ended.valid_to, ended.successor.code) == (date(2024, 6, 30), "TTPVKS")
    hoa.refresh_from_db()
    assert hoa.unit.code == "TTPVKS"
    assert Assignment.objects.visible_to(hoa).filter(pk__in=[done.pk, going.pk]).count() == 2
    assert differences(Assignment.objects.all()) == []


def test_as_at_a_day_before_the_old_unit_still_holds_the_work(plan, an):
    before = read_year(plan, 2024, date(2024, 6, 30))
    merge(an, "TTCBTH", into="TTPVKS")
    after = read_year(plan, 2024, date(2024, 6, 30))
    assert [(r.unit_id, r.unit) for r in after.rows] == [(r.unit_id, r.unit) for r in before.rows]
    assert after.row_counts == before.row_counts
    assert names(plan, 2024, SINCE, "VII.1") == {"Trung tâm Phục vụ - Kiểm soát TTHC"}


def test_known_then_a_move_recorded_later_is_not_known_yet(plan, an):
    merge(an, "TTCBTH", into="TTPVKS")
    known = read_year(plan, 2024, date(2024, 7, 5), known_only=True)
    assert {r.unit_code for r in known.rows if r.code == "VII.1"} == {"TTCBTH"}
    assert {
        r.unit_code for r in read_year(plan, 2024, date(2024, 7, 5)).rows if r.code == "VII.1"
    } == {"TTPVKS"}


def test_a_move_recorded_late_brings_no_later_state_to_the_days_between(
    plan, an, hoa, assignment_of
):
    work = assignment_of("VII.1/2024")
    report(work, hoa, at(2024, 7, 8))
    merge(an, "TTCBTH", into="TTPVKS")
    row = next(r for r in read_year(plan, 2024, date(2024, 7, 5)).rows if r.code == "VII.1")
    assert (row.state, row.unit_code) == (State.NEW, "TTPVKS")


def test_two_slots_of_one_period_become_one(plan, an, hoa, minh, thu, assignment_of):
    ours, theirs = assignment_of("VII.4/2024", "TTPVKS"), assignment_of("VII.4/2024", "TTCBTH")
    report(ours, minh, at(2024, 3, 1), result="Đã họp.")
    cited = citation(products=all_products(theirs))
    report(
        theirs, hoa, at(2024, 4, 1), result="Đã kết nối.", difficulty="Thiếu máy chủ.",
        proposal="Cấp máy chủ.", cite=(cited,),
    )  # fmt: skip
    before = read_year(plan, 2024, NOW.date())
    merge(an, "TTCBTH", into="TTPVKS")
    after = read_year(plan, 2024, NOW.date())
    old, kept = fresh(theirs), fresh(ours)
    assert (old.state, old.unit.code, old.blocked) == (State.STOPPED, "TTCBTH", False)
    proof = Evidence.objects.get(update=old.updates.last()).document
    assert (proof.number, proof.issued_on) == ("477/QĐ-UBND", date(2024, 6, 27))
    assert (kept.state, kept.blocked, kept.unit.code) == (State.DOING, True, "TTPVKS")
    last = kept.updates.last()
    assert last.result.startswith("Đã họp.\nTiếp nhận từ Trung tâm Công báo và Tin học")
    assert last.result.endswith(": Đã kết nối.") and last.difficulty == "Thiếu máy chủ."
    assert [e.document.number for e in standing_evidence(kept)] == [cited.number]
    assert kept.products_issued == len(all_products(theirs))
    # Listed, and not counted twice: the rows are as many, the occurrences too.
    assert len(after.rows) == len(before.rows)
    assert len(after.occurrences) == len(before.occurrences)
    assert differences(Assignment.objects.all()) == []


def test_work_awaiting_verification_is_not_merged_away(plan, an, hoa, minh, thu, assignment_of):
    sent = assignment_of("VII.4/2024", "TTCBTH")
    send(sent, hoa)
    merge(an, "TTCBTH", into="TTPVKS")
    kept = fresh(sent)
    assert (kept.state, kept.unit.code) == (State.PENDING, "TTCBTH")
    verify(kept, thu, at(2024, 7, 12))
    assert fresh(sent).state == State.DONE


def test_what_stays_in_the_old_name_is_finished_by_the_successor(
    plan, an, minh, thu, assignment_of
):
    mine, theirs = assignment_of("VII.4/2024", "TTPVKS"), assignment_of("VII.4/2024", "TTCBTH")
    send(mine, minh)
    verify(mine, thu, at(2024, 3, 1))
    merge(an, "TTCBTH", into="TTPVKS")
    assert (fresh(theirs).state, fresh(theirs).unit.code) == (State.NEW, "TTCBTH")
    report(theirs, minh, at(2024, 7, 20))
    assert fresh(theirs).state == State.DOING


def test_a_unit_merged_into_the_coordinating_one_is_verified_by_a_leader(
    plan, an, hoa, thu, quang, assignment_of
):
    sent = assignment_of("VI.2/2024", "TTCBTH")
    send(sent, hoa)
    merge(an, "TTCBTH")
    with pytest.raises(PermissionDenied):
        verify(sent, thu, at(2024, 7, 12))
    verify(sent, quang, at(2024, 7, 12))


def test_the_coordinating_unit_may_itself_be_merged(plan, an, thu, minh, assignment_of):
    merge(an, "HCQT", "TTCBTH", into=CENTRE)
    plan.refresh_from_db()
    assert plan.coordinator.code == "TTHCC"
    thu.refresh_from_db()
    sent = assignment_of("I.2/2024")
    send(sent, minh, on=date(2024, 7, 11), when=at(2024, 7, 11))
    verify(sent, thu, at(2024, 7, 12))
    assert [c.kind for c in UnitChange.objects.all()] == ["merge", "merge"]


def test_two_units_become_a_new_one(plan, an):
    before = read_year(plan, 2024, NOW.date())
    merge(an, "TTCBTH", "TTPVKS", into=CENTRE)
    new = unit("TTHCC")
    assert (new.valid_from, new.parent.code, new.name) == (SINCE, "VP", NEW_NAME)
    assert {c: s.state for c, s in slots("VII.4", 2024).items()} == {
        "TTHCC": State.NEW, "TTPVKS": State.STOPPED,
    } or {c: s.state for c, s in slots("VII.4", 2024).items()} == {
        "TTHCC": State.NEW, "TTCBTH": State.STOPPED,
    }  # fmt: skip
    after = read_year(plan, 2024, NOW.date())
    assert len(after.occurrences) == len(before.occurrences)
    assert len(after.rows) == len(before.rows)


def test_opening_the_years_again_asks_for_nothing_twice(plan, an, minh, thu, assignment_of):
    done = assignment_of("I.2/2024")
    send(done, minh)
    verify(done, thu, at(2024, 3, 1))
    merge(an, "TTPVKS", into="TTCBTH")
    for year in plan.years():
        assert opening.open_year(plan=plan, year=year, by=None, at=NOW) == []


def test_a_year_opened_afterwards_goes_to_the_successor(unopened, an):
    merge(an, "TTPVKS", into="TTCBTH")
    opening.open_year(plan=unopened, year=2025, by=None, at=NOW)
    opening.open_year(plan=unopened, year=2023, by=None, at=NOW)
    assert set(slots("I.2", 2025)) == {"TTCBTH"} and set(slots("I.2", 2023)) == {"TTPVKS"}
    assert set(slots("II.2", 2025)) == {"HCQT", "TTCBTH"}
    assert set(slots("II.2", 2023)) == {"HCQT", "TTCBTH", "TTPVKS"}


def test_what_others_wait_for_goes_to_the_successor(plan, an, quang, lan, assignment_of):
    work = assignment_of("I.1/2024")
    asked = {"assignment": work, "unit": unit("TTCBTH"), "wanted": "Số liệu", "asked_by": lan}
    waiting = Contribution.objects.create(**asked, due_on=date(2024, 8, 1), asked_at=NOW)
    told = Directive.objects.create(
        task=work.task, year=2024, unit=unit("TTCBTH"), words="Làm ngay", by=quang, at=NOW
    )
    merge(an, "TTCBTH", into="TTPVKS")
    for row in (waiting, told):
        row.refresh_from_db()
        assert row.unit.code == "TTPVKS"
    assert told.version == 2


# --- split, dissolve ----------------------------------------------------------------------------

HALVES = [
    NewUnit("TTCB", "Trung tâm Công báo", "TT CB"),
    NewUnit("TTTH", "Trung tâm Tin học", "TT TH"),
]


def split(by, chosen=None, **other):
    told = {"unit": unit("TTCBTH"), "by": by, "at": NOW, "decision": DECISION, "into": HALVES}
    return reorganising.split(**told | {"chosen": chosen} | other)


def test_a_split_gives_all_to_the_first_unless_chosen(plan, an, hoa, assignment_of):
    second = assignment_of("VII.2/2024")
    before = read_year(plan, 2024, NOW.date())
    change = split(an, chosen={second.pk: 1})
    assert set(slots("VII.2", 2024)) == {"TTTH"} and set(slots("VII.1", 2024)) == {"TTCB"}
    assert {u.code for u in change.into.all()} == {"TTCB", "TTTH"}
    hoa.refresh_from_db()
    assert hoa.unit.code == "TTCB"
    # What all units lead, each of the new ones leads; nothing else grows.
    assert set(slots("II.2", 2024)) == {"HCQT", "TTPVKS", "TTCB", "TTTH"}
    after = read_year(plan, 2024, NOW.date())
    assert len(after.rows) == len(before.rows) + 1
    assert len(after.occurrences) == len(before.occurrences)
    for year in plan.years():
        assert opening.open_year(plan=plan, year=year, by=None, at=NOW) == []


def test_a_dissolved_unit_leaves_its_open_work_to_its_successor(plan, an, hoa):
    change = reorganising.dissolve(
        unit=unit("TTCBTH"), by=an, at=NOW, decision=DECISION, successor=unit("TTPVKS")
    )
    open_work = Assignment.objects.filter(unit__code="TTCBTH").exclude(state=State.STOPPED)
    assert not open_work.exists()
    assert change.moved == Assignment.objects.filter(updates__act=Act.MOVE).count() + (
        Assignment.objects.filter(state=State.STOPPED).count()
    )


# --- a group's slot -----------------------------------------------------------------------------


def hand(by, **other):
    told = {"group": unit("NCTH"), "by": by, "at": NOW, "decision": DECISION}
    return reorganising.hand_to_members(**told | other)


def test_a_group_hands_its_work_to_its_members(plan, thu):
    add_unit("KT", "NCTH")
    add_unit("NC", "NCTH")
    held = slots("II.1", 2024)["NCTH"]
    assert hand(thu) > 0
    assert set(slots("II.1", 2024)) == {"KT", "NC", "TTPVKS"}
    assert fresh(held).unit.code == "KT"
    day_before = read_year(plan, 2024, date(2024, 6, 30)).rows
    assert {r.unit_code for r in day_before if r.code == "II.1"} == {"NCTH", "TTPVKS"}
    today = read_year(plan, 2024, SINCE).rows
    assert {r.unit_code for r in today if r.code == "II.1"} == {"KT", "NC", "TTPVKS"}
    assert differences(Assignment.objects.all()) == []
    assert hand(thu) == 0


def test_members_that_have_their_slots_already_take_the_groups_in(plan, thu):
    add_unit("KT", "NCTH")
    opening.open_year(plan=plan, year=2024, by=None, at=NOW)
    lines = foresee_members(unit("NCTH"), [unit("KT")]).lines
    assert {line.fate for line in lines if line.work.year == 2024} == {Fate.JOINS}
    hand(thu)
    assert {c: s.state for c, s in slots("II.1", 2024).items()} == {
        "KT": State.NEW, "NCTH": State.STOPPED, "TTPVKS": State.NEW,
    }  # fmt: skip


def test_a_group_without_members_has_nobody_to_hand_to(plan, thu):
    with pytest.raises(NotAllowed, match="chưa có phòng thành viên"):
        hand(thu)


# --- who, when, what is refused ------------------------------------------------------------------


@pytest.mark.parametrize("person", ["minh", "hung", "lan", "quang"])
def test_only_the_administrator_and_the_coordinator_reorganise(request, plan, person):
    who = request.getfixturevalue(person)
    for act in (rename, split, lambda by: merge(by, "TTCBTH")):
        with pytest.raises(PermissionDenied):
            act(who)
    assert not UnitChange.objects.exists()


def test_a_coordinator_has_no_say_in_another_office(plan, thu, an):
    Unit.objects.create(code="SNV", name="Sở Nội vụ", short_name="SNV", kind="office", path="/SNV/")
    add_unit("SNV1", "SNV")
    with pytest.raises(PermissionDenied):
        rename(thu, "SNV1")
    with pytest.raises(NotAllowed, match="không nhận được việc"):
        merge(an, "TTCBTH", into="SNV1")


def decided(**other):
    return Decision(**DECISION.__dict__ | other)


@pytest.mark.parametrize(
    ("decision", "sentence"),
    [
        (decided(effective_on=date(2024, 7, 11)), "Chưa đến ngày có hiệu lực"),
        (decided(decided_on=date(2024, 7, 2)), "không thể trước ngày ký"),
        (decided(effective_on=date(2020, 1, 1), decided_on=date(2019, 1, 1)), "hoạt động từ ngày"),
    ],
)
def test_days_that_cannot_be_are_refused(plan, an, decision, sentence):
    Unit.objects.filter(code="TTCBTH").update(valid_from=date(2020, 1, 1))
    with pytest.raises(NotAllowed, match=sentence):
        merge(an, "TTCBTH", decision=decision)
    assert unit("TTCBTH").valid_to is None


def test_changes_are_entered_in_the_order_of_time(plan, an):
    rename(an)
    earlier = decided(number="1/QĐ-VP", effective_on=date(2024, 6, 28))
    with pytest.raises(NotAllowed, match="theo thứ tự thời gian"):
        rename(an, name="Khác", decision=earlier)
    merge(an, "TTCBTH")
    with pytest.raises(NotAllowed, match="đã kết thúc hoạt động ngày 30/06/2024"):
        merge(an, "TTCBTH", into="TTPVKS", decision=decided(number="2/QĐ-VP"))


@pytest.mark.parametrize("code", ["VP", "NCTH"])
def test_offices_and_groups_do_not_end(plan, an, code):
    with pytest.raises(NotAllowed, match="nhóm thì đổi tên"):
        merge(an, code)
    rename(an, code, name="Tên mới", short_name="TM")


def test_a_unit_with_units_below_ends_after_them(plan, an):
    add_unit("TO1", "TTCBTH")
    with pytest.raises(NotAllowed, match="còn đơn vị trực thuộc"):
        merge(an, "TTCBTH")


def test_a_code_in_use_is_refused(plan, an):
    with pytest.raises(NotAllowed, match="Mã hcqt đã có"):
        merge(an, "TTCBTH", into=NewUnit("hcqt", "Tên", "T"))


def test_what_changed_since_it_was_shown_is_not_carried_out(plan, an, hoa, assignment_of):
    seen = foresee([unit("TTCBTH")], [unit("TTPVKS")]).fingerprint
    report(assignment_of("VII.1/2024"), hoa, at(2024, 7, 9))
    with pytest.raises(Stale):
        merge(an, "TTCBTH", into="TTPVKS", seen=seen)
    assert unit("TTCBTH").valid_to is None and not UnitChange.objects.exists()
    seen = foresee([unit("TTCBTH")], [unit("TTPVKS")]).fingerprint
    assert merge(an, "TTCBTH", into="TTPVKS", seen=seen)


UNITS = ("HCQT", "TTPVKS", "TTCBTH")


@settings(
    max_examples=8,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    who=st.permutations(UNITS),
    worked=st.lists(st.integers(0, 200), max_size=12),
    day=st.dates(date(2024, 1, 1), date(2024, 12, 31)),
)
def test_no_merger_changes_what_the_ledger_adds_up_to(plan, an, who, worked, day):
    """Whatever was done before: as many rows and occurrences, and all as it was before the day."""
    gone, into, _ = who
    with transaction.atomic():
        work = list(Assignment.objects.filter(year=2024, unit__code=gone).order_by("pk"))
        someone = User.objects.create_user(f"x{gone}", None, full_name="X", unit=unit(gone))
        for n in worked:
            if work[n % len(work)].state != State.WAITING:
                report(work[n % len(work)], someone, at(2024, 1, 5), result=str(n))
        before = read_year(plan, 2024, day)
        merge(an, gone, into=into)
        after = read_year(plan, 2024, day)
        assert len(after.rows) == len(before.rows) == sum(after.row_counts.values())
        assert len(after.occurrences) == len(before.occurrences)
        if day < SINCE:
            told = [sorted((r.code, r.unit, r.state) for r in v.rows) for v in (before, after)]
            assert told[0] == told[1]
        assert differences(Assignment.objects.all()) == []
        transaction.set_rollback(True)


def test_chosen_leads_get_their_slots_and_follow_successors(unopened, an, thu):
    party = TaskUnit.objects.get(task__code="II.4", part="lead", kind="chosen")
    for code in ("TTCBTH", "TTPVKS"):
        ChosenUnit.objects.create(party=party, year=2024, unit=unit(code), by=thu, at=NOW)
    merge(an, "TTCBTH", into="TTPVKS")
    opening.open_year(plan=unopened, year=2024, by=None, at=NOW)
    opening.open_year(plan=unopened, year=2023, by=None, at=NOW)
    assert set(slots("II.4", 2024)) == {"HCQT", "TTPVKS"}
    assert set(slots("II.4", 2023)) == {"HCQT"}

"""From one term to the next, as the office does it: the draft, the decisions, the work left open."""

from dataclasses import replace
from datetime import date

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cchc.models import AuditEvent
from conftest import at
from indicators.rolling_over import decide as decide_task
from indicators.rolling_over import keep_all, start
from tasks import carrying_over, closing, plan_editing, rolling_over
from tasks.actions import Stale
from tasks.buckets import Bucket
from tasks.ledger import read_task, read_year
from tasks.models import Assignment, CarriedWork, Descent, Plan, Task
from tasks.plan_words import read_words
from tasks.rebuilding import differences
from tasks.rolling_over import WouldLose, first_words, mark_of, origins_of, remarks_of
from tasks.tests.story import report, send, verify
from tasks.workflow import NotAllowed, State

NOW = at(2026, 1, 12)
TERM = {"first_year": 2026, "last_year": 2030}
SUBJECT = "Cải cách hành chính giai đoạn 2026-2030"


@pytest.fixture
def draft(plan, thu) -> Plan:
    return start(old=plan, by=thu, at=NOW, subject=SUBJECT, **TERM)


def decided(plan, code):
    return Descent.objects.filter(plan=plan, origin__code=code).select_related("task").first()


def decide(plan, by, code, how, **other):
    told = {"seen": mark_of(decided(plan, code)), "at": NOW} | other
    if isinstance(told.get("into"), str):
        told["into"] = plan.tasks.get(code=told["into"])
    origin = plan.follows.tasks.get(code=code)
    return decide_task(plan=plan, origin=origin, by=by, how=how, **told)


def edited(plan, by, code, **words):
    task = plan.tasks.get(code=code)
    now = read_words(task)
    return plan_editing.save_task(
        plan=plan, task=task, area=task.area, by=by, at=NOW, seen=now.digest,
        words=replace(now, **words),
    )  # fmt: skip


def codes(plan):
    return list(plan.tasks.order_by("position").values_list("code", flat=True))


def in_force(plan, by, when=NOW) -> Plan:
    """Whatever is left undecided is dropped, the head is signed, and it begins."""
    left = origins_of(plan).exclude(descents__plan=plan)
    said = {"plan": plan, "how": "drop", "reason": "Không còn phù hợp.", "by": by, "at": when}
    Descent.objects.bulk_create(Descent(origin=origin, **said) for origin in left)
    Plan.objects.filter(pk=plan.pk).update(number="12/KH-VP", issued_on=date(2026, 1, 10))
    closing.begin(plan=Plan.objects.get(pk=plan.pk), by=by, at=when)
    return Plan.objects.select_related("coordinator", "unit").get(pk=plan.pk)


def carried(old, by, fates, when=NOW):
    """`fates` by code of the occurrence."""
    parts = carrying_over.read_open(old, carrying_over.next_plan(old))
    found = {p.work.pk: fates[p.work.occurrence_code] for p in parts
             if p.work.occurrence_code in fates}  # fmt: skip
    seen = {part.work.pk: part.work.version for part in parts}
    return carrying_over.decide(old=old, by=by, at=when, fates=found, seen=seen)


def row_of(plan, code, year, day):
    found = [r for r in read_year(plan, year, day).rows if f"{r.code}/{r.period_code}" == code]
    return found[0] if found else None


# --- the draft ------------------------------------------------------------------------------------


def test_the_draft_has_areas_and_solutions_word_for_word_and_no_task(plan, draft):
    def text(of):
        return [
            (a.number, a.title, a.appendix_code, a.appendix_title, plan_editing.solutions_of(a))
            for a in of.areas.all()
        ]

    assert text(draft) == text(plan) and len(text(draft)) == 8
    assert (draft.follows, draft.status, draft.number, codes(draft)) == (plan, "draft", "", [])
    assert draft.recurring_from == 2026
    assert rolling_over.proposed_subject(plan, 2026, 2030) == SUBJECT


def test_of_the_words_around_only_what_names_no_old_year_comes_along(plan, draft):
    assert "preamble" not in draft.frame, "it cites the decision of 2021"
    assert draft.frame["section_I"] == {
        name: plan.frame["section_I"][name] for name in ("code", "title")
    }
    assert draft.frame["section_IV"] == plan.frame["section_IV"]


def test_targets_come_along_without_their_figures_and_know_their_predecessor(plan, draft):
    old = plan.indicators.get(code="CT5.2")
    new = draft.indicators.get(code="CT5.2")
    assert (new.follows, new.text, new.kind, new.area) == (old, old.text, old.kind, None) or (
        new.area and new.area.plan == draft
    )
    assert not draft.indicators.exclude(value=None, deadline_year=None).exists()
    assert draft.indicators.count() == plan.indicators.count() == 11


def test_the_same_form_twice_makes_one_draft_and_another_is_refused(plan, draft, thu):
    assert start(old=plan, by=thu, at=NOW, subject=SUBJECT, **TERM) == draft
    with pytest.raises(NotAllowed, match="Đã có dự thảo"):
        start(old=plan, by=thu, at=NOW, subject="Kế hoạch khác", **TERM)
    assert AuditEvent.objects.filter(verb="plan_rolled_over").count() == 1


def test_only_its_coordinator_starts_the_next_term(plan, minh, quang, an):
    for person in (minh, quang, an):
        with pytest.raises(PermissionDenied):
            start(old=plan, by=person, at=NOW, subject=SUBJECT, **TERM)


# --- the decisions --------------------------------------------------------------------------------


def test_kept_has_the_same_words_products_and_units(plan, draft, thu):
    made = decide(draft, thu, "I.3", "keep")
    assert made.task.code == "I.1", "codes follow the new plan"
    assert read_words(made.task) == first_words(made.origin, draft)
    assert made.task.products.count() == 4
    told = AuditEvent.objects.get(verb="task_rolled_over").detail
    assert (told["origin"], told["how"], told["task"]) == ("I.3", "keep", "I.1")


def test_rows_stand_in_the_old_order_whatever_was_decided_first(draft, thu):
    for code in ("I.3", "II.2", "I.1", "I.2"):
        decide(draft, thu, code, "keep")
    found = Descent.objects.filter(plan=draft).order_by("task__position")
    pairs = list(found.values_list("origin__code", "task__code"))
    assert pairs == [("I.1", "I.1"), ("I.2", "I.2"), ("I.3", "I.3"), ("II.2", "II.1")]
    assert [t.position for t in draft.tasks.order_by("position")] == [1, 2, 3, 4]


def test_a_deadline_of_the_old_term_cannot_be_kept(plan, draft, thu):
    once = plan.tasks.get(code="V.1")
    assert once.deadline_text == "Năm 2022"
    assert [(r.stops, "không có kỳ nào trong 2026-2030" in r.words) for r in
            remarks_of(once, draft)] == [(True, True)]  # fmt: skip
    with pytest.raises(NotAllowed, match="Không giữ nguyên được"):
        decide(draft, thu, "V.1", "keep")
    assert decide(draft, thu, "V.1", "edit").task.deadline_text == "Năm 2022"


@pytest.mark.parametrize(
    ("deadline", "stops", "remarks"),
    [
        ("Hàng năm", False, 0),
        ("Quý II/2024", True, 1),
        ("Từ năm 2021", False, 1),
        ("Năm 2021 và những năm tiếp theo", False, 1),
        ("Giai đoạn 2022-2024", True, 1),
        ("Đến năm 2030", False, 0),
        ("Trước năm 2026", True, 1),
        ("Sớm nhất có thể", True, 1),
        ("", False, 0),
    ],
)
def test_what_is_said_of_a_deadline(plan, draft, deadline, stops, remarks):
    found = remarks_of(Task(plan=plan, text="Việc", deadline_text=deadline), draft)
    assert (any(r.stops for r in found), len(found)) == (stops, remarks)


def test_keep_all_leaves_what_names_the_old_term_to_a_person(plan, draft, thu):
    kept, left = keep_all(plan=draft, by=thu, at=NOW)
    assert (kept, left) == (17, 8)
    silent = Descent.objects.filter(plan=draft)
    assert not [d for d in silent if remarks_of(d.origin, draft)]
    assert codes(draft)[:4] == ["I.1", "I.2", "I.3", "II.1"]
    assert keep_all(plan=draft, by=thu, at=NOW) == (0, 8)
    assert AuditEvent.objects.filter(verb="task_rolled_over").count() == 17


def test_a_dropped_task_needs_a_reason_and_a_merged_one_a_row(draft, thu):
    with pytest.raises(NotAllowed, match="ghi lý do"):
        decide(draft, thu, "I.1", "drop", reason="  ")
    with pytest.raises(NotAllowed, match="chọn nhiệm vụ"):
        decide(draft, thu, "I.1", "merge")
    decide(draft, thu, "I.2", "keep")
    with pytest.raises(NotAllowed, match="chính là dòng"):
        decide(draft, thu, "I.2", "merge", into="I.1")
    assert decide(draft, thu, "I.1", "merge", into="I.1").task.code == "I.1"
    assert decide(draft, thu, "I.3", "drop", reason="Đã xong").task is None


def test_another_decision_takes_an_untouched_row_away(draft, thu):
    decide(draft, thu, "I.1", "keep")
    decide(draft, thu, "I.2", "keep")
    decide(draft, thu, "I.1", "drop", reason="Đã xong")
    assert codes(draft) == ["I.1"] and decided(draft, "I.2").task.code == "I.1"
    assert decide(draft, thu, "I.1", "") is None and decided(draft, "I.1") is None


def test_an_edited_row_goes_only_when_the_person_agreed(draft, thu):
    decide(draft, thu, "I.1", "edit")
    edited(draft, thu, "I.1", text="Lời văn mới của kỳ 2026-2030")
    with pytest.raises(WouldLose) as refusal:
        decide(draft, thu, "I.1", "drop", reason="Thôi")
    assert refusal.value.lost.text == "Lời văn mới của kỳ 2026-2030"
    assert decided(draft, "I.1").how == "edit"
    with pytest.raises(Stale):
        decide(draft, thu, "I.1", "drop", reason="Thôi", lose="khác")
    agreed = refusal.value.lost.digest
    decide(draft, thu, "I.1", "drop", reason="Thôi", lose=agreed)
    assert codes(draft) == []


def test_keeping_an_edited_row_brings_the_old_words_back(draft, thu):
    made = decide(draft, thu, "I.1", "keep")
    edited(draft, thu, "I.1", text="Lời văn mới")
    with pytest.raises(WouldLose) as refusal:
        decide(draft, thu, "I.1", "keep")
    again = decide(draft, thu, "I.1", "keep", lose=refusal.value.lost.digest)
    assert again.task_id == made.task_id
    assert read_words(again.task) == first_words(again.origin, draft)


def test_a_row_into_which_another_was_merged_stays(draft, thu):
    decide(draft, thu, "I.1", "keep")
    decide(draft, thu, "I.2", "merge", into="I.1")
    decide(draft, thu, "I.1", "drop", reason="Nhập vào I.2 cũ")
    assert codes(draft) == ["I.1"]


def test_the_same_decision_twice_is_once_and_an_older_sight_is_stale(draft, thu):
    decide(draft, thu, "I.1", "keep")
    assert decide(draft, thu, "I.1", "keep", seen="").task.code == "I.1", "a double click"
    with pytest.raises(Stale):
        decide(draft, thu, "I.1", "drop", reason="Thôi", seen="")
    assert codes(draft) == ["I.1"]
    assert AuditEvent.objects.filter(verb="task_rolled_over").count() == 1


def test_what_an_amendment_dropped_does_not_go_on_and_its_words_are_those_that_hold(plan, thu):
    from tasks.tests.test_amending import written

    written(plan, thu)  # VII.1 and III.2 changed, II.5 dropped, I.4 added
    draft = start(old=plan, by=thu, at=NOW, subject=SUBJECT, **TERM)
    assert {"I.4"} == {o.code for o in origins_of(draft)} - {"I.1", "I.2", "I.3"} - {
        code for code in plan.tasks.exclude(code__startswith="I.").values_list("code", flat=True)
    }
    assert "II.5" not in {o.code for o in origins_of(draft)}
    assert decide(draft, thu, "VII.1", "keep").task.deadline_text == "Trước 01/12 hàng năm"
    leads = decide(draft, thu, "III.2", "keep").task.parties.filter(part="lead")
    assert [party.unit.code for party in leads] == ["TTCBTH"]


def test_links_of_targets_follow_the_tasks(plan, draft, thu):
    old = plan.indicators.get(code="CT1")
    assert [task.code for task in old.tasks.all()] == ["V.1"]
    new = draft.indicators.get(code="CT1")
    decide(draft, thu, "V.1", "edit")
    assert [task.code for task in new.tasks.all()] == ["V.1"]
    decide(draft, thu, "V.2", "keep")
    decide(draft, thu, "V.1", "merge", into=decided(draft, "V.2").task)
    assert [task.pk for task in new.tasks.all()] == [decided(draft, "V.2").task_id]
    decide(draft, thu, "V.1", "drop", reason="Đã xong")
    assert not new.tasks.exists()


def test_only_a_draft_is_decided_on(draft, thu, quang):
    decide(draft, thu, "I.1", "keep")
    with pytest.raises(PermissionDenied):
        decide(draft, quang, "I.2", "keep")
    Plan.objects.filter(pk=draft.pk).update(status="in_force")
    with pytest.raises(NotAllowed):
        decide(draft, thu, "I.2", "keep")


def test_a_plan_begins_only_when_all_was_decided(draft, thu):
    decide(draft, thu, "I.1", "keep")
    words = [gap.words for gap in closing.gaps_of(draft, NOW.date())]
    assert "Còn 24 nhiệm vụ của kế hoạch trước chưa quyết định giữ, sửa, gộp hay bỏ." in words
    assert in_force(draft, thu).status == "in_force"


# --- the work that the old plan leaves open -------------------------------------------------------


@pytest.fixture
def followed(plan, draft, thu):
    """The new plan in force: I.1, I.2, II.3 and IV.1 kept, I.3 merged into I.2, the rest dropped."""
    for code in ("I.1", "I.2", "II.3", "IV.1"):
        decide(draft, thu, code, "keep")
    decide(draft, thu, "I.3", "merge", into="I.2")
    return in_force(draft, thu)


def test_carried_work_is_counted_once_on_any_day(plan, followed, thu, minh, assignment_of):
    work = assignment_of("I.2/2025")
    report(work, minh, at(2025, 6, 1))
    end, before, after = date(2025, 12, 31), date(2026, 1, 11), date(2026, 1, 12)
    ended = [(r.code, r.bucket) for r in read_year(plan, 2025, end).rows]

    done = carried(plan, thu, {"I.2/2025": "carry"})

    assert done == {"carry": 1, "stop": 0}
    assert [(r.code, r.bucket) for r in read_year(plan, 2025, end).rows] == ended
    for day, old, new in ((before, Bucket.OPEN_OVERDUE, None),
                          (after, Bucket.STOPPED, Bucket.OPEN_OVERDUE)):  # fmt: skip
        assert row_of(plan, "I.2/2025", 2025, day).bucket == old
        there = row_of(followed, "I.2/2025", 2026, day)
        assert (there and there.bucket) == new
    assert (there.carried, there.due_on, there.unit_code) == (True, work.due_on, "TTPVKS")
    for of, year in ((plan, 2025), (followed, 2026)):
        view = read_year(of, year, after)
        assert sum(view.counts.values()) == len(view.occurrences)
        assert sum(view.row_counts.values()) == len(view.rows)
    link = CarriedWork.objects.select_related("old__task", "new__task").get()
    assert (link.old_id, link.new.task.plan_id) == (work.pk, followed.pk)
    last = link.old.updates.order_by("-seq").first()
    assert last.reason == "Chuyển sang Kế hoạch số 12/KH-VP ngày 10/01/2026: I.2/2025."
    assert last.evidence.get().document.number == "12/KH-VP"
    assert not differences(Assignment.objects.all())


def test_an_extended_day_goes_along_with_the_first_one(plan, followed, thu, assignment_of):
    from tasks.actions import write_act
    from tasks.workflow import Act

    work = assignment_of("I.2/2025")
    first, later = work.due_on, date(2026, 2, 15)
    write_act(work, Act.EXTEND, by=thu, at=at(2025, 12, 1), due_on=later)
    carried(plan, thu, {"I.2/2025": "carry"})
    row = row_of(followed, "I.2/2025", 2026, NOW.date())
    assert (row.first_due_on, row.due_on, row.extended) == (first, later, True)
    assert row.bucket == Bucket.OPEN_IN_TIME


def test_work_of_merged_tasks_goes_on_as_one_with_the_earliest_day(plan, followed, thu):
    carried(plan, thu, {"I.2/2025": "carry", "I.3/2025": "carry"})
    days = Assignment.objects.filter(task__plan=plan, task__code__in=("I.2", "I.3"), year=2025)
    (slot,) = Assignment.objects.filter(task__plan=followed, year=2025)
    assert slot.carried_from.count() == 2
    assert slot.due_on == min(days.values_list("due_on", flat=True))
    assert not differences(Assignment.objects.all())


def test_standing_and_waiting_work_goes_on_as_the_first_years_own_part(plan, followed, thu):
    made = Assignment.objects.filter(task__plan=followed).count()
    waiting = Assignment.objects.get(task__plan=plan, task__code="IV.1")
    done = carried(
        plan, thu, {"II.3/2024": "carry", "II.3/2025": "carry", waiting.occurrence_code: "carry"}
    )
    assert done["carry"] == 3
    assert Assignment.objects.filter(task__plan=followed).count() == made, "nothing twice"
    links = CarriedWork.objects.values_list("new__task__code", "new__year", "new__state")
    assert sorted(links) == [
        ("II.1", 2026, "new"), ("II.1", 2026, "new"), ("IV.1", 2026, "waiting"),
    ]  # fmt: skip
    assert not differences(Assignment.objects.all())


def test_what_has_no_heir_can_only_be_stopped(plan, followed, thu):
    with pytest.raises(NotAllowed, match="đã bỏ ở kế hoạch mới"):
        carried(plan, thu, {"VII.1/2025": "carry"})
    assert carried(plan, thu, {"VII.1/2025": "stop"}) == {"carry": 0, "stop": 1}
    assert row_of(plan, "VII.1/2025", 2025, NOW.date()).bucket == Bucket.STOPPED


def test_the_same_twice_is_once_and_moved_work_is_stale(plan, followed, thu, minh, assignment_of):
    work = assignment_of("I.2/2025")
    told = {"old": plan, "by": thu, "at": NOW, "fates": {work.pk: "carry"}}
    report(work, minh, at(2026, 1, 11))
    with pytest.raises(Stale):
        carrying_over.decide(**told, seen={work.pk: work.version})
    carrying_over.decide(**told, seen={work.pk: work.version + 1})
    again = carrying_over.decide(**told, seen={work.pk: work.version + 1})
    assert again == {"carry": 0, "stop": 0} and CarriedWork.objects.count() == 1


def test_nothing_is_carried_before_the_old_term_has_ended_nor_after_it_was_closed(
    plan, followed, thu, quang
):
    with pytest.raises(NotAllowed, match="31/12/2025"):
        carried(plan, thu, {"I.2/2025": "carry"}, at(2025, 12, 31))
    with pytest.raises(PermissionDenied):
        carried(plan, quang, {"I.2/2025": "carry"})
    Plan.objects.filter(pk=plan.pk).update(status="closed", closed_on=NOW.date())
    with pytest.raises(NotAllowed, match="chỉ xem"):
        carried(plan, thu, {"I.2/2025": "carry"})


def test_what_was_done_is_not_offered(plan, followed, thu, minh, assignment_of):
    work = assignment_of("I.2/2025")
    send(work, minh, date(2025, 3, 1))
    verify(work, thu)
    offered = {p.work.pk for p in carrying_over.read_open(plan, followed)}
    assert work.pk not in offered
    assert Assignment.objects.get(pk=work.pk).state == State.DONE


# --- the pages ------------------------------------------------------------------------------------


@pytest.fixture
def today():
    with time_machine.travel(NOW, tick=False):
        yield


def sent(client, user, name, args, **data):
    client.force_login(user)
    return client.post(reverse(name, args=args), data)


def shown(client, user, name, args, query=""):
    client.force_login(user)
    return client.get(reverse(name, args=args) + query)


def row_shown(response, code):
    groups = response.context["it"].groups
    return next(row for group in groups for row in group.rows if row.task.code == code)


def test_the_coordinator_starts_from_the_plans_page(client, plan, thu, today):
    assert "Lập kế hoạch kỳ tiếp theo" in shown(client, thu, "tasks:plan_page", [plan.code]).text
    page = shown(client, thu, "indicators:plan_roll_over", [plan.code])
    assert page.context["form"]["subject"].value() == SUBJECT
    assert sent(client, thu, "indicators:plan_roll_over", [plan.code]).status_code == 422
    bad = sent(client, thu, "indicators:plan_roll_over", [plan.code], subject="Lời đã gõ",
               first_year=2024, last_year=2030)  # fmt: skip
    assert bad.status_code == 422 and "Lời đã gõ" in bad.text and "Phải sau năm 2025" in bad.text
    made = sent(client, thu, "indicators:plan_roll_over", [plan.code], subject=SUBJECT, **TERM)
    draft = Plan.objects.get(follows=plan)
    assert made.url == reverse("tasks:roll_over", args=[draft.code])
    assert draft.code == "cchc-2026-2030"


def test_the_page_tells_what_each_task_came_to_with_the_ledgers_figures(
    client, plan, draft, thu, minh, assignment_of, today
):
    for year in (2022, 2023):
        send(assignment_of(f"I.2/{year}"), minh, date(year, 3, 1))
        verify(assignment_of(f"I.2/{year}"), thu)
    page = shown(client, thu, "tasks:roll_over", [draft.code])
    row = row_shown(page, "I.2")
    told = {label: count for label, count, _ in row.came_to}
    counted = [o.bucket for o in read_task(plan, NOW.date()) if o.code == "I.2"]
    assert told == {b.label.lower(): counted.count(b) for b in set(counted)}
    assert sum(told.values()) == row.periods == 4 and told["hoàn thành đúng hạn"] == 2
    assert page.context["it"].can_keep == 17


def test_decisions_by_the_page(client, draft, thu, today):
    args = [draft.code, "I.1"]
    assert sent(client, thu, "roll_over:task", args, how="keep").status_code == 302
    stale = sent(client, thu, "roll_over:task", args, how="drop", reason="Lý do đã gõ")
    assert stale.status_code == 409 and "Lý do đã gõ" in stale.text
    seen = row_shown(stale, "I.1").seen
    none = sent(client, thu, "roll_over:task", args, how="drop", seen=seen)
    assert none.status_code == 422 and "ghi lý do" in none.text
    edit = sent(client, thu, "roll_over:task", args, how="edit", seen=seen)
    assert edit.url == reverse("tasks:plan_task", args=[draft.code, "I.1"])
    edited(draft, thu, "I.1", text="Lời văn mới")
    seen = mark_of(decided(draft, "I.1"))
    lost = sent(client, thu, "roll_over:task", args, how="", seen=seen)
    assert lost.status_code == 422 and "Lời văn mới" in lost.text and "mất" in lost.text
    agreed = row_shown(lost, "I.1").problem.lose
    gone = sent(client, thu, "roll_over:task", args, how="", seen=seen, lose=agreed)
    assert gone.status_code == 302 and codes(draft) == []
    many = sent(client, thu, "roll_over:keep", [draft.code])
    assert many.status_code == 302 and draft.tasks.count() == 17


def test_a_reason_with_a_secret_is_refused(client, draft, thu, today):
    answer = sent(client, thu, "roll_over:task", [draft.code, "I.1"], how="drop",
                  reason="Theo văn bản TUYỆT MẬT số 1")  # fmt: skip
    assert answer.status_code == 422 and not Descent.objects.exists()


def test_rows_say_where_they_come_from_and_old_tasks_where_they_went(
    client, plan, draft, thu, minh, today
):
    decide(draft, thu, "I.3", "keep")
    assert "từ nhiệm vụ" in shown(client, thu, "tasks:plan_edit", [draft.code]).text
    old = ["I.3", "2025"]
    ahead = reverse("tasks:roll_over", args=[draft.code])
    assert ahead in shown(client, thu, "tasks:occurrence", old).text
    assert "2026-2030" not in shown(client, minh, "tasks:occurrence", old).text, "a draft is theirs"
    now = in_force(draft, thu)
    mark = f"?ke-hoach={plan.code}"
    assert "Kế hoạch 2026-2030: Giữ" in shown(client, minh, "tasks:occurrence", old, mark).text
    new = shown(client, minh, "tasks:occurrence", ["I.1", "2026"], f"?ke-hoach={now.code}")
    assert f"/nhiem-vu/I.3/{mark}" in new.text and "Kế hoạch 2021-2025: Giữ" in new.text


def test_open_work_is_decided_by_the_page(client, plan, followed, thu, assignment_of, today):
    page = shown(client, thu, "tasks:carry_over", [plan.code])
    work = assignment_of("I.2/2025")
    assert f'name="w-{work.pk}"' in page.text
    one = {f"w-{work.pk}": "carry", f"v-{work.pk}": work.version}
    old = sent(client, thu, "tasks:carry_over", [plan.code], **one | {f"v-{work.pk}": 99})
    assert old.status_code == 409 and not CarriedWork.objects.exists()
    assert sent(client, thu, "tasks:carry_over", [plan.code], **one).status_code == 302
    assert sent(client, thu, "tasks:carry_over", [plan.code], **one).status_code == 302
    assert CarriedWork.objects.count() == 1
    parts = carrying_over.read_open(plan, followed)
    versions = {f"v-{p.work.pk}": p.work.version for p in parts}
    sent(client, thu, "tasks:carry_over", [plan.code], **versions | {"tat-ca": "carry"})
    assert not [p for p in carrying_over.read_open(plan, followed) if not p.why_not]
    carried_page = shown(
        client, thu, "tasks:occurrence", ["I.2", "2025"], f"?ke-hoach={followed.code}"
    )
    assert "chưa xong của Kế hoạch 2021-2025" in carried_page.text
    assert "nam=2025" not in carried_page.text, "the new plan has no such year"


@pytest.mark.usefixtures("made_anew")
def test_pages_ask_the_same_number_of_queries_whatever_was_decided(client, draft, thu, today):
    address = reverse("tasks:roll_over", args=[draft.code])
    client.force_login(thu)
    client.get(address)

    def asked():
        with CaptureQueriesContext(
            connection,
        ) as found:
            client.get(address)
        return len(found)

    before = asked()
    keep_all(plan=draft, by=thu, at=NOW)
    assert asked() == before
    assert before < 25

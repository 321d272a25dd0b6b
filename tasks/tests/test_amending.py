"""An amendment in the middle of the year, in the office's words: what changes and what doesn't."""

from dataclasses import replace
from datetime import date

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from cchc.models import AuditEvent, Unit
from conftest import at
from tasks import amending
from tasks.actions import Stale
from tasks.amending import TaskChange, amend, cells_on, foresee
from tasks.buckets import Bucket
from tasks.foreseeing import Decision
from tasks.ledger import read_year
from tasks.models import Amendment, Assignment, CellChange, Notice, Plan
from tasks.opening import open_year
from tasks.plan_words import PartyWords, TaskWords, read_words, split_cell
from tasks.rebuilding import differences
from tasks.tests.story import fresh, report, send, verify
from tasks.workflow import NotAllowed, State

SINCE = date(2024, 7, 1)
NOW = at(2024, 7, 10)
BEFORE = date(2024, 6, 30)
DECISION = Decision(
    number="77/QĐ-VP",
    decided_on=date(2024, 6, 28),
    effective_on=SINCE,
    summary="Sửa đổi, bổ sung Kế hoạch cải cách hành chính",
    issuer="Văn phòng UBND tỉnh Quảng Ngãi",
)
ADDED = "Xây dựng Bộ chỉ số đánh giá kết quả cải cách hành chính của các phòng, đơn vị"


def task_of(plan, code):
    return plan.tasks.get(code=code)


def edited(plan, code, **words) -> TaskChange:
    task = task_of(plan, code)
    now = read_words(task)
    return TaskChange(task, replace(now, **words), seen=now.digest)


def party(code) -> PartyWords:
    unit = Unit.objects.get(code=code)
    return PartyWords(unit.name, "unit", unit.pk)


def four_changes(plan) -> list[TaskChange]:
    """A deadline moved earlier, a lead changed, a task dropped, one added."""
    centre = party("TTCBTH")
    area = plan.areas.get(number=1)
    return [
        edited(plan, "VII.1", deadline_text="Trước 01/12 hàng năm"),
        edited(plan, "III.2", lead_text=centre.text, leads=(centre,)),
        TaskChange(task_of(plan, "II.5"), None),
        TaskChange(
            None,
            TaskWords(
                text=ADDED,
                product_text="Quyết định ban hành Bộ chỉ số",
                lead_text="Phòng Hành chính - Quản trị",
                deadline_text="Quý III/2024",
                products=split_cell("Quyết định ban hành Bộ chỉ số"),
                leads=(party("HCQT"),),
            ),
            area=area,
        ),
    ]


def written(plan, by, changes=None, **other):
    told = {
        "plan": plan,
        "by": by,
        "at": NOW,
        "decision": DECISION,
        "reason": "Theo chỉ đạo của UBND tỉnh.",
        "changes": four_changes(plan) if changes is None else changes,
    }
    return amend(**told | other)


def slot(code, unit="TTCBTH", year=2024):
    return Assignment.objects.select_related("unit").get(
        task__code=code, unit__code=unit, year=year, period=""
    )


def pictured(plan, day, year=2024):
    rows = read_year(plan, year, day).rows
    return {(r.code, r.unit_code, r.year, r.period): (r.bucket, r.due_on, r.products) for r in rows}


# --- the whole story ------------------------------------------------------------------------------


def test_an_amendment_in_the_middle_of_the_year(plan, thu, hoa, minh):
    report(slot("VII.1"), hoa, at(2024, 5, 2))
    report(slot("III.2", "TTPVKS"), minh, at(2024, 5, 3))
    before = {day: pictured(plan, day) for day in (date(2024, 3, 1), BEFORE)}
    past = {year: pictured(plan, date(year, 12, 31), year) for year in (2022, 2023)}

    done = written(plan, thu)

    for day, rows in before.items():
        assert pictured(plan, day) == rows, "the days before it are as they were"
    for year, rows in past.items():
        assert pictured(plan, date(year, 12, 31), year) == rows
    now = pictured(plan, SINCE)
    changed = {key for key in now | before[BEFORE] if now.get(key) != before[BEFORE].get(key)}
    assert changed == {
        ("VII.1", "TTCBTH", 2024, ""),
        ("III.2", "TTPVKS", 2024, ""),
        ("III.2", "TTCBTH", 2024, ""),
        ("II.5", "HCQT", 2024, ""),
        ("II.5", "TTPVKS", 2024, ""),
        ("I.4", "HCQT", 2024, ""),
    }
    assert now["VII.1", "TTCBTH", 2024, ""][1] == date(2024, 11, 30)
    assert now["II.5", "HCQT", 2024, ""][0] == Bucket.STOPPED
    assert now["I.4", "HCQT", 2024, ""] == (Bucket.OPEN_IN_TIME, date(2024, 9, 30), 1)
    for day in (BEFORE, SINCE, date(2024, 12, 31)):
        view = read_year(plan, 2024, day)
        assert sum(view.counts.values()) == len(view.occurrences)
        assert sum(view.row_counts.values()) == len(view.rows)
    assert not differences(Assignment.objects.all())
    assert [done.count(effect) for effect in ("due", "moved", "stopped", "opened")] == [2, 2, 4, 1]


def test_what_was_reported_goes_with_the_part_that_moves(plan, thu, minh):
    report(slot("III.2", "TTPVKS"), minh, at(2024, 5, 3))
    written(plan, thu)
    moved = slot("III.2")
    assert moved.state == State.DOING
    assert "Chuyển từ Trung tâm Phục vụ" in moved.updates.order_by("-seq").first().reason
    rows = {row.unit_code for row in read_year(plan, 2024, BEFORE).rows if row.code == "III.2"}
    assert rows == {"TTPVKS"}


def test_what_is_done_sent_or_was_due_keeps_everything(plan, thu, hoa, minh):
    send(slot("VII.1"), hoa, date(2024, 6, 1))
    verify(slot("VII.1"), thu, at(2024, 6, 20))
    send(slot("III.2", "TTPVKS"), minh, date(2024, 6, 2))
    found = written(plan, thu)
    assert slot("VII.1").due_on == date(2024, 12, 31)
    assert slot("III.2", "TTPVKS").state == State.PENDING
    assert slot("VII.1", year=2023).due_on == date(2023, 12, 31), "overdue, and stays so"
    assert slot("VII.1", year=2025).due_on == date(2025, 11, 30)
    own = Assignment.objects.filter(task__code="III.2", year=2024)
    assert [work.unit.code for work in own] == ["TTPVKS"], "what it did is not asked for again"
    assert open_year(plan=Plan.objects.get(), year=2024, by=thu, at=NOW) == []
    kept = [line for line in found.lines if line.effect == "kept"]
    assert [(line.code, line.unit) for line in kept] == [
        ("III.2/2024", "Trung tâm Phục vụ - Kiểm soát TTHC")
    ]


def test_an_amendment_recorded_late_brings_no_later_state_to_its_day(plan, thu, hoa):
    report(slot("VII.1"), hoa, at(2024, 7, 5))
    written(plan, thu)
    state = {r.code: (r.state, r.due_on) for r in read_year(plan, 2024, date(2024, 7, 2)).rows}
    assert state["VII.1"] == (State.NEW, date(2024, 11, 30))
    now = {r.code: (r.state, r.due_on) for r in read_year(plan, 2024, date(2024, 7, 9)).rows}
    assert now["VII.1"] == (State.DOING, date(2024, 11, 30))


def test_opening_a_year_again_adds_nothing(plan, thu, an):
    written(plan, thu)
    for year in plan.years():
        assert open_year(plan=Plan.objects.get(), year=year, by=an, at=at(2024, 8, 1)) == []


# --- words ----------------------------------------------------------------------------------------


def test_each_day_has_its_own_words(plan, thu, django_assert_num_queries):
    old = {task.code: task.lead_text for task in plan.tasks.all()}
    written(plan, thu)
    tasks = list(plan.tasks.all())
    by_code = {task.code: task.pk for task in tasks}
    with django_assert_num_queries(1):
        before, now = cells_on(tasks, BEFORE), None
    now = cells_on(tasks, SINCE)
    assert before[by_code["VII.1"]].deadline_text == "Hàng năm"
    assert now[by_code["VII.1"]].deadline_text == "Trước 01/12 hàng năm"
    assert before[by_code["III.2"]].lead_text == old["III.2"]
    assert not before[by_code["I.4"]].exists and now[by_code["I.4"]].exists
    assert before[by_code["II.5"]].dropped is None
    assert now[by_code["II.5"]].dropped.decision == "77/QĐ-VP ngày 28/06/2024"
    (struck,) = now[by_code["VII.1"]].old["deadline_text"]
    assert (struck.words, struck.since) == ("Hàng năm", SINCE)


def test_of_several_amendments_each_day_has_the_right_words(plan, thu):
    written(plan, thu, [edited(plan, "I.2", text="Lần một")])
    later = Decision("9/QĐ-VP", date(2024, 9, 2), date(2024, 9, 5), "Sửa lần hai", "Văn phòng")
    changes = [edited(plan, "I.2", text="Lần hai")]
    written(plan, thu, changes, decision=later, at=at(2024, 9, 10))
    task = task_of(plan, "I.2")
    said = [
        cells_on(task, day)[task.pk].text for day in (SINCE, date(2024, 9, 4), later.effective_on)
    ]
    assert said == ["Lần một", "Lần một", "Lần hai"]
    assert [s.words for s in cells_on(task, date(2024, 9, 5))[task.pk].old["text"]][1] == "Lần một"
    assert "lan hai" in task.search


def test_new_products_are_asked_only_of_work_due_after(plan, thu):
    text = "Kế hoạch; Báo cáo kết quả"
    change = edited(plan, "I.2", product_text=text, products=split_cell(text))
    later = Decision("9/QĐ-VP", date(2024, 6, 2), date(2024, 6, 5), "Sửa", "Văn phòng")
    written(plan, thu, [change], decision=later)
    asked = {
        year: [p.text for p in slot("I.2", "TTPVKS", year).expected_products()]
        for year in (2024, 2025)
    }
    assert len(asked[2024]) == 0 and len(asked[2025]) == 2
    rows = {r.year: r.products for r in read_year(plan, 2025, SINCE).rows if r.code == "I.2"}
    assert rows == {2024: 0, 2025: 2, 2022: 0, 2023: 0}


# --- forms of deadlines -----------------------------------------------------------------------------


def test_a_deadline_by_quarters_stops_the_yearly_part_and_opens_the_quarters_to_come(plan, thu):
    written(plan, thu, [edited(plan, "VII.1", deadline_text="Hàng quý")])
    found = Assignment.objects.filter(task__code="VII.1", year=2024).exclude(state="stopped")
    assert list(found.values_list("period", flat=True)) == ["Q3", "Q4"]
    assert slot("VII.1").state == State.STOPPED
    assert [o.period for o in read_year(plan, 2024, BEFORE).occurrences if o.code == "VII.1"][
        -1
    ] == ""
    assert not differences(Assignment.objects.all())


def test_a_deadline_without_day_takes_the_day_away(plan, thu):
    written(plan, thu, [edited(plan, "VII.1", deadline_text="Thường xuyên")])
    assert slot("VII.1").due_on is None
    assert slot("VII.1", year=2023).due_on == date(2023, 12, 31)
    rows = {(r.code, r.year): r.bucket for r in read_year(plan, 2024, SINCE).rows}
    assert rows["VII.1", 2024] == Bucket.NO_DEADLINE
    assert rows["VII.1", 2023] == Bucket.OPEN_OVERDUE
    assert not differences(Assignment.objects.all())


def test_a_new_day_before_the_amendment_leaves_this_year_alone(plan, thu):
    found = written(plan, thu, [edited(plan, "VII.1", deadline_text="Quý I hàng năm")])
    assert slot("VII.1").due_on == date(2024, 12, 31)
    assert slot("VII.1", year=2025).due_on == date(2025, 3, 31)
    assert "giữ hạn đang có" in found.lines[0].why


def test_work_that_need_not_wait_any_more_begins(plan, thu):
    written(plan, thu, [edited(plan, "IV.1", deadline_text="Hàng năm")])
    opened = Assignment.objects.get(task__code="IV.1", year=2022)
    assert opened.state in (State.WAITING, State.STOPPED, State.NEW)
    assert not differences(Assignment.objects.all())


# --- who, when, twice -----------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["minh", "hung", "quang", "an"])
def test_only_the_coordinator_amends(who, plan, request):
    with pytest.raises(PermissionDenied):
        written(plan, request.getfixturevalue(who))


def test_the_same_amendment_twice_is_one(plan, thu):
    changes = four_changes(plan)
    first = written(plan, thu, changes).amendment
    assert written(plan, thu, changes).amendment == first
    assert CellChange.objects.count() == 4


def test_foreseeing_writes_nothing_and_tells_just_what_is_done(plan, thu):
    counts = [m.objects.count() for m in (Amendment, Assignment, Notice, AuditEvent)]
    told = {"plan": plan, "by": thu, "at": NOW, "decision": DECISION, "reason": "Vì"}
    changes = four_changes(plan)
    found = foresee(**told, changes=changes)
    assert [m.objects.count() for m in (Amendment, Assignment, Notice, AuditEvent)] == counts
    done = amend(**told, changes=changes, seen=found.fingerprint)
    assert done.lines == found.lines


def test_what_moved_on_since_it_was_foreseen_is_stale(plan, thu, hoa):
    told = {"plan": plan, "by": thu, "at": NOW, "decision": DECISION, "reason": "Vì"}
    changes = four_changes(plan)
    found = foresee(**told, changes=changes)
    send(slot("VII.1"), hoa, date(2024, 6, 1))
    with pytest.raises(Stale):
        amend(**told, changes=changes, seen=found.fingerprint)
    assert not Amendment.objects.exists()
    CHANGED = [TaskChange(changes[0].task, changes[0].words, seen="another digest")]
    with pytest.raises(Stale):
        written(plan, thu, CHANGED)


REFUSED = {
    "Chưa đến ngày": {"decision": Decision("1/QĐ", date(2024, 7, 9), date(2024, 7, 11), "S", "V")},
    "trước ngày ký": {"decision": Decision("1/QĐ", date(2024, 7, 9), date(2024, 7, 8), "S", "V")},
    "lý do": {"reason": "  "},
    "Chưa có nhiệm vụ": {"changes": []},
}


@pytest.mark.parametrize("words", REFUSED)
def test_refusals_say_why(words, plan, thu):
    with pytest.raises(NotAllowed, match=words):
        written(plan, thu, **{"changes": four_changes(plan)} | REFUSED[words])


def test_amendments_go_forward_and_only_of_a_plan_in_force(plan, thu):
    written(plan, thu)
    earlier = Decision("8/QĐ-VP", date(2024, 6, 1), date(2024, 6, 5), "Sớm hơn", "Văn phòng")
    with pytest.raises(NotAllowed, match="theo thứ tự thời gian"):
        written(plan, thu, [edited(plan, "I.2", text="X")], decision=earlier)
    with pytest.raises(NotAllowed, match="không có ô nào khác"):
        written(plan, thu, [edited(plan, "I.2")])
    with pytest.raises(NotAllowed, match="đã bỏ từ"):
        written(plan, thu, [edited(plan, "II.5", text="X")])
    Plan.objects.update(status=Plan.Status.DRAFT)
    with pytest.raises(NotAllowed, match="dự thảo"):
        written(plan, thu, [edited(plan, "I.2", text="X")])


def test_units_are_told_what_becomes_of_their_work(plan, thu, hung, hoa, lan):
    written(plan, thu)
    told = {n.user.username: n.words for n in Notice.objects.filter(kind="plan")}
    assert "III.2/2024 chuyển sang Trung tâm Công báo" in told["hung"]
    assert "VII.1/2024 hạn mới 30/11/2024" in told["hoa"]
    assert "II.5/2024 dừng" in told["lan"] and "I.4/2024 phần việc mới" in told["lan"]


def test_it_is_one_audited_act(plan, thu):
    done = written(plan, thu)
    event = AuditEvent.objects.get(verb="plan_amended")
    assert event.detail["amendment"] == done.amendment.pk
    assert event.detail["work"]["moved"] == 2
    assert fresh(slot("VII.1")).version == 2
    assert amending.last_day(plan) == SINCE


# --- the pages ------------------------------------------------------------------------------------


def typed(*forms) -> dict:
    """What a browser would send of forms as they are shown."""
    fields = [field for form in forms for field in form]
    return {f.html_name: f.value() for f in fields if f.value() is not None}


def decided() -> dict:
    return {
        "number": "77/QĐ-VP",
        "decided_on": "28/06/2024",
        "effective_on": "01/07/2024",
        "summary": DECISION.summary,
        "issuer": DECISION.issuer,
        "reason": "Theo chỉ đạo của UBND tỉnh.",
    }


@time_machine.travel(NOW, tick=False)
def test_the_coordinator_amends_by_the_page_and_sees_it_before(plan, thu, client):
    client.force_login(thu)
    url = reverse("tasks:amendment_new")
    it = client.get(url + "?sua=VII.1&sua=II.5").context["it"]
    blocks = {block.task.code: block for block in it.blocks}
    pks = {code: str(block.task.pk) for code, block in blocks.items()}
    added = task_of(plan, "III.2")
    sent = typed(*(block.form for block in it.blocks)) | decided()
    sent |= {"sua": list(pks.values()), "bo": [pks["II.5"]]}
    sent[f"nv{pks['VII.1']}-deadline_text"] = "Trước 01/12 hàng năm"

    it = client.post(url, sent | {"viec": "them", "chon": [added.pk]}).context["it"]
    assert [block.task.code for block in it.blocks] == ["II.5", "III.2", "VII.1"]
    sent |= typed(it.blocks[1].form) | {"sua": [*pks.values(), str(added.pk)]}
    sent[f"nv{added.pk}-lead_text"] = party("TTCBTH").text

    shown = client.post(url, sent | {"viec": "xem"})
    assert shown.status_code == 200 and not Amendment.objects.exists()
    foreseen = shown.context["foreseen"]
    assert "Nếu ghi thì" in shown.content.decode()
    assert foreseen.count("moved") == 2 and foreseen.count("due") == 2

    wrong = client.post(url, sent | {"viec": "ghi", "thay": "other"})
    assert wrong.status_code == 409 and "Chưa ghi gì" in wrong.content.decode()
    done = client.post(url, sent | {"viec": "ghi", "thay": foreseen.fingerprint})
    assert done.status_code == 302 and "#sua-doi-" in done.url
    assert client.post(url, sent | {"viec": "ghi", "thay": foreseen.fingerprint}).status_code == 302
    assert Amendment.objects.count() == 1
    assert slot("III.2").unit.code == "TTCBTH"
    page = client.get(reverse("tasks:amendments")).content.decode()
    assert "<del" in page and "Trước 01/12 hàng năm" in page


@time_machine.travel(NOW, tick=False)
def test_what_is_missing_stands_at_its_field_with_what_was_typed(plan, thu, client):
    client.force_login(thu)
    url = reverse("tasks:amendment_new")
    task = task_of(plan, "VII.1")
    it = client.get(url + "?sua=VII.1").context["it"]
    sent = typed(it.blocks[0].form) | decided() | {"sua": [task.pk], "viec": "xem"}
    sent |= {f"nv{task.pk}-deadline_text": "Sớm nhất", f"nv{task.pk}-lead_text": "Phòng Số hóa"}
    shown = client.post(url, sent | {"number": "77"})
    text = shown.content.decode()
    assert shown.status_code == 422
    assert "Thiếu ký hiệu" in text and "Sớm nhất" in text
    assert "Không đọc được thời hạn" in text and "Chọn “Phòng Số hóa” là đơn vị nào" in text
    new = client.post(url, decided() | {"viec": "moi"}).context["it"].blocks
    assert [block.prefix for block in new] == ["moi1"]
    assert client.post(url, decided() | {"viec": "xem"}).status_code == 422


@time_machine.travel(NOW, tick=False)
def test_pages_and_files_of_a_past_day_have_the_words_of_that_day(plan, thu, minh, client):
    written(plan, thu)
    client.force_login(minh)
    table = reverse("tasks:plan") + "?nam=2024"
    now = client.get(table).content.decode()
    old = client.get(table + "&tinh-den=2024-06-30").content.decode()
    assert ADDED in now and "Bỏ từ ngày 01/07/2024" in now and "Trước 01/12 hàng năm" in now
    assert ADDED not in old and "Bỏ từ ngày" not in old and "Trước 01/12 hàng năm" not in old
    task = reverse("tasks:occurrence", args=["VII.1", "2024"])
    now = client.get(task).content.decode()
    old = client.get(task + "?tinh-den=2024-06-30").content.decode()
    assert "<del>Hàng năm</del>" in now and "30/11/2024" in now and "77/QĐ-VP" in now
    assert "<del>" not in old and "31/12/2024" in old and "“Hàng năm”" in old
    fresh_task = reverse("tasks:occurrence", args=["I.4", "2024"])
    assert client.get(fresh_task).status_code == 200
    assert client.get(fresh_task + "?tinh-den=2024-06-30").status_code == 404


@time_machine.travel(NOW, tick=False)
def test_amendments_are_read_by_all_and_written_by_the_coordinator(plan, thu, minh, quang, client):
    written(plan, thu)
    for person in (minh, quang):
        client.force_login(person)
        page = client.get(reverse("tasks:amendments")).content.decode()
        assert "77/QĐ-VP" in page and "Ghi văn bản sửa đổi" not in page
        assert client.get(reverse("tasks:amendment_new")).status_code == 403
    client.force_login(thu)
    past = reverse("tasks:amendment_new") + "?tinh-den=2024-06-30"
    assert client.get(past).status_code == 403

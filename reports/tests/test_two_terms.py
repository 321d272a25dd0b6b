"""From 2021-2025 to 2026-2030, as the office lives it: a report of 2023, a decision of 2024, the next
term's plan from the old one, and after that everything of before still reads as it was."""

from dataclasses import replace
from datetime import date

import time_machine
from django.urls import reverse

from cchc.models import Unit
from conftest import at
from indicators import rolling_over
from indicators.actions import record_measurement
from indicators.rolling_over import start
from reports.tests import flow_scene
from tasks import carrying_over, closing, plan_editing, reorganising
from tasks.amending import TaskChange, amend
from tasks.buckets import Bucket
from tasks.foreseeing import Decision
from tasks.ledger import read_year
from tasks.models import Assignment, Descent, Plan
from tasks.plan_words import PartyWords, read_words
from tasks.rebuilding import differences
from tasks.rolling_over import mark_of, origins_of, remarks_of
from tasks.tests.story import report, send, verify

OLD_NAME = "Trung tâm Phục vụ - Kiểm soát thủ tục hành chính tỉnh"
NEW_NAME = "Trung tâm Phục vụ hành chính công tỉnh Quảng Ngãi"
NEW_WORDS = "Cập nhật, công khai thủ tục hành chính trên Cổng dịch vụ công quốc gia"
DECISION = Decision(
    number="477/QĐ-VP",
    decided_on=date(2024, 6, 27),
    effective_on=date(2024, 7, 1),
    summary="Sửa đổi Kế hoạch, tổ chức lại đơn vị",
    issuer="Văn phòng UBND tỉnh Quảng Ngãi",
)
ROLLED = at(2026, 1, 12)
TERM = {"subject": "Cải cách hành chính giai đoạn 2026-2030", "first_year": 2026, "last_year": 2030}


def amended_and_renamed(plan, thu):
    """Task III.2 gets other words and another lead; the centre gets another name."""
    lead = Unit.objects.get(code="TTCBTH")
    task = plan.tasks.get(code="III.2")
    now = read_words(task)
    party = PartyWords(lead.name, "unit", lead.pk)
    words = replace(now, text=NEW_WORDS, lead_text=lead.name, leads=(party,))
    told = {"by": thu, "at": at(2024, 7, 10), "decision": DECISION}
    amend(
        plan=plan,
        reason="Theo chỉ đạo.",
        changes=[TaskChange(task, words, seen=now.digest)],
        **told,
    )
    centre = Unit.objects.get(code="TTPVKS")
    reorganising.rename(unit=centre, name=NEW_NAME, short_name="TT PVHCC", **told)
    return task.text


def rolled_over(plan, thu) -> Plan:
    """Kept where nothing speaks against it; V.1 dropped, V.3 merged, VII.2 edited, the others kept
    or dropped one by one; then signed and in force."""
    draft = start(old=plan, by=thu, at=ROLLED, **TERM)
    rolling_over.keep_all(plan=draft, by=thu, at=ROLLED)

    def decide(code, how, **other):
        origin = plan.tasks.get(code=code)
        seen = mark_of(Descent.objects.filter(plan=draft, origin=origin).first())
        told = {"plan": draft, "origin": origin, "by": thu, "at": ROLLED, "seen": seen}
        return rolling_over.decide(how=how, **told | other)

    decide("V.1", "drop", reason="Đề án đã được phê duyệt.")
    decide("V.3", "merge", into=draft.tasks.get(code="V.1"))
    made = decide("VII.1", "edit").task
    now = read_words(made)
    told = {"plan": draft, "area": made.area, "by": thu, "at": ROLLED, "seen": now.digest}
    text = now.text.replace("đến năm 2025, định hướng đến năm 2030", "đến năm 2030")
    plan_editing.save_task(task=made, words=replace(now, text=text), **told)
    for origin in origins_of(draft).exclude(descents__plan=draft):
        stops = any(remark.stops for remark in remarks_of(origin, draft))
        decide(origin.code, "drop" if stops else "keep", reason="Đã xong." if stops else "")
    Plan.objects.filter(pk=draft.pk).update(number="12/KH-VP", issued_on=date(2026, 1, 10))
    closing.begin(plan=draft, by=thu, at=ROLLED)
    return Plan.objects.select_related("coordinator", "unit").get(pk=draft.pk)


def all_decided(plan, new, thu):
    """What has an heir goes on, the rest stops; then the old plan is closed."""
    parts = carrying_over.read_open(plan, new)
    fates = {p.work.pk: "stop" if p.why_not else "carry" for p in parts}
    seen = {p.work.pk: p.work.version for p in parts}
    done = carrying_over.decide(old=plan, by=thu, at=ROLLED, fates=fates, seen=seen)
    closing.close(plan=plan, by=thu, at=ROLLED)
    return done


def measured(plan, thu, shares):
    target = plan.indicators.get(code="CT5.2")
    for year, part in shares.items():
        moment = max(at(year, 12, 20), at(2022, 1, 1)) if year < 2026 else ROLLED
        told = {"by": thu, "at": moment, "seen": None, "measured_on": moment.date()}
        record_measurement(indicator=target, year=year, numerator=part, denominator=100, **told)


def test_two_terms(client, plan, thu, quang, minh, assignment_of):
    before = read_words(plan.tasks.get(code="III.2")).text
    with time_machine.travel(at(2023, 12, 18), tick=False):
        for code in ("I.2", "III.2"):
            send(assignment_of(f"{code}/2023", "TTPVKS"), minh, date(2023, 3, 1))
            verify(assignment_of(f"{code}/2023", "TTPVKS"), thu)
        draft = flow_scene.draft(plan, thu, "nam-2023", when=at(2023, 12, 18))
        issued = flow_scene.issued_without_files(draft, thu, quang, when=at(2023, 12, 18))
    name = Unit.objects.get(code="TTPVKS").name
    snapshot = issued.snapshot
    amended_and_renamed(plan, thu)
    report(assignment_of("I.2/2025"), minh, at(2025, 6, 2))
    measured(plan, thu, {2023: 50, 2024: 60, 2025: 70})
    ended = read_year(plan, 2025, date(2025, 12, 31)).counts

    new = rolled_over(plan, thu)
    done = all_decided(plan, new, thu)

    assert done["carry"] > 20 and done["stop"] > 0
    assert not Assignment.objects.filter(task__plan=plan, state__in=closing.OPEN).exists()
    assert not differences(Assignment.objects.all())
    old = Plan.objects.get(pk=plan.pk)
    assert (old.status, new.status) == ("closed", "in_force")
    assert read_year(old, 2025, date(2025, 12, 31)).counts == ended, "the term ended as it did"
    now = read_year(new, 2026, ROLLED.date())
    assert sum(now.counts.values()) == len(now.occurrences)
    late = [o for o in now.occurrences if o.carried]
    assert late and {o.bucket for o in late} == {Bucket.OPEN_OVERDUE}
    assert all(o.due_on.year < 2026 for o in late)
    # what was issued is untouched
    issued.refresh_from_db()
    assert issued.snapshot == snapshot
    measured(new, thu, {2026: 80})
    with time_machine.travel(ROLLED, tick=False):
        pages(client, thu, old, new, name, before)


def pages(client, thu, old, new, name, before):
    client.force_login(thu)
    mark = f"?ke-hoach={old.code}"

    def get(address, *args, query=""):
        found = client.get(reverse(address, args=args) + query)
        assert found.status_code == 200
        return found

    told = get("reports:report", "nam-2023", query=mark).text
    assert name in told and NEW_NAME not in told
    assert before in told and NEW_WORDS not in told
    past = mark + "&nam=2023&tinh-den=2023-12-31"
    task = get("tasks:occurrence", "III.2", "2023", query=past)
    assert task.context["it"].words.text == before
    assert [slot.row.unit for slot in task.context["it"].slots] == [name]
    assert "Kế hoạch 2026-2030: Giữ" in task.text
    here = get("reports:dashboard")
    assert (here.context["viewing"].plan, here.context["viewing"].year) == (new, 2026)
    target = get("indicators:indicator", "CT5.2")
    drawn = [point.year for point in target.context["trend"].points if point.y]
    assert drawn == [2023, 2024, 2025, 2026, 2030]
    assert "Tính cả số liệu giai đoạn trước 2021-2025." in target.text
    assert "Giai đoạn trước 2021-2025" in target.text

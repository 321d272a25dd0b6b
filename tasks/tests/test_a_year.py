"""A year in the life of the plan, told once from January to the next January.

The figures are those of 2024's own occurrences (22: 21 dated and II.3), at each quarter's cut-off
(the 14th, Nghị định 09/2019/NĐ-CP, điều 12). What 2021-2023 left undone is not looked at.
"""

from datetime import date

import pytest
import time_machine
from django.core import mail
from django.core.management import call_command
from django.db.models import Q

from cchc.models import Unit
from conftest import at
from tasks import actions, directing, extending, reorganising, urging
from tasks.buckets import Bucket
from tasks.foreseeing import Decision
from tasks.ledger import read_year
from tasks.models import Assignment, Extension, Reminder
from tasks.rebuilding import differences
from tasks.tests.story import citation, fresh, give_back, report, send, verify
from tasks.workflow import NotAllowed, State


@pytest.fixture
def clock():
    with time_machine.travel(at(2024, 1, 2), tick=False) as traveller:
        yield lambda *day: traveller.move_to(at(*day))


@pytest.fixture
def counts(plan):
    """counts(2024, 3, 14): the occurrences of 2024 in each bucket that day, empty ones left out."""

    def read(*day):
        view = read_year(plan, 2024, date(*day), only=Q(year=2024))
        assert sum(view.counts.values()) == len(view.occurrences) == 22
        assert differences(Assignment.objects.all()) == []
        return {bucket.name: n for bucket, n in view.counts.items() if n}

    return read


def test_a_year_in_the_life_of_the_plan(
    plan, assignment_of, clock, counts, lan, minh, hung, hoa, thu, quang
):
    for person in (lan, minh, hung, hoa, thu, quang):
        type(person).objects.filter(pk=person.pk).update(email=f"{person.username}@vp.vn")

    # January: the province's plan that VII.5 waited for has come.
    assert counts(2024, 1, 2) == {"OPEN_IN_TIME": 20, "WAITING": 1, "NO_DEADLINE": 1}
    clock(2024, 1, 15)
    province = citation("46/KH-UBND", date(2024, 1, 10), issuer="UBND tỉnh")
    task = assignment_of("VII.5/2024").task
    actions.record_trigger(task=task, by=thu, at=at(2024, 1, 15), citation=province)

    # February: the first plan of the year, verified by HCQT.
    clock(2024, 2, 21)
    first = assignment_of("I.2/2024")
    send(first, minh, date(2024, 2, 19), when=at(2024, 2, 20))
    verify(first, thu, at(2024, 2, 21))
    assert counts(2024, 3, 14) == {"DONE_ON_TIME": 1, "OPEN_IN_TIME": 20, "NO_DEADLINE": 1}

    # March: I.3 will not make the 31st; asked in time, advised, granted by the leader.
    clock(2024, 3, 20)
    late = assignment_of("I.3/2024")
    asked = extending.ask(
        assignment=late,
        by=minh,
        at=at(2024, 3, 20),
        wanted_on=date(2024, 4, 30),
        reason="Chờ ý kiến các sở, ngành.",
    )
    extending.advise(
        extension=asked, by=thu, at=at(2024, 3, 21), favourable=True, words="Lý do xác đáng."
    )
    extending.decide(
        extension=asked, by=quang, at=at(2024, 3, 22), decision=Extension.Decision.GRANTED
    )
    assert (fresh(late).due_on, fresh(late).first_due_on) == (
        date(2024, 4, 30),
        date(2024, 3, 31),
    )

    # April: sent, returned with a reason, sent again with a later paper, verified.
    clock(2024, 4, 22)
    send(late, minh, date(2024, 4, 12), when=at(2024, 4, 12))
    give_back(late, thu, at(2024, 4, 15), "Thiếu kế hoạch truyền thông.")
    send(late, minh, date(2024, 4, 18), when=at(2024, 4, 19))
    verify(late, thu, at(2024, 4, 22))
    with pytest.raises(NotAllowed):
        report(late, minh, at(2024, 4, 23))

    # May: HCQT's own work goes to the leader; HCQT itself may not say it is done.
    clock(2024, 5, 20)
    own = assignment_of("V.2/2024")
    send(own, lan, date(2024, 5, 10))
    verify(own, quang, at(2024, 5, 20))
    assert counts(2024, 6, 14) == {"DONE_ON_TIME": 3, "OPEN_IN_TIME": 18, "NO_DEADLINE": 1}

    # July: the informatics centre is merged into the other; its open work moves in one act.
    clock(2024, 7, 2)
    centre, other = Unit.objects.get(code="TTCBTH"), Unit.objects.get(code="TTPVKS")
    decision = Decision(
        number="476/QĐ-UBND",
        decided_on=date(2024, 6, 27),
        effective_on=date(2024, 7, 1),
        summary="Tổ chức lại các trung tâm thuộc Văn phòng UBND tỉnh",
        issuer="UBND tỉnh",
    )
    reorganising.merge(units=[centre], into=other, by=thu, at=at(2024, 7, 2), decision=decision)
    moved = Assignment.objects.get(task__code="VII.1", year=2024, state=State.NEW)
    assert moved.unit == other
    assert counts(2024, 9, 14) == {"DONE_ON_TIME": 3, "OPEN_IN_TIME": 18, "NO_DEADLINE": 1}

    # October: the leader asks; the unit answers; the leader accepts.
    clock(2024, 10, 8)
    words = directing.direct(
        task=moved.task,
        year=2024,
        period="",
        unit=other,
        words="Hoàn thành trong tháng 11.",
        by=quang,
        at=at(2024, 10, 1),
        due_on=date(2024, 10, 10),
    )
    directing.answer(
        directive=words, by=minh, at=at(2024, 10, 7), words="Sẽ trình 20/11.", seen_version=1
    )
    words.refresh_from_db()
    directing.accept(directive=words, by=quang, at=at(2024, 10, 8), seen_version=words.version)

    # November: it is done as promised.
    clock(2024, 11, 25)
    send(moved, minh, date(2024, 11, 20), when=at(2024, 11, 21))
    verify(moved, thu, at(2024, 11, 25))
    assert counts(2024, 12, 14) == {"DONE_ON_TIME": 4, "OPEN_IN_TIME": 17, "NO_DEADLINE": 1}

    # 16 December, 15 days before the end of the year: everybody with open work hears of it, once.
    clock(2024, 12, 16)
    call_command("send_notices", verbosity=0)
    told, mails = Reminder.objects.count(), len(mail.outbox)
    assert told and mails
    call_command("send_notices", verbosity=0)
    assert (Reminder.objects.count(), len(mail.outbox)) == (told, mails), "safe to run twice"
    finished = {first.pk, late.pk, own.pk, moved.pk}
    assert not Reminder.objects.filter(assignment__in=finished).exists()

    # January: the year is over, what is open is late; a numbered phiếu to the centre, and a promise.
    assert counts(2025, 1, 6) == {"DONE_ON_TIME": 4, "OPEN_OVERDUE": 17, "NO_DEADLINE": 1}
    clock(2025, 1, 6)
    letter = urging.issue_letter(
        plan=plan, unit=other, by=thu, at=at(2025, 1, 6), answer_by=date(2025, 1, 10)
    )
    assert letter.number == 1 and len(letter.lines) == letter.reminders.count() > 5
    rung = letter.reminders.get(assignment__task__code="III.1", assignment__year=2024)
    urging.answer_reminder(
        reminder=rung,
        by=minh,
        at=at(2025, 1, 8),
        answer=Reminder.Answer.PROMISE,
        promised_on=date(2025, 1, 20),
    )
    clock(2025, 1, 18)
    send(rung.assignment, minh, date(2025, 1, 17), when=at(2025, 1, 17))
    verify(rung.assignment, thu, at(2025, 1, 18))
    assert counts(2025, 1, 18) == {
        "DONE_ON_TIME": 4,
        "DONE_LATE": 1,
        "OPEN_OVERDUE": 16,
        "NO_DEADLINE": 1,
    }

    # And the past is as it was: the cut-offs read today say what they said then.
    assert counts(2024, 3, 14)["DONE_ON_TIME"] == 1
    assert counts(2024, 6, 14)["DONE_ON_TIME"] == 3
    row = next(
        r
        for r in read_year(plan, 2024, date(2024, 6, 14), only=Q(year=2024)).rows
        if r.code == "I.2"
    )
    assert row.bucket == Bucket.DONE_ON_TIME

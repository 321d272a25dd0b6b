"""The books add up whatever people do, and what is over leaves them."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cchc.clock import local_day
from cchc.models import User
from conftest import at, make_user
from tasks import actions
from tasks.ledger import read_year
from tasks.models import Assignment, ProgressUpdate
from tasks.tests.story import all_products, citation, fresh, give_back, report, send, verify
from tasks.workflow import NotAllowed, State


@pytest.mark.parametrize("known_only", [False, True])
def test_waited_for_work_without_a_due_day_leaves_the_books_when_it_is_done(
    known_only, plan, assignment_of, thu, lan, quang, minh
):
    waiting = assignment_of("IV.1/2022")
    upstream = citation("1/HD-VPCP", date(2022, 3, 1), issuer="Văn phòng Chính phủ")
    actions.record_trigger(task=waiting.task, by=thu, at=at(2022, 3, 2), citation=upstream)
    who = {unit: person for person in (lan, minh) for unit in [person.unit_id]}
    who = who.get(waiting.unit_id) or make_user("w", "W", User.Role.MEMBER, waiting.unit.code)
    send(waiting, who, date(2022, 9, 1))
    verify(waiting, quang if waiting.unit.code == "HCQT" else thu, at(2022, 9, 2))
    view = read_year(plan, 2024, date(2024, 6, 1), known_only=known_only)
    assert waiting.pk not in {row.assignment_id for row in view.rows}


def test_waited_for_work_stopped_in_an_earlier_year_leaves_the_books(plan, assignment_of, thu):
    waiting = assignment_of("IV.1/2022")
    actions.stop(
        assignment=waiting,
        by=thu,
        at=at(2022, 5, 2),
        seen_version=waiting.version,
        citation=citation("9/QĐ-VP", date(2022, 5, 1)),
        reason="Không còn việc",
    )
    assert waiting.pk in {r.assignment_id for r in read_year(plan, 2022, date(2024, 6, 1)).rows}
    assert waiting.pk not in {r.assignment_id for r in read_year(plan, 2024, date(2024, 6, 1)).rows}


def test_work_that_one_of_several_units_finished_is_not_carried_by_the_others(plan, minh, thu):
    """Rule "any", a yearly task: done in 2023 by one unit, so in 2024 nobody owes it."""
    work = Assignment.objects.filter(
        year=2023, unit=minh.unit, state=State.NEW, task__deadline_kind="recurring"
    )
    work = next(
        a for a in work if a.task.assignments.filter(year=2023, period=a.period).count() > 1
    )
    type(work.task).objects.filter(pk=work.task_id).update(completion="any")
    send(work, minh, date(2023, 2, 19))
    verify(work, thu, at(2023, 3, 1))
    code, day = work.task.code, date(2024, 6, 1)
    first = {(o.code, o.year): o for o in read_year(plan, 2023, day).occurrences}
    assert first[code, 2023].state == State.DONE
    for known_only in (False, True):
        view = read_year(plan, 2024, day, known_only=known_only)
        assert (code, 2023) not in {(o.code, o.year) for o in view.listed()}
        assert (code, 2023) not in {(row.code, row.year) for row in view.rows}


ACTS = ("report", "send", "return", "verify", "stop", "trigger")
STEP = st.tuples(
    st.sampled_from(ACTS),
    st.sampled_from(("lan", "minh", "hung", "hoa", "thu", "quang", "an")),
    st.integers(0, 2),  # which piece of work
    st.none() | st.integers(0, 20),  # instead of the above, one of the moves that are allowed
    st.integers(0, 120),  # days since the step before
    st.integers(0, 500),  # how many days before it the document was issued
)


class Undo(Exception):
    """Ends an example's transaction."""


def may(act, person, work) -> bool:
    """The rules once more, written without the application's own functions."""
    who, unit = person.username, work.unit.code
    working = work.state in ("new", "doing", "ready", "returned")
    if act in ("report", "send"):
        return working and who not in ("quang", "an") and person.unit.code == unit
    if act in ("return", "verify"):
        return work.state == "pending" and who == ("quang" if unit == "HCQT" else "thu")
    if act == "trigger":
        return who == "thu" and work.state == "waiting"
    return who == "thu" and (working or work.state == "waiting")


def play(act, by, work, moment, issued):
    now = fresh(work)
    cited = citation(f"{issued.toordinal()}/QĐ-VP", issued, all_products(now))
    if act in ("report", "send"):
        cite = (cited,) if act == "send" or issued.day % 2 else ()
        report(now, by, moment, send=act == "send", cite=cite)
    elif act == "return":
        give_back(now, by, moment)
    elif act == "verify":
        verify(now, by, moment)
    elif act == "stop":
        seen = {"seen_version": now.version, "citation": cited, "reason": "Sáp nhập"}
        actions.stop(assignment=now, by=by, at=moment, **seen)
    else:
        due = moment.date() + timedelta(30)
        actions.record_trigger(task=now.task, by=by, at=moment, citation=cited, due_on=due)


def agrees(work):
    """The cache is what the last act left; as at the last day the ledger says the same."""
    now, last = fresh(work), work.updates.last()
    if last is None:
        return
    assert now.version == last.seq + 1 == work.updates.count() + 1
    for name in ("state", "due_on", "blocked", "products_issued"):
        assert getattr(now, name) == getattr(last, name), name
    assert now.done_on == (last.done_on if last.state == State.DONE else None)
    assert all(act.effective_on <= local_day(act.recorded_at) for act in work.updates.all())


@pytest.fixture
def cast(lan, minh, hung, hoa, thu, quang, an):
    people = (lan, minh, hung, hoa, thu, quang, an)
    return {person.username: person for person in people}


@settings(
    max_examples=10,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=st.lists(STEP, min_size=6, max_size=16), rule=st.sampled_from(("all", "any")))
def test_whatever_people_do_the_books_agree(steps, rule, cast, plan, assignment_of):
    mine = assignment_of("II.1/2023", "TTPVKS")
    other = mine.task.assignments.filter(year=2023).exclude(unit=mine.unit).first()
    cast["hoa"].unit = other.unit
    works = [mine, other, assignment_of("IV.1/2022")]
    ids = [work.pk for work in works]
    try:
        with transaction.atomic():
            type(works[0].task).objects.filter(pk=works[0].task_id).update(completion=rule)
            moment, days = at(2022, 12, 1), set()
            for act, who, place, proper, later, before in steps:
                moment += timedelta(later)
                work = fresh(works[place])
                moves = [(a, p) for a in ACTS for p in cast if may(a, cast[p], work)]
                if moves and proper is not None:
                    act, who = moves[proper % len(moves)]
                allowed = may(act, cast[who], work)
                count = ProgressUpdate.objects.count()
                issued = moment.date() - timedelta(before)
                try:
                    with transaction.atomic():
                        play(act, cast[who], work, moment, issued)
                except (NotAllowed, PermissionDenied):
                    assert not allowed, (act, who, work.state)
                    assert ProgressUpdate.objects.count() == count
                else:
                    assert allowed, (act, who, work.state)
                days |= {moment.date(), issued}
                for work in works:
                    agrees(work)
            today = moment.date()
            for year in plan.years():
                for day in sorted(days)[::5] + [today]:
                    for known_only in (False, True):
                        view = read_year(plan, year, day, known_only=known_only)
                        assert sum(view.counts.values()) == len(view.occurrences)
                        assert sum(view.row_counts.values()) == len(view.rows)
                        assert not {r.assignment_id for r in view.rows if r.prior}
            for year in plan.years():
                known = read_year(plan, year, today, known_only=True)
                view = read_year(plan, year, today)
                assert known.rows == view.rows and known.prior == view.prior
                for row in view.rows:
                    if row.assignment_id not in ids:
                        continue
                    now = fresh(Assignment(pk=row.assignment_id))
                    for name in ("state", "due_on", "done_on", "blocked", "products_issued"):
                        assert getattr(now, name) == getattr(row, name), name
            raise Undo
    except Undo:
        pass

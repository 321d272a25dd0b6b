"""The table of moves, and people of every role trying every act at any time."""

from datetime import date, timedelta

import hypothesis.strategies as st
import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from hypothesis import settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from cchc.clock import local_day
from cchc.models import Unit
from conftest import at
from tasks import actions, extending, reorganising, workflow
from tasks.foreseeing import Decision
from tasks.ledger import read_year
from tasks.models import Assignment, Extension, Plan
from tasks.rebuilding import differences
from tasks.tests.story import all_products, citation, fresh, give_back, report, verify
from tasks.workflow import Act, NotAllowed, State

ENDS = {State.DONE, State.STOPPED}


def test_every_state_but_the_ends_has_an_exit():
    exits = {move.before for move in workflow.MOVES if move.after != move.before}
    assert exits == set(State) - ENDS


def test_every_state_can_be_reached_and_every_act_is_in_the_table():
    reached = {move.after for move in workflow.MOVES} | {State.WAITING, State.NEW}
    assert reached == set(State)
    assert {move.act for move in workflow.MOVES} == set(Act)


def test_no_act_leads_to_two_places():
    keys = [(move.before, move.act) for move in workflow.MOVES]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("act", list(Act))
def test_what_the_table_lacks_is_refused_in_a_sentence(state, act):
    if workflow.can(state, act):
        assert workflow.move(state, act).after in State
    else:
        with pytest.raises(NotAllowed, match=r"\w.*[.;]"):
            workflow.move(state, act)


PEOPLE = ("lan", "minh", "hung", "hoa", "thu", "quang", "an")
RIGHT = "whoever is the right one"
WHO = st.sampled_from((RIGHT, RIGHT, RIGHT, *PEOPLE))  # else hardly anything would ever be done
WORK = st.integers(0, 2)
REFUSALS = (NotAllowed, PermissionDenied)


class Office(RuleBasedStateMachine):
    """Three pieces of work of three units (HCQT's own, one whose head approves, one that waits),
    seven people. Whatever they try, only what the rules below allow happens."""

    people: dict = {}

    def __init__(self):
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        Unit.objects.filter(code="TTPVKS").update(head_approves=True)
        for person in self.people.values():
            person.unit = person.unit and Unit.objects.get(pk=person.unit_id)
        self.now = at(2024, 1, 8)
        self.plan = Plan.objects.select_related("unit", "coordinator").get()
        slots = Assignment.objects.filter(year=2024)
        self.works = [
            slots.get(task__code="V.2"),
            slots.get(task__code="III.4"),
            slots.get(task__code="VII.5"),
        ]

    def teardown(self):
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)

    def attempt(self, allowed, act):
        """Do it; it must succeed just where the rules say so, and leave nothing where not."""
        before = [fresh(work).version for work in self.works]
        try:
            with transaction.atomic():
                act()
        except REFUSALS:
            assert not allowed
            assert [fresh(work).version for work in self.works] == before
        else:
            assert allowed

    def at_work(self, who, place, judge=False):
        """(the person, the work now, whether they are of its unit and it is in their hands)."""
        work = fresh(self.works[place])
        if who == RIGHT:
            own = work.unit.code == "HCQT"
            reporter = {"HCQT": "lan", "TTPVKS": "hung", "TTCBTH": "hoa"}[work.unit.code]
            who = ("quang" if own else "thu") if judge else reporter
        person = self.people[who]
        mine = person.username not in ("quang", "an") and person.unit_id == work.unit_id
        return person, work, mine and work.state in workflow.WORKING

    @rule(who=WHO, place=WORK)
    def saves(self, who, place):
        person, work, mine = self.at_work(who, place)
        self.attempt(mine, lambda: report(work, person, self.now))

    @rule(who=WHO, place=WORK, ago=st.integers(0, 60))
    def sends(self, who, place, ago):
        person, work, mine = self.at_work(who, place)
        day = local_day(self.now) - timedelta(ago)
        paper = citation(f"{day.toordinal()}/BC-VP", day, all_products(work))
        self.attempt(mine, lambda: report(work, person, self.now, send=True, cite=(paper,)))
        drafted = mine and person.unit.head_approves and person.username != "hung"
        assert not mine or fresh(work).state == (State.READY if drafted else State.PENDING)

    @rule(who=WHO, place=WORK)
    def approves(self, who, place):
        person, work, mine = self.at_work(who, place)
        allowed = mine and work.state == State.READY and person.username in ("hung", "thu")
        seen = {"seen_version": work.version}
        self.attempt(
            allowed, lambda: actions.approve(assignment=work, by=person, at=self.now, **seen)
        )

    def may_judge(self, who, work):
        sent = work.updates.filter(act=Act.SUBMIT).last()
        right = "quang" if work.unit.code == "HCQT" else "thu"
        return work.state == State.PENDING and who == right and sent.by.username != who

    @rule(who=WHO, place=WORK)
    def verifies(self, who, place):
        person, work, _ = self.at_work(who, place, judge=True)
        self.attempt(self.may_judge(person.username, work), lambda: verify(work, person, self.now))

    @rule(who=WHO, place=WORK)
    def returns(self, who, place):
        person, work, _ = self.at_work(who, place, judge=True)
        self.attempt(
            self.may_judge(person.username, work), lambda: give_back(work, person, self.now)
        )

    @rule(who=st.sampled_from(("minh", "hung")), days=st.integers(1, 90))
    def asks_and_gets_more_time(self, who, days):
        person, work, mine = self.at_work(who, 1)
        allowed = mine and who == "hung" and local_day(self.now) <= work.due_on
        wanted = work.due_on + timedelta(days)
        allowed = allowed and wanted.year <= self.plan.last_year + 1

        def ask():
            asked = extending.ask(
                assignment=work, by=person, at=self.now, wanted_on=wanted, reason="Chờ ý kiến"
            )
            extending.decide(
                extension=asked,
                by=self.people["quang"],
                at=self.now,
                decision=Extension.Decision.GRANTED,
            )

        self.attempt(allowed, ask)
        assert fresh(work).first_due_on == date(2024, 12, 31)

    @rule(who=WHO)
    def records_what_vii5_waits_for(self, who):
        person, work, _ = self.at_work(who, 2)
        person = self.people["thu"] if who == RIGHT else person
        who = person.username
        paper = citation("46/KH-UBND", date(2024, 1, 5), issuer="UBND tỉnh")
        tell = {"task": work.task, "by": person, "at": self.now, "citation": paper}
        repeated = work.task.triggers.exists()
        if who == "thu" and repeated:
            return  # told before: harmless, and nothing new
        self.attempt(
            who == "thu" and work.state == State.WAITING, lambda: actions.record_trigger(**tell)
        )

    @precondition(lambda self: not Unit.objects.get(code="TTCBTH").valid_to)
    @rule()
    def merges_the_informatics_centre(self):
        today = local_day(self.now)
        decision = Decision(
            number="476/QĐ-UBND",
            decided_on=today,
            effective_on=today,
            summary="Sáp nhập trung tâm",
            issuer="UBND tỉnh",
        )
        centre, hcqt = Unit.objects.get(code="TTCBTH"), Unit.objects.get(code="HCQT")
        before = len(self.view().rows)
        reorganising.merge(
            units=[centre], into=hcqt, by=self.people["thu"], at=self.now, decision=decision
        )
        assert len(self.view().rows) == before
        for person in self.people.values():
            person.refresh_from_db()

    @rule(days=st.integers(1, 60))
    def time_passes(self, days):
        self.now += timedelta(days)

    def view(self):
        return read_year(self.plan, 2024, local_day(self.now), only=Q(year=2024))

    @invariant()
    def buckets_add_up(self):
        view = self.view()
        assert sum(view.counts.values()) == len(view.occurrences) == 22
        assert sum(view.row_counts.values()) == len(view.rows)

    @invariant()
    def the_cache_is_the_history(self):
        assert differences(Assignment.objects.filter(year=2024)) == []


def test_whatever_an_office_does_in_whatever_order(plan, lan, minh, hung, hoa, thu, quang, an):
    people = (lan, minh, hung, hoa, thu, quang, an)
    machine = type(
        "ThisOffice", (Office,), {"people": {person.username: person for person in people}}
    )
    run_state_machine_as_test(
        machine,
        settings=settings(max_examples=12, stateful_step_count=24, deadline=None, derandomize=True),
    )

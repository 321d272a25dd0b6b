"""Which units lead a task on a day, when units begin, end and are chosen."""

from datetime import date

import pytest

from cchc.models import Unit
from cchc.units import end_unit, heir_on
from tasks.models import ChosenUnit, TaskUnit
from tasks.roster import lead_units, members_on, units_of
from tasks.tests.test_open_year import OPENED_AT, add_unit

BEFORE, AFTER = date(2024, 6, 30), date(2024, 7, 1)


def unit(code):
    return Unit.objects.get(code=code)


@pytest.fixture
def ended(opened):
    """TTCBTH ended with June 2024 and was succeeded by TTPVKS."""
    end_unit(unit("TTCBTH"), successor=unit("TTPVKS"), since=AFTER)


def leads(plan, code, day):
    return [found.code for found in lead_units(plan.tasks.get(code=code), day)]


def test_a_named_unit_is_its_successor_once_it_has_ended(opened, ended):
    assert leads(opened, "VII.1", BEFORE) == ["TTCBTH"]
    assert leads(opened, "VII.1", AFTER) == ["TTPVKS"]
    assert leads(opened, "VII.4", AFTER) == ["TTPVKS"]  # both leads are one unit now


def test_succession_is_followed_to_the_last(opened, ended):
    end_unit(unit("TTPVKS"), successor=unit("HCQT"), since=date(2025, 1, 1))
    days = [BEFORE, AFTER, date(2024, 12, 31), date(2025, 1, 1)]
    heirs = [heir_on(unit("TTCBTH"), day).code for day in days]
    assert heirs == ["TTCBTH", "TTPVKS", "TTPVKS", "HCQT"]
    assert unit("TTCBTH").path == "/VP/HCQT/TTPVKS/TTCBTH/"


def test_all_units_are_those_of_the_day(opened, ended):
    add_unit("MOI", valid_from=AFTER)
    assert set(leads(opened, "II.2", BEFORE)) == {"HCQT", "TTPVKS", "TTCBTH"}
    assert set(leads(opened, "II.2", AFTER)) == {"HCQT", "TTPVKS", "MOI"}


def test_a_group_does_not_inherit_members_from_its_members(opened):
    add_unit("KT", "NCTH")
    end_unit(unit("TTCBTH"), successor=unit("KT"), since=AFTER)
    assert unit("TTCBTH").path.startswith("/VP/NCTH/KT/")
    for day in (BEFORE, AFTER):
        assert [found.code for found in members_on(unit("NCTH"), day)] == ["KT"]


def test_a_unit_that_ended_without_a_successor_keeps_its_name(opened):
    Unit.objects.filter(code="TTCBTH").update(valid_to=BEFORE)
    assert leads(opened, "VII.1", AFTER) == ["TTCBTH"]


def test_units_to_be_chosen_are_those_chosen_for_the_year(opened, ended, thu):
    party = TaskUnit.objects.get(task__code="II.4", part="lead", kind="chosen")
    assert units_of(party, opened.unit, BEFORE) == []
    for code in ("TTCBTH", "HCQT"):
        ChosenUnit.objects.create(party=party, year=2024, unit=unit(code), by=thu, at=OPENED_AT)
    assert [u.code for u in units_of(party, opened.unit, BEFORE)] == ["HCQT", "TTCBTH"]
    assert [u.code for u in units_of(party, opened.unit, AFTER)] == ["HCQT", "TTPVKS"]
    assert units_of(party, opened.unit, date(2023, 12, 31)) == []

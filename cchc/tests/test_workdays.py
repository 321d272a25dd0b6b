"""The office's working days: weekends, holidays, Saturdays worked in exchange."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cchc.models import DayOff
from cchc.workdays import Workdays, office_workdays, seed_days_off

DAYS = st.dates(date(2021, 1, 1), date(2030, 12, 31))
SOME_DAYS = st.frozensets(st.dates(date(2024, 1, 1), date(2024, 2, 29)), max_size=20)


@st.composite
def offices(draw):
    worked = frozenset(day for day in draw(SOME_DAYS) if day.weekday() >= 5)
    return Workdays(off=draw(SOME_DAYS), worked=worked)


@given(offices(), DAYS, st.integers(1, 30))
def test_the_nth_working_day_is_a_working_day_with_n_of_them_since(office, day, number):
    found = office.after(day, number)
    between = [day + timedelta(n) for n in range(1, (found - day).days + 1)]
    assert office.is_working(found)
    assert sum(map(office.is_working, between)) == number


@given(offices(), DAYS, st.integers(1, 15), st.integers(1, 15))
def test_working_days_add_up(office, day, first, then):
    assert office.after(office.after(day, first), then) == office.after(day, first + then)


@given(offices(), DAYS)
def test_up_to_a_day_is_that_day_or_the_last_working_one_before(office, day):
    found = office.up_to(day)
    assert office.is_working(found) and found <= day
    skipped = [found + timedelta(n) for n in range(1, (day - found).days + 1)]
    assert not any(map(office.is_working, skipped))


def test_a_plain_week():
    office = Workdays()
    assert office.after(date(2024, 6, 14), 1) == date(2024, 6, 17)  # Friday, Monday
    assert office.up_to(date(2024, 6, 16)) == date(2024, 6, 14)


@pytest.mark.django_db
def test_the_public_holidays_are_a_start_that_stays_as_people_left_it():
    DayOff.objects.filter(day__year=2024).delete()
    DayOff.objects.create(day=date(2024, 9, 2), name="Theo thông báo của cơ quan")
    assert seed_days_off(2024) > 8
    assert seed_days_off(2024) == 0
    assert DayOff.objects.get(day=date(2024, 9, 2)).name == "Theo thông báo của cơ quan"
    office = office_workdays()
    assert not office.is_working(date(2024, 1, 1)) and not office.is_working(date(2024, 2, 12))
    # after the 7th of February 2024 comes Tết: the next working day is the 15th
    assert office.after(date(2024, 2, 7), 1) == date(2024, 2, 15)


@pytest.mark.django_db
def test_a_saturday_worked_in_exchange_is_a_working_day(django_assert_num_queries):
    DayOff.objects.update_or_create(
        day=date(2024, 5, 4), defaults={"name": "Làm bù ngày 29/4", "works": True}
    )
    with django_assert_num_queries(1):
        office = office_workdays()
    assert office.is_working(date(2024, 5, 4)) and not office.is_working(date(2024, 5, 5))
    assert office.up_to(date(2024, 5, 5)) == date(2024, 5, 4)

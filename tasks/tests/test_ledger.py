"""Which bucket the work is in, on any day, and that the buckets add up."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import at
from tasks.buckets import Bucket, bucket_of, count, on_time_rate
from tasks.ledger import read_window, read_year
from tasks.models import Assignment, Task
from tasks.tests.story import give_back, report, send, verify
from tasks.workflow import State

DAYS = st.dates(date(2021, 1, 1), date(2026, 12, 31))
DUE = date(2024, 3, 31)


@pytest.mark.parametrize(
    "state, done_on, on, expected",
    [
        (State.DONE, DUE, date(2024, 12, 1), Bucket.DONE_ON_TIME),
        (State.DONE, DUE + timedelta(1), date(2024, 12, 1), Bucket.DONE_LATE),
        (State.NEW, None, DUE, Bucket.OPEN_IN_TIME),
        (State.NEW, None, DUE + timedelta(1), Bucket.OPEN_OVERDUE),
        (State.RETURNED, None, DUE + timedelta(1), Bucket.OPEN_OVERDUE),
        (State.PENDING, DUE, DUE + timedelta(40), Bucket.OPEN_IN_TIME),
        (State.PENDING, DUE + timedelta(1), DUE + timedelta(40), Bucket.OPEN_OVERDUE),
        (State.WAITING, None, DUE + timedelta(400), Bucket.WAITING),
        (State.STOPPED, None, DUE + timedelta(400), Bucket.STOPPED),
    ],
)
def test_the_bucket_of_one_assignment(state, done_on, on, expected):
    assert bucket_of(state, DUE, done_on, on) == expected


def test_without_a_due_day_nothing_is_late_or_on_time():
    for state in (State.NEW, State.DOING, State.PENDING, State.DONE):
        assert bucket_of(state, None, date(2030, 1, 1), date(2031, 1, 1)) == Bucket.NO_DEADLINE


@given(DAYS, DAYS, DAYS)
def test_done_work_never_changes_its_bucket_later(due, done, on):
    bucket = bucket_of(State.DONE, due, done, on)
    assert bucket == bucket_of(State.DONE, due, done, on + timedelta(999))
    assert (bucket == Bucket.DONE_ON_TIME) == (done <= due)


@given(st.lists(st.sampled_from(list(Bucket)), max_size=60))
def test_the_seven_buckets_add_up(buckets):
    class Thing:
        def __init__(self, bucket):
            self.bucket = bucket

    counts = count(Thing(bucket) for bucket in buckets)
    assert set(counts) == set(Bucket)
    assert sum(counts.values()) == len(buckets)


def test_no_rate_before_anything_has_come_to_its_term():
    counts = count([])
    assert on_time_rate(counts) is None
    counts[Bucket.WAITING] = 3
    assert on_time_rate(counts) is None
    counts[Bucket.DONE_ON_TIME], counts[Bucket.OPEN_OVERDUE] = 3, 1
    assert on_time_rate(counts) == 0.75


def buckets(plan, year, on, **options) -> dict:
    return {k: v for k, v in read_year(plan, year, on, **options).counts.items() if v}


def test_2024_of_the_real_plan_before_anybody_worked(plan):
    view = read_year(plan, 2024, date(2024, 1, 2))
    mine = [o for o in view.occurrences if o.year == 2024]
    assert len(mine) == 22, "21 dated and II.3"
    assert {o.code for o in view.occurrences if o.year < 2024} >= {"IV.1", "V.1", "V.3"}
    assert {o.code for o in view.occurrences} == set(plan.tasks.values_list("code", flat=True))


def test_one_off_work_of_an_earlier_year_is_listed_outside_the_buckets(
    plan, assignment_of, lan, quang
):
    work = assignment_of("V.1/2022")
    send(work, lan, date(2022, 12, 9))
    verify(work, quang, at(2022, 12, 20))
    view = read_year(plan, 2024, date(2024, 1, 2))
    assert [o.code for o in view.prior] == ["V.1"]
    assert "V.1" not in {o.code for o in view.occurrences}
    assert view.prior[0].tile == "prior"


def test_what_an_earlier_year_left_undone_is_carried_until_done(plan, assignment_of, lan, quang):
    work = assignment_of("V.3/2022")
    row = next(r for r in read_year(plan, 2024, date(2024, 6, 1)).rows if r.code == "V.3")
    assert row.carried and row.bucket == Bucket.OPEN_OVERDUE
    assert row.days_left == (date(2022, 12, 31) - date(2024, 6, 1)).days
    send(work, lan, date(2024, 7, 1))
    verify(work, quang, at(2024, 7, 5))
    row = next(r for r in read_year(plan, 2024, date(2024, 12, 1)).rows if r.code == "V.3")
    assert row.bucket == Bucket.DONE_LATE
    later = read_year(plan, 2025, date(2025, 2, 1))
    assert [o.code for o in later.prior] == ["V.3"]


def test_standing_work_is_listed_each_year_and_never_overdue(plan):
    for year in (2022, 2025):
        rows = [r for r in read_year(plan, year, date(2026, 6, 1)).rows if r.code == "II.3"]
        assert [(r.year, r.bucket) for r in rows] == [(year, Bucket.NO_DEADLINE)]


def test_a_late_record_shows_in_the_past_and_is_named(plan, assignment_of, minh, thu):
    work = assignment_of("I.2/2024")
    send(work, minh, date(2024, 2, 19), when=at(2024, 5, 1))
    verify(work, thu, at(2024, 5, 3))
    day = date(2024, 3, 1)
    row = next(r for r in read_year(plan, 2024, day).rows if r.assignment_id == work.pk)
    assert row.bucket == Bucket.DONE_ON_TIME
    assert read_year(plan, 2024, day).recorded_later == 2
    known = read_year(plan, 2024, day, known_only=True)
    row = next(r for r in known.rows if r.assignment_id == work.pk)
    assert row.state == State.NEW and known.recorded_later == 0


def test_as_at_a_day_between_two_acts(plan, assignment_of, minh, thu):
    work = assignment_of("I.2/2024")
    report(work, minh, at(2024, 1, 15))
    send(work, minh, date(2024, 2, 19), when=at(2024, 2, 20))
    give_back(work, thu, at(2024, 2, 25))
    send(work, minh, date(2024, 3, 5), when=at(2024, 3, 6))
    verify(work, thu, at(2024, 3, 9))

    def state(day):
        return next(r.state for r in read_year(plan, 2024, day).rows if r.assignment_id == work.pk)

    assert state(date(2024, 1, 10)) == State.NEW
    assert state(date(2024, 2, 1)) == State.DOING
    assert state(date(2024, 2, 21)) == State.PENDING
    assert state(date(2024, 2, 26)) == State.RETURNED
    assert state(date(2024, 3, 5)) == State.DONE


def test_an_occurrence_is_done_with_its_last_slot(plan, assignment_of, lan, minh, thu, quang):
    ours, theirs = assignment_of("II.5/2024", "HCQT"), assignment_of("II.5/2024", "TTPVKS")
    send(theirs, minh, date(2024, 11, 20))
    verify(theirs, thu)

    def occurrence():
        view = read_year(plan, 2024, date(2025, 2, 1))
        return next(o for o in view.occurrences if o.code == "II.5" and o.year == 2024)

    assert occurrence().bucket == Bucket.OPEN_OVERDUE
    assert len(occurrence().slots) == 2
    send(ours, lan, date(2024, 12, 20))
    verify(ours, quang, at(2025, 1, 5))
    assert (occurrence().bucket, occurrence().done_on) == (
        Bucket.DONE_ON_TIME,
        date(2024, 12, 20),
    )


def test_under_the_rule_any_one_slot_is_enough(plan, assignment_of, minh, thu):
    Task.objects.filter(code="II.5").update(completion="any")
    theirs = assignment_of("II.5/2024", "TTPVKS")
    send(theirs, minh, date(2024, 11, 20))
    verify(theirs, thu)
    view = read_year(plan, 2024, date(2025, 2, 1))
    done = next(o for o in view.occurrences if o.code == "II.5" and o.year == 2024)
    assert (done.bucket, done.done_on) == (Bucket.DONE_ON_TIME, date(2024, 11, 20))


def test_the_report_window_says_what_fell_due_or_was_issued_in_it(plan, assignment_of, minh, thu):
    work = assignment_of("III.5/2024")
    send(work, minh, date(2024, 12, 20))
    verify(work, thu, at(2024, 12, 22))
    start, end = date(2023, 12, 15), date(2024, 12, 14)
    row = next(r for r in read_window(plan, start, end).rows if r.assignment_id == work.pk)
    assert (row.bucket, row.in_window) == (Bucket.OPEN_IN_TIME, False)
    start, end = date(2024, 12, 15), date(2025, 12, 14)
    view = read_window(plan, start, end)
    assert view.window == (start, end)
    assert view.counts == read_year(plan, 2025, end).counts
    assert work.pk not in {r.assignment_id for r in view.rows}, "of 2024, done within 2024"


@pytest.mark.parametrize("day", [date(2023, 6, 1), date(2024, 12, 16), date(2026, 11, 24)])
@pytest.mark.parametrize("year", [2021, 2022, 2023, 2024, 2025])
def test_sums_hold_for_every_year_and_day(plan, year, day):
    view = read_year(plan, year, day)
    assert sum(view.counts.values()) == len(view.occurrences)
    assert sum(view.row_counts.values()) == len(view.rows)
    assert len({r.assignment_id for r in view.rows}) == len(view.rows)


def test_two_queries_whatever_the_size(plan, assignment_of, minh, django_assert_num_queries):
    report(assignment_of("I.2/2024"), minh)
    with django_assert_num_queries(2):
        read_year(plan, 2024, date(2024, 12, 16))
    Assignment.objects.bulk_create(
        Assignment(
            task=task,
            unit=plan.unit,
            year=2024,
            period=f"D{n}",
            due_on=date(2024, 6, 1),
            first_due_on=date(2024, 6, 1),
            opened_at=at(2024, 1, 1),
        )
        for task in plan.tasks.all()
        for n in range(100)
    )
    with django_assert_num_queries(2):
        assert len(read_year(plan, 2024, date(2024, 12, 16)).rows) > 2500

"""The ladder of đôn đốc: a table of days, and what must hold whatever happens."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks import ladder
from tasks.ladder import LEADERS, LETTER, NOTE, NOTICE, RUNGS, Given

DUE = date(2024, 12, 15)
DAYS = (-15, -5, 1, 15)


def day(left):
    """So many days from the due day: -4 is four days before it."""
    return DUE + timedelta(left)


def rung(name, on, **more):
    return Given(name, DUE, day(on), **more)


def answered(name, on, after, promise=None):
    promised = day(promise) if promise is not None else None
    return rung(name, on, answered_on=day(after), promised_on=promised)


@pytest.mark.parametrize(
    ("today", "given", "expected"),
    [
        (-16, [], None),  # not yet
        (-15, [], NOTE),
        (0, [], NOTE),
        (30, [], NOTE),  # the first rung of a person is the note, however late
        (-15, [rung(NOTICE, -15, step="-15")], NOTE),  # a machine's notice is no person's
        (-11, [rung(NOTE, -15)], None),  # the unit has five days to answer
        (-9, [rung(NOTE, -15)], None),  # no phiếu for what is not yet late
        (1, [rung(NOTE, -15)], LETTER),
        (5, [rung(NOTE, 0)], None),
        (6, [rung(NOTE, 0)], LETTER),
        (9, [rung(NOTE, 0), rung(LETTER, 6, answer_by=day(9))], None),
        (10, [rung(NOTE, 0), rung(LETTER, 6, answer_by=day(9))], LEADERS),
        (11, [rung(LETTER, 6, answer_by=day(20))], None),  # the phiếu names its own day
        (99, [rung(NOTE, 0), rung(LETTER, 6), rung(LEADERS, 12)], None),  # they know
        (10, [answered(NOTE, 2, 3, promise=10)], None),
        (11, [answered(NOTE, 2, 3, promise=10)], LETTER),  # the promise was not kept
        (13, [answered(NOTE, 2, 3)], None),  # a reason rests ten days
        (14, [answered(NOTE, 2, 3)], LETTER),
        (1, [Given(LETTER, DUE - timedelta(30), day(-20))], NOTE),  # of the day before extension
    ],
)
def test_the_next_rung(today, given, expected):
    assert ladder.next_rung(DUE, day(today), given) == expected


@pytest.mark.parametrize(
    ("today", "given", "expected"),
    [
        (-16, [], None),
        (-15, [], "-15"),
        (-14, [], "-15"),  # the machine stood still for a day
        (-15, [rung(NOTICE, -15, step="-15")], None),
        (-5, [rung(NOTICE, -15, step="-15")], "-5"),
        (0, [rung(NOTICE, -5, step="-5")], None),
        (1, [rung(NOTICE, -5, step="-5")], "+1"),
        (40, [], "+15"),  # not four notices at once
        (40, [rung(NOTICE, 16, step="+15")], None),
        (15, [answered(NOTE, 1, 2, promise=20)], None),
        (21, [answered(NOTE, 1, 2, promise=20)], "+15"),
    ],
)
def test_the_automatic_notice(today, given, expected):
    assert ladder.notice_due(DUE, day(today), given, DAYS) == expected


def test_other_days_can_be_set():
    assert ladder.notice_due(DUE, day(-30), [], [-30]) == "-30"
    assert ladder.notice_due(DUE, day(-29), [rung(NOTICE, -30, step="-30")], [-30]) is None


def test_without_a_due_day_nothing_comes_next():
    assert ladder.next_rung(None, day(0), []) is None


GIVEN = st.builds(
    lambda name, on, answer, promise: rung(
        name,
        on,
        step="-5" if name == NOTICE else "",
        answered_on=None if answer is None else day(on + answer),
        promised_on=None if answer is None or promise is None else day(on + answer + promise),
    ),
    st.sampled_from(RUNGS),
    st.integers(-15, 60),
    st.none() | st.integers(0, 20),
    st.none() | st.integers(1, 60),
)


@given(st.lists(GIVEN, max_size=6), st.integers(-40, 150))
def test_it_never_goes_back_down(given, today):
    """Neither what comes next nor what may be given is below what a person gave."""
    by_people = [RUNGS.index(g.rung) for g in given if g.rung != NOTICE]
    top = max(by_people, default=0)
    nxt = ladder.next_rung(DUE, day(today), given)
    assert nxt is None or RUNGS.index(nxt) > top
    for name in RUNGS[1:]:
        if ladder.may_give(name, DUE, day(today), given):
            assert RUNGS.index(name) >= top
    if nxt:
        assert ladder.may_give(nxt, DUE, day(today), given)


@given(st.lists(GIVEN, max_size=6), st.integers(-40, 150))
def test_an_answer_that_holds_stops_everything(given, today):
    now = day(today)
    holds = [g for g in given if g.rests_until and g.rests_until >= now]
    if holds:
        assert ladder.next_rung(DUE, now, given) is None
        assert ladder.notice_due(DUE, now, given, DAYS) is None
        assert not any(ladder.may_give(name, DUE, now, given) for name in RUNGS[1:])
    assert bool(ladder.rests_until(DUE, now, given)) == bool(holds)


@given(st.integers(0, 200))
def test_followed_every_day_it_climbs_once_and_ends_at_the_leaders(days):
    """Nobody answers: each rung is given once, in order."""
    given = []
    for n in range(-20, days):
        if nxt := ladder.next_rung(DUE, day(n), given):
            given.append(rung(nxt, n))
        if step := ladder.notice_due(DUE, day(n), given, DAYS):
            given.append(rung(NOTICE, n, step=step))
    climbed = [g.rung for g in given if g.rung != NOTICE]
    assert climbed == list(RUNGS[1 : 1 + len(climbed)])
    steps = [int(g.step) for g in given if g.rung == NOTICE]
    assert steps == [n for n in DAYS if n < days]
    if days > 12:
        assert climbed[-1] == LEADERS

"""What `python -m bench` says rests on this arithmetic; what it measures is not asserted anywhere."""

import pytest

from bench.arithmetic import (
    OK,
    OVER_GOAL,
    OVER_LIMIT,
    TOLD,
    Line,
    noise,
    percentile,
    ratio,
    what_got_worse,
)
from bench.client import fields_of
from bench.goals import lines_of


def test_a_percentile_lies_between_its_neighbours():
    values = [40, 10, 30, 20]
    assert [percentile(values, p) for p in (0, 50, 100)] == [10, 25, 40]
    assert percentile(values, 95) == pytest.approx(38.5)
    assert percentile([7], 95) == 7


def test_a_ratio_is_of_medians_so_that_one_slow_request_changes_nothing():
    assert ratio([10, 10, 900], [5, 5, 5]) == 2


def test_the_noise_of_a_ratio_is_what_its_batches_differ_by():
    assert noise([10.0] * 25, [5.0] * 25) == 0
    assert noise([10.0] * 20 + [14.0] * 5, [5.0] * 25) == pytest.approx(0.2)  # 2.0 to 2.8
    assert noise([1.0], [1.0]) == 1  # too few to say


@pytest.mark.parametrize(
    "value, at_least, verdict",
    [(1.0, False, OK), (1.2, False, OVER_GOAL), (1.6, False, OVER_LIMIT),
     (1.5, True, OK), (1.2, True, OVER_GOAL), (0.9, True, OVER_LIMIT)],
)  # fmt: skip
def test_a_line_is_held_against_goal_and_limit(value, at_least, verdict):
    goal, limit = (1.5, 1.0) if at_least else (1.0, 1.5)
    assert Line("x", value, "x", goal, limit, at_least=at_least).verdict == verdict


def test_a_line_without_a_limit_is_only_told():
    assert Line("x", 99).verdict == TOLD


def test_worse_is_what_changed_by_more_than_its_noise():
    before = [
        Line("steady", 2.0),
        Line("noisy", 2.0, noise=0.2),
        Line("slower", 2.0),
        Line("queries", 6, "queries"),
        Line("throughput", 100, at_least=True),
        Line("better", 2.0),
        Line("gone", 2.0),
    ]
    now = [
        Line("steady", 2.19),
        Line("noisy", 2.6, noise=0.2),
        Line("slower", 2.3),
        Line("queries", 7, "queries"),
        Line("throughput", 80, at_least=True),
        Line("better", 1.0),
        Line("new", 9.0),
    ]
    worse = what_got_worse(before, now)
    assert [one.name for one in worse] == ["slower", "queries", "throughput"]
    assert (worse[0].before, worse[0].now) == (2.0, 2.3)


def test_lines_are_made_of_what_a_run_found():
    def one(app, floor, small):
        figures = {"p50": app, "cpu": app, "queries": 7}
        times = {"app": [app] * 25, "floor": [floor] * 25, "small": [small] * 25}
        return {"app": figures, "floor": {"p50": floor, "cpu": floor}, "small": {}, "times": times}

    found = {
        "engine": "sqlite",
        "assignments": 100000,
        "pages": {"plan": one(24.2, 12.1, 22.0), "province": one(30.0, 5.0, 20.0)},
        "files": {"excel": {"ours": [3, 2, 2], "bare": [1, 1, 1], "rows": 10000, "added_mb": 3}},
    }
    lines = {line.name: line for line in lines_of(found, {"plan": 6})}
    assert lines["plan / floor"].value == 2
    assert lines["plan / floor"].verdict == OVER_LIMIT
    assert lines["plan: queries"].verdict == OVER_LIMIT
    assert lines["plan / itself at 2,500"].value == 1.1
    assert lines["plan / Redmine"].value == pytest.approx(24.2 / 131, abs=0.001)
    assert lines["province - floor, CPU"].value == 25
    assert lines["province - floor, CPU"].verdict == OVER_GOAL
    assert lines["Excel, 10000 rows / bare XlsxWriter"].value == 2


def test_a_form_is_read_as_the_page_gave_it():
    page = (
        '<input type="hidden" name="token" value="a&amp;b"><form two>'
        '<input type="hidden" name="version" value="3"><input type="checkbox" name="p" value="1" checked>'
        '<input type="checkbox" name="p" value="2"><input type="text" name="free" value="x">'
    )
    assert fields_of(page) == {"token": "a&b", "version": "3", "p": ["1"]}
    assert fields_of(page, "<form two>") == {"version": "3", "p": ["1"]}

from datetime import date

import pytest

from reports.summary import Mark, cut, summarise
from tasks.models import Assignment

DAY = date(2024, 12, 16)


@pytest.fixture
def summary(opened, quang):
    return summarise(opened, 2024, DAY, quang)


def mark(tile):
    return Mark("I.1", "2024", "I.1", tile, "Ban hành…")


def test_tiles_that_have_no_room_are_counted_and_exceptions_stay():
    marks = cut([mark("overdue"), *[mark("done")] * 9], 4)
    assert marks.more == 6
    assert [m.tile for m in marks.shown] == ["done", "done", "done", "overdue"]


def test_few_tiles_are_all_shown():
    assert cut([mark("done")], 4).more == 0


def test_attention_is_overdue_longest_first_then_what_waits(opened, quang):
    summary = summarise(opened, 2022, DAY, quang)
    left = [item.days_left for item in summary.attention if item.days_left is not None]
    assert left == sorted(left) and left[0] == min(left) < 0
    assert len(summary.attention) == 8 and summary.attention_is_cut
    assert summary.attention_total == sum(
        f.number for f in summary.figures if f.status in ("qua-han", "chua-phat-sinh")
    )


def test_columns_hold_every_occurrence_once(summary):
    assert sum(column.number for column in summary.columns) == summary.total
    assert [c.label for c in summary.columns if c.is_now] == ["Tháng 12"]
    assert [c.label for c in summary.columns if c.outside] == ["Trước 2024", "Chưa có ngày"]


def test_the_fullest_month_names_its_days(summary):
    wide = [column for column in summary.columns if column.is_wide]
    assert [day.label for day in wide[0].days] == ["30/12", "31/12"]
    assert len(wide) == 1 and wide[0].label == "Tháng 12"


def test_nothing_at_its_term_is_no_rate_at_all(opened, quang):
    Assignment.objects.update(due_on=None, first_due_on=None)
    assert summarise(opened, 2024, DAY, quang).rate.percent is None


def test_coming_is_what_falls_due_in_15_days(opened, quang):
    summary = summarise(opened, 2024, DAY, quang)
    assert summary.coming[0].due_on == date(2024, 12, 30)
    assert summary.coming_total >= len(summary.coming) == 8


def test_codes_name_the_period_only_where_it_is_not_the_year_itself(summary):
    codes = [m.code for area in summary.areas for m in area.marks.shown]
    assert "I.2" in codes and "I.2/2022" in codes and "I.2/2024" not in codes


def test_a_task_that_several_units_lead_counts_for_each(summary):
    assert summary.parts > sum(area.total for area in summary.areas)


def test_the_office_itself_and_groups_have_no_line_of_their_own_without_work(summary):
    assert all(unit.total for unit in summary.units)

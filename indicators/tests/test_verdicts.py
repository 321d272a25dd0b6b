from datetime import date
from decimal import Decimal

import pytest

from cchc.models import User
from indicators.models import Indicator, Measurement
from indicators.reading import result_of, target_words
from indicators.verdicts import Kind, Operator, Verdict, verdict_of


def target(kind, operator=Operator.AT_LEAST, value=None, deadline_year=2025, **fields):
    return Indicator(
        kind=kind,
        operator=operator,
        value=None if value is None else Decimal(value),
        deadline_year=deadline_year,
        **fields,
    )


def share(numerator, denominator):
    return Measurement(numerator=numerator, denominator=denominator)


@pytest.mark.parametrize(
    ("kind", "operator", "value", "found", "verdict"),
    [
        (Kind.PERCENTAGE, ">=", 80, None, Verdict.NO_DATA),
        (Kind.PERCENTAGE, ">=", 80, share(None, None), Verdict.NO_DATA),
        (Kind.PERCENTAGE, ">=", None, share(1, 2), Verdict.NO_DATA),
        (Kind.PERCENTAGE, ">=", 80, share(0, 0), Verdict.NOTHING_AROSE),
        (Kind.PERCENTAGE, ">=", 80, share(0, 5), Verdict.NOT_MET),
        (Kind.PERCENTAGE, ">=", 80, share(4, 5), Verdict.MET),
        (Kind.PERCENTAGE, ">=", 80, share(7999, 10000), Verdict.NOT_MET),
        (Kind.PERCENTAGE, ">=", 100, share(24999, 25000), Verdict.NOT_MET),
        (Kind.PERCENTAGE, ">=", 100, share(3, 3), Verdict.MET),
        (Kind.PERCENTAGE, "<=", 5, share(1, 20), Verdict.MET),
        (Kind.PERCENTAGE, "<=", 5, share(2, 20), Verdict.NOT_MET),
        (Kind.RANK, "<=", 3, Measurement(rank=3), Verdict.MET),
        (Kind.RANK, "<=", 3, Measurement(rank=4, ranked=19), Verdict.NOT_MET),
        (Kind.RANK, "<=", 3, Measurement(), Verdict.NO_DATA),
        (Kind.QUALITATIVE, "achieved", None, Measurement(verdict="met"), Verdict.MET),
        (Kind.QUALITATIVE, "achieved", None, Measurement(verdict="not_met"), Verdict.NOT_MET),
        (Kind.QUALITATIVE, "achieved", None, Measurement(), Verdict.NO_DATA),
    ],
)
def test_a_verdict_follows_from_the_figures(kind, operator, value, found, verdict):
    assert verdict_of(target(kind, operator, value), found, 2024) == verdict


@pytest.mark.parametrize(
    ("reached", "year", "verdict"),
    [
        (None, 2024, Verdict.NOT_MET),
        (date(2022, 12, 31), 2022, Verdict.MET),
        (date(2022, 12, 9), 2024, Verdict.MET),
        (date(2023, 1, 1), 2022, Verdict.NOT_MET),
        (date(2023, 1, 1), 2023, Verdict.MET_LATE),
    ],
)
def test_a_milestone_is_met_by_its_year_or_late(reached, year, verdict):
    milestone = target(Kind.MILESTONE, Operator.DONE_BY, deadline_year=2022)
    assert verdict_of(milestone, Measurement(achieved_on=reached), year) == verdict


def shown(indicator, **figures):
    row = Measurement(year=2024, recorded_by=User(full_name="Phạm Minh Thu"), **figures)
    return result_of(indicator, row, 2024).value


@pytest.mark.parametrize(
    ("numerator", "denominator", "value"),
    [
        (24999, 25000, "99,99%"),  # a hundred was missed
        (99_999, 100_000, "99,99%"),
        (25000, 25000, "100%"),
        (2, 3, "66,67%"),
        (0, 7, "0%"),
        (0, 0, "không phát sinh"),
    ],
)
def test_a_share_is_never_rounded_onto_a_target_it_missed(numerator, denominator, value):
    hundred = target(Kind.PERCENTAGE, value=100)
    assert shown(hundred, numerator=numerator, denominator=denominator) == value


def test_a_target_is_said_as_we_read_it():
    assert target_words(target(Kind.PERCENTAGE, value=80)) == "≥ 80%"
    assert target_words(target(Kind.PERCENTAGE, value=100)) == "100%"
    assert target_words(target(Kind.RANK, "<=", 3, yearly=True)) == "Trong top 3, mỗi năm"
    milestone = target(Kind.MILESTONE, Operator.DONE_BY, deadline_year=2022)
    assert target_words(milestone) == "Hoàn thành đến hết năm 2022"
    external = target(Kind.QUALITATIVE, Operator.EXTERNAL)
    assert target_words(external) == "Theo tỷ lệ do Trung ương quy định"

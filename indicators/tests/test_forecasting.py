from datetime import date
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import at
from indicators.forecasting import NEEDED, Outlook, forecast_share
from indicators.pages.overview import overview
from indicators.reading import read_indicators
from indicators.tests.cast import record
from indicators.verdicts import Verdict
from tasks.actions import post_update, verify
from tasks.citing import Citation
from tasks.workflow import State

SHARES = st.decimals(0, 100, places=2)
SERIES = st.dictionaries(st.integers(2021, 2024), SHARES, max_size=4)
QUICK = settings(max_examples=40, deadline=None)


def of(*shares, target=80, year=2025, first=2021, **options):
    points = {first + place: Decimal(str(s)) for place, s in enumerate(shares) if s is not None}
    return forecast_share(points, target=Decimal(target), year=year, **options)


# the method: figures that can be done by hand


def test_the_mean_yearly_change_goes_on():
    found = of(46, 56, 66, 74)  # (74 - 46) / 3 = 9,33 a year
    assert (found.value, found.outlook) == (Decimal("83.3"), Outlook.LIKELY)
    assert found.method == (
        "Dự báo năm 2025: mức thay đổi bình quân mỗi năm của 2021-2024 được giữ như cũ, "
        "trong khoảng 0-100%."
    )


def test_what_the_forecast_lacks_is_told_in_points():
    found = of(9, 16, 23, 31, target=50)  # 31 + 22/3 = 38,3
    assert (found.value, found.outlook) == (Decimal("38.3"), Outlook.UNLIKELY)
    assert found.short_by == Decimal("11.7")


def test_a_year_that_was_not_measured_counts_in_the_change():
    found = of(40, None, None, 70)
    assert found.value is None  # two years are not enough
    found = of(40, None, 60, 70)  # 30 points in three years
    assert found.value == Decimal("80.0")


def test_a_share_that_falls_is_forecast_to_fall():
    found = of(90, 85, 80)  # 2023: two more years of -5
    assert (found.value, found.outlook) == (Decimal("70.0"), Outlook.UNLIKELY)


def test_met_stays_met_only_while_the_forecast_meets_too():
    assert of(80, 85, 90, 95).outlook == Outlook.MET
    assert of(95, 90, 85, 81).outlook == Outlook.UNLIKELY  # 76,3


def test_an_upper_bound_is_met_from_below():
    found = of(30, 20, 12, target=5, at_most=True)  # 12 - 18 -> 0
    assert (found.value, found.outlook) == (Decimal("0.0"), Outlook.LIKELY)


def test_a_forecast_is_never_rounded_onto_a_target_that_it_misses():
    found = of("79.10", "79.40", "79.68", first=2022)  # 79,68 + 0,29 = 79,97
    assert (found.value, found.short_by) == (Decimal("79.9"), Decimal("0.1"))
    assert found.outlook == Outlook.UNLIKELY


def test_without_figures_or_with_too_few_it_is_said_why():
    assert of().method == "Chưa có số liệu nên không dự báo."
    assert of(50, 60).method == "Chưa dự báo: cần số liệu của ít nhất 03 năm, mới có 02 năm."
    assert (of(50, 60).outlook, of(85, 90).outlook) == (Outlook.UNKNOWN, Outlook.MET)


def test_a_year_that_was_measured_is_not_forecast():
    found = of(50, 60, 70, 75, 79)
    assert (found.value, found.outlook) == (None, Outlook.UNLIKELY)
    assert found.method == "Năm 2025 đã có số liệu nên không dự báo."


# what holds for every series


@QUICK
@given(SERIES, SHARES, st.booleans())
def test_a_forecast_is_a_share(points, target, at_most):
    found = forecast_share(points, target=target, year=2025, at_most=at_most)
    assert (found.value is None) == (len(points) < NEEDED)
    if found.value is not None:
        assert 0 <= found.value <= 100
    assert found.method.endswith(".")


@QUICK
@given(SERIES.filter(lambda points: len(points) >= NEEDED), SHARES, SHARES)
def test_a_better_last_year_never_makes_a_worse_forecast(points, other, target):
    last = max(points)
    low, high = sorted([points[last], other])

    def ahead(share):
        return forecast_share(points | {last: share}, target=target, year=2025)

    assert ahead(low).value <= ahead(high).value
    good = (Outlook.MET, Outlook.LIKELY)
    assert ahead(high).outlook in good or ahead(low).outlook not in good


@QUICK
@given(SERIES.filter(lambda points: len(points) >= NEEDED), SHARES, st.booleans())
def test_the_word_and_the_figure_agree(points, target, at_most):
    found = forecast_share(points, target=target, year=2025, at_most=at_most)
    lacking = found.value - target if at_most else target - found.value
    if found.outlook == Outlook.UNLIKELY:
        assert lacking > 0 and found.short_by == lacking
    else:
        assert found.short_by is None


# targets of the plan


def measured(plan, thu, code, shares, first=2021):
    for year, share in enumerate(shares, start=first):
        record(plan, thu, code, year, date(year, 12, 14), numerator=share, denominator=100)


def line(plan, code, year=2024, as_of=date(2024, 12, 16)):
    (found,) = read_indicators(plan, year, as_of, code=code)
    return found


def test_a_forecast_knows_only_the_years_up_to_the_one_looked_at(plan, thu):
    measured(plan, thu, "CT5.2", (46, 56, 66, 74))
    assert line(plan, "CT5.2").forecast.value == Decimal("83.3")
    assert line(plan, "CT5.2", 2023, date(2023, 12, 31)).forecast.value == Decimal("86.0")
    early = line(plan, "CT5.2", 2022, date(2022, 12, 31))
    assert (early.forecast.value, early.assessed) == (None, Outlook.UNKNOWN)


def test_a_year_without_anything_to_measure_is_no_point(plan, thu):
    measured(plan, thu, "CT3", (100, 100))
    record(plan, thu, "CT3", 2023, date(2023, 12, 14), numerator=0, denominator=0)
    found = line(plan, "CT3", 2023, date(2023, 12, 31))
    assert found.current.value == "không phát sinh"
    assert "mới có 02 năm" in found.forecast.method


def test_the_word_of_a_target_is_its_verdict_once_that_is_settled(plan, thu):
    measured(plan, thu, "CT5.2", (46, 56, 66, 74, 79))
    assert line(plan, "CT5.2").assessed == Outlook.LIKELY
    assert line(plan, "CT5.2", 2025, date(2025, 12, 31)).assessed is Verdict.NOT_MET
    measured(plan, thu, "CT3", (100, 100, 100, 90))
    assert line(plan, "CT3").assessed is Verdict.NOT_MET  # each year has its target
    assert line(plan, "CT3", 2023, date(2023, 12, 31)).assessed is Outlook.MET


def test_ranks_have_a_trend_and_no_forecast(plan, thu):
    for year, rank in ((2021, 5), (2022, 4), (2023, 3)):
        record(plan, thu, "CT2", year, date(year + 1, 1, 20), rank=rank, ranked=21)
    found = line(plan, "CT2").forecast
    assert (found.value, found.outlook) == (None, Outlook.MET)
    assert "từ hạng 5 đến hạng 3, tốt lên" in found.method
    assert "còn tùy kết quả của các cơ quan khác" in found.method


def done(assignment, unit_user, verifier, day):
    products = tuple(product.pk for product in assignment.task.products.all())
    citation = Citation("1540/QĐ-UBND", day, "Phê duyệt Đề án", "UBND tỉnh", products=products)
    post_update(
        assignment=assignment, by=unit_user, at=at(day.year, day.month, day.day), send=True,
        seen_version=assignment.version, result="Đã trình, được phê duyệt.", cite=(citation,),
    )  # fmt: skip
    assignment.refresh_from_db()
    verify(assignment=assignment, by=verifier, at=at(2022, 12, 20), seen_version=assignment.version)
    assignment.refresh_from_db()
    assert assignment.state == State.DONE


def test_a_milestone_and_its_task_must_say_the_same(plan, lan, thu, quang, assignment_of):
    assert line(plan, "CT1").remarks == ("Đã qua năm 2022 mà chưa ghi hoàn thành.",)
    done(assignment_of("V.1/2022"), lan, quang, date(2022, 12, 9))
    assert line(plan, "CT1").remarks == (
        "Nhiệm vụ V.1 đã xong ngày 09/12/2022 nhưng chỉ tiêu chưa ghi kết quả.",
    )
    day = date(2022, 12, 12)
    record(plan, thu, "CT1", 2022, day, achieved_on=day)
    assert line(plan, "CT1").remarks == (
        "Chỉ tiêu ghi hoàn thành ngày 12/12/2022, nhiệm vụ V.1 xong ngày 09/12/2022.",
    )
    record(plan, thu, "CT1", 2022, day, achieved_on=date(2022, 12, 9))
    assert line(plan, "CT1").remarks == ()
    assert line(plan, "CT1").assessed is Verdict.MET


def test_a_milestone_recorded_before_its_task_is_done_is_said(plan, thu):
    day = date(2022, 12, 9)
    record(plan, thu, "CT1", 2022, day, achieved_on=day)
    assert line(plan, "CT1").remarks == (
        "Chỉ tiêu ghi hoàn thành ngày 09/12/2022 nhưng nhiệm vụ V.1 chưa được xác nhận hoàn thành.",
    )


def test_the_dashboards_part_has_every_target_and_the_product_that_is_a_measure(
    plan, thu, django_assert_num_queries
):
    measured(plan, thu, "CT5.2", (46, 56, 66, 74))
    with django_assert_num_queries(8):  # two more once work was reported
        found = overview(plan, 2024, date(2024, 12, 16))
    assert len(found.lines) == 11 and len(found.shares) == 6
    assert [m.task.code for m in found.measures] == ["III.4"]
    assert found.measures[0].text.startswith("100% phản ánh, kiến nghị")
    assert [index.code for index in found.indices] == ["par", "sipas", "papi", "pci"]
    share = next(s for s in found.shares if s.line.code == "CT5.2")
    # 4 + 83,3 % of 326: where the ring stands; the dotted line begins at the bar's end
    assert (share.bullet.forecast, share.bullet.link[0]) == ("275.6", "245.2")
    assert found.previous_year == 2023

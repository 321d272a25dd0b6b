"""The deadlines of real plans, read as the office reads them."""

import calendar
import re
import unicodedata
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.deadlines import Kind, days_left, parse, reporting_window


def shown(days):
    """The dates as the tables below write them: "31/03 30/06"."""
    return " ".join(f"{day:%d/%m}" for day in days)


MONTH_ENDS_2023 = "31/01 28/02 31/03 30/04 31/05 30/06 31/07 31/08 30/09 31/10 30/11 31/12"
QUARTER_ENDS = "31/03 30/06 30/09 31/12"

# The plan's own words: (words, kind, event, days in 2021, days in 2022).
THE_PLAN = [
    ("Trước 31/12 năm báo cáo", "recurring", None, "30/12", "30/12"),
    ("Quý I hàng năm", "recurring", None, "31/03", "31/03"),
    ("Hàng năm", "recurring", None, "31/12", "31/12"),
    ("", "standing", None, "", ""),
    (
        "Sau khi có hướng dẫn của Văn phòng Chính phủ",
        "on_event",
        "Sau khi có hướng dẫn của Văn phòng Chính phủ",
        "",
        "",
    ),
    ("Năm 2022", "once", None, "", "31/12"),
    ("Năm 2021 và những năm tiếp theo", "recurring", None, "31/12", "31/12"),
    ("Năm 2022 và những năm tiếp theo", "recurring", None, "", "31/12"),
    (
        "Năm 2022 và những năm tiếp theo (sau khi UBND tỉnh ban hành Kế hoạch)",
        "recurring",
        "sau khi UBND tỉnh ban hành Kế hoạch",
        "",
        "31/12",
    ),
]


@pytest.mark.parametrize(("words", "kind", "event", "in_2021", "in_2022"), THE_PLAN)
def test_the_plans_own_words(words, kind, event, in_2021, in_2022):
    deadline = parse(words)
    assert (deadline.kind, deadline.event) == (kind, event)
    assert shown(deadline.due_dates(2021)) == in_2021
    assert shown(deadline.due_dates(2022)) == in_2022


# Every year: (words, the days in 2023).
EVERY_YEAR = [
    ("Hàng năm", "31/12"),
    ("Hằng năm", "31/12"),
    ("- Hàng năm;", "31/12"),
    ("Thời gian hoàn thành: Hàng năm", "31/12"),
    ("Định kỳ hàng năm", "31/12"),
    ("Mỗi năm một lần", "31/12"),
    ("Mỗi năm 01 lần", "31/12"),
    ("01 lần/năm", "31/12"),
    ("Cuối năm", "31/12"),
    ("Cuối hàng năm", "31/12"),
    ("Ngày cuối cùng của năm", "31/12"),
    ("31/12 hàng năm", "31/12"),
    ("Ngày 31 tháng 12 hàng năm", "31/12"),
    ("Trước 31/12 hàng năm", "30/12"),
    ("Trước ngày 31/12 hằng năm", "30/12"),
    ("Trước 31/12 của năm báo cáo", "30/12"),
    ("Trước ngày 15 tháng 12 hàng năm", "14/12"),
    ("Trước ngày 01/12 hàng năm", "30/11"),
    ("Trước ngày 01/3 hàng năm", "28/02"),
    ("Trước ngày 01/01 hàng năm", "31/12"),
    ("Trước tháng 01 hàng năm", "31/12"),
    ("Chậm nhất ngày 15/12 hàng năm", "15/12"),
    ("Chậm nhất là ngày 15/12 hàng năm", "15/12"),
    ("Muộn nhất ngày 15/12 hàng năm", "15/12"),
    ("Không quá ngày 15/12 hàng năm", "15/12"),
    ("Đến ngày 15/12 hàng năm", "15/12"),
    ("Đến hết ngày 15/12 hàng năm", "15/12"),
    ("Hoàn thành trước ngày 15/12 hàng năm", "14/12"),
    ("Báo cáo trước ngày 15/12 hàng năm", "14/12"),
    ("Hàng năm (trước 15/12)", "14/12"),
    ("Hàng năm, trước ngày 15/12", "14/12"),
    ("Hàng năm: trước ngày 15-12", "14/12"),
    ("Hàng năm, chậm nhất ngày 31/3", "31/03"),
    ("Hàng năm (hoàn thành trong quý I)", "31/03"),
    ("Quý I hàng năm", "31/03"),
    ("Quí I hằng năm", "31/03"),
    ("Quý 1 hàng năm", "31/03"),
    ("Quý 01 hàng năm", "31/03"),
    ("Quý IV, hàng năm", "31/12"),
    ("Trong quý IV hàng năm", "31/12"),
    ("Trước quý II hàng năm", "31/03"),
    ("Trước quý I, quý III hàng năm", "30/06 31/12"),
    ("Quý I, quý III hàng năm", "31/03 30/09"),
    ("Quý I, III hàng năm", "31/03 30/09"),
    ("Quý I và quý III hàng năm", "31/03 30/09"),
    ("Quý III-IV hàng năm", "31/12"),
    ("Tháng 12 hàng năm", "31/12"),
    ("Tháng 02 hàng năm", "28/02"),
    ("Cuối tháng 11 hàng năm", "30/11"),
    ("Tháng 6, tháng 12 hàng năm", "30/06 31/12"),
    ("Tháng 6 và 12 hàng năm", "30/06 31/12"),
    ("Ngày 15/6 và 15/12 hàng năm", "15/06 15/12"),
    ("Trước ngày 15/6 và 15/12 hàng năm", "14/06 14/12"),
    ("Trước ngày 15/6, ngày 15/12 hằng năm", "14/06 14/12"),
    ("Từ ngày 01/12 đến ngày 15/12 hàng năm", "15/12"),
    ("6 tháng đầu năm", "30/06"),
    ("06 tháng đầu năm", "30/06"),
    ("6 tháng cuối năm", "31/12"),
    ("9 tháng đầu năm", "30/09"),
    ("6 tháng đầu năm, 6 tháng cuối năm", "30/06 31/12"),
    ("6 tháng, năm", "30/06 31/12"),
    ("Định kỳ 6 tháng, năm", "30/06 31/12"),
    ("Định kỳ 6 tháng", "30/06 31/12"),
    ("Định kỳ 06 tháng/lần", "30/06 31/12"),
    ("6 tháng một lần", "30/06 31/12"),
    ("6 tháng, 9 tháng, năm", "30/06 30/09 31/12"),
    ("Hàng quý", QUARTER_ENDS),
    ("Hằng quý", QUARTER_ENDS),
    ("Mỗi quý", QUARTER_ENDS),
    ("Mỗi quý một lần", QUARTER_ENDS),
    ("Cuối quý", QUARTER_ENDS),
    ("Cuối mỗi quý", QUARTER_ENDS),
    ("Tháng cuối quý", QUARTER_ENDS),
    ("Định kỳ hàng quý", QUARTER_ENDS),
    ("Định kỳ quý", QUARTER_ENDS),
    ("Quý, 6 tháng, năm", QUARTER_ENDS),
    ("Định kỳ quý, 6 tháng, 9 tháng, năm", QUARTER_ENDS),
    ("Định kỳ hàng quý/hàng năm", QUARTER_ENDS),
    ("Hàng quý và hàng năm", QUARTER_ENDS),
    ("Ngày 20 tháng cuối quý", "20/03 20/06 20/09 20/12"),
    ("Trước ngày 25 của tháng cuối quý", "24/03 24/06 24/09 24/12"),
    ("Chậm nhất ngày 14 của tháng cuối quý", "14/03 14/06 14/09 14/12"),
    ("Hàng quý, trước ngày 20 tháng cuối quý", "19/03 19/06 19/09 19/12"),
    ("Hàng quý (trước ngày 20 của tháng cuối quý)", "19/03 19/06 19/09 19/12"),
    ("Ngày 05 tháng đầu quý", "05/01 05/04 05/07 05/10"),
    ("Ngày 30 tháng cuối quý", "30/03 30/06 30/09 30/12"),
    ("Hàng tháng", MONTH_ENDS_2023),
    ("Hằng tháng", MONTH_ENDS_2023),
    ("Cuối tháng", MONTH_ENDS_2023),
    ("Trước ngày 01 hàng tháng", MONTH_ENDS_2023),
    ("Ngày 15 hàng tháng", " ".join(f"15/{m:02d}" for m in range(1, 13))),
    ("Hàng tháng, trước ngày 25", " ".join(f"24/{m:02d}" for m in range(1, 13))),
    ("Hàng tháng (chậm nhất ngày 20)", " ".join(f"20/{m:02d}" for m in range(1, 13))),
]


@pytest.mark.parametrize(("words", "days"), EVERY_YEAR)
def test_deadlines_that_come_back_every_year(words, days):
    deadline = parse(words)
    assert (deadline.kind, deadline.event) == (Kind.RECURRING, None), deadline.reason
    assert (deadline.first_year, deadline.last_year) == (None, None)
    assert shown(deadline.due_dates(2023)) == days


# From, until or during named years: (words, first, last, one year's days: "2023: 31/12").
SOME_YEARS = [
    ("Năm 2021 và những năm tiếp theo", 2021, None, "31/12"),
    ("Năm 2021 và các năm tiếp theo", 2021, None, "31/12"),
    ("Năm 2021, những năm tiếp theo", 2021, None, "31/12"),
    ("Năm 2022 và các năm sau", 2022, None, "31/12"),
    ("Năm 2022 trở đi", 2022, None, "31/12"),
    ("Từ năm 2021", 2021, None, "31/12"),
    ("Từ năm 2022 trở đi", 2022, None, "31/12"),
    ("Bắt đầu từ năm 2022", 2022, None, "31/12"),
    ("Kể từ năm 2022", 2022, None, "31/12"),
    ("Hàng năm, từ năm 2023", 2023, None, "31/12"),
    ("Hàng năm (từ năm 2023)", 2023, None, "31/12"),
    ("Quý I hàng năm, từ năm 2022", 2022, None, "31/03"),
    ("Từ năm 2022, trước ngày 15/12 hàng năm", 2022, None, "14/12"),
    ("Năm 2022 và những năm tiếp theo, trước 31/12", 2022, None, "30/12"),
    ("Quý I năm 2022 và những năm tiếp theo", 2022, None, "31/03"),
    ("Hàng năm đến năm 2025", None, 2025, "31/12"),
    ("Hàng năm, đến hết năm 2025", None, 2025, "31/12"),
    ("Giai đoạn 2022-2024", 2022, 2024, "31/12"),
    ("Giai đoạn 2022 – 2024", 2022, 2024, "31/12"),
    ("Trong giai đoạn 2021—2025", 2021, 2025, "31/12"),
    ("Giai đoạn từ năm 2021 đến năm 2025", 2021, 2025, "31/12"),
    ("Năm 2022-2024", 2022, 2024, "31/12"),
    ("Các năm 2022-2024", 2022, 2024, "31/12"),
    ("2022-2025", 2022, 2025, "31/12"),
    ("Từ 2022 đến 2025", 2022, 2025, "31/12"),
    ("Từ năm 2022 đến năm 2025", 2022, 2025, "31/12"),
    ("Từ năm 2022 đến hết năm 2025", 2022, 2025, "31/12"),
    ("Từ năm 2022-2025", 2022, 2025, "31/12"),
    ("Năm 2022, 2023, 2024", 2022, 2024, "31/12"),
    ("Năm 2022 và năm 2023", 2022, 2023, "31/12"),
    ("Các năm 2022, 2023 và 2024", 2022, 2024, "31/12"),
    ("Hàng năm (2022-2025)", 2022, 2025, "31/12"),
    ("Hàng năm, giai đoạn 2022-2025", 2022, 2025, "31/12"),
    ("Quý IV giai đoạn 2022-2025", 2022, 2025, "31/12"),
    ("Quý II hàng năm, giai đoạn 2022-2025", 2022, 2025, "30/06"),
    ("Trước ngày 30/11 hàng năm (2022-2025)", 2022, 2025, "29/11"),
    ("Hàng quý năm 2023", 2023, 2023, QUARTER_ENDS),
    ("Các quý trong năm 2023", 2023, 2023, QUARTER_ENDS),
    ("Hàng tháng năm 2023", 2023, 2023, MONTH_ENDS_2023),
]


@pytest.mark.parametrize(("words", "first", "last", "in_2023"), SOME_YEARS)
def test_deadlines_of_some_years(words, first, last, in_2023):
    deadline = parse(words)
    assert deadline.kind == "recurring", deadline.reason
    assert (deadline.first_year, deadline.last_year) == (first, last)
    assert shown(deadline.due_dates(2023)) == in_2023
    assert first is None or not deadline.due_dates(first - 1)
    assert last is None or not deadline.due_dates(last + 1)
    assert all(deadline.due_dates(year) for year in range(first or 2020, (last or 2030) + 1))


def test_years_named_one_by_one_leave_out_the_years_between():
    deadline = parse("Năm 2022 và 2024")
    assert (deadline.first_year, deadline.last_year) == (2022, 2024)
    assert [bool(deadline.due_dates(y)) for y in range(2021, 2026)] == [0, 1, 0, 1, 0]
    assert "2022, 2024" in deadline.explain(2023)


# One time only: (words, the last on-time days).
ONCE = [
    ("Năm 2022", "31/12/2022"),
    ("2022", "31/12/2022"),
    ("Trong năm 2023", "31/12/2023"),
    ("Trong năm 2023.", "31/12/2023"),
    ("Thực hiện trong năm 2023", "31/12/2023"),
    ("Cuối năm 2025", "31/12/2025"),
    ("Đến năm 2025", "31/12/2025"),
    ("Đến hết năm 2025", "31/12/2025"),
    ("Hết năm 2025", "31/12/2025"),
    ("Chậm nhất năm 2025", "31/12/2025"),
    ("Chậm nhất đến hết năm 2025", "31/12/2025"),
    ("Trước năm 2025", "31/12/2024"),
    ("Trước ngày 01/01/2025", "31/12/2024"),
    ("Trước 31/12/2022", "30/12/2022"),
    ("Trước ngày 31/12/2022", "30/12/2022"),
    ("Hoàn thành trước 30/6/2023", "29/06/2023"),
    ("Hoàn thành trước ngày 30 tháng 6 năm 2023", "29/06/2023"),
    ("Trước ngày 01/3/2024", "29/02/2024"),
    ("Trước ngày 01/3/2023", "28/02/2023"),
    ("Đến trước ngày 30/6/2023", "29/06/2023"),
    ("Trước 17 giờ ngày 30/6/2023", "30/06/2023"),
    ("Trước 17h00 ngày 30/6/2023", "30/06/2023"),
    ("Ngày 05/12/2022", "05/12/2022"),
    ("05/12/2022", "05/12/2022"),
    ("5/12/2022", "05/12/2022"),
    ("05-12-2022", "05/12/2022"),
    ("5.12.2022", "05/12/2022"),
    ("05 / 12 / 2022", "05/12/2022"),
    ("ngày 5 tháng 12 năm 2022", "05/12/2022"),
    ("ngày 05/12 năm 2022", "05/12/2022"),
    ("Chậm nhất ngày 05/12/2022", "05/12/2022"),
    ("Chậm nhất là ngày 05/12/2022", "05/12/2022"),
    ("Không muộn hơn ngày 05/12/2022", "05/12/2022"),
    ("Đến ngày 05/12/2022", "05/12/2022"),
    ("29/02/2024", "29/02/2024"),
    ("Tháng 6/2024", "30/06/2024"),
    ("Tháng 02/2024", "29/02/2024"),
    ("Tháng 02/2023", "28/02/2023"),
    ("Tháng 6 năm 2024", "30/06/2024"),
    ("Tháng 6-2024", "30/06/2024"),
    ("Trong tháng 6/2024", "30/06/2024"),
    ("Cuối tháng 6/2024", "30/06/2024"),
    ("6/2024", "30/06/2024"),
    ("Trước tháng 6/2024", "31/05/2024"),
    ("Trước tháng 3/2024", "29/02/2024"),
    ("Trước tháng 1/2024", "31/12/2023"),
    ("Trước 12/2022", "30/11/2022"),
    ("Quý II/2024", "30/06/2024"),
    ("Quý 2/2024", "30/06/2024"),
    ("Q.II/2024", "30/06/2024"),
    ("Quý IV năm 2022", "31/12/2022"),
    ("Quý IV của năm 2022", "31/12/2022"),
    ("Quý IV (năm 2022)", "31/12/2022"),
    ("Năm 2022 (quý IV)", "31/12/2022"),
    ("Năm 2022, quý III", "30/09/2022"),
    ("Năm 2022: trước ngày 30/6", "29/06/2022"),
    ("Trong quý II/2023", "30/06/2023"),
    ("Xong trong quý I/2022", "31/03/2022"),
    ("Hết quý III/2023", "30/09/2023"),
    ("Cuối quý I/2023", "31/03/2023"),
    ("Trước quý II/2024", "31/03/2024"),
    ("Trước quý I/2024", "31/12/2023"),
    ("Quý III-IV/2022", "31/12/2022"),
    ("Quý III – quý IV năm 2022", "31/12/2022"),
    ("Từ quý II đến quý III/2022", "30/09/2022"),
    ("Quý IV/2022 - Quý I/2023", "31/03/2023"),
    ("Từ tháng 6 đến tháng 8/2024", "31/08/2024"),
    ("Tháng 10-12/2022", "31/12/2022"),
    ("Từ ngày 01/6/2022 đến ngày 30/6/2022", "30/06/2022"),
    ("6 tháng đầu năm 2023", "30/06/2023"),
    ("Trong 6 tháng cuối năm 2023", "31/12/2023"),
    ("Tháng 11, 12 năm 2023", "30/11/2023 31/12/2023"),
    ("Quý II, quý IV năm 2022", "30/06/2022 31/12/2022"),
    ("Quý 3, 4/2022", "30/09/2022 31/12/2022"),
    ("Quý II/2022; Quý IV/2022", "30/06/2022 31/12/2022"),
    ("15/6/2022 và 15/12/2022", "15/06/2022 15/12/2022"),
    ("Trước ngày 15/6, 15/12 năm 2022", "14/06/2022 14/12/2022"),
]


@pytest.mark.parametrize(("words", "days"), ONCE)
def test_deadlines_of_one_time(words, days):
    deadline = parse(words)
    year = int(days[-4:])
    assert (deadline.kind, deadline.event) == ("once", None), deadline.reason
    assert " ".join(f"{day:%d/%m/%Y}" for day in deadline.due_dates(year)) == days
    assert deadline.first_year == deadline.last_year == year
    assert [y for y in range(1900, 2201) if deadline.due_dates(y)] == [year]


# Waiting for something: (words, days counted from it). The event is the whole phrase.
ON_EVENT = [
    ("Sau khi có hướng dẫn của Văn phòng Chính phủ", None),
    ("Sau khi có hướng dẫn của Bộ Nội vụ, Văn phòng Chính phủ", None),
    ("Sau khi UBND tỉnh ban hành Kế hoạch giai đoạn 2022-2025", None),
    ("Sau khi có hướng dẫn (Công văn của Bộ Nội vụ)", None),
    ("Ngay sau khi có Quyết định của UBND tỉnh", None),
    ("Ngay sau khi kết thúc Hội nghị", None),
    ("Sau Hội nghị tổng kết", None),
    ("Khi có yêu cầu", None),
    ("Khi có yêu cầu của cơ quan có thẩm quyền", None),
    ("Khi phát sinh", None),
    ("Ngay khi nhận được văn bản", None),
    ("Theo hướng dẫn của Bộ Nội vụ", None),
    ("Theo yêu cầu", None),
    ("Theo chỉ đạo của Chủ tịch UBND tỉnh", None),
    ("Theo Kế hoạch của UBND tỉnh", None),
    ("Theo tiến độ của Đề án", None),
    ("Tùy tình hình thực tế", None),
    ("Đột xuất", None),
    ("Đột xuất theo yêu cầu", None),
    ("Sau 10 ngày kể từ ngày ban hành Kế hoạch", 10),
    ("Trong vòng 15 ngày kể từ khi nhận hồ sơ", 15),
    ("Trong thời hạn 05 ngày làm việc kể từ ngày nhận được văn bản", 5),
    ("10 ngày làm việc sau khi có kết luận", 10),
    ("Chậm nhất 15 ngày sau khi kết thúc quý", 15),
    ("Chậm nhất là 03 ngày kể từ ngày có kết quả", 3),
    ("Không quá 20 ngày từ khi nhận được yêu cầu", 20),
    ("Sau khi có hướng dẫn, chậm nhất 10 ngày", 10),
    ("Trong vòng 2 tuần kể từ ngày ký", 14),
    ("Trong vòng 3 tháng kể từ ngày ký", None),
]


@pytest.mark.parametrize(("words", "days"), ON_EVENT)
def test_deadlines_that_wait(words, days):
    deadline = parse(words)
    assert deadline.kind == "on_event", deadline.reason
    assert (deadline.event, deadline.event_days) == (words, days)
    assert [deadline.due_dates(year) for year in range(2020, 2030)] == [[]] * 10
    assert "chờ điều kiện" in deadline.explain(2024)


# A date or a standing duty with a condition: (words, kind, event, days in 2022).
WITH_CONDITION = [
    (
        "Năm 2022 và những năm tiếp theo (sau khi UBND tỉnh ban hành Kế hoạch)",
        "recurring",
        "sau khi UBND tỉnh ban hành Kế hoạch",
        "31/12",
    ),
    (
        "Hàng năm (theo hướng dẫn của Bộ Nội vụ)",
        "recurring",
        "theo hướng dẫn của Bộ Nội vụ",
        "31/12",
    ),
    ("Hàng năm theo Kế hoạch của UBND tỉnh", "recurring", "theo Kế hoạch của UBND tỉnh", "31/12"),
    ("Hàng năm, theo kế hoạch hằng năm", "recurring", "theo kế hoạch hằng năm", "31/12"),
    ("Hàng năm, khi có yêu cầu", "recurring", "khi có yêu cầu", "31/12"),
    ("Hàng năm; theo quy định", "recurring", "theo quy định", "31/12"),
    ("Hàng năm (nếu có)", "recurring", "nếu có", "31/12"),
    ("Hàng quý [nếu có phát sinh]", "recurring", "nếu có phát sinh", QUARTER_ENDS),
    ("Quý I hàng năm (khi có yêu cầu).", "recurring", "khi có yêu cầu", "31/03"),
    ("Năm 2022, sau khi có Nghị quyết của HĐND", "once", "sau khi có Nghị quyết của HĐND", "31/12"),
    ("Năm 2022 (sau khi tỉnh ban hành)", "once", "sau khi tỉnh ban hành", "31/12"),
    ("Quý IV/2022 (theo chỉ đạo của tỉnh)", "once", "theo chỉ đạo của tỉnh", "31/12"),
    ("Trước 30/6/2022 (nếu được giao)", "once", "nếu được giao", "29/06"),
    ("Sau khi có hướng dẫn, trước 31/12/2022", "once", "Sau khi có hướng dẫn", "30/12"),
    ("Sau khi có hướng dẫn (trước 31/12/2022)", "once", "Sau khi có hướng dẫn", "30/12"),
    ("Khi có yêu cầu; hàng năm", "recurring", "Khi có yêu cầu", "31/12"),
    ("Thường xuyên, khi có yêu cầu", "standing", "khi có yêu cầu", ""),
    ("Thường xuyên (theo quy định)", "standing", "theo quy định", ""),
]


@pytest.mark.parametrize(("words", "kind", "event", "in_2022"), WITH_CONDITION)
def test_dates_with_a_condition(words, kind, event, in_2022):
    deadline = parse(words)
    assert (deadline.kind, deadline.event) == (kind, event), deadline.reason
    assert shown(deadline.due_dates(2022)) == in_2022
    assert event in deadline.explain(2022)


def test_a_date_keeps_the_days_counted_from_its_condition():
    deadline = parse("Năm 2022 (trong vòng 15 ngày kể từ khi có kết luận)")
    assert (deadline.kind, deadline.event_days) == ("once", 15)
    assert deadline.event == "trong vòng 15 ngày kể từ khi có kết luận"


# Standing duties: (words, first year, last year).
STANDING = [
    ("Thường xuyên", None, None),
    ("Thường xuyên, liên tục", None, None),
    ("Thường xuyên và liên tục", None, None),
    ("Thường xuyên trong năm", None, None),
    ("Thực hiện thường xuyên", None, None),
    ("Liên tục", None, None),
    ("Thường xuyên từ năm 2022", 2022, None),
    ("Từ năm 2022, thường xuyên", 2022, None),
    ("Thường xuyên (giai đoạn 2021-2025)", 2021, 2025),
    ("Thường xuyên trong năm 2023", 2023, 2023),
    ("", None, None),
    (" \n\t\u00a0", None, None),
    ("-", None, None),
    ("–", None, None),
    ("...", None, None),
]


@pytest.mark.parametrize(("words", "first", "last"), STANDING)
def test_standing_duties_have_no_date(words, first, last):
    deadline = parse(words)
    assert deadline.kind == "standing", deadline.reason
    assert (deadline.first_year, deadline.last_year, deadline.event) == (first, last, None)
    assert not any(deadline.due_dates(year) for year in range(2020, 2030))


# Refused, with the words the explanation must say (the office has to know why).
REFUSED = [
    ("31/02/2023", "31/02"),
    ("31/02 hàng năm", "31/02"),
    ("31/11 hàng năm", "31/11"),
    ("29/02/2023", "29/02"),
    ("29/02 hàng năm", "29/02 ở mọi năm"),
    ("Trước 29/02 hàng năm", "29/02"),
    ("Ngày 31 hàng tháng", "31/02"),
    ("Ngày 31 tháng cuối quý", "31/06"),
    ("00/12/2022", "không có ngày"),
    ("32/12/2022", "không có ngày"),
    ("15/13/2022", "không có ngày"),
    ("Tháng 13", "tháng 13"),
    ("Tháng 0/2022", "tháng 0"),
    ("Quý V", "quý V"),
    ("Quý V hàng năm", "quý V"),
    ("Quý 5/2022", "quý 5"),
    ("Quý IIII/2022", "quý IIII"),
    ("Năm 1800", "1900-2200"),
    ("Năm 2999", "1900-2200"),
    ("Năm 2025-2022", "năm sau"),
    ("Giai đoạn 2022-2022", "năm sau"),
    ("Năm 2024, 2023", "năm sau"),
    ("Quý IV-III/2022", "thời điểm cuối"),
    ("Quý I/2023 - Quý IV/2022", "thời điểm cuối"),
    ("Từ ngày 30/6/2022 đến ngày 01/6/2022", "thời điểm cuối"),
    ("31/12", "không nêu năm"),
    ("Trước ngày 15/12", "không nêu năm"),
    ("Quý IV", "không nêu năm"),
    ("Tháng 12", "không nêu năm"),
    ("Quý IV (theo hướng dẫn của tỉnh)", "không nêu năm"),
    ("Hàng năm 2022", "mâu thuẫn"),
    ("Quý I/2022 năm 2023", "mâu thuẫn"),
    ("Quý IV/2021, quý IV/2022", "mâu thuẫn"),
    ("Từ năm 2022 đến quý II/2023", "mâu thuẫn"),
    ("Thường xuyên hàng năm", "thường xuyên"),
    ("Theo kế hoạch hàng năm của tỉnh", "lặp lại"),
    ("Sau khi có hướng dẫn nhưng không quá 31/12/2023", "thời hạn khác"),
    ("Sau khi có hướng dẫn, trước kỳ họp", "thời hạn khác"),
    ("Sau khi có hướng dẫn (dự kiến quý II)", "thời hạn khác"),
    ("Sau khi có hướng dẫn, 31/02/2023", "31/02"),
    ("Sau khi ban hành Kế hoạch năm 2022, năm 2023", "điều kiện"),
    ("Hàng năm, khi có yêu cầu, trước 15/12", "thời hạn khác"),
    ("10 ngày kể từ ngày 01/01/2023", "ngày đã biết"),
    ("Trước ngày 01/01 hàng năm, từ năm 2023", "năm liền trước"),
    ("Trước ngày 01/01 và 15/6/2024", "năm khác"),
    ("Ngày 15 tháng 6 và tháng 12 hàng năm", "vừa nêu ngày"),
    ("Trước 6 tháng đầu năm", "“trước”"),
    ("Trước cuối năm 2025", "“trước”"),
    ("Trước hàng năm", "nhiều năm"),
    ("Trước giai đoạn 2022-2025", "nhiều năm"),
    ("Trước khi trình HĐND", "chưa hiểu"),
    ("Trong vòng 15 ngày", "chưa hiểu"),
    ("Sau khi", "chưa hiểu"),
    ("Sau khi có", "chưa hiểu"),
    ("Khi có", "chưa hiểu"),
    ("Sau năm 2022", "chưa hiểu"),
    ("Từ quý II/2022", "chưa hiểu"),
    ("Từ nay đến năm 2025", "chưa hiểu"),
    ("Trước ngày 20 hàng quý", "chưa hiểu"),
    ("Trước ngày 15/01 năm sau", "chưa hiểu"),
    ("Chậm nhất trước ngày 15/12/2022", "chưa hiểu"),
    ("Ngày 15", "chưa hiểu"),
    ("Đầu năm", "chưa hiểu"),
    ("Giữa năm 2023", "chưa hiểu"),
    ("Trong năm", "chưa hiểu"),
    ("Hàng ngày", "chưa hiểu"),
    ("Hàng tuần", "chưa hiểu"),
    ("02 năm một lần", "chưa hiểu"),
    ("2 lần/năm", "chưa hiểu"),
    ("6 tháng", "chưa hiểu"),
    ("Quý", "chưa hiểu"),
    ("Theo quy định", "chưa hiểu"),
    ("Hàng năm hoặc khi có yêu cầu", "chưa hiểu"),
    ("Quý I hàng năm, riêng năm 2022 quý II", "chưa hiểu"),
    ("Khoảng tháng 6/2022", "chưa hiểu"),
    ("Dự kiến quý II/2022", "chưa hiểu"),
    ("Hàng năm (Sở Nội vụ chủ trì)", "chưa hiểu"),
    ("Hàng năm (trước 15/12", "chưa hiểu"),
    ("12", "chưa hiểu"),
    ("31/12/22", "chưa hiểu"),
    ("Quý I+II/2022", "chưa hiểu"),
    ("Quý II/2022 hoặc quý III/2022", "chưa hiểu"),
    ("Năm học 2022-2023", "chưa hiểu"),
    ("Nhiệm kỳ 2021-2026", "chưa hiểu"),
    ("Trước 0h ngày 30/6/2022", "chưa hiểu"),
    ("Trước ngày 15/12 hằng năm và khi có yêu cầu", "chưa hiểu"),
    ("???", "chưa hiểu"),
    ("Không", "chưa hiểu"),
    ("Every year", "chưa hiểu"),
]


@pytest.mark.parametrize(("words", "why"), REFUSED)
def test_what_is_not_clear_is_refused_with_the_reason(words, why):
    deadline = parse(words)
    assert deadline.kind == "unrecognised", deadline
    assert (deadline.event, deadline.event_days) == (None, None)
    assert not any(deadline.due_dates(year) for year in range(1900, 2201))
    assert why in deadline.explain(2024)


PHRASES = sorted(
    {row[0] for table in (THE_PLAN, EVERY_YEAR, SOME_YEARS, ONCE) for row in table}
    | {row[0] for table in (ON_EVENT, WITH_CONDITION, STANDING, REFUSED) for row in table}
)
phrases = st.sampled_from(PHRASES)
years = st.integers(1900, 2200)
# Any text, and text made of the engine's own words, which reaches deeper.
WORDS = sorted({word for phrase in PHRASES for word in phrase.split()})
unhurried = settings(deadline=None)  # a loaded machine is no failure of the engine
texts = st.text() | st.lists(st.sampled_from([*WORDS, *"(),;-/"]), max_size=9).map(" ".join)


def meaning(deadline):
    """All but the way of writing: letter case, dashes and spelling of the words."""
    event = (deadline.event or "").lower().replace("hằng", "hàng")
    return (
        deadline.kind,
        re.sub("[–—]", "-", event),
        deadline.event_days,
        deadline.first_year,
        deadline.last_year,
        [deadline.due_dates(year) for year in range(2019, 2028)],
    )


def test_the_tables_are_wide_enough():
    assert len(PHRASES) - len(REFUSED) >= 200
    assert len(REFUSED) >= 40


@unhurried
@given(texts, years)
def test_any_text_is_read_or_refused_in_one_sentence(text, year):
    deadline = parse(text)
    assert deadline.kind in {"recurring", "once", "on_event", "standing", "unrecognised"}
    assert deadline.text == text
    days = deadline.due_dates(year)
    assert days == sorted(set(days)) and all(day.year == year for day in days)
    sentence = deadline.explain(year)
    assert sentence.endswith(".") and len(sentence.splitlines()) == 1
    assert sentence == unicodedata.normalize("NFC", sentence)
    assert all(f"{day:%d/%m/%Y}" in sentence for day in days)


@unhurried
@given(texts)
def test_kind_and_fields_agree(text):
    deadline = parse(text)
    dated = {y for y in range(1900, 2201) if deadline.due_dates(y)}
    if deadline.kind == Kind.ONCE:
        assert dated == {deadline.first_year} == {deadline.last_year}
    elif deadline.kind == Kind.RECURRING:
        first, last = deadline.first_year or 1900, deadline.last_year or 2200
        assert dated and {first, last} <= dated <= set(range(first, last + 1))
    else:
        assert not dated
    if deadline.kind == Kind.ON_EVENT:
        assert deadline.event


@pytest.mark.parametrize("phrase", PHRASES)
def test_writing_does_not_change_the_meaning(phrase):
    for other in (
        unicodedata.normalize("NFD", phrase),
        phrase.upper(),
        phrase.lower(),
        unicodedata.normalize("NFD", phrase.upper()),
        f"  {phrase}\n",
        phrase.replace(" ", " \n\u00a0"),
        phrase.replace("-", "–"),
        phrase.replace("-", "—"),
        phrase.replace("Hàng", "Hằng").replace("hàng", "hằng"),
    ):
        assert meaning(parse(other)) == meaning(parse(phrase)), other


def test_the_condition_keeps_the_plans_own_words():
    words = unicodedata.normalize("NFD", "Năm 2022 ( sau khi  UBND tỉnh\nban hành – Kế hoạch )")
    assert parse(words).event == "sau khi UBND tỉnh ban hành – Kế hoạch"
    assert parse(words).text == words


@unhurried
@given(phrases)
def test_trailing_punctuation_does_not_matter(phrase):
    if phrase:
        assert meaning(parse(phrase + " .")) == meaning(parse(phrase))


@unhurried
@given(st.dates(date(1901, 1, 1), date(2199, 12, 31)))
def test_before_a_day_is_the_day_before_at_the_latest(day):
    before, latest = (parse(f"{w} ngày {day:%d/%m/%Y}") for w in ("Trước", "Chậm nhất"))
    assert latest.due_dates(day.year) == [day]
    eve = day - timedelta(days=1)
    assert before.due_dates(eve.year) == [eve]


@unhurried
@given(st.dates(date(2001, 1, 1), date(2199, 12, 31)), years)
def test_before_a_day_each_year_is_the_day_before_at_the_latest(day, year):
    before, latest = (parse(f"{w} {day.day}/{day.month} hàng năm") for w in ("Trước", "Đến"))
    if (day.month, day.day) == (2, 29):
        assert before.kind == latest.kind == "unrecognised"
        return
    assert latest.due_dates(year) == [date(year, day.month, day.day)]
    eve = date(year, day.month, day.day) - timedelta(days=1)
    if (day.month, day.day) != (1, 1):
        assert before.due_dates(year) == [eve]
    else:
        assert before.due_dates(year) == [date(year, 12, 31)]


@unhurried
@given(years, st.integers(1, 12))
def test_a_month_ends_on_its_last_day_also_in_leap_years(year, month):
    last = date(year, month, calendar.monthrange(year, month)[1])
    assert parse(f"Tháng {month}/{year}").due_dates(year) == [last]
    assert parse(f"Tháng {month} hàng năm").due_dates(year) == [last]
    assert parse("Hàng tháng").due_dates(year)[month - 1] == last


@unhurried
@given(st.integers(1900, 2199), st.integers(1, 60), years)
def test_a_span_counts_each_of_its_years_and_no_other(first, length, year):
    last = min(first + length, 2200)
    for words in (f"Giai đoạn {first}-{last}", f"Từ năm {first} đến năm {last}"):
        deadline = parse(words)
        assert (deadline.first_year, deadline.last_year) == (first, last)
        assert deadline.due_dates(year) == ([date(year, 12, 31)] if first <= year <= last else [])
        assert parse(f"Giai đoạn {last}-{first}").kind == "unrecognised"


def test_explanations_say_how_it_was_understood():
    assert parse("Trước 31/12 năm báo cáo").explain(2024) == (
        "“Trước 31/12 năm báo cáo” là hạn lặp lại hằng năm, chữ “trước” không tính chính ngày "
        "được nêu: năm 2024 ngày cuối cùng còn đúng hạn là 30/12/2024."
    )
    assert parse("Năm 2022").explain(2023) == (
        "“Năm 2022” là hạn một lần: năm 2023 không có ngày hạn nào."
    )
    for blank in ("", " ", "-", "–", "..."):
        assert parse(blank).explain(2024) == (
            "Ô thời hạn để trống: chưa xác định hạn, cần người quyết định."
        )
    assert parse("Quý V").explain(2024) == (
        "Không đọc được thời hạn “Quý V”: không có quý V; cần người xác định hạn."
    )
    assert "10 ngày" in parse("Sau 10 ngày kể từ ngày ban hành").explain(2024)
    assert len(parse("a" * 10_000).explain(2024)) < 400
    assert str(parse("Hàng năm").kind) == f"{Kind.RECURRING}" == "recurring"


@pytest.mark.parametrize("year", [0, -1, 1899, 2201, 9999, 10_000])
def test_years_out_of_range_have_no_dates(year):
    assert parse("Hàng năm").due_dates(year) == []
    assert parse("Hàng năm").explain(year).endswith(".")


@pytest.mark.parametrize(
    ("kind", "first", "last"),
    [
        ("quy-1", date(2023, 12, 15), date(2024, 3, 14)),
        ("6-thang", date(2023, 12, 15), date(2024, 6, 14)),
        ("quy-3", date(2024, 6, 15), date(2024, 9, 14)),
        ("9-thang", date(2023, 12, 15), date(2024, 9, 14)),
        ("nam", date(2023, 12, 15), date(2024, 12, 14)),
    ],
)
def test_reporting_windows(kind, first, last):
    assert reporting_window(kind, 2024) == (first, last)


@pytest.mark.parametrize("kind", ["quy-2", "quy-4", "", "NAM"])
def test_an_unknown_report_has_no_window(kind):
    with pytest.raises(ValueError):
        reporting_window(kind, 2024)


def test_yearly_windows_follow_each_other_without_gap():
    for year in range(2020, 2030):
        assert (
            days_left(reporting_window("nam", year + 1)[0], reporting_window("nam", year)[1]) == 1
        )


def test_days_left_is_zero_on_the_last_day_and_negative_after():
    due = date(2024, 12, 30)
    assert [days_left(due, due + timedelta(days=n)) for n in (-15, 0, 1)] == [15, 0, -1]

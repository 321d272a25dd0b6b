import re
import uuid
from datetime import date
from decimal import Decimal
from xml.etree import ElementTree

import pytest
import time_machine
from django.urls import reverse

from conftest import at
from indicators.index_actions import newest_result, record_result
from indicators.models import Index, IndexResult, Measurement
from indicators.tests.cast import record as measure
from indicators.tests.test_indices import EIGHT
from indicators.tests.test_views import words
from tasks.models import Document

pytestmark = pytest.mark.django_db
LIST, ONE = "/chi-tieu/chi-so/", "/chi-tieu/chi-so/par/"


@pytest.fixture(autouse=True)
def in_march_2025():
    with time_machine.travel(at(2025, 3, 3), tick=False):
        yield


def tell(plan, by, code="par", year=2024, **values):
    index = Index.objects.get(code=code)
    newest = newest_result(plan, index, year)
    told = {"published_on": date(2025, 1, 20), "seen": newest.pk if newest else None}
    return record_result(
        plan=plan, index=index, year=year, by=by, at=at(2025, 1, 21), **(told | values)
    )


def url(code="par", year=2024):
    return reverse("indicators:index_record", args=[code, year])


def typed(**changes):
    """PAR INDEX as a person sends it, with an empty document and no components."""
    form = {
        "seen": "",
        "form_key": str(uuid.uuid4()),
        "score": "84",
        "rank": "4",
        "ranked": "21",
        "published_on": "20/01/2025",
        "note": "",
    }
    return form | changes


def eight(**changes):
    fields = {}
    for code, (own, appraised) in EIGHT.items():
        fields |= {f"own_{code}": str(own), f"appraised_{code}": str(appraised).replace(".", ",")}
    return typed(**fields) | changes


def pictures(response) -> list:
    """The page's pictures; each must be well-formed and named, and styled by attributes alone."""
    found = re.findall(r'<svg class="(?:trd|dmb|bul)".*?</svg>', response.content.decode(), re.S)
    parsed = [ElementTree.fromstring(text) for text in found]
    for svg in parsed:
        ids = {node.get("id") for node in svg.iter() if node.get("id")}
        assert svg.get("role") == "img" and set(svg.get("aria-labelledby").split()) == ids
        assert not any(node.get("style") for node in svg.iter())
    return parsed


# looking


@pytest.mark.parametrize("address", [LIST, ONE])
@pytest.mark.parametrize("who", ["minh", "thu", "quang", "an"])
def test_everybody_in_the_office_reads(client, request, who, address, plan):
    client.force_login(request.getfixturevalue(who))
    assert client.get(address).status_code == 200


def test_the_list_shows_score_rank_of_how_many_and_day(client, quang, thu, plan):
    tell(plan, thu, score=Decimal("90.25"), rank=2, ranked=20)
    client.force_login(quang)
    page = client.get(LIST, {"nam": "2024"})
    text = words(page)
    for expected in ("90,25/100 điểm", "hạng 2/20", "20/01/2025", "SIPAS", "chưa có kết quả"):
        assert expected in text
    assert "Ghi kết quả" not in text  # not for a leader to do
    (picture,) = pictures(page)
    told = "".join(picture.itertext())
    assert "90,25" in told and "hạng 2/20" in told


def test_the_target_page_leads_to_the_indices(client, minh, plan):
    client.force_login(minh)
    assert f'href="{LIST}"' in client.get("/chi-tieu/").content.decode()


def test_one_index_shows_lost_points_and_the_tasks_that_touch_them(client, minh, thu, plan):
    tell(plan, thu, score=Decimal(84), rank=4, ranked=21, components=EIGHT)
    client.force_login(minh)
    page = client.get(ONE, {"nam": "2024"})
    text = words(page)
    assert "Năm 2024: 84/100 điểm, hạng 4/21" in text
    assert "chưa ghi điểm tối đa của thành phần" in text and "Tổng các thành phần: 84." in text
    assert text.index("3. Cải cách thủ tục") < text.index("1. Công tác chỉ đạo")
    assert 'href="/nhiem-vu/III.1/2024/?nam=2024"' in page.content.decode()
    assert "Thứ hạng của chỉ tiêu CT2 lấy từ đây" in text
    assert "/chi-so/par/2024/" not in page.content.decode()  # not for Minh to do
    drawn = pictures(page)
    assert len(drawn) == 9  # eight components and the years
    assert drawn[0].findtext("title") is not None and len(drawn[0].findall("circle")) == 2


def test_a_difference_that_was_confirmed_stays_said(client, minh, thu, plan):
    tell(plan, thu, score=Decimal(85), rank=4, ranked=21, components=EIGHT, confirmed=True)
    client.force_login(minh)
    assert "khác điểm công bố 85" in words(client.get(ONE))


def test_the_day_looked_at_decides(client, quang, thu, plan):
    tell(plan, thu, score=Decimal(84), rank=4, ranked=21)
    client.force_login(quang)
    assert "84/100" in words(client.get(ONE, {"nam": "2024", "tinh-den": "2025-01-20"}))
    assert "84/100" not in words(client.get(ONE, {"nam": "2024", "tinh-den": "2025-01-19"}))


def test_pages_cost_the_same_for_no_result_and_for_many(
    client, quang, thu, plan, django_assert_max_num_queries, django_assert_num_queries
):
    client.force_login(quang)
    tell(plan, thu, score=Decimal(84), rank=4, ranked=21, components=EIGHT)
    with django_assert_max_num_queries(9) as few:
        client.get(LIST)
    with django_assert_max_num_queries(19) as one:
        client.get(ONE)
    for rank in (5, 6):
        tell(plan, thu, year=2023, score=Decimal(84), rank=rank, ranked=21, components=EIGHT)
        tell(plan, thu, "papi", score=Decimal(40 + rank), rank=rank, ranked=63)
    with django_assert_num_queries(len(few)):
        client.get(LIST)
    with django_assert_num_queries(len(one)):
        client.get(ONE)


def test_an_unknown_index_or_year_is_not_there(client, thu, plan):
    client.force_login(thu)
    assert client.get("/chi-tieu/chi-so/khong/").status_code == 404
    assert client.get(url(year=2020)).status_code == 404
    assert client.get(url("khong")).status_code == 404


# recording


def test_a_result_is_recorded_with_components_and_document(client, thu, plan):
    client.force_login(thu)
    cited = {
        "vb-number": "79/QĐ-UBND",
        "vb-issued_on": "20/01/2025",
        "vb-summary": "Công bố Chỉ số CCHC năm 2024",
        "vb-issuer": "UBND tỉnh",
    }
    page = client.post(url(), eight(**cited), follow=True)
    assert page.redirect_chain == [(ONE, 302)]
    row = IndexResult.objects.get()
    assert (row.score, row.rank, row.ranked, row.scores.count()) == (84, 4, 21, 8)
    target = Measurement.objects.get()
    assert (target.rank, target.measured_on) == (4, date(2025, 1, 20))
    assert target.document == row.document == Document.objects.get()
    assert "Đã ghi kết quả PAR INDEX năm 2024." in words(page)


def test_the_target_that_an_index_gives_is_not_typed_a_second_time(client, thu, plan):
    client.force_login(thu)
    address = reverse("indicators:measure", args=["CT2", 2024])
    for answer in (client.get(address), client.post(address, typed())):
        assert (answer.status_code, answer["Location"]) == (302, url())
    assert not Measurement.objects.exists()
    text = words(client.get(url()))
    assert "lấy thứ hạng từ đây" in text and "không phải gõ hai lần" in text
    assert "Thứ hạng lấy từ kết quả chỉ số" in words(client.get("/chi-tieu/CT2/"))


@pytest.mark.parametrize(
    ("code", "changes", "message"),
    [
        ("par", {"score": "100,5"}, "Không thể lớn hơn 100."),
        ("par", {"score": "-1"}, "Ghi số không âm, ví dụ 87,45."),
        ("par", {"score": "87,4567"}, "Ghi số không âm, ví dụ 87,45."),
        ("papi", {"score": "80,01"}, "Không thể lớn hơn 80."),
        ("papi", {"appraised_1": "10,01"}, "Không thể lớn hơn 10."),
        ("par", {"rank": "22"}, "Thứ hạng không thể lớn hơn tổng số được xếp hạng."),
        ("par", {"rank": "0"}, "Thứ hạng bắt đầu từ 1."),
        ("par", {"rank": ""}, "Ghi thứ hạng."),
        ("par", {"ranked": ""}, "Ghi tổng số được xếp hạng."),
        ("papi", {"ranked": ""}, "Ghi tổng số được xếp hạng."),
        ("papi", {"rank": ""}, "Ghi thứ hạng."),
        ("papi", {"score": "", "rank": "", "ranked": ""}, "Ghi điểm hoặc thứ hạng."),
        ("par", {"published_on": ""}, "Ghi ngày công bố kết quả."),
        ("par", {"published_on": "04/03/2025"}, "ở sau hôm nay"),
        ("par", {"published_on": "31/12/2023"}, "Kết quả năm 2024 không thể công bố ngày"),
        ("par", {"form_key": "x"}, "Biểu mẫu này không còn nguyên vẹn"),
        ("par", {"vb-number": "5/BC-VP"}, "Ghi trích yếu của văn bản."),
    ],
)
def test_bad_input_is_told_in_words_kept_and_not_written(client, thu, plan, code, changes, message):
    client.force_login(thu)
    given = {"score": "70"} if code == "papi" else {}
    page = client.post(url(code), typed(note="Đã gõ", **(given | changes)))
    assert page.status_code == 422
    assert message in words(page) and "Đã gõ" in page.content.decode()
    for name, value in changes.items():
        if name != "form_key" and value:
            assert f'value="{value}"' in page.content.decode()
    assert not IndexResult.objects.exists() and not Document.objects.exists()


def test_a_sum_that_differs_is_asked_about_once(client, thu, plan):
    client.force_login(thu)
    assert "Văn bản công bố đúng như vậy" not in words(client.get(url()))
    page = client.post(url(), eight(score="84,5"))
    assert page.status_code == 422
    assert "Tổng điểm thẩm định của các thành phần là 84, khác điểm 84,5." in words(page)
    assert 'name="confirmed"' in page.content.decode()
    assert client.post(url(), eight(score="84,5", confirmed="on")).status_code == 302


def test_a_correction_starts_from_what_is_there(client, thu, plan):
    row = tell(plan, thu, score=Decimal(84), rank=4, ranked=21, components=EIGHT)
    client.force_login(thu)
    html = client.get(url()).content.decode()
    assert f'name="seen" value="{row.pk}"' in html
    assert 'value="20/01/2025"' in html and 'value="11,25"' in html


def test_a_stale_form_gets_both_values_and_writes_nothing(client, thu, plan):
    other = tell(plan, thu, score=Decimal(83), rank=5, ranked=21)
    client.force_login(thu)
    page = client.post(url(), typed(note="Của tôi"))
    assert page.status_code == 409
    html = page.content.decode()
    assert "83/100 điểm, hạng 5/21" in words(page) and "Của tôi" in html
    assert f'name="seen" value="{other.pk}"' in html
    assert IndexResult.objects.count() == 1
    assert client.post(url(), typed(seen=other.pk)).status_code == 302


def test_who_does_not_coordinate_is_refused_and_nothing_is_written_in_the_past(
    client, request, thu, plan
):
    for who in ("minh", "hung", "quang", "an"):
        client.force_login(request.getfixturevalue(who))
        assert client.post(url(), typed()).status_code == 403
    client.force_login(thu)
    assert client.post(url() + "?tinh-den=2025-01-31", typed()).status_code == 403
    assert not IndexResult.objects.exists()


# pictures of targets


def test_the_years_of_a_target_are_drawn_told_and_listed(client, quang, thu, plan):
    for year, part in ((2021, 46), (2022, 56), (2023, 66), (2024, 74)):
        measure(plan, thu, "CT5.2", year, date(year, 12, 14), numerator=part, denominator=100)
    client.force_login(quang)
    page = client.get("/chi-tieu/CT5.2/", {"nam": "2024"})
    trend, bullet = pictures(page)
    assert trend.findtext("desc") == (
        "2021: 46%; 2022: 56%; 2023: 66%; 2024: 74%; 2025: dự báo 83,3%; mục tiêu ≥ 80%"
    )
    assert len(trend.findall("rect")) == 5 and len(bullet.findall("circle")) == 1
    text = words(page)
    assert "dự báo năm 2025: 83,3%" in text and "không quyết định đạt hay chưa đạt" in text
    assert "Phòng Hành chính - Quản trị, mỗi năm một lần" in text
    text = words(client.get("/chi-tieu/", {"nam": "2024"}))
    assert "Dự kiến đạt" in text and "1 dự kiến đạt" in text


def test_a_rank_is_drawn_with_the_first_place_on_top(client, quang, thu, plan):
    for year, rank in ((2021, 5), (2022, 4), (2024, 2)):
        measure(plan, thu, "CT2", year, date(year + 1, 1, 20), rank=rank, ranked=21)
    client.force_login(quang)
    (trend,) = pictures(client.get("/chi-tieu/CT2/", {"nam": "2024"}))
    heights = [float(dot.get("cy")) for dot in trend.findall("circle")]
    assert heights == sorted(heights, reverse=True) and len(heights) == 3
    assert len(trend.findall("polyline")) == 1  # nothing is drawn across the missing year


def test_the_product_that_is_a_measure_is_listed_with_its_task(client, quang, plan):
    client.force_login(quang)
    page = client.get("/chi-tieu/", {"nam": "2024"})
    text = words(page)
    assert "100% phản ánh, kiến nghị được tiếp nhận, phân loại và chuyển xử lý" in text
    assert 'href="/nhiem-vu/III.4/2024/?nam=2024"' in page.content.decode()
    assert "Đánh giá bằng nhận định nên không dự báo." in text

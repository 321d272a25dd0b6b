import re
import uuid
from datetime import date

import pytest
import time_machine
from django.urls import reverse

from conftest import at
from indicators.models import Measurement
from indicators.tests.cast import record
from tasks.models import Document

pytestmark = pytest.mark.django_db
NOW = at(2024, 12, 16)
LIST = "/chi-tieu/"
ONE = "/chi-tieu/CT5.2/"
DAY = date(2024, 12, 14)


@pytest.fixture(autouse=True)
def in_december_2024():
    with time_machine.travel(NOW, tick=False):
        yield


def measure_url(code="CT5.2", year=2024):
    return reverse("indicators:measure", args=[code, year])


def typed(**changes):
    """A form as a person sends it, with an empty document."""
    return {
        "seen": "",
        "form_key": str(uuid.uuid4()),
        "measured_on": "14/12/2024",
        "note": "",
        "numerator": "8.241",
        "denominator": "11.100",
    } | changes


def cited(**changes):
    return {
        "vb-number": "1540/QĐ-UBND",
        "vb-issued_on": "09/12/2024",
        "vb-kind": "Quyết định",
        "vb-summary": "Phê duyệt Đề án vị trí việc làm",
        "vb-issuer": "UBND tỉnh",
        "vb-signer": "",
    } | changes


def words(response) -> str:
    """The page's text as a reader sees it."""
    html = response.content.decode()
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


# the list


def test_the_list_shows_every_target_word_for_word(client, minh, plan):
    client.force_login(minh)
    page = client.get(LIST)
    assert page.status_code == 200
    text = words(page)
    for indicator in plan.indicators.all():
        assert " ".join(indicator.text.split()) in text
        assert indicator.source_ref in text
    assert "đã trừ văn bản mật theo quy định của pháp luật" in text


def test_the_list_shows_values_of_the_year_and_before(client, quang, thu, plan):
    for year, part in ((2023, 6598), (2024, 7424)):
        record(plan, thu, "CT5.2", year, date(year, 12, 14), numerator=part, denominator=10_000)
    record(plan, thu, "CT3", 2024, DAY, numerator=0, denominator=0)
    client.force_login(quang)
    page = client.get(LIST, {"nam": "2024"})
    text = words(page)
    assert "65,98%" in text and "74,24%" in text and "7.424/10.000" in text
    assert "không phát sinh" in text and "chưa có số liệu" in text
    assert 'width="242.0"' in page.content.decode()  # the bar, with a decimal point
    assert " style=" not in page.content.decode()
    text = words(client.get(LIST, {"nam": "2023"}))
    assert "65,98%" in text and "74,24%" not in text


def test_the_list_keeps_to_the_day_looked_at(client, quang, thu, plan):
    record(plan, thu, "CT5.2", 2024, DAY, numerator=74, denominator=100)
    client.force_login(quang)
    assert "74%" in words(client.get(LIST, {"tinh-den": "2024-12-14"}))
    assert "74%" not in words(client.get(LIST, {"tinh-den": "2024-12-13"}))


def test_milestones_link_to_their_tasks_with_year_and_day(client, quang, plan):
    client.force_login(quang)
    page = client.get(LIST, {"nam": "2023", "tinh-den": "2023-12-31"}).content.decode()
    assert 'href="/nhiem-vu/III.3/2023/?nam=2023&amp;tinh-den=2023-12-31"' in page


@pytest.mark.parametrize("url", [LIST, ONE])
@pytest.mark.parametrize("who", ["lan", "minh", "hung", "thu", "quang", "an"])
def test_everybody_in_the_office_reads(client, request, who, url, plan):
    client.force_login(request.getfixturevalue(who))
    assert client.get(url).status_code == 200


def test_a_stranger_is_sent_to_the_login_page(client, plan):
    for url in (LIST, ONE, measure_url()):
        page = client.get(url)
        assert page.status_code == 302 and page["Location"].startswith("/dang-nhap/?next=")


def test_wrong_methods_are_refused(client, thu):
    client.force_login(thu)
    assert client.post(LIST).status_code == 405
    assert client.post(ONE).status_code == 405
    assert client.put(measure_url()).status_code == 405


def test_the_list_costs_the_same_for_no_figures_and_for_many(
    client, quang, thu, opened, django_assert_max_num_queries, django_assert_num_queries
):
    client.force_login(quang)
    with django_assert_max_num_queries(13) as few:
        client.get(LIST)
    for year in range(2021, 2025):
        for code in ("CT5.2", "CT5.4a", "CT5.6"):
            record(opened, thu, code, year, date(year, 12, 14), numerator=7, denominator=10)
    with django_assert_num_queries(len(few)):
        client.get(LIST)


# one target


def test_a_target_shows_how_it_is_measured_and_every_row(client, minh, thu, plan):
    record(plan, thu, "CT5.2", 2024, DAY, numerator=70, denominator=100, note="Lần đầu")
    record(plan, thu, "CT5.2", 2024, DAY, numerator=74, denominator=100, note="Cộng sót 4 hồ sơ")
    client.force_login(minh)
    text = words(client.get(ONE))
    assert plan.indicators.get(code="CT5.2").measure in text
    assert "70%" in text and "Lần đầu" in text and "đã được đính chính" in text
    assert "74/100" in text and "Cộng sót 4 hồ sơ" in text and "Phạm Minh Thu" in text
    assert "Đính chính" not in text  # not for Minh to do


def test_the_coordinator_finds_where_to_write_but_not_in_the_past(client, thu, plan):
    client.force_login(thu)
    assert measure_url() in client.get(ONE).content.decode()
    assert measure_url(year=2025) not in client.get(ONE).content.decode()
    past = client.get(ONE, {"tinh-den": "2024-06-30"}).content.decode()
    assert "/ket-qua/" not in past


def test_what_a_person_typed_is_shown_as_text(client, minh, thu, plan):
    note = "<script>alert(1)</script>"
    record(plan, thu, "CT5.2", 2024, DAY, numerator=7, denominator=10, note=note)
    client.force_login(minh)
    assert note not in client.get(ONE).content.decode()


def test_an_unknown_target_or_year_is_not_there(client, thu, plan):
    client.force_login(thu)
    assert client.get("/chi-tieu/CT9/").status_code == 404
    assert client.get(measure_url("CT9")).status_code == 404
    for year in (2020, 2026):
        assert client.get(measure_url(year=year)).status_code == 404
    assert client.get(ONE, {"nam": "2026"}).status_code == 404


def test_one_target_costs_the_same_for_one_row_and_for_many(
    client, quang, thu, opened, django_assert_max_num_queries, django_assert_num_queries
):
    client.force_login(quang)
    record(opened, thu, "CT5.2", 2024, DAY, numerator=7, denominator=10)
    with django_assert_max_num_queries(12) as few:
        client.get(ONE)
    for part in range(5):
        record(opened, thu, "CT5.2", 2024, DAY, numerator=part, denominator=10)
    with django_assert_num_queries(len(few)):
        client.get(ONE)


# recording


def test_a_share_is_recorded_with_the_dots_of_thousands(client, thu, plan):
    client.force_login(thu)
    page = client.post(measure_url(), typed(), follow=True)
    assert page.redirect_chain == [(ONE, 302)]
    row = Measurement.objects.get()
    assert (row.numerator, row.denominator, row.measured_on) == (8241, 11100, DAY)
    assert "Đã ghi kết quả năm 2024 của chỉ tiêu CT5.2." in words(page)


def test_both_zero_is_nothing_arose(client, thu, plan):
    client.force_login(thu)
    page = client.post(measure_url(), typed(numerator="0", denominator="0"), follow=True)
    assert "không phát sinh" in words(page) and "0/0" in words(page)


@pytest.fixture
def rank_of_its_own(plan):
    """CT2 as in a plan whose rank no index gives."""
    plan.indicators.filter(code="CT2").update(index=None)


def test_a_rank_is_recorded(client, thu, plan, rank_of_its_own):
    client.force_login(thu)
    client.post(measure_url("CT2", 2023), typed(rank="3", ranked="19", **cited()))
    row = Measurement.objects.get()
    assert (row.rank, row.ranked, row.document.number) == (3, 19, "1540/QĐ-UBND")


def test_a_milestone_is_recorded_with_its_document(client, thu, plan):
    client.force_login(thu)
    client.post(measure_url("CT1"), typed(achieved_on="09/12/2024", **cited()))
    row = Measurement.objects.get()
    assert row.achieved_on == date(2024, 12, 9)
    assert row.document.unit == plan.coordinator


def test_a_finding_is_recorded_with_its_reason(client, thu, plan):
    client.force_login(thu)
    client.post(measure_url("CT5.3"), typed(verdict="not_met", note="Chờ quy trình."))
    row = Measurement.objects.get()
    assert (row.verdict, row.note) == ("not_met", "Chờ quy trình.")


@pytest.mark.parametrize(
    ("code", "changes", "message"),
    [
        ("CT5.2", {"numerator": "9", "denominator": "8"}, "Tử số không thể lớn hơn mẫu số."),
        ("CT5.2", {"numerator": "-1"}, "Ghi số nguyên không âm, ví dụ 1.234."),
        ("CT5.2", {"numerator": "1,5"}, "Ghi số nguyên không âm, ví dụ 1.234."),
        ("CT5.2", {"numerator": "1.23"}, "Ghi số nguyên không âm, ví dụ 1.234."),
        ("CT5.2", {"denominator": "9" * 30}, "Số này quá lớn."),
        ("CT5.2", {"denominator": ""}, "Ghi mẫu số."),
        ("CT5.2", {"measured_on": "31/11/2024"}, "Tháng 11 không có ngày 31."),
        ("CT5.2", {"measured_on": "17/12/2024"}, "Ngày 17/12/2024 ở sau hôm nay"),
        ("CT5.2", {"measured_on": "31/12/2023"}, "Số liệu của năm 2024 không thể tính đến"),
        ("CT5.2", {"measured_on": ""}, "Ghi số liệu tính đến ngày nào."),
        ("CT5.2", {"form_key": "x"}, "Biểu mẫu này không còn nguyên vẹn"),
        ("CT5.2", {"vb-number": "5/BC-VP"}, "Ghi trích yếu của văn bản."),
        ("CT5.2", cited(**{"vb-issued_on": "17/12/2024"}), "ở sau hôm nay"),
        ("CT2", {"rank": "0", "ranked": "19"}, "Thứ hạng bắt đầu từ 1."),
        ("CT2", {"rank": "20", "ranked": "19"}, "Thứ hạng không thể lớn hơn tổng số"),
        ("CT1", {"achieved_on": "17/12/2024", **cited()}, "Ngày 17/12/2024 ở sau hôm nay"),
        ("CT1", {"achieved_on": "15/12/2024", **cited()}, "chưa biết việc hoàn thành"),
        ("CT1", {"achieved_on": "09/12/2024"}, "Ghi số, ký hiệu của văn bản."),
        ("CT5.3", {"verdict": "", "note": "Vì sao"}, "Chọn đã đạt hay chưa đạt."),
        ("CT5.3", {"verdict": "met", "note": "  "}, "Ghi thuyết minh"),
    ],
)
def test_bad_input_is_told_in_words_kept_and_not_written(
    client, thu, plan, rank_of_its_own, code, changes, message
):
    client.force_login(thu)
    page = client.post(measure_url(code), typed(note=changes.get("note", "Đã gõ")) | changes)
    assert page.status_code == 422
    assert message in words(page)
    html = page.content.decode()
    for name, value in changes.items():
        if name not in ("verdict", "form_key", "note") and value:
            assert f'value="{value}"' in html
    if "note" not in changes:
        assert "Đã gõ" in html
    assert not Measurement.objects.exists() and not Document.objects.exists()


def test_who_does_not_coordinate_is_refused(client, request, plan):
    for who in ("lan", "minh", "hung", "quang", "an"):
        client.force_login(request.getfixturevalue(who))
        assert client.get(measure_url()).status_code == 403
        assert client.post(measure_url(), typed()).status_code == 403
    assert not Measurement.objects.exists()


def test_nothing_is_written_from_a_page_that_looks_back(client, thu, plan):
    client.force_login(thu)
    address = measure_url() + "?tinh-den=2024-06-30"
    assert client.get(address).status_code == 403
    assert client.post(address, typed()).status_code == 403
    assert not Measurement.objects.exists()


def test_a_correction_starts_from_what_is_there(client, thu, plan):
    row = record(plan, thu, "CT5.2", 2024, DAY, numerator=7000, denominator=11_100, note="Sót")
    client.force_login(thu)
    html = client.get(measure_url()).content.decode()
    assert 'value="7.000"' in html and 'value="14/12/2024"' in html and "Sót" in html
    assert f'name="seen" value="{row.pk}"' in html


def test_a_stale_form_gets_both_values_and_writes_nothing(client, thu, plan):
    other = record(plan, thu, "CT5.2", 2024, DAY, numerator=7000, denominator=11_100)
    client.force_login(thu)
    page = client.post(measure_url(), typed(note="Của tôi", **cited()))
    assert page.status_code == 409
    html = page.content.decode()
    assert "7.000/11.100" in html and 'value="8.241"' in html and "Của tôi" in html
    assert 'value="1540/QĐ-UBND"' in html
    assert Measurement.objects.count() == 1 and not Document.objects.exists()
    # knowingly sent again, it is a correction
    assert f'name="seen" value="{other.pk}"' in html
    assert client.post(measure_url(), typed(seen=other.pk)).status_code == 302
    assert Measurement.objects.count() == 2


def test_the_same_form_sent_twice_is_one_row(client, thu, plan):
    client.force_login(thu)
    form = typed()
    for _ in range(2):
        assert client.post(measure_url(), form).status_code == 302
    assert Measurement.objects.count() == 1


def test_only_net_totals_are_asked_for_where_secrets_are_left_out(client, thu, plan):
    client.force_login(thu)
    for code in ("CT5.5", "CT5.6"):
        assert "Chỉ ghi tổng số đã trừ" in words(client.get(measure_url(code)))
    assert "Chỉ ghi tổng số" not in words(client.get(measure_url()))

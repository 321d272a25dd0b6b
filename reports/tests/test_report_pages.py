from io import BytesIO

import pytest
import time_machine
from django.urls import reverse
from openpyxl import load_workbook

from conftest import at
from reports.tests.test_exports import pdf_text, squeezed, xlsx_text

pytestmark = pytest.mark.usefixtures("played")

FILES = ("reports:annual_pdf", "reports:annual_docx", "reports:annual_xlsx")


@pytest.fixture(autouse=True)
def in_december():
    with time_machine.travel(at(2024, 12, 23), tick=False):
        yield


def test_the_list_says_what_the_windows_are(client, thu):
    client.force_login(thu)
    page = client.get(reverse("reports:list")).content.decode()
    assert "Từ 15/12/2023 đến 14/12/2024" in page
    assert "Đã đến ngày chốt số liệu 14/12/2024" in page
    assert "Đang trong kỳ, số liệu đến 23/12/2024" in page
    assert reverse("reports:annual_docx", args=[2024]) in page


def test_a_report_that_has_not_begun_is_listed_without_links(client, thu):
    client.force_login(thu)
    page = client.get(reverse("reports:list"), {"tinh-den": "2024-06-01"}).content.decode()
    assert "Chưa đến kỳ báo cáo" in page
    assert reverse("reports:annual", args=[2025]) not in page


def test_the_preview_shows_sources_and_marks_gaps(client, quang):
    client.force_login(quang)
    page = client.get(reverse("reports:annual", args=[2024])).content.decode()
    assert "Báo cáo số 195/BC-VP ngày 03/12/2024" in page
    assert "/nhiem-vu/III.4/2024/" in page
    assert '<span class="rp-gap">Trong kỳ chưa có kết quả được xác nhận.</span>' in page
    assert "style=" not in page
    for name in FILES:
        assert reverse(name, args=[2024]) in page


def test_links_of_the_preview_keep_the_day_looked_at(client, thu):
    client.force_login(thu)
    url = reverse("reports:annual", args=[2024])
    page = client.get(url, {"tinh-den": "2024-03-01"}).content.decode()
    assert f"{reverse('reports:annual_docx', args=[2024])}?tinh-den=2024-03-01" in page


@pytest.mark.parametrize("name", ["reports:annual", *FILES])
def test_members_have_no_report(client, minh, name):
    client.force_login(minh)
    assert client.get(reverse(name, args=[2024])).status_code == 403


@pytest.mark.parametrize("name", ["reports:annual", *FILES, "reports:list"])
def test_strangers_are_asked_to_sign_in(client, name):
    url = reverse(name, args=[] if name == "reports:list" else [2024])
    assert client.get(url).status_code in (302, 403)


@pytest.mark.parametrize("year", [2020, 2026])
def test_a_year_outside_the_plan_does_not_exist(client, thu, year):
    client.force_login(thu)
    assert client.get(reverse("reports:annual", args=[year])).status_code == 404


def test_a_window_that_has_not_begun_does_not_exist(client, thu):
    client.force_login(thu)
    url = reverse("reports:annual", args=[2025])
    assert client.get(url, {"tinh-den": "2024-12-14"}).status_code == 404
    assert client.get(url, {"tinh-den": "2024-12-15"}).status_code == 200


@pytest.mark.parametrize(
    ("name", "file_name", "begins"),
    [
        ("reports:annual_pdf", "bao-cao-cchc-2024.pdf", b"%PDF-"),
        ("reports:annual_docx", "bao-cao-cchc-2024.docx", b"PK"),
        ("reports:annual_xlsx", "bao-cao-cchc-2024.xlsx", b"PK"),
    ],
)
def test_files_come_as_downloads_that_nobody_keeps(client, thu, name, file_name, begins):
    client.force_login(thu)
    answer = client.get(reverse(name, args=[2024]))
    assert answer.content.startswith(begins)
    assert answer["Content-Disposition"] == f'attachment; filename="{file_name}"'
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("name", ["reports:plan_xlsx", "reports:plan_pdf", "reports:annual_pdf"])
def test_files_are_only_read(client, thu, name):
    client.force_login(thu)
    url = reverse(name, args=[2024] if "annual" in name else [])
    assert client.post(url).status_code == 405


def exported(client, user, **query):
    client.force_login(user)
    answer = client.get(reverse("reports:plan_xlsx"), query)
    assert answer["Content-Disposition"] == 'attachment; filename="ke-hoach-cchc-2024.xlsx"'
    return load_workbook(BytesIO(answer.content))


def test_a_member_gets_the_whole_plan_but_only_own_words(client, minh):
    text = xlsx_text(exported(client, minh))
    assert "14/KH-VP" in text
    assert "Hoàn thành đúng hạn" in text
    for others in ("22/KH-VP", "1.204 tin, bài", "188/BC-VP"):
        assert others not in text
    answer = client.get(reverse("reports:plan_pdf"))
    printed = squeezed(pdf_text(answer.content))
    assert "14/KH-VP" in printed
    assert "22/KH-VP" not in printed


def test_the_coordinator_gets_every_units_words(client, thu):
    text = xlsx_text(exported(client, thu))
    for words in ("14/KH-VP", "22/KH-VP", "188/BC-VP", "1.204 tin, bài"):
        assert words in text


def test_an_administrator_gets_states_without_words(client, an):
    text = xlsx_text(exported(client, an))
    assert "Hoàn thành đúng hạn" in text
    assert "14/KH-VP" not in text


def codes(book):
    return [row[0].value for row in book["Nhiệm vụ"].iter_rows(min_row=5) if row[0].value]


def test_the_files_obey_the_filters_of_the_page(client, thu):
    assert set(codes(exported(client, thu, **{"linh-vuc": "1"}))) == {"I.1", "I.2", "I.3"}
    book = exported(client, thu, **{"trang-thai": "hoan-thanh-qua-han"})
    assert codes(book) == ["I.3"]
    assert "Tình trạng: Hoàn thành quá hạn" in xlsx_text(book)
    own = exported(client, thu, **{"don-vi": "TTCBTH"})
    units = {row[8].value for row in own["Nhiệm vụ"].iter_rows(min_row=5)}
    assert units == {"Trung tâm Công báo và Tin học"}
    assert set(codes(exported(client, thu, q="một cửa"))) == {"III.3", "III.5"}


def test_the_files_hold_for_the_year_and_day_of_the_address(client, thu):
    client.force_login(thu)
    answer = client.get(reverse("reports:plan_pdf"), {"nam": "2024", "tinh-den": "2024-02-01"})
    printed = squeezed(pdf_text(answer.content))
    assert squeezed("tính đến ngày 01/02/2024") in printed
    assert "14/KH-VP" not in printed

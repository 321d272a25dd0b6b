from datetime import date
from io import BytesIO
from urllib.parse import urlsplit

import pytest
import time_machine
from django.http import QueryDict
from django.urls import reverse
from openpyxl import load_workbook

from conftest import at
from reports import issuing, writing
from reports.tests.flow_scene import draft, issued_without_files, submitted
from reports.tests.scene import citation, finish, slot
from reports.tests.test_exports import pdf_text, squeezed, xlsx_text
from tasks.filters import PlanFilter
from tasks.models import Plan
from tasks.pages.plan_table import read_plan_table
from tasks.viewing import Viewing

pytestmark = pytest.mark.usefixtures("played_once", "db")

FILES = ("reports:report_pdf", "reports:report_docx", "reports:report_xlsx")


@pytest.fixture(autouse=True)
def in_december():
    with time_machine.travel(at(2024, 12, 23), tick=False):
        yield


def test_the_preview_shows_sources_and_marks_gaps(client, quang):
    client.force_login(quang)
    page = client.get(reverse("reports:report", args=["nam-2024"])).content.decode()
    assert "Báo cáo số 195/BC-VP ngày 03/12/2024" in page
    assert "/nhiem-vu/III.4/2024/" in page
    assert '<span class="rp-gap">Trong kỳ chưa có kết quả được xác nhận.</span>' in page
    assert "style=" not in page
    for name in FILES:
        assert reverse(name, args=["nam-2024"]) in page


def test_links_of_the_preview_keep_the_day_looked_at(client, thu):
    client.force_login(thu)
    url = reverse("reports:report", args=["nam-2024"])
    page = client.get(url, {"tinh-den": "2024-03-01"}).content.decode()
    assert reverse("reports:report_docx", args=["nam-2024"]) + "?tinh-den=2024-03-01" in page


def figures(client, code="nam-2024", **query):
    answer = client.get(reverse("reports:report", args=[code]), query)
    return answer.context["it"].figures


def rows_behind(href, user) -> int:
    """How many rows the plan page of an address lists, without writing the page."""
    plan, query = Plan.objects.get(), QueryDict(urlsplit(href).query)
    day = date.fromisoformat(query["tinh-den"])
    viewing = Viewing(plan, int(query["nam"]), day, date(2024, 12, 23))
    return read_plan_table(viewing, user, PlanFilter(query, plan=plan).chosen, 1).total


def every_count(shown):
    rows = (*shown.rows, shown.total)
    counts = [count for row in rows for count in (row.all, row.in_window)]
    counts += [row.last_year for row in rows if row.last_year]
    for year in shown.years:
        counts += [*year.counts, year.total]
    return counts


@pytest.mark.parametrize(
    ("code", "query"),
    [
        ("nam-2024", {}),
        ("nam-2024", {"tinh-den": "2023-12-20"}),
        ("quy-3-2024", {}),
        ("tong-ket-2025", {}),
    ],
)
def test_every_figure_opens_exactly_its_rows(client, quang, code, query):
    client.force_login(quang)
    counts = every_count(figures(client, code, **query))
    assert len(counts) >= 16
    for count in counts:
        assert rows_behind(count.href, quang) == count.number, count.href
    most = max(counts, key=lambda count: count.number)
    assert client.get(most.href).context["table"].total == most.number


def test_the_figures_of_a_submitted_report_say_where_the_books_moved_on(client, lan, thu, quang):
    submitted(draft(Plan.objects.get(), thu), thu)
    client.force_login(quang)
    before = figures(client)
    assert not before.have_moved
    late = slot("VI.1/2024", "HCQT")
    paper = citation(late, "77/KH-VP", date(2024, 6, 3), "Kế hoạch", "Kế hoạch")
    finish(late, paper, by=lan, verifier=quang, result="Ghi muộn.", when=at(2024, 12, 22))
    after = figures(client)
    assert after.have_moved
    assert [row.all.number for row in after.rows] == [row.all.number for row in before.rows]
    for row in after.rows:
        number = row.all.number if row.all.today is None else row.all.today
        assert client.get(row.all.href).context["table"].total == number


def test_the_rate_is_made_of_the_figures(client, quang):
    client.force_login(quang)
    shown = figures(client)
    rate = shown.rate
    assert rate.percent == 100 * rate.on_time / (rate.on_time + rate.late + rate.overdue)
    assert sum(row.all.number for row in shown.rows) == shown.total.all.number
    assert sum(row.in_window.number for row in shown.rows) == shown.total.in_window.number


def test_a_preview_says_that_nothing_was_begun(client, thu, quang):
    client.force_login(quang)
    page = client.get(reverse("reports:report", args=["nam-2024"])).content.decode()
    assert "Chưa lập dự thảo" in page and "/soan/" not in page and "/duyet/" not in page
    client.force_login(thu)
    page = client.get(reverse("reports:report", args=["nam-2024"])).content.decode()
    assert reverse("reports:editor", args=["nam-2024"]) in page
    assert "<svg" in page and "Biểu đồ 1" in page


def test_buttons_stand_only_where_they_lead_somewhere(client, thu, quang):
    report = draft(Plan.objects.get(), thu)
    url = reverse("reports:report", args=["nam-2024"])
    names = ("editor", "submit", "return", "approve", "issue", "sign", "correct")

    def offered(person, **query):
        client.force_login(person)
        page = client.get(url, query).content.decode()
        return {name for name in names if reverse(f"reports:{name}", args=["nam-2024"]) in page}

    assert (offered(thu), offered(quang)) == ({"editor", "submit"}, set())
    assert offered(thu, **{"tinh-den": "2024-12-20"}) == set()
    report = submitted(report, thu)
    assert (offered(thu), offered(quang)) == (set(), {"return", "approve"})
    moved = {
        "report": report,
        "seen_revision": report.revision,
        "by": quang,
        "at": at(2024, 12, 22),
    }
    issuing.approve_report(**moved)
    assert (offered(thu), offered(quang)) == ({"issue"}, set())


def test_an_older_version_is_read_without_buttons(client, thu, quang):
    report = issued_without_files(draft(Plan.objects.get(), thu), thu, quang)
    issuing.correct(report=report, changes="Sửa <i>mục</i> I.", by=thu, at=at(2024, 12, 22))
    client.force_login(thu)
    url = reverse("reports:report", args=["nam-2024"])
    newest = client.get(url).content.decode()
    assert "đính chính lần 2" in newest and "Sửa &lt;i&gt;mục&lt;/i&gt; I." in newest
    first = client.get(url, {"lan": "1"}).content.decode()
    assert "Đây là lần 1" in first and "/dinh-chinh/" not in first
    assert 'href="/bao-cao/nam-2024/thong-ke/?lan=1"' in first
    for wrong in ("3", "0", "x", "9999"):
        assert client.get(url, {"lan": wrong}).status_code == 404


@pytest.mark.usefixtures("made_anew")
def test_the_page_costs_the_same_however_much_was_written(
    client, thu, quang, django_assert_max_num_queries
):
    report = draft(Plan.objects.get(), thu)
    client.force_login(quang)
    url = reverse("reports:report", args=["nam-2024"])
    told = {"after": "", "text": "Đoạn tự viết.", "by": thu, "at": at(2024, 12, 22)}
    first, *others = report.sections.all()[:6]
    writing.add_passage(section=first, **told)
    client.get(url)
    with django_assert_max_num_queries(40) as few:
        client.get(url)
    for section in others:
        writing.add_passage(section=section, **told)
    with django_assert_max_num_queries(40) as many:
        client.get(url)
    assert len(few) == len(many)
    submitted(report, thu)
    client.get(url)
    with django_assert_max_num_queries(20):
        client.get(url)


@pytest.mark.parametrize("name", ["reports:report", *FILES])
def test_members_have_no_report(client, minh, name):
    client.force_login(minh)
    assert client.get(reverse(name, args=["nam-2024"])).status_code == 403


@pytest.mark.parametrize("name", ["reports:report", *FILES, "reports:list"])
def test_strangers_are_asked_to_sign_in(client, name):
    url = reverse(name, args=[] if name == "reports:list" else ["nam-2024"])
    assert client.get(url).status_code in (302, 403)


@pytest.mark.parametrize("year", [2020, 2026])
def test_a_year_outside_the_plan_does_not_exist(client, thu, year):
    client.force_login(thu)
    assert client.get(reverse("reports:report", args=[f"nam-{year}"])).status_code == 404


def test_a_window_that_has_not_begun_does_not_exist(client, thu):
    client.force_login(thu)
    url = reverse("reports:report", args=["nam-2025"])
    assert client.get(url, {"tinh-den": "2024-12-14"}).status_code == 404
    assert client.get(url, {"tinh-den": "2024-12-15"}).status_code == 200


@pytest.mark.parametrize(
    ("name", "file_name", "begins"),
    [
        ("reports:report_pdf", "bao-cao-cchc-nam-2024.pdf", b"%PDF-"),
        ("reports:report_docx", "bao-cao-cchc-nam-2024.docx", b"PK"),
        ("reports:report_xlsx", "bao-cao-cchc-nam-2024.xlsx", b"PK"),
    ],
)
def test_files_come_as_downloads_that_nobody_keeps(client, thu, name, file_name, begins):
    client.force_login(thu)
    answer = client.get(reverse(name, args=["nam-2024"]))
    assert answer.content.startswith(begins)
    assert answer["Content-Disposition"] == f'attachment; filename="{file_name}"'
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("name", ["reports:plan_xlsx", "reports:plan_pdf", "reports:report_pdf"])
def test_files_are_only_read(client, thu, name):
    client.force_login(thu)
    url = reverse(name, args=["nam-2024"] if "report" in name.split(":")[1] else [])
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

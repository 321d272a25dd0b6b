import io
import re

import pytest
import time_machine
from django.urls import reverse
from pypdf import PdfReader

from conftest import at
from reports.tests.years import play_years
from tasks.models import Assignment

SHOW = reverse("reports:presentation")
PDF = reverse("reports:dashboard_pdf")
NOW = at(2026, 1, 5, 8)
PAST = "nam=2024&tinh-den=2024-12-16"


@pytest.fixture
def years(opened, lan, minh, hoa, thu, quang):
    play_years(lan=lan, minh=minh, hoa=hoa, thu=thu, quang=quang)
    return opened


def get(client, user, address):
    client.force_login(user)
    return client.get(address)


@time_machine.travel(NOW, tick=False)
def test_each_slide_has_its_address_and_year_and_day_stay(client, years, quang):
    html = get(client, quang, f"{SHOW}?{PAST}&trang=3").content.decode()
    hidden = re.findall(r'data-slide="(\d)"( hidden)?', html)
    assert [n for n, hide in hidden if not hide] == ["3"] and len(hidden) == 6
    for n in range(1, 7):
        assert f'href="{SHOW}?nam=2024&amp;tinh-den=2024-12-16&amp;trang={n}"' in html
    assert "data-full-screen" in html and "presentation.js" in html
    assert "Đến hết ngày 16/12/2024" in html and "style=" not in html


@time_machine.travel(NOW, tick=False)
@pytest.mark.parametrize("slide", ["0", "7", "x", "²"])
def test_there_are_six_slides(client, plan, quang, slide):
    assert get(client, quang, f"{SHOW}?trang={slide}").status_code == 404


@time_machine.travel(NOW, tick=False)
def test_the_wall_shows_nobodys_words_to_others(client, years, quang, hoa):
    address = f"{SHOW}?{PAST}"
    words = "Phần mềm đất đai chưa kết nối."
    others = Assignment.objects.exclude(task__code="III.3", year=2024)
    others.update(due_on=None, first_due_on=None)
    shown = get(client, quang, address).content.decode()
    assert words in shown
    assert words not in get(client, hoa, address).content.decode()
    assert "chi-dao/" not in shown  # nothing is written from a wall


@time_machine.travel(NOW, tick=False)
def test_the_pdf_is_one_page_with_all_figures(client, years, quang):
    response = get(client, quang, f"{PDF}?{PAST}")
    assert response["Content-Type"] == "application/pdf"
    (sheet,) = PdfReader(io.BytesIO(response.content)).pages
    assert sheet.mediabox.width > sheet.mediabox.height
    text = " ".join(sheet.extract_text().split())
    page = client.get(f"{reverse('reports:dashboard')}?{PAST}")
    summary = page.context["summary"]
    assert "hết ngày 16/12/2024" in text
    for figure in (*summary.figures, *summary.flags):
        assert f"{figure.number} {figure.words}" in text, figure.words
    for number in summary.asking:
        assert f"{number.number} {number.words}" in text
    for area in summary.areas:
        if area.has_tasks:
            assert f"{area.done.number}/{area.total.number}" in text
    for unit in summary.units:
        assert unit.name in text
    # the page prints the same sheet
    assert '<div class="sh">' in page.content.decode()


@time_machine.travel(NOW, tick=False)
def test_demo_data_is_named_on_paper_and_on_the_wall(client, years, quang):
    quang.is_demo = True
    quang.save()
    html = get(client, quang, f"{SHOW}?{PAST}").content.decode()
    assert ("Dữ liệu minh họa" in html) == years.has_demo_data

import re
from datetime import date

import pytest
import time_machine
from django.urls import reverse

from conftest import at
from reports.compare import compare, same_day
from reports.tests.test_dashboard import rows_behind
from reports.tests.years import play_years
from tasks.ledger import read_year
from tasks.viewing import Viewing

URL = reverse("reports:compare")
NOW = at(2025, 3, 10, 8)


@pytest.fixture
def years(opened, lan, minh, hoa, thu, quang):
    play_years(lan=lan, minh=minh, hoa=hoa, thu=thu, quang=quang)
    return opened


def test_the_same_day_of_a_year_without_29_february():
    assert same_day(date(2024, 2, 29), 2023) == date(2023, 2, 28)
    assert same_day(date(2023, 2, 28), 2024) == date(2024, 2, 28)


@time_machine.travel(NOW, tick=False)
def test_years_stand_side_by_side_at_the_same_day(years):
    made = compare(Viewing(years, 2024, date(2024, 12, 16), date(2025, 3, 10)))
    by_year = {year.year: year for year in made.years}
    assert by_year[2025].as_of is None  # the day has not come
    for year in (2022, 2023, 2024):
        ledger = read_year(years, year, date(year, 12, 16))
        assert by_year[year].as_of == date(year, 12, 16)
        assert by_year[year].total.number == len(ledger.listed())
        place = list(by_year).index(year)
        numbers = [line.numbers[place].number for line in made.buckets]
        assert sum(numbers) == len(ledger.listed())
        assert sum(segment.number.number for segment in by_year[year].bar) == sum(numbers)
        cells = [line.cells[place] for line in made.areas if line.cells[place]]
        assert sum(cell.total.number for cell in cells) == len(ledger.occurrences)
        cells = [line.cells[place] for line in made.units if line.cells[place]]
        assert sum(cell.total.number for cell in cells) == len(ledger.rows)


@time_machine.travel(NOW, tick=False)
def test_every_number_opens_exactly_its_rows(client, years, quang):
    client.force_login(quang)
    html = client.get(f"{URL}?nam=2024&tinh-den=2024-12-16").content.decode()
    html = html.partition("<main")[2]
    links = re.findall(r'<a [^>]*?href="(/ke-hoach/[^"]*)"[^>]*>(?:<title>)?(\d+)', html)
    assert len(links) > 60
    for href, number in sorted(set(links))[::4]:
        assert rows_behind(client, href.replace("&amp;", "&")) == int(number), href
    assert "Chưa đến ngày này" in html and "style=" not in html


@time_machine.travel(NOW, tick=False)
def test_each_year_costs_two_queries(years, django_assert_max_num_queries):
    with django_assert_max_num_queries(1 + 2 * 5):
        compare(Viewing(years, 2025, date(2025, 3, 10), date(2025, 3, 10)))

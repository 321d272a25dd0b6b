import re
from datetime import date
from unittest import mock

import pytest
import time_machine
from django.http import JsonResponse
from django.urls import reverse
from django.utils import timezone

from cchc import kept
from cchc.models import Unit
from conftest import at
from reports.summary import summarise
from reports.tests.years import play_years
from tasks.buckets import Bucket
from tasks.ledger import read_year
from tasks.models import Assignment, Directive, Task
from tasks.viewing import Viewing

URL = reverse("reports:dashboard")
NOW = at(2024, 12, 16, 8)
LATER = at(2026, 1, 5, 8)
DAYS = [
    "nam=2022&tinh-den=2022-07-01",
    "nam=2024&tinh-den=2024-12-16",
    "nam=2025&tinh-den=2025-12-31",
]
BLOCKED, ASKED = "Phần mềm đất đai chưa kết nối.", "Chờ số liệu của các sở."


def page(client, user, address=URL):
    client.force_login(user)
    response = client.get(address)
    assert response.status_code == 200
    return response


def screen(html: str) -> str:
    """What is on the screen, without the sheet that only paper shows."""
    return html.partition("<main")[2].partition('<div class="print-only">')[0]


LISTS = ("/ke-hoach/?", "/gia-han/?", "#s-dv")


def figures(html: str) -> dict[str, int]:
    """Every number that is a link to a list; the same address always with one number."""
    found = {}
    words = r"(?:<svg.*?</svg>|<b>|xem đủ )*(\d+)"
    for href, number in re.findall(rf'<a [^>]*?href="([^"]*)"[^>]*>{words}', html):
        href = href.replace("&amp;", "&")
        if href.startswith(LISTS) or href == reverse("tasks:plan"):
            assert found.setdefault(href, int(number)) == int(number), href
    return found


def rows_behind(client, href: str) -> int:
    """What the list says it has; its view answers, its template is left out (hundreds are asked)."""
    with (
        mock.patch("tasks.views.plan.render", total),
        mock.patch("tasks.views.extensions.render", total),
    ):
        response = client.get(href)
    assert response.status_code == 200, href
    return response.json()


def total(request, template, context):
    rows = context["table"].total if "table" in context else context["page"].paginator.count
    return JsonResponse(rows, safe=False)


@pytest.fixture
def years(opened, lan, minh, hoa, thu, quang):
    play_years(lan=lan, minh=minh, hoa=hoa, thu=thu, quang=quang)
    return opened


@time_machine.travel(NOW, tick=False)
def test_a_stranger_is_sent_to_the_login_page(client, plan):
    response = client.get(URL)
    assert response.status_code == 302 and response.url.startswith(reverse("login"))


@time_machine.travel(NOW, tick=False)
@pytest.mark.parametrize(
    "query", ["nam=2020", "nam=x", "tinh-den=31/12/2024", "tinh-den=2024-02-30"]
)
def test_a_year_or_day_that_is_none_is_not_found(client, plan, quang, query):
    client.force_login(quang)
    assert client.get(f"{URL}?{query}").status_code == 404
    assert client.post(URL).status_code == 405


@time_machine.travel(LATER, tick=False)
@pytest.mark.parametrize("query", DAYS)
def test_every_number_opens_exactly_its_rows(client, years, quang, query):
    response = page(client, quang, f"{URL}?{query}")
    found = figures(screen(response.content.decode()))
    assert len(found) > 25
    summed = found.pop("#s-dv")
    for href, number in found.items():
        assert rows_behind(client, href) == number, href
    units = response.context["summary"].units
    assert summed == sum(unit.total.number for unit in units)


@time_machine.travel(LATER, tick=False)
@pytest.mark.parametrize("query", DAYS)
def test_every_role_sees_the_same_numbers(client, years, quang, minh, hoa, thu, an, query):
    told = figures(screen(page(client, quang, f"{URL}?{query}").content.decode()))
    requests = {href for href in told if "/gia-han/" in href}
    for person in (minh, hoa, thu, an):
        own = figures(screen(page(client, person, f"{URL}?{query}").content.decode()))
        hidden = set() if person == thu else requests
        assert own == {href: n for href, n in told.items() if href not in hidden}, person
        for href in list(own)[1:40:9]:  # the list is open to them, with as many rows
            if href.startswith("/"):
                assert rows_behind(client, href) == own[href], (person, href)


@time_machine.travel(LATER, tick=False)
def test_no_number_stands_without_its_link(client, years, quang):
    html = screen(page(client, quang, f"{URL}?{DAYS[1]}").content.decode())
    left = re.sub(r"<a .*?</a>", "", html, flags=re.DOTALL)
    for part in (
        r'<div class="strip">(.*?)<p class="sub flags">',
        r'<p class="sub flags">(.*?)</p>',
        r'<span class="sub asks">(.*?)</span>',
        r'<table class="areas">(.*?)</table>',
        r'<p class="chg-n">(.*?)</p>',
        r'<ul class="mon-m">(.*?)</ul>',
    ):
        for text in re.findall(part, left, flags=re.DOTALL):
            words = re.sub(
                r"<[^>]*>|\d\d/\d\d(/\d{4})?|Tháng \d+|Trước \d+|năm \d{4}|6 tháng đầu", "", text
            )
            assert not re.search(r"\d", words), (part, words)
    units = re.search(r'<table class="tb mx">(.*?)</table>', left, flags=re.DOTALL)[1]
    assert not re.search(r"\d", re.sub(r"<[^>]*>|\d\d/\d\d/\d{4}", "", units))


@time_machine.travel(NOW, tick=False)
def test_the_numbers_are_the_ledgers_and_add_up(client, years, quang):
    summary = page(client, quang).context["summary"]
    ledger = read_year(years, 2024, NOW.date())
    numbers = {figure.status: figure.number for figure in summary.figures}
    for bucket in Bucket:
        assert numbers.get(bucket.value, 0) == ledger.counts[bucket]
    assert sum(numbers.values()) == summary.total.number == len(ledger.listed())
    assert summary.parts == len(ledger.rows) == sum(u.total.number for u in summary.units)
    assert sum(area.total.number for area in summary.areas) == len(ledger.occurrences)


@time_machine.travel(NOW, tick=False)
def test_a_groups_own_work_is_told_apart_from_its_members(client, years, quang, assignment_of):
    group = Unit.objects.get(code="NCTH")
    path = Unit.path_for("TH", group)
    member = Unit.objects.create(code="TH", name="Phòng Tổng hợp", parent=group, path=path)
    own = assignment_of("II.1/2024", "NCTH")
    own.pk, own.unit = None, member
    own.save()
    summary = page(client, quang).context["summary"]
    lines = {line.code: line for line in summary.units}
    for code in ("NCTH", "TH"):
        assert rows_behind(client, lines[code].total.href) == lines[code].total.number
    together = reverse("tasks:plan") + "?don-vi=NCTH&trang-thai=moi-ky"
    assert rows_behind(client, together) == lines["NCTH"].total.number


@time_machine.travel(NOW, tick=False)
def test_the_units_words_are_read_by_the_unit_the_coordinator_and_leaders(
    client, years, minh, hoa, thu, quang, an
):
    shown = Assignment.objects.filter(task__code__in=["III.3", "III.4"], year=2024)
    Assignment.objects.exclude(pk__in=shown).update(due_on=None, first_due_on=None)
    for user in (minh, thu, quang):
        html = page(client, user).content.decode()
        assert BLOCKED in html, user
        assert (ASKED in html) == (user != minh)
    for user in (hoa, an):
        html = page(client, user).content.decode()
        assert BLOCKED not in html and "mở kết nối" not in html and ASKED not in html
        assert "Vướng mắc" in html  # the state is no secret


@time_machine.travel(LATER, tick=False)
def test_more_time_is_asked_for_only_until_it_is_decided(client, years, quang):
    def asked(day):
        address = f"{URL}?nam=2024&tinh-den={day}"
        numbers = page(client, quang, address).context["summary"].asking
        return [n.number for n in numbers if "gia-han" in n.href]

    assert asked("2024-12-11") == [] and asked("2024-12-16") == [1]


@time_machine.travel(NOW, tick=False)
def test_what_waits_for_a_leader_is_among_what_needs_direction(client, years, quang):
    summary = page(client, quang).context["summary"]
    assert [n.number for n in summary.asking if "cho-lanh-dao" in n.href] == [1]
    Assignment.objects.exclude(state="pending").update(due_on=None, first_due_on=None)
    kept.forget()  # nobody has written that
    shown = page(client, quang)
    items = shown.context["summary"].attention
    assert [item.mark.code for item in items if item.for_leaders] == ["II.4"]
    assert "Xác nhận hoặc trả lại" in shown.content.decode()


@time_machine.travel(NOW, tick=False)
def test_year_and_day_stay_in_the_links_and_the_page_says_its_moment(client, plan, quang):
    html = page(client, quang, URL + "?nam=2022&tinh-den=2022-12-14").content.decode()
    for href in re.findall(r'<a class="o [^"]*" href="([^"]*)"', html):
        assert href.endswith("?nam=2022&amp;tinh-den=2022-12-14")
    assert "/ke-hoach/?nam=2022&amp;tinh-den=2022-12-14&amp;trang-thai=qua-han" in html
    assert "Đến hết ngày 14/12/2022" in html
    today = page(client, quang).content.decode()
    assert 'Đến <time class="now">08:00</time> ngày 16/12/2024' in today


@time_machine.travel(LATER, tick=False)
def test_what_was_recorded_later_is_said_and_can_be_left_out(client, years, quang):
    address = f"{URL}?{DAYS[1]}"
    response = page(client, quang, address)
    later = response.context["summary"].later
    assert later.number == 1 == rows_behind(client, later.href)
    assert f"{address.replace('&', '&amp;')}&amp;dung-nhu-da-biet=1" in response.content.decode()
    known = page(client, quang, address + "&dung-nhu-da-biet=1")
    assert "Đúng như đã biết ngày 16/12/2024" in known.content.decode()
    done = {f.status: f for f in known.context["summary"].figures}["hoan-thanh-dung-han"]
    before = {f.status: f for f in response.context["summary"].figures}["hoan-thanh-dung-han"]
    assert done.number == before.number - 1 == rows_behind(client, done.href)


@time_machine.travel(LATER, tick=False)
def test_changes_are_told_since_a_week_and_since_the_last_report(client, years, quang):
    week, report = page(client, quang, f"{URL}?{DAYS[1]}").context["summary"].changes
    assert week.day == date(2024, 12, 9) and report.day == date(2024, 12, 14)
    assert "năm 2024" in report.title
    # VII.3 and VII.1 were done with documents of 11 and 13 December
    assert week.total.number == 2 and report.total.number == 0
    assert sum(number.number for number in week.numbers) == week.total.number


@time_machine.travel(NOW, tick=False)
def test_an_area_without_tasks_shows_its_solutions_and_targets(client, plan, quang):
    response = page(client, quang)
    (area,) = [a for a in response.context["summary"].areas if not a.has_tasks]
    assert area.solutions == plan.areas.get(number=area.number).solutions.count() > 0
    html = response.content.decode()
    assert f"#linh-vuc-{area.number}" in html and "Phụ lục không giao nhiệm vụ" in html
    for code in area.indicators:
        assert reverse("indicators:indicator", args=[code]) in html


@time_machine.travel(NOW, tick=False)
def test_the_formula_of_the_rate_is_printed_with_links(client, years, quang):
    response = page(client, quang)
    rate = response.context["summary"].rate
    html = re.sub(r"<[^>]*>", "", response.content.decode())
    assert f"{rate.on_time.number} / ({rate.on_time.number} + {rate.late.number} + " in html
    assert "Không có việc nào do chính đơn vị mình xác nhận." in html


def test_work_verified_by_its_own_unit_would_be_named(years, minh, quang):
    viewing = Viewing(years, 2024, NOW.date(), NOW.date())
    ledger = read_year(years, 2024, NOW.date())
    assert summarise(viewing, quang, ledger).verified_by_own_unit == ()
    work = Assignment.objects.get(task__code="I.2", year=2024)
    work.updates.filter(act="verify").update(by=minh)
    assert summarise(viewing, quang, ledger).verified_by_own_unit == ("I.2",)


@time_machine.travel(NOW, tick=False)
def test_a_year_without_work_says_so(client, unopened, quang):
    assert "Năm này chưa có việc nào" in page(client, quang).content.decode()


@time_machine.travel(NOW, tick=False)
def test_no_inline_style_or_script_and_no_empty_label(client, years, quang):
    html = page(client, quang).content.decode()
    assert "style=" not in html and "<script>" not in html
    assert "None" not in html


@time_machine.travel(NOW, tick=False)
def test_a_leader_writes_a_directive_without_leaving_the_page(client, years, quang, minh):
    html = page(client, quang).content.decode()
    address = re.search(r'data-hx-get="([^"]*chi-dao/)"', html)[1]
    form = client.get(address, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in form and "<textarea" in form and f'data-hx-post="{address}"' in form
    unit = re.search(r'value="(\d+)" selected', form)[1]
    sent = {"unit": unit, "words": " "}
    wrong = client.post(address, sent, headers={"HX-Request": "true"})
    assert wrong.status_code == 422 and "<html" not in wrong.content.decode()
    sent["words"] = "Báo cáo trước ngày 20."
    done = client.post(address, sent, headers={"HX-Request": "true"})
    assert "Đã gửi ý kiến chỉ đạo" in done.content.decode()
    assert Directive.objects.filter(words=sent["words"]).count() == 1
    assert client.post(address, sent).status_code == 302  # without script, as a page
    assert "chi-dao/" not in screen(page(client, quang, f"{URL}?{DAYS[0]}").content.decode())
    assert "chi-dao/" not in screen(page(client, minh).content.decode())


def enlarge(plan, assignments: int):
    """As many assignments of 2024 as a whole province has."""
    template = Task.objects.filter(plan=plan).first()
    unit = Assignment.objects.first().unit
    tasks = Task.objects.bulk_create(
        Task(
            plan=plan,
            area=template.area,
            code=f"X.{n}",
            position=100 + n,
            number=n,
            text=template.text,
            deadline_kind=template.deadline_kind,
        )
        for n in range(assignments)
    )
    Assignment.objects.bulk_create(
        Assignment(
            task=task,
            unit=unit,
            year=2024,
            due_on=NOW.date(),
            first_due_on=NOW.date(),
            opened_at=timezone.now(),
        )
        for task in tasks
    )


@time_machine.travel(NOW, tick=False)
def test_a_province_gets_a_page_of_bounded_size(client, years, quang, django_assert_num_queries):
    today = NOW.date()
    viewing, ledger = Viewing(years, 2024, today, today), read_year(years, 2024, today)
    with django_assert_num_queries(5):  # and the ledger's two
        summarise(viewing, quang, ledger)
    enlarge(years, 600)
    assert len(page(client, quang).content) < 500_000

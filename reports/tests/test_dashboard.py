import re
from datetime import date

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from conftest import at
from reports.summary import summarise
from tasks import actions
from tasks.buckets import Bucket
from tasks.citing import Citation
from tasks.ledger import read_year
from tasks.models import Assignment, Task

URL = reverse("reports:dashboard")
NOW = at(2024, 12, 16, 8)


def page(client, user, address=URL):
    client.force_login(user)
    response = client.get(address)
    assert response.status_code == 200
    return response


@pytest.fixture
def blocked(assignment_of, minh):
    """Minh's centre is stuck with III.3/2024 and says what it needs."""
    assignment = assignment_of("III.3/2024")
    actions.post_update(
        assignment=assignment,
        by=minh,
        at=at(2024, 12, 9),
        seen_version=assignment.version,
        result="Đã rà soát.",
        difficulty="Phần mềm đất đai chưa kết nối.",
        proposal="Văn phòng có văn bản đề nghị mở kết nối.",
        send=False,
    )
    return assignment


def send(assignment, by, moment):
    """The plan of 20/03/2024 handed over for verification."""
    citation = Citation(
        number="12/KH-VP",
        issued_on=date(2024, 3, 20),
        summary="Kế hoạch kiểm soát thủ tục hành chính",
        issuer="Văn phòng UBND tỉnh",
    )
    actions.post_update(
        assignment=assignment,
        by=by,
        at=moment,
        seen_version=assignment.version,
        send=True,
        result="Đã ban hành.",
        cite=(citation,),
    )


@pytest.fixture
def done(assignment_of, minh, thu):
    """I.2/2024 sent with a document of 20/03/2024, verified."""
    assignment = assignment_of("I.2/2024")
    send(assignment, minh, at(2024, 3, 21))
    actions.verify(assignment=assignment, by=thu, at=at(2024, 3, 25), seen_version=2)
    return assignment


def only_the_blocked_one_has_a_day(blocked):
    """Nothing is overdue, so that it is among the few of "Cần chỉ đạo"."""
    Assignment.objects.exclude(pk=blocked.pk).update(due_on=None, first_due_on=None)


@time_machine.travel(NOW, tick=False)
def test_a_stranger_is_sent_to_the_login_page(client, plan):
    response = client.get(URL)
    assert response.status_code == 302 and response.url.startswith(reverse("login"))


@time_machine.travel(NOW, tick=False)
def test_the_page_only_reads(client, plan, quang):
    client.force_login(quang)
    assert client.post(URL).status_code == 405


@time_machine.travel(NOW, tick=False)
@pytest.mark.parametrize(
    "query", ["nam=2020", "nam=x", "tinh-den=31/12/2024", "tinh-den=2024-02-30"]
)
def test_a_year_or_day_that_is_none_is_not_found(client, plan, quang, query):
    client.force_login(quang)
    assert client.get(f"{URL}?{query}").status_code == 404


@time_machine.travel(NOW, tick=False)
def test_the_numbers_are_the_ledgers_and_add_up(client, plan, quang, done, blocked):
    summary = page(client, quang).context["summary"]
    ledger = read_year(plan, 2024, NOW.date())
    numbers = {figure.status: figure.number for figure in summary.figures}
    for bucket in Bucket:
        assert numbers.get(bucket.value, 0) == ledger.counts[bucket]
    assert sum(numbers.values()) == summary.total == len(ledger.listed())
    assert summary.parts == len(ledger.rows) == sum(unit.total for unit in summary.units)
    assert sum(area.total for area in summary.areas) == len(ledger.occurrences)


@time_machine.travel(NOW, tick=False)
@pytest.mark.parametrize("query", ["", "?nam=2023", "?nam=2022&tinh-den=2022-12-14"])
def test_every_number_opens_exactly_its_rows(client, plan, quang, done, blocked, query):
    html = page(client, quang, URL + query).content.decode()
    links = re.findall(
        r'href="(/ke-hoach/\?[^"]*trang-thai=[^"]*)"[^>]*>(?:<svg.*?</svg>)?(\d+)', html
    )
    assert len(links) > 12
    for href, number in dict(links).items():
        found = page(client, quang, href.replace("&amp;", "&")).context["table"]
        assert found.total == int(number), href


@time_machine.travel(NOW, tick=False)
def test_the_units_words_are_read_by_the_unit_the_coordinator_and_leaders(
    client, blocked, minh, hoa, thu, quang, an
):
    words = "Phần mềm đất đai chưa kết nối."
    only_the_blocked_one_has_a_day(blocked)
    for user in (minh, thu, quang):
        assert words in page(client, user).content.decode(), user
    for user in (hoa, an):
        html = page(client, user).content.decode()
        assert words not in html and "mở kết nối" not in html
        assert "Vướng mắc" in html  # the state is no secret


@time_machine.travel(NOW, tick=False)
def test_year_and_day_stay_in_the_links(client, plan, quang):
    html = page(client, quang, URL + "?nam=2022&tinh-den=2022-12-14").content.decode()
    for href in re.findall(r'<a class="o [^"]*" href="([^"]*)"', html):
        assert href.endswith("?nam=2022&amp;tinh-den=2022-12-14")
    assert "/ke-hoach/?nam=2022&amp;tinh-den=2022-12-14&amp;trang-thai=qua-han" in html
    assert "Đến hết ngày 14/12/2022" in html


@time_machine.travel(NOW, tick=False)
def test_the_page_says_its_moment(client, plan, quang):
    assert "Đến 08:00 ngày 16/12/2024" in page(client, quang).content.decode()


def test_what_was_recorded_later_is_said_and_can_be_left_out(client, assignment_of, minh, quang):
    assignment = assignment_of("I.2/2024")
    send(assignment, minh, at(2024, 5, 3))
    with time_machine.travel(NOW, tick=False):
        address = URL + "?tinh-den=2024-04-15"
        html = page(client, quang, address).content.decode()
        assert "1 cập nhật ghi sau ngày này" in html
        assert f'href="{address.replace("&", "&amp;")}&amp;dung-nhu-da-biet=1"' in html
        known = page(client, quang, address + "&dung-nhu-da-biet=1")
        assert known.context["summary"].known_only
        assert "Đúng như đã biết ngày 15/04/2024" in known.content.decode()


@time_machine.travel(NOW, tick=False)
def test_an_area_without_tasks_says_so(client, plan, quang):
    html = page(client, quang).content.decode()
    assert "Phụ lục không giao nhiệm vụ" in html
    assert len(page(client, quang).context["summary"].areas) == 8


@time_machine.travel(NOW, tick=False)
def test_the_formula_of_the_rate_is_printed(client, done, quang):
    response = page(client, quang)
    rate = response.context["summary"].rate
    assert rate.on_time == 1
    assert f"1 / (1 + {rate.late} + {rate.overdue})" in response.content.decode()
    assert "Xác nhận bởi chính đơn vị mình: <b" in response.content.decode()


@time_machine.travel(NOW, tick=False)
def test_a_year_without_work_says_so(client, unopened, quang):
    assert "Năm này chưa có việc nào" in page(client, quang).content.decode()


@time_machine.travel(NOW, tick=False)
def test_no_inline_style_or_script_and_no_empty_label(client, blocked, quang):
    html = page(client, quang).content.decode()
    assert "style=" not in html and "<script>" not in html
    assert "None" not in html


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
@pytest.mark.parametrize(("who", "most"), [("quang", 11), ("thu", 22), ("minh", 10), ("an", 9)])
def test_the_page_costs_the_same_for_a_province(
    client, request, plan, blocked, who, most, django_assert_max_num_queries
):
    only_the_blocked_one_has_a_day(blocked)  # so that words are read too
    client.force_login(request.getfixturevalue(who))
    with django_assert_max_num_queries(most) as small:
        client.get(URL)
    enlarge(plan, 2500)
    with django_assert_max_num_queries(most) as large:
        html = client.get(URL).content
    assert len(small) == len(large)
    assert len(html) < 400_000


def test_work_verified_by_its_own_unit_would_be_counted(done, plan, minh, quang):
    before = summarise(plan, 2024, NOW.date(), quang)
    assert before.verified_by_own_unit == 0
    done.updates.filter(act="verify").update(by=minh)
    assert summarise(plan, 2024, NOW.date(), quang).verified_by_own_unit == 1

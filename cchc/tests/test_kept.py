"""A page is kept until something is written, for its own reader; what must be new in each answer is."""

import re
from datetime import date

import pytest
import time_machine
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver

from cchc import audit, clock, kept
from cchc.kept import Shelf
from cchc.models import AuditEvent, Unit, User
from conftest import at
from tasks import noticing
from tasks.models import Notice
from tasks.tests.story import send

TOKEN = re.compile(r'(?<=name="csrfmiddlewaretoken" value=")\w+')
WARM = 4  # queries: session, person, unread notices, number of audit rows
MORNING = at(2024, 6, 3, 9, 5)


@pytest.fixture
def asked(quang, opened):
    """asked() gives a page that Quang, or whoever, looks at and how many queries it took."""

    def ask(path="/ke-hoach/", *, by=quang, moment=MORNING, client=None):
        if client is None:
            client = Client()
            client.force_login(by)
        with time_machine.travel(moment, tick=False), CaptureQueriesContext(connection) as queries:
            answer = client.get(path)
        assert answer.status_code == 200
        return answer.content.decode(), len(queries)

    return ask


KEPT = {
    "reports:dashboard": "/?tinh-den=2024-05-31",
    "reports:compare": "/so-sanh/",
    "reports:presentation": "/trinh-chieu/",
    "reports:offices": "",  # the tests' one office has no such page
    "reports:list": "/bao-cao/",
    "reports:report": "/bao-cao/quy-1-2024/",
    "tasks:my_work": "/viec-cua-don-vi/",
    "tasks:desk": "/dieu-phoi/",
    "tasks:plan": "/ke-hoach/?trang-thai=trong-han",
    "tasks:plan_text": "/ke-hoach/nguyen-van/",
    "tasks:occurrence": "/nhiem-vu/III.4/2024/",
    "tasks:documents": "/van-ban/",
}


@pytest.mark.parametrize("who", ["minh", "hung", "hoa", "thu", "quang", "an"])
def test_what_is_given_again_is_what_would_be_made_anew(who, request, opened, assignment_of):
    """Of every kept page, for every role, with work under way."""
    minh, reader = (request.getfixturevalue(name) for name in ("minh", who))
    send(assignment_of("III.4/2024", "TTPVKS"), minh, on=date(2024, 5, 30))
    client = Client()
    client.force_login(reader)
    seen = 0
    with time_machine.travel(MORNING, tick=False):
        for path in filter(None, KEPT.values()):
            made, given = client.get(path), client.get(path)
            kept.forget()
            anew = client.get(path)
            assert made.status_code == given.status_code == anew.status_code
            words = [TOKEN.sub("", answer.content.decode()) for answer in (made, given, anew)]
            assert words[0] == words[1] == words[2], path
            seen += made.status_code == 200
    assert seen >= 5


def test_these_pages_are_kept():
    resolver = get_resolver()
    kept_ones = {
        f"{space}:{pattern.name}"
        for space in ("tasks", "reports", "indicators")
        for pattern in resolver.namespace_dict[space][1].url_patterns
        if hasattr(pattern.callback, "keeps")
    }
    assert kept_ones == set(KEPT)


def write(by):
    audit.record(by=by, verb="something", target=by, at=MORNING)


def test_asked_again_it_is_the_same_page_for_four_queries(asked):
    first, many = asked()
    again, few = asked()
    assert TOKEN.sub("", again) == TOKEN.sub("", first)
    assert few == WARM < many


def test_after_a_write_it_is_made_anew(asked, quang):
    asked()
    write(quang)
    assert asked()[1] > WARM
    assert asked()[1] == WARM


def test_sealing_writes_nothing_that_a_page_tells(asked, quang):
    write(quang)
    asked()
    audit.seal()
    assert asked()[1] == WARM


@pytest.mark.parametrize(
    "change", [{"role": User.Role.COORDINATOR}, {"unit": "HCQT"}], ids=["role", "unit"]
)
def test_who_has_another_role_or_unit_is_another_reader(asked, quang, change):
    """Even when that was changed without an audit row."""
    asked()
    unit = Unit.objects.get(code=change.get("unit", "VP"))
    User.objects.filter(pk=quang.pk).update(**change | {"unit": unit})
    assert asked(by=User.objects.get(pk=quang.pk))[1] > WARM


def test_nobody_gets_the_page_of_somebody_else(asked, minh):
    assert "Đỗ Quang" in asked()[0]
    page, many = asked(by=minh)
    assert many > WARM and "Đỗ Quang" not in page and "Trần Văn Minh" in page


def test_another_address_is_another_page(asked):
    assert "Nhiệm vụ I.1" in asked("/ke-hoach/?linh-vuc=1")[0]
    assert "Nhiệm vụ I.1" not in asked("/ke-hoach/?linh-vuc=2")[0]


def test_the_next_day_counts_anew(asked):
    asked("/")
    assert asked("/", moment=at(2024, 6, 4, 0, 1))[1] > WARM


def test_the_hour_is_of_now_and_the_token_of_this_answer(asked):
    first, _ = asked("/")
    later, few = asked("/", moment=at(2024, 6, 3, 16, 40))
    assert few == WARM
    assert ">09:05</time>" in first and ">09:05</time>" not in later and ">16:40</time>" in later
    assert set(TOKEN.findall(first)).isdisjoint(TOKEN.findall(later))


def test_the_form_on_a_kept_page_can_be_sent(asked, quang):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(quang)
    asked("/", client=strict)
    page, few = asked("/", client=strict)
    token = TOKEN.search(page)[0]
    assert few == WARM
    assert strict.post("/dang-xuat/", {"csrfmiddlewaretoken": token}).status_code == 302


def test_a_notice_that_was_read_is_gone_from_the_bell(asked, quang):
    due = Notice.Kind.DUE
    noticing.tell(users=[quang], kind=due, words="Sắp đến hạn", path="/", key="a", at=MORNING)
    assert "1 thông báo chưa đọc" in asked()[0]
    noticing.mark_read(by=quang, at=MORNING, until=Notice.objects.latest("pk").pk)
    assert "1 thông báo chưa đọc" not in asked()[0]


def test_a_message_is_told_once(asked, client, quang):
    client.force_login(quang)
    client.post("/thong-bao/", {"every": User.DigestEvery.DAY})
    told = [("Đã ghi cách nhận thư" in asked(client=client)[0]) for _ in range(3)]
    assert told == [True, False, False]


def test_a_form_that_may_be_sent_once_has_a_key_of_its_own_each_time(rf, quang):
    made = []

    @kept.page
    def form(request):
        made.append(request)
        return HttpResponse(f'<input type="hidden" name="form_key" value="{len(made)}">')

    def ask():
        request = rf.get("/")
        request.user, request.htmx, request._messages = quang, False, ()
        return form(request).content

    assert ask() != ask()


def test_the_number_of_the_books_is_that_of_all_audit_rows(quang):
    write(quang)
    write(quang)
    audit.seal()
    for _ in range(2):  # as a write leaves it on PostgreSQL until its commit
        AuditEvent.objects.create(at=clock.now(), verb="read", target_type="plan", target_id=1)
    waiting = AuditEvent.objects.filter(place=None).count()
    assert waiting == 2 and kept.books() == AuditEvent.objects.count()


def test_the_shelf_holds_no_more_than_it_may():
    shelf = Shelf(lambda: 10)
    for key in "abc":
        shelf.keep(key, 1, key, 4)
    assert [shelf.find(key, 1) for key in "abc"] == [None, "b", "c"]
    shelf.find("b", 1)
    shelf.keep("d", 1, "d", 4)  # the longest unused goes
    assert [shelf.find(key, 1) for key in "bcd"] == ["b", None, "d"]
    shelf.keep("d", 2, "dd", 5)
    assert shelf.find("d", 1) is None and shelf.find("d", 2) == "dd" and shelf.size == 9
    shelf.keep("e", 1, "too big", 11)
    assert shelf.find("e", 1) is None and shelf.find("d", 2) == "dd"

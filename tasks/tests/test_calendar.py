import logging
from datetime import date, timedelta

import pytest
import time_machine
from django.db import IntegrityError
from icalendar import Calendar

from cchc.models import AuditEvent, Unit
from conftest import at
from tasks.models import Assignment, CalendarFeed
from tasks.tests.story import send, verify

PAGE = "/lich/"
DAY = at(2024, 3, 1)

pytestmark = pytest.mark.usefixtures("plan")


@pytest.fixture(autouse=True)
def march():
    with time_machine.travel(DAY, tick=False):
        yield


def feed_of(user, whole_unit=False):
    return CalendarFeed.objects.create(user=user, whole_unit=whole_unit, made_at=DAY)


def answer_of(client, feed):
    return client.get(f"/lich/{feed.secret}.ics")


def events_of(client, feed):
    answer = answer_of(client, feed)
    assert answer.status_code == 200
    return Calendar.from_ical(answer.content).walk("VEVENT")


def test_a_parser_reads_the_feed_of_a_unit(client, minh, assignment_of, plan):
    work = assignment_of("I.2/2024")
    answer = answer_of(client, feed_of(minh))
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert "no-store" in answer["Cache-Control"] and "Set-Cookie" not in answer
    calendar = Calendar.from_ical(answer.content)
    assert (calendar["VERSION"], calendar["X-WR-CALNAME"]) == (
        "2.0",
        f"Kế hoạch CCHC – {minh.unit.short_name}",
    )
    (event,) = [
        e for e in calendar.walk("VEVENT") if e["UID"] == f"phan-viec-{work.pk}@{plan.code}"
    ]
    assert event["SUMMARY"] == f"I.2 {work.task.opening()[0].rstrip(' ,;:')}"
    assert event.decoded("DTSTART") == work.due_on
    assert event.decoded("DTEND") == work.due_on + timedelta(days=1)
    assert event["DTSTART"].params["VALUE"] == "DATE"
    assert event["DESCRIPTION"] == (
        f"{work.unit.name}\nTình trạng: Chưa thực hiện\nKỳ thực hiện: năm 2024"
    )
    assert event["URL"] == "http://testserver/nhiem-vu/I.2/2024/"
    assert "DTSTAMP" in event


def test_no_line_is_longer_than_75_octets_and_all_end_in_crlf(client, quang):
    data = answer_of(client, feed_of(quang)).content
    assert data.endswith(b"\r\n") and data.count(b"\n") == data.count(b"\r\n")
    lines = data.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    for line in lines:
        line.decode()  # no letter was cut in two


def test_words_with_commas_semicolons_and_long_vietnamese_come_back_as_they_were(
    client, minh, assignment_of
):
    work = assignment_of("I.2/2024")
    odd = "Rà soát; kiểm tra, “đánh giá” \\ thủ tục hành chính ở mọi đơn vị nghiệp vụ của Văn phòng"
    work.task.text, work.task.lead_len = odd, len(odd.split(" "))
    work.task.save()
    words = {str(event["SUMMARY"]) for event in events_of(client, feed_of(minh))}
    assert f"I.2 {odd}" in words


def test_ones_own_calendar_leaves_out_what_is_done_and_the_units_keeps_it(
    client, minh, thu, assignment_of
):
    send(assignment_of("I.2/2024"), minh)
    verify(assignment_of("I.2/2024"), thu, at(2024, 2, 28))
    url = "http://testserver/nhiem-vu/I.2/2024/"
    assert url not in [event["URL"] for event in events_of(client, feed_of(minh))]
    (done,) = [e for e in events_of(client, feed_of(minh, True)) if e["URL"] == url]
    assert "Tình trạng: Hoàn thành" in done["DESCRIPTION"]


def test_a_unit_sees_its_own_days_and_the_leaders_and_hcqt_the_offices(client, minh, thu, quang):
    def units(feed):
        keys = {int(e["UID"].split("@")[0].rpartition("-")[2]) for e in events_of(client, feed)}
        return set(Assignment.objects.filter(pk__in=keys).values_list("unit__code", flat=True))

    assert units(feed_of(minh)) == {"TTPVKS"}
    assert units(feed_of(thu, True)) == {"HCQT"}
    everybody = set(
        Assignment.objects.filter(year=2024, due_on__isnull=False).values_list(
            "unit__code", flat=True
        )
    )
    assert units(feed_of(quang)) == units(feed_of(thu)) == everybody


def test_in_december_the_next_years_days_are_there(client, minh):
    with time_machine.travel(at(2024, 12, 20), tick=False):
        days = {event.decoded("DTSTART") for event in events_of(client, feed_of(minh))}
    assert any(day > date(2025, 1, 1) for day in days)


def test_each_event_is_there_once(client, quang):
    keys = [event["UID"] for event in events_of(client, feed_of(quang))]
    assert keys and len(keys) == len(set(keys))


def test_what_a_person_wrote_is_not_in_it(client, quang, minh, assignment_of):
    send(assignment_of("I.2/2024"), minh, result="Chuyện riêng của Trung tâm.")
    assert "Chuyện riêng" not in answer_of(client, feed_of(quang)).content.decode()


def test_unknown_and_revoked_addresses_and_those_of_who_left_are_all_the_same_404(client, minh):
    feed, revoked = feed_of(minh), feed_of(minh, True)
    revoked.revoked_at = DAY
    revoked.save()
    minh.is_active = False
    minh.save()
    bodies = {
        answer.content
        for answer in (
            client.get("/lich/khong-co-gi.ics"),
            answer_of(client, revoked),
            answer_of(client, feed),
        )
        if answer.status_code == 404
    }
    assert len(bodies) == 1


def test_rights_are_those_of_the_moment_of_asking(client, minh):
    feed = feed_of(minh)
    minh.unit = Unit.objects.get(code="TTCBTH")
    minh.save()
    asked = answer_of(client, feed).content.decode()
    assert Unit.objects.get(code="TTPVKS").name not in asked.replace("\r\n ", "")
    minh.role, minh.unit = "administrator", None
    minh.save()
    assert answer_of(client, feed).status_code == 404


def test_making_revoking_and_making_anew(client, minh):
    client.force_login(minh)
    client.post(PAGE, {"act": "make"})
    first = CalendarFeed.objects.get()
    assert f"http://testserver/lich/{first.secret}.ics" in client.get(PAGE).content.decode()
    client.post(PAGE, {"act": "make", "seen": first.pk})
    second = CalendarFeed.objects.get(revoked_at=None)
    assert second.secret != first.secret
    assert answer_of(client, first).status_code == 404
    assert answer_of(client, second).status_code == 200
    client.post(PAGE, {"act": "revoke", "seen": second.pk})
    assert answer_of(client, second).status_code == 404
    assert second.secret not in client.get(PAGE).content.decode()


def test_the_same_form_sent_twice_makes_one_address(client, minh):
    client.force_login(minh)
    for _ in range(2):
        assert client.post(PAGE, {"act": "make"}).status_code == 302
    feed = CalendarFeed.objects.get()
    for _ in range(2):
        client.post(PAGE, {"act": "make", "seen": feed.pk})
    assert CalendarFeed.objects.count() == 2
    assert CalendarFeed.objects.filter(revoked_at=None).count() == 1


def test_the_database_keeps_one_living_feed_of_a_kind(minh):
    feed_of(minh)
    with pytest.raises(IntegrityError):
        feed_of(minh)


def test_nobody_revokes_anothers_calendar(client, minh, hung):
    feed = feed_of(hung)
    client.force_login(minh)
    client.post(PAGE, {"act": "revoke", "seen": feed.pk})
    client.post(PAGE, {"act": "make", "seen": feed.pk})
    assert answer_of(client, feed).status_code == 200
    assert not CalendarFeed.objects.filter(user=minh).exists()


def test_a_leader_has_one_calendar(client, quang):
    client.force_login(quang)
    assert "Lịch của cả đơn vị" not in client.get(PAGE).content.decode()
    assert client.post(PAGE, {"act": "make", "whole_unit": "1"}).status_code == 403


@pytest.mark.parametrize("data", [{"act": "x"}, {"act": "revoke"}, {"act": "make", "seen": "x"}])
def test_a_broken_form_is_refused(client, minh, data):
    client.force_login(minh)
    assert client.post(PAGE, data).status_code == 422
    assert not CalendarFeed.objects.exists()


def test_the_page_is_kept_by_no_browser(client, minh):
    client.force_login(minh)
    assert "no-store" in client.get(PAGE)["Cache-Control"]


def test_no_log_and_no_audit_row_holds_a_secret(client, minh, caplog):
    client.force_login(minh)
    client.post(PAGE, {"act": "make"})
    feed = CalendarFeed.objects.get()
    client.post(PAGE, {"act": "revoke", "seen": feed.pk})
    assert [event.verb for event in AuditEvent.objects.order_by("pk")][-2:] == [
        "calendar_made",
        "calendar_revoked",
    ]
    assert feed.secret not in str(list(AuditEvent.objects.values_list("detail", flat=True)))
    with caplog.at_level(logging.INFO):
        answer_of(client, feed)
        client.post(f"/lich/{feed.secret}.ics")
        line = f"GET /lich/{feed.secret}.ics HTTP/1.1"
        logging.getLogger("django.server").info('"%s" %s', line, "200")
    assert "/lich/….ics" in caplog.text and feed.secret not in caplog.text


def test_fixed_number_of_queries(client, quang, plan, django_assert_num_queries):
    feed = feed_of(quang)
    with django_assert_num_queries(5):
        answer_of(client, feed)

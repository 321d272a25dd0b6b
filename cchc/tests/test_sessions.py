"""How long one stays signed in, and what ends it."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cchc.models import User
from cchc.sign_in import sessions
from cchc.sign_in.sessions import SET_BACK
from conftest import PASSWORD, at

NINE = at(2024, 12, 16, 9)
NEW = "Trời-xanh-mây-trắng"


@pytest.fixture(autouse=True)
def nine_oclock():
    with time_machine.travel(NINE, tick=False) as clock:
        yield clock


@pytest.fixture
def here(minh):
    client = Client()
    client.post("/dang-nhap/", {"username": "minh", "password": PASSWORD})
    return client


def is_in(client):
    return client.get("/them/").status_code == 200


def test_it_ends_after_half_an_hour_without_a_request(here, nine_oclock):
    nine_oclock.shift(timedelta(minutes=30) - timedelta(seconds=1))
    assert is_in(here)
    nine_oclock.shift(timedelta(minutes=30) - timedelta(seconds=1))
    assert is_in(here)
    nine_oclock.shift(timedelta(minutes=30))
    answer = here.get("/them/?nam=2024")
    assert answer.url == "/dang-nhap/?next=/them/%3Fnam%3D2024&het-phien=1"
    assert "Phiên làm việc trước đã kết thúc" in here.get(answer.url).content.decode()
    assert not is_in(here)


def test_the_strict_profile_is_a_setting(here, nine_oclock, settings):
    settings.SESSION_IDLE_MINUTES = 15
    nine_oclock.shift(timedelta(minutes=15))
    assert not is_in(here)


def test_it_ends_after_twelve_hours_in_any_case(here, nine_oclock, settings):
    settings.SESSION_IDLE_MINUTES = 7 * 60
    nine_oclock.shift(timedelta(hours=6))
    assert is_in(here)
    nine_oclock.shift(timedelta(hours=6) - timedelta(seconds=1))
    assert is_in(here)
    nine_oclock.shift(timedelta(seconds=1))
    assert not is_in(here)


def test_a_clock_that_is_set_back_does_not_prolong_it(here, nine_oclock, monkeypatch):
    monkeypatch.setattr(
        sessions, "SET_BACK", SET_BACK
    )  # the suite travels without it (conftest.py)
    nine_oclock.move_to(NINE - timedelta(minutes=4))
    assert is_in(here)  # a correction, or another host's clock
    nine_oclock.move_to(NINE - timedelta(hours=1))
    assert not is_in(here)
    nine_oclock.move_to(NINE)
    assert not is_in(here)


def test_its_row_is_written_once_a_minute_at_most(here, nine_oclock):
    def written():
        with CaptureQueriesContext(connection) as seen:
            assert is_in(here)
        return [q["sql"] for q in seen if "UPDATE" in q["sql"] and "django_session" in q["sql"]]

    assert written() == []
    nine_oclock.shift(timedelta(seconds=59))
    assert written() == []
    nine_oclock.shift(timedelta(seconds=1))
    assert len(written()) == 1
    assert written() == []


def test_pages_are_read_when_nothing_can_be_written(here, nine_oclock, monkeypatch):
    def full(self, **told):
        raise UpdateError  # what Django makes of "database or disk is full"

    nine_oclock.shift(timedelta(minutes=2))
    monkeypatch.setattr(SessionStore, "save", full)
    assert is_in(here)


def test_signing_in_gives_a_new_key(minh):
    client = Client()
    client.session["anything"] = 1
    planted = client.session
    planted.save()
    client.cookies["sessionid"] = planted.session_key
    client.post("/dang-nhap/", {"username": "minh", "password": PASSWORD})
    assert client.cookies["sessionid"].value != planted.session_key
    assert not Session.objects.filter(session_key=planted.session_key).exists()


def other_of(minh):
    client = Client()
    client.post("/dang-nhap/", {"username": "minh", "password": PASSWORD})
    return client


def test_a_new_password_ends_every_other_session_and_gives_this_one_a_new_key(here, minh):
    other = other_of(minh)
    old_key = here.cookies["sessionid"].value
    form = {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW}
    assert here.post("/doi-mat-khau/", form).status_code == 302
    assert is_in(here) and not is_in(other)
    assert here.cookies["sessionid"].value != old_key
    replayed = Client()
    replayed.cookies["sessionid"] = old_key
    assert not is_in(replayed)


@pytest.mark.parametrize("change", [{"role": "head"}, {"is_active": False}])
def test_another_role_or_leaving_ends_every_session_at_once(here, minh, change):
    assert is_in(here)
    User.objects.filter(pk=minh.pk).update(**change)
    assert not is_in(here)
    User.objects.filter(pk=minh.pk).update(role="member", is_active=True)
    assert not is_in(here), "it does not come back"


def test_signing_out_ends_it(here):
    key = here.cookies["sessionid"].value
    here.post("/dang-xuat/")
    replayed = Client()
    replayed.cookies["sessionid"] = key
    assert not is_in(replayed)


def test_what_was_sent_too_late_leads_back_to_its_page(here, nine_oclock):
    nine_oclock.shift(timedelta(hours=1))
    page = "http://testserver/viec-cua-don-vi/?nam=2024#x"
    answer = here.post("/thong-bao/", HTTP_REFERER=page)
    assert answer.url == "/dang-nhap/?next=/viec-cua-don-vi/%3Fnam%3D2024&het-phien=1"
    answer = here.post("/thong-bao/", HTTP_REFERER="https://x.example/viec/")
    assert answer.url.startswith("/dang-nhap/?next=/&")


def test_a_part_of_a_page_leads_the_whole_page_to_the_sign_in(here, nine_oclock):
    nine_oclock.shift(timedelta(hours=1))
    htmx = {"HTTP_HX_REQUEST": "true", "HTTP_HX_CURRENT_URL": "http://testserver/them/"}
    answer = here.post("/thong-bao/", **htmx)
    assert answer.status_code == 204
    assert answer["HX-Redirect"] == "/dang-nhap/?next=/them/&het-phien=1"

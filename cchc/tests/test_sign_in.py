"""The way in: throttle, no enumeration, temporary passwords, where one lands afterwards."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cchc.clients import client_ip
from cchc.models import AuditEvent, SignInTry, User
from cchc.sign_in import throttle
from conftest import PASSWORD, at, make_user

LOGIN = "/dang-nhap/"
NEW = "Trời-xanh-mây-trắng"
NINE = at(2024, 12, 16, 9)


@pytest.fixture(autouse=True)
def nine_oclock():
    with time_machine.travel(NINE, tick=False) as clock:
        yield clock


def enter(username="minh", password=PASSWORD, ip="10.0.0.1", client=None, **more):
    client = client or Client(REMOTE_ADDR=ip)
    return client.post(LOGIN, {"username": username, "password": password}, **more)


def fail(times, **where):
    return [enter(password="sai", **where).status_code for _ in range(times)]


def verbs():
    return list(AuditEvent.objects.order_by("pk").values_list("verb", flat=True))


# --- The throttle ---


def test_the_sixth_wrong_try_is_refused_and_told_when_to_come_back(minh, nine_oclock):
    assert fail(5) == [422] * 5
    answer = enter()  # even the right one
    assert answer.status_code == 429
    assert "Thử lại sau 15 phút, từ 09:15" in answer.content.decode()
    nine_oclock.shift(timedelta(minutes=14, seconds=59))
    assert enter().status_code == 429
    nine_oclock.shift(timedelta(seconds=1))
    assert enter().status_code == 302


def test_a_refused_try_does_not_lengthen_the_wait(minh, nine_oclock):
    fail(5)
    nine_oclock.shift(timedelta(minutes=14))
    assert fail(10) == [429] * 10
    nine_oclock.shift(timedelta(minutes=1))
    assert enter().status_code == 302


def test_no_header_moves_a_caller_to_another_place(minh, rf):
    def headers(n):
        there = f"198.51.100.{n}"
        names = ("HTTP_X_FORWARDED_FOR", "HTTP_X_REAL_IP", "HTTP_CLIENT_IP", "HTTP_TRUE_CLIENT_IP")
        return {"HTTP_FORWARDED": f"for={there}"} | dict.fromkeys(names, there)

    here = {"REMOTE_ADDR": "203.0.113.9"}  # no proxy of ours
    places = {client_ip(rf.post(LOGIN, **here, **headers(n))) for n in range(100)}
    assert places == {"203.0.113.9"}
    codes = [
        enter("minh", "sai", client=Client(**here), **headers(n)).status_code for n in range(7)
    ]
    assert codes == [422] * 5 + [429] * 2


def test_one_place_has_a_hundred_tries_an_hour_under_whatever_names(minh):
    SignInTry.objects.bulk_create(
        SignInTry(kind="sign-in", name=str(n), network="10.0.0.1", at=NINE) for n in range(100)
    )
    assert enter().status_code == 429
    assert enter(ip="10.0.0.2").status_code == 302


def test_a_name_has_twenty_tries_an_hour_from_everywhere(minh):
    for n in range(4):
        fail(5, ip=f"10.0.1.{n}")
    assert enter(ip="10.0.2.1").status_code == 429


def test_nobody_shuts_out_a_person_who_signs_in_from_their_usual_place(minh, nine_oclock):
    assert enter(ip="10.0.0.7").status_code == 302
    nine_oclock.shift(timedelta(days=3))
    for n in range(4):
        fail(5, ip=f"10.0.1.{n}")
    assert enter(ip="10.0.2.1").status_code == 429
    assert enter(ip="10.0.0.7").status_code == 302
    assert fail(6, ip="10.0.0.7")[-1] == 429, "there too five wrong ones are the end"


def test_a_right_password_clears_only_that_name_at_that_place(minh, hung):
    fail(4)
    fail(4, username="hung")
    assert enter().status_code == 302
    assert fail(5) == [422] * 5
    assert fail(2, username="hung") == [422, 429]


def test_the_whole_of_a_network_of_ipv6_is_one_place(minh):
    for n in range(5):
        fail(1, ip=f"2001:db8:1:2::{n}")
    assert fail(1, ip="2001:db8:1:2:ffff::1") == [429]
    assert fail(1, ip="2001:db8:1:3::1") == [422]


def test_capitals_and_spaces_are_no_new_name(minh):
    fail(3)
    assert fail(3, username="MINH ") == [422, 422, 429]


def test_a_name_is_kept_as_a_digest_only(minh):
    fail(1, username="Mật-khẩu-gõ-nhầm-ô")
    kept = SignInTry.objects.get()
    assert len(kept.name) == 64 and "nham" not in kept.name
    assert "gõ-nhầm" not in str(AuditEvent.objects.values_list("detail", flat=True))


def test_old_tries_are_swept_away(minh, nine_oclock):
    fail(5)
    nine_oclock.shift(timedelta(hours=1, seconds=1))
    fail(1)
    assert SignInTry.objects.count() == 1


def test_a_command_lets_somebody_try_again(minh, capsys):
    fail(5)
    call_command("unlock", "minh")
    assert enter().status_code == 302
    assert "unlocked" in verbs() and "5 lần thử" in capsys.readouterr().out
    with pytest.raises(CommandError, match="Không có người dùng"):
        call_command("unlock", "ai-do")


def test_changing_the_password_has_the_same_throttle(client, minh):
    client.force_login(minh)
    form = {"old_password": "sai", "new_password1": NEW, "new_password2": NEW}
    codes = [client.post("/doi-mat-khau/", form).status_code for _ in range(6)]
    assert codes == [422] * 5 + [429]
    answer = client.post("/doi-mat-khau/", form | {"old_password": PASSWORD})
    assert answer.status_code == 429 and "Thử lại sau" in answer.content.decode()
    assert NEW not in answer.content.decode()
    minh.refresh_from_db()
    assert minh.check_password(PASSWORD)


# --- Nobody learns who has an account ---


def test_a_wrong_password_and_a_name_of_nobody_are_answered_alike(minh, hoa):
    User.objects.filter(pk=hoa.pk).update(is_active=False)
    answers = {}
    for n, (name, password) in enumerate(
        [("minh", "sai"), ("khong-co", "sai"), ("hoa", "sai"), ("hoa", PASSWORD)]
    ):
        client = Client(REMOTE_ADDR=f"10.0.3.{n}")
        client.cookies["csrftoken"] = "a" * 32
        answer = enter(name, password, client=client)
        csrf = answer.context["csrf_token"]
        body = answer.content.decode().replace(str(csrf), "").replace(f'value="{name}"', "")
        headers = dict(answer.headers) | {"Content-Length": len(body)}
        answers[n] = (answer.status_code, body, headers, sorted(answer.cookies))
    assert answers[0] == answers[1] == answers[2] == answers[3]


def test_the_same_work_is_done_for_whoever_it_is(minh, hoa, monkeypatch):
    User.objects.filter(pk=hoa.pk).update(is_active=False)
    hashed, work = [], []
    encode = MD5PasswordHasher.encode
    counted = lambda *given: hashed.append(1) or encode(*given)  # noqa: E731
    monkeypatch.setattr(MD5PasswordHasher, "encode", counted)
    for n, name in enumerate(["minh", "khong-co", "hoa"]):
        hashed.clear()
        with CaptureQueriesContext(connection) as asked:
            enter(name, "sai", ip=f"10.0.4.{n}")
        work.append((len(hashed), len(asked)))
    assert len(set(work)) == 1 and work[0][0] == 1, work


# --- What is written down ---


def test_coming_and_going_leave_their_rows(minh):
    client = Client(REMOTE_ADDR="10.0.0.1")
    fail(1)
    fail(1, username="khong-co")
    enter(client=client)
    client.post("/dang-xuat/")
    rows = AuditEvent.objects.filter(at=NINE).order_by("pk")
    assert [(e.verb, e.by_id, e.target_id, e.origin) for e in rows] == [
        ("sign_in_failed", None, minh.pk, "10.0.0.1"),
        ("sign_in_failed", None, 0, "10.0.0.1"),
        ("signed_in", minh.pk, minh.pk, "10.0.0.1"),
        ("signed_out", minh.pk, minh.pk, "10.0.0.1"),
    ]
    assert rows[2].detail == {"how": "password"}


def test_no_secret_is_in_the_log(minh, caplog, nine_oclock):
    caplog.set_level("DEBUG")
    secret = "Bí-mật-chim-hoàng-yến"
    enter("minh", secret)
    enter(secret, secret)
    enter("minh\r\n2024-12-16 forged", secret)
    fail(5)
    told = caplog.text
    assert "Wrong user name or password from 10.0.0.1" in told and "refused" in told
    assert "hoàng" not in told and "forged" not in told


# --- Temporary passwords ---


@pytest.fixture
def newcomer(minh):
    minh.temporary_until = NINE + timedelta(hours=24)
    minh.save()
    return minh


def test_a_temporary_password_opens_nothing_but_its_own_change(newcomer):
    client = Client()
    assert enter(client=client).status_code == 302
    for address in ("/", "/viec-cua-don-vi/", "/ke-hoach/"):
        assert client.get(address).url == "/doi-mat-khau/"
    assert "mật khẩu tạm" in client.get("/doi-mat-khau/").content.decode()
    same = {"old_password": PASSWORD, "new_password1": PASSWORD, "new_password2": PASSWORD}
    assert "trùng mật khẩu cũ" in client.post("/doi-mat-khau/", same).content.decode()
    form = {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW}
    assert client.post("/doi-mat-khau/", form).status_code == 302
    assert client.get("/viec-cua-don-vi/").status_code == 200
    assert enter().status_code == 422 and enter(password=NEW).status_code == 302


def test_a_temporary_password_is_over_after_a_day(newcomer, nine_oclock):
    nine_oclock.shift(timedelta(hours=24) - timedelta(seconds=1))
    assert enter().status_code == 302
    nine_oclock.shift(timedelta(seconds=1))
    answer = enter()
    assert answer.status_code == 422
    assert "Mật khẩu tạm đã hết hạn" in answer.content.decode()
    assert "hết hạn" not in enter(password="sai").content.decode(), "only to who knows it"


def test_what_an_administrator_sets_is_temporary(client, an, minh):
    client.force_login(an)
    fail(5)
    page = reverse("admin:auth_user_password_change", args=[minh.pk])
    assert client.post(page, {"password1": NEW, "password2": NEW}).status_code == 302
    minh.refresh_from_db()
    assert minh.temporary_until == NINE + timedelta(hours=24)
    assert enter(password=NEW).status_code == 302, "and it opens what was locked"


def test_who_becomes_an_administrator_needs_a_longer_password(client, an, minh):
    client.force_login(an)
    form = {
        "username": "minh",
        "full_name": minh.full_name,
        "title": "",
        "email": "",
        "role": "administrator",
        "unit": minh.unit_id,
        "is_active": "on",
    }
    client.post(reverse("admin:cchc_user_change", args=[minh.pk]), form)
    minh.refresh_from_db()
    assert minh.role == "administrator" and minh.temporary_until


def test_the_admin_is_no_second_way_in(client, an):
    client.force_login(an)
    form = {"username": "an", "password": "sai"}
    assert client.post("/quan-tri/login/", form).url == LOGIN
    assert client.post("/quan-tri/password_change/", {}).url == "/doi-mat-khau/"
    own = reverse("admin:auth_user_password_change", args=[an.pk])
    assert client.post(own, {"password1": NEW, "password2": NEW}).url == "/doi-mat-khau/"
    assert client.post("/quan-tri/logout/").url == LOGIN and verbs()[-1] == "signed_out"


# --- Where one lands ---

OFF_SITE = [
    "//x.example", "///x.example", "////x.example/%2e%2e", "/\\x.example", "\\\\x.example", "\\/x.example",
    "https:x.example", "https:/x.example", "https://x.example", "HTTPS://x.example", "http:///x.example",
    "//x.example@testserver", "https://testserver@x.example", "https://testserver.x.example",
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "vbscript:x", "ftp://x.example",
    " //x.example", "\t//x.example", "/\t/x.example", "\x00//x.example", "//ⅹ.example", "https://xn--80ak6aa92e.com",
]  # fmt: skip


@pytest.mark.parametrize("asked", OFF_SITE)
def test_the_way_back_stays_on_the_site(asked, minh):
    assert len(OFF_SITE) == 25
    client = Client()
    page = client.get(LOGIN, {"next": asked})
    if page.status_code == 200:
        assert "x.example" not in page.content.decode()
    answer = client.post(LOGIN, {"username": "minh", "password": PASSWORD, "next": asked})
    assert answer.status_code == 302 and answer.url == "/"


def test_the_way_back_is_kept_over_a_wrong_password(minh):
    client = Client()
    back = "/ke-hoach/?linh-vuc=2&tu=kiểm tra"
    form = {"username": "minh", "password": "sai", "next": back}
    assert (
        'value="/ke-hoach/?linh-vuc=2&amp;tu=kiểm tra"' in client.post(LOGIN, form).content.decode()
    )
    answer = client.post(LOGIN, form | {"password": PASSWORD})
    assert answer.url.startswith("/ke-hoach/?linh-vuc=2")


def test_a_hundred_tries_at_once_are_a_hundred_tries(db):
    for _ in range(5):
        throttle.take("sign-in", name="a", ip="10.0.0.1", at=NINE)  # none has been answered yet
    with pytest.raises(throttle.TooOften):
        throttle.take("sign-in", name="a", ip="10.0.0.1", at=NINE)


def test_every_sentence_of_the_sign_in_is_vietnamese(client, minh):
    make_user("tam", "Lê Thị Tâm", User.Role.MEMBER, "HCQT")
    html = enter("tam", "").content.decode()
    assert "This field" not in html and "chưa đúng" in html

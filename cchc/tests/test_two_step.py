"""The second step: on, off, at the sign-in, its recovery codes, and what is kept of it."""

import json
from datetime import timedelta

import pyotp
import pytest
import time_machine
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from cchc.models import AuditEvent, SecondFactor
from cchc.sign_in import two_step
from conftest import PASSWORD, at

HERE = "/xac-thuc-hai-buoc/"
NINE = at(2024, 12, 16, 9)
SEED = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture(autouse=True)
def nine_oclock():
    with time_machine.travel(NINE, tick=False) as clock:
        yield clock


def code(moment, seed=SEED):
    return pyotp.TOTP(seed).at(moment)


@pytest.fixture
def codes(minh):
    """Minh's second step, on since a minute ago; the recovery codes."""
    before = NINE - timedelta(minutes=1)
    seed = two_step.encrypt(SEED)
    return two_step.turn_on(user=minh, seed=seed, code=code(before), at=before)


def password_of(client, username="minh", to="/ke-hoach/"):
    return client.post("/dang-nhap/", {"username": username, "password": PASSWORD, "next": to})


def is_in(client):
    return client.get("/them/").status_code == 200


def test_it_is_set_up_with_a_picture_and_a_code(client, minh):
    client.force_login(minh)
    page = client.get(f"{HERE}bat/")
    html = page.content.decode()
    assert 'src="data:image/svg+xml' in html and "<script>" not in html and "style=" not in html
    seed = page.context["set_up"].typed.replace(" ", "")
    wrong = client.post(f"{HERE}bat/", {"code": "000000", "password": PASSWORD})
    assert wrong.status_code == 422 and "Mã chưa đúng" in wrong.content.decode()
    assert wrong.context["set_up"].typed.replace(" ", "") == seed, "the picture stays the same"
    wrong = client.post(f"{HERE}bat/", {"code": code(NINE, seed), "password": "sai"})
    assert wrong.status_code == 422 and not SecondFactor.objects.exists()
    before = client.session.session_key
    answer = client.post(f"{HERE}bat/", {"code": code(NINE, seed), "password": PASSWORD})
    assert answer.url == f"{HERE}ma-du-phong/"
    assert client.session.session_key != before
    shown = client.get(answer.url).context["codes"]
    assert len(set(shown)) == 10
    text = client.get(f"{HERE}ma-du-phong/tep/")
    assert text["Content-Disposition"] == 'attachment; filename="ma-du-phong.txt"'
    assert all(one in text.content.decode() for one in shown)
    assert client.post(answer.url).url == HERE, "kept"
    assert client.get(answer.url).url == HERE, "and never shown again"
    assert client.get(f"{HERE}ma-du-phong/tep/").status_code == 302
    assert "Còn 10 mã dự phòng" in client.get(HERE).content.decode()


def test_the_password_alone_no_longer_opens(codes):
    client = Client()
    answer = password_of(client)
    assert answer.url == "/dang-nhap/ma/" and not is_in(client)
    half = client.session.session_key
    page = client.post("/dang-nhap/ma/", {"code": "000000"})
    assert page.status_code == 422 and not is_in(client)
    answer = client.post("/dang-nhap/ma/", {"code": code(NINE)[:3] + " " + code(NINE)[3:]})
    assert answer.url == "/ke-hoach/" and is_in(client)
    assert client.session.session_key != half
    signed_in = AuditEvent.objects.get(verb="signed_in")
    assert signed_in.detail == {"how": "password", "two_step": "code"}
    assert AuditEvent.objects.filter(verb="code_failed").count() == 1


def test_a_code_is_taken_once(codes, nine_oclock):
    first, second = Client(), Client()
    for client in (first, second):
        password_of(client)
    assert first.post("/dang-nhap/ma/", {"code": code(NINE)}).status_code == 302
    assert second.post("/dang-nhap/ma/", {"code": code(NINE)}).status_code == 422
    before = code(NINE - timedelta(seconds=30))
    assert second.post("/dang-nhap/ma/", {"code": before}).status_code == 422, "nor an older one"
    nine_oclock.shift(timedelta(seconds=30))
    now = code(NINE + timedelta(seconds=30))
    assert second.post("/dang-nhap/ma/", {"code": now}).status_code == 302


def test_a_telephone_may_be_half_a_minute_off_but_not_more(minh, codes):
    check = lambda seconds: two_step.check(  # noqa: E731
        user=minh, code=code(NINE + timedelta(seconds=seconds)), at=NINE
    )
    assert [check(-60), check(60)] == ["", ""]
    assert [check(-30), check(0), check(30)] == ["code", "code", "code"]


def test_a_recovery_code_opens_once(codes):
    for opens in (True, False):
        client = Client()
        password_of(client)
        client.post("/dang-nhap/ma/", {"code": codes[0].upper().replace("-", " ")})
        assert is_in(client) == opens
    client.post("/dang-nhap/ma/", {"code": codes[1]})
    assert is_in(client) and len(SecondFactor.objects.get().recovery) == 8


def test_the_code_has_the_throttle_too(codes, nine_oclock):
    client = Client()
    password_of(client)
    tries = [client.post("/dang-nhap/ma/", {"code": f"00000{n}"}).status_code for n in range(5)]
    assert tries == [422] * 5
    answer = client.post("/dang-nhap/ma/", {"code": code(NINE)})
    assert answer.status_code == 429 and "Thử lại sau 15 phút" in answer.content.decode()
    assert not is_in(client)


def test_half_a_sign_in_lasts_ten_minutes_and_ends_with_the_password(codes, minh, nine_oclock):
    client = Client()
    password_of(client)
    minh.set_password("khác hẳn ngày xưa")
    minh.save()
    assert client.post("/dang-nhap/ma/", {"code": code(NINE)}).url == "/dang-nhap/"
    minh.set_password(PASSWORD)
    minh.save()
    password_of(client)
    nine_oclock.shift(timedelta(minutes=10))
    now = NINE + timedelta(minutes=10)
    assert client.post("/dang-nhap/ma/", {"code": code(now)}).url == "/dang-nhap/"


def test_nothing_readable_is_kept(codes):
    kept = SecondFactor.objects.get()
    dump = kept.seed + json.dumps(kept.recovery)
    assert SEED not in dump and len(kept.recovery) == 10
    assert not any(one in dump or one.replace("-", "") in dump for one in codes)


def test_another_key_reads_nothing_and_refuses(codes, minh, settings, caplog):
    settings.MFA_KEY = "một khóa khác"
    settings.SECRET_KEY_FALLBACKS = []
    assert two_step.check(user=minh, code=code(NINE), at=NINE) == "code", "SECRET_KEY still opens"
    settings.SECRET_KEY = "cũng khác"
    assert two_step.check(user=minh, code=code(NINE + timedelta(seconds=30)), at=NINE) == ""
    assert "cannot be read" in caplog.text


def test_it_is_turned_off_with_the_password(client, minh, codes):
    client.force_login(minh)
    assert client.post(f"{HERE}tat/", {"password": "sai"}).status_code == 422
    assert client.post(f"{HERE}tat/", {"password": PASSWORD}).url == HERE
    assert not SecondFactor.objects.exists()
    assert password_of(Client()).url == "/ke-hoach/"
    verbs = AuditEvent.objects.filter(verb__startswith="two_step").order_by("pk")
    assert [e.verb for e in verbs] == ["two_step_on", "two_step_off"]


def test_new_recovery_codes_replace_the_old(client, minh, codes):
    client.force_login(minh)
    client.post(f"{HERE}ma-du-phong/moi/", {"password": PASSWORD})
    new = client.get(f"{HERE}ma-du-phong/").context["codes"]
    assert two_step.check(user=minh, code=codes[0], at=NINE) == ""
    assert two_step.check(user=minh, code=new[0], at=NINE) == "recovery"


@pytest.mark.parametrize(
    "who, demanded",
    [("minh", False), ("hung", False), ("quang", False), ("thu", True), ("an", True)],
)
def test_it_is_demanded_of_coordinator_and_administrator(who, demanded, client, request, settings):
    settings.REQUIRE_MFA = True
    person = request.getfixturevalue(who)
    client.force_login(person)
    if not demanded:
        assert is_in(client)
        return
    for address in ("/", "/them/", "/ke-hoach/", "/quan-tri/" if who == "an" else "/dieu-phoi/"):
        assert client.get(address).url == HERE, address
    page = client.get(f"{HERE}bat/")
    seed = page.context["set_up"].typed.replace(" ", "")
    client.post(f"{HERE}bat/", {"code": code(NINE, seed), "password": PASSWORD})
    assert is_in(client)
    assert client.post(f"{HERE}tat/", {"password": PASSWORD}).status_code == 403
    assert SecondFactor.objects.filter(user=person).exists()


def test_a_lost_telephone_is_the_administrators_business(client, an, minh, codes):
    client.force_login(an)
    page = reverse("admin:auth_user_password_change", args=[minh.pk])
    new = "móc câu trăng khuyết"
    client.post(page, {"password1": new, "password2": new, "two_step_off": "on"})
    assert not SecondFactor.objects.exists()
    assert AuditEvent.objects.get(verb="two_step_off").by == an


def test_or_the_commands(minh, codes, capsys):
    call_command("unlock", "minh", two_step_off=True)
    assert not SecondFactor.objects.exists() and "Đã tắt" in capsys.readouterr().out

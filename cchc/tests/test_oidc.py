"""The province's sign-in against a real provider on this machine: the whole code flow."""

import subprocess
import sys
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from django.test import Client

from cchc.models import AuditEvent, SecondFactor, User
from cchc.sign_in import oidc, two_step
from conftest import at

BEGIN = "/dang-nhap/lien-thong/"
MAIL = "minh@quangngai.gov.vn"


@pytest.fixture(scope="module")
def provider():
    script = Path(__file__).with_name("oidc_provider.py")
    quiet = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen([sys.executable, script], **quiet)
    yield f"http://localhost:{int(process.stdout.readline())}"
    process.terminate()
    process.wait(10)
    process.stdout.close()


@pytest.fixture(autouse=True)
def switched_on(provider, settings):
    settings.OIDC_SERVER_URL, settings.OIDC_CLIENT_ID = provider, "cchc"
    settings.OIDC_CLIENT_SECRET, settings.OIDC_NAME = "bi-mat-4711", "SSO tỉnh Quảng Ngãi"
    oidc._client_of.cache_clear()


@pytest.fixture
def minh(minh):
    minh.email = MAIL
    minh.save()
    return minh


def known_there(provider, sub, **claims):
    assert requests.put(f"{provider}/users/{sub}", json=claims, timeout=10).status_code == 204


def there(client, sub="4711", to="/ke-hoach/", action="allow"):
    """To the provider and back; the address one is sent back to."""
    away = client.get(BEGIN, {"next": to})
    assert away.status_code == 302, away.content.decode()
    form = {"sub": sub, "action": action}
    back = requests.post(away.url, data=form, allow_redirects=False, timeout=10)
    parts = urlsplit(back.headers["Location"])
    assert parts.path == "/dang-nhap/lien-thong/ve/"
    return f"{parts.path}?{parts.query}", parse_qs(urlsplit(away.url).query)


def is_in(client):
    return client.get("/them/").status_code == 200


def test_the_whole_way_with_pkce_and_nonce(client, minh, provider):
    known_there(provider, "4711", email=MAIL.upper(), email_verified=True, name="Minh")
    assert "SSO tỉnh Quảng Ngãi" in client.get("/dang-nhap/").content.decode()
    back, asked = there(client)
    assert asked["response_type"] == ["code"] and asked["code_challenge_method"] == ["S256"]
    assert len(asked["nonce"][0]) >= 20 and len(asked["state"][0]) >= 20
    before = client.session.session_key
    answer = client.get(back)
    assert (answer.status_code, answer.url) == (302, "/ke-hoach/")
    assert is_in(client) and client.session.session_key != before
    event = AuditEvent.objects.get(verb="signed_in")
    assert event.by == minh and event.detail == {"how": "sso"}
    assert Client().get(back).status_code == 403, "the answer is of that browser alone"
    assert client.get(back).status_code == 403, "and of one time"


@pytest.mark.parametrize(
    "claims",
    [
        {"email": "ai-do@quangngai.gov.vn", "email_verified": True},
        {"email": MAIL, "email_verified": False},
        {"email": MAIL},
        {"email": MAIL, "email_verified": "true"},
        {"preferred_username": "minh"},
    ],
)
def test_nobody_of_ours_is_refused_in_a_sentence_and_no_account_is_made(
    claims, client, minh, provider
):
    known_there(provider, "99", **claims)
    people = User.objects.count()
    answer = client.get(there(client, "99")[0])
    assert answer.status_code == 403 and not is_in(client)
    assert "chưa có tài khoản đang hoạt động" in answer.content.decode()
    assert User.objects.count() == people


def test_who_has_left_or_shares_a_mail_is_refused(client, minh, hoa, provider):
    known_there(provider, "4711", email=MAIL, email_verified=True)
    User.objects.filter(pk=hoa.pk).update(email=MAIL)
    assert client.get(there(client)[0]).status_code == 403
    User.objects.filter(pk=hoa.pk).update(is_active=False)
    assert client.get(there(client)[0]).status_code == 302
    client.post("/dang-xuat/")
    User.objects.filter(pk=minh.pk).update(is_active=False)
    assert client.get(there(client)[0]).status_code == 403


def test_a_claim_may_hold_the_user_name(client, minh, provider, settings):
    settings.OIDC_USERNAME_CLAIM = "preferred_username"
    known_there(provider, "5", preferred_username="minh")
    assert client.get(there(client, "5")[0]).status_code == 302 and is_in(client)


def spoil(client, **changes):
    session = client.session
    key = next(k for k in session.keys() if k.startswith("_state_sso"))
    session[key] = session[key] | {"data": session[key]["data"] | changes}
    session.save()


def test_another_nonce_another_verifier_another_key_another_issuer_are_refused(
    client, minh, provider, caplog
):
    known_there(provider, "4711", email=MAIL, email_verified=True)
    for change in ({"nonce": "khac"}, {"code_verifier": "k" * 48}):
        back, _ = there(client)
        spoil(client, **change)
        answer = client.get(back)
        assert answer.status_code == 403 and not is_in(client), change
        assert "thử lại từ đầu" in answer.content.decode()
    metadata = oidc._client().load_server_metadata()
    for change in ({"issuer": "https://khac.example"}, {"jwks": another_key(metadata)}):
        back, _ = there(client)
        kept = {name: metadata.get(name) for name in change}
        metadata.update(change)
        assert client.get(back).status_code == 403 and not is_in(client), change
        metadata.update(kept)
    assert client.get(there(client)[0]).status_code == 302, "and without the changes it opens"
    assert "code=" not in caplog.text and "bi-mat-4711" not in caplog.text


def another_key(metadata):
    from joserfc.jwk import RSAKey

    kid = requests.get(metadata["jwks_uri"], timeout=10).json()["keys"][0]["kid"]
    key = RSAKey.generate_key(2048, {"kid": kid, "use": "sig", "alg": "RS256"})
    return {"keys": [key.as_dict(private=False)]}


def test_a_state_of_nobody_and_a_refusal_there(client, minh, provider):
    assert client.get("/dang-nhap/lien-thong/ve/?code=x&state=y").status_code == 403
    assert client.get("/dang-nhap/lien-thong/ve/").status_code == 403
    back, _ = there(client, action="deny")
    answer = client.get(back)
    assert answer.status_code == 403 and "đã hủy hoặc bị từ chối" in answer.content.decode()


def test_the_second_step_is_asked_for_all_the_same(client, minh, provider):
    seed = two_step.encrypt("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    SecondFactor.objects.create(user=minh, seed=seed, since=at(2024, 12, 1))
    known_there(provider, "4711", email=MAIL, email_verified=True)
    assert client.get(there(client)[0]).url == "/dang-nhap/ma/" and not is_in(client)


def test_a_provider_that_is_away_is_told_of(client, db, settings):
    settings.OIDC_SERVER_URL = "http://localhost:9"
    answer = client.get(BEGIN)
    assert answer.status_code == 503
    assert "Chưa kết nối được với SSO tỉnh Quảng Ngãi" in answer.content.decode()


@pytest.mark.parametrize("asked", ["//x.example", "https://x.example", "/\\x.example"])
def test_the_way_back_stays_on_the_site_here_too(client, minh, provider, asked):
    known_there(provider, "4711", email=MAIL, email_verified=True)
    assert client.get(there(client, to=asked)[0]).url == "/"


def test_without_the_setting_there_is_none(client, db, settings):
    settings.OIDC_SERVER_URL = ""
    assert client.get(BEGIN).status_code == 404
    assert client.get("/dang-nhap/lien-thong/ve/").status_code == 404
    assert "lien-thong" not in client.get("/dang-nhap/").content.decode()

"""The province's sign-in (OpenID Connect), where OIDC_SERVER_URL says that there is one.

Authlib does the protocol: code flow with PKCE, state and nonce, the id token's signature, issuer,
audience and times. Here is only who it is: an active person of ours whose mail is the one that the
provider has verified; nobody's account is made or changed by it. OIDC_USERNAME_CLAIM, where set,
names a claim that holds our user name instead, for a provider whose people cannot choose theirs.
"""

import logging
from functools import lru_cache

from authlib.integrations.base_client import OAuthError
from authlib.integrations.django_client import OAuth
from django.conf import settings
from django.http import Http404
from django.shortcuts import resolve_url
from django.urls import reverse

from cchc.models import User

log = logging.getLogger("cchc.security")
TO = "sso_to"


class Refused(Exception):
    """Not signed in, in a sentence for the person."""


def is_on() -> bool:
    return bool(settings.OIDC_SERVER_URL)


def begin(request, *, to: str):
    """The way to the provider."""
    client = _client()
    try:
        answer = client.authorize_redirect(request, _return_address(request))
    except Exception as error:  # whatever keeps us from reading the provider's description
        log.error("OIDC: the provider's description cannot be read: %s", type(error).__name__)
        raise Refused(
            f"Chưa kết nối được với {settings.OIDC_NAME}; thử lại sau ít phút."
        ) from error
    request.session[TO] = to
    return answer


def finish(request) -> tuple[User, str]:
    """Who has come back, and where they wanted to go."""
    claims = _claims(request)
    user = _person(claims)
    if user is None:
        log.warning("OIDC: signed in there, but nobody's account here.")
        raise Refused(
            f"{settings.OIDC_NAME} đã nhận ra bạn, nhưng ở đây chưa có tài khoản đang hoạt động với "
            "thư điện tử đó. Đề nghị quản trị hệ thống của cơ quan ghi thư điện tử vào tài khoản."
        )
    return user, request.session.pop(TO, "") or resolve_url(settings.LOGIN_REDIRECT_URL)


def _claims(request) -> dict:
    client = _client()
    if "error" in request.GET:
        raise Refused(f"Chưa đăng nhập qua {settings.OIDC_NAME}: đã hủy hoặc bị từ chối.")
    try:
        wanted = {
            "iss": {"essential": True, "value": client.load_server_metadata()["issuer"]},
            "aud": {"essential": True, "value": client.client_id},
        }
        token = client.authorize_access_token(request, claims_options=wanted)
        claims = dict(token["userinfo"])  # of the id token, verified; no id token: KeyError
        if "email" not in claims:
            told = client.userinfo(token=token)
            if told.get("sub") == claims["sub"]:
                claims = dict(told) | claims
    except Exception as error:  # one sentence, whatever of the protocol did not fit: fails closed
        reason = error.error if isinstance(error, OAuthError) else type(error).__name__
        log.warning("OIDC: refused: %s", reason)
        raise Refused(f"Chưa đăng nhập được qua {settings.OIDC_NAME}; thử lại từ đầu.") from error
    return claims


def _person(claims) -> User | None:
    people = User.objects.filter(is_active=True)
    if settings.OIDC_USERNAME_CLAIM:
        name = claims.get(settings.OIDC_USERNAME_CLAIM)
        return people.filter(username=name).first() if name else None
    if claims.get("email_verified") is not True or not claims.get("email"):
        return None
    found = list(people.filter(email__iexact=claims["email"])[:2])
    return found[0] if len(found) == 1 else None


def _client():
    if not is_on():
        raise Http404
    return _client_of(
        settings.OIDC_SERVER_URL, settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET
    )


@lru_cache(maxsize=4)
def _client_of(server_url, client_id, client_secret):
    """Kept, so that the provider's description and keys are read once."""
    return OAuth().register(
        "sso",
        client_id=client_id,
        client_secret=client_secret,
        server_metadata_url=f"{server_url.rstrip('/')}/.well-known/openid-configuration",
        client_kwargs={
            "scope": "openid profile email",
            "code_challenge_method": "S256",
            "default_timeout": 10,
        },
    )


def _return_address(request) -> str:
    here = reverse("sso_return")
    return f"{settings.SITE_URL}{here}" if settings.SITE_URL else request.build_absolute_uri(here)

"""The second step: a code of six figures that a telephone makes anew every 30 seconds (TOTP, RFC
6238), or one of ten recovery codes. Each is taken once.

The seed is encrypted under a key that is not in the database (MFA_KEY, else SECRET_KEY); of a
recovery code only a keyed digest is kept: with 50 random bits it needs no slow hash.
"""

import base64
import hashlib
import hmac
import logging
import secrets
from dataclasses import dataclass
from datetime import datetime

import pyotp
import segno
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import transaction

from cchc import audit
from cchc.locks import one_at_a_time
from cchc.models import SecondFactor, User

log = logging.getLogger("cchc.security")
PERIOD = 30  # seconds
DRIFT = 1  # periods that a telephone's clock may be off
RECOVERY_CODES = 10
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that looks like another
DEMANDED_OF = frozenset({User.Role.ADMINISTRATOR, User.Role.COORDINATOR})


@dataclass(frozen=True)
class State:
    """What the page of the second step shows."""

    since: datetime | None
    left: int  # recovery codes
    demanded: bool

    @property
    def is_on(self) -> bool:
        return self.since is not None

    @property
    def few_left(self) -> bool:
        return self.is_on and self.left < 3


@dataclass(frozen=True)
class SetUp:
    """What a telephone needs: the picture, and the same to type."""

    picture: str  # data: address of an SVG
    typed: str


def state_of(user) -> State:
    factor = SecondFactor.objects.filter(user=user).first()
    demanded = is_demanded(user)
    return (
        State(factor.since, len(factor.recovery), demanded) if factor else State(None, 0, demanded)
    )


def is_demanded(user) -> bool:
    return settings.REQUIRE_MFA and user.role in DEMANDED_OF


def new_seed() -> str:
    """Encrypted already: it waits in the session until the first code has shown that it arrived."""
    return encrypt(pyotp.random_base32())


def set_up(user, seed: str) -> SetUp:
    plain = decrypt(seed)
    address = pyotp.TOTP(plain).provisioning_uri(name=user.username, issuer_name="Kế hoạch CCHC")
    picture = segno.make(address, error="m").svg_data_uri(scale=5, border=2, light="#fff")
    return SetUp(picture, " ".join(plain[n : n + 4] for n in range(0, len(plain), 4)))


def turn_on(*, user, seed: str, code: str, at: datetime) -> list[str] | None:
    """The ten recovery codes, or None when the code is not the seed's."""
    step = _step_of(seed, code, at)
    if step is None:
        return None
    codes = _new_codes()
    with one_at_a_time(f"two steps {user.pk}"):
        SecondFactor.objects.filter(user=user).delete()
        SecondFactor.objects.create(
            user=user, seed=seed, last_step=step, recovery=[_digest(c) for c in codes], since=at
        )
        audit.record(by=user, verb="two_step_on", target=user, at=at)
    return codes


def turn_off(*, user, by, at: datetime) -> bool:
    """By the person, or by an administrator for somebody whose telephone is gone (by=None: by the
    command on the server)."""
    with transaction.atomic():
        was_on = SecondFactor.objects.filter(user=user).delete()[0] > 0
        if was_on:
            audit.record(by=by, verb="two_step_off", target=user, at=at)
    return was_on


def renew_codes(*, user, at: datetime) -> list[str]:
    codes = _new_codes()
    with transaction.atomic():
        SecondFactor.objects.filter(user=user).update(recovery=[_digest(c) for c in codes])
        audit.record(by=user, verb="recovery_codes_renewed", target=user, at=at)
    return codes


def check(*, user, code: str, at: datetime) -> str:
    """ "code", "recovery", or "" when it is neither. What was taken is never taken again."""
    code = "".join(code.split()).replace("-", "").lower()
    with one_at_a_time(f"two steps {user.pk}"):
        factor = SecondFactor.objects.filter(user=user).first()
        if factor is None:
            return ""
        step = _step_of(factor.seed, code, at)
        if step is not None and step > factor.last_step:
            factor.last_step = step
            factor.save(update_fields=["last_step"])
            return "code"
        digest = _digest(code)
        if any(hmac.compare_digest(digest, kept) for kept in factor.recovery):
            factor.recovery = [kept for kept in factor.recovery if kept != digest]
            factor.save(update_fields=["recovery"])
            return "recovery"
        return ""


def _step_of(seed: str, code: str, at: datetime) -> int | None:
    """Which 30 seconds since 1970 the code belongs to; None: to none near `at`."""
    if len(code) != 6 or not code.isascii() or not code.isdigit():
        return None
    try:
        maker = pyotp.HOTP(decrypt(seed))
    except InvalidToken:
        log.error("A second step cannot be read: MFA_KEY or SECRET_KEY has changed.")
        return None
    now = int(at.timestamp()) // PERIOD
    near = range(now + DRIFT, now - DRIFT - 1, -1)
    return next((step for step in near if maker.verify(code, step)), None)


def _new_codes() -> list[str]:
    made = ("".join(secrets.choice(LETTERS) for _ in range(10)) for _ in range(RECOVERY_CODES))
    return [f"{code[:5]}-{code[5:]}" for code in made]


def _digest(code: str) -> str:
    return hmac.new(_keys()[0], code.replace("-", "").encode(), hashlib.sha256).hexdigest()


def encrypt(text: str) -> str:
    return _box().encrypt(text.encode()).decode()


def decrypt(text: str) -> str:
    return _box().decrypt(text.encode()).decode()


def _box() -> MultiFernet:
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in _keys()])


def _keys() -> list[bytes]:
    """Today's, then those that may still open something."""
    words = [settings.MFA_KEY] if settings.MFA_KEY else []
    words += [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return [hashlib.sha256(b"cchc second step: " + word.encode()).digest() for word in words]

"""How often somebody may try. Counted in the database, so it holds over processes and machines.

A try is written down before the password is looked at and taken away when it was right: a hundred
tries at the same moment are a hundred tries. Who is over a limit is refused without a look and
without a new row, so that nobody can lengthen another's wait.
"""

import ipaddress
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.crypto import salted_hmac

from cchc import clock
from cchc.locks import one_at_a_time
from cchc.models import SignInTry
from cchc.passwords import one_form


@dataclass(frozen=True)
class Limit:
    of: tuple[str, ...]  # the columns of SignInTry that are the same
    tries: int
    within: timedelta


# Somebody's name from one place; the name from everywhere; everybody from one place.
LIMITS = (
    Limit(("name", "network"), 5, timedelta(minutes=15)),
    Limit(("name",), 20, timedelta(hours=1)),
    Limit(("network",), 100, timedelta(hours=1)),
)
LONGEST = max(limit.within for limit in LIMITS)


class TooOften(Exception):
    """Refused; `until` is when the next try is looked at."""

    def __init__(self, until: datetime, at: datetime):
        self.until = until
        minutes = -(-(until - at).total_seconds() // 60)
        self.words = (
            f"Đã thử sai quá nhiều lần. Thử lại sau {minutes:.0f} phút, "
            f"từ {clock.local_time(until + timedelta(seconds=59))}; hoặc đề nghị quản trị hệ thống mở lại."
        )


def take(
    kind: str, *, name: str, ip: str, at: datetime, known_here: Callable[[], bool] = lambda: False
) -> None:
    """Count one try, or raise TooOften. `known_here`: whether this person has signed in from this
    place lately; then what others try under their name from elsewhere does not shut them out."""
    this = {"kind": kind, "name": digest(name), "network": network(ip)}
    with one_at_a_time("sign-in tries"):
        SignInTry.objects.filter(at__lt=at - LONGEST).delete()
        for limit in LIMITS:
            same = {column: this[column] for column in ("kind", *limit.of)}
            since = SignInTry.objects.filter(**same, at__gt=at - limit.within).order_by("-at")
            tries = list(since.values_list("at", flat=True)[: limit.tries])
            if len(tries) == limit.tries and not (limit.of == ("name",) and known_here()):
                raise TooOften(tries[-1] + limit.within, at)
        SignInTry.objects.create(**this, at=at)


def right(kind: str, *, name: str, ip: str) -> None:
    """It was right: nothing is counted against this name from this place any more."""
    SignInTry.objects.filter(kind=kind, name=digest(name), network=network(ip)).delete()


def unlock(name: str) -> int:
    """Forget every try under a name, from everywhere. How many there were."""
    return SignInTry.objects.filter(name=digest(name)).delete()[0]


def digest(name: str) -> str:
    name = one_form(name).strip().casefold()
    return salted_hmac("cchc.sign_in.throttle", name, algorithm="sha256").hexdigest()


def network(ip: str) -> str:
    """Whoever has one address of IPv6 has the whole /64."""
    try:
        address = ipaddress.ip_address(ip)
    except ValueError:
        return ip
    if address.version == 6:
        return str(ipaddress.ip_network((address, 64), strict=False).network_address)
    return ip

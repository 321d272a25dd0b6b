"""How long one stays signed in, and the way in itself.

A session ends after SESSION_IDLE_MINUTES without a request, after SESSION_HOURS in any case, and, by
Django's session hash (User._get_session_auth_hash), when the password, the role or the activity of
the person changes. Its row is written once a minute at most; so it ends up to a minute early.
It also ends when the clock is set back: that would prolong it.
"""

import logging
from datetime import timedelta

from django.conf import settings
from django.contrib.auth import SESSION_KEY, login, logout
from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.backends.base import UpdateError
from django.db import DatabaseError, transaction
from django.dispatch import receiver
from django.utils.crypto import constant_time_compare

from cchc import audit, clock
from cchc.models import AuditEvent, User

log = logging.getLogger("cchc.security")
BACKEND = "cchc.auth.PasswordBackend"
WRITTEN_EVERY = 60  # seconds
SET_BACK = 300  # seconds: more than clocks of several hosts differ, and than a clock is corrected
HALF = "half_signed_in"
HALF_LASTS = 600  # seconds from the password to the code
KNOWN_FOR = timedelta(days=90)


@receiver(user_logged_in)
def begin(sender, request, user, **kwargs):
    now = _now()
    request.session.update({"began": now, "seen": now})


class SessionLimits:
    """Behind Django's AuthenticationMiddleware: a session that is over is taken away."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if SESSION_KEY in request.session:
            self.look_at(request)
        return self.get_response(request)

    def look_at(self, request):
        session, now = request.session, _now()
        if not request.user.is_authenticated:  # has left meanwhile; nor does it come back with them
            session.flush()
            return
        seen, began = session.get("seen"), session.get("began")
        if began is None:  # signed in before there were limits
            session.update({"began": now, "seen": now})
        elif now - began >= settings.SESSION_HOURS * 3600:
            self.end(request, "over its longest time")
        elif now - seen >= settings.SESSION_IDLE_MINUTES * 60:
            self.end(request, "idle")
        elif seen - now >= SET_BACK:  # it would last longer by as much
            self.end(request, "the clock was set back")
        elif now - seen >= WRITTEN_EVERY:
            self.note(request, now)

    def note(self, request, now):
        """On a full disk pages can still be read: that nothing can be noted is no reason to refuse."""
        session = request.session
        session["seen"] = now
        try:
            session.save()
        except (UpdateError, DatabaseError):  # Django says the first of whatever goes wrong
            if not session.exists(session.session_key):
                logout(request)  # signed out elsewhere at this very moment
                return
            log.warning("When a session was last seen could not be noted.")
        session.modified = False

    def end(self, request, why):
        log.info("Session of user %s ended: %s.", request.session[SESSION_KEY], why)
        logout(request)


def enter(request, user, *, how: str, two_step: str = ""):
    """Sign the person in: a new session key, an audit row. `how`: "password" or "sso"."""
    at = clock.now()
    request.session.pop(HALF, None)
    with transaction.atomic():
        login(request, user, backend=BACKEND)
        request.session["how"] = how
        told = {"how": how} | ({"two_step": two_step} if two_step else {})
        audit.record(by=user, verb="signed_in", target=user, at=at, **told)
    log.info("User %s signed in.", user.pk)


def enter_half(request, user, *, how: str, to: str):
    """The password was right, the code is still to come."""
    request.session.cycle_key()
    request.session[HALF] = {
        "user": user.pk,
        "hash": user.get_session_auth_hash(),
        "how": how,
        "to": to,
        "at": _now(),
    }


def half(request) -> tuple[User, dict] | None:
    """Who is between the two steps, if it is not too long ago and nothing about them has changed."""
    kept = request.session.get(HALF)
    if not kept or not 0 <= _now() - kept["at"] < HALF_LASTS:
        return None
    user = User.objects.filter(pk=kept["user"], is_active=True).first()
    if not user or not constant_time_compare(kept["hash"], user.get_session_auth_hash()):
        return None
    return user, kept


def leave(request):
    user = request.user
    with transaction.atomic():
        audit.record(by=user, verb="signed_out", target=user, at=clock.now())
        logout(request)


def failed(user: User | None):
    """A wrong password. The name is kept where it is somebody's: others type passwords into its box.
    The same row either way, so that the time it takes says nothing."""
    target = user or User(pk=0)
    audit.record(by=None, verb="sign_in_failed", target=target, at=clock.now())


def is_known_at(user: User | None, ip: str) -> bool:
    """Whether the person has signed in from this address lately."""
    since = clock.now() - KNOWN_FOR
    rows = AuditEvent.objects.filter(by=user, verb="signed_in", origin=ip, at__gt=since)
    return user is not None and rows.exists()


def _now() -> int:
    return int(clock.now().timestamp())

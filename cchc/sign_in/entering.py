"""What a password or a code opens, once it is known to be right. Refusals are counted and audited."""

import logging

from django.contrib.auth import authenticate, update_session_auth_hash
from django.db import transaction

from cchc import audit, clock
from cchc.clients import client_ip
from cchc.models import User
from cchc.sign_in import sessions, throttle, two_step

log = logging.getLogger("cchc.security")
SIGN_IN, CODE, OWN = "sign-in", "code", "own"  # what is tried: SignInTry.kind


class Expired(Exception):
    """The password is right, but it was a temporary one and its time is over."""


def by_password(request, username: str, password: str) -> User | None:
    """Who signs in; None for a wrong password, a name that is nobody's, somebody who has left: the
    same work for all three."""
    at, ip = clock.now(), client_ip(request)
    named = User.objects.filter(username=username).first()
    counted(SIGN_IN, username, ip, at, known_here=lambda: sessions.is_known_at(named, ip))
    user = authenticate(request, username=username, password=password)
    if user is None:
        sessions.failed(named)
        log.warning("Wrong user name or password from %s.", ip)
        return None
    throttle.right(SIGN_IN, name=username, ip=ip)
    if user.temporary_until and user.temporary_until <= at:
        audit.record(by=None, verb="temporary_password_over", target=user, at=at)
        raise Expired("Mật khẩu tạm đã hết hạn. Đề nghị quản trị hệ thống cấp lại.")
    return user


def by_code(request, user, code: str) -> str:
    """How the second step was taken: "code", "recovery"; "" when the code was wrong."""
    at, ip = clock.now(), client_ip(request)
    counted(CODE, user.username, ip, at)
    taken = two_step.check(user=user, code=code, at=at)
    if taken:
        throttle.right(CODE, name=user.username, ip=ip)
    else:
        audit.record(by=None, verb="code_failed", target=user, at=at)
        log.warning("Wrong second step of user %s from %s.", user.pk, ip)
    return taken


def is_own_password(request, form) -> bool:
    """Whether the form's password is that of who is signed in; says so in the form when it is not."""
    if "password" not in form.fields:
        return True
    user, at, ip = request.user, clock.now(), client_ip(request)
    counted(OWN, user.username, ip, at)
    if user.check_password(form.cleaned_data["password"]):
        throttle.right(OWN, name=user.username, ip=ip)
        return True
    form.add_error("password", "Mật khẩu chưa đúng.")
    return False


def may_change(request, form) -> bool:
    """Whether the form changes the password: the old one is right, the new one good."""
    user, at, ip = request.user, clock.now(), client_ip(request)
    if form.data.get("old_password"):
        counted(OWN, user.username, ip, at)
    if form.is_valid() or "old_password" not in form.errors:
        throttle.right(OWN, name=user.username, ip=ip)
    return not form.errors


def change_password(request, form) -> None:
    """The person's own new password; every other session of theirs ends, this one gets a new key."""
    user = form.user
    with transaction.atomic():
        user.set_password(form.cleaned_data["new_password1"])
        user.temporary_until = None
        user.save(update_fields=["password", "temporary_until"])
        audit.record(by=user, verb="password_changed", target=user, at=clock.now())
        update_session_auth_hash(request, user)
    log.info("User %s has a new password.", user.pk)


def counted(kind, name, ip, at, **known) -> None:
    try:
        throttle.take(kind, name=name, ip=ip, at=at, **known)
    except throttle.TooOften:
        log.warning("Too many tries (%s) from %s: refused.", kind, ip)
        raise

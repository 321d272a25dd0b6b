"""The mails: what is urgent at once, the rest in one digest.

A mail is claimed before it goes out, by an UPDATE that only one of several runs can win, and marked
as sent after it. What a run could not send it gives back; what a run that died had claimed is taken
up again after `CLAIM_HOLDS`. So a mail is not sent twice, unless a run dies between the server's
"accepted" and our mark; both copies then have the same Message-ID.
"""

import logging
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from smtplib import SMTPException
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse

from cchc import clock
from cchc.models import User
from cchc.standing import Line
from tasks.ledger import end_of
from tasks.models import Digest, Notice
from tasks.noticing import one_line
from tasks.pages.digest import read_digest

log = logging.getLogger(__name__)
CLAIM_HOLDS = timedelta(minutes=10)
URGENT_FOR = timedelta(days=7)  # what could not be mailed for longer comes in the digest
MAILS_WAIT = timedelta(days=3)  # over a weekend; then somebody should look
LONGEST_SUBJECT = 150
EVERY = User.DigestEvery
SATURDAY = 5


class Unreachable(Exception):
    """The mail server can't be spoken to at all: no use in trying the other addresses."""


@dataclass
class Outcome:
    sent: int = 0
    failed: int = 0


class Outbox:
    """One connection for all mails of a run, opened when there is something to send."""

    def __init__(self):
        self.connection = get_connection()

    def send(self, user: User, template: str, subject: str, context: dict, message_id: str):
        context |= {"person": user, "site": settings.SITE_URL}
        context["settings_url"] = settings.SITE_URL + reverse("tasks:notices")
        host = urlsplit(settings.SITE_URL).hostname
        message = EmailMultiAlternatives(
            subject=one_line(subject, LONGEST_SUBJECT),
            body=render_to_string(f"tasks/mail/{template}.txt", context),
            to=[user.email],
            headers={"Message-ID": f"<{message_id}@{host}>", "Auto-Submitted": "auto-generated"},
            connection=self.connection,
        )
        page = render_to_string(f"tasks/mail/{template}.html", context)
        message.attach_alternative(page, "text/html")
        try:
            self.connection.open()
        except (SMTPException, OSError) as error:
            raise Unreachable(str(error)) from error
        try:
            message.send()
        except Exception:
            self.close()  # whatever state it is in, the next mail starts afresh
            raise

    def close(self):
        try:
            self.connection.close()
        except (SMTPException, OSError):
            self.connection = get_connection()


REFUSED = (SMTPException, OSError, ValueError)  # ValueError: an address that is none


def send_urgent(outbox: Outbox, outcome: Outcome):
    """Each in its own mail; not what was read in the bell meanwhile."""
    recent = clock.now() - URGENT_FOR
    waiting = _unmailed().filter(urgent=True, created_at__gt=recent).select_related("user")
    for notice in waiting.order_by("created_at", "pk"):
        claim = Notice.objects.filter(pk=notice.pk, mailed_at__isnull=True)
        letter = ("notice", f"Kế hoạch CCHC: {notice.words}", {"notice": notice}, f"tb-{notice.pk}")
        if _claimed(claim) and _sent(outbox, outcome, claim, notice.user, *letter):
            claim.update(mailed_at=clock.now())


def waiting(now: datetime) -> Line:
    """For the system's standing: urgent mails that should have left. They leave in office hours."""
    late = _unmailed().filter(urgent=True, created_at__gt=now - URGENT_FOR)
    count = late.filter(created_at__lt=now - MAILS_WAIT).count()
    words = (
        f"{count} thư khẩn chờ gửi quá 3 ngày." if count else "Không có thư khẩn nào bị giữ lại."
    )
    return Line("mails", "Thư điện tử", words, not count)


def send_digests(outbox: Outbox, outcome: Outcome):
    """At most one for each person and day."""
    today = clock.today()
    for user in _mailable().exclude(digest_every=EVERY.NEVER).order_by("pk"):
        day = digest_day(user.digest_every, today)
        if day and _wanted(user, day, today):
            _send_digest(outbox, outcome, user, day, today)


def digest_day(every: str, today: date) -> date | None:
    """The day whose digest may be due: a working day's own, or the Monday of this week."""
    if today.weekday() >= SATURDAY:
        return None
    return today if every == EVERY.DAY else today - timedelta(days=today.weekday())


def _wanted(user, day: date, today: date) -> bool:
    """Not sent yet. After Monday only what Monday began and did not finish, or all when no run made
    any on Monday: nobody gets a weekly digest on Wednesday for want of news on Monday."""
    made = Digest.objects.filter(day=day)
    own = made.filter(user=user).first()
    if own:
        return own.sent_at is None
    return day == today or not made.filter(claimed_at__lt=end_of(day)).exists()


def _send_digest(outbox, outcome, user, day: date, today: date):
    told = Q(urgent=True, created_at__gt=clock.now() - URGENT_FOR)  # or will be, each by itself
    digest = read_digest(user, today, list(_unmailed().filter(user=user).exclude(told)))
    if digest is None:
        return
    Digest.objects.get_or_create(user=user, day=day)
    claim = Digest.objects.filter(user=user, day=day, sent_at__isnull=True)
    letter = ("digest", digest.subject, {"digest": digest}, f"th-{user.pk}-{day:%Y%m%d}")
    if _claimed(claim) and _sent(outbox, outcome, claim, user, *letter):
        claim.update(sent_at=clock.now())
        Notice.objects.filter(pk__in=digest.notices).update(mailed_at=clock.now())


def _mailable():
    return User.objects.filter(is_active=True).exclude(email="")


def _unmailed():
    return Notice.objects.filter(
        mailed_at__isnull=True, read_at__isnull=True, user__in=_mailable()
    ).order_by("-created_at", "-pk")


def _claimed(claim) -> bool:
    """Ours now: not sent, and no other run is at it."""
    now = clock.now()
    free = Q(claimed_at__isnull=True) | Q(claimed_at__lt=now - CLAIM_HOLDS)
    return bool(claim.filter(free).update(claimed_at=now))


def _sent(outbox, outcome, claim, user, *letter) -> bool:
    """Whether it went out; if not, the claim is given back, and the next run tries again."""
    try:
        outbox.send(user, *letter)
    except REFUSED as error:
        claim.update(claimed_at=None)
        log.warning("mail to %s not sent: %s", user.username, one_line(str(error)))
        outcome.failed += 1
        return False
    except Unreachable:
        claim.update(claimed_at=None)
        raise
    outcome.sent += 1
    return True

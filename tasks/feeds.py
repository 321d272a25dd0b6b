"""Calendar feeds: secret addresses that a calendar programme asks without signing in.

A feed shows what its owner may see at the moment of asking: when they leave, it is gone. The secret
is never written to the audit trail.
"""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from cchc import audit, permissions
from cchc.models import User
from tasks.models import CalendarFeed

OWNERS = permissions.REPORTERS | permissions.VERIFIERS


def living_feed(secret: str) -> CalendarFeed | None:
    """The feed under this address, while it is not revoked and its owner still works here."""
    found = CalendarFeed.objects.select_related("user__unit").filter(
        secret=secret, revoked_at__isnull=True, user__is_active=True, user__role__in=OWNERS
    )
    return found.first()


def feeds_of(user: User) -> dict[bool, CalendarFeed]:
    """The person's living feeds, by whether they are the whole unit's."""
    feeds = CalendarFeed.objects.filter(user=user, revoked_at__isnull=True)
    return {feed.whole_unit: feed for feed in feeds}


@transaction.atomic
def make_feed(*, by: User, at: datetime, whole_unit: bool, seen: int | None) -> CalendarFeed | None:
    """A new address; the old one (`seen` on the page) dies. A second submit of the same page, which
    saw what no longer lives, changes nothing."""
    if by.role not in OWNERS or (whole_unit and by.role not in permissions.REPORTERS):
        raise PermissionDenied
    if seen and not revoke_feed(by=by, at=at, pk=seen):
        return None
    try:
        with transaction.atomic():
            feed = CalendarFeed.objects.create(user=by, whole_unit=whole_unit, made_at=at)
    except IntegrityError:
        return None
    audit.record(by=by, verb="calendar_made", target=feed, at=at, whole_unit=whole_unit)
    return feed


@transaction.atomic
def revoke_feed(*, by: User, at: datetime, pk: int) -> bool:
    feed = CalendarFeed.objects.filter(pk=pk, user=by, revoked_at__isnull=True)
    if not feed.update(revoked_at=at):
        return False
    audit.record(by=by, verb="calendar_revoked", target=CalendarFeed(pk=pk), at=at)
    return True

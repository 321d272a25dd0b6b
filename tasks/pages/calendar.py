"""Lịch: which addresses a person has, and may have."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from cchc import permissions
from tasks.feeds import feeds_of


@dataclass(frozen=True)
class FeedLine:
    """One kind of feed. `address` is empty while there is none."""

    whole_unit: bool
    title: str
    says: str
    pk: int | None
    address: str
    subscribe: str  # the same with a scheme that calendar programmes take up by themselves
    made_at: datetime | None


def feed_lines(user, site: str) -> list[FeedLine]:
    """`site`: the address of this site, ending in a slash. One query."""
    living = feeds_of(user)
    kinds = [(False, "Lịch của tôi", _own_says(user))]
    if user.role in permissions.REPORTERS:
        says = f"Mọi thời hạn của {user.unit.name}, cả việc đã xong; hợp cho lịch chung của đơn vị."
        kinds.append((True, "Lịch của cả đơn vị", says))
    return [_line(*kind, living.get(kind[0]), site) for kind in kinds]


def _own_says(user) -> str:
    if permissions.sees_all_work(user):
        return "Thời hạn những việc chưa xong của mọi đơn vị trong cơ quan."
    return f"Thời hạn những việc chưa xong của {user.unit.name}."


def _line(whole_unit, title, says, feed, site) -> FeedLine:
    path = reverse("tasks:calendar_feed", args=[feed.secret]) if feed else ""
    address = site.rstrip("/") + path if feed else ""
    return FeedLine(
        whole_unit=whole_unit,
        title=title,
        says=says,
        pk=feed.pk if feed else None,
        address=address,
        subscribe="webcal:" + address.partition(":")[2] if feed else "",
        made_at=feed.made_at if feed else None,
    )

"""Cách xem: an address with its filters, kept under a name by the person who made it."""

from datetime import date, datetime
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.db import transaction
from django.urls import Resolver404, resolve

from cchc import audit
from cchc.models import SavedView
from cchc.text import clean

MOST = 30
DAY, YEAR = "tinh-den", "nam"
# The pages with filters, and what each is called where the views are listed.
PAGES = {
    "reports:dashboard": "Bảng điều hành",
    "reports:compare": "So sánh các năm",
    "tasks:plan": "Kế hoạch",
    "tasks:my_work": "Việc của đơn vị",
    "tasks:documents": "Văn bản",
    "indicators:list": "Chỉ tiêu",
}


class NotKept(Exception):
    """Why it can't be kept; str() is for the person."""


class NameTaken(NotKept):
    """The person has another view of that name and has not said that it may go."""


def page_of(path: str) -> str | None:
    """The page's name when `path` is the address of a page that can be kept, else None."""
    parts = urlsplit(path)
    if parts.scheme or parts.netloc or not path.startswith("/") or path[1:2] in ("/", "\\"):
        return None
    try:
        name = resolve(parts.path).view_name
    except Resolver404:
        return None
    return name if name in PAGES else None


def address(path: str, *, day: date | None, year: int | None = None) -> str:
    """The path on the day and in the year, or (none given) always as of the day of opening."""
    parts = urlsplit(path)
    marks = [m for m in parse_qsl(parts.query) if m[0] not in (DAY, "trang")]
    if day:
        marks.append((DAY, day.isoformat()))
        if year and YEAR not in dict(marks):
            marks.append((YEAR, str(year)))
    return parts.path + ("?" + urlencode(marks) if marks else "")


def day_of(path: str) -> date | None:
    """The day that an address keeps; None when it is always today."""
    try:
        return date.fromisoformat(dict(parse_qsl(urlsplit(path).query)).get(DAY, ""))
    except ValueError:
        return None


@transaction.atomic
def keep(*, user, at: datetime, name: str, path: str, replacing: bool = False) -> SavedView:
    """The same name is replaced only when the person has said so. Twice the same is once."""
    name = clean(name)
    if page_of(path) is None or len(path) > SavedView._meta.get_field("path").max_length:
        raise NotKept("Chỉ lưu được cách xem của các trang có bộ lọc trong ứng dụng này.")
    standing = user.saved_views.filter(name=name).first()
    if standing and standing.path != path:
        if not replacing:
            raise NameTaken(f"Đã có cách xem tên “{name}”.")
        before, standing.path, standing.created_at = standing.path, path, at
        standing.save(update_fields=["path", "created_at"])
        audit.record(by=user, verb="view_replaced", target=standing, at=at, before=before)
    if standing:
        return standing
    if user.saved_views.count() >= MOST:
        raise NotKept(f"Mỗi người lưu nhiều nhất {MOST} cách xem; xóa bớt rồi lưu.")
    view = SavedView.objects.create(user=user, name=name, path=path, created_at=at)
    audit.record(by=user, verb="view_saved", target=view, at=at, path=path)
    return view


@transaction.atomic
def rename(*, view: SavedView, at: datetime, name: str) -> None:
    name = clean(name)
    if view.user.saved_views.exclude(pk=view.pk).filter(name=name).exists():
        raise NameTaken(f"Đã có cách xem tên “{name}”.")
    if view.name != name:
        before, view.name = view.name, name
        view.save(update_fields=["name"])
        audit.record(by=view.user, verb="view_renamed", target=view, at=at, before=before)


@transaction.atomic
def delete(*, view: SavedView, at: datetime) -> None:
    audit.record(by=view.user, verb="view_deleted", target=view, at=at, name=view.name)
    view.delete()

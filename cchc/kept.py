"""What a page was made of is kept, as long as nothing has been written since.

Every write leaves an audit row in its own transaction and no audit row ever goes (cchc/audit.py). So
their number says whether what a page tells is still so: one small query instead of all that the page
asks, and nothing that a writer would have to think of. A page is given again to the same person
alone, in the same role and unit, on the same day, at the same address; BESIDES are the few things
that change without an audit row. Each process keeps its own, KEEP_PAGES_MB of it: what is kept is
never older than the last write, so several hosts need not tell each other anything.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import wraps
from re import compile as pattern
from threading import Lock

from django.conf import settings
from django.contrib.messages import get_messages
from django.db import connection
from django.http import HttpResponse
from django.middleware.csrf import get_token

from cchc import clock
from cchc.models import AuditEvent

# What else a person's page depends on, of a request; other floors add theirs in their AppConfig.
BESIDES: list[Callable[..., Hashable]] = []
# What is new in each answer, though nothing has changed: the form's token, the time it is now.
_NEW = pattern(rb'(?<=name="csrfmiddlewaretoken" value=")\w+|(?<=<time class="now">)\d\d:\d\d')
# A form that may be sent once has a key of its own; two must never have the same.
_ONCE = b'name="form_key"'
VALUES = 64  # small ones: a number in the menu


class Shelf:
    """The latest of each key, the longest unused go first; `most` is the sum of their sizes."""

    def __init__(self, most: Callable[[], int]):
        self.most, self.held, self.size = most, OrderedDict(), 0
        self.lock = Lock()

    def find(self, key, mark):
        """What was kept under `mark`; None when there is nothing, or only of another mark."""
        with self.lock:
            found = self.held.get(key)
            if found is None or found[0] != mark:
                return None
            self.held.move_to_end(key)
            return found[1]

    def keep(self, key, mark, thing, size: int = 1):
        if size > self.most():
            return
        with self.lock:
            self.size += size - self.held.pop(key, (None, None, 0))[2]
            self.held[key] = mark, thing, size
            while self.size > self.most():
                self.size -= self.held.popitem(last=False)[1][2]

    def clear(self):
        with self.lock:
            self.held.clear()
            self.size = 0


_pages = Shelf(lambda: settings.KEEP_PAGES_MB * 2**20)
_values = Shelf(lambda: VALUES)


def forget():
    _pages.clear()
    _values.clear()


def books() -> int:
    """How many audit rows are committed: sealed ones have places without a gap, the others are few.
    Read before what it vouches for. One query."""
    table = connection.ops.quote_name(AuditEvent._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT (SELECT COALESCE(MAX(place), 0) FROM {table})"
            f" + (SELECT COUNT(*) FROM {table} WHERE place IS NULL)"
        )
        return cursor.fetchone()[0]


def page(view):
    """Of a page that somebody looks at: made anew only when something has been written since."""

    @wraps(view)
    def looked_at(request, *args, **kwargs):
        if not _may_keep(request):
            return view(request, *args, **kwargs)
        key, mark = (request.user.pk, request.get_full_path()), _mark(request)
        found = _pages.find(key, mark)
        if found is not None:
            return HttpResponse(_as_of_now(found, request))
        answer = view(request, *args, **kwargs)
        if answer.status_code == 200 and not answer.cookies and _ONCE not in answer.content:
            _pages.keep(key, mark, _in_pieces(answer.content), len(answer.content))
        return answer

    looked_at.keeps = True
    return looked_at


def value(request, name: str, make: Callable[[], Hashable]):
    """Something small that many pages of a person tell, under its name."""
    if not _keeps(request):
        return make()
    key, mark = (request.user.pk, name), _mark(request)
    found = _values.find(key, mark)
    if found is None:
        found = make()
        _values.keep(key, mark, found)
    return found


def _may_keep(request) -> bool:
    """A whole page; one that brings a message is of this moment alone."""
    return _keeps(request) and not request.htmx and not len(get_messages(request))


def _keeps(request) -> bool:
    return request.method == "GET" and settings.KEEP_PAGES_MB > 0


def _mark(request) -> tuple:
    if not hasattr(request, "kept_mark"):
        user = request.user
        besides = [ask(request) for ask in BESIDES]
        request.kept_mark = (books(), clock.today(), user.role, user.unit_id, *besides)
    return request.kept_mark


def _in_pieces(content: bytes) -> list[tuple[bytes, bool]]:
    """What stands between what is new in each answer, and whether that is a time."""
    pieces, done = [], 0
    for found in _NEW.finditer(content):
        pieces.append((content[done : found.start()], b":" in found[0]))
        done = found.end()
    return [*pieces, (content[done:], False)]


def _as_of_now(pieces: list[tuple[bytes, bool]], request) -> bytes:
    now, token = clock.local_time(clock.now()).encode(), get_token(request).encode()
    *before, (last, _) = pieces
    return b"".join(text + (now if is_time else token) for text, is_time in before) + last

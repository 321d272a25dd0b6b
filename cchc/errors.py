"""What an answer says when something broke: never a trace, always the number under which the log has
it, and what became of what the person typed. These pages ask nothing of database, session or user."""

import errno
import logging
import sys

from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import HttpResponse
from django.template.loader import render_to_string

from cchc.logs import request_number
from cchc.stores import Away

log = logging.getLogger(__name__)
RETRY_AFTER = 15  # seconds
NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
DISK_FULL = "53100"  # PostgreSQL's code
LAST_RESORT = (
    '<!doctype html><html lang="vi"><meta charset="utf-8"><title>Hệ thống gặp lỗi</title>'
    "<h1>Hệ thống gặp lỗi</h1><p>Mã lỗi: {number}. Bấm Quay lại rồi thử lần nữa."
)


def server_error(request):
    """Django's handler500; it is called while the exception is being handled, wherever it came from."""
    error = sys.exc_info()[1]
    if is_full(error):
        return answer(request, 507)
    if is_away(error):
        return answer(request, 503)
    return answer(request, 500)


def bad_request(request, exception):
    return answer(request, 413 if isinstance(exception, RequestDataTooBig) else 400)


def is_full(error) -> bool:
    """No room for what was to be written: on this disk, or on that of the database."""
    return any(
        getattr(cause, "errno", None) in NO_ROOM
        or getattr(cause, "sqlstate", None) == DISK_FULL
        or (isinstance(cause, OperationalError) and "disk is full" in str(cause))
        for cause in _causes(error)
    )


def is_away(error) -> bool:
    """The database or the file store is gone, or others hold what we wait for: later it will go."""
    return any(
        isinstance(cause, (OperationalError, InterfaceError, Away))
        and not str(cause).startswith("no such")  # SQLite's word for a mistake of ours
        for cause in _causes(error)
    )


def _causes(error):
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def answer(request, status: int) -> HttpResponse:
    context = {"number": request_number.get(), "sent": request.method == "POST"}
    try:
        page = render_to_string(f"errors/{status}.html", context)
    except Exception:  # the template itself, or the list of static files
        log.exception("The page of an error could not be made")
        page = LAST_RESORT.format(number=context["number"])
    made = HttpResponse(page, status=status)
    if status in (503, 507):
        made["Retry-After"] = str(RETRY_AFTER)
    return made

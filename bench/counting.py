"""How many queries an answer took: asked for by a header, so that timed requests carry no counter.
By another header what was kept of earlier answers (cchc/kept.py) is forgotten first, as any write
does. A WSGI entry of the bench's own around the application, which knows nothing of it."""

from time import perf_counter

from django.db import connection

ASK, QUERIES, DATABASE = "X-Bench-Count", "X-Bench-Queries", "X-Bench-Database-Ms"
FRESH = "X-Bench-Fresh"


def _has(environ, header: str) -> bool:
    return "HTTP_" + header.upper().replace("-", "_") in environ


class Counted:
    def __init__(self, application, forget=None):
        self.application, self.forget = application, forget

    def __call__(self, environ, start_response):
        if self.forget and _has(environ, FRESH):
            self.forget()
        if not _has(environ, ASK):
            return self.application(environ, start_response)
        number, seconds = 0, 0.0

        def count(execute, sql, params, many, context):
            nonlocal number, seconds
            begun = perf_counter()
            try:
                return execute(sql, params, many, context)
            finally:
                number += 1
                seconds += perf_counter() - begun

        def start(status, headers, *rest):
            told = [(QUERIES, str(number)), (DATABASE, f"{seconds * 1000:.2f}")]
            return start_response(status, [*headers, *told], *rest)

        with connection.execute_wrapper(count):
            return self.application(environ, start)

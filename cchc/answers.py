"""The outermost middleware but that of the CSP: what every answer carries, whoever made it, errors
and redirects too."""

import secrets

from django.conf import settings
from django.http import HttpResponseNotAllowed

from cchc.logs import request_number

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")  # no TRACE, no CONNECT
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
# No browser and no proxy keeps a page of ours. Back still shows what was typed: see deploy/README.md.
NOT_KEPT = "private, no-store"


class EveryAnswer:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request_number.set(secrets.token_hex(4))  # stays: Django logs refusals after all middleware
        if request.method in METHODS:
            response = self.get_response(request)
        else:
            response = HttpResponseNotAllowed(METHODS)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if not request.path_info.startswith(settings.STATIC_URL):
            response.headers.setdefault("Cache-Control", NOT_KEPT)
        if settings.SECURE_HSTS_SECONDS and request.is_secure():
            hsts = f"max-age={settings.SECURE_HSTS_SECONDS}; includeSubDomains; preload"
            response.headers.setdefault("Strict-Transport-Security", hsts)
        return response

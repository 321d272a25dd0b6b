"""The access table at the door: an address that is not in it is closed to everybody. And pages in
gzip on their way out."""

from django.contrib.auth import get_user
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpResponseNotAllowed
from django.middleware.gzip import GZipMiddleware

from cchc import audit
from cchc.access import access_for, may_call
from cchc.clients import client_ip
from cchc.locks import alone
from cchc.sign_in.doors import to_sign_in


class AccessMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if "\x00" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
            raise BadRequest("NUL")  # no address of ours has it, and PostgreSQL refuses it
        token = audit.origin.set(client_ip(request))
        try:
            return self.get_response(request)
        finally:
            audit.origin.reset(token)

    def process_view(self, request, view_func, view_args, view_kwargs):
        access = access_for(request.resolver_match.view_name or "")
        if access is None:
            raise PermissionDenied
        if request.content_type == "multipart/form-data" and request.FILES:
            ask_again(request)
        if access.roles is not None and not request.user.is_authenticated:
            # Django's admin asks for a sign-in itself, after this door.
            return to_sign_in(request)
        if not may_call(request.user, access):
            raise PermissionDenied
        if request.method not in access.methods:
            return HttpResponseNotAllowed(access.methods)
        return None


def ask_again(request):
    """Who sends an upload was asked when its first line came; by its last the account may be shut, or
    have another role."""
    request.user = get_user(request)


class SamePostsInTurn:
    """A double click, or a form sent again because its answer was lost: the second post of a person to
    an address waits for the first, sees what that has written, and gets the same answer from the
    action ("twice is once"), whether or not that locks anything itself."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.method != "POST" or not request.user.is_authenticated:
            return self.get_response(request)
        with alone(f"post {request.user.pk} {request.path}"):
            return self.get_response(request)


class PageGZipMiddleware(GZipMiddleware):
    """Django's own, random padding against BREACH included, for text alone: PDF, Word and Excel are
    compressed already, and a stream keeps its length and leaves as it is made."""

    def process_response(self, request, response):
        if response.streaming or not response.get("Content-Type", "").startswith("text/"):
            return response
        return super().process_response(request, response)

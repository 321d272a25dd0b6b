"""The access table at the door: an address that is not in it is closed to everybody."""

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpResponseNotAllowed

from cchc.access import access_for, may_call


class AccessMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if "\x00" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
            raise BadRequest("NUL")  # no address of ours has it, and PostgreSQL refuses it
        return self.get_response(request)

    def process_view(self, request, view_func, view_args, view_kwargs):
        access = access_for(request.resolver_match.view_name or "")
        if access is None:
            raise PermissionDenied
        if access.roles is not None and not request.user.is_authenticated:
            # Django's admin asks for a sign-in itself, after this door.
            return redirect_to_login(request.get_full_path())
        if not may_call(request.user, access):
            raise PermissionDenied
        if request.method not in access.methods:
            return HttpResponseNotAllowed(access.methods)
        return None

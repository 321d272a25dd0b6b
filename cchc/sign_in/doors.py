"""What stands between a request and its page beside the table of addresses."""

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme

from cchc.sign_in import two_step

# What somebody may open who has something to do first.
ALWAYS = frozenset(
    {
        "login",
        "logout",
        "password_change",
        "password_change_done",
        "two_step",
        "two_step_on",
        "recovery_codes",
        "recovery_codes_file",
        "health",
    }
)


class SignInRequired(LoginRequiredMiddleware):
    """Django's own, but it leads back to a page: to what was asked for, or, when something was sent,
    to the page that it was sent from. `het-phien` tells the sign-in page that a session has ended."""

    def handle_no_permission(self, request, view_func):
        return to_sign_in(request)


def to_sign_in(request):
    back = request.get_full_path()
    if request.method not in ("GET", "HEAD") or request.htmx:
        back = _page_of(request)
    answer = redirect_to_login(back)
    if settings.SESSION_COOKIE_NAME in request.COOKIES:
        answer["Location"] += "&het-phien=1"
    if request.htmx and request.htmx.current_url:  # a whole page, not a part inside the old one
        return HttpResponse(status=204, headers={"HX-Redirect": answer["Location"]})
    return answer


def _page_of(request) -> str:
    """The path of our page that the request came from."""
    page = request.htmx.current_url or request.META.get("HTTP_REFERER", "")
    host = f"{request.scheme}://{request.get_host()}"
    if page.startswith(f"{host}/") and url_has_allowed_host_and_scheme(page, request.get_host()):
        return page.removeprefix(host).partition("#")[0]
    return resolve_url(settings.LOGIN_REDIRECT_URL)


class FirstThings:
    """A temporary password is changed and a demanded second step is set up before anything else."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view_func, view_args, view_kwargs):
        user = request.user
        if request.resolver_match.view_name in ALWAYS or not user.is_authenticated:
            return None
        if user.temporary_until and request.session.get("how") != "sso":
            return redirect("password_change")
        if two_step.is_demanded(user) and not user.has_two_step:
            return redirect("two_step")
        return None

"""The pages of the sign-in. Every try goes through throttle.take first."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from cchc import clock
from cchc.sign_in import entering, oidc, sessions, two_step
from cchc.sign_in.forms import CodeForm, ConfirmForm, OwnPasswordForm, SignInForm, TurnOnForm
from cchc.sign_in.throttle import TooOften

SEED, CODES = "two_step_seed", "recovery_codes"


@login_not_required
@never_cache
@sensitive_post_parameters("password")
def sign_in(request):
    if request.method != "POST":
        return sign_in_page(request)
    form = SignInForm(request.POST)
    try:
        user = form.is_valid() and entering.by_password(request, **form.cleaned_data)
    except TooOften as often:
        return sign_in_page(request, form, refused=often.words, status=429)
    except entering.Expired as expired:
        return sign_in_page(request, form, refused=str(expired), status=422)
    if not user:
        return sign_in_page(request, form, status=422)
    return first_step_taken(request, user, how="password", to=asked_for(request))


def first_step_taken(request, user, *, how, to):
    if user.has_two_step:
        sessions.enter_half(request, user, how=how, to=to)
        return redirect("second_step")
    sessions.enter(request, user, how=how)
    return redirect(to)


def sign_in_page(request, form=None, *, refused="", status=200):
    told = {
        "form": form,
        "refused": refused,
        "next": asked_for(request, default=""),
        "sso_name": settings.OIDC_NAME if oidc.is_on() else "",
        "session_ended": "het-phien" in request.GET,
    }
    return render(request, "sign_in/login.html", told, status=status)


def asked_for(request, default=None) -> str:
    """Where to go after the sign-in: a page of this site, or the first one."""
    asked = request.POST.get("next", request.GET.get("next", ""))
    if url_has_allowed_host_and_scheme(asked, request.get_host(), request.is_secure()):
        return asked
    return resolve_url(settings.LOGIN_REDIRECT_URL) if default is None else default


@login_not_required
@never_cache
def second_step(request):
    found = sessions.half(request)
    if found is None:
        return redirect("login")
    user, kept = found
    form = CodeForm(request.POST if request.method == "POST" else None)
    status = 200
    if form.is_bound:
        status = 422
        try:
            taken = form.is_valid() and entering.by_code(request, user, form.cleaned_data["code"])
        except TooOften as often:
            form.add_error("code", often.words)
            status, taken = 429, ""
        if taken:
            sessions.enter(request, user, how=kept["how"], two_step=taken)
            return redirect(kept["to"])
        if not form.errors:
            form.add_error("code", "Mã chưa đúng, đã dùng hoặc đã hết hạn. Chờ mã kế tiếp.")
    return render(request, "sign_in/second_step.html", {"form": form}, status=status)


def sign_out(request):
    sessions.leave(request)
    return redirect("login")


@never_cache
@sensitive_post_parameters()
def password_change(request):
    form = OwnPasswordForm(request.user, request.POST if request.method == "POST" else None)
    status = 422 if form.is_bound else 200
    try:
        if form.is_bound and entering.may_change(request, form):
            entering.change_password(request, form)
            return redirect("password_change_done")
    except TooOften as often:
        form = OwnPasswordForm(request.user)
        status, refused = 429, often.words
    else:
        refused = ""
    told = {"form": form, "refused": refused}
    return render(request, "sign_in/password_change.html", told, status=status)


def password_change_done(request):
    return render(request, "sign_in/password_change_done.html")


# --- The second step: on, off, recovery codes ---


@never_cache
def two_step_page(request):
    return render(request, "sign_in/two_step.html", {"state": two_step.state_of(request.user)})


@never_cache
@sensitive_post_parameters()
def two_step_on(request):
    seed = request.session.get(SEED) or two_step.new_seed()
    form = TurnOnForm(request)
    status = confirmed(request, form)
    if status is None:
        code, at = form.cleaned_data["code"].replace(" ", ""), clock.now()
        codes = two_step.turn_on(user=request.user, seed=seed, code=code, at=at)
        if codes:
            request.session.pop(SEED, None)
            return show_codes(request, codes)
        form.add_error("code", "Mã chưa đúng. Kiểm tra giờ trên điện thoại rồi nhập mã đang hiện.")
        status = 422
    request.session[SEED] = seed
    told = {"form": form, "set_up": two_step.set_up(request.user, seed)}
    told["state"] = two_step.state_of(request.user)
    return render(request, "sign_in/two_step_on.html", told, status=status)


@never_cache
@sensitive_post_parameters()
def two_step_off(request):
    if two_step.is_demanded(request.user):
        raise PermissionDenied(
            "Vai trò của bạn phải dùng xác thực hai bước; chỉ đổi được điện thoại."
        )
    form = ConfirmForm(request)
    status = confirmed(request, form)
    if status is None:
        two_step.turn_off(user=request.user, by=request.user, at=clock.now())
        messages.success(request, "Đã tắt xác thực hai bước.")
        return redirect("two_step")
    return render(request, "sign_in/two_step_off.html", {"form": form}, status=status)


@never_cache
@sensitive_post_parameters()
def recovery_codes_new(request):
    if not request.user.has_two_step:
        return redirect("two_step")
    form = ConfirmForm(request)
    status = confirmed(request, form)
    if status is None:
        return show_codes(request, two_step.renew_codes(user=request.user, at=clock.now()))
    return render(request, "sign_in/recovery_codes_new.html", {"form": form}, status=status)


def confirmed(request, form) -> int | None:
    """None when the form is whole and the password in it is right, else the status to answer with."""
    if not form.is_bound:
        return 200
    try:
        if form.is_valid() and entering.is_own_password(request, form):
            return None
    except TooOften as often:
        form.add_error(None, often.words)
        return 429
    return 422


def show_codes(request, codes):
    """A new session key; the codes wait in the session, encrypted, until they are said to be kept."""
    request.session.cycle_key()
    request.session[CODES] = two_step.encrypt("\n".join(codes))
    return redirect("recovery_codes")


@never_cache
def recovery_codes(request):
    if request.method == "POST":
        request.session.pop(CODES, None)
    if CODES not in request.session:
        return redirect("two_step")
    codes = two_step.decrypt(request.session[CODES]).split("\n")
    return render(request, "sign_in/recovery_codes.html", {"codes": codes})


@never_cache
def recovery_codes_file(request):
    if CODES not in request.session:
        return redirect("two_step")
    words = "Mã dự phòng, Kế hoạch CCHC. Mỗi mã dùng một lần.\r\n\r\n"
    text = words + two_step.decrypt(request.session[CODES]).replace("\n", "\r\n") + "\r\n"
    named = 'attachment; filename="ma-du-phong.txt"'
    headers = {"Content-Disposition": named}
    return HttpResponse(text, content_type="text/plain; charset=utf-8", headers=headers)


# --- The province's sign-in ---


@login_not_required
@never_cache
def sso(request):
    try:
        return oidc.begin(request, to=asked_for(request))
    except oidc.Refused as refused:
        return sign_in_page(request, refused=str(refused), status=503)


@login_not_required
@never_cache
def sso_return(request):
    try:
        user, to = oidc.finish(request)
    except oidc.Refused as refused:
        return sign_in_page(request, refused=str(refused), status=403)
    return first_step_taken(request, user, how="sso", to=to)

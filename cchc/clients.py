"""Where a request comes from."""

from django.conf import settings


def client_ip(request) -> str:
    """The address of the caller. A proxy of ours (TRUSTED_PROXIES; a unix socket has no address at
    all) says it in X-Real-IP, which it overwrites; from anybody else that header means nothing."""
    near = request.META.get("REMOTE_ADDR", "")
    if near in settings.TRUSTED_PROXIES:
        return request.META.get("HTTP_X_REAL_IP", near)[:45]
    return near

"""What every answer of the site must carry."""

from django.conf import settings

EXACT = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
}
PRESENT = ("Referrer-Policy", "Permissions-Policy", "Cross-Origin-Resource-Policy")
PAGES = ("object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'")


def lacking(answer, *, secure=False) -> list[str]:
    """Names of the headers that an answer should have and has not, or not as it should."""
    got = answer.headers
    wrong = [name for name, value in EXACT.items() if got.get(name) != value]
    wrong += [name for name in PRESENT if not got.get(name)]
    policy = got.get("Content-Security-Policy", "")
    if "sandbox" not in policy:  # a download runs nothing at all
        wrong += [f"CSP {part}" for part in PAGES if part not in policy]
    if "default-src 'none'" not in policy or "unsafe" in policy:
        wrong.append("CSP")
    if "no-store" not in got.get("Cache-Control", ""):
        wrong.append("Cache-Control")
    if secure and f"max-age={settings.SECURE_HSTS_SECONDS}" not in got.get(
        "Strict-Transport-Security", ""
    ):
        wrong.append("HSTS")
    return wrong

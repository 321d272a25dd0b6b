"""The production profile: what it refuses to start with, what it says of itself."""

import json
import os
import re
import runpy
import subprocess
import sys
from types import SimpleNamespace

import pytest
from django.conf import settings as site
from django.db import connection

from cchc import checks
from cchc.models import User

KEY = "".join(map(chr, range(48, 122)))
PROFILE = {
    "DEBUG": "0",
    "SECRET_KEY": KEY,
    "ALLOWED_HOSTS": "cchc.tinh.gov.vn",
    "DATABASE_URL": "postgres://cchc:x@localhost/cchc",
    "SITE_URL": "https://cchc.tinh.gov.vn",
    "BACKUP_KEY": "AGE-SECRET-KEY-1",
    "AUDIT_KEY": "khóa",
}


CODE = """
import json, django
django.setup()
from django.core.management import call_command
from django.conf import settings
call_command("check", deploy=True, fail_level="WARNING")
print(json.dumps({n: getattr(settings, n) for n in dir(settings) if n.isupper()}, default=str))
"""


def test_check_deploy_has_nothing_to_say_and_the_settings_are_tight(tmp_path):
    """One process for both: it costs seconds."""
    kept = {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path), "PYTHONIOENCODING": "utf-8"}
    kept["DJANGO_SETTINGS_MODULE"] = "cchc.settings"
    done = subprocess.run(
        [sys.executable, "-c", CODE],
        env=kept | PROFILE,
        cwd=site.BASE_DIR,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert "no issues (0 silenced)" in done.stdout and "WARNING" not in done.stderr
    made = json.loads(done.stdout.splitlines()[-1])
    assert made["DEBUG"] is False
    assert made["SESSION_COOKIE_NAME"].startswith("__Host-")
    assert made["CSRF_COOKIE_NAME"].startswith("__Host-")
    for name in ("SESSION_COOKIE", "CSRF_COOKIE"):
        assert made[f"{name}_SECURE"] and made[f"{name}_HTTPONLY"]
        assert made[f"{name}_PATH"] == "/" and not made[f"{name}_DOMAIN"]
        assert made[f"{name}_SAMESITE"] in ("Lax", "Strict")
    assert made["SECURE_HSTS_SECONDS"] >= 365 * 24 * 3600 and made["SECURE_SSL_REDIRECT"]
    options = made["DATABASES"]["default"]["OPTIONS"]["options"]
    for limit in ("lock", "statement", "idle_in_transaction_session"):
        assert re.search(rf"{limit}_timeout=[1-9]", options)
    assert made["DATABASES"]["default"]["CONN_HEALTH_CHECKS"]
    assert (
        "ATOMIC_REQUESTS" not in made["DATABASES"]["default"]
        or not made["DATABASES"]["default"]["ATOMIC_REQUESTS"]
    )


@pytest.mark.parametrize(
    "other, without",
    [
        ({}, ["SECRET_KEY"]),
        ({}, ["ALLOWED_HOSTS"]),
        ({"SECRET_KEY": "only-for-a-developer's-own-machine" * 3}, []),
        ({"SECRET_KEY": "short"}, []),
        ({"SECRET_KEY": "a" * 80}, []),
    ],
)
def test_it_does_not_start_without_a_key_and_a_name_of_its_own(monkeypatch, other, without):
    """The settings module itself, read again: a process for each would cost five seconds."""
    for name in (*PROFILE, "INSECURE_HTTP"):
        monkeypatch.delenv(name, raising=False)
    for name, value in (PROFILE | other).items():
        if name not in without:
            monkeypatch.setenv(name, value)
    with pytest.raises(Exception, match="DEBUG=0 needs"):
        runpy.run_path(str(site.BASE_DIR / "cchc" / "settings.py"))


def test_sqlite_is_warned_of_where_it_can_be_damaged(settings, monkeypatch):
    monkeypatch.setattr(checks, "connection", SimpleNamespace(vendor="sqlite"))
    settings.SQLITE_VERSION = (3, 40, 1)
    assert [w.id for w in checks.sqlite_serves_one_process(None)] == ["cchc.W001"]
    monkeypatch.setenv("WEB_CONCURRENCY", "1")
    assert checks.sqlite_serves_one_process(None) == []
    monkeypatch.delenv("WEB_CONCURRENCY")
    settings.SQLITE_VERSION = (3, 51, 3)
    assert checks.sqlite_serves_one_process(None) == []
    settings.SQLITE_VERSION = (3, 40, 1)
    monkeypatch.setattr(checks, "connection", SimpleNamespace(vendor="postgresql"))
    assert checks.sqlite_serves_one_process(None) == []


def test_a_site_without_its_keys_is_told(settings, monkeypatch):
    settings.BACKUP_KEY = settings.AUDIT_KEY = ""
    monkeypatch.setattr(checks, "connection", SimpleNamespace(vendor="postgresql"))
    assert [w.id for w in checks.backups_are_encrypted(None)] == ["cchc.W002"]
    assert [w.id for w in checks.hosts_share_the_key_of_the_trail(None)] == ["cchc.W003"]


def test_there_is_no_default_account(db):
    """After every migration, the plan and its years: nobody."""
    assert User.objects.count() == 0


def test_the_database_has_its_limits(db):
    if connection.vendor == "sqlite":
        assert connection.settings_dict["OPTIONS"] == site.SQLITE_OPTIONS
        assert site.SQLITE_OPTIONS["transaction_mode"] == "IMMEDIATE"
        assert "synchronous=FULL" in site.SQLITE_OPTIONS["init_command"]
        return
    with connection.cursor() as cursor:
        for limit, value in (("lock_timeout", "5s"), ("statement_timeout", "30s")):
            cursor.execute(f"SHOW {limit}")
            assert cursor.fetchone() == (value,)

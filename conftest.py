"""The cast. Lan works in HCQT (the coordinating division), Minh and Hoa in two centres, Hùng heads
Minh's, Quang is a leader of the Office, An administers, Thu coordinates."""

import math
import os
from datetime import datetime
from importlib import import_module
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from pytest_django.plugin import blocking_manager_key

from cchc import kept
from cchc.models import AuditEvent, Unit, User
from cchc.sign_in import sessions
from indicators.models import Indicator
from reports.models import ReportPeriod
from tasks.models import Area, Assignment, Plan, Product, Solution, Task, TaskUnit

PASSWORD = "Mua-xuan-2024"
OFFICE_TIME = ZoneInfo("Asia/Ho_Chi_Minh")


def at(year, month, day, hour=9, minute=0):
    """A moment in the office."""
    return datetime(year, month, day, hour, minute, tzinfo=OFFICE_TIME)


def pytest_configure():
    # A live server's threads would keep their connections, and the test database could not go.
    settings.DATABASES["default"]["CONN_MAX_AGE"] = 0
    settings.AUDIT_KEY = "khóa của chuỗi nhật ký"
    settings.KEEP_PAGES_MB = 8  # as in production


def pytest_collection_modifyitems(config, items):
    """On PostgreSQL only what asks a database: the rest was the same on SQLite."""
    if connection.vendor != "postgresql":
        return
    pure = [item for item in items if not _on_both_engines(item)]
    config.hook.pytest_deselected(items=pure)
    items[:] = [item for item in items if _on_both_engines(item)]


def _on_both_engines(item) -> bool:
    if item.get_closest_marker("one_engine"):
        return False
    asked = {"db", "transactional_db", "django_db_setup"} & set(item.fixturenames)
    return bool(asked) or item.get_closest_marker("django_db") is not None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item, nextitem):
    """A test with real commits leaves the tables empty: the next one finds the plan there again."""
    result = yield
    if nextitem and _empties(item) and not _empties(nextitem):
        with item.config.stash[blocking_manager_key].unblock():
            prepare()
    return result


def _empties(item) -> bool:
    marker = item.get_closest_marker("django_db")
    asked = {"transactional_db", "live_server"} & set(item.fixturenames)
    return bool(asked) or bool(marker and marker.kwargs.get("transaction"))


@pytest.fixture(autouse=True)
def travel_after_signing_in(monkeypatch):
    """Tests sign in today and then go back to their own year: no clock that somebody has set back."""
    monkeypatch.setattr(sessions, "SET_BACK", math.inf)


@pytest.fixture(autouse=True)
def own_media_and_quick_passwords(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def nothing_kept():
    """What is rolled back was never written: the number of audit rows comes again with other rows."""
    kept.forget()


@pytest.fixture
def made_anew(settings):
    """For what a page costs, or is made of, when it is asked for the first time."""
    settings.KEEP_PAGES_MB = 0


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """The real plan, loaded and every year opened, once for all tests; each rolls back its own."""
    with django_db_blocker.unblock():
        with connection.schema_editor() as editor:  # tests empty their tables; test_audit guards it
            import_module("cchc.migrations.0005_audit_chain").unguard(None, editor)
        prepare()
    yield
    with django_db_blocker.unblock():
        _end_other_sessions()


def _end_other_sessions():
    """A browser that still holds a live server's thread would keep the test database from going."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


def prepare():
    call_command("load_plan", verbosity=0, stdout=StringIO())
    call_command("open_year", all=True, verbosity=0, stdout=StringIO())
    call_command("open_report_periods", verbosity=0, stdout=StringIO())


@pytest.fixture
def opened(db) -> Plan:
    """The real plan with its assignments of every year; nobody has worked yet."""
    return Plan.objects.select_related("unit", "coordinator").get()


@pytest.fixture
def plan(opened) -> Plan:
    return opened


@pytest.fixture
def unopened(opened) -> Plan:
    """The plan loaded, no year opened."""
    Assignment.objects.all().delete()
    AuditEvent.objects.filter(verb="year_opened").delete()
    return opened


@pytest.fixture
def nothing_loaded(unopened):
    """A database that knows no plan."""
    for model in (ReportPeriod, Indicator, Product, TaskUnit, Task, Solution, Area, Plan):
        model.objects.all().delete()
    for unit in Unit.objects.order_by("-path"):
        unit.delete()
    AuditEvent.objects.all().delete()


def make_user(username, name, role, unit, title=""):
    """Or the one that a module's world has already."""
    return User.objects.filter(username=username).first() or User.objects.create_user(
        username,
        PASSWORD,
        full_name=name,
        role=role,
        title=title,
        unit=Unit.objects.get(code=unit) if unit else None,
    )


@pytest.fixture
def lan(db):
    return make_user("lan", "Nguyễn Thị Lan", User.Role.MEMBER, "HCQT")


@pytest.fixture
def minh(db):
    return make_user("minh", "Trần Văn Minh", User.Role.MEMBER, "TTPVKS")


@pytest.fixture
def hung(db):
    return make_user("hung", "Võ Đình Hùng", User.Role.HEAD, "TTPVKS", "Giám đốc")


@pytest.fixture
def hoa(db):
    return make_user("hoa", "Lê Thị Hoa", User.Role.MEMBER, "TTCBTH")


@pytest.fixture
def thu(db):
    return make_user("thu", "Phạm Minh Thu", User.Role.COORDINATOR, "HCQT", "Trưởng phòng")


@pytest.fixture
def quang(db):
    return make_user("quang", "Đỗ Quang", User.Role.LEADER, "VP", "Chánh Văn phòng")


@pytest.fixture
def an(db):
    return make_user("an", "Bùi An", User.Role.ADMINISTRATOR, None)


@pytest.fixture
def assignment_of(db):
    """assignment_of("I.2/2024") or assignment_of("II.1/2024", "TTPVKS"): that slot."""

    def find(occurrence: str, unit: str | None = None) -> Assignment:
        code, _, period = occurrence.partition("/")
        year, _, part = period.partition("-")
        slots = Assignment.objects.select_related("task__plan__coordinator", "unit").filter(
            task__code=code, year=int(year), period=part
        )
        return slots.get(unit__code=unit) if unit else slots.get()

    return find


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    """The system's own Chromium: an office has no way to download another."""
    return browser_type_launch_args | {
        "executable_path": os.environ.get("CHROMIUM_PATH", "/usr/bin/chromium"),
        "args": ["--no-sandbox", "--disable-background-networking"],
    }

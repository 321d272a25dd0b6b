"""The cast. Lan works in HCQT (the coordinating division), Minh and Hoa in two centres, Hùng heads
Minh's, Quang is a leader of the Office, An administers, Thu coordinates."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command

from cchc.models import Unit, User
from tasks.models import Assignment, Plan

PASSWORD = "Mua-xuan-2024"
OFFICE_TIME = ZoneInfo("Asia/Ho_Chi_Minh")


def at(year, month, day, hour=9, minute=0):
    """A moment in the office."""
    return datetime(year, month, day, hour, minute, tzinfo=OFFICE_TIME)


@pytest.fixture(autouse=True)
def own_media_and_quick_passwords(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def plan(db) -> Plan:
    """The real plan, as the fixtures carry it, without any work."""
    call_command("load_plan", verbosity=0)
    return Plan.objects.select_related("unit", "coordinator").get()


def make_user(username, name, role, unit, title=""):
    return User.objects.create_user(
        username,
        PASSWORD,
        full_name=name,
        role=role,
        title=title,
        unit=Unit.objects.get(code=unit) if unit else None,
    )


@pytest.fixture
def lan(plan):
    return make_user("lan", "Nguyễn Thị Lan", User.Role.MEMBER, "HCQT")


@pytest.fixture
def minh(plan):
    return make_user("minh", "Trần Văn Minh", User.Role.MEMBER, "TTPVKS")


@pytest.fixture
def hung(plan):
    return make_user("hung", "Võ Đình Hùng", User.Role.HEAD, "TTPVKS", "Giám đốc")


@pytest.fixture
def hoa(plan):
    return make_user("hoa", "Lê Thị Hoa", User.Role.MEMBER, "TTCBTH")


@pytest.fixture
def thu(plan):
    return make_user("thu", "Phạm Minh Thu", User.Role.COORDINATOR, "HCQT", "Trưởng phòng")


@pytest.fixture
def quang(plan):
    return make_user("quang", "Đỗ Quang", User.Role.LEADER, "VP", "Chánh Văn phòng")


@pytest.fixture
def an(plan):
    return make_user("an", "Bùi An", User.Role.ADMINISTRATOR, None)


@pytest.fixture
def opened(plan):
    """Every year of the plan opened: the assignments exist."""
    call_command("open_year", all=True, verbosity=0)
    return plan


@pytest.fixture
def assignment_of(opened):
    """assignment_of("I.2/2024") or assignment_of("II.1/2024", "TTPVKS"): that slot."""

    def find(occurrence: str, unit: str | None = None) -> Assignment:
        code, _, period = occurrence.partition("/")
        year, _, part = period.partition("-")
        slots = Assignment.objects.select_related("task__plan__coordinator", "unit").filter(
            task__code=code, year=int(year), period=part
        )
        return slots.get(unit__code=unit) if unit else slots.get()

    return find

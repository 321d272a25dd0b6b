from contextlib import contextmanager
from datetime import date

import pytest
from django.core.management import call_command
from django.db import transaction

from cchc.models import User
from conftest import make_user
from reports.building import PeriodReport, build_report
from reports.tests.scene import play_2024, year_of
from reports.to_docx import report_docx
from reports.to_pdf import report_pdf
from reports.to_xlsx import report_xlsx
from tasks.models import Plan

DATA_DAY = date(2024, 12, 14)
IN_JANUARY = date(2025, 1, 10)


@pytest.fixture
def played(opened, lan, minh, hoa, thu, quang):
    """The plan with the scene's work of 2024 done."""
    play_2024(lan=lan, minh=minh, hoa=hoa, thu=thu, quang=quang)
    return opened


@contextmanager
def world_of_2024(blocker):
    """The plan with the scene's work of 2024 done by the cast, until it is rolled back."""
    role = User.Role
    with blocker.unblock(), transaction.atomic():
        call_command("load_plan", verbosity=0)  # not there after a test that empties the tables
        call_command("open_year", all=True, verbosity=0)
        call_command("open_report_periods", verbosity=0)
        play_2024(
            lan=make_user("lan", "Nguyễn Thị Lan", role.MEMBER, "HCQT"),
            minh=make_user("minh", "Trần Văn Minh", role.MEMBER, "TTPVKS"),
            hoa=make_user("hoa", "Lê Thị Hoa", role.MEMBER, "TTCBTH"),
            thu=make_user("thu", "Phạm Minh Thu", role.COORDINATOR, "HCQT", "Trưởng phòng"),
            quang=make_user("quang", "Đỗ Quang", role.LEADER, "VP", "Chánh Văn phòng"),
        )
        yield Plan.objects.select_related("unit", "coordinator").get()
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def played_once(django_db_setup, django_db_blocker):
    """The same, once for all tests of a module; each test takes back its own part only."""
    with world_of_2024(django_db_blocker) as plan:
        yield plan


@pytest.fixture(scope="session")
def report(django_db_setup, django_db_blocker) -> PeriodReport:
    """The report of 2024 as an office would make it: in January, when the last papers are in. Plain
    values, so it is made once for all tests, and its files too; the rows behind it are rolled back."""
    with world_of_2024(django_db_blocker) as plan:
        made = build_report(year_of(plan, 2024), IN_JANUARY)
    return made


@pytest.fixture(scope="session")
def word_bytes(report) -> bytes:
    return report_docx(report)


@pytest.fixture(scope="session")
def pdf(report) -> bytes:
    return report_pdf(report)


@pytest.fixture(scope="session")
def excel_bytes(report) -> bytes:
    return report_xlsx(report)

"""What the database itself refuses, whoever writes: the last door behind forms and actions."""

from datetime import date

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction

from cchc.models import DayOff, SavedView, StoredFile, Unit, UnitName, User
from cchc.scheduling import ScheduledRun
from conftest import at


@pytest.fixture
def room(db):
    return Unit.objects.create(code="P1", name="Phòng Một", short_name="P1", path="/P1/")


@pytest.fixture
def person(room):
    return User.objects.create(username="binh", full_name="Lê Bình", unit=room)


def new_unit(**fields):
    own = {"code": "P2", "name": "Phòng Hai", "short_name": "P2", "path": "/P2/"}
    Unit.objects.bulk_create([Unit(**own | fields)])


def new_user(**fields):
    User.objects.bulk_create([User(**{"username": "hai", "full_name": "Hai"} | fields)])


def new_file(person, **fields):
    own = {
        "sha256": "a" * 64,
        "name": "209-BC-VP.pdf",
        "size": 1,
        "content_type": "application/pdf",
        "uploaded_by": person,
        "uploaded_at": at(2024, 1, 2),
    }
    StoredFile.objects.bulk_create([StoredFile(**own | fields)])


def refused(name, write, *args, **fields):
    """PostgreSQL names what was broken; SQLite names it for checks, else the columns."""
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        write(*args, **fields)
    assert name in str(refusal.value) or "UNIQUE constraint failed" in str(refusal.value)


def test_valid_rows_are_taken(room, person):
    new_unit(valid_from=date(2024, 7, 1), valid_to=date(2024, 7, 1))
    new_user(unit=room)
    new_user(username="an", role=User.Role.ADMINISTRATOR)
    new_file(person)
    new_file(person)  # the same content, uploaded twice


def test_a_unit_ends_after_it_begins(room):
    refused(
        "unit_ends_after_it_begins",
        new_unit,
        valid_from=date(2024, 7, 2),
        valid_to=date(2024, 7, 1),
    )


def test_a_unit_has_its_own_code_and_place(room):
    refused("cchc_unit_code", new_unit, code=room.code)
    refused("cchc_unit_path", new_unit, path=room.path)


@pytest.mark.parametrize("role", [role for role in User.Role if role != User.Role.ADMINISTRATOR])
def test_only_an_administrator_has_no_unit(db, role):
    refused("only_an_administrator_has_no_unit", new_user, role=role, unit=None)


def test_a_sign_in_name_is_one_persons(room, person):
    refused("cchc_user_username", new_user, username=person.username, unit=room)


@pytest.mark.parametrize("digest", ["", "a" * 63])
def test_a_file_has_a_whole_digest(person, digest):
    refused("file_has_a_whole_digest", new_file, person, sha256=digest)


def test_one_name_ends_on_a_day(room):
    def name(day):
        UnitName.objects.create(unit=room, name="Phòng cũ", short_name="PC", until=day)

    name(date(2024, 6, 30))
    name(date(2025, 6, 30))
    refused("one_name_ends_on_a_day", name, date(2024, 6, 30))


def test_a_persons_view_has_its_own_name(person):
    def view(name, path="/ke-hoach/"):
        SavedView.objects.create(user=person, name=name, path=path, created_at=at(2024, 1, 2))

    view("Quá hạn")
    view("Quá hạn ")
    refused("a_persons_view_has_its_own_name", view, "Quá hạn")


@pytest.mark.parametrize("path", ["https://x.vn/", "//x.vn/", "ke-hoach/"])
def test_a_saved_view_is_an_address_of_ours(person, path):
    def view():
        SavedView.objects.create(user=person, name="X", path=path, created_at=at(2024, 1, 2))

    refused("a_saved_view_is_an_address_of_ours", view)


def test_a_day_off_is_once(db):
    def day_off():
        DayOff.objects.create(day=date(2027, 1, 1), name="Tết Dương lịch")

    day_off()
    refused("cchc_dayoff_day", day_off)


def test_a_job_runs_once_a_day(db):
    def begun():
        ScheduledRun.objects.create(
            name="fsck", day=date(2024, 1, 2), host="may-1", began_at=at(2024, 1, 2)
        )

    begun()
    refused("a_job_runs_once_a_day", begun)


def test_every_constraint_of_the_models_has_its_test_here():
    models = apps.get_app_config("cchc").get_models()
    names = {constraint.name for model in models for constraint in model._meta.constraints}
    assert names == {
        "unit_ends_after_it_begins",
        "only_an_administrator_has_no_unit",
        "file_has_a_whole_digest",
        "one_name_ends_on_a_day",
        "a_persons_view_has_its_own_name",
        "a_saved_view_is_an_address_of_ours",
        "a_job_runs_once_a_day",
    }

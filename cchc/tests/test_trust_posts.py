"""Every address that writes, with a right form: it takes no column that it does not declare, nobody
else's rows, nothing without its row in the audit trail, nothing twice, nothing from who may no longer.

What a right form is stands in right_posts.py; an address without one fails.
"""

import re

import pytest
import time_machine
from django.db import connection, models
from django.test import Client
from django.urls import reverse

from cchc.access import ACCESS
from cchc.models import AuditEvent, Unit, User
from cchc.tests import uploads_corpus as corpus
from cchc.tests.posting import TABLES, changes, columns, opened, rows, taken_back
from cchc.tests.right_posts import CANARY, FAR, FARTHER, RIGHT, office
from reports import issuing, office_template
from reports.tests.flow_scene import tiny

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]


FILES = {"docx": corpus.word(), "pdf": corpus.pdf(), "xlsx": corpus.excel()}


@pytest.fixture(scope="module")
def site(django_db_setup, django_db_blocker, tmp_path_factory):
    with office(django_db_blocker, tmp_path_factory.mktemp("store")) as found:
        yield found


@pytest.fixture(autouse=True)
def quick(site, settings, monkeypatch):
    """Reports of a few lines, and no child processes: what they do is tested elsewhere."""
    settings.MEDIA_ROOT = site.folder
    monkeypatch.setattr(issuing, "build_report", tiny)
    for kind, content in FILES.items():
        monkeypatch.setattr(issuing, f"report_{kind}", lambda *_, content=content: content)
    monkeypatch.setattr(office_template, "_printed_by", lambda content: "")
    monkeypatch.setattr(office_template, "MUST_PRINT", ())
    monkeypatch.setattr(office_template, "_wanted", lambda: ())


def told() -> int:
    return AuditEvent.objects.count()


def test_every_address_that_writes_has_its_right_form():
    ours = {name for name, access in ACCESS.items() if "POST" in access.methods} - {"admin:*"}
    assert {name.partition("#")[0] for name in RIGHT if name[:6] != "admin:"} == ours


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_form(name, site):
    right = RIGHT[name]
    with time_machine.travel(right.at, tick=False):
        sent = opened(site, name, right)
        before, said = rows(), told()
        rights_lost_are_lost_at_once(site, name, right, sent, before)
        nothing_is_kept_without_its_audit_row(sent, before)
        with taken_back() as touched:
            answer = sent.post()
            assert answer.status_code == 302, answer.content.decode()[-3000:]
            plain = before | rows(touched)
            assert right.unaudited or told() > said, "no row in the audit trail"
            the_same_again_is_nothing_new(name, sent, plain)
        no_other_column_is_taken(name, sent, before, plain)
        if right.who != "an":  # the administrator's are all units
            nobody_elses_rows_are_taken(name, sent, before)


# --- row 9 ---

# About the person themselves, or, once they have moved, about the office they are in then.
OWN = {
    "two_step_on",
    "two_step_off",
    "recovery_codes_new",
    "saved_view_new",
    "saved_view_rename",
    "saved_view_delete",
    "tasks:notices_read",
    "tasks:calendar",
    "tasks:plan_import_new",
}


def rights_lost_are_lost_at_once(site, name, right, sent, before):
    if not right.who:
        return
    person = User.objects.filter(username=right.who)
    roles = ACCESS.get(name.partition("#")[0], ACCESS["admin:*"]).roles
    other = next((role for role in User.Role if role not in roles), None)
    other_unit = site.people[right.who].unit or site.people["thu"].unit
    lost = [{"is_active": False}]
    lost += [{"role": other, "unit": other_unit}] if other else []
    if right.who != "an" and name not in OWN:
        lost.append({"unit": Unit.objects.get(code="SO-Q")})
    for change in lost:
        with taken_back() as touched:
            person.update(**change)
            answer = sent.post()
            now = rows(touched - {"cchc_user"})
            wrote = set(changes(before, now))
            assert not wrote, f"{change}: {answer.status_code}, wrote {wrote}"


# --- row 63 ---


SPENT = {"cchc_secondfactor"}  # a code that was typed is spent, even if the sign-in then fails


def nothing_is_kept_without_its_audit_row(sent, before):
    def refuse(execute, sql, params, many, context):
        if sql.startswith('INSERT INTO "cchc_auditevent"'):
            raise RuntimeError("no audit row")
        return execute(sql, params, many, context)

    with taken_back() as touched, connection.execute_wrapper(refuse):
        answer = sent.post()
        kept = {key for key in changes(before, rows(touched)) if key[0] not in SPENT}
        assert not kept or answer.status_code < 500, f"kept without an audit row: {kept}"


# --- row 47 ---


ANOTHER_ACT = {"login"}  # who signs in twice signs in twice


def the_same_again_is_nothing_new(name, sent, first):
    if name in ANOTHER_ACT:
        return
    said = told()
    with taken_back() as touched:
        again = sent.post()
        new, again_said = changes(first, rows(touched)), told()
    assert again.status_code < 500
    assert not new, f"the same once more ({again.status_code}) wrote {set(new)}"
    assert again_said == said, "the same once more is told again"


# --- row 6 ---

RANDOM = {
    "cchc_user.password",
    "tasks_calendarfeed.secret",
    "cchc_secondfactor.recovery",
    "cchc_secondfactor.seed",
    "reports_passage.key",
}


def hostile() -> dict[str, list]:
    """Every column of every table as a field, with a value that would be seen."""
    found = {
        "is_staff": ["1"],
        "is_superuser": ["1"],
        "verified_by": ["1"],
        "id": ["1"],
        "pk": ["1"],
    }
    for model in TABLES:
        for column in model._meta.concrete_fields:
            for name in {column.name, column.attname}:
                found.setdefault(name, [value_for(column)])
    return found | {"role": ["administrator"], "state": ["done"], "status": ["issued"]}


def value_for(column) -> str:
    if column.choices:
        return str(column.choices[-1][0])
    if isinstance(column, (models.DateTimeField, models.DateField)):
        return "2031-02-01"
    if isinstance(column, models.BooleanField):
        return "1"
    if isinstance(column, (models.CharField, models.TextField)):
        return "zq-posted"
    return str(FAR + 1)


# Fields of the address's form that another button or kind of it shows.
DECLARED = {"tasks:calendar": {"whole_unit"}, "roll_over:task": {"reason"}}


def no_other_column_is_taken(name, sent, before, plain):
    known = sent.names | DECLARED.get(name, set())
    more = {field: values for field, values in hostile().items() if field not in known}
    assert len(more) > 200
    with taken_back() as touched:
        sent.post(more)
        taken = changes(plain, before | rows(touched))
    for (table, pk), (clean, dressed) in taken.items():
        model = next(model for model in TABLES if model._meta.db_table == table)
        assert clean and dressed, f"{table} {pk}: {clean} / {dressed}"
        for column, one, other in zip(columns(model), clean, dressed, strict=True):
            assert f"{table}.{column}" in RANDOM or one == other, (
                f"{table}.{column}: {one} became {other}"
            )


# --- row 5 ---

NOT_IDS = re.compile(r"(^|-)(version|seen|form_key|base|token|thay|revision|\w+_FORMS)$|^[vk]-")
# Fields that the page shows only at times.
MORE_IDS = {
    "tasks:plan_begin": {"thay-the": [str(FAR + 1)]},
    "tasks:update": {"keep": [str(FAR + 1)], "vb-0-products": [str(FAR + 1)]},
    "tasks:verify_many": {"seen": [f"{FAR + n}:{m}" for n in (1, 2, 3) for m in (1, 2)]},
    "tasks:notices_read": {"notice": [str(FAR + 1)], "until": []},
    "tasks:calendar": {"act": ["revoke"], "seen": [str(FAR + 1)]},
}
FOREIGN = [
    (model, column, columns(model).index(column.column))
    for model in TABLES
    for column in model._meta.concrete_fields
    if column.is_relation
]


def nobody_elses_rows_are_taken(name, sent, before):
    units = set(Unit.objects.values_list("code", flat=True))
    tries = [MORE_IDS[name]] if name in MORE_IDS else []
    for field, values in sent.offered.items():
        if NOT_IDS.search(field) or not values:
            continue
        if units & set(values):
            tries.append({field: ["SO-Q"]})
        elif any(re.search(r"\d", value) for value in values):
            like = next(value for value in values if re.search(r"\d", value))
            tries.append({field: [re.sub(r"\d+", str(FAR + 1), like, count=1)]})
    for more in tries:
        with taken_back() as touched:
            answer = sent.post(more)
            wrote = changes(before, rows(touched))
            assert answer.status_code < 500
            assert not [key for key in wrote if is_theirs(key[1])], more
            taken = [use for key, (_, now) in wrote.items() if now for use in uses(key[0], now)]
            assert not taken, f"{more}: {taken}"


def is_theirs(pk) -> bool:
    return isinstance(pk, int) and FAR < pk < FARTHER


def uses(table, row):
    for model, column, place in FOREIGN:
        if model._meta.db_table == table and is_theirs(row[place]):
            yield f"{table}.{column.name} = {row[place]}"


# --- row 12 ---


@pytest.mark.parametrize("origin", [{}, {"HTTP_ORIGIN": "https://x.example"}], ids=["", "far"])
def test_a_form_of_another_site_is_refused_everywhere(site, origin):
    """Without the token; and with a right one, sent by a page of another site."""
    wrong, called = [], 0
    before = rows()
    for name, right in RIGHT.items():
        client = Client(enforce_csrf_checks=True)
        client.force_login(site.people[right.who or "minh"])
        token = "t" * 32
        client.cookies["csrftoken"] = token
        sent = {"csrfmiddlewaretoken": token} if origin else {}
        arguments = site.arguments.get(name.partition("#")[0], [])
        if name.endswith(("_change", "_delete")) and name.startswith("admin:"):
            arguments = [1]
        answer = client.post(reverse(name.partition("#")[0], args=arguments), sent, **origin)
        called += 1
        if answer.status_code != 403 or "Phiên làm việc đã đổi" not in answer.content.decode():
            wrong.append((name, answer.status_code))
    assert not wrong and called == len(RIGHT)
    wrote = changes(before, rows())
    assert {table for table, _ in wrote} == {"cchc_user"}, "only that they signed in"


# --- row 3, of another office ---


ABROAD = {"tasks:calendar_feed"}  # open to whoever knows the address


def test_another_offices_things_are_not_there(site):
    """Each address with the other office's numbers and codes in it, read and written by whoever may
    call it."""
    wrong, called, before = [], 0, rows()
    for person in site.people.values():
        client = Client(raise_request_exception=False)
        client.force_login(person)
        for name, arguments in site.elsewhere.items():
            if arguments == site.arguments[name] or name in ABROAD:
                continue  # a code that both have means one's own
            if person.is_administrator or person.role not in ACCESS[name].roles:
                continue  # turned away at the first door; the administrator's are all units
            url = reverse(name, args=arguments)
            for answer in (client.get(url), client.post(url, {"version": 1})):
                called += 1
                if answer.status_code not in (403, 404, 405) or CANARY in answer.text:
                    wrong.append((url, person.username, answer.status_code))
    assert not wrong and called > 150
    assert {table for table, _ in changes(before, rows())} <= {"cchc_user"}

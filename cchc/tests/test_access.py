"""Every address x every identity x every method; an address without an entry fails."""

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from cchc.permissions import ACCESS, access_for
from cchc.tests.access_expected import EXPECTED, IDENTITIES
from conftest import at
from tasks.models import Document
from tasks.tests.story import citation, report

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


def named_patterns(resolver=None, namespace=""):
    """(name, arguments) of every address of the site."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from named_patterns(pattern, inner)
        elif isinstance(pattern, URLPattern):
            yield f"{namespace}{pattern.name}", list(pattern.pattern.converters)


PATTERNS = dict(named_patterns())
PATTERNS.pop("admin:None")  # the admin's own "no such page"
ADMIN = sorted(name for name in PATTERNS if name.startswith("admin:"))
OURS = sorted(set(PATTERNS) - set(ADMIN))


@pytest.fixture
def arguments(minh, assignment_of):
    """What stands in the addresses: work and documents of Minh's centre."""
    work = assignment_of("I.2/2024")
    upload = SimpleUploadedFile("a.pdf", b"%PDF-1.4", "application/pdf")
    report(work, minh, at(2024, 3, 1), cite=(citation(upload=upload),))
    indicator = work.task.plan.indicators.get(code="CT5.2")
    document = Document.objects.get()
    return {
        "tasks:update": [work.pk],
        "tasks:verify": [work.pk],
        "tasks:return": [work.pk],
        "tasks:task": [work.task.code],
        "tasks:occurrence": [work.task.code, "2024"],
        "tasks:document_file": [document.pk],
        "indicators:indicator": [indicator.code],
        "indicators:measure": [indicator.code, 2024],
    } | {f"reports:annual{kind}": [2024] for kind in ("", "_pdf", "_docx", "_xlsx")}


@pytest.fixture
def identities(minh, hung, thu, quang, an):
    people = [None, minh, hung, thu, quang, an]
    return dict(zip(IDENTITIES, people, strict=True))


def test_every_address_is_in_the_table_and_the_table_has_no_other():
    assert {name for name in OURS if access_for(name) is None} == set(), "closed to everybody"
    assert set(ACCESS) - {"admin:*"} == set(OURS)
    assert set(EXPECTED) == set(OURS), "access_expected.py must say what each address answers"


@pytest.mark.parametrize("name", OURS)
@time_machine.travel(at(2024, 12, 16), tick=False)
def test_the_table_holds(name, arguments, identities):
    url = reverse(name, args=arguments.get(name, []))
    wrong = []
    for place, (identity, person) in enumerate(identities.items()):
        for method in METHODS:
            client = Client()
            if person:
                client.force_login(person)
            answer = client.generic(method, url)
            if answer.streaming:
                answer.file_to_stream.close()
            answered = answer.status_code
            if answered != expected(name, method, place):
                wrong.append((identity, method, answered, expected(name, method, place)))
    assert not wrong, f"{name} {url}: (who, method, answered, expected) {wrong}"


def expected(name, method, place) -> int:
    got, post, *others = EXPECTED[name]
    if method in ("GET", "HEAD"):
        return got[place]
    if method == "POST":
        return post[place]
    if others:
        return others[0][place]
    shut = got[place] == post[place] and got[place] in (302, 403)
    return got[place] if shut else 405


@pytest.mark.parametrize("identity", IDENTITIES)
def test_only_the_administrator_enters_the_admin(identity, identities):
    client = Client()
    person = identities[identity]
    if person:
        client.force_login(person)
    lists = [name for name in ADMIN if name.endswith(("index", "_changelist", "_add"))]
    codes = {client.get(reverse(name)).status_code for name in lists}
    # 403 for the administrator: lists that nobody adds to by hand
    expected = {"stranger": {302}, "administrator": {200, 403}}.get(identity, {403})
    assert codes == expected


def test_counts_are_printed(record_property):
    record_property(
        "URLs x roles",
        f"{len(OURS)} addresses x {len(IDENTITIES)} identities x {len(METHODS)} methods",
    )

"""A form as its page shows it, filled in as a person would and sent; and what that wrote."""

import re
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http.cookies import SimpleCookie
from urllib.parse import urlsplit

from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from lxml import html

from conftest import at

NOW = at(2024, 12, 18)


@dataclass(frozen=True)
class Upload:
    """A file to send, made anew for each post."""

    name: str
    content: bytes

    def opened(self):
        return SimpleUploadedFile(self.name, self.content)


@dataclass(frozen=True)
class Right:
    """How a person who may sends one address a form that is right.

    `who`: of the cast, "" for somebody who has not signed in. `typed`: what they type over the
    fields as the page gave them (a value may be a function of the site and the page; None takes a
    field away).
    `first`: the same for the posts before, each to the form of the answer so far (a preview).
    `page`: the page that shows the form, with its query; without it the address itself. `holds`:
    a field of the form, where the page has several to that address. `ready`: makes what must be
    there first; what it returns, if anything, are the address's arguments.
    """

    who: str
    typed: Callable | dict = field(default_factory=dict)
    first: tuple[Callable | dict, ...] = ()
    page: Callable | str = ""
    holds: str = ""
    ready: Callable | None = None
    at: datetime = NOW
    query: str = ""
    unaudited: str = ""  # why it leaves no row in the audit trail


@dataclass
class Sent:
    """A form about to be sent: `data` as {name: values}; `names`: all that the form has; `offered`:
    what its choices and hidden fields offer, as {name: values}."""

    client: Client
    url: str
    data: dict[str, list]
    names: set[str]
    offered: dict[str, list]

    def post(self, more: dict | None = None):
        """As the person would, each time with the cookies they had when they opened the form."""
        client = Client(raise_request_exception=False)
        client.cookies = SimpleCookie(self.client.cookies.output(header="", sep=";"))
        data = {
            name: [v.opened() if isinstance(v, Upload) else v for v in values]
            for name, values in (self.data | (more or {})).items()
        }
        return client.post(self.url, data)


def opened(site, name: str, right: Right) -> Sent:
    """The form of an address, filled in."""
    client = Client(raise_request_exception=False)
    if right.who:
        client.force_login(site.people[right.who])
    made = right.ready(site, client) if right.ready else None
    name = name.partition("#")[0]
    url = reverse(name, args=site.arguments.get(name, []) if made is None else made)
    page = right.page(site) if callable(right.page) else right.page
    answer = client.get(page or url + right.query)
    for typed in right.first:
        answer = filled(site, client, answer, url, right, typed).post()
    return filled(site, client, answer, url, right, right.typed)


def filled(site, client, answer, url, right, typed) -> Sent:
    assert answer.status_code == 200, f"{answer.status_code} where the form of {url} should be"
    page = html.fromstring(answer.content)
    form = form_to(
        page,
        url,
        answer.request["PATH_INFO"],
        right.holds or ("" if callable(typed) else next(iter(typed), "")),
    )
    named = "[@name][not(@disabled)]"
    boxes = form.xpath(f".//*{named}") + page.xpath(
        f"//*{named}[@form=$id]", id=form.get("id", "-")
    )
    data: dict[str, list] = {}
    for box in boxes:
        for value in sent_by(box):
            data.setdefault(box.get("name"), []).append(value)
    data.pop("csrfmiddlewaretoken", None)
    typed = typed(site) if callable(typed) else typed
    for name, value in typed.items():
        value = value(site, page) if callable(value) else value
        if value is None:
            data.pop(name, None)
        else:
            data[name] = value if isinstance(value, list) else [value]
    action = form.get("action") or ""
    query = urlsplit(action).query or answer.request["QUERY_STRING"] * (not action)
    names = {box.get("name") for box in boxes} - {"csrfmiddlewaretoken"}
    offered: dict[str, list] = {}
    for box in boxes:
        if box.tag == "select":
            offered[box.get("name")] = [value for value in box.value_options if value]
        elif box.get("type") in ("hidden", "radio", "checkbox"):
            offered.setdefault(box.get("name"), []).append(box.get("value", "on"))
    offered.pop("csrfmiddlewaretoken", None)
    return Sent(client, f"{url}?{query}" if query else url, data, names | set(data), offered)


def sent_by(box) -> list[str]:
    """What a browser sends of a field that nobody touched."""
    kind = box.get("type", "text") if box.tag == "input" else box.tag
    if kind in ("submit", "button", "file"):
        return []
    if kind in ("checkbox", "radio"):
        return [box.get("value", "on")] * ("checked" in box.attrib)
    if kind == "select" and box.multiple:
        return list(box.value)
    return [(box.value or "").removeprefix("\n")]


def form_to(page, url, here, holds):
    """The form of the page that goes to the address, by itself or by a button of its own."""
    found = []
    for form in page.forms:
        buttons = form.xpath(".//*[@formaction]")
        buttons += page.xpath("//*[@form=$id][@formaction]", id=form.get("id", "-"))
        goes = [urlsplit(form.get("action") or here).path]
        goes += [urlsplit(button.get("formaction")).path for button in buttons]
        if form.get("method", "").lower() == "post" and url in goes:
            found.append(form)
    named = [form for form in found if form.xpath(".//*[@name=$name]", name=holds)]
    assert found, f"no form to {url} on {here}"
    return (named or found)[0]


# --- what a post wrote ---

# Nobody's business data: who is signed in, and which tries there were.
ASIDE = {"django_session", "cchc_signintry", "django_admin_log"}
TABLES = [m for m in apps.get_models() if m._meta.db_table not in ASIDE | {"cchc_auditevent"}]


WRITES = re.compile(r'\s*(?:INSERT(?: OR \w+)? INTO|UPDATE|DELETE FROM)\s+"(\w+)"')


@contextmanager
def taken_back():
    """What is done in it is undone after it; gives the tables that it writes to, as it goes."""
    touched = set()

    def look(execute, sql, params, many, context):
        if found := WRITES.match(sql):
            touched.add(found[1])
        return execute(sql, params, many, context)

    with transaction.atomic(), connection.execute_wrapper(look):
        yield touched
        transaction.set_rollback(True)


def rows(tables=None) -> dict[str, dict]:
    """{table: {pk: row}} of all that is business data, or of these tables of it."""
    found = {}
    with connection.cursor() as cursor:
        for model in TABLES:
            if tables is not None and model._meta.db_table not in tables:
                continue
            names = ", ".join(f'"{column}"' for column in columns(model))
            cursor.execute(f'SELECT {names} FROM "{model._meta.db_table}"')
            found[model._meta.db_table] = {row[0]: row for row in cursor.fetchall()}
    return found


def columns(model) -> list[str]:
    fields = model._meta.concrete_fields
    return [model._meta.pk.column, *(f.column for f in fields if not f.primary_key)]


def changes(before, after) -> dict[tuple, tuple]:
    """{(table, pk): (row before, row after)}; None where there was or is none."""
    return {
        (table, pk): (before[table].get(pk), now.get(pk))
        for table, now in after.items()
        for pk in before[table].keys() | now.keys()
        if before[table].get(pk) != now.get(pk)
    }

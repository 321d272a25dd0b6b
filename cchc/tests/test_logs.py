"""What stands in the server's log, in its own format: nothing secret, and no line that lies."""

import logging
import re

import pyotp
import time_machine
from django.db import IntegrityError, connection
from django.test import Client
from django.urls import reverse

from cchc.logs import request_number
from conftest import PASSWORD, at
from tasks.tests.test_my_work import address, document, typed

RECORD = re.compile(r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} [A-Z]+ [0-9a-f-]+ [\w.]+ ")
CCCD, PHONE, WORDS = "079203004567", "0903778899", "Bà Nguyễn Thị Canary khiếu nại"
TOKEN = "tok-canary-5f3a9c"
WRONG = "Sai-mat-khau-canary-77"
FORGED = "x\r\n2026-11-24 10:00:00,000 INFO 00000000 cchc.security User 1 signed in."


@time_machine.travel(at(2024, 12, 16), tick=False)
def test_no_canary_reaches_the_log(log, minh, assignment_of, settings):
    settings.HEALTH_TOKEN = TOKEN
    work = assignment_of("III.5/2024")
    caller = Client(raise_request_exception=False)
    signing_in = {"username": "minh", "password": PASSWORD}
    caller.post(reverse("login"), signing_in | {"password": WRONG})
    caller.post(reverse("login"), signing_in)
    session = caller.cookies[settings.SESSION_COOKIE_NAME].value
    seed = second_step(caller)
    new = {"old_password": WRONG, "new_password1": "Canary-moi-8812", "new_password2": "khác"}
    caller.post(reverse("password_change"), new)
    caller.get("/suc-khoe/", headers={"authorization": f"Bearer {TOKEN}"})
    caller.get("/suc-khoe/", headers={"authorization": f"Bearer x{TOKEN}"})
    words = {"result": f"{WORDS}, CCCD {CCCD}, gọi {PHONE}"}
    caller.get("/ke-hoach/", {"q": f"{CCCD} {PHONE}"})
    caller.post(address(work), typed(work, version=-1, **words))
    caller.post(address(work), typed(work, **words) | document(number="\x00", signer=CCCD))
    with connection.execute_wrapper(refuses_the_row):
        assert caller.post(address(work), typed(work, **words)).status_code == 500
    caller.post(address(work), typed(work, **words))
    caller.get(f"/lich/{TOKEN}.ics")
    written = log.getvalue()
    assert "IntegrityError" in written and "Wrong user name" in written
    codes = (PASSWORD, WRONG, "Canary-moi-8812", TOKEN, session, seed, CCCD, PHONE, "Canary")
    assert [canary for canary in codes if canary in written] == []


def second_step(caller) -> str:
    """Sets it up half way, wrongly and rightly; the seed as it is typed into a telephone."""
    page = caller.get(reverse("two_step_on")).content.decode()
    shown = re.search(r"\b(?:[A-Z2-7]{4} ?){8}\b", page)
    seed = shown.group().replace(" ", "")
    caller.post(reverse("two_step_on"), {"code": "000000", "password": PASSWORD})
    caller.post(reverse("two_step_on"), {"code": pyotp.TOTP(seed).now(), "password": PASSWORD})
    return seed


def refuses_the_row(execute, sql, params, many, context):
    """As PostgreSQL does: the whole row stands in the message."""
    if sql.startswith("INSERT") and "tasks_progressupdate" in sql:
        raise IntegrityError(
            f"new row violates check constraint\nDETAIL:  Failing row contains ({params}).\n"
        )
    return execute(sql, params, many, context)


def test_no_name_forges_a_line(log, minh):
    caller = Client(raise_request_exception=False)
    caller.post(reverse("login"), {"username": FORGED, "password": "x"})
    caller.get("/" + FORGED.replace(" ", "%20").replace("\r\n", "%0d%0a"))
    logging.getLogger("cchc.security").warning("Name: %s", FORGED)
    try:
        raise ValueError(FORGED)
    except ValueError:
        logging.getLogger("cchc").exception("Broken by %s\u2028%s", FORGED, "\x1b[31m")
    lines = log.getvalue().splitlines()
    assert len(lines) > 4
    for line in lines:
        assert RECORD.match(line) or line.startswith("    "), line
        assert not re.match(r"^2026-11-24 10:00:00", line) and "\x1b" not in line
    assert sum("User 1 signed in" in line and RECORD.match(line) is None for line in lines) == 1


def test_every_line_of_a_request_has_its_number(log, minh):
    caller = Client()
    caller.post(reverse("login"), {"username": "minh", "password": WRONG})
    first = request_number.get()
    caller.get("/khong-co/")
    assert request_number.get() != first
    wrong = [line for line in log.getvalue().splitlines() if "Wrong user name" in line]
    assert len(wrong) == 1 and f" {first} cchc.security " in wrong[0]

"""Every page in a real Chromium, as it is served: no axe violation, nothing that moves or hangs over
the side, no script that holds the page up; the first page's weight; the keyboard alone.

A new address is looked at by itself: the list is the table of addresses.
"""

import os
import re
import shutil
import threading
from pathlib import Path

import django.contrib.admin
import pytest
import time_machine
from axe_playwright_python.base import AXE_SCRIPT
from django.conf import settings as site
from django.test import Client, override_settings
from django.urls import reverse
from pytest_django.live_server_helper import LiveServer
from whitenoise.compress import Compressor

import conftest
from cchc.models import Unit
from cchc.tests.access_expected import EXPECTED, IDENTITIES
from cchc.tests.test_access import arguments  # noqa: F401
from conftest import at
from tasks.tests.story import give_back, report, send, verify

# Playwright's own event loop runs in the test's thread.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
NOW = at(2024, 12, 16)
OFFICE, PHONE = {"width": 1366, "height": 768}, {"width": 390, "height": 844}
DOUBLE = {"width": 683, "height": 384}  # what a window of 1366 x 768 has left at 200 %
FIRST_PAGE = 150_000  # bytes on the wire, sign-in and dashboard, nothing in the cache
STILL = 0.0005  # of the window; 0 but for rounding

FILES = re.compile(r"(_pdf|_docx|_xlsx|_file|_feed|_download|health)$")
# Who looks at a page that several may open: who finds most on it.
PEOPLE = ("coordinator", "leader", "member", "head", "administrator", "stranger")
# The same page for somebody who finds something else on it.
ALSO = (
    ("reports:dashboard", "leader"),
    ("tasks:my_work", "head"),
    ("tasks:occurrence", "leader"),
    ("tasks:occurrence", "member"),
    ("login", "stranger"),
)
LOOKED_AT_ON_A_PHONE = ("reports:dashboard", "tasks:my_work", "tasks:plan", "reports:editor")

SHIFTS = """window.shifts = [];
window.shiftSeen = new PerformanceObserver(list => window.shifts.push(...list.getEntries()));
window.shiftSeen.observe({type: "layout-shift", buffered: true});"""
HOW_FAR = """() => window.shifts.concat(window.shiftSeen.takeRecords())
  .filter(e => !e.hadRecentInput).reduce((sum, e) => sum + e.value, 0)"""
BLOCKING = """() => [...document.scripts].filter(s => s.src ? !s.defer && !s.async && s.type !== "module"
  : s.type !== "application/json").map(s => s.outerHTML.slice(0, 80))"""
# Django's admin brings its own scripts into the head, and they move its lists; it is for one person.
NOT_OURS = ("holds the page up", "moves by")
SIDEWAYS = "() => document.scrollingElement.scrollWidth - window.innerWidth"
# Colours are those of the office's screen, and their rule takes longer than all others together.
VIOLATIONS = """colours => axe.run({resultTypes: ["violations"], rules: {"color-contrast": {enabled:
  colours}}}).then(r => r.violations.map(v => v.id + " x " + v.nodes.length + ": "
  + v.nodes[0].html.slice(0, 160)))"""


@pytest.fixture(scope="module")
def server(django_db_setup, tmp_path_factory):
    """A server that sends static files as production does: compressed, by WhiteNoise (Django's own
    for tests would read them from the sources and send them as they are)."""
    root = tmp_path_factory.mktemp("static")
    source = Path(site.BASE_DIR) / "cchc" / "static" / "cchc"
    shutil.copytree(source, root / "cchc", ignore=shutil.ignore_patterns("*.ttf", "*.txt", "*.md"))
    (root / "admin").symlink_to(Path(django.contrib.admin.__file__).parent / "static" / "admin")
    compressor = Compressor(use_gzip=False, quiet=True)
    for path in (root / "cchc").rglob("*.*"):
        if compressor.should_compress(path.name):
            list(compressor.compress(str(path)))
    with override_settings(STATIC_ROOT=root), pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.contrib.staticfiles.handlers.StaticFilesHandler", lambda app: app)
        server = LiveServer("localhost")
        yield server
        server.stop()


@pytest.fixture
def desk(transactional_db, server, browser):
    """desk(person): that person's own page, signed in; None: somebody who is not."""
    contexts = []

    def sit_down(person=None, size=OFFICE, **options):
        context = browser.new_context(base_url=server.url, viewport=size, locale="vi-VN", **options)
        contexts.append(context)
        if person:
            client = Client()
            client.force_login(person)
            key = client.cookies[site.SESSION_COOKIE_NAME].value
            cookie = {"name": site.SESSION_COOKIE_NAME, "value": key, "url": server.url}
            context.add_cookies([cookie])
        context.add_init_script(SHIFTS)
        page = context.new_page()
        page.said = []
        page.on("pageerror", lambda error: page.said.append(str(error)))
        page.on("console", lambda m: m.type == "error" and page.said.append(m.text))
        return page

    yield sit_down
    for context in contexts:
        context.close()
    for thread in threading.enumerate():  # else it would end after its database has gone
        if "process_request_thread" in thread.name:
            thread.join(2)


@pytest.fixture
def people(transactional_db, request):
    conftest.prepare()
    names = ("minh", "hung", "thu", "quang", "an")
    found = [None, *(request.getfixturevalue(name) for name in names)]
    return dict(zip(IDENTITIES, found, strict=True))


@pytest.fixture
def work(people, request, assignment_of, hoa):
    """A year under way: done, late, returned, sent, in difficulty; arguments of every address."""
    with time_machine.travel(NOW, tick=True):
        found = request.getfixturevalue("arguments")
        minh, thu = people["member"], people["coordinator"]
        for code, unit in (("II.5", "TTPVKS"), ("VII.1", "TTCBTH"), ("VII.3", "TTCBTH")):
            done = assignment_of(f"{code}/2024", unit)
            send(done, minh if unit == "TTPVKS" else hoa)
            verify(done, thu, NOW)
        back, sent = assignment_of("III.4/2024", "TTPVKS"), assignment_of("VII.2/2024", "TTCBTH")
        send(back, minh)
        give_back(back, thu, at(2024, 3, 1))
        send(sent, hoa)
        words = {"difficulty": "Chưa bố trí kinh phí", "proposal": "Bố trí kinh phí năm 2025"}
        report(assignment_of("VII.4/2024", "TTCBTH"), hoa, at(2024, 11, 28), **words)
    return found | {"tasks:return": [sent.pk]}


def pages(arguments):  # noqa: F811
    """(name, who, address) of every page."""
    for name, (codes, *_) in EXPECTED.items():
        codes = dict(zip(IDENTITIES, codes, strict=True))
        who = next((one for one in PEOPLE if codes[one] == 200), None)
        if who and not FILES.search(name):
            yield name, who, reverse(name, args=arguments.get(name, []))
    for name, who in ALSO:
        yield name, who, reverse(name, args=arguments.get(name, []))
    yield "return", "coordinator", reverse("tasks:return", args=arguments["tasks:return"])
    yield "a wrong filter", "leader", reverse("tasks:plan") + "?tu-ngay=31/02/2024&trang-thai=x"
    yield "403", "member", reverse("tasks:desk")
    yield "404", "member", "/nhiem-vu/X.9/2024/"
    yield "admin", "administrator", reverse("admin:index")
    yield "admin, list", "administrator", reverse("admin:cchc_unit_changelist")
    unit = Unit.objects.get(code="TTPVKS")
    yield "admin, form", "administrator", reverse("admin:cchc_unit_change", args=[unit.pk])


def look(page, name, address):
    """What is wrong with a page, in words."""
    page.set_viewport_size(OFFICE)
    page.said.clear()
    answer = page.goto(address)
    if answer.status != (int(name) if name.isdecimal() else 200):
        return [f"answered {answer.status}"]
    if not answer.headers["content-type"].startswith("text/html"):
        return ["not a page: belongs to FILES"]
    wrong = [f"console: {words}" for words in page.said if str(answer.status) not in words]
    wrong += [f"moves by {page.evaluate(HOW_FAR):.4f}"] * (page.evaluate(HOW_FAR) > STILL)
    wrong += [f"holds the page up: {script}" for script in page.evaluate(BLOCKING)]
    page.evaluate(AXE_SCRIPT)
    for size in (OFFICE, DOUBLE, PHONE):
        page.set_viewport_size(size)
        over = page.evaluate(SIDEWAYS)
        wrong += [f"{size['width']}: {over} px over the side"] * (over > 0)
        if size is not DOUBLE:
            colours = size is OFFICE or name in LOOKED_AT_ON_A_PHONE
            found = page.evaluate(VIOLATIONS, colours)
            wrong += [f"{size['width']}: {words}" for words in found]
    if name in LOOKED_AT_ON_A_PHONE:
        page.goto(address)
        moved = page.evaluate(HOW_FAR)
        wrong += [f"390: moves by {moved:.4f}"] * (moved > STILL)
    return [w for w in wrong if not (name.startswith("admin") and w.startswith(NOT_OURS))]


@pytest.mark.one_engine
def test_every_page_in_both_sizes(work, people, desk):
    wrong, desks = {}, {}
    with time_machine.travel(NOW, tick=True):
        for name, who, address in pages(work):
            page = desks.get(who) or desks.setdefault(who, desk(people[who]))
            if found := look(page, name, address):
                wrong[name, who, address] = found
    assert not wrong, "\n".join(f"{key}: {found}" for key, found in wrong.items())


def test_the_first_page_is_light(work, people, desk):
    page, finished = desk(), []
    wire = page.context.new_cdp_session(page)
    wire.send("Network.enable")
    wire.on("Network.loadingFinished", lambda told: finished.append(told["encodedDataLength"]))
    with time_machine.travel(NOW, tick=True):
        page.goto("/dang-nhap/", wait_until="networkidle")
        page.get_by_label("Tên đăng nhập").fill("quang")
        page.get_by_label("Mật khẩu", exact=True).fill(conftest.PASSWORD)
        page.get_by_role("button", name="Đăng nhập").click()
        page.get_by_role("heading", name="Cần chỉ đạo", exact=True).wait_for()
        page.wait_for_load_state("networkidle")
    assert len(finished) > 20, "styles, scripts, fonts and icons came"
    assert sum(finished) < FIRST_PAGE


STOPS = """() => {
  const seen = [...document.querySelectorAll(
    "a[href], button, input, select, textarea, summary, [tabindex='0']")];
  window.stops = seen.filter(e => !e.disabled && e.tabIndex >= 0 && e.type !== "hidden"
    && e.checkVisibility({visibilityProperty: true}));
  return [window.stops.length, window.stops.filter(e => e.tabIndex > 0).length];
}"""
# Its place in the order of reading, whether one sees it has the focus, and what lies over it.
HERE = """() => {
  const e = document.activeElement, look = getComputedStyle(e), box = e.getBoundingClientRect();
  const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  const told = look.outlineStyle !== "none" && parseFloat(look.outlineWidth) > 0
    || look.boxShadow !== "none";
  const uncovered = e.contains(top) || top && top.contains(e);
  return [window.stops.indexOf(e), told, uncovered, e.outerHTML.slice(0, 90)];
}"""


@pytest.mark.one_engine
def test_the_keyboard_alone_reaches_everything_in_the_order_of_reading(work, people, desk):
    looked_at = (
        ("leader", "reports:dashboard", []),
        ("member", "tasks:my_work", []),
        ("leader", "tasks:plan", []),
        ("member", "tasks:update", work["tasks:update"]),
    )
    with time_machine.travel(NOW, tick=True):
        for size in (OFFICE, DOUBLE):
            for who, name, args in looked_at:
                # what scrolls is there at once
                page = desk(people[who], size, reduced_motion="reduce")
                page.goto(reverse(name, args=args))
                walk(page, f"{name} at {size['width']}")


def walk(page, name):
    stops, out_of_order = page.evaluate(STOPS)
    assert stops > 10 and not out_of_order, name
    for expected in range(stops):
        page.keyboard.press("Tab")
        place, told, uncovered, element = page.evaluate(HERE)
        assert place == expected, f"{name}: Tab {expected + 1} came to {element}"
        assert told, f"{name}: nobody sees that the focus is on {element}"
        assert uncovered, f"{name}: something covers {element}"

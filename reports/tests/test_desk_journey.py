"""The coordinator clears a queue of twenty with the keyboard alone, in a real browser."""

from datetime import date

import pytest
import time_machine
from playwright.sync_api import expect

import conftest
from cchc.models import Unit, User
from reports.tests.test_journey import desk, keep, office  # noqa: F401
from tasks.models import Assignment
from tasks.tests.story import send
from tasks.workflow import State

pytestmark = pytest.mark.one_engine

NOW = conftest.at(2025, 12, 20)
QUEUE = 20


@pytest.fixture
def full_queue(office):  # noqa: F811
    """Twenty pieces of work of the units, sent."""
    hoa = conftest.make_user("hoa", "Lê Thị Hoa", User.Role.MEMBER, "TTCBTH")
    minh = User.objects.get(username="minh")
    works = []
    with time_machine.travel(NOW, tick=False):
        for unit, person in (("TTPVKS", minh), ("TTCBTH", hoa)):
            found = Assignment.objects.filter(unit=Unit.objects.get(code=unit), state=State.NEW)
            for work in found.filter(due_on__year__in=(2024, 2025)).order_by("-due_on", "pk"):
                if len(works) < QUEUE:
                    send(work, person, date(2025, 12, 1))
                    works.append(work.pk)
    assert len(works) == QUEUE
    return works


def test_twenty_are_cleared_with_the_keyboard_alone(full_queue, desk):  # noqa: F811
    with time_machine.travel(NOW, tick=True):
        thu = desk("thu")
        thu.goto("/dieu-phoi/")
        keep(thu, "dieu-phoi")
        press = thu.keyboard.press
        # Tab to the first item's button of the queue, Enter opens the page where it is decided.
        for _ in range(40):
            if thu.evaluate("document.activeElement.textContent").strip() == "Xem và xác nhận":
                break
            press("Tab")
        press("Enter")
        expect(thu.get_by_role("heading", name="Chờ xác nhận")).to_be_visible()
        boxes = thu.locator("[data-tick]")
        expect(boxes).to_have_count(QUEUE)
        assert thu.locator("[data-tick]:checked").count() == 0, "nothing is ticked beforehand"
        for n in range(QUEUE):
            if n:  # the first has the focus: the link leads to it
                press("j")
            seen = thu.evaluate("document.activeElement.id")
            assert seen == thu.locator("article[data-row]").nth(n).get_attribute("id")
            press("x" if n % 2 else "Space")
        expect(thu.get_by_text(f"Đã đánh dấu {QUEUE} việc")).to_be_visible()
        press("k")
        press("x")  # a second thought about the last but one
        expect(thu.get_by_text(f"Đã đánh dấu {QUEUE - 1} việc")).to_be_visible()
        press("x")
        keep(thu, "cho-xac-nhan-hai-muoi")
        press("Control+Enter")
        expect(thu.get_by_text(f"Đã xác nhận {QUEUE} phần việc")).to_be_visible()
        expect(thu.get_by_text("Không có việc nào chờ xác nhận")).to_be_visible()
        assert thu.trouble == []
    assert Assignment.objects.filter(pk__in=full_queue, state=State.DONE).count() == QUEUE


def test_without_javascript_the_boxes_and_the_button_do_it(full_queue, desk):  # noqa: F811
    with time_machine.travel(NOW, tick=True):
        thu = desk("thu", "390", java_script_enabled=False)
        thu.goto("/cho-xac-nhan/")
        thu.locator("[data-tick]").nth(0).check()
        thu.locator("[data-tick]").nth(3).check()
        thu.get_by_role("button", name="Xác nhận các việc đã đánh dấu").click()
        expect(thu.get_by_text("Đã xác nhận 2 phần việc")).to_be_visible()
    assert Assignment.objects.filter(pk__in=full_queue, state=State.DONE).count() == 2

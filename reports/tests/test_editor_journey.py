"""The editor in a real browser: two people at once, and a browser that dies while somebody types."""

import time

import pytest
import time_machine
from playwright.sync_api import expect

import conftest
from cchc.models import User
from reports import writing
from reports.models import Passage
from reports.tests.scene import year_of
from reports.tests.test_journey import desk, office  # noqa: F401
from tasks.models import Plan

pytestmark = pytest.mark.one_engine

EDITOR = "/bao-cao/nam-2024/soan/?nam=2024"
LOST_AT_MOST = 3.0  # seconds of typing


def a_draft():
    plan = Plan.objects.select_related("coordinator").get()
    thu = User.objects.get(username="thu")
    conftest.make_user("mai", "Trần Mai", User.Role.COORDINATOR, "HCQT", "Phó Trưởng phòng")
    writing.begin_report(period=year_of(plan, 2024), by=thu, at=conftest.at(2024, 12, 20))


def open_box(page, nth):
    """The paragraph stands open, its caret at the end."""
    paragraph = page.locator("[data-par]").nth(nth)
    paragraph.locator("[data-edit]").click()
    expect(paragraph.locator("textarea[name=text]")).to_be_focused()
    return paragraph


def test_two_people_at_once(office, desk):  # noqa: F811
    with time_machine.travel(conftest.at(2024, 12, 20), tick=True):
        a_draft()
        thu, mai = desk("thu"), desk("mai")
        for page in (thu, mai):
            page.goto(EDITOR)
        ours, theirs = open_box(thu, 1), open_box(mai, 2)
        thu.keyboard.type(" Câu của Thu.")
        mai.keyboard.type(" Câu của Mai.")
        for paragraph in (ours, theirs):
            expect(paragraph.locator("[data-state]")).to_contain_text("Đã lưu")
        assert Passage.objects.count() == 2, "in different paragraphs nobody is disturbed"

        late = open_box(mai, 1)
        mai.keyboard.type(" Ý khác của Mai.")
        conflict = late.locator(".ed-conflict")
        expect(conflict).to_contain_text("Phạm Minh Thu đã ghi đoạn này")
        expect(conflict).to_contain_text("Câu của Thu.")
        box = late.locator("textarea[name=text]")
        assert "Ý khác của Mai." in box.input_value(), "her own words are still in the box"
        assert Passage.objects.filter(text__endswith="Câu của Thu.").exists()

        box.fill(f"{box.input_value()} Câu của Thu.")
        conflict.get_by_role("button", name="Dùng bản của tôi").click()
        expect(late.locator("[data-state]")).to_contain_text("Đã lưu")
        late.get_by_role("button", name="Xong").click()
        expect(late.locator("[data-view]")).to_contain_text("Ý khác của Mai. Câu của Thu.")
        assert Passage.objects.filter(text__endswith="Ý khác của Mai. Câu của Thu.").exists()

        thu.on("dialog", lambda dialog: dialog.accept())
        ours = open_box(thu, 2)
        thu.keyboard.type(" Sắp bỏ.")
        ours.get_by_role("button", name="Bỏ khỏi báo cáo").first.click()
        expect(ours.locator(".ed-conflict")).to_be_visible()  # Mai wrote there meanwhile
        thu.reload()
        open_box(thu, 4).get_by_role("button", name="Bỏ khỏi báo cáo").first.click()
        expect(thu.get_by_text("Đã bỏ: ")).to_be_visible()
        assert Passage.objects.filter(is_hidden=True).count() == 1
        assert [t for t in mai.trouble if "409" not in t] == []


def test_without_a_network_nothing_is_lost(office, desk):  # noqa: F811
    with time_machine.travel(conftest.at(2024, 12, 20), tick=True):
        a_draft()
        page = desk("thu")
        page.goto(EDITOR)
        open_box(page, 1)
        page.context.set_offline(True)
        page.keyboard.type(" Gõ lúc mất mạng.")
        expect(page.locator("[data-saved]")).to_contain_text("Mất mạng")
        page.close()  # the machine is switched off meanwhile
        assert not Passage.objects.exists()
        page.context.set_offline(False)
        page = page.context.new_page()
        page.goto(EDITOR)
        paragraph = page.locator("[data-par]").nth(1)
        expect(paragraph.locator(".ed-conflict")).to_contain_text("Gõ lúc mất mạng.")
        paragraph.get_by_role("button", name="Mở lại bản này").click()
        expect(paragraph.locator("[data-state]")).to_contain_text("Đã lưu")
        assert Passage.objects.get().text.endswith("Gõ lúc mất mạng.")


def test_a_killed_browser_loses_at_most_three_seconds(office, live_server, launch_browser):  # noqa: F811
    with time_machine.travel(conftest.at(2024, 12, 20), tick=True):
        a_draft()
        browser = launch_browser()
        page = browser.new_context(base_url=live_server.url, locale="vi-VN").new_page()
        page.goto(f"/dang-nhap/?next={EDITOR}")
        page.get_by_label("Tên đăng nhập").fill("thu")
        page.get_by_label("Mật khẩu", exact=True).fill(conftest.PASSWORD)
        page.get_by_role("button", name="Đăng nhập").click()
        open_box(page, 1)
        crash, typed = browser.new_browser_cdp_session(), {}
        until = time.monotonic() + 6
        while time.monotonic() < until:
            word = f"từ{len(typed):04}"
            page.keyboard.insert_text(f" {word}")
            typed[word] = time.monotonic()
            time.sleep(0.05)
        died = time.monotonic()
        _kill(crash)
        time.sleep(1)  # what was on its way arrives
        assert not browser.is_connected()
        text = Passage.objects.get().text
        lost = [word for word in typed if word not in text]
        assert text.endswith(" ".join(word for word in typed if word in text)), (
            "nothing is mixed up"
        )
        assert len(typed) > len(lost)
        first_lost = typed[lost[0]] if lost else died
        assert died - first_lost <= LOST_AT_MOST


def _kill(session):
    """As if the power went: no event reaches the page any more."""
    try:
        session.send("Browser.crash")
    except Exception as gone:
        assert "closed" in str(gone).lower()

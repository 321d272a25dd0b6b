"""In a real browser: a session that ends while somebody types loses none of the words."""

import re

import pytest
import time_machine
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

import conftest
from reports.tests.test_editor_journey import EDITOR, a_draft, open_box
from reports.tests.test_journey import desk, office  # noqa: F401 (fixtures)
from tasks.models import ProgressUpdate

pytestmark = pytest.mark.one_engine

WORDS = "Đã kiểm tra 12 Bộ phận Một cửa;\nchấn chỉnh 2 nơi."
MY_WORK = "/viec-cua-don-vi/?nam=2025"


def form_of(page):
    return page.locator("form.qu")


def fill(page):
    form_of(page).get_by_label("Đã làm được gì").fill(WORDS)
    form_of(page).locator("[name=vb-0-number]").fill("57/QĐ-VP")


def sign_in(page, username="minh"):
    page.get_by_label("Tên đăng nhập").fill(username)
    page.get_by_label("Mật khẩu", exact=True).fill(conftest.PASSWORD)
    page.get_by_role("button", name="Đăng nhập").click()


def kept(page) -> int:
    return page.evaluate(
        "Object.keys(sessionStorage).filter(k => k.startsWith('cchc-nhap:')).length"
    )


def test_a_half_written_update_survives_the_new_sign_in(office, desk):  # noqa: F811
    with time_machine.travel(conftest.at(2025, 12, 20), tick=True):
        page = desk("minh")
        page.goto(MY_WORK)
        link = page.get_by_role("link", name="Cập nhật III.5/2025")
        address = link.get_attribute("href")

        # a page of its own: what was sent, too late
        page.goto(address)
        fill(page)
        Session.objects.all().delete()
        form_of(page).get_by_role("button", name="Lưu", exact=True).click()
        expect(page.get_by_text("Phiên làm việc trước đã kết thúc")).to_be_visible()
        sign_in(page)
        expect(page.get_by_text("Đã đưa lại nội dung gõ dở")).to_be_visible()
        expect(form_of(page).get_by_label("Đã làm được gì")).to_have_value(WORDS)
        expect(form_of(page).locator("[name=vb-0-number]")).to_have_value("57/QĐ-VP")
        assert not ProgressUpdate.objects.exists()

        # a part of a page, by htmx: the whole page goes to the sign-in and comes back
        page.goto(MY_WORK)
        link.click()
        form_of(page).get_by_label("Đã làm được gì").fill(WORDS + " Lần hai.")
        Session.objects.all().delete()
        form_of(page).get_by_role("button", name="Lưu", exact=True).click()
        sign_in(page)
        link.click()
        expect(form_of(page).get_by_label("Đã làm được gì")).to_have_value(WORDS + " Lần hai.")

        # taken by the server: nothing is kept any more
        form_of(page).locator("[name=vb-0-number]").fill("")
        form_of(page).get_by_role("button", name="Lưu", exact=True).click()
        expect(form_of(page)).to_have_count(0)
        assert ProgressUpdate.objects.get().result.endswith("Lần hai.") and kept(page) == 0

        # another person at the same machine, and the way out
        page.goto(address)
        fill(page)
        Session.objects.all().delete()
        page.reload()
        sign_in(page, "thu")
        expect(page.get_by_role("heading").first).to_be_visible()
        assert kept(page) == 0
        page.context.clear_cookies()
        page.goto(address)
        sign_in(page)
        fill(page)
        assert kept(page) == 1
        page.locator("details.who-m summary").click()
        page.get_by_role("button", name="Đăng xuất").click()
        expect(page.get_by_role("heading", name="Đăng nhập")).to_be_visible()
        assert kept(page) == 0


def test_the_editor_says_that_the_session_is_over_and_keeps_typing(office, desk):  # noqa: F811
    with time_machine.travel(conftest.at(2024, 12, 20), tick=True):
        a_draft()
        page = desk("thu")
        page.goto(EDITOR)
        box = open_box(page, 1)
        Session.objects.all().delete()
        page.keyboard.type(" Gõ sau khi hết phiên.")
        expect(page.locator("[data-saved]")).to_contain_text("Phiên đăng nhập đã hết")
        page.keyboard.type(" Gõ tiếp.")
        expect(box.locator("textarea[name=text]")).to_have_value(re.compile("hết phiên. Gõ tiếp.$"))
        page.on("dialog", lambda dialog: dialog.accept())
        page.reload()
        sign_in(page, "thu")
        offered = page.locator("[data-par]").nth(1)
        expect(offered.locator(".ed-conflict")).to_contain_text("Gõ sau khi hết phiên. Gõ tiếp.")

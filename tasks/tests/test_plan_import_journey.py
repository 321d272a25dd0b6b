"""In a real browser: a file of 60 rows, seven open places settled by the keyboard alone, written."""

import os
import re
from collections import Counter

import pytest
from playwright.sync_api import expect

import conftest
from cchc.models import User
from tasks.loading import load_units
from tasks.models import Plan, TaskUnit, UnitAlias
from tasks.tests.plan_import_files import HEAD, excel_file, fixture

pytestmark = pytest.mark.one_engine

# Playwright's own event loop runs in the test's thread.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
TITLES = ("KẾ HOẠCH", "Cải cách hành chính giai đoạn 2026-2030")
AREAS = ("Chỉ đạo, điều hành", "Cải cách thể chế", "Cải cách thủ tục hành chính")


def sixty_rows() -> bytes:
    rows = [list(HEAD)]
    for area, title in enumerate(AREAS):
        rows.append([("I", "II", "III")[area], title, "", "", "", ""])
        for n in range(1, 21):
            words = [f"Việc {n} về {title.lower()}", "Báo cáo", "Phòng HC-QT", ""]
            rows.append([str(n), *words, "Quý IV hàng năm"])
    rows[3][3] = "Bộ phận Một cửa hiện đại"  # I.2: no unit like it
    rows[11][3] = "Phòng Hành chánh Quản trị"  # I.10: one that is alike
    rows[14][5] = "Sớm nhất có thể"  # I.13: no deadline that can be read
    rows[30][4] = "Sở Nội vụ"  # II.8: of another office
    rows[45][5] = "Càng nhanh càng tốt"  # III.2
    rows[62][0] = "18"  # the number of III.18 twice
    return excel_file(rows, title=TITLES)


@pytest.fixture
def page(transactional_db, browser, live_server):
    load_units(fixture("units.json"), Counter())
    conftest.make_user("thu", "Phạm Minh Thu", User.Role.COORDINATOR, "HCQT", "Trưởng phòng")
    context = browser.new_context(
        base_url=live_server.url, viewport={"width": 1366, "height": 768}, locale="vi-VN"
    )
    page = context.new_page()
    page.trouble = []
    page.on("pageerror", lambda error: page.trouble.append(str(error)))
    page.on("console", lambda m: m.type == "error" and page.trouble.append(m.text))
    page.goto("/dang-nhap/?next=/ke-hoach/nap/")
    page.get_by_label("Tên đăng nhập").fill("thu")
    page.get_by_label("Mật khẩu", exact=True).fill(conftest.PASSWORD)
    page.get_by_role("button", name="Đăng nhập").click()
    yield page
    context.close()


def tab_to(page, words: str):
    """Press Tab until the link or button with these words has the focus."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent.trim()") == words:
            return
    pytest.fail(f"Tab doesn't reach {words}")


def test_sixty_rows_with_seven_problems_by_keyboard(page):
    upload = {"name": "ke-hoach.xlsx", "mimeType": "", "buffer": sixty_rows()}
    page.locator("input[type=file]").set_input_files(upload)
    tab_to(page, "Đọc tệp")
    keys = page.keyboard
    keys.press("Enter")
    expect(page.get_by_role("heading", name="chỗ cần xem lại")).to_be_visible()
    tab_to(page, "Phần đầu")
    keys.press("Enter")

    def at(place, field):
        expect(page).to_have_url(re.compile(rf"\?mo={place}$"))
        page.wait_for_load_state()  # the script of the keys comes last
        expect(page.locator(f"[name={field}]")).to_be_focused()

    at("dau", "issuer")
    keys.type("Văn phòng UBND tỉnh")
    keys.press("Tab")
    keys.type("CHÁNH VĂN PHÒNG")
    keys.press("Tab")
    keys.type("Nguyễn Văn A")
    keys.press("Enter")
    at("n-2", "lead_1_is")
    keys.type("Tr")  # the first whose name begins so
    keys.press("Enter")
    at("n-10", "lead_1_is")
    keys.press("ArrowDown")  # the likeliest
    keys.press("Enter")
    at("n-13", "rule_text")
    keys.type("Trước 15/12 hàng năm")
    keys.press("Tab")
    keys.type("Theo kết luận cuộc họp")
    keys.press("Enter")
    at("n-28", "collab_1_is")
    keys.type("Kh")
    keys.press("Enter")
    at("n-42", "rule_text")
    keys.type("Quý II hàng năm")
    keys.press("Tab")
    keys.type("Theo kết luận cuộc họp")
    keys.press("Enter")
    at("n-58", "code")
    keys.press("Control+A")
    keys.type("III.21")
    keys.press("Enter")
    expect(page.get_by_role("button", name="Ghi thành kế hoạch (dự thảo)")).to_be_focused()
    keys.press("Enter")
    expect(page.get_by_role("heading", level=1, name=TITLES[1])).to_be_visible()
    assert page.trouble == []
    plan = Plan.objects.get(status="draft")
    assert (plan.tasks.count(), plan.areas.count()) == (60, 3)
    parties = TaskUnit.objects.filter(task__plan=plan)
    assert Counter(parties.values_list("part", flat=True)) == {"lead": 60}
    assert UnitAlias.objects.count() == 2

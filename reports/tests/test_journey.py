"""The main job in a real browser: report, return, report again, verify, see the numbers move by
exactly that, and find the result and its document in Word, PDF and Excel."""

import io
import os
from pathlib import Path

import docx
import openpyxl
import pypdf
import pytest
import time_machine
from django.conf import settings
from playwright.sync_api import expect

import conftest
from cchc.models import User
from tasks.models import Assignment

# Playwright's own event loop runs in the test's thread.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
SCREENSHOTS = Path(settings.BASE_DIR) / "screenshots"
RESULT = "Đã kiểm tra 12 Bộ phận Một cửa, chấn chỉnh 2 nơi."
SIZES = {"1366": {"width": 1366, "height": 768}, "390": {"width": 390, "height": 844}}


@pytest.fixture
def office(transactional_db):
    conftest.prepare()
    roles = User.Role
    conftest.make_user("minh", "Trần Văn Minh", roles.MEMBER, "TTPVKS", "Chuyên viên")
    conftest.make_user("thu", "Phạm Minh Thu", roles.COORDINATOR, "HCQT", "Trưởng phòng")
    conftest.make_user("quang", "Đỗ Quang", roles.LEADER, "VP", "Chánh Văn phòng")


@pytest.fixture
def upload(tmp_path):
    path = tmp_path / "Báo cáo 209.pdf"
    path.write_bytes(b"%PDF-1.4\n% bao cao ket qua kiem tra\n%%EOF\n")
    return path


@pytest.fixture
def desk(browser, live_server):
    """desk("minh"): that person's own browser, signed in, as big as an office screen."""
    contexts = []

    def sit_down(username, size="1366", **options):
        context = browser.new_context(
            base_url=live_server.url, viewport=SIZES[size], locale="vi-VN", **options
        )
        contexts.append(context)
        page = context.new_page()
        page.trouble = []
        page.on("pageerror", lambda error: page.trouble.append(str(error)))
        page.on("console", lambda m: m.type == "error" and page.trouble.append(m.text))
        page.goto("/dang-nhap/")
        page.get_by_label("Tên đăng nhập").fill(username)
        page.get_by_label("Mật khẩu", exact=True).fill(conftest.PASSWORD)
        page.get_by_role("button", name="Đăng nhập").click()
        expect(page.get_by_role("heading", name="Bảng điều hành")).to_be_visible()
        return page

    yield sit_down
    for context in contexts:
        context.close()


def keep(page, name):
    SCREENSHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)


def numbers(page) -> dict[str, int]:
    """The dashboard's buckets as the eye reads them."""
    page.goto("/?nam=2025")
    cells = page.locator(".strip > div")
    return {
        cells.nth(n).locator(".l").inner_text(): int(
            cells.nth(n).locator(".n a").evaluate("a => a.firstChild.textContent")
        )
        for n in range(cells.count())
    }


def cite(form, n, number, day, product):
    if n:
        form.get_by_text(f"Thêm văn bản {n + 1}").click()
    field = lambda name: form.locator(f"[name=vb-{n}-{name}]")  # noqa: E731
    field("number").fill(number)
    field("issued_on").fill(day)
    field("kind").fill("Báo cáo")
    field("summary").fill("Kết quả kiểm tra giải quyết thủ tục hành chính năm 2025")
    field("issuer").fill("Văn phòng UBND tỉnh")
    field("signer").fill("Đỗ Quang")
    field("products").nth(product).check()


def test_the_main_job_from_floor_to_roof(office, desk, upload):
    with time_machine.travel(conftest.at(2025, 12, 20), tick=True):
        leader = desk("quang")
        before = numbers(leader)
        keep(leader, "bang-dieu-hanh-truoc")

        minh = desk("minh")
        minh.goto("/viec-cua-don-vi/?nam=2025")
        keep(minh, "viec-cua-don-vi")
        minh.get_by_role("link", name="Cập nhật III.5/2025").click()
        form = minh.locator("form.qu")
        form.get_by_label("Đã làm được gì").fill(RESULT)
        cite(form, 0, "57/QĐ-VP", "16/04/2025", product=0)
        cite(form, 1, "209/BC-VP", "15/11/2025", product=1)
        form.locator("[name=vb-1-file]").set_input_files(upload)
        keep(minh, "viec-cua-don-vi-cap-nhat")
        form.get_by_role("button", name="Lưu và gửi xác nhận").click()
        expect(minh.get_by_text("Đã gửi xác nhận")).to_be_visible()
        assert numbers(leader) == before, "sending is not yet finishing"

        thu = desk("thu")
        thu.goto("/cho-xac-nhan/")
        expect(thu.get_by_text(RESULT)).to_be_visible()
        keep(thu, "cho-xac-nhan")
        thu.get_by_text("Trả lại…").click()
        thu.get_by_label("Lý do trả lại").fill("Nêu rõ tên hai nơi được chấn chỉnh.")
        thu.get_by_role("button", name="Trả lại đơn vị").click()
        expect(thu.get_by_text("Đã trả lại III.5/2025")).to_be_visible()

        minh.goto("/viec-cua-don-vi/?nam=2025")
        expect(minh.get_by_text("Nêu rõ tên hai nơi được chấn chỉnh.")).to_be_visible()
        minh.get_by_role("link", name="Cập nhật III.5/2025").click()
        form.get_by_label("Đã làm được gì").fill(RESULT + " Hai nơi: xã A, phường B.")
        expect(form.get_by_label("209/BC-VP")).to_be_checked()
        form.get_by_role("button", name="Lưu và gửi xác nhận").click()
        expect(minh.get_by_text("Đã gửi xác nhận")).to_be_visible()

        thu.goto("/cho-xac-nhan/")
        thu.get_by_role("button", name="Xác nhận", exact=True).click()
        expect(thu.get_by_text("hoàn thành ngày 15/11/2025")).to_be_visible()

        after = numbers(leader)
        keep(leader, "bang-dieu-hanh-sau")
        moved = {label: after[label] - before.get(label, 0) for label in after}
        assert {k: v for k, v in moved.items() if v} == {
            "Hoàn thành đúng hạn": 1,
            "Đang thực hiện trong hạn": -1,
        }
        for page in (leader, minh, thu):
            assert page.trouble == []
        _files_tell_it(leader)


def _files_tell_it(page):
    fetch = lambda path: page.request.get(path).body()  # noqa: E731
    word = docx.Document(io.BytesIO(fetch("/bao-cao/nam-2025/word/")))
    cells = [cell.text for table in word.tables for row in table.rows for cell in row.cells]
    words = "\n".join([p.text for p in word.paragraphs] + cells)
    paper = pypdf.PdfReader(io.BytesIO(fetch("/bao-cao/nam-2025/pdf/")))
    pdf = " ".join(" ".join(p.extract_text().split()) for p in paper.pages)
    sheet = openpyxl.load_workbook(io.BytesIO(fetch("/ke-hoach/excel/?nam=2025"))).worksheets[0]
    excel = "\n".join(str(cell.value) for row in sheet.iter_rows() for cell in row)
    for kind, text in (("Word", words), ("PDF", pdf), ("Excel", excel)):
        assert "209/BC-VP" in text, kind
        assert "kiểm tra 12 Bộ phận Một cửa, chấn chỉnh 2 nơi" in text, kind


def test_without_javascript_the_job_is_the_same(office, desk):
    with time_machine.travel(conftest.at(2025, 12, 20), tick=True):
        minh = desk("minh", "390", java_script_enabled=False)
        minh.goto("/viec-cua-don-vi/?nam=2025")
        minh.get_by_role("link", name="Cập nhật I.2/2025").click()
        keep(minh, "cap-nhat-390")
        minh.get_by_label("Đã làm được gì").fill("Ban hành Kế hoạch.")
        minh.locator("[name=vb-0-issued_on]").fill("31/11/2025")
        minh.get_by_role("button", name="Lưu", exact=True).click()
        expect(minh.get_by_text("Tháng 11 không có ngày 31")).to_be_visible()
        assert minh.get_by_label("Đã làm được gì").input_value() == "Ban hành Kế hoạch."
        minh.locator("[name=vb-0-issued_on]").fill("")
        minh.get_by_role("button", name="Lưu", exact=True).click()
        expect(minh.get_by_text("Đã lưu cập nhật I.2/2025.")).to_be_visible()
    work = Assignment.objects.get(task__code="I.2", year=2025)
    assert work.state == "doing"

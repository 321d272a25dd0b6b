"""A unit's form as its browser sends it, for tests that bend it."""

import re
import uuid

from tasks.tests.story import all_products, fresh


def typed(work, **other):
    return {
        "version": fresh(work).version,
        "form_key": str(uuid.uuid4()),
        "result": "Đã làm.",
        "vb-TOTAL_FORMS": "1",
        "vb-INITIAL_FORMS": "0",
    } | other


def paper(work, n=0, **other):
    fields = {
        "number": "57/QĐ-VP",
        "issued_on": "16/04/2024",
        "summary": "Thành lập Đoàn kiểm tra",
        "issuer": "Văn phòng UBND tỉnh",
        "products": list(all_products(work)),
    } | other
    return {f"vb-{n}-{name}": value for name, value in fields.items()}


def address(work):
    return f"/phan-viec/{work.pk}/cap-nhat/"


def next_form(answer) -> dict:
    """The hidden fields and the ticked boxes of the form that came back."""
    page = answer.content.decode()
    found = {
        name: re.search(rf'name="{name}" value="([^"]*)"', page)[1]
        for name in ("version", "form_key")
    }
    boxes = re.findall(r'<input type="checkbox" name="keep"[^>]*>', page)
    kept = [re.search(r'value="(\d+)"', box)[1] for box in boxes if "checked" in box]
    return found | {"keep": kept}

"""The pages that are measured, of one office's people, and what of the floor each is held against."""

import re
import uuid
from dataclasses import dataclass
from datetime import date, timedelta

from bench.client import Client, fields_of

LEADER, COORDINATOR, MEMBER = "s01.lanhdao", "s01.dieuphoi", "s01.p3.canbo"
PROVINCE = "tinh.lanhdao"
WORK = "/viec-cua-don-vi/"
LIST, ONE, LIVE = "/list/?rows={rows}", "/one/7/", "/counts/live/"


@dataclass(frozen=True)
class Page:
    name: str
    who: str
    path: str
    floor: str
    row: str = ""  # what every row of its table has, to ask the floor for as many
    most_queries: int = 0  # 0: no bound was set

    def floor_path(self, body: str) -> str:
        return self.floor.format(rows=max(1, body.count(self.row)) if self.row else 0)


PAGES = (
    Page("plan", LEADER, "/ke-hoach/", LIST, "<tr data-row", 6),
    Page("work", MEMBER, WORK, LIST, 'class="wl-r"', 6),
    Page("task", LEADER, "/nhiem-vu/I.1/", ONE, "", 9),
    Page("dashboard", LEADER, "/", LIVE, "", 6),
    Page("desk", COORDINATOR, "/dieu-phoi/", LIST, 'class="dk-w"'),
    Page("documents", LEADER, "/van-ban/", LIST, "<tr data-row", 6),
    Page("search", LEADER, "/ke-hoach/?q=thủ+tục+hành+chính", LIST, "<tr data-row", 6),
    Page("search-docs", LEADER, "/van-ban/?q=kiểm+soát", LIST, "<tr data-row", 6),
    Page("province", PROVINCE, "/cac-co-quan/", LIST, "<tr data-row"),
    Page("presentation", LEADER, "/trinh-chieu/", LIVE),
    Page("report", LEADER, "/bao-cao/nam-2026/", LIST, "<tr"),
)
NAMES = tuple(page.name for page in PAGES)
_FORM = re.compile(r'href="(/phan-viec/\d+/cap-nhat/)"')
_FORM_BEGINS = 'enctype="multipart/form-data"'


def address(page: Page, client: Client) -> str:
    """Where it is in the end: a task's address leads to the period that is nearest."""
    answer = client.get(page.path)
    return answer.headers["location"] if answer.status == 302 else page.path


def update_forms(work: str) -> list[str]:
    """The forms of a unit's open work, on its page."""
    return list(dict.fromkeys(_FORM.findall(work)))


def filled_in(form: str, n: int) -> dict:
    """What a unit sends by the form of an update: what it did, and a document that nobody has cited."""
    fields = fields_of(form, _FORM_BEGINS)
    fields.pop("keep", None)
    mark = uuid.uuid4().hex
    return fields | {
        "result": f"Đã rà soát, tổng hợp ý kiến các đơn vị (lần {n + 1})",
        "vb-0-number": f"{int(mark[:6], 16)}/BC-{mark[6:10]}",
        "vb-0-issued_on": f"{date.today() - timedelta(days=1):%d/%m/%Y}",
        "vb-0-kind": "Báo cáo",
        "vb-0-summary": "Kết quả rà soát",
        "vb-0-issuer": "Sở Nội vụ",
    }

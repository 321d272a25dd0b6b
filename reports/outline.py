"""The outline of the annual report, as data: to change a heading or move a task, change a line.

The main headings are those of the Ministry of Home Affairs' report on administrative reform
(công văn 581/BNV-CCHC); the layout is that of Nghị định 30/2020/NĐ-CP, Phụ lục I. Item II.7 is the
office's own: the plan has an eighth area, on indices.
"""

import re
from dataclasses import dataclass

from tasks.models import Plan


@dataclass(frozen=True)
class Heading:
    """`key` is the place ("II.1.a"); its last part is what is printed before the title."""

    key: str
    title: str

    @property
    def level(self) -> int:
        return self.key.count(".") + 1

    @property
    def label(self) -> str:
        last = self.key.rpartition(".")[2]
        return f"{last})" if self.level == 3 else f"{last}."


OUTLINE = (
    Heading("I", "Công tác chỉ đạo, điều hành cải cách hành chính"),
    Heading("I.1", "Về ban hành văn bản chỉ đạo, điều hành và kế hoạch cải cách hành chính"),
    Heading("I.2", "Về kiểm tra cải cách hành chính"),
    Heading("I.3", "Về công tác tuyên truyền cải cách hành chính"),
    Heading("I.4", "Về sáng kiến, giải pháp mới trong cải cách hành chính"),
    Heading("I.5", "Về thực hiện nhiệm vụ được UBND tỉnh, Chủ tịch UBND tỉnh giao"),
    Heading("II", "Kết quả thực hiện cải cách hành chính"),
    Heading("II.1", "Cải cách thể chế"),
    Heading("II.1.a", "Xây dựng, ban hành văn bản quy phạm pháp luật"),
    Heading("II.1.b", "Kiểm tra, rà soát, hệ thống hóa văn bản quy phạm pháp luật"),
    Heading("II.1.c", "Theo dõi tình hình thi hành pháp luật"),
    Heading("II.2", "Cải cách thủ tục hành chính"),
    Heading("II.2.a", "Kiểm soát quy định, công bố, công khai thủ tục hành chính"),
    Heading("II.2.b", "Rà soát, đơn giản hóa thủ tục hành chính"),
    Heading("II.2.c", "Thực hiện cơ chế một cửa, một cửa liên thông"),
    Heading("II.2.d", "Tiếp nhận, xử lý phản ánh, kiến nghị"),
    Heading("II.3", "Cải cách tổ chức bộ máy hành chính"),
    Heading("II.4", "Cải cách chế độ công vụ"),
    Heading("II.5", "Cải cách tài chính công"),
    Heading("II.6", "Xây dựng và phát triển chính quyền điện tử, chính quyền số"),
    Heading("II.7", "Kết quả cải thiện các chỉ số (PAR INDEX, SIPAS, PAPI, PCI)"),
    Heading("III", "Đánh giá chung"),
    Heading("III.1", "Kết quả đạt được"),
    Heading("III.2", "Tồn tại, hạn chế"),
    Heading("III.3", "Nguyên nhân"),
    Heading("IV", "Phương hướng, nhiệm vụ trọng tâm năm {next_year}"),
    Heading("V", "Kiến nghị, đề xuất"),
)

# Where the results of an area go, and the tasks that have a place of their own.
PLACE_OF_AREA = {
    1: "I.1",
    2: "II.1.a",
    3: "II.2.a",
    4: "II.3",
    5: "II.4",
    6: "II.5",
    7: "II.6",
    8: "II.7",
}
INDICES = "II.7"
PLACE_OF_TASK = {
    "II.4": "II.1.b",
    "II.5": "II.1.c",
    "III.2": "II.2.b",
    "III.3": "II.2.c",
    "III.5": "II.2.c",
    "III.4": "II.2.d",
}


def place_of(code: str, area: int) -> str:
    return PLACE_OF_TASK.get(code) or PLACE_OF_AREA[area]


TITLE = "BÁO CÁO"
SUBJECT = "Công tác cải cách hành chính năm {year}"
RECIPIENTS = (
    "CT, PCT UBND tỉnh (b/cáo);",
    "Sở Nội vụ;",
    "VPUB: CVP, PCVP, các phòng, ban, đơn vị trực thuộc;",
    "Lưu: VT, {coordinator}.",
)


@dataclass(frozen=True)
class Letterhead:
    """The head of the office's documents. Number and day stay open: văn thư gives them."""

    superior: str
    agency: str
    place: str
    symbol: str

    @property
    def number_line(self) -> str:
        return f"Số:\u2002\u2002\u2002\u2002/{self.symbol}"

    @property
    def date_line(self) -> str:
        return f"{self.place}, ngày … tháng … năm …"


def letterhead_of(plan: Plan) -> Letterhead:
    """ "Văn phòng UBND tỉnh Quảng Ngãi" is the VĂN PHÒNG of UBND TỈNH QUẢNG NGÃI, in Quảng Ngãi."""
    found = re.fullmatch(
        r"(.+?) ((?:UBND|Ủy ban nhân dân) (?:tỉnh|thành phố|huyện|xã|phường) (.+))", plan.issuer
    )
    agency, superior, place = found.groups() if found else (plan.issuer, "", "…")
    return Letterhead(superior.upper(), agency.upper(), place, f"BC-{plan.unit.code}")

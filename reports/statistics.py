"""The Ministry's statistics form of the administrative-reform report, in its order.

What the plan knows is counted; the rest is typed by the coordinator and kept with the report. The
fields are those of the form as offices use it; a field is added or reworded here, one line each.
"""

import re
from dataclasses import dataclass

from cchc.text import clean
from tasks.buckets import Bucket
from tasks.ledger import Ledger
from tasks.workflow import NotAllowed, State


@dataclass(frozen=True)
class Field:
    code: str
    label: str
    unit: str = ""
    counted: str = ""  # the name of the figure below that fills it


@dataclass(frozen=True)
class StatLine:
    """A line of the form. A `heading` line has no value. `counted`: from the plan, not typed."""

    code: str
    label: str
    unit: str
    value: str
    note: str
    counted: bool
    heading: bool
    version: int = 0

    @property
    def is_empty(self) -> bool:
        return not self.heading and not self.value


FORM = (
    Field("1", "Công tác chỉ đạo, điều hành cải cách hành chính"),
    Field("1.1", "Số nhiệm vụ trong kế hoạch cải cách hành chính năm", "Nhiệm vụ", "planned"),
    Field("1.2", "Số nhiệm vụ đã hoàn thành", "Nhiệm vụ", "done"),
    Field("1.3", "Số văn bản chỉ đạo, điều hành đã ban hành", "Văn bản"),
    Field("1.4", "Số đơn vị được kiểm tra cải cách hành chính", "Đơn vị"),
    Field("1.5", "Tỷ lệ đơn vị được kiểm tra", "%"),
    Field("1.6", "Số vấn đề phát hiện qua kiểm tra", "Vấn đề"),
    Field("1.7", "Số vấn đề đã xử lý", "Vấn đề"),
    Field("1.8", "Nhiệm vụ được giao: tổng số", "Nhiệm vụ", "planned"),
    Field("1.9", "Nhiệm vụ được giao: hoàn thành đúng hạn", "Nhiệm vụ", "on_time"),
    Field("1.10", "Nhiệm vụ được giao: hoàn thành quá hạn", "Nhiệm vụ", "late"),
    Field("1.11", "Nhiệm vụ được giao: quá hạn, chưa hoàn thành", "Nhiệm vụ", "overdue"),
    Field("1.12", "Số cuộc khảo sát sự hài lòng", "Cuộc"),
    Field("1.13", "Số cuộc đối thoại với người dân, doanh nghiệp", "Cuộc"),
    Field("2", "Cải cách thể chế"),
    Field("2.1", "Số văn bản quy phạm pháp luật đã tham mưu, ban hành", "Văn bản"),
    Field("2.2", "Số văn bản quy phạm pháp luật đã kiểm tra", "Văn bản"),
    Field("2.3", "Số văn bản phát hiện trái pháp luật", "Văn bản"),
    Field("2.4", "Số văn bản trái pháp luật đã xử lý", "Văn bản"),
    Field("2.5", "Số văn bản phải rà soát", "Văn bản"),
    Field("2.6", "Số văn bản đã rà soát", "Văn bản"),
    Field("2.7", "Số văn bản kiến nghị xử lý sau rà soát", "Văn bản"),
    Field("2.8", "Số văn bản đã xử lý sau rà soát", "Văn bản"),
    Field("3", "Cải cách thủ tục hành chính"),
    Field("3.1", "Số thủ tục hành chính công bố mới", "Thủ tục"),
    Field("3.2", "Số thủ tục hành chính thay thế", "Thủ tục"),
    Field("3.3", "Số thủ tục hành chính bãi bỏ", "Thủ tục"),
    Field("3.4", "Tổng số thủ tục hành chính đang thực hiện", "Thủ tục"),
    Field("3.5", "Số thủ tục thực hiện theo cơ chế một cửa", "Thủ tục"),
    Field("3.6", "Số thủ tục thực hiện theo cơ chế một cửa liên thông", "Thủ tục"),
    Field("3.7", "Tỷ lệ hồ sơ giải quyết đúng hạn", "%"),
    Field("3.8", "Số phản ánh, kiến nghị đã tiếp nhận", "Phản ánh"),
    Field("3.9", "Số phản ánh, kiến nghị đã xử lý", "Phản ánh"),
    Field("4", "Cải cách tổ chức bộ máy hành chính"),
    Field("4.1", "Số phòng, ban, đơn vị trực thuộc", "Đơn vị"),
    Field("4.2", "Biên chế được giao", "Người"),
    Field("4.3", "Biên chế có mặt", "Người"),
    Field("4.4", "Số người tinh giản biên chế", "Người"),
    Field("4.5", "Số người làm việc tại đơn vị sự nghiệp", "Người"),
    Field("5", "Cải cách chế độ công vụ"),
    Field("5.1", "Số đơn vị đã bố trí theo vị trí việc làm", "Đơn vị"),
    Field("5.2", "Số công chức, viên chức được tuyển dụng", "Người"),
    Field("5.3", "Số lượt người được đào tạo, bồi dưỡng", "Lượt"),
    Field("5.4", "Số người bị kỷ luật", "Người"),
    Field("6", "Cải cách tài chính công"),
    Field("6.1", "Tỷ lệ giải ngân kế hoạch vốn được giao", "%"),
    Field("6.2", "Số đơn vị sự nghiệp tự bảo đảm chi thường xuyên và chi đầu tư", "Đơn vị"),
    Field("6.3", "Số đơn vị sự nghiệp tự bảo đảm chi thường xuyên", "Đơn vị"),
    Field("6.4", "Số đơn vị sự nghiệp tự bảo đảm một phần chi thường xuyên", "Đơn vị"),
    Field("6.5", "Số đơn vị sự nghiệp do Nhà nước bảo đảm chi thường xuyên", "Đơn vị"),
    Field("7", "Xây dựng và phát triển chính quyền điện tử, chính quyền số"),
    Field("7.1", "Tỷ lệ văn bản điện tử được ký số", "%"),
    Field("7.2", "Tỷ lệ hồ sơ công việc được xử lý trên môi trường mạng", "%"),
    Field("7.3", "Tỷ lệ hồ sơ dịch vụ công trực tuyến", "%"),
    Field("7.4", "Tỷ lệ hồ sơ thanh toán trực tuyến", "%"),
)
CODES = frozenset(field.code for field in FORM if field.unit)
COUNTED = {field.code for field in FORM if field.counted}
TYPED = tuple(field for field in FORM if field.unit and not field.counted)
LONGEST_COUNT = 12  # digits
_UNITS = {field.code: field.unit for field in FORM}
_WHOLE = re.compile(r"[0-9]+|[0-9]{1,3}(?:[. ][0-9]{3})+")
_SHARE = re.compile(r"([0-9]{1,3})(?:[.,]([0-9]{1,2}))?")


def measured(code: str, text: str) -> str:
    """What is kept of a typed figure: "1.204" as 1204, "98.50 %" as 98,5; "" for none. A sentence
    when it is no such figure."""
    text = clean(text)
    if not text:
        return ""
    return _share(text) if _UNITS[code] == "%" else _whole(text)


def _share(text: str) -> str:
    found = _SHARE.fullmatch(text.removesuffix("%").rstrip())
    if not found:
        raise NotAllowed("Ghi tỷ lệ phần trăm bằng số, như 98,5 (tối đa hai chữ số sau dấu phẩy).")
    whole, part = str(int(found[1])), (found[2] or "").rstrip("0")
    if int(whole) > 100 or (int(whole) == 100 and part):
        raise NotAllowed("Tỷ lệ phần trăm trong khoảng từ 0 đến 100.")
    return f"{whole},{part}" if part else whole


def _whole(text: str) -> str:
    if not _WHOLE.fullmatch(text):
        raise NotAllowed("Ghi số nguyên không âm, như 12 hoặc 1.204.")
    digits = re.sub("[. ]", "", text).lstrip("0") or "0"
    if len(digits) > LONGEST_COUNT:
        raise NotAllowed(f"Số quá lớn; tối đa {LONGEST_COUNT} chữ số.")
    return digits


def statistic_lines(ledger: Ledger, typed: dict) -> tuple[StatLine, ...]:
    """`typed`: the StatisticValue by code. Counted figures are never typed over."""
    known = _counted(ledger)
    return tuple(_line(field, known, typed.get(field.code)) for field in FORM)


def _line(field: Field, known, kept) -> StatLine:
    if field.counted:
        value = str(known[field.counted])
    else:
        value = kept.value if kept else ""
    return StatLine(
        code=field.code,
        label=field.label,
        unit=field.unit,
        value=value,
        note=kept.note if kept else "",
        counted=bool(field.counted),
        heading=not field.unit,
        version=kept.version if kept else 0,
    )


def _counted(ledger: Ledger) -> dict[str, int]:
    occurrences, counts = ledger.occurrences, ledger.counts
    return {
        "planned": len(occurrences),
        "done": sum(occurrence.state == State.DONE for occurrence in occurrences),
        "on_time": counts[Bucket.DONE_ON_TIME],
        "late": counts[Bucket.DONE_LATE],
        "overdue": counts[Bucket.OPEN_OVERDUE],
    }

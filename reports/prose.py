"""Rules that make the sentences of a Vietnamese administrative report. Text from values: no queries.

Sources: Nghị định 30/2020/NĐ-CP, Phụ lục I: dates (a zero before days under 10 and before months 1
and 2 only), citations (in full at first mention, then type and number). Counts under 10 are written
with a zero, as the office does.
"""

import re
from datetime import date

from cchc.templatetags.cchc import number
from cchc.text import clean
from reports.words import Cited, Words
from tasks.buckets import Bucket, Row

# The type of a document by the letters of its symbol (Nghị định 30/2020/NĐ-CP, Phụ lục III).
KIND_OF_SYMBOL = {
    "NQ": "Nghị quyết",
    "QĐ": "Quyết định",
    "CT": "Chỉ thị",
    "TB": "Thông báo",
    "HD": "Hướng dẫn",
    "KH": "Kế hoạch",
    "BC": "Báo cáo",
    "TTr": "Tờ trình",
    "ĐA": "Đề án",
}
# First words of a unit's report before which "đã" is understood.
VERBS = frozenset(
    (
        "ban hành, bổ sung, bố trí, bồi dưỡng, cập nhật, chỉ đạo, chuyển xử, công bố, công khai, "
        "duy trì, đánh giá, đào tạo, đăng tải, điều chỉnh, đôn đốc, đưa vào, giải quyết, "
        "hoàn thành, hoàn thiện, hướng dẫn, khai thác, khảo sát, kiểm soát, kiểm tra, kiến nghị, "
        "nâng cấp, phân loại, phát hành, phối hợp, rà soát, số hóa, sửa đổi, tập huấn, tham mưu, "
        "thành lập, thẩm định, thẩm tra, theo dõi, thực hiện, tiếp nhận, tổ chức, tổng hợp, triển khai, "
        "tuyên truyền, vận hành, xây dựng, xử lý"
    ).split(", ")
)
NO_RESULT = "Trong kỳ chưa có kết quả được xác nhận."

BUCKET_WORDS = {
    Bucket.DONE_ON_TIME: "hoàn thành đúng hạn",
    Bucket.DONE_LATE: "hoàn thành quá hạn",
    Bucket.OPEN_IN_TIME: "đang thực hiện trong hạn",
    Bucket.OPEN_OVERDUE: "đang thực hiện quá hạn",
    Bucket.WAITING: "chưa phát sinh",
    Bucket.NO_DEADLINE: "chưa xác định thời hạn",
    Bucket.STOPPED: "dừng theo quyết định",
}


def prose_date(day: date) -> str:
    """05/01/2026, but 29/6/2026: months 3 to 9 take no zero."""
    month = f"{day.month:02}" if day.month <= 2 else str(day.month)
    return f"{day.day:02}/{month}/{day.year}"


def two(count: int) -> str:
    """05, 12, 1.079"""
    return f"{count:02,}".replace(",", ".")


def share(percent: float) -> str:
    """70,6%: of some dozen tasks a second decimal would say nothing."""
    return f"{number(round(percent, 1))}%"


def in_years(years) -> str:
    """năm 2022; các năm 2022 và 2024; từ năm 2022 đến năm 2025"""
    known = sorted(set(years))
    if len(known) > 2 and known[-1] - known[0] == len(known) - 1:
        return f"từ năm {known[0]} đến năm {known[-1]}"
    return f"{'các ' if len(known) > 1 else ''}năm {listed(str(year) for year in known)}"


def lower_first(text: str) -> str:
    """Inside a sentence; abbreviations (UBND, CCHC) keep their capitals."""
    return text[:1].lower() + text[1:] if text[1:2].islower() or text[1:2] == " " else text


def one_paragraph(text: str) -> str:
    """A unit's lines as one paragraph: a line that does not end a sentence gets a semicolon."""
    lines = [clean(line).lstrip("-+•* ") for line in text.splitlines()]
    joined = ""
    for line in filter(None, lines):
        if joined and joined[-1] not in ".;:!?,":
            joined += ";"
        goes_on = joined and joined[-1] in ";:,"
        joined += f" {lower_first(line) if goes_on else line}" if joined else line
    return joined


def full_stop(text: str) -> str:
    text = text.rstrip(" ;,")
    return text if text.endswith((".", "!", "?")) or not text else f"{text}."


def without_stop(text: str) -> str:
    return text.rstrip(" .;,")


def listed(items) -> str:
    """a, b và c."""
    *most, last = items
    return f"{', '.join(most)} và {last}" if most else last


def kind_of(document: Cited) -> str:
    if document.kind:
        return document.kind[:1].upper() + document.kind[1:]
    symbol = document.number.partition("/")[2]
    return KIND_OF_SYMBOL.get(re.split(r"[-/]", symbol)[0], "Văn bản")


def short_citation(document: Cited) -> str:
    return f"{kind_of(document)} số {document.number}"


def full_citation(document: Cited) -> str:
    """Kế hoạch số 14/KH-VP ngày 19/02/2024 của Văn phòng UBND tỉnh về hoạt động ..."""
    words = f"{short_citation(document)} ngày {prose_date(document.issued_on)}"
    if document.issuer:
        words += f" của {document.issuer}"
    subject = about(document)
    return f"{words} {subject}" if subject else words


def about(document: Cited) -> str:
    """The trích yếu as it goes on after the number: "về ...", without the type said twice."""
    subject = without_stop(document.summary)
    subject = re.sub(r"^v/v\s+", "về việc ", subject, flags=re.IGNORECASE)
    kind = kind_of(document)
    if subject.lower().startswith(f"{kind.lower()} ") and len(subject) > len(kind) + 1:
        subject = subject[len(kind) + 1 :]
    if not subject:
        return ""
    subject = lower_first(subject)
    if subject.startswith(("về ", "quy định ")):
        return subject
    return f"về việc {subject}" if subject.startswith("ban hành ") else f"về {subject}"


class Citations:
    """One report's memory of what it has already cited in full."""

    def __init__(self, so_far: "Citations | None" = None):
        self._cited = set(so_far._cited) if so_far else set()

    def cite(self, document: Cited) -> str:
        key = (document.key, document.issued_on)
        first = key not in self._cited
        self._cited.add(key)
        return full_citation(document) if first else short_citation(document)

    def knows(self, document: Cited) -> bool:
        return (document.key, document.issued_on) in self._cited


def sentence(unit: str, result: str) -> str:
    """The unit's own words, with the unit as their subject; nothing in them is rewritten."""
    first = result.split(" ", 1)[0].lower()
    if result.lower().startswith(unit.lower()):
        return result
    if first in ("đã", "đang", "chưa", "không"):
        return f"{unit} {lower_first(result)}"
    if re.sub(r"[,;:]$", "", " ".join(result.lower().split(" ")[:2])) in VERBS:
        return f"{unit} đã {lower_first(result)}"
    return f"{unit}: {result}"


def told(row: Row, words: Words, citations: Citations) -> str:
    """What came out of one verified assignment: result, documents, and how late if late."""
    result = words.result or f"hoàn thành nhiệm vụ {row.code}"
    text = without_stop(sentence(row.unit, result))
    said = "".join(result.split()).lower()
    fresh = [
        document
        for document in words.documents
        if not (citations.knows(document) and "".join(document.number.split()).lower() in said)
    ]
    if fresh:
        text += f" ({'; '.join(citations.cite(document) for document in fresh)})"
    if row.due_on and row.done_on and row.done_on > row.due_on:
        text += (
            f"; hoàn thành ngày {prose_date(row.done_on)}, "
            f"quá hạn {two((row.done_on - row.due_on).days)} ngày "
            f"so với thời hạn ngày {prose_date(row.due_on)}"
        )
    return f"{text}."


def against(now: int, before: int) -> str:
    """tăng 02, giảm 01, bằng cùng kỳ"""
    if now == before:
        return "bằng cùng kỳ"
    return f"{'tăng' if now > before else 'giảm'} {two(abs(now - before))}"


def counted(counts: dict[Bucket, int]) -> str:
    """13 hoàn thành đúng hạn, 01 hoàn thành quá hạn, ...: the buckets that hold something."""
    parts = [f"{two(n)} {BUCKET_WORDS[bucket]}" for bucket, n in counts.items() if n]
    return ", ".join(parts)

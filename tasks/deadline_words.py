"""The words of a deadline cell: one spelling for all, and what they wait for (see deadlines.py)."""

import re
import unicodedata


class Unread(Exception):
    """The words cannot be read. `firm`: they were all understood and are wrong; try no more."""

    def __init__(self, reason: str, firm: bool = True):
        super().__init__(reason)
        self.firm = firm


_SAME = str.maketrans("‐‑‒–—―−[]", "-------()")
_SPELLING = [(r"\bhằng\b", "hàng"), (r"\bquí\b", "quý"), (r"\bkì\b", "kỳ"), (r"\btuỳ\b", "tùy")]
BLANK = re.compile(r"[\s.…_*–—-]*")


def tidy(text: str) -> str:
    """NFC, zero-width characters out, runs of white space to one space, trimmed."""
    text = unicodedata.normalize("NFC", re.sub("[\u200b\u200c\u200d\u2060\ufeff\xad]", "", text))
    return re.sub(r"\s+", " ", text).strip()


def fold(words: str) -> str:
    """Lower case and one spelling, keeping the length so that positions fit the original."""
    lower = "".join(c.lower() if len(c.lower()) == 1 else c for c in words).translate(_SAME)
    for pattern, spelling in _SPELLING:
        lower = re.sub(pattern, spelling, lower)
    return lower


_N = r"0*[1-9][0-9]{0,2}"
_COUNT_LEAD = (
    r"(?:chậm nhất|muộn nhất|không quá|tối đa|trong vòng|trong thời hạn|trong thời gian"
    r"|trong|sau)(?: là)?(?: sau)? "
)
_COUNT = rf"(?:{_COUNT_LEAD})?{_N} (?:ngày(?: làm việc)?|tuần|tháng),? "
# Words that wait for something outside the plan; they may stand alone.
_WAIT = (
    r"(?:(?:ngay )?sau khi|(?:ngay |mỗi )?khi|ngay sau(?: ngày)?|nếu)(?: có)? (?!có\W*$)\w"
    r"|sau (?:hội nghị|đại hội|kỳ họp|cuộc họp|phiên họp|đợt) \w"
    r"|theo (?:hướng dẫn|yêu cầu|chỉ đạo|kế hoạch|văn bản|thông báo|quyết định|công văn|đề nghị"
    r"|lịch|chương trình|tiến độ|lộ trình|nhu cầu|đề án|tình hình)\b"
    r"|tùy(?: theo| thuộc)? \w"
    rf"|{_COUNT}(?:kể từ|tính từ|từ|sau|khi)\b \w"
)
_CONDITION = re.compile(rf"(?<!\w)(?:{_WAIT}|nếu có\b|theo (?:quy định|phân công)\b)")
WAITING = re.compile(rf"(?:{_WAIT}|đột xuất\b)")
# A deadline hidden inside a condition: reading it as mere words would lose it.
_HIDDEN = re.compile(
    r"(?<!năm )(?<!tháng )(?<!quý )(?<!kỳ )\btrước\b|chậm nhất|muộn nhất|không quá"
    r"|không muộn hơn|dự kiến|định kỳ|hạn chót|đến hết|(?:và|hoặc) hàng (?:năm|quý|tháng)"
)
_OPENER = re.compile(r"(?:trước|chậm|muộn|không|đến|hết|hoàn|xong|hàng|định|mỗi|thường|liên)\b")


def event(words: str) -> dict:
    """The fields `event` and `event_days` of a condition; refuses one with a hidden date."""
    words = words.strip(" .,;:")
    folded = fold(words)
    pattern = rf"(?:^|(?<!\w){_COUNT_LEAD})({_N}) (ngày|tuần|tháng)(?: làm việc)?\b"
    counts = list(re.finditer(pattern, folded))
    if len(counts) > 1:
        raise Unread("điều kiện nêu nhiều khoảng thời gian")
    if counts and re.search(r"(?:từ|sau)(?: ngày)? [0-9]{1,2}[/.-][0-9]", folded):
        raise Unread("số ngày tính từ một ngày đã biết, cần ghi rõ ngày hạn")
    if _HIDDEN.search(re.sub(pattern, "", folded)):
        raise Unread("trong điều kiện còn có một thời hạn khác")
    days = None
    if counts and counts[0][2] != "tháng":  # months are not a fixed number of days
        days = int(counts[0][1]) * (7 if counts[0][2] == "tuần" else 1)
    return {"event": words, "event_days": days}


def splits(words: str):
    """Yields (condition or None, dated words, sure) in the order to be tried."""
    folded = fold(words)
    bracket = re.fullmatch(r"([^()]*)\(([^()]*)\)([^()]*)", folded)
    if bracket is None:
        yield None, words, True
    else:
        head, inner, tail = (words[slice(*bracket.span(i))] for i in (1, 2, 3))
        if _CONDITION.match(fold(inner).strip()):
            yield inner, f"{head} {tail}", True
        elif WAITING.match(folded):
            yield f"{head.strip()} {tail.strip()}", inner, bool(_OPENER.match(fold(inner)))
        else:
            yield None, f"{head}, {inner}, {tail}", True
    for found in _CONDITION.finditer(folded):
        if found.start() and folded[found.start() - 1] in " ,;:":
            yield words[found.start() :], words[: found.start()], True
    if WAITING.match(folded):
        for mark in re.finditer(r"[,;:] ?", folded):
            tail = words[mark.end() :]
            yield words[: mark.start()], tail, bool(_OPENER.match(fold(tail)))

"""Several products in one cell. What is not surely a list stays one product: a person can split it
in the preview, and the cell's own words stay beside it either way."""

import re
from dataclasses import dataclass

from tasks.deadline_words import BLANK
from tasks.plan_import.words import DASH, one_line

# What an office issues; a part of a list that begins so is a product of its own.
_PAPERS = (
    "kế hoạch|báo cáo|quyết định|chỉ thị|tờ trình|công văn|thông báo|hướng dẫn|văn bản|đề án|"
    "dự án|chương trình|quy chế|quy định|quy trình|nghị quyết|dự thảo|danh mục|biên bản|phương án|"
    "kết luận|hồ sơ|tài liệu|bản tin|chuyên mục|phần mềm|cơ sở dữ liệu|hội nghị|hội thảo|"
    "lớp tập huấn|sổ tay|bộ chỉ số|phiếu|thư ngỏ|kịch bản|hợp đồng|giấy mời"
)
_PAPER = re.compile(rf"(?:các |những |bản )?(?:{_PAPERS})\b", re.IGNORECASE)
_ITEM = re.compile(rf"(?:^|(?<=[;.,:\n])|(?<=[;.,:] ))[ ]*({DASH}|[+•*]|[a-zđ]\)|\d{{1,2}}[.)])\s+")
_MEASURE = re.compile(
    r"(?:(?:tối thiểu|ít nhất|trên|đạt|từ|khoảng|phấn đấu|đảm bảo|bảo đảm|[≥>]=?) ?)*"
    r"\d+(?:[.,]\d+)? ?%|tỷ lệ\b.*\d ?%",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class ReadProduct:
    """One product; a measure ("100% ...") is counted rather than issued."""

    text: str
    is_measure: bool = False


def split_products(cell: str) -> tuple[ReadProduct, ...]:
    """The products named in a cell (its lines kept), in order; none for an empty or dashed one."""
    if BLANK.fullmatch(cell):
        return ()
    return tuple(ReadProduct(part, bool(_MEASURE.match(part))) for part in _parts(cell) if part)


def is_paper(words: str) -> bool:
    """Whether the words begin with a kind of document or work that an office issues."""
    return bool(_PAPER.match(words))


def _parts(cell: str) -> list[str]:
    for split in (_by_marks, _by_lines, _by_semicolons, _by_words):
        parts = [words for part in split(cell) if (words := _tidy(part))]
        if len(parts) > 1:
            return parts
    return [_tidy(re.sub(rf"^\s*(?:{DASH}|[+•*])\s+", "", cell))]


def _by_marks(cell: str) -> list[str]:
    """Items behind "-", "+", "a)" or "1."; only marks of the first kind count, so that "+" below
    "-" stays with it. Words before the first mark introduce the list and are no item."""
    found = list(_ITEM.finditer(cell))
    if len(found) < 2:
        return []
    kind = _kind(found[0][1])
    marks = [mark for mark in found if _kind(mark[1]) == kind]
    ends = [mark.start() for mark in marks[1:]] + [len(cell)]
    lead = cell[: marks[0].start()].strip()
    items = [cell[mark.end() : end] for mark, end in zip(marks, ends, strict=True)]
    return items if not lead or lead.endswith(":") else [lead, *items]


def _kind(mark: str) -> str:
    return "letter" if mark[0].isalpha() else "number" if mark[0].isdigit() else mark


def _by_lines(cell: str) -> list[str]:
    """Lines that each begin with a kind of document, or follow one that was closed by ";" or "."."""
    parts: list[str] = []
    for line in cell.split("\n"):
        closed = parts and re.search(r"[;.]\s*$", parts[-1])
        fresh = _starts(line) and closed or is_paper(line) and line[:1].isupper()
        if parts and not fresh:
            parts[-1] = f"{parts[-1]}\n{line}"
        else:
            parts.append(line)
    return parts


def _by_semicolons(cell: str) -> list[str]:
    parts = [part.strip() for part in _outside_brackets(cell, ";") if part.strip(" .")]
    return parts if all(_starts(part) or is_paper(part) for part in parts) else []


def _by_words(cell: str) -> list[str]:
    """ "Kế hoạch, báo cáo kết quả": split where every part is a kind of document."""
    parts = [part.strip() for part in _outside_brackets(cell, r",|\s(?:và|hoặc)\s(?!các\s)")]
    return parts if all(is_paper(part) for part in parts) else []


def _outside_brackets(words: str, separator: str) -> list[str]:
    parts, last = [], 0
    for found in re.finditer(separator, words):
        before = words[: found.start()]
        if before.count("(") <= before.count(")"):
            parts.append(words[last : found.start()])
            last = found.end()
    return [*parts, words[last:]]


def _starts(words: str) -> bool:
    return words[:1].isupper() or words[:1].isdigit()


def _tidy(words: str) -> str:
    return one_line(words).strip().rstrip(";.,").strip()

"""Documents with a mark of secrecy don't belong on this system: neither their words nor their files
(Luật Bảo vệ bí mật nhà nước số 117/2025/QH15, in force since 01/3/2026; secrets stay on machines of
their own). One rule for everything typed and every file's name.

What is refused is the *mark*, as a stamp bears it or a document is cited with it: TUYỆT MẬT, TỐI
MẬT, MẬT in capitals as words of their own; a line or brackets with nothing else in them; "độ mật:
tối mật"; "công văn mật số 5". Talking about secrets is ordinary work and passes: bảo vệ bí mật nhà
nước, bảo mật, mật khẩu, mật độ, "đã trừ văn bản mật", "phân loại tối mật" in small letters. Numbers
(số, ký hiệu) bear no mark of secrecy by law, so they are text like any other.
"""

import re
import unicodedata
import zipfile

from django.core.exceptions import ValidationError

LAW = "Luật Bảo vệ bí mật nhà nước số 117/2025/QH15"
# Words that make MẬT, in capitals, an ordinary word: before it, and behind it.
_BEFORE = {"BÍ", "BẢO", "CƠ", "ĐỘ", "KHÔNG", "TRỪ", "KÍN", "THÂN", "HIỂM"}
_BEHIND = {"KHẨU", "ĐỘ", "MÃ", "THƯ", "NGỮ", "THÁM", "VỤ", "ONG", "NGHỊ", "LỆNH", "BÁO", "HIỆU"}
_TRIMMED = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))
_WORD = re.compile(r"[^\W_]+")
_LEVEL = r"(?:tuyệt mật|tối mật|mật)"
_CLAIMS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"^\W*{_LEVEL}\W*$",  # a line with nothing else
        rf"[\[(“\"]\s*{_LEVEL}\s*[\])”\"]",
        rf"\bđộ mật(?:\s*[:=–-]\s*|\s+(?:là\s+)?){_LEVEL}\b",
        r"\b(?:tuyệt|tối) mật\s+(?:số|ngày)\s*:?\s*\d",
        r"(?<!bí )(?<!bảo )\bmật\s+số\s*:?\s*\d",
    )
)
_EXCEPT = re.compile(
    r"\b(trừ|không (?:gồm|tính|có))\s+(?:các\s+)?((?:văn bản|tài liệu|hồ sơ|phần)\s+)*mật\b",
    re.IGNORECASE,
)
# Of a file's name, which is a label: the parts between its marks, with and without accents.
_PART = re.compile(r"[_\-–—.,;+()\[\]{}]+")
_BARE_PART = re.compile(r"(?:TUYET|TOI)[ _-]?MAT|MAT")
_LAST_WORD = re.compile(r"(?<!bí )(?<!bảo )(?<!cơ )\bmật(?:\s+\d.*)?$", re.IGNORECASE)


def mark_in(text: str) -> str:
    """The mark of secrecy that the text bears, "" when it bears none."""
    for line in unicodedata.normalize("NFC", text).translate(_TRIMMED).splitlines():
        line = _EXCEPT.sub(r"\1", " ".join(line.split()))
        if found := _stamp(line):
            return found
        for claim in _CLAIMS:
            if found := claim.search(line):
                return found[0].strip()
    return ""


def _stamp(line: str) -> str:
    words = _WORD.findall(line)
    for place, word in enumerate(words):
        if word != "MẬT":
            continue
        before = words[place - 1] if place else ""
        behind = words[place + 1] if place + 1 < len(words) else ""
        if before in ("TUYỆT", "TỐI"):
            return f"{before} MẬT"
        if before not in _BEFORE and behind not in _BEHIND:
            return "MẬT"
    return ""


def mark_in_name(name: str) -> str:
    """Of a file's name. It is short and speaks of the whole file, so small letters count as well."""
    stem = name.rpartition(".")[0] or name
    stem = unicodedata.normalize("NFC", stem).translate(_TRIMMED)
    parts = [" ".join(part.split()) for part in _PART.split(stem) if part.strip()]
    whole = _EXCEPT.sub(r"\1", " ".join(parts))
    if re.search(r"\b(?:tuyệt|tối) mật\b", whole, re.IGNORECASE):
        return "mật"
    if any(_BARE_PART.fullmatch(part) or part.lower() == "mật" for part in parts):
        return "mật"
    if re.search(r"\b(?:TUYET|TOI) ?MAT\b", whole) or _LAST_WORD.search(whole):
        return "mật"
    return mark_in(whole)


def refuse(text: str) -> None:
    if mark := mark_in(text):
        raise ValidationError(
            f"{refusal(mark)} Nếu chỉ nói về công tác bảo mật thì viết từ ấy bằng chữ thường.",
            code="secret",
        )


def refuse_name(name: str) -> None:
    if mark_in_name(name):
        raise ValidationError(
            f"Tên tệp “{name}” mang dấu độ mật. Không đưa văn bản mật lên hệ thống này ({LAW}). "
            "Nếu tệp không mật thì đổi tên rồi chọn lại.",
            code="secret",
        )


def refusal(mark: str) -> str:
    return f"Có dấu độ mật “{mark}”. Không đưa văn bản mật lên hệ thống này ({LAW})."


_PARAGRAPH = re.compile(rb"<w:p[ >].*?</w:p>", re.DOTALL)
_TEXT = re.compile(rb"<w:t(?: [^>]*)?>([^<]*)</w:t>")
_FIRST = 128 * 1024  # bytes of the document: its first page


def stamp_of_docx(source) -> str:
    """The stamp on the first page of a Word file: a paragraph, in a box or not, with nothing but the
    mark in capitals. Reads the first bytes only and parses nothing. A stamp that is a picture, and
    those in PDF, are not found."""
    with zipfile.ZipFile(source) as archive, archive.open("word/document.xml") as part:
        start = part.read(_FIRST)
    for paragraph in _PARAGRAPH.findall(start):
        words = b"".join(_TEXT.findall(paragraph.rpartition(b"<w:p ")[2])).decode(
            "utf-8", "replace"
        )
        words = " ".join(unicodedata.normalize("NFC", words).split()).strip(" .:()[]")
        if words in ("TUYỆT MẬT", "TỐI MẬT", "MẬT"):
            return words
    return ""

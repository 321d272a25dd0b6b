"""Forms as a page gave them, then bent: what test_fuzzed_forms.py sends, and how it is drawn.

Most fields keep a sensible value, so that a request gets past the first check; some are bent, left
out, sent twice, or are not of this form at all.
"""

import io
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from hypothesis import strategies as st
from lxml import html

from cchc.tests import uploads_corpus as corpus

LONG = "ệ" * 40_000
STRANGE = (
    "",
    " ",
    "\0",
    "Kết quả\0ẩn",
    "Ke\u0302\u0301t qua\u0309",  # NFD
    "👨‍👩‍👧‍👦 Xong ✅",
    "bao-cao\u202efdp.exe",
    "\u200b\ufeff",
    "dòng một\r\nSet-Cookie: a=b",
    LONG,
    "x" * 301,
    "0",
    "-1",
    "1.5",
    "1,5",
    "٣",
    "1e400",
    "NaN",
    "Infinity",
    "9" * 19,
    "-" + "9" * 25,
    "9" * 5_000,
    "31/02/2024",
    "29/02/2023",
    "00/00/0000",
    "01/01/0001",
    "31/12/9999",
    "2024-13-45",
    "16/12/24",
    "99999999999/1/2024",
    "true",
    "on",
    "None",
    "null",
    "[]",
    "{}",
    "{% debug %}{{ request }}",
    "<script>alert(1)</script>",
    "' OR 1=1 --",
    "../../etc/passwd",
    "//evil.example/",
    "javascript:alert(1)",
    "TỐI MẬT",
    "%00",
    "%s%n{0}",
    "00000000-0000-0000-0000-000000000000",
    "I.1",
    "VII.4/2024",
    "TTPVKS",
)
# Columns and parameters of other forms: nobody's form has them all.
ELSEWHERE = (
    "id pk version seen state status unit by at role is_staff verified_by form_key key token q trang "
    "nam ngay ke-hoach trang-thai don-vi linh-vuc sap-xep next viec phan mo form-TOTAL_FORMS "
    "form-INITIAL_FORMS csrfmiddlewaretoken"
).split()
HEADERS = ({}, {}, {}, {"HTTP_HX_REQUEST": "true"}, {"HTTP_REFERER": "http://evil.example/\0"})
# A body that is no form, under the name of one.
BODIES = (
    ("application/x-www-form-urlencoded", b"a=%ff%fe&b=%00&=&&&%"),
    ("application/x-www-form-urlencoded; charset=utf-16", b"a=1"),
    ("application/x-www-form-urlencoded; charset=no-such", b"a=1"),
    ("application/x-www-form-urlencoded", b"&".join(b"f%d=1" % n for n in range(2_100))),
    ("multipart/form-data", b"--x\r\n"),
    ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; name=\"a"),
    ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="file"; '
     b'filename="\xff\0.pdf"\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!\r\n--x--\r\n'),
    ("multipart/form-data; boundary=" + "y" * 300, b"--y--"),
    ("application/json", b'{"version": {"$gt": 0}}'),
    ("text/xml", b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x/>'),
    ("", b"\0" * 100),
)  # fmt: skip
PATH_PARTS = ("0", "9" * 30, "-1", "%00", "%F0%9F%93%84", "%ff", "..%2f..", "x" * 300, "nam-9999")


@dataclass(frozen=True)
class Form:
    """Where a page sends what is typed, and what a person who types something sensible sends."""

    method: str
    address: str
    values: tuple[tuple[str, str], ...]
    files: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys([name for name, _ in self.values] + list(self.files)))


@dataclass(frozen=True)
class Request:
    """What is sent; its repr is enough to send it again."""

    who: str
    method: str
    address: str
    data: dict[str, list] = field(default_factory=dict)
    files: tuple[tuple[str, str], ...] = ()  # (field, name of a file in FILES)
    headers: dict[str, str] = field(default_factory=dict)
    body: tuple[str, bytes] | None = None

    def __repr__(self):
        data = {name: [_short(value) for value in values] for name, values in self.data.items()}
        more = f"files={self.files} headers={self.headers} body={self.body}"
        return f"{self.who}: {self.method} {self.address}\n  {data}\n  {more}"

    def send(self, client):
        if self.body:
            content_type, body = self.body
            return client.generic("POST", self.address, body, content_type, **self.headers)
        if self.method == "get":
            return client.get(self.address, self.data, **self.headers)
        uploads = {name: [] for name, _ in self.files}
        for name, file in self.files:
            upload = io.BytesIO(FILES[file])
            upload.name = file
            uploads[name].append(upload)
        return client.post(self.address, self.data | uploads, **self.headers)


def _short(value: str) -> str:
    return value if len(value) < 100 else f"{value[:20]}… ({len(value)} letters)"


def _files() -> dict[str, bytes]:
    made = {
        "bao-cao.pdf": corpus.pdf(),
        "văn bản.docx": corpus.word(),
        "bảng.xlsx": corpus.excel(),
        "hình.png": corpus.picture("PNG"),
    }
    made["TỐI MẬT.pdf"] = made["tên\u202efdp.pdf"] = made["x" * 300 + ".pdf"] = made["bao-cao.pdf"]
    return made | {
        "rong.pdf": b"",
        "trang.pdf": corpus.PAGE,
        "trang.xlsx": made["bao-cao.pdf"],
        "hong.docx": made["văn bản.docx"][:900],
        "hong.xlsx": made["bảng.xlsx"][:-40],
        "chay.exe": corpus.EXE,
        "khong-duoi": b"\0",
    }


FILES = _files()


def forms_of(page: bytes, address: str):
    """Every form of a page, each field with what it has or what would be sensible in it."""
    here = urlsplit(address).path
    for form in html.fromstring(page).forms:
        files = tuple(i.name for i in form.inputs if i.name and i.get("type") == "file")
        values = [
            (box.name, value)
            for box in form.inputs
            if box.name and box.name not in files
            for value in _sensible(box)
        ]
        to = form.action or address
        yield Form(form.method.lower(), to if to[0] == "/" else here + to, tuple(values), files)


def _sensible(box) -> list[str]:
    kind = box.get("type") or box.tag
    if kind in ("checkbox", "radio"):
        return [box.get("value") or "on"] if "checked" in box.attrib else []
    if kind in ("submit", "button"):
        return []
    if box.tag == "select":
        chosen = list(box.value) if box.multiple else [box.value]
        return [one for one in chosen if one] or [one for one in box.value_options if one][:1]
    if box.value:
        return [box.value]
    if kind == "hidden":
        return [""]
    if "dd/mm" in (box.get("placeholder") or ""):
        return ["16/12/2024"]
    return ["12" if box.get("inputmode") in ("numeric", "decimal") else "Nội dung công việc"]


def links_of(page: bytes, address: str) -> list[str]:
    """The links of a page to itself with another query: another form may open there."""
    path = urlsplit(address).path
    found = html.fromstring(page).xpath("//a/@href")
    return [f"{path}{link}" if link[:1] == "?" else link for link in found if _same(link, path)]


def _same(link: str, path: str) -> bool:
    parts = urlsplit(link)
    return bool(parts.query) and not parts.netloc and parts.path in ("", path)


strange = st.one_of(st.sampled_from(STRANGE), st.sampled_from(STRANGE), st.text(max_size=40))


@st.composite
def requests(draw, who: str, form: Form, foreign: list[str]) -> Request:
    """The form, bent. `foreign`: numbers and codes of other people's things."""
    address, headers = form.address, draw(st.sampled_from(HEADERS))
    roll = draw(st.integers(0, 39))
    if roll == 0:
        return Request(who, "post", address, headers=headers, body=draw(st.sampled_from(BODIES)))
    if roll == 1:
        address = _other_address(
            address, draw(st.integers(1, 6)), draw(st.sampled_from(PATH_PARTS))
        )
    data: dict[str, list] = {}
    for name, value in form.values:
        data.setdefault(name, []).append(value)
    value = st.one_of(strange, strange, st.sampled_from(foreign))
    for name in draw(st.lists(st.sampled_from(form.names or ELSEWHERE), max_size=4)):
        how = draw(st.integers(0, 5))
        if how == 0:
            data.pop(name, None)
        elif how == 1:
            data.setdefault(name, []).append(draw(value))
        else:
            data[name] = [draw(value)]
    for name in draw(st.lists(st.sampled_from(ELSEWHERE), max_size=2)):
        data[name] = [draw(value)]
    files = []
    if form.method == "post":
        for name in form.files + ("file",) * (roll == 2):
            files += [
                (name, file) for file in draw(st.lists(st.sampled_from(sorted(FILES)), max_size=2))
            ]
    # a field that wants a file may get words
    data = {name: values for name, values in data.items() if name not in dict(files)}
    return Request(who, form.method, address, data, tuple(files), headers)


def _other_address(address: str, place: int, part: str) -> str:
    path, mark, query = address.partition("?")
    parts = path.split("/")
    parts[1 + place % max(1, len(parts) - 2)] = part
    return "/".join(parts) + mark + query

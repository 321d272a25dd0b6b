"""Files made to deceive, each as (name, content), and honest ones with Vietnamese names."""

import io
import struct
import unicodedata
import zipfile
import zlib

import openpyxl
from docx import Document
from PIL import Image
from weasyprint import HTML

PAGE = b"<html><body><script>alert(document.domain)</script></body></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
EXE = b"MZ\x90\x00" + b"\0" * 60
GIF_JS = b"GIF89a/*" + b"\0" * 20 + b"*/=1;alert(1)"
TYPES = "[Content_Types].xml"
MACRO = "application/vnd.ms-{}.macroEnabled.main+xml"


def word(*paragraphs) -> bytes:
    document = Document()
    for text in paragraphs or ("Báo cáo kết quả",):
        document.add_paragraph(text)
    return saved(document)


def excel() -> bytes:
    book = openpyxl.Workbook()
    book.active.append(["Nhiệm vụ", 12, 3.5])
    return saved(book)


def saved(made) -> bytes:
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def picture(kind: str, size=(40, 30)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, (200, 30, 30)).save(out, kind)
    return out.getvalue()


def pdf() -> bytes:
    return HTML(string="<p>Báo cáo kết quả cải cách hành chính").write_pdf()


def packed(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return out.getvalue()


def parts_of(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def with_part(content: bytes, name: str, part: bytes) -> bytes:
    return packed(parts_of(content) | {name: part})


def with_types(content: bytes, change) -> bytes:
    return with_part(content, TYPES, change(parts_of(content)[TYPES]))


def claiming(content: bytes, before: str, after: str) -> bytes:
    return with_types(content, lambda types: types.replace(before.encode(), after.encode()))


def png(width: int, height: int, tail=b"") -> bytes:
    """A whole PNG of one byte of data that claims to be of that size."""

    def chunk(kind, data):
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body + tail


def jpeg(width: int, height: int) -> bytes:
    content = picture("JPEG")
    place = content.index(b"\xff\xc0")
    return content[: place + 5] + struct.pack(">HH", height, width) + content[place + 9 :]


def hostile() -> list[tuple[str, bytes]]:
    a_pdf, a_docx, a_xlsx, a_png, a_jpg = pdf(), word(), excel(), picture("PNG"), picture("JPEG")
    an_archive = packed({"x.txt": b"x"})
    utf16 = b"\xff\xfe" + PAGE.decode().encode("utf-16-le")
    document = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    sheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    macro_word = with_part(a_docx, "word/vbaProject.bin", b"\xd0\xcf\x11\xe0")
    macro_sheet = with_part(a_xlsx, "xl/vbaProject.bin", b"\xd0\xcf\x11\xe0")
    hidden_macro = claiming(a_docx, document, MACRO.format("word.document"))
    shouted = hidden_macro.replace(b"macroEnabled", b"MACROENABLED")
    in_utf16 = with_types(
        a_docx,
        lambda types: (
            types.decode()
            .replace('encoding="UTF-8"', 'encoding="UTF-16"')
            .replace("encoding='UTF-8'", "encoding='UTF-16'")
            .replace(document, MACRO.format("word.document"))
            .encode("utf-16")
        ),
    )
    entities = with_types(
        a_docx, lambda t: t.replace(b"<Types", b'<!DOCTYPE x [<!ENTITY a "b">]><Types', 1)
    )
    return [
        # names of what a browser or Windows would run
        *((f"bao-cao.{e}", PAGE) for e in ("html", "htm", "xhtml", "shtml", "mht", "hta", "xml")),
        ("bieu-do.svg", SVG),
        ("a.js", b"alert(1)"),
        ("a.php", b"<?php system($_GET[0]);"),
        ("a.phtml", b"<?php"),
        ("cai-dat.exe", EXE),
        ("cai-dat.msi", EXE),
        ("man-hinh.scr", EXE),
        ("chay.bat", b"del *"),
        ("chay.ps1", b"iex"),
        ("loi-tat.lnk", b"L\0\0\0"),
        ("a.swf", b"FWS"),
        ("a.gif", GIF_JS),
        ("a.zip", an_archive),
        ("a.docm", macro_word),
        ("a.xlsm", macro_sheet),
        ("khong-duoi", a_pdf),
        (".pdf", a_pdf),
        # one kind under the name of another
        ("trang.pdf", PAGE),
        ("trang.png", PAGE),
        ("trang.jpg", PAGE),
        ("trang.docx", PAGE),
        ("trang.xlsx", PAGE),
        ("utf16.pdf", utf16),
        ("utf16.docx", utf16),
        ("utf16.jpg", utf16),
        ("utf16.png", b"\xfe\xff" + PAGE.decode().encode("utf-16-be")),
        ("hinh.png", SVG),
        ("hinh.jpg", b'<?xml version="1.0"?>' + SVG),
        ("chay.pdf", EXE),
        ("chay.docx", EXE),
        ("anh.jpg", GIF_JS),
        ("anh.png", GIF_JS),
        ("anh.pdf", a_png),
        ("anh.png", a_jpg),
        ("anh.jpg", a_png),
        ("van-ban.pdf", a_docx),
        ("van-ban.docx", a_pdf),
        ("van-ban.docx", a_xlsx),
        ("bang.xlsx", a_docx),
        ("nen.docx", an_archive),
        ("nen.xlsx", an_archive),
        ("doi-cu.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600),
        # two kinds in one
        ("pdf-html.pdf", b"%PDF-1.4\n" + PAGE + a_pdf[9:]),
        ("pdf-php.pdf", b"%PDF-1.4\n<?php system($_GET[0]); ?>\n%%EOF"),
        ("html-pdf.pdf", PAGE + a_pdf),
        ("pdf-zip.pdf", a_pdf + an_archive),
        ("pdf-docx.pdf", a_pdf + a_docx),
        ("pdf-zip-2.pdf", a_pdf + an_archive[:-2] + b"\x07\0\n%%EOF\n"),
        ("png-zip.png", a_png + an_archive),
        ("png-html.png", png(4, 4, PAGE)),
        ("jpg-zip.jpg", a_jpg + an_archive),
        (
            "jpg-html.jpg",
            a_jpg[:2] + b"\xff\xfe" + struct.pack(">H", len(PAGE) + 2) + PAGE + a_jpg[2:],
        ),
        ("exe-docx.docx", EXE + a_docx),
        ("docx-html.docx", a_docx + PAGE),
        ("docx-chu.docx", a_docx[:-2] + struct.pack("<H", len(PAGE)) + PAGE),
        # macros under an honest name
        ("macro.docx", macro_word),
        ("macro.xlsx", macro_sheet),
        ("macro-hoa.docx", with_part(a_docx, "word/VBAPROJECT.BIN", b"\xd0\xcf")),
        ("macro-an.docx", hidden_macro),
        ("macro-an-2.docx", shouted),
        ("macro-an.xlsx", claiming(a_xlsx, sheet, MACRO.format("excel.sheet"))),
        ("macro-utf16.docx", in_utf16),
        (
            "mau.docx",
            claiming(a_docx, document, document.replace("document.main", "template.main")),
        ),
        ("khai-bao.docx", entities),
        ("khong-loai.docx", packed({n: p for n, p in parts_of(a_docx).items() if n != TYPES})),
        # archives that hurt
        ("bom.xlsx", with_part(a_xlsx, "xl/media/a", bytes(60 * 1024 * 1024))),
        ("nhieu.docx", packed(parts_of(a_docx) | {f"x/{n}": b"" for n in range(2001)})),
        ("ra-ngoai.docx", with_part(a_docx, "../../etc/cron.d/x", b"")),
        ("o-dia.xlsx", with_part(a_xlsx, "C:\\Windows\\x.dll", b"")),
        ("cut.docx", a_docx[: len(a_docx) // 2]),
        # pictures too large to open, and broken ones
        ("khong-lo.png", png(30_000, 30_000)),
        ("khong-lo.jpg", jpeg(30_000, 30_000)),
        ("dai.png", png(1, 2**31 - 1)),
        ("rong-0.png", png(0, 4)),
        ("cut.png", a_png[:-4]),
        ("cut.jpg", a_jpg[:20]),
        ("cut.pdf", a_pdf[: len(a_pdf) // 2]),
        ("dau.pdf", b"%PDF-9.9\n%%EOF"),
        # names that deceive
        ("bao-cao.exe.pdf", a_pdf),
        ("bao-cao.html .docx", a_docx),
        ("bao-cao.php.jpg", a_jpg),
        ("bao-cao.pdf.exe", a_pdf),
        ("bao-cao.html.", PAGE),
        ("bao-cao.exe. ", EXE),
        ("bao-cao\u202efdp.exe", EXE),
        ("a.html\0.pdf", PAGE),
        ("a.pdf\0.exe", a_pdf),
        ("a.pdf::$DATA", a_pdf),
        ("CON", a_pdf),
        ("rong.pdf", b""),
        ("TỐI MẬT 12.pdf", a_pdf),
        ("dau-mat.docx", word("TỐI MẬT", "Kế hoạch số 5")),
    ]


def honest() -> list[tuple[str, bytes]]:
    made = {
        "pdf": pdf(),
        "docx": word("QUYẾT ĐỊNH", "Về việc bảo vệ bí mật nhà nước", "Trừ văn bản mật"),
        "xlsx": excel(),
        "jpg": picture("JPEG", (1200, 900)),
        "png": picture("PNG", (1200, 900)),
    }
    stems = (
        "Báo cáo kết quả CCHC năm 2024 (bản ký số)",
        unicodedata.normalize("NFD", "Quyết định số 57 về việc thành lập Đoàn kiểm tra"),
        "16.12.2024 - Tờ trình “xin ý kiến”, lần 2",
        "Kế hoạch 📄 cải cách ✅ 2025",
        "Ứng dụng bảo mật; mật khẩu & mật độ #1 100%",
        "ạ" * 83 + "ab",  # with its ending 255 bytes, or one more
    )
    return [(f"{stem}.{ending}", content) for stem in stems for ending, content in made.items()]

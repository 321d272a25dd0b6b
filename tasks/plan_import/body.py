"""The text of a plan around its appendix: who issued it and when, targets, solutions, the frame.

Read from paragraphs, and from the invisible tables in which offices set the head and the
signature (Nghị định 30/2020, Phụ lục I). What could not be read is named, never made up.
"""

import re
from dataclasses import dataclass, field
from datetime import date

from cchc.text import fold
from tasks.plan_import.appendix import Appendix
from tasks.plan_import.numbering import roman
from tasks.plan_import.sections import Item, Section, bullet_of, read_sections, section_of
from tasks.plan_import.tables import Document, Grid, Paragraph
from tasks.plan_import.words import goes_on, join

_YEAR = r"(20\d\d)"
_PERIODS = (rf"giai đoạn {_YEAR}\s*[-–]\s*{_YEAR}", rf"{_YEAR}\s*[-–]\s*{_YEAR}", rf"năm {_YEAR}\b")
_DATE = re.compile(
    r"ngày\s*([\d_.…]*)\s*(?:tháng|/)\s*([\d_.…]*)\s*(?:năm|/)\s*(\d{4}|[_.…]+|20[_.…]+)",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\b[Ss]ố\s*:?\s*([\w\s.…]*?)\s*/\s*([A-ZĐƯ][A-ZĐƯ\-]*)(?![\w])")
_LONGEST_FACT = 400  # letters of a line that may tell number, date or issuer
_APPENDIX = re.compile(r"phu luc(?: [ivx\d]+)?\.?")
_DOC_TYPES = ("ke hoach", "chuong trinh", "de an", "quyet dinh")
_PREAMBLE = r"(?:can cu|thuc hien|trien khai|de |nham |tiep tuc|theo )"
_TITLE_OF_SIGNER = re.compile(
    r"(?:(?:KT|TL|TM|TUQ|Q)\.\s*)?(?:PHÓ |QUYỀN )?"
    r"(?:CHÁNH|CHỦ TỊCH|GIÁM ĐỐC|TỔNG GIÁM ĐỐC|CỤC TRƯỞNG|CHI CỤC|TRƯỞNG|BỘ TRƯỞNG|THỨ TRƯỞNG|"
    r"ỦY BAN|UBND|VIỆN TRƯỞNG|HIỆU TRƯỞNG)\b.*"
)


@dataclass(frozen=True)
class ReadTarget:
    """A target as section II words it. `lead_in` is the item above its bullet ("Đến năm 2025:")."""

    code: str
    source_ref: str
    text: str
    lead_in: str = ""


@dataclass(frozen=True)
class ReadArea:
    number: int
    title: str
    solutions: tuple[str, ...]


@dataclass(frozen=True)
class Body:
    """`frame` has the shape of a stored plan's; `missing` names in Vietnamese what was not found.
    `number` and `issued_on` are empty while văn thư has not filled them in."""

    number: str = ""
    date_text: str = ""
    issued_on: date | None = None
    issuer: str = ""
    subject: str = ""
    first_year: int | None = None
    last_year: int | None = None
    signer_title: str = ""
    signer: str = ""
    targets: tuple[ReadTarget, ...] = ()
    areas: tuple[ReadArea, ...] = ()
    section_codes: tuple[str, ...] = ()
    frame: dict = field(default_factory=dict)
    missing: tuple[str, ...] = ()


def read_body(document: Document, appendix: Appendix) -> Body:
    lines, titles = _lines(document, appendix)
    start = next((n for n, line in enumerate(lines) if section_of(line)), len(lines))
    # A plan issued under a decision has the recipients and the signature above its own text.
    signed_at = [n for n, line in enumerate(lines) if fold(line[:20]).startswith("noi nhan")]
    end = next((n for n in signed_at if n > start), len(lines))
    head, foot = lines[:start], lines[(signed_at or [end])[-1] :]
    sections = read_sections(lines[start:end])
    above, doc_type, subject, preamble = _title(head)
    signed = _signature(foot)
    dated = _date(above) or _date(titles)
    number = _number(above) or _number(titles)
    if not subject:
        subject = _subject_of(titles)
    years = _period(subject) or _period(" ".join(titles)) or (None, None)
    facts = {
        "số, ký hiệu": number[0] if number else "",
        "ngày ban hành": dated[1] if dated else None,
        "cơ quan ban hành": _issuer(above, titles),
        "trích yếu": subject,
        "giai đoạn": years[0],
        "người ký": signed["signer"],
        "chỉ tiêu": _targets(sections),
        "nhiệm vụ, giải pháp theo lĩnh vực": _areas(sections),
    }
    return Body(
        number=facts["số, ký hiệu"],
        date_text=dated[0] if dated else "",
        issued_on=facts["ngày ban hành"],
        issuer=facts["cơ quan ban hành"],
        subject=subject,
        first_year=years[0],
        last_year=years[1],
        signer_title=signed["signer_title"],
        signer=signed["signer"],
        targets=facts["chỉ tiêu"],
        areas=facts["nhiệm vụ, giải pháp theo lĩnh vực"],
        section_codes=tuple(section.code for section in sections),
        frame={
            "doc_type": doc_type,
            "number_template": f"Số: {number[1]}" if number else "",
            "short_name": _short_name(preamble),
            "preamble": preamble,
            **_frame_sections(sections),
            "recipients_title": signed["recipients_title"],
            "recipients": signed["recipients"],
            "appendix": {"title_lines": titles, "columns": list(appendix.columns)},
        },
        missing=tuple(name for name, found in facts.items() if not found),
    )


def _lines(document: Document, appendix: Appendix) -> tuple[list[str], list[str]]:
    """The lines of the text, and those between the word "Phụ lục" and the table of tasks."""
    lines: list[str] = []
    titles = list(appendix.title_lines)
    table, titled, over = 0, False, False
    for part in document.parts:
        if isinstance(part, Paragraph):
            found = part.text.split("\n")
        else:
            table += 1
            if table in appendix.tables:
                over = over or titled
                continue
            found = _own_lines(part)
        for line in found:
            titled = titled or bool(_APPENDIX.fullmatch(fold(line)))
            if titled and not over and line.strip():
                titles.append(line)
            elif not titled and re.search(r"\w", line):
                lines.append(line)
    return lines, titles


def _own_lines(grid: Grid) -> list[str]:
    return [
        line
        for row in grid.rows
        for cell in row.cells
        if not (cell.across or cell.down)
        for line in cell.text.split("\n")
    ]


def _title(head: list[str]) -> tuple[list[str], str, str, str]:
    """What stands above the title or in brackets below it, the kind of document, its subject, and
    the preamble before the first section. Numbers in the preamble are those of other documents."""
    named = [n for n, line in enumerate(head) if fold(line[:40]) in _DOC_TYPES]
    at = named[-1] if named else None
    if at is None:
        return [line for line in head if len(line) < 100], "", "", ""
    above, subject, preamble = head[:at], [], []
    for line in head[at + 1 :]:
        if not preamble and line.startswith("("):
            above.append(line)
        elif not preamble and len(line) < 250 and not re.match(_PREAMBLE, fold(line)):
            subject.append(line)
        elif preamble and goes_on(line):
            preamble[-1] = join(preamble[-1], line)
        else:
            preamble.append(line)
    return above, head[at], " ".join(subject), "\n".join(preamble)


def _subject_of(titles: list[str]) -> str:
    """A table without a text around it still has its title above it."""
    named = [line for line in titles if _period(line)]
    return named[0][:300] if named else ""


def _number(lines: list[str]) -> tuple[str, str] | None:
    """The number, "" while it is blank, and how it stands ("_____/KH-VP")."""
    for line in lines:
        if found := _NUMBER.search(line[:_LONGEST_FACT]):
            given = re.sub(r"\s", "", found[1])
            written = f"{given}/{found[2]}"
            return (written if re.fullmatch(r"\d+\w*", given) else "", written)
    return None


def _date(lines: list[str]) -> tuple[str, date | None] | None:
    for line in lines:
        if found := _DATE.search(line[:_LONGEST_FACT]):
            day, month, year = found.groups()
            try:
                return found[0], date(int(year), int(month), int(day))
            except ValueError:  # blanks to be filled in, or no such day
                return found[0], None
    return None


def _issuer(above: list[str], titles: list[str]) -> str:
    """From "(Kèm theo Kế hoạch ... của Văn phòng UBND tỉnh)", else the capitals at the very top."""
    for line in [*titles, *above]:
        if found := re.search(r"kèm theo .*? của (.+?)\)?$", line[:_LONGEST_FACT], re.IGNORECASE):
            return found[1].strip()
    names = [
        line
        for line in above[:3]
        if line.upper() == line and not re.match("cong hoa|doc lap|so[: ]", fold(line))
    ]
    return " ".join(names[:2])


def _period(words: str) -> tuple[int, int] | None:
    for pattern in _PERIODS:
        if found := re.search(pattern, words, re.IGNORECASE):
            years = [int(year) for year in found.groups()]
            if years[0] <= years[-1]:
                return years[0], years[-1]
    return None


def _short_name(preamble: str) -> str:
    found = re.search(r"viết tắt là:? [“\"]?([^)”\"]+)", preamble)
    return found[1].strip() if found else ""


def _signature(foot: list[str]) -> dict:
    """The recipients, and below them or beside them who signed."""
    told = {"recipients_title": "", "recipients": [], "signer_title": "", "signer": ""}
    for line in foot:
        bullet = bullet_of(line)
        if not told["recipients_title"]:
            told["recipients_title"] = line
        elif bullet is not None and not told["signer"]:
            told["recipients"].append(bullet)
        elif _TITLE_OF_SIGNER.fullmatch(line) and not told["signer"]:
            told["signer_title"] = f"{told['signer_title']} {line}".strip()
        elif told["signer_title"] and not told["signer"]:
            if re.fullmatch(r"[^\W\d_]+(?: [^\W\d_]+){1,5}", line) and line.istitle():
                told["signer"] = line
        elif told["recipients"] and goes_on(line) and not told["signer_title"]:
            told["recipients"][-1] = join(told["recipients"][-1], line)
    return told


def _targets(sections: list[Section]) -> tuple[ReadTarget, ...]:
    """One target for each item, or for each of its bullets; "100% ...; 50% ..." are two."""
    chosen = [(section, section.items) for section in sections if section.topic() == "targets"]
    if not chosen:  # a plan that has them under "1. Mục tiêu" of its first section
        chosen = [
            (section, [Item(0, item.text, item.bullets)])
            for section in sections
            for item in section.items
            if re.match("muc tieu|chi tieu", fold(item.text)) and item.bullets
        ]
    targets: list[ReadTarget] = []
    for section, items in chosen:
        for item in items:
            ref = f"Mục {section.code}" + (f", khoản {item.number}" if item.number else "")
            code = f"CT{item.number or ''}"
            if not item.bullets:
                targets += _split_target(code, ref, item.text, "")
            for place, bullet in enumerate(item.bullets, start=1):
                below = f"{code}.{place}" if item.number else f"{code}{place}"
                targets += _split_target(below, f"{ref}, gạch đầu dòng {place}", bullet, item.text)
    return tuple(targets)


def _split_target(code: str, ref: str, text: str, lead_in: str) -> list[ReadTarget]:
    parts = [part.strip() for part in text.split(";") if part.strip()]
    if len(parts) < 2 or not all(re.search(r"\d ?%", part) for part in parts):
        return [ReadTarget(code, ref, text, lead_in)]
    return [
        ReadTarget(f"{code}{chr(ord('a') + n)}", f"{ref} (vế {n + 1})", part, lead_in)
        for n, part in enumerate(parts[:26])
    ]


def _areas(sections: list[Section]) -> tuple[ReadArea, ...]:
    for section in sections:
        if section.topic() == "solutions" and section.items:
            return tuple(
                ReadArea(item.number or place, item.text, tuple(item.bullets))
                for place, item in enumerate(section.items, start=1)
            )
    return ()


def _frame_sections(sections: list[Section]) -> dict:
    """Each section at the place where a stored plan has its topic; more of one topic come after."""
    places = {"other": "I", "targets": "II", "solutions": "III", "organisation": "IV"}
    told, spare = {}, 5
    for section in sections:
        key = f"section_{places[section.topic()]}"
        if key in told:
            key, spare = f"section_{roman(spare)}", spare + 1
        told[key] = _frame_of(section)
    return told


def _frame_of(section: Section) -> dict:
    """A section as a stored plan keeps it; areas and solutions have their own rows and stay out."""
    told: dict = {"code": section.code, "title": section.title}
    topic = section.topic()
    if section.intro:
        told["intro"] = "\n".join(section.intro)
    if topic == "targets":
        told["items"] = [
            {"number": item.number, "text": item.text, "bullets": item.bullets}
            for item in section.items
        ]
    elif topic == "organisation":
        told["items"] = [
            {"number": item.number, "text": item.text}
            | ({"bullets": item.bullets} if item.bullets else {})
            for item in section.items
        ]
    elif topic == "other":
        told["items"] = [
            {"number": item.number, "title": item.text, "bullets": item.bullets}
            for item in section.items
        ]
    if section.closing:
        told["closing_note" if topic == "solutions" else "closing"] = "\n".join(section.closing)
    return told

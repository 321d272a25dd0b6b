"""The outline of a report as data: headings, and what is composed under each.

These are the headings with which an office starts; it edits them per kind of report and from a year
on (OutlineVersion). The main ones are those of the Ministry of Home Affairs' report on
administrative reform (công văn 581/BNV-CCHC). II.7 is the office's own: its plan has an eighth
area, on indices.
"""

import re
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import StrEnum

from django.db import transaction

from cchc import audit
from cchc.text import clean
from reports.models import OutlineVersion, PeriodKind, ReportPeriod
from tasks.models import Plan
from tasks.workflow import NotAllowed


class Content(StrEnum):
    """What the program writes under a heading."""

    NOTHING = ""
    OPENING = "opening"
    RESULTS = "results"
    INDICES = "indices"
    ACHIEVED = "achieved"
    SHORTCOMINGS = "shortcomings"
    CAUSES = "causes"
    FULFILMENT = "fulfilment"
    TERM = "term"
    AHEAD = "ahead"
    PROPOSALS = "proposals"
    CLOSING = "closing"

    @property
    def label(self) -> str:
        return _CONTENT_LABELS[self]


_CONTENT_LABELS = {
    Content.NOTHING: "Không tự soạn",
    Content.OPENING: "Câu mở đầu",
    Content.RESULTS: "Kết quả của các nhiệm vụ",
    Content.INDICES: "Kết quả của các nhiệm vụ và các chỉ số xếp hạng",
    Content.ACHIEVED: "Số liệu thực hiện trong kỳ",
    Content.SHORTCOMINGS: "Tồn tại, hạn chế: việc quá hạn, chỉ tiêu chưa đạt",
    Content.CAUSES: "Nguyên nhân: khó khăn do đơn vị nêu",
    Content.FULFILMENT: "Mức độ hoàn thành kế hoạch, so với năm trước",
    Content.TERM: "Kết quả từng năm của giai đoạn",
    Content.AHEAD: "Nhiệm vụ kỳ tới",
    Content.PROPOSALS: "Kiến nghị do đơn vị nêu",
    Content.CLOSING: "Câu kết",
}
DEEPEST = 3
LETTERS = (
    "abcdđeghiklmnopqrstuvxy"  # điểm a) b) c) d) đ) e): the Vietnamese alphabet, no f, j, w, z
)


@dataclass(frozen=True)
class Heading:
    """`level` 1 to 3; 0 stands without a heading (the opening and the closing sentence). The
    results of `areas` (their numbers) and of `tasks` (codes; these go before their area) go here."""

    title: str
    level: int = 1
    content: str = Content.NOTHING
    areas: tuple[int, ...] = ()
    tasks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Numbered:
    """`key` is the place ("II.1.a"), `label` what is printed before the title ("a)")."""

    key: str
    label: str
    heading: Heading


def as_dict(heading: Heading) -> dict:
    return asdict(heading) | {"content": str(heading.content)}


def from_dict(kept: dict) -> Heading:
    return Heading(**kept | {"areas": tuple(kept["areas"]), "tasks": tuple(kept["tasks"])})


def numbered(headings: list[Heading]) -> list[Numbered]:
    """Numbers as the decree has them: I., 1., a)."""
    counts, result = [0] * DEEPEST, []
    for heading in headings:
        if not heading.level:
            key = "mo-dau" if heading.content == Content.OPENING else "ket"
            result.append(Numbered(key, "", heading))
            continue
        counts[heading.level - 1] += 1
        counts[heading.level :] = [0] * (DEEPEST - heading.level)
        parts = (roman(counts[0]), str(counts[1]), _letter(counts[2]))[: heading.level]
        label = f"{parts[-1]})" if heading.level == DEEPEST else f"{parts[-1]}."
        result.append(Numbered(".".join(parts), label, heading))
    return result


def roman(number: int) -> str:
    signs = ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))
    text = ""
    for value, sign in signs:
        while number >= value:
            text, number = text + sign, number - value
    return text


def _letter(number: int) -> str:
    return LETTERS[number - 1] if 0 < number <= len(LETTERS) else str(number)


def place_of(headings: list[Heading], code: str, area: int) -> int | None:
    """The position of the heading that tells of a task; None where the outline has no place."""
    for position, heading in enumerate(headings):
        if code in heading.tasks:
            return position
    for position, heading in enumerate(headings):
        if area in heading.areas:
            return position
    return None


def outline_for(period: ReportPeriod) -> list[Heading]:
    """The newest version that holds for the period's year, else ours."""
    kept = version_for(period.plan, period.kind, period.year)
    return headings_of(kept) if kept else default_outline(period.kind)


def version_for(plan: Plan, kind: str, year: int) -> OutlineVersion | None:
    return OutlineVersion.objects.filter(plan=plan, kind=kind, from_year__lte=year).first()


def headings_of(version: OutlineVersion) -> list[Heading]:
    return [from_dict(heading) for heading in version.headings]


class StaleOutline(Exception):
    """Somebody else saved this kind's outline first; `newest` is theirs."""

    def __init__(self, newest: OutlineVersion):
        self.newest = newest


@transaction.atomic
def keep_outline(
    *, plan: Plan, kind: str, from_year: int, headings: list[Heading], seen: int, by, at: datetime
) -> OutlineVersion:
    """A new version of the headings; reports already begun keep theirs. `seen`: the kind's newest
    version (0: none) when the person began. The same saved twice is one version."""
    require_sound(plan, headings)
    Plan.objects.select_for_update(no_key=True).get(pk=plan.pk)
    kept = [
        as_dict(heading) | {"areas": list(heading.areas), "tasks": list(heading.tasks)}
        for heading in headings
    ]
    newest = plan.outlines.filter(kind=kind).order_by("-pk").first()
    if newest and newest.pk != seen:
        same = newest.headings == kept
        if same and (newest.from_year, newest.by) == (from_year, by):
            return newest
        raise StaleOutline(newest)
    version = OutlineVersion.objects.create(
        plan=plan,
        kind=kind,
        from_year=from_year,
        headings=kept,
        by=by,
        at=at,
    )
    told = {"kind": kind, "from_year": from_year, "headings": len(headings)}
    audit.record(by=by, verb="outline_kept", target=version, at=at, **told)
    return version


def require_sound(plan: Plan, headings: list[Heading]) -> None:
    """Every task of the plan has one place, levels go down one by one, titles are there."""
    titled = [heading for heading in headings if heading.level]
    if not titled:
        raise NotAllowed("Đề cương phải có ít nhất một đề mục.")
    depth = 0
    for heading in titled:
        if not clean(heading.title):
            raise NotAllowed("Có đề mục chưa ghi tên.")
        if heading.level > depth + 1:
            raise NotAllowed(
                f"Đề mục “{heading.title}” thiếu đề mục cấp trên: cấp {heading.level} phải ở dưới "
                f"một đề mục cấp {heading.level - 1}."
            )
        depth = heading.level
    _require_told(headings)
    codes = set(plan.tasks.values_list("code", flat=True))
    areas = set(plan.areas.values_list("number", flat=True))
    for given, known, what in (
        ([c for h in headings for c in h.tasks], codes, "nhiệm vụ"),
        ([n for h in headings for n in h.areas], areas, "lĩnh vực"),
    ):
        unknown = [str(item) for item in given if item not in known]
        if unknown:
            raise NotAllowed(f"Kế hoạch không có {what} {', '.join(unknown)}.")
        twice = sorted({str(item) for item in given if given.count(item) > 1})
        if twice:
            raise NotAllowed(f"Có {what} đặt ở hai đề mục: {', '.join(twice)}.")
    lost = [
        task.code
        for task in plan.tasks.select_related("area")
        if place_of(headings, task.code, task.area.number) is None
    ]
    if lost:
        raise NotAllowed(f"Chưa có đề mục cho nhiệm vụ {', '.join(lost)} hoặc lĩnh vực của nó.")


def _require_told(headings: list[Heading]) -> None:
    """What is put under a heading is written there, and each of the report's parts once."""
    for heading in headings:
        writes = heading.content in (Content.RESULTS, Content.INDICES)
        if (heading.areas or heading.tasks) and not writes:
            raise NotAllowed(
                f"Đề mục “{heading.title}” có lĩnh vực hoặc nhiệm vụ: chọn nội dung "
                f"“{Content.RESULTS.label}”."
            )
        if not heading.level and heading.content not in (Content.OPENING, Content.CLOSING):
            raise NotAllowed("Chỉ câu mở đầu và câu kết đứng ngoài đề mục.")
    once = [h.content for h in headings if h.content not in ("", Content.RESULTS)]
    for content in once:
        if once.count(content) > 1:
            raise NotAllowed(f"“{Content(content).label}” đặt ở hai đề mục; chỉ để ở một.")


_TOLD = Content.RESULTS
_OUTLINE = (
    Heading("", 0, Content.OPENING),
    Heading("Công tác chỉ đạo, điều hành cải cách hành chính"),
    Heading(
        "Về ban hành văn bản chỉ đạo, điều hành và kế hoạch cải cách hành chính", 2, _TOLD, (1,)
    ),
    Heading("Về kiểm tra cải cách hành chính", 2, _TOLD),
    Heading("Về công tác tuyên truyền cải cách hành chính", 2, _TOLD),
    Heading("Về sáng kiến, giải pháp mới trong cải cách hành chính", 2, _TOLD),
    Heading("Về thực hiện nhiệm vụ được UBND tỉnh, Chủ tịch UBND tỉnh giao", 2, _TOLD),
    Heading("Kết quả thực hiện cải cách hành chính"),
    Heading("Cải cách thể chế", 2),
    Heading("Xây dựng, ban hành văn bản quy phạm pháp luật", 3, _TOLD, (2,)),
    Heading("Kiểm tra, rà soát, hệ thống hóa văn bản quy phạm pháp luật", 3, _TOLD, (), ("II.4",)),
    Heading("Theo dõi tình hình thi hành pháp luật", 3, _TOLD, (), ("II.5",)),
    Heading("Cải cách thủ tục hành chính", 2),
    Heading("Kiểm soát quy định, công bố, công khai thủ tục hành chính", 3, _TOLD, (3,)),
    Heading("Rà soát, đơn giản hóa thủ tục hành chính", 3, _TOLD, (), ("III.2",)),
    Heading("Thực hiện cơ chế một cửa, một cửa liên thông", 3, _TOLD, (), ("III.3", "III.5")),
    Heading("Tiếp nhận, xử lý phản ánh, kiến nghị", 3, _TOLD, (), ("III.4",)),
    Heading("Cải cách tổ chức bộ máy hành chính", 2, _TOLD, (4,)),
    Heading("Cải cách chế độ công vụ", 2, _TOLD, (5,)),
    Heading("Cải cách tài chính công", 2, _TOLD, (6,)),
    Heading("Xây dựng và phát triển chính quyền điện tử, chính quyền số", 2, _TOLD, (7,)),
    Heading("Kết quả cải thiện các chỉ số (PAR INDEX, SIPAS, PAPI, PCI)", 2, Content.INDICES, (8,)),
    Heading("Đánh giá chung"),
    Heading("Kết quả đạt được", 2, Content.ACHIEVED),
    Heading("Tồn tại, hạn chế", 2, Content.SHORTCOMINGS),
    Heading("Nguyên nhân", 2, Content.CAUSES),
    Heading("Phương hướng, nhiệm vụ trọng tâm {next}", 1, Content.AHEAD),
    Heading("Kiến nghị, đề xuất", 1, Content.PROPOSALS),
    Heading("", 0, Content.CLOSING),
)
_FULFILMENT = Heading(
    "Mức độ hoàn thành kế hoạch năm, so sánh với năm trước", 2, Content.FULFILMENT
)
_TERM = Heading("Kết quả thực hiện qua các năm của giai đoạn", 2, Content.TERM)


def default_outline(kind: str) -> list[Heading]:
    """The annual report also judges the year's plan, the closing one every year of the term."""
    headings = list(_OUTLINE)
    added = {PeriodKind.YEAR: _FULFILMENT, PeriodKind.CLOSING: _TERM}.get(kind)
    if added:
        causes = next(i for i, h in enumerate(headings) if h.content == Content.CAUSES)
        headings.insert(causes + 1, added)
    return headings


def filled(heading: Heading, period: ReportPeriod) -> Heading:
    """With {next} and {year} in words."""
    title = heading.title.replace("{next}", next_words(period)).replace("{year}", str(period.year))
    return replace(heading, title=title)


def next_words(period: ReportPeriod) -> str:
    year = period.year
    return {
        PeriodKind.QUARTER_1: f"quý II năm {year}",
        PeriodKind.HALF: f"6 tháng cuối năm {year}",
        PeriodKind.QUARTER_3: f"quý IV năm {year}",
        PeriodKind.NINE_MONTHS: f"quý IV năm {year}",
        PeriodKind.YEAR: f"năm {year + 1}",
        PeriodKind.AD_HOC: "thời gian tới",
        PeriodKind.CLOSING: "giai đoạn tiếp theo",
    }[period.kind]


TITLE = "BÁO CÁO"
RECIPIENTS = (
    "CT, PCT UBND tỉnh (b/cáo);",
    "Sở Nội vụ;",
    "VPUB: CVP, PCVP, các phòng, ban, đơn vị trực thuộc;",
    "Lưu: VT, {coordinator}.",
)


@dataclass(frozen=True)
class Letterhead:
    """The head of the office's documents. Number and day stay open until văn thư gave them."""

    superior: str
    agency: str
    place: str
    symbol: str
    number: str = ""
    day: str = ""  # "05 tháng 01 năm 2025"

    @property
    def number_line(self) -> str:
        return f"Số: {self.number}" if self.number else f"Số:\u2002\u2002\u2002\u2002/{self.symbol}"

    @property
    def date_line(self) -> str:
        return f"{self.place}, ngày {self.day or '… tháng … năm …'}"


def letterhead_of(plan: Plan) -> Letterhead:
    """ "Văn phòng UBND tỉnh Quảng Ngãi" is the VĂN PHÒNG of UBND TỈNH QUẢNG NGÃI, in Quảng Ngãi."""
    found = re.fullmatch(
        r"(.+?) ((?:UBND|Ủy ban nhân dân) (?:tỉnh|thành phố|huyện|xã|phường) (.+))", plan.issuer
    )
    agency, superior, place = found.groups() if found else (plan.issuer, "", "…")
    return Letterhead(superior.upper(), agency.upper(), place, f"BC-{plan.unit.code}")

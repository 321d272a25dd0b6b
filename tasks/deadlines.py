"""Reads the literal deadline of a plan's row and gives its last on-time days.

Pure text and date work. A phrase is read in four steps:
1. fold: NFC, lower case, single spaces, one dash, one spelling ("hằng" = "hàng");
2. split off the condition ("sau khi ...", "(khi có yêu cầu)"), see `splits`;
3. read the rest as  [years] [lead: trước, chậm nhất, đến ...] [points] [years], where points
   are days, months, quarters or cycles ("hàng quý"), see `_dated`;
4. every word must be used: what is left over makes the phrase `unrecognised`. It never guesses.

Decisions:
- "Trước D" excludes D; before a month, quarter or year: the day before it begins.
- Day, month or quarter without year is refused unless "hàng năm" or "năm báo cáo" is said;
  "Cuối năm", "Cuối quý", "6 tháng đầu năm" name a cycle and recur.
- A list names several deadlines ("Quý I, quý III hàng năm"); a dash or "từ ... đến ..." is one
  stretch, whose last day counts ("Quý III-IV/2022"). Spans of years count each year.
- A recurring day must exist in every period: "29/02 hàng năm", "ngày 31 hàng tháng" are refused,
  since moving it silently, or skipping a period, would be a guess.
- "Trước 01/01 hàng năm" gives 31/12 of the year before; with named first or last years it is
  refused, as the words do not say in which year the first deadline counts.
"""

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from typing import NamedTuple

from tasks.deadline_words import BLANK, WAITING, Unread, event, fold, splits, tidy

MIN_YEAR, MAX_YEAR = 1900, 2200
MAX_LENGTH = 1000  # characters; a deadline cell is a phrase, and reading time grows with it


class Kind(str, Enum):
    """What sort of deadline the words set; members equal, and print as, their strings."""

    RECURRING = "recurring"
    ONCE = "once"
    ON_EVENT = "on_event"
    STANDING = "standing"
    UNRECOGNISED = "unrecognised"
    __str__ = str.__str__


@dataclass(frozen=True)
class Deadline:
    """What a deadline text means.

    `text` is what was given, unchanged; `event` the words of the condition as written (NFC,
    single spaces) or None; `event_days` the days counted from the event (calendar or working
    days, as the words of `event` say) or None. `first_year` and `last_year` are the bounds the
    words name; for `once` both are the year of the due date. The rest is the workings: `marks`
    (month, day; day 0 is the month's last), `excludes` ("trước": the day before each mark),
    `years` (named one by one) and `reason` (why it is unrecognised).
    """

    text: str
    kind: Kind
    event: str | None = None
    event_days: int | None = None
    first_year: int | None = None
    last_year: int | None = None
    marks: tuple[tuple[int, int], ...] = ()
    excludes: bool = False
    years: tuple[int, ...] = ()
    reason: str = ""

    def due_dates(self, year: int) -> list[date]:
        """The last on-time days that lie in `year`, in order, without repeats."""
        if not MIN_YEAR <= year <= MAX_YEAR:
            return []
        # "Trước 01/01" of the next year is due in this one, hence the two years looked at.
        named = self.years or range(self.first_year or MIN_YEAR, (self.last_year or 9998) + 1)
        years = [y for y in (year, year + 1) if y in named]
        days = {_on(y, mark, self.excludes) for y in years for mark in self.marks}
        return sorted(day for day in days if day.year == year)

    def explain(self, year: int) -> str:
        """One Vietnamese sentence on one line: how it was understood, and the days in `year`."""
        words = tidy(self.text[:MAX_LENGTH])
        shown = f"“{words if len(words) <= 120 else words[:119] + '…'}”"
        if self.kind == Kind.UNRECOGNISED:
            return f"Không đọc được thời hạn {shown}: {self.reason}; cần người xác định hạn."
        if self.kind == Kind.ON_EVENT:
            days = f", tính {self.event_days} ngày từ điều kiện ấy" if self.event_days else ""
            return f"{shown} là hạn chờ điều kiện{days}: chưa phát sinh thì chưa có ngày hạn."
        if BLANK.fullmatch(words):
            return "Ô thời hạn để trống: chưa xác định hạn, cần người quyết định."
        since = f" từ năm {self.first_year}" if self.first_year else ""
        until = f" đến năm {self.last_year}" if self.last_year else ""
        span = " các năm " + ", ".join(map(str, self.years)) if self.years else since + until
        condition = f", kèm điều kiện “{self.event}”" if self.event else ""
        if self.kind == Kind.STANDING:
            return f"{shown} là việc thường xuyên{span}{condition}: không có ngày hạn."
        how = "hạn một lần" if self.kind == Kind.ONCE else f"hạn lặp lại{span or ' hằng năm'}"
        how += ", chữ “trước” không tính chính ngày được nêu" if self.excludes else ""
        due = ", ".join(f"{day:%d/%m/%Y}" for day in self.due_dates(year))
        when = f"ngày cuối cùng còn đúng hạn là {due}" if due else "không có ngày hạn nào"
        return f"{shown} là {how}{condition}: năm {year} {when}."


def _on(year: int, mark: tuple[int, int], excludes: bool = False) -> date:
    month, day = mark
    day = day or calendar.monthrange(year, month)[1]
    return date(year, month, day) - timedelta(days=excludes)


_Y = r"[0-9]{4}"
_NEXT = r"(?:,? ?(?:và )?(?:những|các) năm (?:tiếp theo|kế tiếp|sau đó|sau|tiếp|tới)| trở đi)"
_YEAR_FORMS = {  # longest first: the first that fits is taken
    "until": rf"hàng năm,? (?:cho )?đến (?:hết )?(?:năm )?{_Y}",
    "span": rf"(?:(?:trong )?giai đoạn )?(?:từ )?(?:(?:các )?năm )?{_Y}"
    rf"(?: ?- ?| đến (?:hết )?)(?:năm )?{_Y}",
    "since": rf"(?:(?:kể |bắt đầu )?từ (?:năm )?{_Y}{_NEXT}?|(?:năm )?{_Y}{_NEXT})",
    "list": rf"(?:các )?năm {_Y}(?:(?:, và|,| và) (?:năm )?{_Y})+",
    "every": r"(?:hàng năm|năm báo cáo)",
    "one": rf"(?:năm )?{_Y}",
}
_YEARS = "|".join(_YEAR_FORMS.values())
_HEAD = re.compile(rf"({_YEARS})(?:[ ,;:]+(.*))?")
_TAIL = re.compile(
    rf"(.*?)(?:(?<! và)(?:^|[ ,;:]+)(?:của |trong |vào )?({_YEARS})|(?<=[0-9a-z])/({_Y}))"
)


def _year_bounds(named: list[str]) -> dict | None:
    """Folds year clauses into first_year/last_year/years; None when no year is said."""
    forms = {next(k for k, form in _YEAR_FORMS.items() if re.fullmatch(form, n)): n for n in named}
    numbers = {tuple(map(int, re.findall(_Y, n))) for n in named} - {()}
    if not named:
        return None
    if len(numbers) > 1 or len(forms.keys() - {"every"}) > 1 or {"every", "one"} <= forms.keys():
        raise Unread("các năm được nêu mâu thuẫn nhau")
    if not numbers:
        return {}
    years = numbers.pop()
    if not all(MIN_YEAR <= year <= MAX_YEAR for year in years):
        raise Unread(f"năm phải trong khoảng {MIN_YEAR}-{MAX_YEAR}")
    if any(a >= b for a, b in zip(years, years[1:], strict=False)):
        raise Unread("năm sau không lớn hơn năm trước")
    if "since" in forms:
        return {"first_year": years[0]}
    if "until" in forms:
        return {"last_year": years[0]}
    gaps = "list" in forms and years[-1] - years[0] >= len(years)
    return {"first_year": years[0], "last_year": years[-1], "years": years if gaps else ()}


_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4} | {f"{z}{n}": n for n in range(1, 5) for z in ("", 0)}
_QUARTER_ENDS = (3, 6, 9, 12)
_CYCLES = {  # words -> months whose last day counts; without "đầu" or "cuối" at the end they recur
    r"hàng tháng|(?:ngày )?cuối (?:hàng )?tháng": tuple(range(1, 13)),
    r"hàng quý|(?:ngày |tháng )?cuối (?:hàng )?quý": _QUARTER_ENDS,
    r"hàng 6 tháng": (6, 12),
    r"6 tháng đầu(?: năm)?": (6,),
    r"9 tháng đầu(?: năm)?": (9,),
    r"(?:6 tháng |ngày )?cuối(?: năm)?|hàng năm": (12,),
}
# Bare words of report cycles ("6 tháng, năm"); outside a list they say too little.
_IN_LIST = {"quý": _QUARTER_ENDS, "6 tháng": (6, 12), "9 tháng": (9,), "năm": (12,)}
_DAY_OF_QUARTER = r"ngày ([0-9]{1,2}) (?:của )?tháng (đầu|giữa|cuối) (?:của )?(?:hàng )?quý"
_BARE_NUMBER = r"(?![0-9]{1,2}/[0-9]{1,2}(?![0-9]))[0-9ivx]+(?:/|$)"
_REWRITES = [  # other ways to write the same, applied in this order
    (r" ?/ ?", "/"),
    (r"(?<=\w)/(?=hàng|định)", ", "),
    (r"\b([0-9]{1,2})[-.]([0-9]{1,2})[-.]([0-9]{4})\b", r"\1/\2/\3"),
    (r"\bngày ([0-9]{1,2})(?:[-.]| tháng )([0-9]{1,2})(?![0-9])", r"ngày \1/\2"),
    (r"\b(tháng [0-9]{1,2}|quý [0-9iv]+)[-.]([0-9]{4})\b", r"\1/\2"),
    (r"\bq\.? ?(iv|i{1,3}|[1-4])\b", r"quý \1"),
    (r"\b0([69]) tháng\b", r"\1 tháng"),
    (r"\b(?:một|0?1) lần(?:/| mỗi | một | trong )(năm|quý|tháng)\b", r"hàng \1"),
    (r"\bmỗi 6 tháng\b|\b6 tháng(?:/| một | 0?1 )lần\b", "hàng 6 tháng"),
    (r"\b(?:(?:hàng|mỗi|một|0?1) )?(năm|quý|tháng) (?:một|0?1) lần\b", r"hàng \1"),
    (r"\b(?:(?:mỗi|từng) (?=năm)|(?:mỗi|từng|các) (?=quý|tháng))(\w+)\b(?! [0-9i])", r"hàng \1"),
    (r"\bđịnh kỳ,? (?:mỗi )?(6 tháng|năm|quý|tháng)\b(?! [0-9i]| đầu| cuối)", r"hàng \1"),
    (r"\bcuối (?:cùng )?(?:của )?(?=hàng|năm|quý|tháng)", "cuối "),
    # Before an hour of the working day, that day itself is still on time.
    (r"\btrước (?:[6-9]|1[0-9]|2[0-3]) ?(?:giờ|h)(?: ?[0-9]{2})?(?: phút)?,? ngày\b", "đến ngày"),
    (r"^hàng tháng[ ,:]+(.*?)(ngày [0-9]{1,2})$", r"\1\2 hàng tháng"),
    (r"^hàng quý[ ,:]+(?=.*ngày [0-9]{1,2} (?:của )?tháng (?:đầu|giữa|cuối))", ""),
]
_NOISE = (
    r"(?:[-+*•:, ]|(?:thời gian |thời hạn )?(?:hoàn thành|thực hiện|xong)\b|thời hạn\b|định kỳ\b"
    r"|báo cáo (?=trước|chậm|định|hàng))*"
)
_LEADS = {  # tried in order
    "before": r"(?:đến )?trước ",
    "until": r"(?:chậm nhất|muộn nhất|không quá|không muộn hơn|cho đến|đến|hết)"
    r"(?: (?:là|đến|vào|hết|trong))* ",
    "within": r"(?:trong|vào) ",
    "": "",
}
_STANDING = re.compile(
    r"(?:thường xuyên(?:(?:,| và|, và)? liên tục)?|liên tục(?:(?:,| và)? thường xuyên)?)"
    r"(?:,? (?:trong (?:cả |suốt )?năm|quanh năm|suốt năm))?"
)


class _Point(NamedTuple):
    """One named point: its days (month, day) and, for "trước", its first days (none: unclear)."""

    ends: tuple[tuple[int, int], ...]
    starts: tuple[tuple[int, int], ...] = ()
    unit: str = ""  # "ngày", "tháng", "quý", or "" for cycles
    recurs: bool = False  # says by itself that it comes back every year
    many: bool = False  # comes back within the year
    year: int | None = None


def _days(day: str, months, many: bool) -> _Point:
    days = tuple((month, int(day)) for month in months)
    if not all(1 <= month <= 12 and 1 <= day <= 31 for month, day in days):
        raise Unread("không có ngày, tháng ấy")
    return _Point(days, days, "ngày", recurs=many, many=many)


def _point(words: str, listed: bool) -> _Point:
    """Reads one point; `listed` when it stands in a list. Raises Unread."""
    if own := re.fullmatch(r"(.*?)(?:/| năm )([0-9]{4})", words):
        return _point(own[1], listed)._replace(year=int(own[2]))
    if m := re.fullmatch(r"(?:ngày )?([0-9]{1,2})/([0-9]{1,2})", words):
        return _days(m[1], [int(m[2])], many=False)
    if m := re.fullmatch(r"ngày ([0-9]{1,2}) (?:của )?hàng tháng", words):
        return _days(m[1], range(1, 13), many=True)
    if m := re.fullmatch(_DAY_OF_QUARTER, words):
        return _days(m[1], range({"đầu": 1, "giữa": 2, "cuối": 3}[m[2]], 13, 3), many=True)
    if m := re.fullmatch(r"(cuối )?(tháng|quý) ([0-9]{1,2}|[ivx]+)", words):
        number = _ROMAN.get(m[3], 0) if m[2] == "quý" else int(m[3]) if m[3].isdigit() else 0
        if not 1 <= number <= (4 if m[2] == "quý" else 12):
            raise Unread(f"không có {m[2]} {m[3].upper()}")
        first, last = (number * 3 - 2, number * 3) if m[2] == "quý" else (number, number)
        return _Point(((last, 0),), () if m[1] else ((first, 1),), m[2])
    bare = _IN_LIST.get(words, ()) if listed else ()
    months = bare or next((m for form, m in _CYCLES.items() if re.fullmatch(form, words)), ())
    if months:
        recurs = not words.endswith(("đầu", "cuối"))  # their "năm 2023" was read with the years
        many = bool(bare) or words.startswith("hàng") or len(months) > 1
        return _Point(tuple((month, 0) for month in months), (), "", recurs, many)
    raise Unread("còn từ ngữ chưa hiểu", firm=False)


def _points(words: str) -> tuple[list[_Point], _Point | None]:
    """Reads a list, or a stretch: (points that fall due, the stretch's start or None)."""
    stretch = re.fullmatch(r"(?:từ )?(.+?)(?: ?- ?| (?:cho )?đến (?:hết )?)(.+)", words)
    items = [*stretch.groups()] if stretch else re.split(r" ?[,;] ?(?:và )?| và ", words)
    points: list[_Point] = []
    for item in items:  # "tháng 11, 12": the bare number takes the word before it
        if points and points[-1].unit in ("tháng", "quý") and re.match(_BARE_NUMBER, item):
            item = f"{points[-1].unit} {item}"
        points.append(_point(item, listed=len(items) > 1 and not stretch))
    if len({point.unit == "ngày" for point in points}) > 1:
        raise Unread("vừa nêu ngày vừa nêu cả kỳ")
    if stretch and any(point.many for point in points):
        raise Unread("khoảng thời gian không rõ")
    return (points[1:], points[0]) if stretch else (points, None)


def _after(pattern: str, words: str) -> str | None:
    """What follows the pattern at the start of `words`, or None when it does not fit."""
    return words[m.end() :] if (m := re.match(pattern, words)) else None


def _dated(folded: str) -> dict:
    """Reads words without condition into the fields of a Deadline. Raises Unread."""
    words = folded.strip(" .,;:")
    for pattern, to in _REWRITES:
        words = re.sub(pattern, to, words)
    named = []
    words = _after(_NOISE, words)
    if head := _HEAD.fullmatch(words):
        named.append(head[1])
        words = _after(_NOISE, head[2] or "")
    lead = next((name for name, form in _LEADS.items() if re.match(form, words)), "")
    words = _after(_LEADS[lead], words)
    if re.fullmatch(rf"[0-9]{{1,2}}/{_Y}", words):
        words = "tháng " + words
    while tail := _TAIL.fullmatch(words):
        named.append(tail[2] or tail[3])
        words = tail[1]
    if _STANDING.fullmatch(words) and lead in ("", "within"):
        if any(re.match("hàng|năm báo", name) for name in named):
            raise Unread("vừa “thường xuyên” vừa “hàng năm”")
        return {"kind": Kind.STANDING, **(_year_bounds(named) or {})}
    if words:
        points, start = _points(words)
    else:
        points, start = [_Point(((12, 0),), ((1, 1),))], None
        lone = len(named) == 1 and re.fullmatch(_YEAR_FORMS["one"], named[0])
        if lead in ("before", "until") and not lone:
            raise Unread("không rõ hạn của nhiều năm", firm=bool(named))
        if "hàng năm" in named or "năm báo cáo" in named:
            points = [points[0]._replace(recurs=True)]
    return _combine(points, start, lead, _year_bounds(named))


def _combine(points: list[_Point], start: _Point | None, lead: str, years) -> dict:
    """Joins points, lead and years into Deadline fields, refusing what does not fit."""
    if years is None and not all(point.recurs for point in points):
        raise Unread("không nêu năm, cũng không nêu “hàng năm”")
    years = years or {}
    first, last = years.get("first_year"), years.get("last_year")
    single = first if first == last else None
    if any(point.year not in (None, single) for point in points):
        raise Unread("các năm được nêu mâu thuẫn nhau")
    excludes = lead == "before"
    many = any(point.many for point in points)
    if excludes and any(not point.starts for point in points):
        raise Unread("không rõ “trước” tính từ ngày nào")
    if lead == "until" and any(point.many and not point.unit for point in points):
        raise Unread("không rõ hạn của kỳ nào")
    marks = tuple(m for p in points for m in (p.starts if excludes else p.ends))
    for mark in marks:
        _check_day(mark, single)
    if start:
        _check_stretch(start, marks[0], lead, single)
    if not single or many:
        if years and excludes and (1, 1) in marks:
            raise Unread("hạn rơi vào năm liền trước năm được nêu")
        return {"kind": Kind.RECURRING, "marks": marks, "excludes": excludes, **years}
    due = {_on(single, mark, excludes).year for mark in marks}
    if len(due) > 1 or min(due) < MIN_YEAR:
        raise Unread("hạn rơi vào năm khác với năm được nêu")
    bounds = {"first_year": min(due), "last_year": min(due), "years": (single,)}
    return {"kind": Kind.ONCE, "marks": marks, "excludes": excludes, **bounds}


def _check_day(mark: tuple[int, int], year: int | None) -> None:
    """The day must exist: in `year`, or in every year (2023 is no leap year) when it recurs."""
    month, day = mark
    if day > calendar.monthrange(year or 2023, month)[1]:
        where = f"năm {year}" if year else "mọi năm"
        raise Unread(f"không có ngày {day:02d}/{month:02d} ở {where}")


def _check_stretch(start: _Point, end: tuple[int, int], lead: str, year: int | None) -> None:
    """A stretch has no "trước" or "chậm nhất", and its start comes before its end."""
    begins = start.year or year or 2023
    if lead in ("before", "until") or (start.year and not year) or begins < MIN_YEAR:
        raise Unread("khoảng thời gian không rõ")
    _check_day(start.ends[0], begins)
    if begins > (year or 2023) or _on(begins, start.ends[0]) >= _on(year or 2023, end):
        raise Unread("thời điểm cuối không sau thời điểm đầu")


def _understand(words: str) -> dict:
    folded = fold(words)
    if BLANK.fullmatch(folded):
        return {"kind": Kind.STANDING}
    for condition, dated, sure in splits(words):
        try:
            found = _dated(fold(tidy(dated)))
        except Unread as error:
            if error.firm:
                raise
            continue
        if not sure:
            raise Unread("không rõ mốc thời gian là hạn hay thuộc điều kiện")
        return found | (event(condition) if condition else {})
    if not WAITING.match(folded):
        raise Unread("còn từ ngữ chưa hiểu")
    if re.search(r"\bhàng (?:năm|quý|tháng)\b", folded):
        raise Unread("vừa chờ điều kiện vừa lặp lại theo kỳ")
    return {"kind": Kind.ON_EVENT, **event(words)}


def parse(text: str) -> Deadline:
    """Reads a deadline as the plan words it. Never raises on a str, and never guesses."""
    try:
        if len(text) > MAX_LENGTH:
            raise Unread("quá dài")
        return Deadline(text, **_understand(tidy(text)))
    except Unread as error:
        return Deadline(text, Kind.UNRECOGNISED, reason=str(error))


# Data windows of the periodic reports: (from: year offset, month, day), (to: month, day).
# Source: Nghị định 09/2019/NĐ-CP, điều 12; công văn 581/BNV-CCHC (no quý II, no quý IV).
# "9-thang" is not in the decree; provinces add it, with the same rule.
_WINDOWS = {
    "quy-1": ((-1, 12, 15), (3, 14)),
    "6-thang": ((-1, 12, 15), (6, 14)),
    "quy-3": ((0, 6, 15), (9, 14)),
    "9-thang": ((-1, 12, 15), (9, 14)),
    "nam": ((-1, 12, 15), (12, 14)),
}


def reporting_window(kind: str, year: int) -> tuple[date, date]:
    """First and last day, both included, of a report's data. Unknown kind: ValueError."""
    if kind not in _WINDOWS:
        raise ValueError(f"Không có kỳ báo cáo “{kind}”.")
    (offset, month, day), end = _WINDOWS[kind]
    return date(year + offset, month, day), date(year, *end)


def days_left(due: date, on: date) -> int:
    """Days from `on` to the last on-time day: 0 on that day itself, negative once overdue."""
    return (due - on).days

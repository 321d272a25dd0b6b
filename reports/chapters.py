"""What stands under each heading of the report. Nothing is invented: results are the units' own,
verified; figures are the ledger's; a heading without either says so, and is marked as a gap."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from cchc.templatetags.cchc import percent, status_label
from reports import outline, prose
from reports.figures import rate_percent
from reports.prose import prose_date, two
from reports.reading import Reading
from reports.targets import TargetLine
from reports.words import Words
from tasks.buckets import DONE, OPEN, Bucket, Row
from tasks.ledger import Ledger
from tasks.models import Plan
from tasks.workflow import State


@dataclass(frozen=True)
class Source:
    """Where a paragraph comes from: the unit's part of a task, and the day."""

    code: str
    period_code: str
    unit: str
    day: date | None


@dataclass(frozen=True)
class Paragraph:
    """`gap`: there is nothing to tell, a person has to look; `hint` says where, on screen only."""

    text: str
    sources: tuple[Source, ...] = ()
    gap: bool = False
    hint: str = ""


class Chapters:
    """The paragraphs of one report. Ask for the headings in the outline's order: a document is
    cited in full where it first stands."""

    def __init__(
        self,
        *,
        plan: Plan,
        year: int,
        start: date,
        end: date,
        ledger: Ledger,
        last_year: Ledger | None,
        told: list[Row],
        reading: Reading,
        targets: tuple[TargetLine, ...],
        next_due: list[tuple[str, date | None]],
    ):
        self.plan, self.year, self.start, self.end = plan, year, start, end
        self.ledger, self.last_year, self.told = ledger, last_year, told
        self.reading, self.targets, self.next_due = reading, targets, next_due
        self.citations = prose.Citations()

    def opening(self) -> str:
        plan = self.plan
        cited = f"Kế hoạch {prose.lower_first(plan.subject)}"
        if plan.number and plan.issued_on:
            cited = (
                f"Kế hoạch số {plan.number} ngày {prose_date(plan.issued_on)} của {plan.issuer} "
                f"về {prose.lower_first(plan.subject)}"
            )
        return (
            f"Thực hiện {cited}, {plan.issuer} báo cáo kết quả công tác cải cách hành chính "
            f"năm {self.year} (số liệu từ ngày {prose_date(self.start)} "
            f"đến ngày {prose_date(self.end)}), như sau:"
        )

    def closing(self) -> str:
        return (
            f"Trên đây là báo cáo công tác cải cách hành chính năm {self.year} "
            f"(kèm theo các Phụ lục), {self.plan.issuer} kính báo cáo./."
        )

    def under(self, key: str) -> Iterator[Paragraph]:
        special = {
            "III.1": self._achieved,
            "III.2": self._shortcomings,
            "III.3": self._causes,
            "IV": self._ahead,
            "V": self._proposals,
        }
        if key in special:
            yield from special[key]()
        elif not any(heading.key.startswith(f"{key}.") for heading in outline.OUTLINE):
            yield from self._results(key)

    # I and II: the units' verified words

    def _results(self, key) -> Iterator[Paragraph]:
        told = [row for row in self.told if outline.place_of(row.code, row.area) == key]
        for row in told:
            text = prose.told(row, self.reading.on(row), self.citations)
            yield Paragraph(text, (self._source(row),))
        figures = [
            line
            for line in self.targets
            if key == outline.INDICES and line.is_index and line.measured
        ]
        for line in figures:
            yield Paragraph(self._target_sentence(line), hint=f"Chỉ tiêu {line.code}")
        if not told and not figures:
            yield Paragraph(prose.NO_RESULT, gap=True, hint=self._hint(key))

    def _hint(self, key) -> str:
        open_ = [
            occurrence
            for occurrence in self.ledger.occurrences
            if outline.place_of(occurrence.code, occurrence.area) == key
        ]
        if not open_:
            return "Kế hoạch không có nhiệm vụ riêng cho mục này; người soạn bổ sung nếu có."
        states = (f"{self._code(o)}: {status_label(o.tile).lower()}" for o in open_)
        return "; ".join(states)

    def _source(self, row: Row) -> Source:
        day = row.done_on or self.reading.on(row).recorded_on
        return Source(row.code, row.period_code, row.unit_short, day)

    def _target_sentence(self, line: TargetLine) -> str:
        text = prose.without_stop(line.text)
        note = f"; {prose.without_stop(line.note)}" if line.note else ""
        return f"Chỉ tiêu “{text}”: {line.result}, {line.verdict.lower()}{note}."

    # III: the ledger's figures

    def _achieved(self) -> Iterator[Paragraph]:
        ledger, day = self.ledger, prose_date(self.end)
        carried = sum(occurrence.carried for occurrence in ledger.occurrences)
        aside = f" (trong đó {two(carried)} từ năm trước chuyển sang)" if carried else ""
        text = f"Tính đến ngày {day}, trong năm có {two(len(ledger.occurrences))} nhiệm vụ{aside}"
        if ledger.occurrences:
            text += f": {prose.counted(ledger.counts)}"
        text += "."
        if ledger.prior:
            codes = prose.listed(occurrence.code for occurrence in ledger.prior)
            text += f" Ngoài ra, {two(len(ledger.prior))} nhiệm vụ đã hoàn thành từ năm trước ({codes})."
        yield Paragraph(text, hint="Sổ theo dõi; chi tiết tại Phụ lục I, II")
        if ledger.rows:
            yield Paragraph(
                f"Tính theo phần việc của từng đơn vị chủ trì, có {two(len(ledger.rows))} phần việc: "
                f"{prose.counted(ledger.row_counts)}."
            )
        yield from self._rates()
        if self.targets:
            measured = [line for line in self.targets if line.measured]
            told = f"{two(len(measured))} chỉ tiêu đã" if measured else "chưa có chỉ tiêu nào"
            text = f"Trong {two(len(self.targets))} chỉ tiêu của Kế hoạch, {told} có số liệu"
            verdicts = Counter(line.verdict.lower() for line in measured)
            if measured:
                text += ": " + ", ".join(f"{two(n)} {word}" for word, n in verdicts.items())
            yield Paragraph(f"{text} (Phụ lục II).", gap=not measured, hint="Mục Chỉ tiêu")

    def _rates(self) -> Iterator[Paragraph]:
        rate = rate_percent(self.ledger.counts)
        if rate is None:
            return
        reached = sum(self.ledger.counts[bucket] for bucket in (*DONE, Bucket.OPEN_OVERDUE))
        text = (
            f"Tỷ lệ hoàn thành đúng hạn trên số nhiệm vụ đã hoàn thành hoặc đã đến hạn là "
            f"{percent(rate)} ({self.ledger.counts[Bucket.DONE_ON_TIME]}/{reached})"
        )
        before = rate_percent(self.last_year.counts) if self.last_year else None
        if before is not None:
            text += f"; cùng kỳ năm {self.year - 1} là {percent(before)}"
        yield Paragraph(f"{text}.")

    def _shortcomings(self) -> Iterator[Paragraph]:
        late = [row for row in self.ledger.rows if row.bucket in _SHORT]
        if not late:
            yield Paragraph(
                f"Đến ngày {prose_date(self.end)}, không có nhiệm vụ quá hạn hoặc hoàn thành quá hạn."
            )
        late.sort(key=lambda row: row.unit_id)
        by_unit = [list(rows) for _, rows in groupby(late, key=lambda row: row.unit_id)]
        for rows in sorted(by_unit, key=len, reverse=True):
            parts = [
                f"{two(len(found))} phần việc {prose.BUCKET_WORDS[bucket]} "
                f"({', '.join(self._how_late(row) for row in found)})"
                for bucket in _SHORT
                if (found := [row for row in rows if row.bucket == bucket])
            ]
            yield Paragraph(
                f"- {rows[0].unit}: {'; '.join(parts)}.",
                tuple(self._source(row) for row in rows),
            )
        unmet = [line.code for line in self.targets if line.missed]
        if unmet:
            yield Paragraph(f"- Chỉ tiêu chưa đạt: {prose.listed(unmet)} (Phụ lục II).")

    def _how_late(self, row: Row) -> str:
        gone = ((row.done_on or self.end) - row.due_on).days
        return f"{self._name(row)}, quá hạn {two(gone)} ngày"

    def _code(self, thing) -> str:
        """II.4; a period of another year or a quarter is named too, unless it waits anyway."""
        plain = thing.period_code == str(self.year) or thing.bucket == Bucket.WAITING
        return thing.code if plain else f"{thing.code}/{thing.period_code}"

    def _name(self, thing) -> str:
        return f"nhiệm vụ {self._code(thing)}"

    def _troubled(self) -> list[tuple[Row, Words]]:
        """Open work whose unit reported a difficulty that still stands."""
        found = [(row, self.reading.on(row)) for row in self.ledger.rows]
        return [
            (row, words)
            for row, words in found
            if words.difficulty and row.blocked and row.state not in (State.DONE, State.STOPPED)
        ]

    def _causes(self) -> Iterator[Paragraph]:
        for row, words in self._troubled():
            name = self._name(row)
            text = (
                f"- {name[0].upper()}{name[1:]} ({row.unit}): {prose.lower_first(words.difficulty)}"
            )
            yield Paragraph(prose.full_stop(text), (self._source(row),))
        if not self._troubled():
            late = any(row.bucket in _SHORT for row in self.ledger.rows)
            yield Paragraph(
                "Trong kỳ các đơn vị chưa báo cáo khó khăn, vướng mắc.",
                gap=late,
                hint="Có việc quá hạn nhưng đơn vị chưa nêu nguyên nhân." if late else "",
            )

    # IV and V

    def _ahead(self) -> Iterator[Paragraph]:
        yield from self._unfinished()
        due: dict[date | None, list[str]] = {}
        for code, day in self.next_due:
            due.setdefault(day, []).append(code)
        if not due:
            yield Paragraph(
                f"Kế hoạch kết thúc năm {self.plan.last_year}; nhiệm vụ năm {self.year + 1} "
                "thực hiện theo kế hoạch của giai đoạn tiếp theo.",
                gap=True,
                hint="Người soạn bổ sung phương hướng của giai đoạn tiếp theo.",
            )
            return
        yield Paragraph(
            f"Năm {self.year + 1}, tổ chức thực hiện {two(len(self.next_due))} nhiệm vụ theo Kế hoạch "
            "(Phụ lục III), trong đó:",
            hint="Thời hạn theo Phụ lục Kế hoạch",
        )
        for day, codes in sorted(due.items(), key=lambda item: item[0] or date.max):
            when = (
                f"Chậm nhất ngày {prose_date(day)}" if day else "Thường xuyên, không ấn định ngày"
            )
            yield Paragraph(f"- {when}: {two(len(codes))} nhiệm vụ ({', '.join(codes)}).")

    def _unfinished(self) -> Iterator[Paragraph]:
        going_on = (*OPEN, Bucket.WAITING)
        left = [o for o in self.ledger.occurrences if o.bucket in going_on]
        if not left:
            return
        names = {bucket: [] for bucket in going_on}
        for occurrence in left:
            names[occurrence.bucket].append(self._code(occurrence))
        parts = [
            f"{two(len(codes))} {prose.BUCKET_WORDS[bucket]} ({', '.join(codes)})"
            for bucket, codes in names.items()
            if codes
        ]
        yield Paragraph(
            f"Tiếp tục theo dõi, hoàn thành {two(len(left))} nhiệm vụ của năm {self.year}: "
            f"{'; '.join(parts)}.",
            hint="Sổ theo dõi; chi tiết tại Phụ lục I",
        )

    def _proposals(self) -> Iterator[Paragraph]:
        found = [(row, words) for row, words in self._troubled() if words.proposal]
        for row, words in found:
            text = f"- {prose.without_stop(words.proposal)} ({row.unit}, {self._name(row)})."
            yield Paragraph(text, (self._source(row),))
        if not found:
            yield Paragraph("Trong kỳ các đơn vị chưa có kiến nghị, đề xuất.")


_SHORT = (Bucket.OPEN_OVERDUE, Bucket.DONE_LATE)

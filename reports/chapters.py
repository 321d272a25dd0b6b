"""What stands under each heading of the report. Nothing is invented: results are the units' own,
verified; figures are the ledger's; a heading without either says so, and is marked as a gap."""

from collections.abc import Collection, Iterator
from itertools import groupby

from cchc.templatetags.cchc import status_label
from reports import outline, prose
from reports.assessment import Assessment
from reports.composed import Composed
from reports.material import Material
from reports.models import PeriodKind
from reports.naming import Naming
from reports.outline import Content
from reports.prose import prose_date, two
from reports.targets import TargetLine
from tasks.buckets import Row

SEVERAL = 3  # from so many units on, a task's results are a list under one sentence


class Chapters:
    """The paragraphs of one report. Ask for the headings in the outline's order: a document is
    cited in full where it first stands.

    `silent` are the keys of paragraphs that a person left out: their documents are not yet cited.
    """

    def __init__(self, material: Material, headings, silent: Collection[str] = ()):
        self.material, self.headings, self.silent = material, headings, silent
        self.naming = Naming(material)
        self.assessment = Assessment(material, self.naming)
        self.citations = prose.Citations()

    def under(self, position: int) -> Iterator[Composed]:
        content = self.headings[position].content
        if content == Content.OPENING:
            yield self._opening()
        elif content == Content.CLOSING:
            yield self._closing()
        elif content in (Content.RESULTS, Content.INDICES):
            yield from self._results(position, with_indices=content == Content.INDICES)
        elif content:
            yield from self.assessment.under(content)

    def _opening(self) -> Composed:
        plan, period = self.material.plan, self.material.period
        cited = f"Kế hoạch {prose.lower_first(plan.subject)}"
        if plan.number and plan.issued_on:
            cited = (
                f"Kế hoạch số {plan.number} ngày {prose_date(plan.issued_on)} của {plan.issuer} "
                f"về {prose.lower_first(plan.subject)}"
            )
        what = matter(period)
        result = "" if what.startswith("kết quả") else "kết quả "
        return Composed(
            "mo-dau",
            f"Thực hiện {cited}, {plan.issuer} báo cáo {result}{what} "
            f"(số liệu từ ngày {prose_date(self.material.start)} "
            f"đến ngày {prose_date(self.material.end)}), như sau:",
        )

    def _closing(self) -> Composed:
        what = matter(self.material.period)
        return Composed(
            "ket",
            f"Trên đây là báo cáo {what} (kèm theo các Phụ lục), "
            f"{self.material.plan.issuer} kính báo cáo./.",
        )

    # I and II: the units' verified words

    def _results(self, position, *, with_indices) -> Iterator[Composed]:
        told = [row for row in self.material.told if self._place(row) == position]
        if self.material.period.kind == PeriodKind.CLOSING:
            yield from self._over_the_term(told)
        else:
            for _, rows in groupby(told, key=lambda row: (row.code, row.year, row.period)):
                yield from self._one_task(list(rows))
        figures = [t for t in self.material.targets if with_indices and t.is_index and t.measured]
        for line in figures:
            yield Composed(
                f"chi-tieu:{line.code}", target_sentence(line), hint=f"Chỉ tiêu {line.code}"
            )
        if not told and not figures:
            yield Composed("trong", prose.NO_RESULT, gap=True, hint=self._hint(position))

    def _place(self, thing) -> int | None:
        return outline.place_of(self.headings, thing.code, thing.area)

    def _one_task(self, rows: list[Row]) -> Iterator[Composed]:
        """A paragraph for each unit; of many units a sentence about the task first, then a list."""
        several = len(rows) >= SEVERAL
        if several:
            of_year = "" if rows[0].year == self.naming.year else f" của năm {rows[0].year}"
            yield Composed(
                f"nhom:{rows[0].code}/{rows[0].period_code}",
                f"Thực hiện nhiệm vụ “{self.naming.opening(rows[0])}”{of_year}, "
                f"{two(len(rows))} đơn vị đã có kết quả:",
                tuple(self.naming.source(row) for row in rows),
            )
        for row in rows:
            key = f"viec:{row.assignment_id}"
            memory = prose.Citations(self.citations) if key in self.silent else self.citations
            text = prose.told(row, self.material.reading.on(row), memory)
            yield Composed(key, f"- {text}" if several else text, (self.naming.source(row),))

    def _over_the_term(self, told: list[Row]) -> Iterator[Composed]:
        """Of five years a paragraph for each task: in which years it was done, and the last result."""
        for code, found in groupby(told, key=lambda row: row.code):
            rows = list(found)
            last = max(rows, key=lambda row: row.done_on)
            late = [row for row in rows if row.due_on and row.done_on > row.due_on]
            text = (
                f"Nhiệm vụ {code} “{self.naming.opening(last)}”: hoàn thành "
                f"{two(len(rows))} phần việc {prose.in_years(row.year for row in rows)}"
            )
            if len(late) == len(rows):
                text += ", quá hạn"
            elif late:
                text += f", trong đó {two(len(late))} hoàn thành quá hạn"
            key = f"nhiem-vu:{code}"
            memory = prose.Citations(self.citations) if key in self.silent else self.citations
            newest = prose.told(last, self.material.reading.on(last), memory)
            yield Composed(
                key,
                f"{text}. Kết quả gần nhất: {newest}",
                tuple(self.naming.source(row) for row in rows),
            )

    def _hint(self, position) -> str:
        open_ = [o for o in self.material.ledger.occurrences if self._place(o) == position]
        if not open_:
            return "Kế hoạch không có nhiệm vụ riêng cho mục này; người soạn bổ sung nếu có."
        states = (f"{self.naming.code(o)}: {status_label(o.tile).lower()}" for o in open_)
        return "; ".join(states)


def matter(period) -> str:
    """What the report is about: of one out of turn its own subject."""
    return prose.lower_first(period.subject) if period.subject else subject_words(period)


def subject_words(period) -> str:
    """công tác cải cách hành chính quý I năm 2024"""
    return f"công tác cải cách hành chính {period.name}"


def target_sentence(line: TargetLine) -> str:
    text = prose.without_stop(line.text)
    note = f"; {prose.without_stop(line.note)}" if line.note else ""
    return f"Chỉ tiêu “{text}”: {line.result}, {line.verdict.lower()}{note}."

"""What the ledger and the units' difficulties say: achieved, left undone, why, what comes, what is
asked for. Figures in words; each with where it comes from."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from itertools import groupby

from reports import prose
from reports.composed import Composed
from reports.figures import rate_percent
from reports.material import Material, own_occurrences
from reports.models import PeriodKind
from reports.naming import Naming
from reports.outline import Content, next_words
from reports.prose import prose_date, two
from reports.words import Words
from tasks.buckets import DONE, OPEN, Bucket, Row, count
from tasks.workflow import State

LATE = (Bucket.OPEN_OVERDUE, Bucket.DONE_LATE)


def _good_first(verdict: str) -> int:
    """đạt, chưa đạt, không phát sinh"""
    return 0 if verdict.startswith("đạt") else 1 if verdict.startswith("chưa") else 2


class Assessment:
    def __init__(self, material: Material, naming: Naming):
        self.material, self.naming = material, naming
        self.ledger, self.period = material.ledger, material.period
        self.end = material.end
        self.troubled = self._troubled()

    def under(self, content: str) -> Iterator[Composed]:
        yield from {
            Content.ACHIEVED: self._achieved,
            Content.FULFILMENT: self._fulfilment,
            Content.TERM: self._term,
            Content.SHORTCOMINGS: self._shortcomings,
            Content.CAUSES: self._causes,
            Content.AHEAD: self._ahead,
            Content.PROPOSALS: self._proposals,
        }[content]()

    # what was achieved: the ledger's figures

    def _achieved(self) -> Iterator[Composed]:
        if self.period.kind == PeriodKind.CLOSING:
            yield self._whole_term()
        elif self.period.kind != PeriodKind.YEAR:
            yield self._in_window()
        yield self._whole_year()
        yield from self._late_last_year()
        if self.ledger.rows:
            yield Composed(
                "ket-qua:phan-viec",
                f"Tính theo phần việc của từng đơn vị chủ trì, có {two(len(self.ledger.rows))} phần "
                f"việc: {prose.counted(self.ledger.row_counts)}.",
            )
        yield from self._rates()
        if self.period.kind != PeriodKind.YEAR:
            yield from self._compared()
        yield from self._targets()

    def _in_window(self) -> Composed:
        found = [o for o in self.ledger.occurrences if o.in_window]
        text = f"Trong kỳ có {two(len(found))} nhiệm vụ đến hạn hoặc có kết quả"
        text += f": {prose.counted(count(found))}." if found else "."
        return Composed("ket-qua:trong-ky", text, hint="Sổ theo dõi; chi tiết tại Phụ lục I")

    def _whole_term(self) -> Composed:
        plan, term = self.material.plan, self.material.term
        text = f"Cả giai đoạn {plan.first_year}-{plan.last_year}, cộng các năm có {two(len(term))} "
        text += "lượt nhiệm vụ theo Kế hoạch"
        text += f": {prose.counted(count(term))}." if term else "."
        return Composed("ket-qua:giai-doan", text, hint="Sổ theo dõi, từng năm")

    def _late_last_year(self) -> Iterator[Composed]:
        """Last year's tasks whose documents came after its data day: told here, counted there."""
        if not self.period.is_cumulative or self.period.kind == PeriodKind.CLOSING:
            return
        known = {row.assignment_id for row in self.ledger.rows}
        found = [
            row
            for row in self.material.told
            if row.year == self.ledger.year - 1 and row.assignment_id not in known
        ]
        codes = list(dict.fromkeys(row.code for row in found))
        if codes:
            yield Composed(
                "ket-qua:nam-truoc",
                f"Báo cáo kỳ này còn gồm kết quả của {two(len(codes))} nhiệm vụ thuộc kế hoạch năm "
                f"{self.ledger.year - 1}, hoàn thành sau ngày chốt số liệu của báo cáo năm trước "
                f"({', '.join(codes)}).",
                tuple(self.naming.source(row) for row in found),
            )

    def _whole_year(self) -> Composed:
        ledger, day = self.ledger, prose_date(self.end)
        carried = sum(occurrence.carried for occurrence in ledger.occurrences)
        aside = f" (trong đó {two(carried)} nhiệm vụ từ năm trước chuyển sang)" if carried else ""
        closing = self.period.kind == PeriodKind.CLOSING
        when = f"riêng năm {ledger.year}" if closing else "trong năm"
        text = f"Tính đến ngày {day}, {when} có {two(len(ledger.occurrences))} nhiệm vụ{aside}"
        if ledger.occurrences:
            text += f": {prose.counted(ledger.counts)}"
        text += "."
        if ledger.prior:
            codes = prose.listed(occurrence.code for occurrence in ledger.prior)
            text += f" Ngoài ra, {two(len(ledger.prior))} nhiệm vụ đã hoàn thành từ năm trước ({codes})."
        return Composed("ket-qua:nhiem-vu", text, hint="Sổ theo dõi; chi tiết tại Phụ lục I, II")

    def _rates(self) -> Iterator[Composed]:
        closing = self.period.kind == PeriodKind.CLOSING
        counts = count(self.material.term) if closing else self.ledger.counts
        rate = rate_percent(counts)
        if rate is None:
            return
        reached = sum(counts[bucket] for bucket in (*DONE, Bucket.OPEN_OVERDUE))
        text = "Cả giai đoạn, tỷ" if closing else "Tỷ"
        text += (
            f" lệ hoàn thành đúng hạn trên số nhiệm vụ đã hoàn thành hoặc đã đến hạn là "
            f"{prose.share(rate)} ({two(counts[Bucket.DONE_ON_TIME])}/{two(reached)})"
        )
        last = self.material.last_year
        before = rate_percent(last.counts) if last else None
        if before is not None:
            text += f"; cùng kỳ năm {last.year} là {prose.share(before)}"
        yield Composed("ket-qua:ty-le", f"{text}.")

    def _compared(self) -> Iterator[Composed]:
        last = self.material.last_year
        if last is None:
            return
        counts = self.ledger.counts
        parts = [
            f"{prose.BUCKET_WORDS[bucket]} {two(counts[bucket])} nhiệm vụ "
            f"({prose.against(counts[bucket], last.counts[bucket])})"
            for bucket in (*DONE, *OPEN)
            if counts[bucket] or last.counts[bucket]
        ]
        total = sum(last.counts.values())
        yield Composed(
            "ket-qua:cung-ky",
            f"So với cùng kỳ năm {last.year} ({two(total)} nhiệm vụ): {', '.join(parts)}.",
            hint=f"Số liệu cùng kỳ theo {last.source}",
        )

    def _targets(self) -> Iterator[Composed]:
        lines = self.material.targets
        if not lines:
            return
        measured = [line for line in lines if line.measured]
        told = f"{two(len(measured))} chỉ tiêu đã" if measured else "chưa có chỉ tiêu nào"
        text = f"Trong {two(len(lines))} chỉ tiêu của Kế hoạch, {told} có số liệu"
        verdicts = Counter(sorted((line.verdict.lower() for line in measured), key=_good_first))
        if measured:
            text += ": " + ", ".join(f"{two(n)} {word}" for word, n in verdicts.items())
        yield Composed(
            "ket-qua:chi-tieu", f"{text} (Phụ lục II).", gap=not measured, hint="Mục Chỉ tiêu"
        )

    # how far the year's plan was carried out; how far each year's of the term was

    def _fulfilment(self) -> Iterator[Composed]:
        counts, total = self.ledger.counts, len(self.ledger.occurrences)
        done = sum(counts[bucket] for bucket in DONE)
        text = f"Kế hoạch năm {self.period.year} đã hoàn thành {two(done)}/{two(total)} nhiệm vụ"
        if total:
            text += f", đạt {prose.share(done * 100 / total)}"
        yield Composed("hoan-thanh:nam", f"{text}.", hint="Sổ theo dõi; chi tiết tại Phụ lục I")
        yield from self._compared()

    def _term(self) -> Iterator[Composed]:
        for ledger in self.material.years:
            own = own_occurrences(ledger)
            counts = count(own)
            done = sum(counts[bucket] for bucket in DONE)
            text = f"- Năm {ledger.year}: {two(done)}/{two(len(own))} nhiệm vụ hoàn thành"
            rate = rate_percent(counts)
            if rate is not None:
                text += f", tỷ lệ đúng hạn {prose.share(rate)}"
            told = prose.counted(counts)
            yield Composed(f"giai-doan:{ledger.year}", f"{text} ({told})." if told else f"{text}.")

    # what was not, and why

    def _shortcomings(self) -> Iterator[Composed]:
        late = [row for row in self.material.rows if row.bucket in LATE]
        if not late:
            yield Composed(
                "ton-tai:khong",
                f"Đến ngày {prose_date(self.end)}, không có nhiệm vụ quá hạn hoặc hoàn thành quá hạn.",
            )
        late.sort(key=lambda row: row.unit_id)
        by_unit = [list(rows) for _, rows in groupby(late, key=lambda row: row.unit_id)]
        for rows in sorted(by_unit, key=len, reverse=True):
            parts = [
                f"{two(len(found))} phần việc {prose.BUCKET_WORDS[bucket]} "
                f"({self._how_late(found)})"
                for bucket in LATE
                if (found := [row for row in rows if row.bucket == bucket])
            ]
            yield Composed(
                f"ton-tai:{rows[0].unit_id}",
                f"- {rows[0].unit}: {'; '.join(parts)}.",
                tuple(self.naming.source(row) for row in rows),
            )
        unmet = [line.code for line in self.material.targets if line.missed]
        if unmet:
            yield Composed(
                "ton-tai:chi-tieu", f"- Chỉ tiêu chưa đạt: {prose.listed(unmet)} (Phụ lục II)."
            )

    def _how_late(self, rows: list[Row]) -> str:
        """nhiệm vụ I.3, quá hạn 12 ngày; of several the word once."""
        days = [((row.done_on or self.end) - row.due_on).days for row in rows]
        if len(rows) == 1:
            return f"{self.naming.name(rows[0])}, quá hạn {two(days[0])} ngày"
        named = zip(map(self.naming.code, rows), days, strict=True)
        return "nhiệm vụ " + ", ".join(f"{code} quá hạn {two(gone)} ngày" for code, gone in named)

    def _troubled(self) -> list[tuple[Row, Words]]:
        """Open work whose unit reported a difficulty that still stands."""
        found = [(row, self.material.reading.on(row)) for row in self.material.rows]
        return [
            (row, words)
            for row, words in found
            if words.difficulty and row.blocked and row.state not in (State.DONE, State.STOPPED)
        ]

    def _causes(self) -> Iterator[Composed]:
        for row, words in self.troubled:
            name = self.naming.name(row)
            text = (
                f"- {name[0].upper()}{name[1:]} ({row.unit}): {prose.lower_first(words.difficulty)}"
            )
            key = f"nguyen-nhan:{row.assignment_id}"
            yield Composed(key, prose.full_stop(text), (self.naming.source(row),))
        if not self.troubled:
            late = any(row.bucket in LATE for row in self.material.rows)
            yield Composed(
                "nguyen-nhan:khong",
                "Trong kỳ các đơn vị chưa báo cáo khó khăn, vướng mắc.",
                gap=late,
                hint="Có việc quá hạn nhưng đơn vị chưa nêu nguyên nhân." if late else "",
            )

    # what comes, and what the units ask for

    def _ahead(self) -> Iterator[Composed]:
        yield from self._unfinished()
        if self.period.kind in (PeriodKind.YEAR, PeriodKind.CLOSING) and not self.material.next_due:
            plan = self.material.plan
            yield Composed(
                "phuong-huong:het",
                f"Kế hoạch kết thúc năm {plan.last_year}; nhiệm vụ năm {plan.last_year + 1} "
                "thực hiện theo kế hoạch của giai đoạn tiếp theo.",
                gap=True,
                hint="Người soạn bổ sung phương hướng của giai đoạn tiếp theo.",
            )
            return
        when = next_words(self.period)
        if not self.material.next_due:
            text = f"{when[0].upper()}{when[1:]} không có nhiệm vụ mới đến hạn theo Kế hoạch."
            yield Composed("phuong-huong:khong", text)
            return
        yield Composed(
            "phuong-huong:ky-toi",
            f"{when[0].upper()}{when[1:]}, tổ chức thực hiện {two(len(self.material.next_due))} "
            "nhiệm vụ theo Kế hoạch (Phụ lục về nhiệm vụ kỳ tới), cụ thể:",
            hint="Thời hạn theo Phụ lục Kế hoạch",
        )
        yield from self._by_day()

    def _by_day(self) -> Iterator[Composed]:
        due: dict[date | None, list[str]] = {}
        for item in self.material.next_due:
            due.setdefault(item.due_on, []).append(item.task.code)
        for day, codes in sorted(due.items(), key=lambda item: item[0] or date.max):
            when = (
                f"Chậm nhất ngày {prose_date(day)}" if day else "Thường xuyên, không ấn định ngày"
            )
            yield Composed(
                f"phuong-huong:{day or 'thuong-xuyen'}",
                f"- {when}: {two(len(codes))} nhiệm vụ ({', '.join(codes)}).",
            )

    def _unfinished(self) -> Iterator[Composed]:
        going_on = (*OPEN, Bucket.WAITING)
        left = [o for o in self.ledger.occurrences if o.bucket in going_on]
        if not left:
            return
        names = {bucket: [] for bucket in going_on}
        for occurrence in left:
            names[occurrence.bucket].append(self.naming.code(occurrence))
        # Within the year what is in time follows below by its day; it is not listed twice.
        unlisted = () if self.period.kind in (PeriodKind.YEAR, PeriodKind.CLOSING) else OPEN[:1]
        parts = [
            f"{two(len(codes))} {prose.BUCKET_WORDS[bucket]}"
            + (f" ({', '.join(codes)})" if bucket not in unlisted else "")
            for bucket, codes in names.items()
            if codes
        ]
        yield Composed(
            "phuong-huong:con-lai",
            f"Tiếp tục theo dõi, hoàn thành {two(len(left))} nhiệm vụ của năm {self.ledger.year}: "
            f"{'; '.join(parts)}.",
            hint="Sổ theo dõi; chi tiết tại Phụ lục I",
        )

    def _proposals(self) -> Iterator[Composed]:
        found = [(row, words) for row, words in self.troubled if words.proposal]
        for row, words in found:
            yield Composed(
                f"kien-nghi:{row.assignment_id}",
                f"- {prose.without_stop(words.proposal)} ({row.unit}, {self.naming.name(row)}).",
                (self.naming.source(row),),
            )
        if not found:
            yield Composed("kien-nghi:khong", "Trong kỳ các đơn vị chưa có kiến nghị, đề xuất.")

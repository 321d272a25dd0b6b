"""The document cells of one row of a filled sheet: which document, and of which products."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from cchc.text import fold
from reports.unit_sheet import ALL_PRODUCTS, DOCUMENT, Cited, KnownDocument, SheetProduct, Slot
from tasks.citing import Citation, document_key
from tasks.forms import DocumentForm

CITING = tuple(name for name in DOCUMENT if name != "answers")
Known = dict[tuple[int, str, date], KnownDocument]  # (unit, key, day of issue)


@dataclass(frozen=True)
class _Choice:
    """A product in the shape that the form asks for."""

    pk: int
    position: int
    text: str


class SheetDocument:
    def __init__(self, row: int, line: dict[str, str], slot: Slot):
        self.row, self.line, self.slot = row, line, slot
        chosen = _products(line["answers"], slot.products)
        self.products_are_read = chosen is not None
        self.products = chosen or ()
        self.form = DocumentForm(
            {name: line[name] for name in CITING} | {"products": list(self.products)},
            products=[_Choice(p.pk, p.number, p.text) for p in slot.products],
        )

    @property
    def label(self) -> str:
        line = self.line
        words = f"{line['kind']} {line['number']} ngày {line['issued_on']}: {line['summary']}"
        answers = line["answers"]
        which = (
            f"{answers} sản phẩm" if fold(answers) == fold(ALL_PRODUCTS) else f"sản phẩm {answers}"
        )
        return f"{words.strip()} ({which})" if answers else words.strip()

    def is_valid(self) -> bool:
        return self.products_are_read and self.form.is_valid()

    def citation(self) -> Citation:
        return self.form.citation()

    def stands(self, known: Known) -> bool:
        """It is proof already, for all the products that the row names, in the same words."""
        if not self.is_valid():
            return False
        cited = self.citation()
        place = self._place(cited)
        if place not in known or fold(known[place].summary) != fold(cited.summary):
            return False
        return _served(self.slot.standing, place).issuperset(cited.products or (None,))

    def problems(self, known: Known) -> Iterator[tuple[str, str, str | None]]:
        """(column, what is wrong, what is accepted instead of the column's own). What is right
        joins `known`: the same document further down must have the same words."""
        if not self.products_are_read:
            count = len(self.slot.products)
            if count:
                yield "answers", f"Việc này có {count} sản phẩm.", None
            else:
                yield "answers", "Kế hoạch để trống sản phẩm của việc này.", "Để trống."
        for name, sentences in self.form.errors.items():
            for sentence in sentences:
                yield ("answers" if name == "products" else name), sentence, None
        if not self.form.is_valid():
            return
        cited = self.citation()
        there = known.setdefault(self._place(cited), KnownDocument(cited.summary))
        if fold(there.summary) != fold(cited.summary):
            why = f"Văn bản này đã được ghi với trích yếu “{there.summary}”."
            yield "summary", why, "Đúng trích yếu đó; văn bản khác thì sửa số, ngày."

    def _place(self, cited: Citation) -> tuple:
        return self.slot.unit_id, document_key(cited.number, cited.issuer), cited.issued_on


def _served(standing: tuple[Cited, ...], place: tuple) -> set[int | None]:
    return {piece.product for piece in standing if (piece.key, piece.issued_on) == place[1:]}


def _products(text: str, products: tuple[SheetProduct, ...]) -> tuple[int, ...] | None:
    """Primary keys behind "1", "1, 2", "tất cả"; () for an empty cell, None when unreadable."""
    if products and fold(text) == fold(ALL_PRODUCTS):
        return tuple(product.pk for product in products)
    numbers = text.replace(";", ",").replace(".", ",").split(",") if text else []
    by_number = {str(product.number): product.pk for product in products}
    chosen = [by_number.get(number.strip()) for number in numbers]
    return None if None in chosen else tuple(dict.fromkeys(chosen))

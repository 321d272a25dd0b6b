"""The paragraphs and tables of a .docx as a reader sees them (ECMA-376 part 1, chapter 17).

Read straight from word/document.xml with defusedxml: no relationship is followed, no field
computed. Text boxes, headers, footers and notes are no part of a plan's body and left out.
"""

import zipfile
from io import BytesIO

from cchc.sheet_child import TooMuch
from cchc.text import clean_prose
from tasks.plan_import.limits import MOST_COLUMNS, Meter
from tasks.plan_import.numbering import Numbering
from tasks.plan_import.ooxml import child, children, is_on, local, value

_WRAPPERS = {"ins", "moveTo", "hyperlink", "smartTag", "sdt", "sdtContent", "fldSimple"}
_WRAPPERS |= {"customXml", "bdo", "dir", "ruby", "rubyBase", "oMath", "oMathPara", "r"}
_SIGNS = {"tab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}


def read(content: bytes) -> tuple[list[dict], list[str]]:
    """Parts as plain values (see tables.py), and notes on what was left out."""
    from defusedxml.ElementTree import fromstring

    with zipfile.ZipFile(BytesIO(content)) as archive:
        names = set(archive.namelist())

        def part(name: str):
            name = f"word/{name}.xml"
            return fromstring(archive.read(name), forbid_dtd=True) if name in names else None

        document, styles, numbering = part("document"), part("styles"), part("numbering")
    reader = _Reader(document, styles, numbering)
    return list(reader.blocks(child(document, "body"))), reader.notes()


class _Reader:
    def __init__(self, document, styles, numbering):
        self._numbering = Numbering(numbering, styles)
        self._hidden_styles = {
            value(style, "styleId")
            for style in children(styles, "style")
            if is_on(child(child(style, "rPr"), "vanish"))
        }
        # Word leaves a mark where its last print broke the page; else only hard breaks are known.
        kinds = {_break_of(element) for element in document.iter()}
        self._breaks = "printed" if "printed" in kinds else "hard"
        self._pages_known = kinds != {""}
        self._page = 1
        self._meter = Meter()
        self._left_out = set()

    def notes(self) -> list[str]:
        return sorted(self._left_out)

    def blocks(self, container):
        pending = ""  # of a paragraph whose end was deleted: it goes on in the next one
        for element in _flat(container):
            if local(element) == "tbl":
                yield self._grid(element)
                continue
            self._meter.add(paragraphs=1)
            page = self._page_now()
            text, goes_on = self._paragraph(element)
            pending += text
            self._meter.add(letters=len(pending))
            if not goes_on:
                if words := clean_prose(pending):
                    yield {"text": words, "page": page}
                pending = ""
        if words := clean_prose(pending):
            yield {"text": words, "page": self._page_now()}

    def _page_now(self) -> int | None:
        return self._page if self._pages_known else None

    def _paragraph(self, paragraph) -> tuple[str, bool]:
        """Its text, and whether its end was deleted."""
        properties = child(paragraph, "pPr")
        mark = child(properties, "rPr")
        goes_on = child(mark, "del") is not None or child(mark, "moveFrom") is not None
        self._turn_page(child(properties, "pageBreakBefore"))
        hidden = value(child(properties, "pStyle")) in self._hidden_styles
        text = "" if hidden else self._inline(paragraph)
        label = ""
        if not goes_on and not hidden and not is_on(child(mark, "vanish")):
            label = self._numbering.label(properties)
        return f"{label} {text}" if label else text, goes_on

    def _inline(self, container) -> str:
        words = []
        for element in container:
            name = local(element)
            if name == "r" and self._is_hidden(element):
                self._left_out.add("Có chữ ẩn trong tệp: đã bỏ qua.")
            elif name in ("del", "moveFrom"):
                self._left_out.add("Có chữ đã xóa còn ở chế độ theo dõi sửa đổi: đã bỏ qua.")
            elif _break_of(element):
                self._turn_page(element)
            elif name == "t":
                words.append(element.text or "")
            elif name in _SIGNS:
                words.append(_SIGNS[name])
            elif name in _WRAPPERS:
                words.append(self._inline(element))
        return "".join(words)

    def _turn_page(self, element):
        self._page += element is not None and _break_of(element) == self._breaks

    def _is_hidden(self, run) -> bool:
        properties = child(run, "rPr")
        vanish = child(properties, "vanish")
        if vanish is not None:
            return is_on(vanish)
        return value(child(properties, "rStyle")) in self._hidden_styles

    def _grid(self, table) -> dict:
        rows, above = [], []
        for number, row in enumerate(_flat(table, "tr"), start=1):
            properties = child(row, "trPr")
            if child(properties, "del") is not None or is_on(child(properties, "hidden")):
                self._left_out.add("Có dòng đã xóa hoặc ẩn trong bảng: đã bỏ qua.")
                continue
            self._meter.add(rows=1)
            page = self._page_now()
            above = self._row(row, properties, above)
            rows.append({"number": number, "cells": above, "page": page})
        width = max((len(row["cells"]) for row in rows), default=0)
        for row in rows:
            row["cells"] = row["cells"] + [["", False, False]] * (width - len(row["cells"]))
        return {"rows": rows, "sheet": ""}

    def _row(self, row, properties, above: list) -> list:
        """The positions of a row as [text, across, down]; `above` are those of the row before."""
        cells = [["", False, False]] * _count(child(properties, "gridBefore"), least=0)
        first_page = last_page = self._page
        for cell in _flat(row, "tc"):
            self._page = first_page  # every cell of a row that runs over a page has its own mark
            text, merged = self._cell(cell)
            last_page = max(last_page, self._page)
            own = child(cell, "tcPr")
            across = child(own, "hMerge")  # how Word 97 merged sideways
            if across is not None and value(across) != "restart" and cells:
                cells.append([cells[-1][0], True, cells[-1][2]])
                continue
            start = len(cells)
            down = merged and start < len(above)
            text = above[start][0] if down else text
            span = _count(child(own, "gridSpan"), least=1)
            cells += [[text, step > 0, down] for step in range(span)]
            if len(cells) > MOST_COLUMNS:
                raise TooMuch
        self._page = last_page
        return cells

    def _cell(self, cell) -> tuple[str, bool]:
        """Its lines, and whether it is the lower part of a cell merged downwards."""
        own = child(cell, "tcPr")
        merge = child(own, "vMerge")
        merged = merge is not None and value(merge) != "restart"
        lines = []
        for part in self.blocks(cell):
            if "text" in part:
                lines.append(part["text"])
            else:  # a table inside the cell: its words, row by row
                for row in part["rows"]:
                    lines += [text for text, across, down in row["cells"] if not (across or down)]
        text = "" if child(own, "cellDel") is not None else "\n".join(filter(None, lines))
        self._meter.add(letters=len(text))
        return text, merged


def _break_of(element) -> str:
    """How the element breaks the page: "printed" (Word's own mark), "hard", or "" for not at all."""
    name = local(element)
    if name == "lastRenderedPageBreak":
        return "printed"
    hard = name == "pageBreakBefore" and is_on(element)
    return "hard" if hard or name == "br" and value(element, "type") == "page" else ""


def _flat(container, wanted: str = ""):
    """The blocks of a container (or its rows, or cells), out of whatever wraps them."""
    names = {wanted} if wanted else {"p", "tbl"}
    for element in container if container is not None else ():
        name = local(element)
        if name in names:
            yield element
        elif name in ("sdt", "sdtContent", "customXml", "ins", "moveTo"):
            yield from _flat(element, wanted)


def _count(element, least: int) -> int:
    """A number of columns; more than Word allows stops the reading."""
    words = value(element)
    number = int(words) if words.isdecimal() and len(words) < 9 else least
    if number > MOST_COLUMNS:
        raise TooMuch
    return max(number, least)

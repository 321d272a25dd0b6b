"""The plan's own Excel export brought back: it has a row for each unit's part of each period, and
columns of results that are no words of the plan."""

from cchc.text import fold
from tasks.plan_import.headings import header_at
from tasks.plan_import.tables import Cell, Document, Grid, GridRow

# The export's first columns, by which it is known.
_CODE, _AREA, _PERIOD = 0, 1, 2
_KNOWN_BY = ("ma", "linh vuc", "ky")
_WORDS = range(3, 8)  # the plan's five columns


def as_plan(document: Document) -> Document:
    """The document with each sheet of the export as the plan's own table; any other is as it was."""
    heads = [(grid, _head_of(grid)) for grid in document.grids]
    if not any(head is not None for _, head in heads):
        return document
    parts = [_plan_table(grid, head) for grid, head in heads if head is not None]
    return Document(tuple(parts), document.notes)


def _head_of(grid: Grid) -> int | None:
    """The place of the export's header row."""
    for place, row in enumerate(grid.rows[:20]):
        first = tuple(fold(cell.text) for cell in row.cells[:3])
        if first == _KNOWN_BY and len(row.cells) > max(_WORDS) and header_at(grid.rows, place):
            return place
    return None


def _plan_table(grid: Grid, head: int) -> Grid:
    """One row for each task, under the titles of its areas."""
    header = grid.rows[head]
    rows = [GridRow(header.number, (Cell("TT"), *(header.cells[n] for n in _WORDS)))]
    area, seen = None, set()
    for row in grid.rows[head + 1 :]:
        code, title = row.cells[_CODE].text, row.cells[_AREA].text
        if not code or code in seen:
            continue
        seen.add(code)
        if title != area:
            area = title
            rows.append(GridRow(row.number, _title_row(title)))
        number = Cell(code.rpartition(".")[2])
        rows.append(GridRow(row.number, (number, *(row.cells[n] for n in _WORDS))))
    return Grid(tuple(rows), grid.sheet)


def _title_row(title: str) -> tuple[Cell, ...]:
    number, _, words = title.partition(". ")
    return (Cell(number), Cell(words), *(Cell(words, across=True) for _ in range(4)))

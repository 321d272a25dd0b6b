"""Reads one workbook in a process of its own: bytes in at stdin, plain JSON out at stdout.

Started by cchc/workbooks.py, never imported by the application: what a hostile workbook can use up
here is a few seconds and some memory of a process that dies anyway. It gets no environment, so it
knows no secret of the site. Arguments: seconds of CPU, bytes of memory, most rows, most columns.
"""

import json
import resource
import sys
from datetime import date, datetime, time
from io import BytesIO

MOST_LETTERS = 4_000_000  # of all cells together
LONGEST_CELL = 32_767  # Excel's own limit


class TooMuch(Exception):
    pass


def limit(cpu_seconds: int, memory: int, largest_file: int = 0):
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, largest_file))  # that it may write
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def plain(value):
    """A cell as JSON: text, number, true or false, nothing; a day as {"day": "2024-12-16"}."""
    if isinstance(value, datetime):
        return {"day": value.date().isoformat()}
    if isinstance(value, date):
        return {"day": value.isoformat()}
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, time):
        return value.isoformat()
    from openpyxl.utils.escape import unescape

    return unescape(str(value)[:LONGEST_CELL])


def read(content: bytes, most_rows: int, most_columns: int) -> dict:
    """{sheet: rows}; rows and columns beyond the limits are not looked at, but told of."""
    from openpyxl import load_workbook

    book = load_workbook(BytesIO(content), read_only=True, data_only=True, keep_links=False)
    sheets, letters = {}, 0
    for sheet in book.worksheets:
        rows = []
        for values in sheet.iter_rows(max_row=most_rows, max_col=most_columns, values_only=True):
            row = [plain(value) for value in values]
            letters += sum(len(cell) for cell in row if isinstance(cell, str))
            if letters > MOST_LETTERS:
                raise TooMuch
            rows.append(row)
        sheets[sheet.title] = rows
    return sheets


def is_about_entities(error: BaseException | None) -> bool:
    """defusedxml's refusal, or openpyxl's that was caused by it."""
    from defusedxml import DefusedXmlException

    return error is not None and (
        isinstance(error, DefusedXmlException) or is_about_entities(error.__cause__)
    )


def main():
    cpu_seconds, memory, most_rows, most_columns = (int(word) for word in sys.argv[1:])
    limit(cpu_seconds, memory)
    try:
        import openpyxl

        if not openpyxl.DEFUSEDXML:
            raise RuntimeError("defusedxml is missing")
        answer = {"sheets": read(sys.stdin.buffer.read(), most_rows, most_columns)}
    except (TooMuch, MemoryError):
        answer = {"refused": "too much"}
    except Exception as error:  # whatever a parser says of bytes made to break it
        answer = {"refused": "entities" if is_about_entities(error) else "damaged"}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main()

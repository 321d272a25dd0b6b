"""Reads one Word or Excel file in a process of its own: bytes in at stdin, plain JSON at stdout.

Started by tables.py. A hostile file can use up some seconds and some memory of a process that
dies anyway, and that knows no secret of the site: it gets no environment and imports no Django.
Arguments: the folder of the code, "word" or "excel", seconds of CPU, bytes of memory.
"""

import json
import sys


def answer(content: bytes, kind: str) -> dict:
    """{"parts": [...], "notes": [...]}, or {"refused": why}; no exception gets out."""
    from cchc.sheet_child import TooMuch, is_about_entities

    try:
        if kind == "word":
            from tasks.plan_import.word_parts import read
        else:
            from tasks.plan_import.excel_parts import read
        parts, notes = read(content)
        return {"parts": parts, "notes": notes}
    except (TooMuch, MemoryError):
        return {"refused": "too much"}
    except Exception as error:  # whatever a parser says of bytes made to break it
        return {"refused": "entities" if is_about_entities(error) else "damaged"}


def main():
    folder, kind, cpu_seconds, memory = sys.argv[1:]
    sys.path.insert(0, folder)
    from cchc.sheet_child import limit

    limit(int(cpu_seconds), int(memory))
    sys.stdout.write(json.dumps(answer(sys.stdin.buffer.read(), kind)))


if __name__ == "__main__":
    main()

"""Fills one Word template with an invented report, in a process of its own: bytes in at stdin, plain
JSON out. Started by office_template.py; its settings are those of an empty site without secrets.
Arguments: the folder of the code, seconds of CPU, bytes of memory.
"""

import json
import sys

LARGEST_FILE = 16 * 1024 * 1024  # bytes; the drawing of charts puts fonts into its folder


def answer(content: bytes) -> dict:
    from reports.template_trial import BadTemplate, printed_by

    try:
        return {"printed": printed_by(content)}
    except BadTemplate as refusal:
        return {"refused": str(refusal)}


def main():
    folder, cpu_seconds, memory = sys.argv[1:]
    sys.path.insert(0, folder)
    from cchc.sheet_child import limit

    limit(int(cpu_seconds), int(memory), LARGEST_FILE)
    import django

    django.setup()
    sys.stdout.write(json.dumps(answer(sys.stdin.buffer.read())))


if __name__ == "__main__":
    main()

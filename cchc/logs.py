"""What a log's line looks like, and what must not stand in one."""

import logging
import re
from contextvars import ContextVar

SECRET_ADDRESS = re.compile(r"(/lich/)[^/\s?\"']+?(\.ics)")
CONTROL = {code: f"\\x{code:02x}" for code in (*range(32), 127, 0x85)} | {
    ord("\n"): "\\n",
    ord("\r"): "\\r",
    ord("\t"): " ",
    0x2028: "\\u2028",
    0x2029: "\\u2029",
}
# PostgreSQL repeats the refused row: words of people.
ROW_IN_AN_ERROR = re.compile(r"^(DETAIL|CONTEXT): .*$", re.MULTILINE)
# The request that a line was written for; the same number stands on the page of an error.
request_number: ContextVar[str] = ContextVar("request_number", default="-")


class HideSecrets(logging.Filter):
    """Whoever knows the address of a calendar reads it, so no log may hold one."""

    def filter(self, record):
        record.args = self._hidden(record.args)
        record.msg = _hide(record.msg)
        return True

    def _hidden(self, args):
        if isinstance(args, dict):
            return {key: _hide(value) for key, value in args.items()}
        return tuple(_hide(value) for value in args) if args else args


def _hide(value):
    return SECRET_ADDRESS.sub(r"\1…\2", value) if isinstance(value, str) else value


class OneLine(logging.Formatter):
    """Each record begins a line and no record can make another's beginning: what somebody typed may
    hold line breaks, so those of a message are escaped and those of a trace are indented."""

    def format(self, record):
        record.request_number = request_number.get()
        return super().format(record)

    def formatMessage(self, record):
        record.message = record.message.translate(CONTROL)
        return super().formatMessage(record)

    def formatException(self, ei):
        return self._indented(ROW_IN_AN_ERROR.sub(r"\1: …", super().formatException(ei)))

    def formatStack(self, stack_info):
        return self._indented(stack_info)

    def _indented(self, text: str) -> str:
        return "\n".join("    " + line.translate(CONTROL) for line in text.split("\n"))

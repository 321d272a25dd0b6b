"""What must not stand in a log."""

import logging
import re

SECRET_ADDRESS = re.compile(r"(/lich/)[^/\s?\"']+?(\.ics)")


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

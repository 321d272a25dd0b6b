"""A clock that can be turned, for every process of an office: libfaketime, on its file."""

from pathlib import Path

FOLDERS = ("/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64", "/usr/lib")


def library() -> Path:
    for folder in FOLDERS:
        for found in sorted(Path(folder).glob("faketime/libfaketime.so.1")):
            return found
    raise RuntimeError("libfaketime is missing: apt-get install libfaketime")


def environment(file: Path) -> dict[str, str]:
    """`file`: what the clock says, "+0", "-1h", "@2024-12-31 16:59:50" (goes on from there)."""
    return {
        "LD_PRELOAD": str(library()),
        "FAKETIME_TIMESTAMP_FILE": str(file),
        "FAKETIME_NO_CACHE": "1",
        "NO_FAKE_STAT": "1",  # or each compiled file looks older or younger than its source
        # The monotonic clock jumps too (its sleep fails otherwise): no worker is ended for being late.
        "GUNICORN_CMD_ARGS": "--timeout 0",
        "TZ": "UTC",
    }

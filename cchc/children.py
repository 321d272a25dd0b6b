"""What somebody uploaded is read by a process of its own, with limits on time and memory, that knows
no secret of the site: whatever becomes of it, this process gets plain values or nothing."""

import json
import subprocess
import sys
from pathlib import Path

CPU_SECONDS = 20
WALL_SECONDS = 30
MEMORY = 512 * 1024 * 1024  # bytes of address space


def ask(script: Path, *arguments, content: bytes, wall: float, env: dict | None = None):
    """What the script prints as JSON for the bytes at its stdin; None when it died of them or was
    stopped. It gets only this environment and sets its other limits itself (sheet_child.limit)."""
    try:
        child = subprocess.run(
            [sys.executable, "-I", "-B", str(script), *map(str, arguments)],
            input=content,
            capture_output=True,
            timeout=wall,
            env={"LC_ALL": "C.UTF-8"} | (env or {}),
            check=True,
        )
        return json.loads(child.stdout)
    except (subprocess.SubprocessError, json.JSONDecodeError):
        return None

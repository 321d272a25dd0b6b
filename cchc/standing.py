"""How the system itself stands, in words for its administrator and for whatever watches it.

Each watch is a function of the present moment that gives one line; other floors add theirs
(`WATCHES.append` in their AppConfig). A watch that raises is a red line itself.
"""

import logging
import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection

from cchc import audit, files
from cchc.backups import history
from cchc.models import AuditEvent, User

log = logging.getLogger(__name__)
LEAST_FREE = 0.05  # of the disk


@dataclass(frozen=True)
class Line:
    """`key` is for programs, `name` and `words` for people. `good` False: somebody must act."""

    key: str
    name: str
    words: str
    good: bool = True


def read_standing(now: datetime) -> list[Line]:
    return [_looked(watch, now) for watch in WATCHES]


def _looked(watch: Callable[[datetime], Line], now: datetime) -> Line:
    try:
        return watch(now)
    except Exception as error:  # whatever it is, the other lines are still wanted
        log.exception("A watch of the system's standing failed")
        key = watch.__name__
        return Line(key, NAMES.get(key, key), f"Không kiểm được: {type(error).__name__}.", False)


def answers() -> bool:
    """Whether the database can be read: all that a load balancer asks."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return True


def ago(past: timedelta) -> str:
    """cách đây 3 giờ; beyond two days in days."""
    minutes = max(0, int(past.total_seconds() // 60))
    if minutes < 60:
        return f"cách đây {minutes} phút"
    return f"cách đây {minutes // 60} giờ" if minutes < 2880 else f"cách đây {minutes // 1440} ngày"


def database(now: datetime) -> Line:
    answers()
    engine = "PostgreSQL" if connection.vendor == "postgresql" else "SQLite"
    return Line("database", NAMES["database"], f"{engine} trả lời bình thường.")


def file_store(now: datetime) -> Line:
    if getattr(settings, "FILE_STORE_URL", ""):
        next(iter(files.names()), None)  # asks the other machine
        return Line("file_store", NAMES["file_store"], "Kho tệp dùng chung trả lời.")
    folder = Path(settings.MEDIA_ROOT)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=folder, prefix=".try-") as tried:
        tried.write(bytes(4096))
        tried.flush()
        os.fsync(tried.fileno())
    return Line("file_store", NAMES["file_store"], "Ghi thử được.")


def disk(now: datetime) -> Line:
    usage = shutil.disk_usage(settings.DATA_DIR)
    free = usage.free / usage.total
    words = f"Còn {usage.free / 2**30:.1f} GB ({free:.0%})".replace(".", ",") + " trên máy chủ này."
    return Line("disk", NAMES["disk"], words, free >= LEAST_FREE)


def backup(now: datetime) -> Line:
    found = history.standing()
    words = f"Bản tốt gần nhất {ago(now - found.made_at)}." if found.made_at else "Chưa có bản nào."
    if found.failed_at:
        words += f" Lần chạy {ago(now - found.failed_at)} không được: {found.why}"
    good = not found.stale(now) and not found.failed_at
    return Line("backup", NAMES["backup"], words, good)


def trail(now: datetime) -> Line:
    late = AuditEvent.objects.filter(place=None, at__lt=now - audit.SEALED_WITHIN).count()
    words = f"{late} bản ghi chờ niêm quá 5 phút." if late else "Mọi bản ghi đã niêm."
    return Line("trail", NAMES["trail"], words, not late)


def demo_people(now: datetime) -> Line:
    count = User.objects.filter(is_demo=True, is_active=True).count()
    words = f"{count} tài khoản minh họa còn đăng nhập được." if count else "Không có."
    return Line("demo_people", NAMES["demo_people"], words, settings.INSECURE_HTTP or not count)


NAMES = {
    "database": "Cơ sở dữ liệu",
    "file_store": "Kho tệp",
    "disk": "Đĩa",
    "backup": "Sao lưu",
    "trail": "Chuỗi nhật ký",
    "demo_people": "Tài khoản minh họa",
}
WATCHES: list[Callable[[datetime], Line]] = [database, file_store, disk, backup, trail, demo_people]

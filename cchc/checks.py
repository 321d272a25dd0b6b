"""What `manage.py check --deploy` says of a site beside Django's own questions."""

import os

from django.conf import settings
from django.core.checks import Warning, register
from django.db import connection

WAL_RESET_FIXED = (3, 51, 3)  # before it, two connections at a checkpoint could damage the file


@register(deploy=True)
def sqlite_serves_one_process(app_configs, **kwargs):
    processes = os.environ.get("WEB_CONCURRENCY", "2")
    old = settings.SQLITE_VERSION < WAL_RESET_FIXED
    if connection.vendor != "sqlite" or not old or processes == "1":
        return []
    version = ".".join(map(str, settings.SQLITE_VERSION))
    return [
        Warning(
            f"SQLite {version} có lỗi hỏng tệp khi nhiều tiến trình cùng ghi (sửa ở 3.51.3).",
            hint="Dùng PostgreSQL (DATABASE_URL), hoặc một tiến trình (WEB_CONCURRENCY=1).",
            id="cchc.W001",
        )
    ]


@register(deploy=True)
def backups_are_encrypted(app_configs, **kwargs):
    if settings.BACKUP_KEY:
        return []
    return [
        Warning(
            "Chưa đặt BACKUP_KEY: manage.py backup sẽ không tạo bản sao lưu.",
            hint="Tạo khóa bằng age-keygen (deploy/README.md).",
            id="cchc.W002",
        )
    ]


@register(deploy=True)
def hosts_share_the_key_of_the_trail(app_configs, **kwargs):
    if settings.AUDIT_KEY or connection.vendor == "sqlite":
        return []
    return [
        Warning(
            "Chưa đặt AUDIT_KEY: mỗi máy chủ sẽ tự tạo một khóa cho chuỗi nhật ký.",
            hint="Đặt cùng một giá trị ngẫu nhiên trên mọi máy chủ và giữ nó ở nơi khác.",
            id="cchc.W003",
        )
    ]

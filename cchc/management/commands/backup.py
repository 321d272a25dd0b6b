"""One archive of everything; exit code 1 when it could not be made, or lacks a file."""

from contextlib import suppress
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from cchc import clock
from cchc.backups import history, making
from cchc.backups.archive import BadArchive
from cchc.backups.databases import Trouble


class Command(BaseCommand):
    help = "Sao lưu cơ sở dữ liệu và mọi tệp vào một tệp mã hóa, kiểm tra lại, rồi mới đặt tên."

    def add_arguments(self, parser):
        parser.add_argument("folder", type=Path, help="thư mục, nên nằm ở máy khác")
        parser.add_argument("--keep", type=int, default=0, help="chỉ giữ N bản mới nhất")
        parser.add_argument("--plain", action="store_true", help="không mã hóa")

    def handle(self, folder, keep, plain, **options):
        try:
            made = making.make(folder, at=clock.now(), plain=plain)
        except (Trouble, BadArchive, OSError, DatabaseError) as error:
            with suppress(DatabaseError):
                history.note(history.FAILED, at=clock.now(), why=str(error)[:500])
            raise CommandError(f"Không sao lưu được. {error}") from error
        told = made.manifest
        self.stdout.write(
            f"Đã sao lưu và kiểm tra lại: {made.path} ({made.size:,} byte), "
            f"{sum(told['rows'].values())} dòng của {len(told['rows'])} bảng, "
            f"{sum(name.startswith('files/') for name in told['sha256'])} tệp."
        )
        self.stdout.write(f"Dấu đầu chuỗi nhật ký: {told['audit_head']}")
        if made.lost:
            why = f"thiếu {len(made.lost)} tệp: {', '.join(made.lost[:5])}"
            history.note(history.FAILED, at=clock.now(), why=why)
            raise CommandError(f"Bản sao lưu {why}. Chạy manage.py fsck.")
        history.note(
            history.MADE,
            at=clock.now(),
            file=made.path.name,
            size=made.size,
            head=told["audit_head"],
        )
        for path in making.keep(folder, keep, at=clock.now()):
            self.stdout.write(f"Đã bỏ bản cũ: {path.name}")

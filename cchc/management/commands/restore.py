"""Bring a site back from an archive, into an empty database only."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from cchc import audit, clock
from cchc.backups import history, restoring
from cchc.backups.archive import BadArchive
from cchc.backups.databases import Trouble


class Command(BaseCommand):
    help = "Khôi phục từ một tệp sao lưu vào cơ sở dữ liệu trống, kiểm tra mọi mã băm và số dòng."
    requires_migrations_checks = False

    def add_arguments(self, parser):
        parser.add_argument("archive", type=Path)

    def handle(self, archive, **options):
        try:
            done = restoring.restore(archive, at=clock.now())
        except (Trouble, BadArchive, OSError, DatabaseError) as error:
            raise CommandError(f"Không khôi phục được. {error}") from error
        told = done.manifest
        say = self.stdout.write
        say(f"Bản sao lưu lúc {told['made_at']}, {told['server']}: mọi mã băm đúng bảng kê.")
        say(f"Đã khôi phục {done.rows} dòng của {len(told['rows'])} bảng, {done.files} tệp.")
        for name in done.keys:
            say(f"Đã ghi lại khóa {name} vào DATA_DIR.")
        if done.migrated:
            say("Lược đồ cũ hơn chương trình: đã chạy migrate.")
        for sha256 in told["lost"]:
            say(f"Khi sao lưu đã thiếu tệp {sha256}.")
        if done.verdict.broken:
            raise CommandError(
                f"Dữ liệu đã khôi phục nhưng chuỗi nhật ký không đúng: {done.verdict.broken} "
                "AUDIT_KEY có phải là khóa của nơi đã sao lưu không?"
            )
        say(f"Chuỗi nhật ký nguyên vẹn, {done.verdict.head.count} bản ghi: {done.verdict.head}")
        history.note(history.RESTORED, at=clock.now(), file=archive.name)
        audit.seal()

"""Walk the audit chain; exit code 1 and the first row that does not fit when it is broken."""

from django.core.management.base import BaseCommand, CommandError

from cchc import audit, clock


class Command(BaseCommand):
    help = "Kiểm tra chuỗi nhật ký; in dấu đầu chuỗi để ghi lại ở nơi khác."

    def add_arguments(self, parser):
        parser.add_argument("--anchor", help="dấu đầu chuỗi đã ghi lại trước đây, như 1234:3f2a…")

    def handle(self, anchor, **options):
        try:
            wanted = audit.Head.read(anchor) if anchor else None
        except ValueError as error:
            raise CommandError(str(error)) from error
        audit.seal()
        found = audit.verify(at=clock.now(), anchor=wanted)
        if found.broken:
            raise CommandError(found.broken)
        self.stdout.write(
            f"{found.head.count} bản ghi, chuỗi nguyên vẹn. Dấu đầu chuỗi: {found.head}"
        )

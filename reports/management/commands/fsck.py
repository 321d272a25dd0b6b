"""Whether rows, files, trail and totals fit together; exit code 1 when something does not. Nothing is
changed; with --sweep, files that no row names and what interrupted uploads left are removed."""

from django.core.management.base import BaseCommand, CommandError

from cchc import clock, files
from cchc.stores import Away
from reports import checking


class Command(BaseCommand):
    help = "Đối chiếu sổ với kho tệp, chuỗi nhật ký, số tổng với số phần, tình trạng với lịch sử."

    def add_arguments(self, parser):
        parser.add_argument(
            "--sweep", action="store_true", help="xóa tệp thừa và phần tải dở cũ hơn 1 giờ"
        )

    def handle(self, sweep, **options):
        at, found = clock.now(), 0
        checks = (
            ("Tệp của các dòng", checking.missing_files),
            ("Tệp thừa", self._swept if sweep else checking.stray_files),
            ("Tệp báo cáo đã ban hành", checking.incomplete_reports),
            ("Chuỗi nhật ký", lambda: checking.broken_chain(at)),
            ("Số tổng và số phần", lambda: checking.differing_totals(at)),
            ("Tình trạng và lịch sử", checking.differing_states),
        )
        for name, check in checks:
            count = 0
            for line in self._read(check):
                self.stdout.write(line)
                count += 1
            self.stdout.write(f"{name}: {f'{count} chỗ sai' if count else 'đúng'}.")
            found += count
        if found:
            raise CommandError(f"{found} chỗ không khớp.")

    def _read(self, check):
        try:
            yield from check()
        except Away:
            yield "Kho tệp không trả lời; chưa kiểm được."

    def _swept(self):
        for name in files.sweep(checking.GOING_ON):
            self.stdout.write(f"Đã xóa {name}")
        yield from checking.stray_files()

"""Compare the cached state of every assignment with its history; put it right with --write."""

from django.core.management.base import BaseCommand, CommandError

from cchc import clock
from tasks import rebuilding
from tasks.models import Assignment


class Command(BaseCommand):
    help = "So tình trạng đang lưu với lịch sử cập nhật; có --write thì sửa theo lịch sử."

    def add_arguments(self, parser):
        parser.add_argument("--write", action="store_true", help="sửa chỗ khác")

    def handle(self, write, **options):
        everything = Assignment.objects.all()
        if write:
            found = rebuilding.rebuild(assignments=everything, by=None, at=clock.now())
        else:
            found = rebuilding.differences(everything)
        for one in found:
            self.stdout.write(str(one))
        if found and not write:
            raise CommandError(f"{len(found)} chỗ khác với lịch sử; chạy lại với --write để sửa.")
        self.stdout.write(f"{everything.count()} phần việc, {len(found)} chỗ khác.")

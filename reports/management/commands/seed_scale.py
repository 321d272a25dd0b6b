"""An invented province of a given size, to measure on: only into an empty database."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from reports import scale
from tasks.workflow import NotAllowed


class Command(BaseCommand):
    help = "Tạo dữ liệu giả định của cả tỉnh để đo tốc độ (chỉ trong cơ sở dữ liệu trống)."

    def add_arguments(self, parser):
        parser.add_argument(
            "--assignments", type=int, default=2500, help="số phần việc, ví dụ 2500 hoặc 100000"
        )
        parser.add_argument("--seed", type=int, default=1, help="cùng số thì cùng dữ liệu")

    def handle(self, *, assignments, seed, **options):
        if not 0 < assignments <= scale.PARTS * 150:
            raise CommandError(f"Số phần việc từ 1 đến {scale.PARTS * 150}.")
        try:
            told = scale.seed(
                fixtures=settings.BASE_DIR / "fixtures", assignments=assignments, seed=seed
            )
        except NotAllowed as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Đã tạo {assignments} phần việc, {told} cập nhật.")

"""Demo people and demo progress, once, into an empty database."""

from django.conf import settings
from django.core.management.base import BaseCommand

from reports import demo
from tasks.models import Plan


class Command(BaseCommand):
    help = "Tạo người dùng và tiến độ minh họa cho năm 2021-2025 (chỉ khi chưa có người dùng nào)."

    def add_arguments(self, parser):
        parser.add_argument(
            "--without-reports", action="store_true", help="không lập báo cáo minh họa"
        )

    def handle(self, *, without_reports=False, **options):
        plan = Plan.objects.select_related("coordinator", "unit").get(code="cchc-2021-2025")
        if not demo.is_untouched(plan):
            self.stdout.write("Đã có người dùng: giữ nguyên, không tạo dữ liệu minh họa.")
            return
        fixture = settings.BASE_DIR / "fixtures" / "demo.json"
        told = demo.seed(plan, fixture, with_reports=not without_reports)
        self.stdout.write(f"Đã tạo dữ liệu minh họa: {told} việc đã ghi.")

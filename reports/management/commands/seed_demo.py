"""Demo people and demo progress, once, into an empty database."""

from django.conf import settings
from django.core.management.base import BaseCommand

from reports import demo
from tasks.models import Plan


class Command(BaseCommand):
    help = "Tạo người dùng và tiến độ minh họa cho năm 2021-2025 (chỉ khi chưa có người dùng nào)."

    def handle(self, **options):
        plan = Plan.objects.select_related("coordinator", "unit").get(code="cchc-2021-2025")
        if not demo.is_untouched(plan):
            self.stdout.write("Đã có người dùng: giữ nguyên, không tạo dữ liệu minh họa.")
            return
        told = demo.seed(plan, settings.BASE_DIR / "fixtures" / "demo.json")
        self.stdout.write(f"Đã tạo dữ liệu minh họa: {told} việc đã ghi.")

"""Makes the report periods of the plans in force, from the rules. Safe to run twice."""

from django.core.management.base import BaseCommand

from cchc import clock
from reports.periods import open_periods
from tasks.models import Plan


class Command(BaseCommand):
    help = "Lập các kỳ báo cáo của Kế hoạch đang hiệu lực, và ngày nghỉ lễ của các năm."

    def handle(self, *, verbosity, **options):
        for plan in Plan.objects.filter(status=Plan.Status.IN_FORCE):
            number = open_periods(plan, by=None, at=clock.now())
            if verbosity:
                self.stdout.write(f"{plan.code}: đã lập {number} kỳ báo cáo mới.")

"""Puts the plan of the fixtures, with its units and targets, into the database. Safe to run twice."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from cchc import clock
from indicators.index_loading import load_indices
from indicators.loading import load_indicators
from tasks.loading import TextDiffers, load_plan


class Command(BaseCommand):
    help = "Nạp Kế hoạch (đơn vị, lời văn, nhiệm vụ, chỉ tiêu) từ thư mục fixtures."

    def add_arguments(self, parser):
        parser.add_argument(
            "--fixtures",
            type=Path,
            default=settings.BASE_DIR / "fixtures",
            help="thư mục có units.json, plan.json, indicators.json, indices.json",
        )

    def handle(self, *, fixtures, verbosity, **options):
        at = clock.now()
        try:
            with transaction.atomic():
                plan, made = load_plan(fixtures, at=at)
                made += load_indicators(fixtures, plan=plan, at=at)
                made += load_indices(fixtures, plan=plan, at=at)
        except TextDiffers as error:
            raise CommandError(str(error)) from error
        if not verbosity:
            return
        if made:
            self.stdout.write(
                f"Đã nạp kế hoạch “{plan.subject}”: {made['unit']} đơn vị, "
                f"{made['area']} lĩnh vực, {made['solution']} nhiệm vụ giải pháp, "
                f"{made['task']} nhiệm vụ cụ thể, {made['indicator']} chỉ tiêu."
            )
        else:
            self.stdout.write(f"Kế hoạch “{plan.subject}” đã có đủ, không thay đổi gì.")

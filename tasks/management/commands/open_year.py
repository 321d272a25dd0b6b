"""Makes the assignments of a year of a plan. Safe to run twice: those that exist are left alone."""

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from cchc import clock
from tasks.models import Plan
from tasks.opening import open_year
from tasks.workflow import NotAllowed

IN_FORCE = Plan.Status.IN_FORCE


class Command(BaseCommand):
    help = "Lập các phần việc của một năm theo Kế hoạch."

    def add_arguments(self, parser):
        parser.add_argument("year", nargs="?", type=int, help="năm, ví dụ 2024")
        parser.add_argument("--all", action="store_true", help="mọi năm của Kế hoạch")
        parser.add_argument("--plan", help="mã Kế hoạch; bỏ trống: mọi kế hoạch đang hiệu lực")

    def handle(self, *, year=None, plan=None, verbosity, **options):
        if options["all"] == (year is not None):
            raise CommandError("Ghi một năm, hoặc --all cho mọi năm của Kế hoạch.")
        try:
            with transaction.atomic():
                for found in _plans(plan, year):
                    self._open(found, found.years() if year is None else [year], verbosity)
        except NotAllowed as error:
            raise CommandError(str(error)) from error

    def _open(self, plan, years, verbosity):
        at = clock.now()
        counts = [(y, len(open_year(plan=plan, year=y, by=None, at=at))) for y in years]
        if verbosity:
            told = ", ".join(f"năm {y}: {n}" for y, n in counts)
            total = sum(n for _, n in counts)
            self.stdout.write(f"{plan.code}: đã lập {total} phần việc mới ({told}).")


def _plans(code: str | None, year: int | None) -> list[Plan]:
    """The plan named, else every plan in force (that has the year)."""
    plans = Plan.objects.select_related("unit", "coordinator")
    if code:
        plans, named = plans.filter(code=code), f"Không có kế hoạch {code}."
    elif year is None:
        plans, named = plans.filter(status=IN_FORCE), "Không có kế hoạch nào đang hiệu lực."
    else:
        plans = plans.filter(status=IN_FORCE, first_year__lte=year, last_year__gte=year)
        named = f"Không có kế hoạch đang hiệu lực nào có năm {year}."
    if not plans:
        raise CommandError(named)
    return list(plans)

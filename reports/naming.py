"""How a report names a piece of work, and where its words come from."""

from reports.composed import Source
from reports.material import Material
from reports.prose import without_stop
from tasks.buckets import Bucket, Row


class Naming:
    def __init__(self, material: Material):
        self.year = material.ledger.year
        self.plain_years = bool(material.years)
        self.reading = material.reading
        self.tasks = {task.pk: task for task in material.tasks}

    def code(self, thing) -> str:
        """II.4; a period of another year or a quarter is named too, unless it waits anyway."""
        own = thing.period_code == str(self.year) and not self.plain_years
        return thing.code if own or thing.bucket == Bucket.WAITING else self.full_code(thing)

    def full_code(self, thing) -> str:
        return f"{thing.code}/{thing.period_code}"

    def name(self, thing) -> str:
        return f"nhiệm vụ {self.code(thing)}"

    def opening(self, row: Row) -> str:
        """The bold opening of the task's own sentence."""
        bold, rest = self.tasks[row.task_id].opening()
        return without_stop(bold or rest)

    def source(self, row: Row) -> Source:
        day = row.done_on or self.reading.on(row).recorded_on
        return Source(row.code, row.period_code, row.unit_short, day)

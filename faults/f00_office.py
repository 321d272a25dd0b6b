"""F0: the office stands, on each engine, seeded and well."""

from faults import Found
from faults.closing import after
from faults.people import Person

TITLE = "the office stands"
NO_CONTROL = "there is nothing to protect yet"


def fault(office_of, protected: bool) -> Found:
    said, wrong = [], []
    for engine in office_of.engines:
        counts = office_of.seed(engine)
        with office_of(engine) as office:
            page = Person(office, "lanhdao").get("/")
            wrong += (
                [] if page.status == 200 else [f"{engine}: the first page answers {page.status}"]
            )
            wrong += after(office)
        said.append(f"{engine} " + ", ".join(f"{n} {what}" for what, n in counts.items()))
    return Found(not wrong, "; ".join(wrong or said))

"""F0: the office stands, on each engine, seeded and well."""

from faults import Found, on_each
from faults.closing import after
from faults.people import Person

TITLE = "the office stands"
ALONE = True
NO_CONTROL = "there is nothing to protect yet"


def fault(office_of, protected: bool) -> Found:
    def stands(engine: str) -> tuple[str, list[str]]:
        counts = office_of.seed(engine)
        with office_of(engine) as office:
            page = Person(office, "lanhdao").get("/")
            wrong = after(office)
        if page.status != 200:
            wrong.append(f"{engine}: the first page answers {page.status}")
        return f"{engine} " + ", ".join(f"{n} {what}" for what, n in counts.items()), wrong

    found = on_each(office_of.engines, stands)
    wrong = [line for _, lines in found for line in lines]
    return Found(not wrong, "; ".join(wrong or [said for said, _ in found]))

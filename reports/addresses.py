"""How a report period stands in an address: nam-2024, quy-1-2024, dot-xuat-2024-2."""


class PeriodConverter:
    regex = r"(?:quy-1|6-thang|quy-3|9-thang|nam|tong-ket)-[0-9]{4}|dot-xuat-[0-9]{4}-[0-9]{1,3}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value

"""What a run found, in print."""

from bench.arithmetic import Line, Worse


def pages_table(found: dict) -> list[str]:
    """p50 and p95 in ms, CPU ms of a request (server and database): asked again, made anew (as it is
    after any write), and the floor's."""
    head = (
        f"{'':13}{'p50':>7}{'p95':>7}{'CPU':>7}{'q':>3} |{'anew':>7}{'p95':>7}{'CPU':>7}{'q':>3}"
        f"{'in DB':>7} |{'floor':>7}{'CPU':>6} |{'x':>6}{'anew':>6}{'CPU x':>7}{'anew':>6} |"
        f"{'kB':>5}{'packed':>7} |{'8: per s':>9}{'p95':>6}{'floor':>7}"
    )
    rows = [
        f"{name:13}{a['p50']:7.1f}{a['p95']:7.1f}{a['cpu']:7.1f}{a['queries']:3} |"
        f"{n['p50']:7.1f}{n['p95']:7.1f}{n['cpu']:7.1f}{n['queries']:3}{n['database_ms']:7.1f} |"
        f"{f['p50']:7.1f}{f['cpu']:6.1f} |{a['p50'] / f['p50']:6.2f}{n['p50'] / f['p50']:6.2f}"
        f"{a['cpu'] / f['cpu']:7.2f}{n['cpu'] / f['cpu']:6.2f} |"
        f"{a['bytes'] / 1000:5.0f}{a['bytes_packed'] / 1000:7.1f} |"
        f"{a['load']['rps']:9.1f}{a['load']['p95']:6.0f}{f['load']['rps']:7.1f}"
        for name, one in found.get("pages", {}).items()
        for a, n, f in [(one["app"], one["fresh"], one["floor"])]
    ]
    return [head, *rows] if rows else []


def lines_table(lines: list[Line]) -> list[str]:
    head = f"{'':48}{'found':>9} {'':8}{'goal':>8}{'limit':>8}"
    return [
        head,
        *(
            f"{line.name:48}{line.value:9.2f} {line.unit:8}{_bound(line, line.goal):>8}"
            f"{_bound(line, line.limit):>8}  {line.verdict}"
            for line in lines
        ),
    ]


def _bound(line: Line, bound) -> str:
    if bound is None:
        return ""
    return f"{'>=' if line.at_least else '<='} {bound:g}"


def worse_table(worse: list[Worse], than: str) -> list[str]:
    if not worse:
        return [f"Nothing got worse than in {than}, beyond the noise."]
    return [
        f"Worse than in {than}, beyond the noise:",
        *(f"  {one.name:48}{one.before:9.2f} -> {one.now:.2f} {one.unit}" for one in worse),
    ]


def disturbed(found: dict) -> list[str]:
    others = [one["others"] for one in found.get("pages", {}).values()]
    if others and max(others) > 0.25:
        return [
            f"Others on this machine used up to {max(others):.1f} cores meanwhile: look at the ratios "
            "and at CPU, not at ms."
        ]
    return []

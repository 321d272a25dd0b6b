"""`python -m bench profile NAME`: where a page's time goes, as text (pyinstrument)."""

from pathlib import Path

from bench import inside, pages
from bench.databases import Copy

ASKED = 20


def profile(name: str, copy: Copy, out: Path):
    """Made anew each time."""
    from pyinstrument import Profiler

    (page,) = (page for page in pages.PAGES if page.name == name)
    inside.made_ready(copy)
    from cchc import kept

    client = inside.signed_in(page.who)
    path = inside.address(client, page.path)

    def ask():
        kept.forget()
        client.get(path)

    for _ in range(3):
        ask()
    profiler = Profiler(interval=0.0005)
    with profiler:
        for _ in range(ASKED):
            ask()
    text = profiler.output_text(unicode=True, show_all=False)
    out.write_text(f"{page.name}: {page.path}, {page.who}, {ASKED} requests\n{text}", "utf-8")
    print(
        f"{out}: {profiler.last_session.duration / ASKED * 1000:.1f} ms a request under the profiler"
    )

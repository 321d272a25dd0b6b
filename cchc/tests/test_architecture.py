"""The house rules that a machine can check."""

import ast
import re
from pathlib import Path

import pytest
from django.conf import settings

ROOT = settings.BASE_DIR
FLOORS = ["cchc", "tasks", "indicators", "reports"]
SOURCES = [
    path
    for app in FLOORS
    for path in sorted((ROOT / app).rglob("*.py"))
    if "migrations" not in path.parts
]
CODE = [path for path in SOURCES if "tests" not in path.parts]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def imported(path: Path) -> set[str]:
    """The apps that a file imports, at its top or inside a function."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.split(".")[0])
    return names & set(FLOORS)


@pytest.mark.parametrize("path", CODE, ids=name)
def test_imports_point_down(path):
    floor = FLOORS.index(path.relative_to(ROOT).parts[0])
    above = {app for app in imported(path) if FLOORS.index(app) > floor}
    assert not above, f"{name(path)} imports from a floor above: {above}"


@pytest.mark.parametrize("path", CODE, ids=name)
def test_no_file_over_400_lines(path):
    assert len(path.read_text("utf-8").splitlines()) <= 400


@pytest.mark.parametrize("path", CODE, ids=name)
def test_views_are_thin(path):
    if "views" not in path.parts and path.stem != "views":
        return
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.FunctionDef):
            assert node.end_lineno - node.lineno < 30, f"{node.name} is too long for a view"


def test_the_deadline_engine_knows_no_django():
    for path in (ROOT / "tasks").glob("deadline*.py"):
        assert "django" not in path.read_text("utf-8").lower()


ASKS_THE_CLOCK = re.compile(
    r"date\.today\(|datetime\.now\(|datetime\.today\(|timezone\.now\(|localdate\("
)


@pytest.mark.parametrize("path", CODE, ids=name)
def test_only_the_clock_asks_what_time_it_is(path):
    if name(path) in ("cchc/clock.py", "cchc/models.py"):
        return
    assert not ASKS_THE_CLOCK.search(path.read_text("utf-8"))


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_templates_bring_no_inline_style_script_or_address_of_the_internet(path):
    text = path.read_text("utf-8")
    assert not re.search(r"\sstyle=", text)
    assert not re.search(r"\son[a-z]+=\"", text)
    assert not re.search(r"<script(?![^>]*\ssrc=)", text)
    assert not re.search(r"(src|href)=[\"']https?://", text)


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_templates_make_nothing_safe_that_people_wrote(path):
    text = path.read_text("utf-8").replace("field.help_text|safe", "")
    assert "|safe" not in text and "autoescape off" not in text


@pytest.mark.parametrize("path", CODE, ids=name)
def test_forms_name_their_fields_and_rows_are_not_filtered_by_a_request(path):
    text = path.read_text("utf-8")
    assert '"__all__"' not in text and "**request." not in text

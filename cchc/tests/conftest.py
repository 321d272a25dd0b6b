import logging
from io import StringIO

import pytest


@pytest.fixture
def log():
    """What the server's own handler writes, in its own format."""
    (console,) = (h for h in logging.getLogger().handlers if h.get_name() == "console")
    written = StringIO()
    before = console.setStream(written)
    yield written
    console.setStream(before)

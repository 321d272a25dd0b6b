"""Whatever becomes of the process that reads an upload, the one that asked gets values or nothing."""

import pytest

from cchc import children


@pytest.mark.parametrize(
    "script, told",
    [
        ("import sys, json; print(json.dumps(len(sys.stdin.buffer.read()) + int(sys.argv[1])))", 12),
        ("import os, json; print(json.dumps(sorted(k for k in os.environ if k != 'LC_CTYPE')))", ["LC_ALL"]),
        ("print('not json')", None),
        ("raise SystemExit(3)", None),
        ("import os; os.kill(os.getpid(), 9)", None),
        ("import time; time.sleep(60)", None),
    ],
)  # fmt: skip
def test_a_child_answers_or_there_is_nothing(tmp_path, monkeypatch, script, told):
    monkeypatch.setenv("SECRET_KEY", "khong ai duoc biet")
    path = tmp_path / "child.py"
    path.write_text(script, encoding="utf-8")
    wall = 0.3 if "sleep" in script else 20
    assert children.ask(path, 5, content=b"7 bytes", wall=wall) == told

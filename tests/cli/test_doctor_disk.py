"""`pactwatch doctor` on a disk that is nearly full: a real one, if a small one."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.acceptance.service import environment


@pytest.mark.needs("mount")
def test_a_disk_that_is_nearly_full(tmp_path: Path) -> None:
    """On a disk with 50 MB left the operator is told to make room, by the disk's own figures."""
    script = 'mount -t tmpfs -o size=50m none "$1" && cd "$1" && exec "$2" -m bot doctor --json'
    done = subprocess.run(
        ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script, "sh", str(tmp_path), sys.executable],
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert done.returncode == 1, done.stderr
    checks = {each["name"]: each for each in json.loads(done.stdout)["checks"]}
    assert checks["database.space"]["level"] == "mend"
    assert checks["database.space"]["found"].startswith("50 MB free")
    assert "tmpfs" in checks["database.disk"]["found"]

"""A copy of the database is told from the database itself."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from bot.core.safety import Cause
from storage.safety import Marks, Trace, TraceFile, cause_of

NEW = Marks("a", "", 0)
OLD = Marks("a", "here", 5)


@pytest.mark.parametrize(
    ("marks", "trace", "alone", "cause"),
    [
        (NEW, None, True, None),
        (OLD, Trace("a", 5), True, None),
        (OLD, Trace("a", 4), True, None),  # killed between the database and the file
        (OLD, Trace("a", 6), True, Cause.PUT_BACK),
        (NEW, Trace("a", 1), True, Cause.PUT_BACK),
        (OLD, None, True, Cause.COPIED),
        (OLD, Trace("b", 5), True, Cause.COPIED),
        (NEW, Trace("b", 5), True, Cause.COPIED),  # one of before there were marks, where another one was
        (OLD, None, False, None),  # another machine of several
        (OLD, Trace("a", 6), False, Cause.PUT_BACK),
    ],
)
def test_a_copy_is_noticed(marks: Marks, trace: Trace | None, alone: bool, cause: Cause | None):
    """What was put back is behind the file beside it, what was set up elsewhere lacks it; all else may be sent from."""
    assert cause_of(marks, "here", trace, alone=alone) is cause


@pytest.mark.parametrize("alone", [True, False])
def test_another_place_is_noticed(alone: bool):
    """Another file, server or database than was sent from last is a copy, whatever lies beside it."""
    assert cause_of(OLD, "there", Trace("a", 5), alone=alone) is Cause.COPIED


def test_the_file_says_what_was_written(tmp_path: Path):
    """How far the database has come is kept in a folder that need not be there yet, and read back as it was."""
    file = TraceFile(tmp_path / "data" / "db-generation")
    assert file.read() is None
    for generation in (7, 8, 10**19):
        file.write(Trace("a1", generation))
        assert file.read() == Trace("a1", generation)


def test_a_disk_that_takes_nothing_is_told_of_once(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    """Where the file can't be kept the bot goes on, and says once what goes unnoticed by that."""
    (tmp_path / "db-generation").mkdir()
    file = TraceFile(tmp_path / "db-generation")
    with caplog.at_level(logging.WARNING):
        file.write(Trace("a", 1))
        file.write(Trace("a", 2))
    assert [record.getMessage().split(" (")[1].split("): ")[1] for record in caplog.records] == [
        "a database that is put back goes unnoticed"
    ]
    assert file.read() is None

"""Logs that can't be written: nothing stops, what was lost is counted and said."""

from __future__ import annotations

import asyncio
import io
import logging
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.logs import lost_lines, set_up_logs
from tests.acceptance.faults import fill_up, small_disk
from tests.acceptance.service import environment

log = logging.getLogger("somebody")


@pytest.fixture(autouse=True)
def root_logger() -> Iterator[None]:
    root = logging.getLogger()
    before = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = before
    logging.captureWarnings(False)


@pytest.mark.needs("mount")
def test_lines_lost_on_a_full_disk_are_counted_and_said(tmp_path: Path) -> None:
    """A log on a full disk loses lines and nothing else; with room again it says once how many, and goes on."""
    with small_disk(tmp_path / "small", 1) as small, (small / "pactwatch.log").open("a") as stream:
        set_up_logs("INFO", "json", [], stream)
        log.info("before")
        filler = fill_up(small)
        for number in range(200):
            log.info("line %d %s", number, "x" * 100)
        lost = lost_lines()
        filler.unlink()
        log.info("after")
        log.info("later")
        lines = (small / "pactwatch.log").read_text().splitlines()
        assert 100 < lost <= 200
        assert lost_lines() == lost
        assert [f"{lost} lines of the log could not be written" in line for line in lines].count(True) == 1
        assert ('"after"' in lines[-2], '"later"' in lines[-1]) == (True, True)
        assert len(lines) in (200 - lost + 4, 200 - lost + 5), "whole lines, and at most one that was torn"


def test_a_reader_who_left_costs_no_more_than_lines() -> None:
    """A closed pipe raises nothing, whatever is logged."""
    reader, writer = os.pipe()
    with os.fdopen(writer, "w") as stream:
        set_up_logs("INFO", "json", [], stream)
        log.info("one")
        os.close(reader)
        for _ in range(3):
            log.info("two")
        assert lost_lines() == 3


def test_what_is_wrong_all_the_time_is_said_once_a_minute() -> None:
    """A disk that stays full fills no log: the same warning comes once, another one or another error comes through."""
    out = io.StringIO()
    set_up_logs("INFO", "json", [], out)
    for _ in range(5):
        log.warning("can't be written: %s", "store-full")
        log.info("all is well")
    log.warning("can't be written: %s", "store-busy")
    assert (out.getvalue().count("store-full"), out.getvalue().count("store-busy")) == (1, 1)
    assert out.getvalue().count("all is well") == 5
    record = log.makeRecord("somebody", logging.WARNING, "", 0, "can't be written: %s", ("store-full",), None)
    record.created += 61
    logging.getLogger().handle(record)
    assert out.getvalue().count("store-full") == 2


async def test_nothing_takes_the_place_of_closed_streams(tmp_path: Path) -> None:
    """With all standard streams closed, no file of ours gets a number that a library writes its complaints to."""
    closed = f"exec {sys.executable} -m bot db upgrade 0<&- 1>&- 2>&-"
    process = await asyncio.create_subprocess_exec("/bin/sh", "-c", closed, cwd=tmp_path, env=environment(tmp_path))
    assert await asyncio.wait_for(process.wait(), 60) == 0
    assert (tmp_path / "data" / "pactwatch.db").read_bytes().startswith(b"SQLite format 3")

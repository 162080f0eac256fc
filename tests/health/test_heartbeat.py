"""The event loop is watched: how late it is, where it stands while it does not answer, and what systemd hears of it."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import os
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.heartbeat import BEAT_SECONDS, PATIENCE_SECONDS, Heartbeat, ServiceManager
from bot.logs import set_up_logs

NIGHTLY = os.environ.get("PACTWATCH_NIGHTLY") == "1"
SECRET = "987654321:AAcanaryCANARYcanaryCANARYcanary12"
WORK, PATIENCE, EVERY = (5.0, PATIENCE_SECONDS, BEAT_SECONDS) if NIGHTLY else (0.8, 0.3, 0.05)


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What the log of a service that knows SECRET holds."""
    out, root = io.StringIO(), logging.getLogger()
    before = root.handlers[:], root.level
    set_up_logs("INFO", "json", [SECRET], out)
    yield out
    root.handlers[:], root.level = before
    logging.captureWarnings(False)


def a_slow_feed(seconds: float) -> None:
    time.sleep(seconds)  # "987654321:AAcanaryCANARYcanaryCANARYcanary12" is in this line, and so in the stack


async def test_a_loop_that_is_held_up_says_where_it_stands(written: io.StringIO) -> None:
    """Work that holds up all answers is named in the log, once each time, by the place in the code and without secrets."""
    lags: list[float] = []
    heartbeat = Heartbeat(lagged=lags.append, patience=PATIENCE, every=EVERY)
    heartbeat.start()
    try:
        for _ in range(2):
            await asyncio.sleep(3 * EVERY)
            a_slow_feed(WORK)
        await asyncio.sleep(3 * EVERY)
    finally:
        heartbeat.stop()
    lines = [json.loads(line) for line in written.getvalue().splitlines()]
    stacks = [each["event"] for each in lines if each["level"] == "error"]
    assert heartbeat.blocks == len(stacks) == 2
    assert all("in a_slow_feed" in each and "test_heartbeat.py" in each for each in stacks)
    assert sum("answers again after" in each["event"] for each in lines) == 2
    assert "canary" not in written.getvalue().lower()
    assert max(lags) > WORK - EVERY


async def test_a_loop_that_answers_is_left_alone(written: io.StringIO) -> None:
    """A busy service whose event loop keeps turning writes nothing of the kind."""
    lags: list[float] = []
    heartbeat = Heartbeat(lagged=lags.append, patience=PATIENCE, every=EVERY)
    heartbeat.start()
    try:
        until = time.monotonic() + 2 * PATIENCE
        while time.monotonic() < until:
            a_slow_feed(0.01)
            await asyncio.sleep(0)
    finally:
        heartbeat.stop()
    assert len(lags) > 2
    assert written.getvalue() == ""


@pytest.mark.parametrize("abstract", [False, True])
async def test_systemd_hears_of_readiness_once_and_of_life_in_time(tmp_path: Path, abstract: bool) -> None:
    """READY comes with the last part and not before, and WATCHDOG in half of the time that the unit allows."""
    name = f"pactwatch-{os.getpid()}"
    address = f"@{name}" if abstract else str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(f"\0{name}" if abstract else address)
        systemd.settimeout(0)
        manager = ServiceManager({"NOTIFY_SOCKET": address, "WATCHDOG_USEC": "1400000"})

        def heard() -> list[str]:
            lines: list[str] = []
            try:
                while True:
                    lines += systemd.recv(4096).decode().splitlines()
            except BlockingIOError:
                return lines

        manager.beat({})
        assert heard() == ["STATUS=waiting for the start", "WATCHDOG=1", "EXTEND_TIMEOUT_USEC=30000000"]
        manager.beat({"telegram": True, "discord": False})
        assert heard() == ["STATUS=waiting for discord", "EXTEND_TIMEOUT_USEC=30000000"]
        manager.beat({"telegram": True, "discord": True})
        assert heard() == ["STATUS=ready", "READY=1"]
        manager.beat({"telegram": False, "discord": True})
        assert heard() == ["STATUS=waiting for telegram"]
        await asyncio.sleep(0.3)
        manager.beat({"telegram": True, "discord": True})
        assert heard() == ["STATUS=ready", "WATCHDOG=1"]
        manager.tell("STOPPING=1")
        assert heard() == ["STOPPING=1"]


async def test_without_systemd_nobody_is_told() -> None:
    """A service started by hand looks for no systemd, and one whose systemd is gone goes on."""
    for around in (
        {},
        {"NOTIFY_SOCKET": "/nowhere/notify"},
        {"NOTIFY_SOCKET": "/nowhere/notify", "WATCHDOG_PID": "1", "WATCHDOG_USEC": "2"},
    ):
        manager = ServiceManager(around)
        assert manager.beat({"telegram": True}) is manager.tell("STOPPING=1") is None, "it raises nothing"

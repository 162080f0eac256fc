from __future__ import annotations

import io
import json
import logging
import re
from collections.abc import Iterator

import pytest

from bot.logs import Marks, set_up_logs

TELEGRAM = "987654321:AAcanaryCANARYcanaryCANARYcanary12"
DISCORD = "MTIzNDU2Nzg5MDEyMzQ1Njc4.GcAnAr.canaryCANARYcanaryCANARYcanary1234"


@pytest.fixture(autouse=True)
def root_logger() -> Iterator[None]:
    root = logging.getLogger()
    before = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = before
    logging.captureWarnings(False)


@pytest.mark.parametrize("form", ["json", "text"])
def test_no_secret_passes_the_log(form: str) -> None:
    """A token in a message, an argument, a traceback or an address is hidden, whoever logs it."""
    out = io.StringIO()
    set_up_logs("DEBUG", form, ["short-secret-word"], out)
    log = logging.getLogger("somebody.else")
    log.info("POST https://api.telegram.org/bot%s/getMe", TELEGRAM)
    log.info("encoded %s", TELEGRAM.replace(":", "%3A"))
    log.warning("token %s", DISCORD)
    log.info("header short-secret-word")
    try:
        raise ValueError(f"bad token {TELEGRAM}")
    except ValueError:
        log.exception("failed")
    written = out.getvalue()
    assert "canary" not in written.lower()
    assert "short-secret-word" not in written
    assert "POST https://api.telegram.org/bot" in written
    assert "Traceback" in written


def test_the_part_after_the_colon_is_a_secret_too() -> None:
    """Half a Telegram token is not shown either."""
    out = io.StringIO()
    set_up_logs("INFO", "json", [TELEGRAM], out)
    logging.getLogger("x").info("half: %s", TELEGRAM.partition(":")[2])
    assert "canary" not in out.getvalue().lower()


def test_libraries_that_log_addresses_are_quiet() -> None:
    """The HTTP libraries' own lines don't appear even at DEBUG."""
    out = io.StringIO()
    set_up_logs("DEBUG", "json", [], out)
    for name in ("httpx", "httpcore.connection", "aiohttp.client", "telegram.Bot"):
        logging.getLogger(name).info("GET https://api.telegram.org/bot1:x")
    assert out.getvalue() == ""


def test_an_id_is_a_mark_wherever_it_stands() -> None:
    """No id of a person or chat is written, and one chat's lines can still be found, whoever logs it and how."""
    out = io.StringIO()
    set_up_logs("DEBUG", "json", [TELEGRAM], out, key=b"key")
    log = logging.getLogger("somebody.else")
    log.info("chat %s", "telegram:-1001234567890/45")
    log.info("%s left", -1001234567890, extra={"chat": -1001234567890, "rows": 12, "places": ["discord:@77"]})
    log.info('{"id":1001234567890} /channels/900000000000000001/messages terminal:anna')
    try:
        raise ValueError("chat -1001234567890 is gone")
    except ValueError:
        log.exception("failed")
    written = out.getvalue()
    assert not re.search("1234567890|900000000000000001|terminal:anna|:@?77", written)
    lines = [json.loads(line) for line in written.splitlines()]
    mark = Marks(b"key").of("-1001234567890")
    assert [mark in line for line in map(json.dumps, lines)] == [True, True, False, True]
    assert lines[0]["event"] == f"chat telegram:{mark}/45"
    assert (lines[1]["chat"], lines[1]["rows"]) == (mark, 12)
    assert Marks(b"another").of("-1001234567890") != mark


def test_what_is_no_id_stays_readable() -> None:
    """Addresses, moments, durations, hashes and small numbers are logged as they are."""
    out = io.StringIO()
    set_up_logs("DEBUG", "text", [], out)
    said = "http://127.0.0.1:38080 2026-11-30T11:21:09.123456Z 1234.567890 s 0123456abc 42 of 99999 A-1234567 #1234567 1,234,567"
    logging.getLogger("x").info(said)
    assert said in out.getvalue()

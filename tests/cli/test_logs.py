from __future__ import annotations

import io
import logging
from collections.abc import Iterator

import pytest

from bot.logs import set_up_logs

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

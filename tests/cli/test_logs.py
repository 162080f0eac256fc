from __future__ import annotations

import base64
import html
import io
import json
import logging
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest

from bot.core.hiding import Marks, Redactor
from bot.logs import set_up_logs
from tests.secrets import CANARIES, scan

ROOT = Path(__file__).parents[2]

TELEGRAM = "987654321:AAcanaryCANARYcanaryCANARYcanary12"
DISCORD = "MTIzNDU2Nzg5MDEyMzQ1Njc4.GcAnAr.canaryCANARYcanaryCANARYcanary1234"


@pytest.fixture(autouse=True)
def root_logger() -> Iterator[None]:
    root = logging.getLogger()
    before = root.handlers[:], root.level
    hooks = sys.excepthook, threading.excepthook, sys.unraisablehook, logging.raiseExceptions
    yield
    root.handlers[:], root.level = before
    sys.excepthook, threading.excepthook, sys.unraisablehook, logging.raiseExceptions = hooks
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


SHAPES: dict[str, Callable[[str], object]] = {
    "raw": str,
    "in an address": lambda secret: quote(secret, safe=""),
    "as a form": quote_plus,
    "JSON": json.dumps,
    "JSON in JSON": lambda secret: json.dumps({"x": json.dumps(secret)}),
    "repr": lambda secret: repr({"x": secret}),
    "ascii": ascii,
    "HTML": html.escape,
    "bytes": lambda secret: secret.encode(),
    "hex": lambda secret: secret.encode().hex(),
    "hex in capitals": lambda secret: secret.encode().hex().upper(),
    "cut": lambda secret: "https://example.org/bot" + secret[:20],
    "base64": lambda secret: base64.b64encode(secret.encode()).decode(),
    "base64, one byte on": lambda secret: base64.b64encode(b"u" + secret.encode()).decode(),
    "base64, two bytes on": lambda secret: base64.urlsafe_b64encode(b"u:" + secret.encode() + b"#").decode(),
    "an exception": ValueError,
}


@pytest.mark.parametrize("form", ["json", "text"])
@pytest.mark.parametrize("shape", SHAPES)
def test_no_encoding_of_a_secret_passes_the_log(shape: str, form: str) -> None:
    """A secret is hidden however a library wrote it: escaped, encoded, dumped, cut off or as an object's repr."""
    out = io.StringIO()
    held = [secret for name, secret in CANARIES.items() if "reader" not in name]
    set_up_logs("DEBUG", form, held, out)
    log = logging.getLogger("somebody.else")
    for secret in CANARIES.values() if shape in ("raw", "in an address", "JSON", "repr") else held:
        log.info("so: %s.", SHAPES[shape](secret))
        log.info("an object", extra={"thing": {"inner": [SHAPES[shape](secret)]}})
    assert scan("the log", out.getvalue()) == []


def test_a_password_with_an_accent_is_hidden_in_bytes() -> None:
    """A password that is not of ASCII is hidden where a library writes the bytes that it sent."""
    assert Redactor(["caffè-e-latte"])(f"sent {'caffè-e-latte'.encode()!r}") == "sent b'[hidden]'"


def test_what_nobody_caught_goes_through_the_log() -> None:
    """Tracebacks that Python prints by itself, of threads and of the collector too, hide secrets like any line."""
    done = subprocess.run([sys.executable, "-c", UNCAUGHT, TELEGRAM], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 1
    assert scan_for_words(done.stdout + done.stderr) == []
    written = done.stderr
    for told in (
        "in the main one",
        "of a thread",
        "of the collector",
        "of a task",
        "a warning",
        "a note",
        "could not be written",
    ):
        assert told in written, written
    assert all(json.loads(line) for line in written.splitlines())


def scan_for_words(text: str) -> list[str]:
    return [word for word in ("canary", "CANARY") if word in text]


UNCAUGHT = """
import asyncio, gc, logging, sys, threading, warnings
from bot.logs import set_up_logs
token = sys.argv[1]
set_up_logs("DEBUG", "json", [token])
def fail(where): raise ValueError(f"{where} {token}")
thread = threading.Thread(target=fail, args=("of a thread",), name=token); thread.start(); thread.join()
class Left:
    def __del__(self): fail("of the collector")
Left(); gc.collect()
async def main():
    task = asyncio.ensure_future(asyncio.sleep(0, None)); await task
    async def one(): fail("of a task")
    task = asyncio.create_task(one(), name=token); await asyncio.sleep(0.01); del task; gc.collect()
asyncio.run(main())
warnings.warn("a warning " + token)
logging.getLogger(token).info("%d", token)
error = ValueError("in the main one"); error.add_note("a note " + token)
raise error
"""


def test_a_line_that_can_not_be_written_shows_nothing_elsewhere(capsys: pytest.CaptureFixture[str]) -> None:
    """When the log's stream is broken, nothing of the line appears in another place."""

    class Full(io.StringIO):
        def write(self, _: str, /) -> int:
            raise OSError(28, "No space left on device")

    set_up_logs("INFO", "json", [TELEGRAM], Full())
    logging.getLogger("x").info("here: %s", TELEGRAM)
    assert scan_for_words("".join(capsys.readouterr())) == []


def test_a_weak_password_does_not_empty_the_log() -> None:
    """A password that is a word of every line hides nothing else: only what is long enough to be a secret is hidden."""
    out = io.StringIO()
    set_up_logs("INFO", "json", ["pw", "postgres"], out)
    logging.getLogger("x").info("a pwned line of postgres about postern gates")
    assert "a pwned line of [hidden] about postern gates" in out.getvalue()


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("postgresql://me:open@h/d", "postgresql://me:[hidden]@h/d"),
        ("https://:open@h/x", "https://:[hidden]@h/x"),
        ("host=h password=open dbname=d", "host=h password=[hidden] dbname=d"),
        ("?password=open&x=1", "?password=[hidden]&x=1"),
        ('{"Authorization": "Bearer open"}', '{"Authorization": "Bearer [hidden]"}'),
        ("('Authorization', 'Basic open')", "('Authorization', 'Basic [hidden]')"),
        ("http://127.0.0.1:8080/x and me@example.org", "http://127.0.0.1:8080/x and me@example.org"),
        ("2026-11-30T10:20:30Z delivery 12345:67", "2026-11-30T10:20:30Z delivery 12345:67"),
    ],
)
def test_what_has_the_form_of_a_secret_is_hidden(line: str, shown: str) -> None:
    """A password that nobody told us of is hidden where its place gives it away, and nothing else is."""
    assert Redactor(())(line) == shown

"""Logging: structlog over the standard library, one handler on the root logger. No secret, nobody's id through it."""

from __future__ import annotations

import hashlib
import hmac
import logging
import os
import re
import sys
from collections.abc import Iterable, Mapping
from typing import Any, TextIO

import structlog

TELEGRAM_TOKEN = re.compile(r"\d{5,}(?::|%3A)[A-Za-z0-9_-]{20,}")
DISCORD_TOKEN = re.compile(r"[A-Za-z0-9_-]{23,28}\.[A-Za-z0-9_-]{6,7}\.[A-Za-z0-9_-]{27,}")
HIDDEN = "[hidden]"
REPEAT_SECONDS, REMEMBERED = 60.0, 500

REFERENCE = re.compile(r"\b(telegram|discord|terminal):@?([^\s,;:/()\[\]{}'\"]+)")
NUMBER = re.compile(r"(?<![\w.~#])(?<![A-Z]-)-?\d{6,}(?!\w|\.\d)")
"""Ids of people, chats and messages have six digits and more; what else has is logged as #123456, A-12 or 123,456."""
ID_FROM = 100_000
MARK_DIGITS = 10

# These log whole addresses at INFO or DEBUG, and a Telegram address holds the token; some log statements with what
# stands in them, or what people wrote.
QUIET = (
    "alembic",
    "httpx",
    "httpcore",
    "aiohttp",
    "asyncio",
    "aiosqlite",
    "psycopg",
    "sqlalchemy",
    "telegram",
    "discord.http",
)
# At DEBUG it logs whatever the gateway says; what it says of its connection is worth reading.
TERSE = ("discord",)


class Redactor:
    """Takes secrets out of a finished line: the known ones and whatever looks like one."""

    def __init__(self, secrets: Iterable[str]) -> None:
        forms = {form for secret in secrets if secret for form in (secret, secret.replace(":", "%3A"))}
        # The part behind the colon alone opens the account as well.
        forms |= {secret.partition(":")[2] for secret in secrets if len(secret.partition(":")[2]) >= 6}
        known = "|".join(re.escape(form) for form in sorted(forms, key=len, reverse=True))
        self._known = re.compile(known) if known else None

    def __call__(self, line: str) -> str:
        """The line without secrets."""
        if self._known is not None:
            line = self._known.sub(HIDDEN, line)
        return DISCORD_TOKEN.sub(HIDDEN, TELEGRAM_TOKEN.sub(HIDDEN, line))


class Marks:
    """Puts a mark in the place of an id: the same for the same id, and nothing leads back from it without the key.

    key: what only the operator has. They find the lines of one chat by `pactwatch mark telegram:-100123`; empty makes
    one up, and then marks compare within this process only.
    """

    def __init__(self, key: bytes) -> None:
        # Under a name of its own, so that a mark says nothing of what else the key is for.
        self._key = hmac.digest(key, b"pactwatch log marks", "sha256") if key else os.urandom(32)

    def of(self, identity: str) -> str:
        """The mark of an id as the platform writes it: `-100123`."""
        return f"~{hmac.new(self._key, identity.encode(), hashlib.sha256).hexdigest()[:MARK_DIGITS]}"

    def text(self, text: str) -> str:
        """The text with marks for ids."""
        named = REFERENCE.sub(lambda found: f"{found[1]}:{self.of(found[2])}", text)
        return NUMBER.sub(lambda found: self.of(found[0]), named)


class HidingPeople:
    """The step before a line is written: marks for ids in all that it says, tracebacks included.

    Before and not after, for a mark in the place of a bare number would leave no JSON. Secrets go first: a Telegram
    token begins like an id, and without its beginning nothing would know it for one.
    """

    def __init__(self, redact: Redactor, marks: Marks) -> None:
        self._redact = redact
        self._marks = marks

    def __call__(self, _logger: object, _name: str, event: Mapping[str, Any]) -> dict[str, Any]:
        """The event without ids; shape as structlog's processors have it."""
        return {name: value if name == "timestamp" else self._hidden(value) for name, value in event.items()}

    def _hidden(self, value: Any) -> Any:
        match value:
            case None | bool() | float():
                return value
            case int():
                return self._marks.of(str(value)) if abs(value) >= ID_FROM else value
            case Mapping():
                return {str(self._hidden(key)): self._hidden(each) for key, each in value.items()}
            case list() | tuple() | set() | frozenset():
                return [self._hidden(each) for each in value]
            case _:
                return self._marks.text(self._redact(str(value)))


class RedactingFormatter(logging.Formatter):
    """Formats by another formatter, tracebacks included, and redacts the result."""

    def __init__(self, inner: logging.Formatter, redact: Redactor) -> None:
        super().__init__()
        self._inner = inner
        self._redact = redact

    def format(self, record: logging.LogRecord) -> str:
        """The finished, redacted line."""
        return self._redact(self._inner.format(record))


class LastingHandler(logging.StreamHandler[TextIO]):
    """Writes lines to a stream that may break: the program goes on, what could not be written is counted.

    Past the buffers of the stream where it stands for a file: what is left in one when its disk is full or its reader
    gone would be tried again by each later line, and at the end fail the whole program.

    A warning or an error that was said within the last minute is not said again: a full disk or a busy database meets
    whoever writes, several times a second. What is critical tells of a change and is always said.
    """

    def __init__(self, stream: TextIO) -> None:
        super().__init__(stream)
        self.lost = 0
        """Lines that could not be written, since the start."""
        self._unsaid = 0
        self._torn = False
        self._said: dict[tuple[object, ...], float] = {}
        try:
            self._file: int | None = stream.fileno()
        except (OSError, ValueError):
            self._file = None

    def emit(self, record: logging.LogRecord) -> None:
        """Write the line, after a word about those that were lost before it. Raises nothing."""
        if self._is_repeated(record):
            return
        try:
            line = self.format(record)
        except Exception:  # noqa: BLE001 - a line with a faulty message must not stop what it tells of
            self.handleError(record)
            return
        try:
            if self._unsaid:
                self._write(self.format(_of_lost(self._unsaid)))
                self._unsaid = 0
            self._write(line)
        except (OSError, ValueError):
            self.lost += 1
            self._unsaid += 1

    def _is_repeated(self, record: logging.LogRecord) -> bool:
        if not logging.WARNING <= record.levelno <= logging.ERROR:
            return False
        said = (record.name, record.msg, str(record.args), repr(record.exc_info and record.exc_info[1]))
        last = self._said.get(said)
        if last is not None and 0 <= record.created - last < REPEAT_SECONDS:
            return True
        if len(self._said) >= REMEMBERED:
            self._said.clear()
        self._said[said] = record.created
        return False

    def _write(self, line: str) -> None:
        if self._file is None:
            self.stream.write(f"{line}\n")
            self.stream.flush()
            return
        rest = (f"\n{line}\n" if self._torn else f"{line}\n").encode(errors="replace")
        while rest:
            written = os.write(self._file, rest)
            self._torn = written < len(rest)
            rest = rest[written:]


def _of_lost(count: int) -> logging.LogRecord:
    text, where = "%d lines of the log could not be written", __name__
    return logging.LogRecord(where, logging.WARNING, __file__, 0, text, (count,), None)


def lost_lines() -> int:
    """How many lines this process could not write to its log."""
    return sum(each.lost for each in logging.getLogger().handlers if isinstance(each, LastingHandler))


def set_up_logs(
    level: str, form: str, secrets: Iterable[str], stream: TextIO | None = None, *, key: bytes = b""
) -> None:
    """Send all logs of this process to `stream` (standard error), redacted, with marks for ids.

    form: `json` for lines of JSON, `text` for people, `auto` for whichever suits the stream. key: see `Marks`.
    """
    redact = Redactor(secrets)
    out = stream or sys.stderr
    coloured = out.isatty()
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    if form == "json" or (form == "auto" and not coloured):
        final: Any = structlog.processors.JSONRenderer(ensure_ascii=False)
    else:
        final = structlog.dev.ConsoleRenderer(colors=coloured)
    inner = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            HidingPeople(redact, Marks(key)),
            final,
        ],
    )
    handler = LastingHandler(out)
    handler.setFormatter(RedactingFormatter(inner, redact))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in TERSE:
        logging.getLogger(name).setLevel(max(logging.INFO, root.level))
    logging.captureWarnings(capture=True)

"""Logging: structlog over the standard library, one handler on the root logger. No secret, nobody's id through it."""

from __future__ import annotations

import logging
import os
import sys
import threading
from collections.abc import Iterable, Mapping
from types import TracebackType
from typing import Any, TextIO

import structlog

from bot.core.hiding import Marks, Redactor

LONGEST = 20_000
REPEAT_SECONDS, REMEMBERED = 60.0, 500

ID_FROM = 100_000

# At INFO or DEBUG these log addresses, requests, statements or what people typed; a Telegram address holds the token.
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
    "discord.webhook",
)

# At DEBUG it logs every event, with the token by which it is answered; its INFO says when a connection came up.
TERSE = ("discord",)


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

        self.redact = redact

    def format(self, record: logging.LogRecord) -> str:
        """The finished, redacted line."""
        try:
            line = self._inner.format(record)
        except Exception as error:  # noqa: BLE001 - logging would print what it was given, past the redaction
            told = f"a line could not be written: {type(error).__name__}"
            line = self._inner.format(
                logging.LogRecord(record.name, logging.ERROR, record.pathname, record.lineno, told, None, None)
            )
        return self.redact(line)


def redacted(text: str) -> str:
    """The text as this process would log it, for what is said to the operator beside the log."""
    found = (each.formatter for each in logging.getLogger().handlers if isinstance(each.formatter, RedactingFormatter))
    formatter = next(found, None)
    return formatter.redact(text) if formatter else Redactor(())(text)


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
        _shortened,
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
    # Where the stream is broken, logging would print the record's arguments beside it as they are.
    logging.raiseExceptions = False
    _log_what_nobody_caught()


def _shortened(_logger: Any, _method: str, event: Any) -> Any:
    """Cut what is very long, such as a proxy's page that a library quotes: the loop waits while it is redacted."""
    for name, value in event.items():
        if isinstance(value, str) and len(value) > LONGEST:
            event[name] = f"{value[:LONGEST]}… ({len(value) - LONGEST} more)"
    return event


def _log_what_nobody_caught() -> None:
    """Send what Python would print by itself through the log: its tracebacks and objects may hold secrets."""
    log = logging.getLogger("python")

    def uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            return
        log.critical("unexpected error", exc_info=(kind, error, trace))

    def in_thread(args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            name = args.thread.name if args.thread else "a thread"
            log.error("unexpected error in %s", name, exc_info=(args.exc_type, args.exc_value, args.exc_traceback))

    def unraisable(args: sys.UnraisableHookArgs) -> None:
        error = args.exc_value or args.exc_type()
        where = getattr(args.object, "__qualname__", type(args.object).__name__)
        log.error("unexpected error in %s", where, exc_info=(args.exc_type, error, args.exc_traceback))

    sys.excepthook, threading.excepthook, sys.unraisablehook = uncaught, in_thread, unraisable

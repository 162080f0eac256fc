"""Logging: structlog over the standard library, one handler on the root logger, and no secret through it."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Iterable
from typing import Any, TextIO

import structlog

TELEGRAM_TOKEN = re.compile(r"\d{5,}(?::|%3A)[A-Za-z0-9_-]{20,}")
DISCORD_TOKEN = re.compile(r"[A-Za-z0-9_-]{23,28}\.[A-Za-z0-9_-]{6,7}\.[A-Za-z0-9_-]{27,}")
HIDDEN = "[hidden]"

# These log whole addresses at INFO or DEBUG, and a Telegram address holds the token.
QUIET = (
    "alembic",
    "httpx",
    "httpcore",
    "aiohttp",
    "asyncio",
    "aiosqlite",
    "telegram.Bot",
    "telegram.ext",
    "discord.http",
)


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


class RedactingFormatter(logging.Formatter):
    """Formats by another formatter, tracebacks included, and redacts the result."""

    def __init__(self, inner: logging.Formatter, redact: Redactor) -> None:
        super().__init__()
        self._inner = inner
        self._redact = redact

    def format(self, record: logging.LogRecord) -> str:
        """The finished, redacted line."""
        return self._redact(self._inner.format(record))


def set_up_logs(level: str, form: str, secrets: Iterable[str], stream: TextIO | None = None) -> None:
    """Send all logs of this process to `stream` (standard error), redacted.

    form: `json` for lines of JSON, `text` for people, `auto` for whichever suits the stream.
    """
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
        foreign_pre_chain=shared, processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, final]
    )
    handler = logging.StreamHandler(out)
    handler.setFormatter(RedactingFormatter(inner, Redactor(secrets)))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.captureWarnings(capture=True)

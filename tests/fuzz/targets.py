"""What is fuzzed, as plain functions: each takes a generated input and raises AssertionError, or what nobody expected.

They are called by Hypothesis (`test_targets.py`), and take what any other fuzzer makes as well.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import discord
from telegram import Update

from bot.adapters.console.render import plain, rich
from bot.adapters.discord import inbound as discord_inbound
from bot.adapters.discord.render import render as render_discord
from bot.adapters.discord.render import single as single_discord
from bot.adapters.telegram.events import read_events
from bot.adapters.telegram.http import AiohttpRequest
from bot.adapters.telegram.inbound import Incoming, order_key, read, read_inline
from bot.adapters.telegram.render import render as render_telegram
from bot.adapters.telegram.rights import Rights
from bot.core import dates, fields, numerals, recurrence, references, sanitize, schedules, tokens
from bot.core.commands import LONGEST_TEXT
from bot.core.documents import Document
from bot.core.entries import is_date
from bot.core.errors import Mistake
from bot.core.places import ChatRef, UserRef
from bot.core.requests import Request
from bot.services import wishes
from handlers import COMMANDS
from storage.dossier import read_dossier, shipped_dossier
from tests.platforms.discord_limits import mention_faults, message_faults
from tests.platforms.telegram_limits import check_entities, check_keyboard, check_text

SECONDS = 10.0
"""More than any input takes on a busy machine, and far less than one that hangs."""
LONGEST_FAULT = 700
NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
ROME = ZoneInfo("Europe/Rome")
MENUS = {"Check this": "check"}
RIGHTS = Rights(request=AiohttpRequest(1), url="", bot=1)
UNREADABLE = (OSError, KeyError, TypeError, ValueError, AttributeError, IndexError, OverflowError)
"""What a malformed update may raise where it is read: the platforms skip it then, and log it."""


@contextmanager
def in_time() -> Iterator[None]:
    begun = time.monotonic()
    yield
    assert time.monotonic() - begun < SECONDS


def parsers() -> tuple[references.ReferenceReader, ...]:
    """A reader of references that knows the shipped instruments, and one that knows none."""
    dossier, _ = read_dossier(shipped_dossier())
    assert dossier is not None
    return references.ReferenceReader(dossier.instruments), references.ReferenceReader(())


def parse(text: str, readers: tuple[references.ReferenceReader, ...]) -> None:
    """Everything of the core that reads what people typed: a result or a Mistake, in time, and nothing else."""
    text = text[:LONGEST_TEXT]
    with in_time():
        cleaned = sanitize.clean(text)
        assert sanitize.clean(cleaned) == cleaned
        tokens.holds_token(text)
        for line in (text, cleaned):
            for command in COMMANDS:
                with suppress(Mistake):
                    command.bind(line)
                for spec in command.params:
                    with suppress(Mistake):
                        command.bind("", {spec.name: line})
            for reader in readers:
                found = reader.read(line)
                assert found is None or found.article is None or found.article == "preamble" or found.article.isdigit()
                reader.mentioned(line)
            _read_dates(line)
            _read_fields(line)
            numerals.joined(references.tokens(line))
            for folded in (references.fold, references.skeleton, fields.fold_word):
                folded(line)
            for read_setting in (
                wishes.read_setting, wishes.read_switch, wishes.read_times, wishes.read_digest, wishes.read_quiet,
                wishes.take_chat, wishes.chat_name, UserRef.parse, ChatRef.parse,
            ):  # fmt: skip
                with suppress(Mistake, ValueError):
                    read_setting(line)


def _read_dates(line: str) -> None:
    for today in (None, "2026-11-30"):
        found = dates.iso_date(line, today)
        assert found is None or is_date(found)
    rest, named = references.split_as_of(line)
    assert len(rest) <= len(line)
    assert named is None or named in line
    with suppress(Mistake):
        assert is_date(references.read_date(line, "2026-11-30"))
    with suppress(Mistake):
        assert schedules.read_local(line, ROME, NOW).tzinfo is not None
    if recurrence.recurs(line):
        with suppress(Mistake):
            kept = recurrence.read_recurrence(line)
            recurrence.next_slot(kept.days, kept.minute, ROME, NOW)


def _read_fields(line: str) -> None:
    lead, given = fields.read_parts(line)
    assert isinstance(lead, str)
    assert all(isinstance(each.value, str) for each in given)
    assert fields.language_of(line, "it") in ("it", "en", "ru", "ko")
    with suppress(Mistake):
        for each in fields.citations(line):
            assert each.url.isascii()
            assert each.url.startswith(("http://", "https://"))
            assert "@" not in urlsplit(each.url).netloc
            assert fields.host_of(each.url)


def show(document: Document) -> None:
    """A document on every platform: within its limits, entities within the text, nobody pinged."""
    with in_time():
        assert "\x1b" not in plain(document)
        rich(document)
        for most in (1, 3):
            parts = render_telegram(document, most)
            assert 1 <= len(parts) <= most
            for part in parts:
                check_text(part.text)
                check_entities(part.text, part.entities)
                check_keyboard({"inline_keyboard": part.keyboard})
                assert not {each["type"] for each in part.entities} & {"mention", "text_mention"}
                assert part.body().isascii()
                assert part.bare().isascii()
        for message in (*render_discord(document), single_discord(document)):
            assert message_faults(message) == []
            assert mention_faults(message) == []
            json.dumps(message).encode()


def read_files(folder: Path) -> int:
    """A dossier's folder: read, or every fault as one clear line. Returns the number of faults."""
    with in_time():
        dossier, faults = read_dossier(folder)
    assert (dossier is None) == bool(faults)
    for fault in faults:
        line = str(fault)
        assert line.isprintable(), line
        assert len(line) <= LONGEST_FAULT, line
        assert "Traceback" not in line
    return len(faults)


def take_update(raw: Mapping[str, Any]) -> Request | None:
    """An update of Telegram's as the platform reads it: a whole request, nothing, or an error by which it is skipped."""
    logging.disable(logging.CRITICAL)
    try:
        with in_time():
            if read_events(raw):
                return None
            update = Update.de_json(dict(raw))
            order_key(update)
            if update.inline_query is not None:
                return _whole(read_inline(update.inline_query))
            incoming = read(update, "pactwatch_bot", RIGHTS)
    except UNREADABLE:
        return None
    finally:
        logging.disable(logging.NOTSET)
    assert incoming is None or isinstance(incoming, Incoming)
    # What Telegram never sends, such as a number for a button's data, goes as far as the platform's own guard.
    return _whole(incoming.request) if incoming and isinstance(incoming.request.line, str) else None


def take_interaction(payload: Mapping[str, Any], client: discord.Client) -> Request | None:
    """An interaction of Discord's, as above."""
    try:
        with in_time():
            interaction: Any = discord.Interaction(data=dict(payload), state=client._connection)  # type: ignore[arg-type]
            asked = discord_inbound.read(interaction, MENUS)
    except UNREADABLE:
        return None
    if asked is None or isinstance(asked, discord_inbound.Completion):
        return None
    # What Discord never sends, such as a number for a name, goes as far as the platform's own guard.
    return _whole(asked.request) if isinstance(asked.request.line, str) else None


def _whole(request: Request) -> Request:
    """The request, once it is sure that the dispatcher can take it."""
    texts = [request.line, *(request.values or {}).values(), *request.quoted_links, request.quoted or ""]
    assert all(isinstance(each, str) for each in texts)
    assert isinstance(request.actor.user.id, str)
    assert isinstance(request.chat.id, str)
    return request

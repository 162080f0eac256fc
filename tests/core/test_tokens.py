"""Tokens of bots among what people type: found wherever they are pasted, and nothing else is taken for one."""

from __future__ import annotations

import pytest

from bot.core.tokens import holds_token
from tests.secrets import DISCORD, TELEGRAM

FOUND = [
    TELEGRAM,
    DISCORD,
    f"/ask {TELEGRAM} what is it?",
    f"https://api.telegram.org/bot{TELEGRAM}/getMe",
    f"my token:{TELEGRAM}.",
    f'"{DISCORD}"',
    f"bot={TELEGRAM}",
    f"({DISCORD})",
]
PLAIN = [
    "/treaty article4",
    "12:30",
    "date: 2024-06-20",
    "telegram:123456789",
    "https://example.org/12345678:a-long-slug-of-an-article-about-it",
    "https://a-rather-long-name-of-host.example.org/a.pdf",
    "55512345:short",
    "F-12@3",
    "1.2.3",
    "조약 제4조: 상호 군사 원조",
]


@pytest.mark.parametrize("text", FOUND)
def test_a_pasted_token_is_noticed(text: str) -> None:
    """Whoever pastes a bot's token by mistake is told so, however it stands in the line."""
    assert holds_token(text)


@pytest.mark.parametrize("text", PLAIN)
def test_what_people_write_every_day_is_no_token(text: str) -> None:
    """Times, dates, ids, numbers and addresses with figures in them are taken for what they are."""
    assert not holds_token(text)

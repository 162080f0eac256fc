"""What tokens of bots look like, so that one that nobody told us of is still never shown, kept or logged."""

from __future__ import annotations

import re

TELEGRAM = r"[0-9]{5,20}(?::|%3A|%3a)[A-Za-z0-9_-]{20,}"
DISCORD = r"[A-Za-z0-9_-]{23,28}\.[A-Za-z0-9_-]{6,7}\.[A-Za-z0-9_-]{27,}"
# Telegram's has 35 signs behind the colon. Within a longer word it is somebody's number and name, unless that is an
# address of the Bot API.
_PASTED = re.compile(rf"(?:(?<![\w/-])|(?<=/bot))(?:[0-9]{{6,12}}:[A-Za-z0-9_-]{{30,50}}|{DISCORD})(?![\w-])")


def holds_token(text: str) -> bool:
    """Whether somebody pasted the token of a bot, this one or another."""
    return ("." in text or ":" in text) and _PASTED.search(text) is not None

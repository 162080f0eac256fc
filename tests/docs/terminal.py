"""The terminal chat of several people on one opened store: what `pactwatch chat --json` does, without a start each."""

from __future__ import annotations

import io
import json
from typing import Any

from bot.adapters.console.platform import ConsolePlatform
from bot.app import Core
from bot.core.authority import Role
from handlers import COMMANDS
from tests.docs.papers import DOCS

EXAMPLE = DOCS / "examples" / "antarctic"


async def says(core: Core, who: str, line: str, locale: str = "en") -> dict[str, Any]:
    """What somebody whose name is their role is answered, as `chat --json` prints it."""
    out = io.StringIO()
    console = ConsolePlatform(core.dispatcher, COMMANDS, name=who, role=Role[who.upper()], locale=locale)
    await console.pipe(io.StringIO(line), out, as_json=True)
    await core.refresh()
    return dict(json.loads(out.getvalue()))

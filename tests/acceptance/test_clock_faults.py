"""The real program on a machine whose clock is wrong: ahead, behind, years away, or standing."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from bot.settings import read_settings
from bot.watching import hold, let_go_on
from storage import open_store
from tests.acceptance.broadcast import Desk
from tests.acceptance.newsroom import until
from tests.acceptance.service import chat, running_service, url_of
from tests.platforms.telegram_client import TelegramApi, telegram_api
from tests.stores import rows

OLD, NEW = "Envoys met in Pyongyang on Monday.", "Envoys left Pyongyang by train."
TICKS_SECONDS = 1.5
"""In which every job of the clock had its turn."""
ALONE = {"REVIEW_APPROVALS": "0", "UNDO_SECONDS": "0", "DEFAULT_LOCALE": "en", "DEFAULT_TIMEZONE": "UTC"}


async def talk(
    folder: Path, lines: Iterable[str], *, role: str = "reader", user: str = "me", at: str = ""
) -> list[Any]:
    """The terminal chat, with its clock set to `at` as `faketime` reads it."""
    told = {"FAKETIME": at, "LD_PRELOAD": faketime(), "FAKETIME_DONT_FAKE_MONOTONIC": "1"} if at else {}
    return await chat(folder, lines, "--user", user, "--lang", "en", **ALONE, **told)


def faketime() -> str:
    """The library that the tool of this name loads into a program."""
    program = Path(shutil.which("faketime") or "").resolve()
    (found, *_) = sorted(program.parents[1].glob("lib*/**/faketime/libfaketime.so.1"))
    return str(found)


async def publish(folder: Path, *texts: str) -> None:
    """New facts that read so, as the desk publishes them."""
    store = await open_store(url_of(folder))
    try:
        desk = Desk(store)
        for text in texts:
            await desk.publish(text)
    finally:
        await store.close()


def pushed(replies: Iterable[dict[str, Any]]) -> list[tuple[str, str]]:
    """What came unasked: kind and text."""
    return [(each["kind"], each["text"]) for each in replies if each.get("push")]


@pytest.mark.needs("faketime")
async def test_a_start_ten_years_ahead_expires_nothing(folder: Path) -> None:
    """Started with a clock that is years away, the bot answers, says so, and closes nothing that waits to be sent."""
    await talk(folder, ["/subscribe"])
    await publish(folder, OLD)
    replies = await talk(folder, ["/treaty 4"], at="+10y")
    assert replies[0]["ok"]
    assert (pushed(replies), rows(url_of(folder), "select state from deliveries")) == ([], [("queued",)])
    assert len([text for _, text in pushed(await talk(folder, ["/treaty 4"], at="-1h")) if OLD in text]) <= 1
    assert len([text for _, text in pushed(await talk(folder, ["/treaty 4"], at="+1h")) if OLD in text]) <= 1
    assert rows(url_of(folder), "select state from deliveries") == [("delivered",)]


@pytest.mark.needs("faketime")
async def test_down_for_three_days(folder: Path) -> None:
    """After three days one digest comes, which says that it is late; alerts that are old news by then do not."""
    await talk(folder, ["/subscribe"], user="alert")
    await talk(folder, ["/subscribe daily"], user="digest")
    await publish(folder, OLD, NEW)
    ((kind, text),) = pushed(await talk(folder, ["/help"], user="digest", at="+3d"))
    assert (kind, OLD in text, NEW in text) == ("digest", True, True)
    assert "comes late" in text
    assert pushed(await talk(folder, ["/help"], user="digest", at="+3d")) == []
    assert pushed(await talk(folder, ["/help"], user="alert", at="+3d")) == []
    counts = dict(rows(url_of(folder), "select state, count(*) from deliveries group by state"))
    assert counts == {"delivered": 1, "expired": 2}
    assert rows(url_of(folder), "select distinct reason from deliveries where state = 'expired'") == [("too late",)]


@pytest.mark.needs("faketime")
async def test_a_service_lives_through_leaps(folder: Path) -> None:
    """Set ten years ahead, an hour back and right again while it runs, it answers, expires nothing and sends once."""
    clock = folder / "clock"
    clock.write_text("+0")
    told = {
        "LD_PRELOAD": faketime().replace("libfaketime.so", "libfaketimeMT.so"),
        "FAKETIME_TIMESTAMP_FILE": str(clock),
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "FAKETIME_NO_CACHE": "1",
    }
    reader = {"id": 77, "language_code": "en"}
    async with telegram_api() as telegram, running_service(folder, telegram=telegram, **ALONE, **told) as service:
        await telegram.say("/subscribe", user=reader)
        await hold(read_settings(_env_file=None, database_url=url_of(folder)))
        await publish(folder, OLD)
        for leap in ("+10y", "+0", "-1h", "+1h", "+0"):
            clock.write_text(leap)
            await asyncio.sleep(TICKS_SECONDS)
            assert "Article 4" in (await telegram.say("/treaty 4", user=reader)).text, leap
        assert rows(url_of(folder), "select state, count(*) from deliveries group by state") == [("queued", 1)]
        await let_go_on(read_settings(_env_file=None, database_url=url_of(folder)))
        await until(lambda: has_come(telegram, OLD), "the news of before the leaps", 20)
        assert await service.stop() == 0
        assert len([each for each in await telegram.sent(chat=77) if OLD in each.text]) == 1


async def has_come(telegram: TelegramApi, text: str) -> bool:
    return any(text in each.text for each in await telegram.sent(chat=77))

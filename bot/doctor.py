"""`pactwatch doctor`: looks at everything that the service needs, and says what to do about each.

It works beside a running service, changes nothing, and ends within some five seconds whatever does not answer.
"""

# ruff: noqa: PLC0415 - what a check needs is imported by it: wrong settings are to be told at once
from __future__ import annotations

import asyncio
import itertools
import json
import os
import stat
import threading
import zoneinfo
from collections.abc import Callable, Coroutine, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, replace
from datetime import datetime
from importlib import metadata
from ipaddress import ip_address
from pathlib import Path
from textwrap import TextWrapper
from typing import Any
from urllib.parse import SplitResult, urlsplit

import typer

from bot.core.checks import Check, Level, Place, mend, ok, warning
from bot.core.hiding import Redactor
from bot.core.places import Platform
from bot.core.times import SystemClock
from bot.settings import Settings, SettingsError, read_settings

SECONDS = 3.0
"""For each of the database and the platforms, all at once."""
ENV_FILE = Path(".env")
CONTAINER_MARKS = (Path("/.dockerenv"), Path("/run/.containerenv"))
WEBHOOK_PORTS = frozenset({443, 80, 88, 8443})
SECTIONS = ("settings", "database", "clock", "telegram", "discord", "locale", "search", "digest", "delivery", "desk")
EXIT_MEND, EXIT_CONFIGURATION = 1, 78


async def run_doctor(*, as_json: bool) -> int:
    """Look, print, and say by the exit code: 0 nothing must be mended, 1 something must, 78 wrong settings."""
    try:
        settings = read_settings()
    except (SettingsError, UnicodeError, OSError) as error:
        _print(unreadable(error), (), as_json=as_json)
        if not as_json:
            typer.echo("the rest is looked at once the settings can be used")
        return EXIT_CONFIGURATION
    from bot.logs import set_up_logs

    # What is wrong is among the findings; the libraries' warnings would say it again, between them.
    set_up_logs("DEBUG" if settings.log_level == "DEBUG" else "ERROR", settings.log_format, settings.secrets)
    found = await _look(settings)
    _print(found, settings.secrets, as_json=as_json)
    return EXIT_MEND if any(each.level is Level.MEND for each in found) else 0


async def _look(settings: Settings) -> list[Check]:
    loop = asyncio.get_running_loop()
    loop.set_default_executor(Daemons())
    places: asyncio.Future[Sequence[Place]] = loop.create_future()
    model, meaning = _model()
    parts = await asyncio.gather(
        _database(settings, model, places),
        _telegram(settings, places),
        _discord(settings, places),
        _program(settings),
    )
    found = [*advise(settings, Surroundings.here()), *itertools.chain.from_iterable(parts), *meaning]
    if not any(each.name.startswith("clock.") and each.name != "clock.zones" for each in found):
        found.append(ok("clock.time", f"{SystemClock().now():%Y-%m-%d %H:%M:%S} UTC, and nobody to compare it with"))
    return found


class Daemons(ThreadPoolExecutor):
    """A thread for each call, which nobody waits for at the end.

    A name that can't be looked up or a drive that does not answer holds its thread for minutes, and `asyncio.run` and
    the interpreter wait for the threads of any other executor.
    """

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Run `fn` in a thread of its own."""
        future: Future[Any] = Future()

        def work() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                result = fn(*args, **kwargs)
            except BaseException as error:  # noqa: BLE001 - raised where the result is awaited
                future.set_exception(error)
            else:
                future.set_result(result)

        threading.Thread(target=work, daemon=True).start()
        return future


# These import before the first of them runs: a platform's library takes half a second, which would come off the time
# that another has for its answer.
Looking = Coroutine[Any, Any, tuple[Check, ...]]


def _database(settings: Settings, model: str | None, places: asyncio.Future[Sequence[Place]]) -> Looking:
    from storage.checkup import examine, patient_of

    patient = patient_of(settings.database_url)
    return examine(patient, model=model, now=SystemClock().now(), seconds=SECONDS, places=places)


def _telegram(settings: Settings, places: asyncio.Future[Sequence[Place]]) -> Looking:
    if settings.telegram_bot_token is None:
        return _off("telegram")
    from bot.adapters.telegram.checkup import check_telegram

    return check_telegram(
        token=settings.telegram_bot_token.get_secret_value(),
        api_url=settings.telegram_api_url,
        webhook_url=settings.telegram_webhook_url,
        # Shielded, or the first platform that gives up would take them from the other.
        places=asyncio.shield(places),
        seconds=SECONDS,
    )


def _discord(settings: Settings, places: asyncio.Future[Sequence[Place]]) -> Looking:
    if settings.discord_bot_token is None:
        return _off("discord")
    from bot.adapters.discord.checkup import check_discord

    return check_discord(
        token=settings.discord_bot_token.get_secret_value(),
        api_url=settings.discord_api_url,
        places=asyncio.shield(places),
        seconds=SECONDS,
    )


async def _off(platform: str) -> tuple[Check, ...]:
    return (ok(f"{platform}.token", f"off: {platform.upper()}_BOT_TOKEN is not set"),)


async def _program(settings: Settings) -> tuple[Check, ...]:
    return await asyncio.to_thread(lambda: (time_zones(settings), locales()))


def _model() -> tuple[str | None, list[Check]]:
    """The model whose vectors there are to be; None with what is to be said of its absence."""
    from bot.embedding import MODEL, why_not

    if (reason := why_not()) is None:
        return MODEL, []
    told = f"model missing: questions are answered by words alone ({reason})"
    return None, [warning("search.meaning", told, "install it, or leave it: it is optional")]


# Settings


def unreadable(error: Exception) -> list[Check]:
    """What is to be said of settings that can't be used: a line for each fault."""
    advice = "correct it in .env or the environment; .env.example shows every setting"
    if isinstance(error, SettingsError):
        parts = [fault.partition(": ") for fault in error.faults]
        return [mend(f"settings.{name}", told, advice) for name, _, told in parts]
    told = "expected text in UTF-8" if isinstance(error, UnicodeError) else "can't be read"
    return [mend("settings.env", f".env: {told}", "save it as UTF-8, and let the service's user read it")]


class Surroundings:
    """What besides the settings counts. env_file: the text of `.env` and who may read it, None where there is none."""

    def __init__(self, env_file: tuple[str, int] | None = None, *, container: bool = False) -> None:
        self.env_file = env_file
        self.container = container

    @classmethod
    def here(cls) -> Surroundings:
        """Those of this process."""
        container = any(each.exists() for each in CONTAINER_MARKS)
        try:
            return cls((ENV_FILE.read_text(encoding="utf-8"), ENV_FILE.stat().st_mode), container=container)
        except (OSError, UnicodeError):
            return cls(container=container)


def advise(settings: Settings, around: Surroundings) -> list[Check]:
    """What is to be said of settings that can be used."""
    found = [
        *_secrets(settings, around),
        *_telegram_urls(settings),
        *_plain_ways(settings),
        *_address(settings, around),
        *_owners(settings),
        *_public(settings),
    ]
    on = [name for name, token in zip(("Telegram", "Discord"), _tokens(settings), strict=True) if token]
    told = f"all can be used; {' and '.join(on)} on" if on else "all can be used; no platform is on"
    advice = "" if on else "put TELEGRAM_BOT_TOKEN or DISCORD_BOT_TOKEN into .env to connect one"
    return [ok("settings.values", told, advice), *found]


def _tokens(settings: Settings) -> tuple[str, str]:
    held = (settings.telegram_bot_token, settings.discord_bot_token)
    telegram, discord = (each.get_secret_value() if each else "" for each in held)
    return telegram, discord


def _secrets(settings: Settings, around: Surroundings) -> Iterator[Check]:
    if around.env_file is not None:
        text, mode = around.env_file
        if mode & (stat.S_IRWXG | stat.S_IRWXO) and any(secret in text for secret in settings.secrets):
            told = "every user of this machine may read its tokens" if mode & stat.S_IROTH else "its group may read it"
            yield warning("settings.env", f".env: {told}", "chmod 600 .env")
    telegram, discord = _tokens(settings)
    secret = settings.telegram_webhook_secret
    held = {
        "TELEGRAM_BOT_TOKEN": telegram.partition(":")[2],
        "TELEGRAM_WEBHOOK_SECRET": secret.get_secret_value() if secret else "",
        "DISCORD_BOT_TOKEN": discord.rpartition(":")[2],
        "DATABASE_URL (its password)": urlsplit(settings.database_url).password or "",
    }
    known = [(name, value) for name, value in held.items() if value]
    for (one, value), (other, same) in itertools.combinations(known, 2):
        if value == same:
            yield warning("settings.secrets", f"{one} and {other} are the same", "give each of them its own")


def _telegram_urls(settings: Settings) -> Iterator[Check]:
    if settings.telegram_webhook_url is None:
        return
    url = urlsplit(settings.telegram_webhook_url)
    name, public = "settings.webhook", urlsplit(settings.telegram_api_url).hostname == "api.telegram.org"
    if url.scheme != "https":
        told = "TELEGRAM_WEBHOOK_URL: not https, so that what people write and the secret travel in the clear"
        advice = "use an https:// address, with a proxy that has a certificate before HTTP_ADDRESS"
        yield (mend if public else warning)(name, told, advice)
    elif public and (url.port or 443) not in WEBHOOK_PORTS:
        advice = f"Telegram delivers to the ports {', '.join(map(str, sorted(WEBHOOK_PORTS)))} only"
        yield mend(name, f"TELEGRAM_WEBHOOK_URL: port {url.port}", advice)


def _plain_ways(settings: Settings) -> Iterator[Check]:
    """Tokens that would travel in the clear."""
    ways = {"TELEGRAM_API_URL": settings.telegram_api_url, "DISCORD_API_URL": settings.discord_api_url}
    for (name, address), token in zip(ways.items(), _tokens(settings), strict=True):
        url = urlsplit(address)
        if token and url.scheme == "http" and not _loopback(url):
            told = f"{name}: not https, so that the token travels in the clear"
            yield warning("settings.api", told, "use an https:// address, or a server on this machine")


def _loopback(url: SplitResult) -> bool:
    return _is_loopback(url.hostname or "")


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _address(settings: Settings, around: Surroundings) -> Iterator[Check]:
    name, host = "settings.http", settings.http_address.rpartition(":")[0]
    if _is_loopback(host):
        yield ok(name, f"HTTP_ADDRESS {settings.http_address}: within this machine only")
        return
    told = f"HTTP_ADDRESS {settings.http_address}: open to other machines"
    if around.container:
        yield ok(name, f"{told}, as it must be in a container")
    elif settings.public_url or settings.telegram_webhook_url:
        yield ok(name, f"{told}, for what is to be reached from outside")
    else:
        advice = "127.0.0.1:8080, unless a proxy or a monitor on another machine asks it"
        yield warning(name, f"{told}, and nothing here needs that", advice)


def _owners(settings: Settings) -> Iterator[Check]:
    held = zip((Platform.TELEGRAM, Platform.DISCORD), _tokens(settings), strict=True)
    on = [platform for platform, token in held if token]
    there = [each for each in on if any(owner.platform is each for owner in settings.owners)]
    if there:
        yield ok("settings.owners", f"OWNERS: {len(settings.owners)}")
    elif on:
        told = "OWNERS: nobody" if not settings.owners else "OWNERS: nobody on a platform that is on"
        advice = "set it to yourself, such as telegram:<your number>: owners appoint editors"
        yield warning("settings.owners", f"{told}, so that nobody can appoint editors or hears of trouble", advice)


def _public(settings: Settings) -> Iterator[Check]:
    name = "settings.public"
    if settings.public_url is None:
        return
    url = urlsplit(settings.public_url)
    if _loopback(url):
        yield warning(name, "PUBLIC_URL: leads nowhere from other machines", "set the address people reach it by")
    elif url.scheme != "https":
        yield warning(name, "PUBLIC_URL: not https", "use an https:// address, with a proxy that has a certificate")
    else:
        yield ok(name, f"PUBLIC_URL {url.hostname}")


# What comes with the program


def time_zones(settings: Settings) -> Check:
    """Whether digests can be made by local time, and what time it is."""
    name, zone = "clock.zones", settings.default_timezone
    there = len(zoneinfo.available_timezones())
    try:
        version = metadata.version("tzdata")
        local = datetime.now(zoneinfo.ZoneInfo(zone))
    except (metadata.PackageNotFoundError, zoneinfo.ZoneInfoNotFoundError):
        return mend(name, "the time zone data is missing", "reinstall the program: the package tzdata comes with it")
    return ok(name, f"{there} zones (tzdata {version}); {zone}: {local:%Y-%m-%d %H:%M}")


def locales() -> Check:
    """Whether the bot has all its words in all its languages."""
    from bot.words import missing_keys, read_sources

    name, advice = "locale.words", "reinstall the program: its files are not as they were shipped"
    try:
        missing = missing_keys(read_sources())
    except (OSError, ValueError) as error:
        return mend(name, f"can't be read: {error}", advice)
    if not missing:
        return ok(name, "complete in it, en, ru, ko")
    told = "; ".join(f"{locale} lacks {len(keys)}, such as {keys[0]}" for locale, keys in missing.items())
    return mend(name, told, advice)


# Telling


def _print(found: Sequence[Check], secrets: Sequence[str], *, as_json: bool) -> None:
    shown = in_order([redacted(each, Redactor(secrets)) for each in found])
    if as_json:
        typer.echo(to_json(shown))
        return
    colours = {Level.OK: typer.colors.GREEN, Level.WARNING: typer.colors.YELLOW, Level.MEND: typer.colors.RED}
    for level, line in lines(shown, _width()):
        # Colour is taken out again where the output is no terminal.
        mark, rest = line[: len(level)], line[len(level) :]
        typer.echo(line if mark != level else typer.style(mark, fg=colours[level], bold=level is not Level.OK) + rest)
    typer.echo(summary(shown))


def _width() -> int | None:
    """The columns of the terminal; None where there is none, so that each check is one line for other programs."""
    try:
        return max(60, os.get_terminal_size(1).columns)
    except OSError:
        return None


def redacted(check: Check, redact: Redactor) -> Check:
    """The check without secrets, whatever a platform or a database put into its words."""
    return replace(check, found=redact(check.found), advice=redact(check.advice))


def in_order(found: Sequence[Check]) -> list[Check]:
    """The checks by section, as they were found within each."""
    place = {section: at for at, section in enumerate(SECTIONS)}
    return sorted(found, key=lambda each: place.get(each.name.partition(".")[0], len(SECTIONS)))


def to_json(found: Sequence[Check]) -> str:
    """One object on one line."""
    fine = not any(each.level is Level.MEND for each in found)
    return json.dumps({"ok": fine, "checks": [asdict(each) for each in found]}, ensure_ascii=False)


def lines(found: Sequence[Check], width: int | None) -> Iterator[tuple[Level, str]]:
    """The checks for people: a line each, or wrapped to a width with the advice below. Each line with its level."""
    marks = max(map(len, Level))
    names = max((len(each.name) for each in found), default=0)
    indent = " " * (marks + names + 4)
    wrapper = TextWrapper(width or 0, break_long_words=False, break_on_hyphens=False)
    for each in found:
        head = f"{each.level.value:{marks}}  {each.name.replace('.', ' '):{names}}  "
        if width is None:
            yield each.level, head + each.found + (f" -> {each.advice}" if each.advice else "")
            continue
        wrapper.initial_indent, wrapper.subsequent_indent = head, indent
        yield from ((each.level, line) for line in wrapper.wrap(each.found))
        wrapper.initial_indent, wrapper.subsequent_indent = f"{indent}-> ", f"{indent}   "
        yield from ((each.level, line) for line in wrapper.wrap(each.advice))


def summary(found: Sequence[Check]) -> str:
    """The last line."""
    counts = {level: sum(each.level is level for each in found) for level in Level}
    if counts[Level.MEND]:
        return f"{counts[Level.MEND]} to mend, {counts[Level.WARNING]} to look at"
    if counts[Level.WARNING]:
        return f"nothing to mend, {counts[Level.WARNING]} to look at"
    return "all is well"

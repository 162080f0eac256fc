"""What the operator sees and does of deliveries: `pactwatch deliveries`, `pause`, `resume`.

All of it works beside a running service: it opens the store, reads or sets one thing, and starts nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import math
import time
from collections import deque
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.progress import BarColumn, TaskID, TextColumn
from rich.progress import Progress as Bars
from rich.table import Table

from bot.core.deliveries import OPEN_STATES, DeliveryState, milliseconds, moment_of
from bot.core.outbox import Outbox, Progress
from bot.core.safety import Cause, SafeMode
from bot.core.times import SystemClock, stamp
from bot.services.digests import Digests
from bot.settings import Settings
from storage import SqlStore, open_store

SHOWN = 20
"""Alerts in a list, and deliveries in doubt below one of them."""
DOUBTS = 1_000
SECOND, REST = 1.0, 4
"""Seconds between looks while watching, and how many times as long as a look took: a large store must not be kept busy
by being watched."""
SPAN = 10.0
"""Seconds that a rate is taken over."""
WIDE = 160
"""Columns where the output is no screen."""
_SENT = (DeliveryState.DELIVERED, DeliveryState.UNCERTAIN, DeliveryState.REJECTED)
"""What cost the platform's limit something, each at least once."""


CAUSES = {
    Cause.RESTORED: "the database was restored from a backup",
    Cause.COPIED: "the database is a copy, or another one than was sent from here last",
    Cause.PUT_BACK: "the database is older than what was sent from it",
    Cause.MOVED: "the database was moved to another server, and things are sent from there",
}


async def show_deliveries(settings: Settings, label: str | None, *, watch: bool, as_json: bool) -> int:
    """Print where deliveries stand, of the latest alerts or of the one that `label` names; 1 where there is none."""
    limit, zone = _limit(settings), ZoneInfo(settings.default_timezone)
    async with _outbox(settings) as outbox:
        alert = None if label is None else await outbox.find_alert(label)
        if label is not None and alert is None:
            typer.echo(f"{label}: there is no such alert; `pactwatch deliveries` lists the latest", err=True)
            return 1
        if as_json:
            await _print_json(outbox, alert, watch=watch)
        elif watch:
            await _watch(outbox, alert, limit)
        else:
            found = await outbox.progress(1 if alert else SHOWN, alert=alert)
            now = milliseconds(SystemClock().now())
            if alert is None:
                _print_table(found, limit, zone, now)
            else:
                await _print_one(outbox, found[0], limit, zone, now)
    return 0


async def settle_delivery(settings: Settings, number: int, *, arrived: bool) -> int:
    """Say what became of an uncertain delivery; 1 where it is not uncertain."""
    async with _outbox(settings) as outbox:
        done = await outbox.settle_doubt(number, arrived=arrived, now=milliseconds(SystemClock().now()))
    if not done:
        typer.echo(
            f"{number}: no such delivery is uncertain; `pactwatch deliveries A-…` lists those that are", err=True
        )
        return 1
    typer.echo(f"{number}: taken as delivered" if arrived else f"{number}: will be sent again")
    return 0


async def hold(settings: Settings) -> int:
    """Stop all pushes; the same again changes nothing."""
    async with _store(settings) as store:
        already = " already" if await store.outbox.braked() else ""
        if not already:
            await store.outbox.set_brake(on=True, at=stamp(SystemClock().now()))
        typer.echo(f"pushes are paused{already}: nothing is sent until `pactwatch resume`; replies go on")
        await _print_waiting(store.outbox)
    return 0


async def let_go_on(settings: Settings, *, look: bool = False, again: bool = False) -> int:
    """Let pushes go on. After a restore, say first what may have been sent already; it stays unsent but for `again`.

    look: only say it. What was moved elsewhere goes on only with `again`; else 1.
    """
    async with _store(settings) as store:
        now = milliseconds(SystemClock().now())
        # Also a copy that no service was started on yet: else it would be told that all goes on, and stop at the start.
        mode = await store.safety.recognise(now)
        if mode is not None:
            await _print_doubtful(store, mode)
        if look:
            if mode is None:
                typer.echo("nothing is in doubt: the database was not put back")
            return 0
        if mode is not None and mode.cause is Cause.MOVED and not again:
            # Whoever forgot to set the new address would else send all of this from here, and later from there.
            typer.echo(
                "nothing was changed: set DATABASE_URL to the new database. Only where nothing was sent from that one, "
                "and it stays off, `pactwatch resume --send-again` lets this one go on",
                err=True,
            )
            return 1
        if mode is not None:
            if not again:
                await Digests(store.subscribers, SystemClock()).skip_due(moment_of(mode.since))
            parked = await store.safety.end(again=again, now=now)
            if parked:
                typer.echo(
                    f"{parked:,} of them are `uncertain` now: look into the chats, then `pactwatch deliveries A-…` "
                    "says how to send one again"
                )
            typer.echo("pushes go on")
        elif await store.outbox.braked():
            await store.outbox.set_brake(on=False, at=stamp(SystemClock().now()))
            typer.echo("pushes go on")
        else:
            typer.echo("pushes were not paused")
        await _print_waiting(store.outbox)
    return 0


async def _print_doubtful(store: SqlStore, mode: SafeMode) -> None:
    typer.echo(f"safe mode since {stamp(moment_of(mode.since))}: {CAUSES[mode.cause]}")
    if mode.last_act:
        typer.echo(f"the database knows of nothing after {mode.last_act}; what was published later is not in it")
    doubts = await store.safety.doubts(mode)
    if not doubts:
        typer.echo("nothing that waits in it can have been sent already")
        return
    typer.echo("this may have been sent already:")
    for each in doubts[:SHOWN]:
        typer.echo(f"  {each.what}: {each.chats:,} {'chat' if each.chats == 1 else 'chats'}")
    if len(doubts) > SHOWN:
        typer.echo(f"  and {len(doubts) - SHOWN:,} more")


async def _print_waiting(outbox: Outbox) -> None:
    waiting = _open(await outbox.counts())
    typer.echo(f"{waiting:,} {'delivery waits' if waiting == 1 else 'deliveries wait'}")


@contextlib.asynccontextmanager
async def _store(settings: Settings) -> AsyncIterator[SqlStore]:
    store = await open_store(settings.database_url)
    try:
        yield store
    finally:
        await store.close()


@contextlib.asynccontextmanager
async def _outbox(settings: Settings) -> AsyncIterator[Outbox]:
    async with _store(settings) as store:
        yield store.outbox


# Counting


class Meter:
    """How fast a count grows. Moments are seconds on a clock that never goes back."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, int]] = deque()

    def rate(self, at: float, count: int) -> float:
        """Note a count; returns how many a second were added over the last SPAN, 0 for the first."""
        self._seen.append((at, count))
        while len(self._seen) > 2 and self._seen[1][0] <= at - SPAN:
            self._seen.popleft()
        (since, first), (until, last) = self._seen[0], self._seen[-1]
        return (last - first) / (until - since) if until > since else 0.0


def _open(counts: Mapping[str, int]) -> int:
    return sum(counts.get(state.value, 0) for state in OPEN_STATES)


def _sent(counts: Mapping[str, int]) -> int:
    return sum(counts.get(state.value, 0) for state in _SENT)


def _all_states(counts: Mapping[str, int]) -> dict[str, int]:
    return {state.value: counts.get(state.value, 0) for state in DeliveryState}


def _limit(settings: Settings) -> float:
    """Messages a second of all connected platforms together; 0 where none is connected."""
    telegram = settings.telegram_messages_per_second if settings.telegram_bot_token else 0.0
    discord = settings.discord_requests_per_second if settings.discord_bot_token else 0.0
    return telegram + discord


# Saying


def _name(progress: Progress) -> str:
    return f"A-{progress.alert}"


def _share(counts: Mapping[str, int]) -> str:
    total = sum(counts.values())
    # Rounded down: what is not all done must not read 100 %.
    return f"{100 * (total - _open(counts)) // total} %" if total else "–"


def _states(counts: Mapping[str, int]) -> str:
    shown = [f"{count:,} {state}" for state, count in _all_states(counts).items() if count]
    return " · ".join(shown) or "nobody to tell"


def _left(progress: Progress, rate: float, now: int) -> str:
    """How long it takes yet; rate: messages a second, 0 where it is not known."""
    waiting = _open(progress.counts)
    if not waiting:
        return "done"
    if progress.braked:
        return "paused"
    if progress.due_at > now:
        return f"begins in {_span((progress.due_at - now) / 1000)}"
    return _span(waiting / rate) if rate else "?"


def _span(seconds: float) -> str:
    whole = math.ceil(seconds)
    if whole < 120:
        return f"{whole} s"
    minutes = round(whole / 60)
    return f"{minutes} min" if minutes < 120 else f"{round(minutes / 60)} h"


def _speed(rate: float, limit: float) -> str:
    share = f" ({100 * rate / limit:.0f} % of the limit)" if limit else ""
    return f"{rate:.1f}/s{share}"


def _due(progress: Progress, zone: ZoneInfo) -> str:
    local: datetime = moment_of(progress.due_at).astimezone(zone)
    return f"{local:%Y-%m-%d %H:%M}"


def _print_table(found: Sequence[Progress], limit: float, zone: ZoneInfo, now: int) -> None:
    if not found:
        typer.echo("nothing has been told to anybody yet")
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for header in ("alert", "about", "kind", f"due ({zone.key})", "done", "at least", "deliveries"):
        table.add_column(header, justify="right" if header == "done" else "left", no_wrap=header == "alert")
    for each in found:
        left = _left(each, limit, now) if _open(each.counts) else ""
        cells = (_name(each), each.label, each.kind.value, _due(each, zone), _share(each.counts), left)
        table.add_row(*cells, _states(each.counts))
    _console().print(table)
    if found[0].braked:
        typer.echo("pushes are paused: `pactwatch resume` lets them go on")


def _console() -> Console:
    console = Console(highlight=False, markup=False)
    if not console.is_terminal:
        console.width = WIDE
    return console


async def _print_one(outbox: Outbox, progress: Progress, limit: float, zone: ZoneInfo, now: int) -> None:
    typer.echo(
        f"{_name(progress)} · {progress.label} · {progress.kind.value} · due {_due(progress, zone)} ({zone.key})"
    )
    width = max(map(len, DeliveryState))
    for state, count in _all_states(progress.counts).items():
        typer.echo(f"  {state:{width}} {count:>11,}")
    if not sum(progress.counts.values()):
        typer.echo("nobody to tell")
        return
    left = _left(progress, limit, now)
    ends = {"done": "", "paused": ", paused: `pactwatch resume` lets it go on", "?": ""}
    at_least = left if left.startswith("begins") else f"at least {left} left"
    typer.echo(f"{_share(progress.counts)} done{ends.get(left, f', {at_least}')}")
    if progress.counts.get(DeliveryState.UNCERTAIN.value):
        await _print_doubts(outbox, progress)


async def _print_doubts(outbox: Outbox, progress: Progress) -> None:
    """Those that may or may not have come through: a look into the chat tells."""
    doubts = [each for each in await outbox.doubtful(DOUBTS) if each[2] == progress.label]
    if doubts:
        typer.echo("uncertain (the answer was lost twice; look into the chat and say what is there):")
    for number, chat, _ in doubts[:SHOWN]:
        typer.echo(f"  {chat}: pactwatch deliveries --settle {number} arrived   (or: again)")
    if len(doubts) > SHOWN:
        typer.echo(f"  and {len(doubts) - SHOWN:,} more")


async def _print_json(outbox: Outbox, alert: int | None, *, watch: bool) -> None:
    """A line of JSON, or one a second until nothing is open any more."""
    async for _ in _ticks():
        if alert is None:
            counts: Mapping[str, int] = await outbox.counts()
            told: dict[str, object] = {**_all_states(counts)}
        else:
            (progress,) = await outbox.progress(1, alert=alert)
            counts = progress.counts
            about = {"alert": _name(progress), "label": progress.label, "kind": progress.kind.value}
            told = {**about, **_all_states(counts)}
        typer.echo(json.dumps(told, ensure_ascii=False))
        if not watch or not _open(counts):
            return


# Watching


async def _ticks() -> AsyncIterator[float]:
    """Moments to look at: once a second, more seldom where looking takes long."""
    while True:
        began = time.monotonic()
        yield began
        await asyncio.sleep(max(SECOND, REST * (time.monotonic() - began)))


async def _watch(outbox: Outbox, alert: int | None, limit: float) -> None:
    """Show what is open until it is done: as bars on a terminal, elsewhere a line a second for each alert."""
    console = _console()
    with _bars(console) if console.is_terminal else _lines() as show:
        meters: dict[int, Meter] = {}
        async for at in _ticks():
            found = await outbox.progress(1 if alert else SHOWN, alert=alert)
            for each in reversed(found):
                if not _open(each.counts) and each.alert not in meters and alert is None:
                    continue  # it was done before anybody watched
                rate = meters.setdefault(each.alert, Meter()).rate(at, _sent(each.counts))
                show.show(each, rate, limit)
            if not any(_open(each.counts) for each in found) and (alert or not _open(await outbox.counts())):
                break
    if not meters:
        typer.echo("nothing is on its way")


class _Lines:
    """A line for each alert that is open, and one when it is done."""

    def __init__(self) -> None:
        self._done: set[int] = set()

    def show(self, progress: Progress, rate: float, limit: float) -> None:
        if progress.alert in self._done:
            return
        if not _open(progress.counts):
            self._done.add(progress.alert)
        left = _left(progress, rate, milliseconds(SystemClock().now()))
        parts = (_share(progress.counts), _speed(rate, limit), left, _states(progress.counts))
        typer.echo(" | ".join((f"{_name(progress)} {progress.label}", *parts)))


class _Drawn:
    """A bar for each alert."""

    def __init__(self, bars: Bars) -> None:
        self._bars = bars
        self._tasks: dict[int, TaskID] = {}

    def show(self, progress: Progress, rate: float, limit: float) -> None:
        if progress.alert not in self._tasks:
            name = f"{_name(progress)} {progress.label}"
            self._tasks[progress.alert] = self._bars.add_task(name, share="", speed="", left="", states="")
        total = sum(progress.counts.values())
        self._bars.update(
            self._tasks[progress.alert],
            total=max(total, 1),
            completed=total - _open(progress.counts) if total else 1,
            share=_share(progress.counts),
            speed=_speed(rate, limit),
            left=_left(progress, rate, milliseconds(SystemClock().now())),
            states=_states(progress.counts),
        )


@contextlib.contextmanager
def _lines() -> Iterator[_Lines]:
    yield _Lines()


@contextlib.contextmanager
def _bars(console: Console) -> Iterator[_Drawn]:
    names = ("{task.description}", "{task.fields[share]}", "{task.fields[speed]}", "{task.fields[left]}")
    columns = [TextColumn(each, markup=False) for each in (*names, "{task.fields[states]}")]
    with Bars(columns[0], BarColumn(20), *columns[1:], console=console, refresh_per_second=4) as bars:
        yield _Drawn(bars)

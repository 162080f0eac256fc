"""What the operator does beside the service: dossiers in and out, the database, the logs."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from bot.app import open_core
from bot.core.deliveries import milliseconds
from bot.core.safety import Cause
from bot.core.times import SystemClock, stamp
from bot.loading import progress_bar, read
from bot.settings import Settings
from storage import open_store
from storage.backups import back_up, files_of


async def import_dossier(settings: Settings, path: Path) -> int:
    """Load a dossier and say what changed."""
    dossier = read(path)
    async with open_core(settings, fill=False) as core:
        with progress_bar("importing") as progress:
            report = await core.store.import_dossier(
                dossier, at=stamp(core.clock.now()), author="dossier", progress=progress
            )
    print(f"{report.added} added, {report.changed} changed, {report.unchanged} unchanged, {report.retired} retired")
    return 0


async def export_dossier(settings: Settings, path: Path) -> int:
    """Write everything current into files."""
    async with open_core(settings) as core:
        dossier = await core.store.export_dossier()
    from storage.dossier import write_dossier  # noqa: PLC0415 - as above

    write_dossier(dossier, path)
    print(f"{len(dossier.entries)} entries written to {path}")
    return 0


async def upgrade_database(settings: Settings) -> int:
    """Create the database or bring it up to date."""
    store = await open_store(settings.database_url)
    await store.close()
    print("the database is up to date")
    return 0


async def check_database(settings: Settings) -> int:
    """Check the database's own integrity, and that of both logs."""
    store = await open_store(settings.database_url)
    try:
        problems = await store.check()
    finally:
        await store.close()
    for problem in problems:
        print(problem)
    if not problems:
        print("the database is sound")
    return 1 if problems else 0


async def back_up_database(settings: Settings, path: Path) -> int:
    """Write the database into a file beside a running service, and read it back."""
    path = await asyncio.to_thread(path.resolve)  # a link to another disk stays one
    with progress_bar("writing the backup") as progress:
        await back_up(files_of(settings.database_url), path, progress)
    print(f"{path}: written and read back")
    return 0


async def restore_database(settings: Settings, path: Path) -> int:
    """Make a backup the database, in safe mode."""
    files, now = files_of(settings.database_url), milliseconds(SystemClock().now())
    await files.check(path)
    aside = await files.restore(path)
    if aside is not None:
        print(f"the database that was there is kept as {aside}")
    store = await open_store(settings.database_url)
    try:
        await store.safety.begin(Cause.RESTORED, now)
        mode = await store.safety.recognise(now)
        heads, broken = await store.heads(), await store.verify_log()
    finally:
        await store.close()
    known = f"; it knows of nothing after {mode.last_act}" if mode is not None and mode.last_act else ""
    print(f"restored from {path}{known}")
    print(f"its logs end with {heads}" if broken is None else f"its logs are not as they were written: {broken}")
    print("nothing is sent until `pactwatch resume`, which lists what may have been sent already")
    return 0


async def verify_log(settings: Settings, heads: tuple[str, ...]) -> int:
    """Recompute the hash chains of both logs; `heads`: lines of `print_heads` that the logs must still hold."""
    store = await open_store(settings.database_url)
    try:
        bad = await store.verify_log()
        for line in heads:
            bad = bad or await store.lost(line)
    except ValueError as error:
        print(f"--head: expected what `pactwatch audit head` prints, found {error}", file=sys.stderr)
        return 2
    finally:
        await store.close()
    print("both logs are unbroken" if bad is None else bad)
    return 0 if bad is None else 1


async def print_heads(settings: Settings) -> int:
    """Print the ends of both logs on one line."""
    store = await open_store(settings.database_url)
    try:
        print(await store.heads())
    finally:
        await store.close()
    return 0

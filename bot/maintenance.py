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


async def move_database(settings: Settings, to: str) -> int:
    """Move the database to PostgreSQL, beside a running service; the same again goes on where it was."""
    from storage.moving import moving  # noqa: PLC0415 - brings both drivers in

    try:
        async with moving(settings.database_url, to, now=lambda: milliseconds(SystemClock().now())) as move:
            with progress_bar("copying") as progress:
                await move.copy(progress)
            with progress_bar("comparing") as progress:
                moved = await move.finish(progress)
    except asyncio.CancelledError:
        print("interrupted: the same command goes on where it was", file=sys.stderr)
        return 1
    filled = {name: count for name, count in sorted(moved.rows.items()) if count}
    print(f"moved and compared: {sum(filled.values()):,} rows; both logs are unbroken there")
    print(", ".join(f"{count:,} {name}" for name, count in filled.items()))
    if moved.mode is not None:
        print(f"the new database is in safe mode as this one was ({moved.mode.cause}): `pactwatch resume` says more")
    print("nothing is sent from this database any more; it answers where a service runs on it")
    print("next: stop that service, run this command once more for what was written meanwhile (it takes seconds),")
    print("then set DATABASE_URL to the address after --to, and start")
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

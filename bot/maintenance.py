"""What the operator does beside the service: dossiers in and out, the database, the logs."""

from __future__ import annotations

import sys
from pathlib import Path

from bot.app import open_core
from bot.core.times import stamp
from bot.loading import progress_bar, read
from bot.settings import Settings
from storage import open_store


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

"""Loading dossiers from files into the store, with what is wrong with them and how far it is."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from bot.core.dossiers import Dossier
from bot.core.errors import PactwatchError, StoreBusy
from bot.core.ports import Clock
from bot.core.times import stamp
from storage import SqlStore

FILL_SECONDS, AGAIN_SECONDS = 120, 0.2
"""How long another process may take that fills the same store, and how soon after a refusal to try again."""


async def fill_store(store: SqlStore, path: Path | None, clock: Clock) -> None:
    """Fill a new store from a dossier, or from the one that ships; of several processes that begin to, one does."""
    from storage.dossier import shipped_dossier  # noqa: PLC0415 - only a first start reads YAML

    dossier, until = read(path or shipped_dossier()), time.monotonic() + FILL_SECONDS
    with progress_bar("loading the dossier") as progress:
        while True:
            try:
                await store.import_dossier(
                    dossier, at=stamp(clock.now()), author="dossier", progress=progress, fresh=True
                )
            except StoreBusy:
                if time.monotonic() > until:
                    raise
                await asyncio.sleep(AGAIN_SECONDS)
            else:
                return


def read(path: Path) -> Dossier:
    """The dossier in a folder. Raises FaultyDossier."""
    from storage.dossier import read_dossier  # noqa: PLC0415 - as above

    dossier, faults = read_dossier(path)
    if dossier is None:
        raise FaultyDossier(path, [str(fault) for fault in faults])
    return dossier


class FaultyDossier(PactwatchError):
    """A dossier that can't be loaded; `faults` holds a line each."""

    def __init__(self, path: Path, faults: list[str]) -> None:
        super().__init__("faulty-dossier", path=str(path), count=len(faults))
        self.faults = faults


@contextlib.contextmanager
def progress_bar(label: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar on standard error; nothing where that is no terminal."""
    from rich.console import Console  # noqa: PLC0415 - only long work shows a bar
    from rich.progress import Progress  # noqa: PLC0415

    console = Console(stderr=True)
    with Progress(console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task(label, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)

"""Loading dossiers from files into the store, with what is wrong with them and how far it is."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

from bot.core.dossiers import Dossier
from bot.core.errors import PactwatchError
from bot.core.ports import Clock
from bot.core.times import stamp
from storage import SqlStore


async def fill_store(store: SqlStore, path: Path | None, clock: Clock) -> None:
    """Fill a new store from a dossier, or from the one that ships."""
    from storage.dossier import shipped_dossier  # noqa: PLC0415 - only a first start reads YAML

    dossier = read(path or shipped_dossier())
    with progress_bar("loading the dossier") as progress:
        await store.import_dossier(dossier, at=stamp(clock.now()), author="dossier", progress=progress)


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

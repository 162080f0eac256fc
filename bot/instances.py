"""One process for each token: what two of them would do twice, this machine's kernel lets only one begin.

The kernel gives a lock back however its holder ends, so a file that was left lying is no obstacle. Another machine, or
another user's process, is not seen here: that is for the database (`storage.leases`) and the platforms to tell.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import hashlib
import hmac
import logging
import os
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

from bot.core.errors import TokenTaken

log = logging.getLogger(__name__)

PATIENCE_SECONDS = 3.0
"""A process that was told to end, and whose successor is started already, may need a moment more."""
LOOK_SECONDS = 0.1
_PURPOSE = b"pactwatch: one process for each token"


def mark(token: str, api_url: str) -> bytes:
    """What a token is known by here: sixteen bytes that tell nothing of it. The same token elsewhere is another bot."""
    return hmac.digest(_PURPOSE, f"{api_url}\n{token}".encode(), hashlib.sha256)[:16]


@contextlib.asynccontextmanager
async def hold(
    marks: Mapping[str, bytes], *folders: Path, shared: bool = False, patience: float = PATIENCE_SECONDS
) -> AsyncIterator[None]:
    """Be the only process on this machine with these tokens until the block ends. marks: by the name of the setting.

    shared: beside others that share it too, since their database tells them apart.

    folders: where others look for it; one that is not there is passed over. patience: seconds to wait for another one
    that is ending. Raises TokenTaken.
    """
    loop = asyncio.get_running_loop()
    until = loop.time() + patience
    with contextlib.ExitStack() as held:
        for setting, own, folder in sorted((*each, folder) for each in marks.items() for folder in folders):
            if (file := _opened(folder, own)) is None:
                continue
            held.callback(os.close, file)
            while not _locked(file, shared=shared):
                if loop.time() > until:
                    raise TokenTaken("token-taken", setting=setting)
                await asyncio.sleep(LOOK_SECONDS)
        yield


def _opened(folder: Path, own: bytes) -> int | None:
    """The file of a mark; None where it can't be ours to lock, which must not keep the service from starting."""
    if not folder.is_dir():
        return None
    path = folder / f"pactwatch-{own.hex()}.lock"
    # Never through a link that somebody else laid there, and for no eyes but ours.
    flags = os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        try:
            return os.open(path, flags)
        except FileNotFoundError:
            return os.open(path, flags | os.O_CREAT, 0o600)
    except OSError as error:
        log.warning("whether another process runs with the same token can't be seen here: %s", error.strerror)
        return None


def _locked(file: int, *, shared: bool) -> bool:
    try:
        fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except OSError:
        return False
    return True

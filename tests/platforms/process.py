"""Starting a fake platform as a process of its own, so that the bot meets it through a real socket."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]
START_SECONDS = 20
STOP_SECONDS = 5


@asynccontextmanager
async def running(module: str, *arguments: str) -> AsyncIterator[int]:
    """Run `python -m module arguments…` and yield the port from its first line of output, `{"port": N}`.

    The process is ended when the block is left, and killed where it does not end. Raises RuntimeError where no
    port was announced in time; what went wrong then stands on standard error.
    """
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, *arguments, cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        try:
            line = await asyncio.wait_for(process.stdout.readline(), START_SECONDS)
        except TimeoutError:
            line = b""
        if not line:
            raise RuntimeError(f"{module} announced no port")
        yield int(json.loads(line)["port"])
    finally:
        if process.returncode is None:
            process.terminate()
        try:
            await asyncio.wait_for(process.wait(), STOP_SECONDS)
        except TimeoutError:
            process.kill()
            await process.wait()
        # Without this the pipe is closed by the garbage collector, after the loop is gone: a ResourceWarning.
        process._transport.close()  # type: ignore[attr-defined]  # asyncio offers no public way


@contextmanager
def shared(module: str, *arguments: str) -> Iterator[int]:
    """As `running`, outside of any event loop: for a fixture that serves all tests of a worker."""
    process = subprocess.Popen([sys.executable, "-m", module, *arguments], cwd=ROOT, stdout=subprocess.PIPE)
    with process:
        assert process.stdout is not None
        try:
            line = process.stdout.readline()
            if not line:
                raise RuntimeError(f"{module} announced no port")
            yield int(json.loads(line)["port"])
        finally:
            process.terminate()
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()

"""PgBouncer in front of a PostgreSQL database, lending connections for one transaction at a time.

    async with pooler(postgres_url, connections=2) as pooled:
        pooled.url          # what DATABASE_URL takes: by way of the pooler, and the server behind it
        pooled.plain        # by way of the pooler only, as if there were none
        pooled.server       # the proxy between the pooler and the server, to be broken (`tests.platforms.tcp_proxy`)

Tests that use it carry `@pytest.mark.needs("pgbouncer")`.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from tests.acceptance.service import free_port
from tests.platforms.tcp_proxy import HOST, TcpProxy, tcp_proxy

START_SECONDS = 20
CONFIGURATION = """
[databases]
* = host={host} port={server} user={user} connect_query='set lock_timeout = 2500'
[pgbouncer]
listen_addr = {host}
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = {connections}
max_client_conn = 200
query_wait_timeout = 3
tcp_keepidle = 5
tcp_keepintvl = 2
tcp_keepcnt = 3
logfile = {folder}/log
"""


@dataclass(frozen=True)
class Pooled:
    """A database behind a pooler."""

    url: str
    plain: str
    server: TcpProxy


@asynccontextmanager
async def pooler(url: str, connections: int = 20) -> AsyncIterator[Pooled]:
    """Run PgBouncer before the database at `url`, with so many connections to the server."""
    folder = Path(tempfile.mkdtemp(prefix="pooler"))
    try:
        async with tcp_proxy(url) as server:
            port, parts = free_port(), urlsplit(url)
            given = CONFIGURATION.format(
                host=HOST, server=server.port, user=parts.username, port=port, connections=connections, folder=folder
            )
            (folder / "ini").write_text(given)
            another = ()
            if os.geteuid() == 0:  # as which it does not run
                shutil.chown(folder, "nobody")
                another = ("-u", "nobody")
            process = await asyncio.create_subprocess_exec(
                "pgbouncer", "-q", *another, str(folder / "ini"), stderr=asyncio.subprocess.DEVNULL
            )
            try:
                await _listens(port, process, folder)
                plain = f"postgresql://{parts.username}@{HOST}:{port}{parts.path}"
                yield Pooled(f"{plain}?session_host={HOST}&session_port={server.port}", plain, server)
            finally:
                process.kill()
                await process.wait()
                process._transport.close()  # type: ignore[attr-defined]  # asyncio offers no public way
    finally:
        shutil.rmtree(folder)


async def _listens(port: int, process: asyncio.subprocess.Process, folder: Path) -> None:
    async with asyncio.timeout(START_SECONDS):
        while True:
            assert process.returncode is None, (folder / "log").read_text()
            try:
                _, writer = await asyncio.open_connection(HOST, port)
            except OSError:
                await asyncio.sleep(0.02)
            else:
                writer.close()
                return

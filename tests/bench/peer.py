"""procrastinate, doing nothing in each job: a queue on PostgreSQL beside ours. `python -m tests.bench.peer PART URL [JOBS]`.

Run with a Python of its own, `.venv-bench`: the product has no part in this file and this file none in the product.

defer   makes its tables and puts jobs in: a tenth of them one by one, the rest in one call; writes the rates of both
work    writes `up`, waits for SIGUSR1, works until nothing is left and writes its processor seconds
"""

from __future__ import annotations

import asyncio
import json
import signal
import sys
import time

import procrastinate

AT_ONCE = 10


def application(url: str) -> procrastinate.App:
    """An app with one task, which does nothing with a number."""
    app = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=url))

    @app.task(name="nothing", queue="bench")
    async def nothing(number: int) -> None:
        pass

    return app


async def defer(url: str, jobs: int) -> None:
    """Put jobs in, in both ways."""
    app = application(url)
    async with app.open_async():
        await app.schema_manager.apply_schema_async()
        task, few = app.tasks["nothing"], jobs // 10
        began = time.perf_counter()
        for number in range(few):
            await task.defer_async(number=number)
        then = time.perf_counter()
        await task.batch_defer_async(*({"number": number} for number in range(few, jobs)))
        over = time.perf_counter()
    print(json.dumps({"singly": few / (then - began), "at_once": (jobs - few) / (over - then)}), flush=True)


async def work(url: str) -> None:
    """Work until nothing is left, once told to begin."""
    app = application(url)
    told = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, told.set)
    async with app.open_async():
        print("up", flush=True)
        await told.wait()
        began = time.process_time()
        await app.run_worker_async(
            wait=False, concurrency=AT_ONCE, listen_notify=False, install_signal_handlers=False, delete_jobs="never"
        )
    print(time.process_time() - began, flush=True)


if __name__ == "__main__":
    part, address, *rest = sys.argv[1:]
    asyncio.run(defer(address, int(rest[0])) if part == "defer" else work(address))

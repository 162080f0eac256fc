"""Questions in one's own words: how long an answer takes, what it costs, and how soon what is new can be asked for.

`python -m tests.bench.questions` measures in a process of its own and prints one line of JSON.
"""

from __future__ import annotations

import asyncio
import json
import time
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import numpy as np

from bot.app import open_core
from bot.core.places import ChatRef, Platform, UserRef
from bot.core.requests import Actor, Request
from bot.core.retrieval import Vector
from bot.embedding import E5
from bot.services.indexing import sample_texts, texts_of
from bot.settings import read_settings
from storage.dossier import read_dossier, shipped_dossier
from storage.search.semantic import NumpyIndex
from tests.bench.processes import child, first_line
from tests.bench.report import Row, at_most, below
from tests.bench.searches import _lag
from tests.bench.wire import percentile
from tests.questions.sets import TEST, read

ASK_MS, LAG_MS, FIRST_SECONDS, AGAIN_MS, MEMORY_MB, MANY, MANY_MS = 150, 20, 60, 100, 250, 100_000, 20
ASKED = 120


async def measure(folder: Path) -> list[Row]:
    """Run the measurement on the first core and read what it says."""
    log = folder / "questions.log"
    async with child(0, "-m", "tests.bench.questions", folder=folder, log=log) as started:
        return [Row(**each) for each in json.loads(await first_line(started, log, 600))]


def _memory() -> float:
    return int(Path("/proc/self/status").read_text().partition("VmRSS:")[2].split()[0]) / 1024


@asynccontextmanager
async def _core(folder: str):
    settings = read_settings(_env_file=None, database_url=f"sqlite:///{folder}/questions.db")
    async with open_core(settings) as core:
        await core.store.warm_up()
        yield core


async def _rows() -> list[Row]:
    with TemporaryDirectory() as folder:
        async with _core(folder) as core:
            before, indexing = _memory(), core.services.indexing
            began = time.perf_counter()
            lag = await _lag(indexing.complete())
            first = time.perf_counter() - began
            asked = [each.text for each in read(TEST)[::3]][:ASKED]
            await core.dispatcher(_request("ask warm up please", "0"))
            took, held = await _ask(core, asked)
            rows = [
                below("first index of the shipped dossier, its vectors shipped", "s", first, FIRST_SECONDS),
                below("event loop held up by the first index", "ms", lag, LAG_MS),
                _beside_the_model(asked, took),
                below(f"/ask, {len(asked)} questions one by one, p95", "ms", percentile(sorted(took), 0.95), ASK_MS),
                below("event loop held up by questions", "ms", held, LAG_MS),
                below("memory of vectors and model", "MB", _memory() - before, MEMORY_MB),
            ]
    return [*rows, await _one_entry(), await _without_shipped(), _many()]


def _request(line: str, user: str) -> Request:
    person = UserRef(Platform.TERMINAL, user)
    return Request(line, Actor(person), ChatRef(Platform.TERMINAL, user))


async def _ask(core, asked: list[str]) -> tuple[list[float], float]:
    took: list[float] = []

    async def all_of_them() -> None:
        for number, question in enumerate(asked):
            began = time.perf_counter()
            await core.dispatcher(_request(f"ask {question}", str(number)))
            took.append((time.perf_counter() - began) * 1000)

    return took, await _lag(all_of_them())


def _beside_the_model(asked: list[str], took: list[float]) -> Row:
    """The floor: the model reading the question, and nothing else."""
    model, bare = E5(), []
    model.questions(["warm up"])
    for question in asked:
        began = time.perf_counter()
        model.questions([question])
        bare.append((time.perf_counter() - began) * 1000)
    return at_most("/ask, p50, against the model's reading alone", "ms", [median(took)], [median(bare)], 5)


async def _one_entry() -> Row:
    """A fact as an editor writes it, in one language."""
    model, index = E5(), NumpyIndex()
    model.passages(["warm up"])
    index.put("a", [Vector("it", "", model.passages(["warm up"])[0])])
    index.settle()
    took = []
    for number in range(20):
        text = (
            f"Russia e Corea del Nord hanno firmato il {number} maggio un accordo sul commercio di frontiera a Rason."
        )
        began = time.perf_counter()
        index.put("new", [Vector("it", "", model.passages([text])[0])])
        index.settle()
        took.append((time.perf_counter() - began) * 1000)
    return below("one entry read anew", "ms", median(took), AGAIN_MS)


async def _without_shipped() -> Row:
    """The same dossier as somebody else's: a part is read, and the whole reckoned from it."""
    dossier, _ = read_dossier(shipped_dossier())
    assert dossier is not None
    texts = [text for entry in dossier.entries for text in texts_of(entry).values()]
    questions = [text for each in dossier.questions for text in sample_texts(each.texts).values()]
    model, part = E5(), 12
    began = time.perf_counter()
    model.passages(texts[::part])
    model.questions(questions[::part])
    seconds = (time.perf_counter() - began) * part
    return Row("the same without its vectors: texts and 11,000 sample questions, reckoned", "s", seconds)


def _many() -> Row:
    """A hundred thousand entries, compared one by one."""
    index, chance = NumpyIndex(), np.random.default_rng(1)
    for number in range(MANY):
        vector = chance.normal(size=384).astype(np.float32)
        index.put(str(number), [Vector("it", "", (vector / np.linalg.norm(vector)).astype("<f2").tobytes())])
    index.settle()
    question = chance.normal(size=384).astype("<f2").tobytes()
    took = []
    for _ in range(20):
        began = time.perf_counter()
        index.around(question, 30)
        took.append((time.perf_counter() - began) * 1000)
    return below(f"{MANY:,} entries compared one by one", "ms", median(took), MANY_MS)


def main() -> None:
    """Measure, and print the rows."""
    rows = asyncio.run(_rows())
    fields = Row.__dataclass_fields__
    print(json.dumps([{name: getattr(row, name) for name in fields} for row in rows], default=float))


if __name__ == "__main__":
    main()

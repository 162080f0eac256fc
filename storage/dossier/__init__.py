"""The dossier as files: what ships with the product, a reader that finds every fault, and a writer."""

from __future__ import annotations

from pathlib import Path

from storage.dossier.reader import read_dossier
from storage.dossier.writer import write_dossier

__all__ = ["read_dossier", "shipped_dossier", "shipped_vectors", "write_dossier"]


def shipped_dossier() -> Path:
    """The folder of the dossier that comes with the product, in a checkout and in an installed wheel alike."""
    return Path(__file__).with_name("data")


def shipped_vectors() -> Path:
    """What the texts of that dossier mean to the model, made by `make vectors`; see `bot.embedding.Shipped`."""
    return Path(__file__).with_name("vectors.npz")

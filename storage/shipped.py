"""Where the dossier that comes with the product lies, in a checkout and in an installed wheel alike."""

from __future__ import annotations

from pathlib import Path


def shipped_dossier() -> Path:
    """The folder of the dossier that comes with the product."""
    return Path(__file__).parent / "dossier" / "data"


def shipped_vectors() -> Path:
    """What the texts of that dossier mean to the model, made by `make vectors`; see `bot.embedding.Shipped`."""
    return Path(__file__).parent / "dossier" / "vectors.npz"

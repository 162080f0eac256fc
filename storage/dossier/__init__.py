"""The dossier as files: what ships with the product, a reader that finds every fault, and a writer."""

from __future__ import annotations

from storage.dossier.reader import read_dossier
from storage.dossier.writer import write_dossier
from storage.shipped import shipped_dossier, shipped_vectors

__all__ = ["read_dossier", "shipped_dossier", "shipped_vectors", "write_dossier"]

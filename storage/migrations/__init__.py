"""The steps from an empty database to the schema of today, run by Alembic.

`KNOWN` repeats the ids of the steps, oldest first, so that a start on a current database needs no Alembic at all
(importing it takes longer than everything else a start does with the database). A test compares it with the files.
"""

from __future__ import annotations

from pathlib import Path

KNOWN = ("0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008")
HEAD = KNOWN[-1]
FOLDER = Path(__file__).parent

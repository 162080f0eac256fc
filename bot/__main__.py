"""`pactwatch` and `python -m bot`."""

from __future__ import annotations

import os
import sys

from bot.cli import cli


def main() -> None:
    """Run the command line."""
    _fill_standard_streams()
    cli(prog_name="pactwatch")


def _fill_standard_streams() -> None:
    """Have nothing else take the numbers of streams that were closed before we began.

    The next file opened would: what a library then writes to "standard error" would go into a socket or the database.
    """
    while (opened := os.open(os.devnull, os.O_RDWR)) < 3:
        pass
    os.close(opened)
    # Whoever speaks to the operator need not ask whether somebody listens.
    sys.stderr = sys.stderr or os.fdopen(2, "w")


if __name__ == "__main__":
    main()

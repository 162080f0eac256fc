"""`pactwatch` and `python -m bot`."""

from __future__ import annotations

from bot.cli import cli


def main() -> None:
    """Run the command line."""
    cli(prog_name="pactwatch")


if __name__ == "__main__":
    main()

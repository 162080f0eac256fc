"""What the documents name exists: commands, options, settings, files, other documents."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import discord
import pytest
import typer.main

from bot.cli import cli
from bot.settings import Settings
from handlers import COMMANDS
from tests.docs.papers import DOCS, PAPERS, ROOT, anchor, code
from tests.docs.picture import PICTURE, answer, draw

OURS = {name: text for name, text in PAPERS.items() if name not in ("CHANGELOG.md", "SECURITY.md")}
NAMES = {name for each in COMMANDS for name in (each.name, *each.aliases)}
BOTFATHER = {"newbot", "setinline", "revoke"}
"""What is typed to @BotFather and not to us."""
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)|(?:src)=\"([^\"]+)\"")
READMES = ("README.md", "README.it.md")


@pytest.mark.parametrize("name", PAPERS)
def test_links_lead_somewhere(name: str) -> None:
    """Every link between the documents opens a file that is there, at a heading that is there."""
    for link in (first or second for first, second in LINK.findall(PAPERS[name])):
        if "://" in link:
            continue
        path, _, heading = link.partition("#")
        target = (ROOT / name).parent / path if path else ROOT / name
        assert target.exists(), link
        if heading:
            headings = re.findall(r"^#+ (.+)$", target.read_text(encoding="utf-8"), re.MULTILINE)
            assert heading in map(anchor, headings), link


@pytest.mark.parametrize("name", OURS)
def test_commands_of_the_bot_exist(name: str) -> None:
    """Every command that a document has people send to the bot is one the bot knows."""
    sent = [re.sub(r"^\w+> ", "", line) for line in code(OURS[name])]
    named = {found for line in sent for found in re.findall(r"^/([a-z]+)(?= |$)", line)}
    assert named - NAMES - BOTFATHER - {"healthz", "readyz", "metrics", "data"} == set()


def commands() -> dict[str, Any]:
    """The command line by what is typed: `pactwatch db check`."""
    found: dict[str, Any] = {}

    def walk(command: Any, name: str) -> None:
        found[name] = command
        for each, below in getattr(command, "commands", {}).items():
            walk(below, f"{name} {each}")

    walk(typer.main.get_command(cli), "pactwatch")
    return found


def typed(text: str) -> Iterator[str]:
    """Each `pactwatch …` of a document; `db upgrade|check` and `pause` / `resume` stand for one each."""
    for line in code(text):
        for found in re.findall(r"\bpactwatch ((?:[a-z-][\w|-]*[ ]?|\[?--?[^ ]+ ?)+)", line):
            words = found.split()
            yield from (f"pactwatch {' '.join([*words[:at], each, *words[at + 1 :]])}"
                        for at, word in enumerate(words[:2]) if "|" in word and not word.startswith(("[", "-"))
                        for each in word.split("|"))  # fmt: skip
            if not any("|" in word and not word.startswith(("[", "-")) for word in words[:2]):
                yield f"pactwatch {found.strip()}"


@pytest.mark.parametrize("name", OURS)
def test_the_command_line_exists(name: str) -> None:
    """Every `pactwatch` command in a document can be typed, with the options it shows."""
    known = commands()
    for line in typed(OURS[name]):
        words = line.split()
        longest = next((" ".join(words[:n]) for n in (3, 2, 1) if " ".join(words[:n]) in known), "")
        if longest == "pactwatch" and not words[1].startswith(("-", "[")):
            raise AssertionError(line)
        command = known[longest]
        assert not hasattr(command, "commands") or longest == "pactwatch" or "--help" in line, line
        options = {option for each in command.params for option in each.opts} | {"--help"}
        shown = set(re.findall(r"--[a-z-]+", line))
        assert shown <= options, line


def test_targets_of_make_exist() -> None:
    """Every `make …` in a document is a target."""
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = {
        f"make {found}"
        for text in OURS.values()
        for line in code(text)
        for found in re.findall(r"(?:^|\| |, )make ([a-z-]+)", line)
    }
    assert named - {f"make {each}" for each in targets} == set()


@pytest.mark.parametrize("name", OURS)
def test_settings_exist(name: str) -> None:
    """Every setting that a document has people write is one the program reads."""
    known = {each.upper() for each in Settings.model_fields}
    named = {found for line in code(OURS[name]) for found in re.findall(r"\b([A-Z]+(?:_[A-Z]+)+)(?=[=`]|$)", line)}
    inner = {"STATUS_MOVES", "DISCORD_LOCALES", "LANGUAGE_NAMES", "USABLE_FROM", "_BABEL", "_NAMES"}
    assert named - known - inner == set()


@pytest.mark.parametrize("name", OURS)
def test_files_exist(name: str) -> None:
    """Every file of this project that a document names is there."""
    shown = [
        line
        for line in code(OURS[name])
        if re.fullmatch(
            r"(?:(?:bot|handlers|storage|tests|docs|deploy|requirements)/[\w./-]+|[A-Z]\w+\.md|compose\.yaml|Dockerfile)",
            line,
        )
    ]
    missing = [line for line in shown if not (ROOT / line).exists()]
    assert missing == []


def test_both_readmes_say_the_same() -> None:
    """Whoever reads Italian is told the same: sections, commands, settings with their defaults, steps and links."""
    english, italian = (PAPERS[name] for name in READMES)
    told = []
    for text in (english, italian):
        rows = [
            [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
            for line in text.splitlines()
            if line.startswith("|")
        ]
        first = [row[0] for row in rows if row[0].startswith("`")]
        settings = [(row[0], row[1]) for row in rows if re.match(r"[A-Z_]{4,}", row[0])]
        spans = sorted(
            span for span in code(text) if span.startswith(("/", "make", "pactwatch", "http")) and "<" not in span
        )
        spans = [span.split("  ")[0].partition(" | note:")[0] for span in spans]
        steps = len(re.findall(r"^\d\. ", text, re.MULTILINE))
        links = [first or second for first, second in LINK.findall(text)][1:]
        headings = len(re.findall(r"^## ", text, re.MULTILINE))
        told.append((headings, first, settings, spans, steps, links))
    assert told[0] == told[1]
    assert told[0][4] == 10, "five steps for each platform"


def test_readmes_list_every_command() -> None:
    """Nobody has to guess what the bot can do: each command stands in the tables, and each one of the command line."""
    listed = {each.name for each in COMMANDS if each.listed} - {"start"}
    for name in READMES:
        tables = "\n".join(line for line in PAPERS[name].splitlines() if line.startswith("|"))
        assert sorted(each for each in listed if f"`/{each}`" not in tables) == [], name
        for each in commands():
            assert all(word in tables for word in each.split()), (name, each)


@pytest.mark.parametrize("name", READMES)
def test_the_install_link_asks_for_what_is_used(name: str) -> None:
    """The link to install on Discord asks for the four rights that the text lists, and no more."""
    (asked,) = re.findall(r"scope=bot\+applications\.commands&permissions=(\d+)", PAPERS[name])
    needed = discord.Permissions(
        view_channel=True, send_messages=True, send_messages_in_threads=True, read_message_history=True
    )
    assert int(asked) == needed.value


async def test_the_picture_is_a_real_answer() -> None:
    """The answer in the picture is the one the bot gives; after a change `python -m tests.docs.picture` draws it anew."""
    assert PICTURE.read_text(encoding="utf-8") == draw(await answer())


def test_every_guide_can_be_found() -> None:
    """No document lies in `docs` that the README does not lead to."""
    linked = set(re.findall(r"\((docs/[\w-]+\.md)\)", PAPERS["README.md"]))
    assert {str(path.relative_to(ROOT)) for path in DOCS.glob("*.md")} == linked

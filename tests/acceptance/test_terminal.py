"""The terminal chat behind a pipe, as scripts use it."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

from storage.dossier import read_dossier, shipped_dossier
from tests.acceptance.seed_coverage import SEED_COVERAGE
from tests.acceptance.service import ROOT, chat, environment, name_database

LOCALES = ("it", "en", "ru", "ko")
HOSTILE = [
    "",
    "   ",
    "/",
    "//",
    "\x00\x01\x02",
    b"\xff\xfe\xfa",
    "\u202e/treaty 4\u202c",
    "@everyone <@&1> @here",
    "<b>bold</b> [x](javascript:alert(1)) `code` ||spoiler||",
    "{0.__class__} %s %n {{7*7}} ${x}",
    "'; DROP TABLE entries; --",
    "/search a\" OR NEAR(b, 'c') * ^ : - (",
    "/treaty 4 as of 9999-99-99",
    "/fact F-99999999999999999999",
    "/timeline #999999",
    "/search #0",
    "/treaty " + "4" * 5000,
    "z" + "\u0301" * 10_000,
    "x" * 200_000,
    "/search " + "а" * 990,
    "~0123456789abcdef",
    "/language it en ru ko",
    "in:ru",
    "/treaty in:ru",
    "/help /help",
    "🇰🇵👩‍👩‍👧‍👦 제4조",
]


async def test_every_line_gets_exactly_one_line_of_json(folder: Path) -> None:
    """A script that writes a line, however hostile, can rely on reading exactly one line back."""
    replies = await chat(folder, HOSTILE)
    assert len(replies) == len(HOSTILE)
    for line, reply in zip(HOSTILE, replies, strict=True):
        assert set(reply) == {"command", "ok", "locale", "outcome", "refs", "text", "buttons", "private"}
        assert reply["text"], line
        assert len(reply["text"]) < 6000, line
        assert "Traceback" not in reply["text"]
        if reply["outcome"] in ("mistake", "unknown"):
            assert reply["buttons"], f"no next step for {line!r}"
    assert [reply["outcome"] for reply in replies[:6]] == ["mistake"] * 6


async def test_every_sentence_of_the_first_article_can_be_reached(folder: Path) -> None:
    """Each claim of the article the story began with is found by a command, in all four languages, with its status."""
    dossier, _ = read_dossier(shipped_dossier())
    assert dossier is not None
    entries = {entry.ref: entry for entry in dossier.entries}
    refs = list(dict.fromkeys(ref for sentence in SEED_COVERAGE for ref in sentence.refs))
    assert len(SEED_COVERAGE) == 19
    lines = [
        f"{'treaty' if ref.startswith('article') else 'fact'} {ref.partition(':')[2]} in:{locale}"
        for ref in refs
        for locale in LOCALES
    ]
    replies = await chat(folder, lines)
    for line, reply in zip(lines, replies, strict=True):
        ref, locale = refs[lines.index(line) // len(LOCALES)], line[-2:]
        entry = entries[ref]
        assert (reply["outcome"], reply["refs"], reply["locale"]) == ("answered", [ref], locale), line
        assert entry.text[locale] in reply["text"]
        if entry.attributed_to:
            assert entry.attributed_to[locale] in reply["text"]


async def test_what_is_uncertain_says_so_everywhere(folder: Path) -> None:
    """No claimed, disputed, partial or unverified entry is shown without that word and without who says so."""
    dossier, _ = read_dossier(shipped_dossier())
    assert dossier is not None
    marks = {"claimed": "claimed", "disputed": "disputed", "partial": "Partly checked", "unverified": "Not verified"}
    uncertain = [
        entry for entry in dossier.entries if entry.attributed_to or (entry.confidence or "verified") != "verified"
    ]
    assert len(uncertain) >= 43 + 12
    lines = [f"{'treaty' if entry.kind == 'article' else 'fact'} {entry.key}" for entry in uncertain]
    for entry, reply in zip(uncertain, await chat(folder, lines, "--lang", "en"), strict=True):
        assert reply["refs"] == [entry.ref]
        if entry.attributed_to:
            assert marks[entry.status.value] in reply["text"], entry.key
            assert entry.attributed_to["en"] in reply["text"], entry.key
        if entry.confidence and entry.confidence != "verified":
            assert marks[entry.confidence.value] in reply["text"], entry.key


async def test_every_entry_opens_and_every_source_shows(folder: Path) -> None:
    """All 259 entries open by their name, each with its sources or the word that nothing bears it out."""
    dossier, _ = read_dossier(shipped_dossier())
    assert dossier is not None
    sources = {source.id: source for source in dossier.sources}
    lines = [f"{'treaty' if entry.kind == 'article' else 'fact'} {entry.key}" for entry in dossier.entries]
    for entry, reply in zip(dossier.entries, await chat(folder, lines), strict=True):
        assert reply["refs"] == [entry.ref]
        if entry.sources:
            assert sources[entry.sources[0]].publisher in reply["text"]
        else:
            assert "Non verificato" in reply["text"]


async def test_as_of_tells_where_the_treaty_stood(folder: Path) -> None:
    """Asked for a day, the bot says whether the treaty was unsigned, signed, in force or over on that very day."""
    lines = [
        "treaty 4 as of 2024-06-18",
        "treaty 4 as of 2024-06-20",
        "treaty 4 as of 2024-12-04",
        "treaty 2000 1 as of 2024-12-04",
        "treaty 4 as of 2999-01-01",
    ]
    replies = await chat(folder, lines, "--lang", "en")
    texts = [reply["text"] for reply in replies]
    assert "Not yet signed" in texts[0]
    assert "Signed" in texts[1]
    assert "not in force" in texts[1]
    assert "In force" in texts[2]
    assert "No longer in force" in texts[3]
    assert replies[4]["outcome"] == "mistake"
    assert all("first revision" in text for text in texts[:4])


async def test_language_is_a_persons_own_and_stays(folder: Path) -> None:
    """Who chooses a language is answered in it next time too, and nobody else is."""
    first = await chat(folder, ["/language ko", "/treaty 4"], "--user", "anna")
    assert [reply["locale"] for reply in first] == ["ko", "ko"] or first[1]["locale"] == "ko"
    assert (await chat(folder, ["/treaty 4"], "--user", "anna"))[0]["locale"] == "ko"
    assert (await chat(folder, ["/treaty 4"], "--user", "boris"))[0]["locale"] == "it"
    again = await chat(folder, ["/treaty 4", "/language en", "/treaty 4"], "--user", "anna", "--lang", "ru")
    assert [again[0]["locale"], again[2]["locale"]] == ["ru", "en"]


async def test_run_without_a_token_answers_lines_and_ends(bare: Path) -> None:
    """`make run` with lines on standard input answers them in plain text and ends with 0."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "run", cwd=bare, env=environment(bare),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, err = await process.communicate(b"/treaty article4\n")
    assert process.returncode == 0
    text = out.decode()
    assert text.startswith("Articolo 4")
    assert "Interfax" in text
    assert "https://" in text
    assert "TELEGRAM_BOT_TOKEN" in err.decode()
    assert not text.lstrip().startswith("{")


async def test_export_and_import_give_the_same_store(folder: Path, another_url: str) -> None:
    """A dossier that was exported and imported elsewhere answers every command alike."""
    first, second = folder, folder / "elsewhere"
    second.mkdir()
    name_database(second, another_url)

    async def run(folder: Path, *arguments: str) -> tuple[int, str]:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", *arguments, cwd=folder, env=environment(folder),
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        out, _ = await process.communicate()
        return process.returncode or 0, out.decode()

    assert (await run(first, "dossier", "export", "out"))[0] == 0
    assert (await run(first, "dossier", "check", "out"))[0] == 0
    code, said = await run(first, "dossier", "import", "out")
    assert (code, "0 added, 0 changed" in said, "0 retired" in said) == (0, True, True), said
    assert (await run(second, "dossier", "import", str(first / "out")))[0] == 0
    assert (await run(second, "dossier", "export", "out"))[0] == 0
    for path in sorted((first / "out").rglob("*.yaml")):
        assert path.read_bytes() == (second / "out" / path.relative_to(first / "out")).read_bytes(), path.name
    assert (await run(second, "audit", "verify"))[0] == 0
    assert (await run(second, "db", "check"))[0] == 0


async def test_a_bad_dossier_changes_nothing(folder: Path) -> None:
    """A dossier with faults is refused with each fault named, and readers go on reading the old one."""
    broken = folder / "broken"
    for path in sorted(shipped_dossier().rglob("*.yaml")):
        target = broken / path.relative_to(shipped_dossier())
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes())
    facts = broken / "facts.yaml"
    facts.write_text(
        facts.read_text(encoding="utf-8").replace("- mutual-defence", "- no-such-topic", 1), encoding="utf-8"
    )
    before = await chat(folder, ["/fact F-1"])
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "dossier", "import", "broken", cwd=folder, env=environment(folder),
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    _, err = await process.communicate()
    assert process.returncode == 1
    assert "facts.yaml: mutual-assistance-in-war: topics" in err.decode()
    assert await chat(folder, ["/fact F-1"]) == before


async def test_papers_and_program_name_the_same_commands(folder: Path) -> None:
    """Every command the README shows exists, and every example of /help works."""
    (reply,) = await chat(folder, ["/help"])
    names = [button["label"] for button in reply["buttons"]]
    explained = await chat(folder, [f"/help {name}" for name in names])
    examples = [button["command"] for each in explained for button in each["buttons"] if button["command"] != "help"]
    assert len(examples) >= len(names)
    for example, answered in zip(examples, await chat(folder, examples), strict=True):
        assert answered["ok"], example
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert all(name in readme for name in names if name != "/start"), names
    json.dumps(names)

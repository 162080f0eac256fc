"""Generated input for everything that reads what others wrote: it is read or refused, in time, and never breaks."""

from __future__ import annotations

import copy
import json
import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import discord
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.core import documents as doc
from storage.dossier import shipped_dossier
from tests.fuzz import targets
from tests.platforms import discord_payloads
from tests.platforms.telegram_state import State
from tests.platforms.telegram_updates import BUILDERS
from tests.storage.dossier.samples import put, small_dossier

EXAMPLES = int(os.environ.get("PACTWATCH_FUZZ_EXAMPLES", "0"))
ROOT = Path(__file__).parents[2]


def examples(small: int, share: int = 1) -> Any:
    """So many examples in `make test`; one in `share` of the full number in `make fuzz`."""
    return settings(max_examples=max(small, EXAMPLES // share), deadline=None, suppress_health_check=list(HealthCheck))


PIECES = """/treaty article4 art. 4 1961 1 un 51 preamble статья 제4조 Ⅳ IV as of 2024-06-20 20 giugno 2024 2024년 6월 20일 al 기준
    | source: https://example.org/a_(b) by: status: claimed topic: ko: : | severity flash date: 2024-02-30 @everyone <@1> @bot
    every monday 09:00: ogni lunedì alle 25:61 tomorrow +3h 1h30 quiet 22-7 07:00,19:00 #2 v3 in:ru telegram:-100/5 discord:x
    http://[::1]:99999/ https://user:pw@xn--.com/ HTTP://é.ß.한국/%zz?x#y www.a.b \u202e \u200b \u0301 \x00 \ud800 ﷽ １２ ١٢ ½ ㍿
    👩‍👩‍👧‍👦 {0} %s ' " ` ``` ** || ~~ > - 1. [a](b) \\ ; -- /* NEAR( 55512345:AAcanaryCanaryCANARYcanaryCanary01234""".split()
text = st.one_of(
    st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=8)), max_size=14).map(" ".join),
    st.text(alphabet=st.characters(), max_size=120),
    st.builds(
        lambda piece, times: piece * times,
        st.sampled_from(PIECES) | st.text(min_size=1, max_size=3),
        st.integers(1, 900),
    ),
    st.builds(lambda piece, times: f"{piece} " * times, st.sampled_from(PIECES), st.integers(1, 500)),
)


@pytest.fixture(scope="module")
def readers() -> Any:
    return targets.parsers()


@examples(30, share=4)
@given(typed=text)
def test_no_text_breaks_what_reads_it(readers: Any, typed: str) -> None:
    """Whatever people type as a command, a reference, a date, a field or a setting is understood or refused, in time."""
    targets.parse(typed, readers)


# Documents of every block and inline there is, found by their types: a new one is in here without anybody thinking of it.
INLINES: st.SearchStrategy[Any] = st.one_of(
    *(
        st.builds(
            each, text, text | st.sampled_from(["https://example.org/", "javascript:x", "tg://user?id=1", "mailto:a@b"])
        )
        if each is doc.Link
        else st.builds(each, text)
        for each in doc.Inline.__args__
    )
)
CONTENT = st.lists(INLINES, max_size=4).map(tuple)
CELLS = st.integers(1, 4).flatmap(
    lambda wide: st.tuples(*(st.lists(text, min_size=wide, max_size=wide).map(tuple) for _ in range(3)))
)
SHAPES = {
    doc.Bullets: st.builds(doc.Bullets, st.lists(CONTENT, max_size=4).map(tuple)),
    doc.Table: CELLS.map(lambda rows: doc.Table(rows[0], rows[1:])),
    doc.Divider: st.just(doc.Divider()),
}
BLOCKS = st.one_of(*(SHAPES.get(each, CONTENT.map(each)) for each in doc.Block.__args__))
BUTTONS = st.one_of(
    st.builds(doc.RunCommand, text, text, st.booleans()),
    st.builds(doc.OpenLink, text, text | st.just("https://example.org/")),
)
DOCUMENTS = st.builds(
    doc.Document,
    st.lists(BLOCKS, max_size=6).map(tuple),
    st.lists(st.lists(BUTTONS, max_size=6).map(tuple), max_size=8).map(tuple),
)


@examples(20, share=4)
@given(document=DOCUMENTS)
def test_no_document_breaks_a_platform(document: doc.Document) -> None:
    """Whatever stands in a document, every platform takes it: within its limits, well formed, and pinging nobody."""
    targets.show(document)


@cache
def files() -> dict[str, str]:
    """The shipped dossier, cut down so that one reading takes milliseconds, beside the small one."""
    folder, found = shipped_dossier(), {}
    for path in sorted(folder.rglob("*.yaml")):
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        starts = [number for number, line in enumerate(lines) if line.startswith("- ")]
        end = starts[6] if len(starts) > 6 else len(lines)
        found[str(path.relative_to(folder))] = "".join(lines[:end])
    return found


HOSTILE = [
    "\x00", "\ufeff", "\u202e", "\t", "\r", "&a ", "*a", "*nowhere", "<<: *a", "!!python/object/apply:os.system [id]", "!x ",
    "[", "]", "{", "}", "- ", ": ", "? ", "'", '"', "|\n", ">\n", "%YAML 9\n", "---\n", "...\n", "#", "1e400", "0x7f", "~",
    "2024-13-45", "-1", "9" * 30, "null", "true", "[" * 30, "{a: " * 30, "- " * 30, "x" * 5000, "\ud7ff", "\U0010ffff", "a: 1\n" * 2,
    "&b [*b]", "{? [a] : b}", "id: ", "sources: ", "text: {it: x}", "id: [a]", "number: 1\n", "articles: {a: 1, a: 2}", "=", "12:30",
]  # fmt: skip
edits = st.lists(
    st.tuples(
        st.integers(0, 10**6), st.integers(0, 40), st.sampled_from(HOSTILE) | st.text(max_size=12), st.integers(0, 3)
    ),
    min_size=1,
    max_size=6,
)


def mutate(content: bytes, changes: list[tuple[int, int, str, int]]) -> bytes:
    for where, width, new, how in changes:
        at = where % (len(content) + 1)
        data = new.encode(errors="surrogatepass")
        match how:
            case 0:
                content = content[:at] + data + content[at + width :]
            case 1:  # a piece of it somewhere else
                content = content[:at] + content[at : at + width * 20] * 2 + content[at:]
            case 2:
                content = content[:at] + bytes([width * 6 % 256]) + content[at + 1 :]
            case _:  # a value of a line
                line = content.rfind(b"\n", 0, at) + 1
                end = content.find(b"\n", at)
                name = content[line : end if end >= 0 else None].partition(b":")[0]
                content = content[:line] + name + b": " + data + (content[end:] if end >= 0 else b"")
    return content


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("dossiers")


def laid_out(desk: Path, name: str) -> Path:
    folder = desk / name
    shutil.rmtree(folder, ignore_errors=True)
    return put(folder, small_dossier() if name == "small" else files())


@examples(30, share=20)
@given(data=st.data(), which=st.sampled_from(["small", "shipped"]), changes=edits)
def test_no_change_of_a_dossier_breaks_its_reader(desk: Path, data: Any, which: str, changes: Any) -> None:
    """A dossier with anything at all changed in one file is read, or every fault is told as one clear line."""
    names = sorted(small_dossier() if which == "small" else files())
    folder = desk / which
    if not folder.is_dir():
        laid_out(desk, which)
    path = folder / data.draw(st.sampled_from(names))
    whole = path.read_bytes()
    path.write_bytes(mutate(whole, changes))
    try:
        targets.read_files(folder)
    finally:
        path.write_bytes(whole)


values: st.SearchStrategy[Any] = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-5, 10**25), st.floats(), text, st.sampled_from(HOSTILE)),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["id", "it", "en", "number", "text", "sources", "status", "date", "articles", "preamble", "title", ""]) | st.text(max_size=4), inner, max_size=5),
    max_leaves=12,
)  # fmt: skip


@examples(20, share=20)
@given(data=st.data(), value=values, how=st.sampled_from(["yaml", "list", "json"]))
def test_no_file_of_any_shape_breaks_the_reader(desk: Path, data: Any, value: Any, how: str) -> None:
    """A file of a dossier that holds something else altogether is told as what it is."""
    folder = desk / "small"
    if not folder.is_dir():
        laid_out(desk, "small")
    path = folder / data.draw(st.sampled_from(sorted(small_dossier())))
    whole = path.read_bytes()
    value = [value] if how == "list" else value
    try:
        written = json.dumps(value) if how == "json" else yaml.safe_dump(value, allow_unicode=True)
        path.write_bytes(written.encode(errors="surrogatepass"))
        targets.read_files(folder)
    finally:
        path.write_bytes(whole)


BOMBS = {
    "aliases": "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 300)),
    "aliases of texts": "id: &a " + "x" * 100_000 + "\n" + "".join(f"k{n}: [*a, *a, *a]\n" for n in range(5000)),
    "merges": "a0: &a0 {x: 1}\n" + "".join(f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 9)}]}}\n" for n in range(1, 200)),
    "nesting in flow": "a: " + "[" * 200_000,
    "nesting in blocks": "\n".join(" " * n + "-" for n in range(2000)),
    "nesting of maps": "{a: " * 100_000,
    "a long text": "id: " + "x" * 8_000_000,
    "a long key": "x" * 8_000_000 + ": 1",
    "many keys": "".join(f"k{n}: 1\n" for n in range(100_000)),
    "one key many times": "k: 1\n" * 100_000,
    "many names": "keywords:\n  en:\n" + "".join(f"  - w{n}\n" for n in range(60_000)),
    "many documents": "--- a\n" * 100_000,
    "many anchors": "".join(f"- &a{n} x\n" for n in range(100_000)),
    "many tags": "".join(f"- !t{n} x\n" for n in range(50_000)),
    "a huge number": "id: " + "9" * 1_000_000,
    "no end": 'id: "' + "\\x41" * 500_000,
    "many comments": "#\n" * 500_000,
}  # fmt: skip
READ = """
import sys
from pathlib import Path
from storage.dossier import read_dossier
for folder in sys.argv[1:]:
    dossier, faults = read_dossier(Path(folder))
    assert (dossier is None) == bool(faults)
    assert all(str(each).isprintable() and len(str(each)) < 700 for each in faults)
    print(len(faults))
"""


@pytest.mark.parametrize(
    "bombs", [(each,) for each in BOMBS] if EXAMPLES else [("aliases", "nesting in flow", "many names")]
)
def test_no_bomb_takes_the_memory_or_the_time(bombs: tuple[str, ...], tmp_path: Path) -> None:
    """A file made to take all memory or all time is read or refused within a minute and within a gigabyte."""
    head = small_dossier()["dossier.yaml"].partition("keywords")[0]
    folders = [
        put(tmp_path / str(n), small_dossier() | {"dossier.yaml": head + BOMBS[each]}) for n, each in enumerate(bombs)
    ]
    done = subprocess.run(
        [sys.executable, "-c", READ, *map(str, folders)], cwd=ROOT, capture_output=True, text=True, timeout=60,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (2**30, 2**30)),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    told = dict(zip(bombs, map(int, done.stdout.split()), strict=True))
    assert [each for each, faults in told.items() if not faults] == [each for each in bombs if each in HARMLESS]


HARMLESS = {"many names", "many comments"}
"""Much, and yet in order."""


@cache
def updates() -> list[dict[str, Any]]:
    """Whole updates of every kind that the fake server makes."""
    state = State("1:x")
    group = {"id": -1_000_000_000_500, "type": "supergroup", "title": "News"}
    person = {"id": 7, "is_bot": False, "first_name": "A", "language_code": "it"}
    orders = [
        ("message", {"text": "/treaty@pactwatch_bot 4", "chat": group, "user": person}),
        ("message", {"text": "/start abc", "chat": 7, "user": person}),
        ("inline", {"query": "4", "user": person}),
        ("member", {"chat": group, "user": person, "old": "member", "new": "kicked"}),
    ]
    found = []
    for name, order in orders:
        kind, content = BUILDERS[name](state, order)
        found.append({"update_id": 1, kind: content})
    message = found[0]["message"]
    quoted = {
        **message,
        "text": "see https://example.org and this",
        "entities": [{"type": "url", "offset": 4, "length": 19}],
    }
    found.append(
        {
            "update_id": 2,
            "message": {**message, "reply_to_message": quoted, "is_topic_message": True, "message_thread_id": 5},
        }
    )
    found.append(
        {
            "update_id": 3,
            "callback_query": {"id": "9", "from": person, "chat_instance": "x", "data": "treaty 5", "message": message},
        }
    )
    found.append({"update_id": 4, "message": {**message, "migrate_to_chat_id": -100}})
    return found


def interactions() -> list[dict[str, Any]]:
    """Whole interactions of every kind."""
    option = {"name": "article", "type": 3, "value": "4", "focused": True}
    message = discord_payloads.message(
        "555", discord_payloads.CHANNEL, discord_payloads.user("78"), {"content": "see https://example.org"}
    )
    menu = {"id": "6", "name": "Check this", "type": 3, "target_id": "555", "resolved": {"messages": {"555": message}}}
    label = {"type": 18, "component": {"type": 4, "custom_id": "statement", "value": "x"}}
    return [
        discord_payloads.interaction("1", 2, {"id": "5", "name": "treaty", "type": 1, "options": [option]}),
        discord_payloads.interaction("2", 2, menu, place="dm"),
        discord_payloads.interaction("3", 3, {"custom_id": "treaty 5", "component_type": 2, "id": 1}, on=message),
        discord_payloads.interaction("4", 4, {"id": "5", "name": "treaty", "type": 1, "options": [option]}),
        discord_payloads.interaction("5", 5, {"custom_id": "addfact", "components": [label]}),
    ]


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place within a payload."""
    yield path
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from places(inner, (*path, key))


MISSING = object()
payload_values = st.one_of(
    st.just(MISSING), st.none(), st.booleans(), st.integers(-(2**63), 2**64), text, st.just([]), st.just({}), st.just([[]]),
    st.sampled_from(["0", "-1", "9" * 40, "555", 0, 1, 2, 3, 8, 99, 1.5]), st.dictionaries(st.text(max_size=4), st.integers(), max_size=2),
)  # fmt: skip


def changed(payload: dict[str, Any], data: Any) -> dict[str, Any]:
    """The payload with one to four values replaced or taken out."""
    payload = copy.deepcopy(payload)
    for _ in range(data.draw(st.integers(1, 4))):
        there = [each for each in places(payload) if each]
        if not there:
            break
        *way, key = data.draw(st.sampled_from(there))
        inner: Any = payload
        for step in way:
            inner = inner[step]
        value = data.draw(payload_values)
        if value is not MISSING:
            inner[key] = copy.deepcopy(value)
        elif isinstance(inner, dict):
            del inner[key]
    return payload


@examples(60, share=2)
@given(data=st.data(), which=st.integers(0, 6))
def test_no_update_of_telegrams_breaks_what_reads_it(data: Any, which: int) -> None:
    """An update with anything in it is a whole request or is passed over; it never breaks the bot for others."""
    whole = updates()[which]
    assert targets.take_update(whole) is not None or "member" in str(whole) or "migrate" in str(whole)
    targets.take_update(changed(whole, data))


@pytest.fixture(scope="module")
def client() -> discord.Client:
    """The library's client as after logging in, which reading an interaction needs."""
    client = discord.Client(intents=discord.Intents(guilds=True))
    client._connection.user = discord.ClientUser(state=client._connection, data=discord_payloads.BOT)  # type: ignore[arg-type]
    return client


@examples(60, share=2)
@given(data=st.data(), which=st.integers(0, 4))
def test_no_interaction_of_discords_breaks_what_reads_it(client: discord.Client, data: Any, which: int) -> None:
    """An interaction with anything in it is a whole request or is passed over."""
    whole = interactions()[which]
    assert targets.take_interaction(whole, client) is not None or whole["type"] == 4
    targets.take_interaction(changed(whole, data), client)

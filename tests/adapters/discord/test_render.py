"""What documents become on Discord: within its limits, and with nothing active but our own formatting."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.adapters.discord.markup import escape, escape_line_starts, safe_url
from bot.adapters.discord.render import render, rendered, single
from bot.core.documents import (
    Bullets,
    Code,
    Deleted,
    Divider,
    Document,
    Emphasis,
    Heading,
    Inserted,
    Link,
    Note,
    OpenLink,
    Paragraph,
    Quote,
    RunCommand,
    Strong,
    Table,
    Text,
    inlines,
    paragraph,
)
from bot.core.requests import Reply
from bot.core.sanitize import clean
from tests.platforms.discord_limits import buttons, mention_faults, message_faults, texts
from tests.platforms.discord_markdown import read

HOSTILE = [
    "@everyone", "@here", "<@1>", "<@!1>", "<@&1>", "<#1>", "<t:1700000000:R>", "<:a:1>", "<a:b:2>", "</treaty:1>",
    "<id:home>", "https://evil.example/x", "<https://evil.example>", "[click](https://evil.example)",
    "[a](<https://e.x>)",
    "**", "*", "__", "_", "~~", "||", "`", "```", "\\", "# ", "## ", "-# ", "- ", "+ ", "> ", ">>> ", "1. ", "\n",
    "\n\n", ":smile:", ":100:", "[", "]", "(", ")", "\u202e", "\u200b", "a", "слово", "조약", "👩‍👩‍👧", "é", " ", "x.",
    "\u2028", "10:30:45",
]  # fmt: skip
short = st.one_of(st.lists(st.sampled_from(HOSTILE), max_size=12).map("".join), st.text(max_size=60))
text = st.one_of(
    short,
    st.builds(lambda part, times: (part + " ") * times, st.sampled_from(HOSTILE), st.integers(1, 1500)),
)
url = st.one_of(
    st.sampled_from(["https://kcna.kp/a_(b)", "javascript:alert(1)", "http://x.org/><@1>", "ftp://x"]), text
)
inline = st.one_of(
    *(text.map(each) for each in (Text, Strong, Emphasis, Code, Inserted, Deleted)), st.builds(Link, text, url)
)
content = st.lists(inline, max_size=6).map(tuple)
block = st.one_of(
    content.map(Heading),
    content.map(Paragraph),
    content.map(Quote),
    content.map(Note),
    st.lists(content, max_size=6).map(tuple).map(Bullets),
    st.just(Divider()),
    st.lists(st.tuples(text, text), max_size=6).map(tuple).map(lambda rows: Table(("a", "*b*"), rows)),
)
button = st.one_of(
    st.builds(RunCommand, st.text(max_size=90), st.sampled_from(["treaty 1", "treaty 2", "x" * 101, ""])),
    st.builds(RunCommand, text, st.integers(0, 60).map("treaty {}".format)),
    st.builds(OpenLink, text, url),
)
documents = st.builds(
    Document,
    st.lists(block, max_size=14).map(tuple),
    st.lists(st.lists(button, max_size=7).map(tuple), max_size=8).map(tuple),
)
OURS = {"heading", "note", "quote", "bullet", "bold", "italic", "code", "link", "underline", "strike"}


def shown(document: Document) -> str:
    return "\n".join(read(each).text for part in render(document) for each in texts(part))


@settings(max_examples=60, deadline=None)
@given(documents)
def test_every_document_is_taken_by_discord(document: Document) -> None:
    """No document, however long or hostile, is refused; at most three messages come, with buttons below the last."""
    parts = render(document)
    assert 1 <= len(parts) <= 3
    for part in parts:
        assert message_faults(part) == []
        assert mention_faults(part) == []
    assert not any(buttons(part) for part in parts[:-1])


@settings(max_examples=60, deadline=None)
@given(documents)
def test_only_our_own_formatting_is_active(document: Document) -> None:
    """Nobody's words become a mention, a link, a timestamp, a spoiler or anything else that acts."""
    targets = {safe_url(each.url) for each in links(document)}
    for part in render(document):
        for each in texts(part):
            active = read(each).active
            assert {kind for kind, _ in active} <= OURS
            assert {what for kind, what in active if kind == "link"} <= targets


@settings(max_examples=150, deadline=None)
@given(st.lists(text.filter(lambda each: len(each) < 600), min_size=1, max_size=3))
def test_plain_text_stays_what_it_is(pieces: list[str]) -> None:
    """Plain words appear exactly as they are, with no format of their own, also where two of them meet."""
    document = Document((Paragraph(tuple(Text(each) for each in pieces)),))
    wanted = " ".join("".join(clean(each.replace("\u2028", "\n").replace("\u2029", "\n")) for each in pieces).split())
    (part,) = render(document)
    reading = [read(each) for each in texts(part)]
    assert not [each for one in reading for each in one.active]
    assert " ".join(" ".join(one.text for one in reading).split()) == (wanted or "…")


def links(document: Document) -> list[Link]:
    found: list[Any] = []
    for block in document.blocks:
        if isinstance(block, Bullets):
            found += [each for item in block.items for each in item]
        else:
            found += getattr(block, "content", ())
    return [each for each in found if isinstance(each, Link)]


def test_every_block_has_its_looks() -> None:
    """Headings, quotes, lists, small print, tables, links and code look the way Discord shows them."""
    document = Document(
        (
            Heading(inlines("Article 4")),
            paragraph("Mutual ", Strong("defence"), " and ", Emphasis("aid"), ", see ", Code("treaty 4"), "."),
            Quote(inlines("one\ntwo")),
            Bullets((inlines("a"), inlines("b"))),
            Divider(),
            Table(("Signed", "In force"), (("2024", "2024-12"),)),
            Note(inlines("Source: ", Link("KCNA [en]", "https://kcna.kp/a_(b)"))),
        ),
        ((RunCommand("Art. 5", "treaty 5"), OpenLink("Text", "https://kcna.kp/x")),),
    )
    (part,) = render(document)
    above, below = texts(part)
    assert above == "## Article 4\nMutual **defence** and *aid*, see `treaty 4`.\n\n> one\n> two\n\n- a\n- b"
    assert below == ("**Signed**: 2024\n**In force**: 2024-12\n\n-# Source: [KCNA (en)](<https://kcna.kp/a_%28b%29>)")
    assert [each["type"] for each in part["components"]] == [17, 1]
    assert [each["type"] for each in part["components"][0]["components"]] == [10, 14, 10]
    run, go = buttons(part)
    assert (run["style"], run["custom_id"], go["style"], go["url"]) == (2, "treaty 5", 5, "https://kcna.kp/x")


@pytest.mark.parametrize("literal", ["F-12", "F-12@1", "treaty-2024/4", "3.5 (три)", "12:30", "a - b", "50 % #1"])
def test_ordinary_words_are_not_disfigured(literal: str) -> None:
    """Numbers, keys and ordinary punctuation are sent as they are, so that they can be found and copied."""
    assert escape_line_starts(escape(literal)) == literal


def test_changes_are_struck_and_underlined() -> None:
    """What a change took out is struck, what it brought in is underlined, also where the two touch."""
    words = paragraph("Signed in ", Deleted("2023 "), Inserted("2024"), Deleted("x~"), Inserted("_y_"), ".")
    (part,) = render(Document((words,)))
    (shown,) = texts(part)
    assert shown.replace("\u200b", "") == r"Signed in ~~2023~~ __2024__~~x\~~~__\_y\___."
    assert read(shown).text.replace("\u200b", "") == "Signed in 2023 2024x~_y_."
    assert [kind for kind, _ in read(shown).active] == ["strike", "underline", "strike", "underline"]


changes = st.lists(st.tuples(st.sampled_from([Text, Inserted, Deleted]), short), max_size=6)


@settings(max_examples=80, deadline=None)
@given(changes)
def test_every_change_is_seen(pieces: list[tuple[Any, str]]) -> None:
    """Whatever words a change is made of, all of it is read, and each part with something in it is marked."""
    (part,) = render(Document((Paragraph(tuple(kind(words) for kind, words in pieces)),)))
    readings = [read(each) for each in texts(part)]
    marked = [kind for one in readings for kind, _ in one.active]
    words = [(kind, clean(each.replace("\u2028", "\n").replace("\u2029", "\n"))) for kind, each in pieces]
    assert marked.count("strike") == sum(kind is Deleted and bool(each.strip()) for kind, each in words)
    assert marked.count("underline") == sum(kind is Inserted and bool(each.strip()) for kind, each in words)
    seen = "".join("".join(one.text for one in readings).replace("\u200b", "").split())
    assert seen == ("".join("".join(each for _, each in words).split()) or "…")


@settings(max_examples=40, deadline=None)
@given(documents)
def test_every_document_is_one_message_where_it_must(document: Document) -> None:
    """Whatever a pushed document holds, the one message it becomes is taken by Discord."""
    assert message_faults(single(document)) == []


def test_one_message_ends_in_an_ellipsis() -> None:
    """A document that must be one message is one, ends visibly where it is cut, and keeps its buttons."""
    part = single(Document((paragraph("word " * 2000), paragraph("never seen")), ((RunCommand("a", "b"),),)))
    assert message_faults(part) == []
    assert texts(part)[-1].endswith("word…")
    assert len(texts(part)[-1]) > 3900
    assert [each["label"] for each in buttons(part)] == ["a"]


def test_long_text_is_cut_between_sentences() -> None:
    """A long text goes on in a further message, at the end of a sentence, and nothing is lost."""
    sentences = "".join(f"Sentence number {number} goes here. " for number in range(270))
    first, second, *_ = parts = render(Document((paragraph(sentences),)))
    assert texts(first)[0].endswith("here.")
    assert texts(second)[0].startswith("Sentence")
    assert shown(Document((paragraph(sentences),))).replace("\n", " ") == sentences.strip()
    assert len(parts) == 3


def test_what_is_too_long_ends_in_an_ellipsis() -> None:
    """What doesn't fit into three messages visibly ends there."""
    parts = render(Document((paragraph("word " * 5000), paragraph("never seen"))))
    assert len(parts) == 3
    assert texts(parts[2])[-1].endswith("word…")


def test_links_and_letters_are_never_cut() -> None:
    """A cut falls into no link and into no letter made of several characters."""
    family, link = "👩‍👩‍👧", Link("source", "https://kcna.kp/" + "p" * 300)
    for part in render(Document((Paragraph((Text("a" + family * 700), *(link,) * 20)),))):
        for each in texts(part):
            reading = read(each)
            assert {kind for kind, _ in reading.active} <= {"link"}
            assert "kcna" not in reading.text
            assert not each.startswith("\u200d")
            assert not each.endswith("\u200d")


def test_a_cut_makes_no_heading() -> None:
    """What a cut puts at the start of a message does not turn into a heading or a list."""
    words = "# - " * 2500
    reading = [read(each) for part in render(Document((paragraph("x " + words),))) for each in texts(part)]
    assert not [each for one in reading for each in one.active]


def test_block_moves_whole_to_the_next_message() -> None:
    """A block that fits into a message of its own is not torn apart."""
    blocks = (paragraph("a" * 3000), paragraph("b" * 2000))
    first, second = render(Document(blocks))
    assert (texts(first), texts(second)) == (["a" * 3000], ["b" * 2000])


def test_double_buttons_appear_once() -> None:
    """Two buttons for the same command would make Discord refuse the message; one is shown."""
    row = (RunCommand("a", "treaty 4"), RunCommand("b", "treaty 4"), RunCommand("c", "treaty 5"))
    (part,) = render(Document((paragraph("x"),), (row,)))
    assert [each["label"] for each in buttons(part)] == ["a", "c"]


@pytest.mark.parametrize("bad", ["javascript:alert(1)", "ftp://x.org", "https://", "x.org", "https://[bad", "//x.org"])
def test_only_web_addresses_become_links(bad: str) -> None:
    """Anything but an http(s) address is shown as words and never as something to press."""
    (part,) = render(Document((paragraph(Link("see", bad)),), ((OpenLink("go", bad),),)))
    assert (texts(part), buttons(part)) == (["see"], [])


def test_a_reply_is_rendered_once() -> None:
    """A reply served again from memory costs no second rendering, and its private form never replaces the public."""
    reply = Reply(Document((paragraph("x"),)))
    first = rendered(reply)
    private = first.callback(4, ephemeral=True)
    assert rendered(reply) is first
    assert first.callback(4, ephemeral=False) != private
    assert first.callback(4, ephemeral=False) is first.callback(4, ephemeral=False)

"""How documents look on Telegram, checked against the limits the fake server keeps."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.adapters.telegram.render import LONG_QUOTE, MAX_PARTS, MAX_TEXT, Part, render
from bot.adapters.telegram.sending import payloads
from bot.core.documents import (
    Block,
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
    paragraph,
)
from bot.core.requests import Reply
from bot.core.sanitize import clean
from tests.platforms.telegram_limits import check_message, units

WORDS = st.text(st.sampled_from("ab Cд한.!?\n\t👩🚀\u0301\u200d\u202e<*_&[")) | st.text(max_size=30)
LONG = st.builds(lambda word, times: f"{word} " * times, st.text(min_size=1, max_size=12), st.integers(1, 1500))
URLS = st.sampled_from(
    ["https://example.org/a", "http://é.example/x y", "javascript:alert(1)", "", "https://", "https://[x"]
)
INLINES = st.one_of(
    st.builds(Text, WORDS | LONG),
    st.builds(Strong, WORDS),
    st.builds(Emphasis, WORDS),
    st.builds(Code, WORDS),
    st.builds(Inserted, WORDS | LONG),
    st.builds(Deleted, WORDS | LONG),
    st.builds(Link, WORDS, URLS),
)
CONTENT = st.lists(INLINES, max_size=5).map(tuple)
BLOCKS: st.SearchStrategy[Block] = st.one_of(
    st.builds(Heading, CONTENT),
    st.builds(Paragraph, CONTENT),
    st.builds(Quote, CONTENT),
    st.builds(Note, CONTENT),
    st.builds(Bullets, st.lists(CONTENT, max_size=4).map(tuple)),
    st.builds(Table, st.just(("Name", "")), st.lists(st.tuples(WORDS, WORDS), max_size=4).map(tuple)),
    st.builds(Divider),
)
BUTTONS = st.builds(RunCommand, WORDS, WORDS) | st.builds(OpenLink, WORDS, URLS)
DOCUMENTS = st.builds(
    Document,
    st.lists(BLOCKS, max_size=8).map(tuple),
    st.lists(st.lists(BUTTONS, max_size=7).map(tuple), max_size=30).map(tuple),
)


def marked(part: Part, kind: str) -> list[str]:
    raw = part.text.encode("utf-16-le")
    return [
        raw[each["offset"] * 2 : (each["offset"] + each["length"]) * 2].decode("utf-16-le")
        for each in part.entities
        if each["type"] == kind
    ]


def only(*blocks: Block) -> Part:
    (part,) = render(Document(blocks))
    return part


def test_blocks_as_a_reader_sees_them() -> None:
    """A card reads as title, text, quotation, list, table and small print, with form where it helps."""
    part = only(
        Heading((Text("Article 4"),)),
        paragraph("Mutual ", Strong("aid"), ", ", Emphasis("if attacked"), ": ", Code("/treaty 4")),
        Quote((Text("If any party…"), Link("text", "https://example.org/4"))),
        Bullets(((Text("one"),), (Text("two"),))),
        Divider(),
        Table(("Date", "Event", ""), (("2024-06-19", "signed", "x"), ("2024-12-04", "", "in force"))),
        Note((Text("F-1"),)),
    )
    assert part.text == (
        "Article 4\nMutual aid, if attacked: /treaty 4\n\nIf any party…text\n\n• one\n• two\n\n———\n\n"
        "Date: 2024-06-19\nEvent: signed\nx\n\nDate: 2024-12-04\nin force\n\nF-1"
    )
    assert marked(part, "bold") == ["Article 4", "aid"]
    assert marked(part, "italic") == ["if attacked"]
    assert marked(part, "code") == ["/treaty 4"]
    assert marked(part, "blockquote") == ["If any party…text"]
    assert marked(part, "text_link") == ["text"]


def test_entities_count_as_telegram_counts() -> None:
    """Words after emoji and accents are marked where they stand, not some letters off."""
    part = only(paragraph("👩\u200d🚀 e\u0301 한 ", Strong("bold 👩"), " rest"))
    assert marked(part, "bold") == ["bold 👩"]


def test_only_web_addresses_become_links() -> None:
    """What is no http(s) address stays plain text, in the text and on buttons."""
    part = only(
        paragraph(Link("a", "javascript:alert(1)"), Link("b", "tg://user?id=1"), Link("c", "https://e.org\u202e/"))
    )
    assert (part.text, part.entities) == ("abc", [])
    (part,) = render(Document((paragraph("x"),), ((OpenLink("a", "javascript:alert(1)"), RunCommand("b", "é" * 33)),)))
    assert part.keyboard == []


def test_headings_mark_links_and_code_once() -> None:
    """Inside a heading a link keeps its address and a command its form, without clashing with the bold."""
    part = only(Heading((Text("See "), Code("/fact"), Link(" here", "https://example.org"), Strong(" now"))))
    check_message({"text": part.text, "entities": part.entities})
    assert marked(part, "code") == ["/fact"]
    assert marked(part, "bold") == ["See", "here", "now"]
    assert marked(part, "text_link") == ["here"]


def test_a_difference_word_for_word() -> None:
    """Words that came in are underlined and words that went out struck through, wherever a difference stands."""
    part = only(
        Heading((Text("F-12 "), Deleted("draft"), Inserted(" final"))),
        Quote((Text("about "), Deleted("10 000 "), Inserted("11 000 "), Text("men"))),
        Bullets(((Inserted("a"), Deleted("\u202e ")),)),
    )
    assert part.text == "F-12 draft final\nabout 10 000 11 000 men\n\n• a"
    assert marked(part, "strikethrough") == ["draft", "10 000"]
    assert marked(part, "underline") == ["final", "11 000", "a"]
    assert marked(part, "bold") == ["F-12", "draft", "final"]
    check_message({"text": part.text, "entities": part.entities})


def test_long_quotations_fold() -> None:
    """A long quotation can be folded; a short one stands open."""
    assert marked(only(Quote((Text("a" * (LONG_QUOTE + 1)),))), "expandable_blockquote")
    assert marked(only(Quote((Text("a" * LONG_QUOTE),))), "blockquote")


def test_rows_of_buttons_are_kept_narrow() -> None:
    """A row of many buttons becomes several, and labels are cut rather than refused."""
    buttons = tuple(RunCommand(f"Article {number} " + "x" * 80, f"treaty {number}") for number in range(7))
    (part,) = render(Document((paragraph("x"),), (buttons,)))
    assert [len(row) for row in part.keyboard] == [5, 2]
    assert part.keyboard[0][0]["text"].endswith("…")
    check_message({"text": "x", "reply_markup": {"inline_keyboard": part.keyboard}})


def test_long_documents_take_several_messages() -> None:
    """A long document is parted between blocks, its buttons come last, and what is too much ends visibly."""
    blocks = tuple(paragraph(f"{number} " + "word " * 500) for number in range(3))
    buttons = ((RunCommand("Next", "treaty 5"),),)
    parts = render(Document(blocks, buttons))
    assert [part.text[:2] for part in parts] == ["0 ", "1 ", "2 "]
    assert [bool(part.keyboard) for part in parts] == [False, False, True]
    parts = render(Document(blocks * 4, buttons))
    assert len(parts) == MAX_PARTS
    assert parts[-1].text.endswith("…")
    assert parts[-1].keyboard
    assert len(render(Document(blocks), 1)) == 1


def test_a_link_is_never_parted() -> None:
    """A link that would fall on the edge of a message moves to the next one as a whole."""
    first, second = render(Document((paragraph("a" * 4000, " ", Link("word " * 30, "https://example.org")),)))
    assert not first.entities
    assert marked(second, "text_link") == [("word " * 30).strip()]


def test_an_empty_document_is_still_a_message() -> None:
    """Nothing to say is shown as an ellipsis; an empty message would be refused."""
    assert only().text == "…"
    assert only(paragraph("\u202e \n"), Quote(())).text == "…"


def test_a_reply_is_rendered_once() -> None:
    """An answer that is served again from memory costs no second rendering."""
    reply = Reply(Document((paragraph("x"),)))
    assert payloads(reply) is payloads(reply)


def test_code_alone_in_a_quotation() -> None:
    """A quotation that is nothing but a command is both: quoted, and easy to copy."""
    part = only(Quote((Code("/treaty 4"),)))
    assert [each["type"] for each in part.entities] == ["blockquote", "code"]
    check_message({"text": part.text, "entities": part.entities})


@settings(max_examples=100, deadline=None)
@given(DOCUMENTS, st.integers(1, MAX_PARTS))
def test_no_document_is_refused(document: Document, most: int) -> None:
    """Whatever the document, every message keeps Telegram's limits and no word is lost unless it says so."""
    parts = render(document, most)
    assert 1 <= len(parts) <= most
    for part in parts:
        fields = {"text": part.text, "entities": part.entities, "reply_markup": {"inline_keyboard": part.keyboard}}
        check_message(fields)
        assert units(part.text) <= MAX_TEXT
        assert not {"\u202e", "\t", "\x00"} & set(part.text)
        assert part.text == part.text.strip()
    shown = "".join("".join(part.text for part in parts).split())
    if not shown.endswith("…"):
        for block in document.blocks:
            match block:
                case Paragraph(content) | Note(content) | Quote(content) | Heading(content):
                    said = "".join("".join(clean(inline.text) for inline in content).split())
                    assert said in shown
                case _:
                    pass

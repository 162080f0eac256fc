from __future__ import annotations

import re

import pytest

from bot.core.entries import LOCALES
from bot.core.references import ReferenceReader, split_as_of
from bot.words import load_words
from storage.dossier import read_dossier, shipped_dossier
from tests.locales.reading import MESSAGES

WORDS = load_words()
RENDERED = {
    locale: {
        key: sorted({WORDS[locale].text(key, **sample) for sample in message.samples()})
        for key, message in MESSAGES[locale].items()
    }
    for locale in LOCALES
}
"""Every message in every language in all its variants, by language and key."""
ALL = [(locale, key, text) for locale, found in RENDERED.items() for key, texts in found.items() for text in texts]

LATIN = frozenset(
    """
    Pactwatch Telegram Ctrl Kursk as of me chat it en ru ko start help treaty article fact sources history timeline
    latest compare topics people search check language privacy article4 troops
    suggest report forgetme mydata link addfact editfact retract queue approve reject schedule undo freeze roles
    by since here on off status yes grant revoke list contributor editor owner telegram OWNERS http https tass com
    BotFather revoke Reset Token Discord
    ask notify questions close ID subscribe unsubscribe settings why instant daily weekly silent channel Asia Seoul
    """.split()
)
"""What stays in Latin letters everywhere: names, commands and what is typed after them, and the sample value."""
LITERAL = re.compile(
    r"/[a-z]+(?: treaty| article4| list| status)?|timeline troops|article4"
    r"|on, off o status|on\|off\|status|«status»|grant\|revoke\|list|\blist \(|^yes\b"
)
"""What people type in English whatever their language."""
ENGLISH_NAME = re.compile(r" \([a-z]+\)$")
"""The name of a field that works in every language, after the name in the reader's own."""
ENGLISH = frozenset(
    """
    the of to and is are was with for this that from not yes which what who when where why how you your we our it's
    does has have had been will would can could please show shown list open choose name names status source
    sources article articles fact facts entry entries event events people topic topics treaty language search compare
    history timeline latest first last more none nothing page button command commands message text word words number
    """.split()
)
SAME_IN_ENGLISH = {"start-heading", "card-article-short", "history-dossier", "param-scope-name", "param-sure-name"} | {
    "param-state-name",
    "param-action-name",
    "param-user-name",
    "param-mode-name",
    "param-silent-name",
    "param-chat-name",
}


def limit(key: str) -> int | None:
    """How long a text may be: core.telegram.org/bots/api (descriptions), docs.discord.com (options, menu names)."""
    if key in ("bot-short-description", "bot-description"):
        return {"bot-short-description": 120, "bot-description": 512}[key]
    if key.startswith("menu-"):
        return 32
    return 100 if key.startswith(("command-", "param-")) and not key.endswith("-help") else None


def test_texts_fit_where_the_platforms_show_them() -> None:
    """No description in a menu is refused by a platform or cut off in the middle."""
    bounded = [(locale, key, text, limit(key)) for locale, key, text in ALL if limit(key)]
    assert len(bounded) > 4 * 40
    assert [(locale, key, len(text)) for locale, key, text, most in bounded if len(text) > (most or 0)] == []


def test_buttons_are_short() -> None:
    """A button reads whole on a telephone, three in a row."""
    assert [each for each in ALL if each[1].startswith("button-") and len(each[2]) > 24] == []


def test_every_message_reads_as_text() -> None:
    """No reader meets braces, lost variables, doubled blanks or a blank before a stop, whatever the values."""
    wrong = re.compile(r"[{}$]|PARTICLE|\s{2}|\s[.,;:!?)]|\(\s|\n|\.\.|^\s|\s$")
    assert len(ALL) > 1_000
    assert [each for each in ALL if wrong.search(each[2]) or not each[2]] == []


def test_every_value_shows() -> None:
    """What a person typed or asked for is repeated to them in every variant that is meant to show it."""
    hidden = {"mistake-missing", "unknown-article", "card-sources", "card-more-sources", "fault-no-who"}
    missing = [
        (locale, key, name)
        for locale in LOCALES
        for key, message in MESSAGES[locale].items()
        for name in message.variables
        if key not in hidden and "7319" not in WORDS[locale].text(key, **dict.fromkeys(message.variables, "7319"))
    ]
    assert missing == []


QUOTES = {"it": "«»", "en": "“”", "ru": "«»", "ko": "‘’“”"}


@pytest.mark.parametrize("locale", LOCALES)
def test_quotes_are_those_of_the_language(locale: str) -> None:
    """Each language quotes the way its newspapers do, and closes what it opens."""
    foreign = set('"«»“”„‘') - set(QUOTES[locale])
    texts = [(key, text) for key, found in RENDERED[locale].items() for text in found]
    assert any(QUOTES[locale][0] in text for _, text in texts)
    assert [(key, text) for key, text in texts if foreign & set(text)] == []
    pairs = [QUOTES[locale][at : at + 2] for at in range(0, len(QUOTES[locale]), 2)]
    assert [(key, text) for key, text in texts for left, right in pairs if text.count(left) != text.count(right)] == []


def _own(key: str, text: str) -> str:
    return ENGLISH_NAME.sub("", text) if key.startswith("input-") else text


@pytest.mark.parametrize("locale", ["ru", "ko"])
def test_no_foreign_word_is_left_in_russian_and_korean(locale: str) -> None:
    """Readers of Russian and Korean meet Latin letters in names, commands and numbers only."""
    found = {
        (key, word)
        for key, texts in RENDERED[locale].items()
        for text in texts
        for word in re.findall(r"[A-Za-z][A-Za-z0-9']*", _own(key, text))
        if word not in LATIN and len(word) > 1
    }
    assert found == set()


def test_no_english_word_is_left_in_italian() -> None:
    """Readers of Italian meet no English outside commands, and no sentence was left untranslated."""
    found = {
        (key, word)
        for key, texts in RENDERED["it"].items()
        for text in texts
        for word in re.findall(r"[a-z][a-z']*", LITERAL.sub("", _own(key, text)))
        if word in ENGLISH
    }
    assert found == set()
    same = {key for key in RENDERED["it"] if RENDERED["it"][key] == RENDERED["en"][key]}
    assert {key for key in same if re.search("[a-z]{3}", "".join(RENDERED["it"][key]))} <= SAME_IN_ENGLISH


def test_russian_addresses_the_reader_formally_and_writes_yo() -> None:
    """Russian says «вы» throughout and never leaves the dots off ё."""
    wrong = re.compile(
        r"\b(ты|тебе|тебя|твой|твоя|напиши|выбери|попробуй|нажми|еще|ее|нее|четырех|трех|твое|мое|нем|об нем|чем-то)\b",
        re.IGNORECASE,
    )
    texts = [(key, text) for key, found in RENDERED["ru"].items() for text in found]
    assert [each for each in texts if wrong.search(each[1])] == []
    assert any("Попробуйте" in text for _, text in texts)


def test_korean_sentences_end_politely() -> None:
    """Every Korean sentence is in the polite style of a newspaper speaking to its readers."""
    plain = re.compile(r"(?<!니)다(?=[.!]|$)|[해하]라[.!]")
    texts = [(key, text) for key, found in RENDERED["ko"].items() for text in found]
    assert [each for each in texts if plain.search(each[1])] == []
    assert sum("니다." in text for _, text in texts) > 30


@pytest.fixture(scope="module")
def references() -> ReferenceReader:
    dossier, _ = read_dossier(shipped_dossier())
    assert dossier is not None
    return ReferenceReader(dossier.instruments)


@pytest.mark.parametrize("locale", LOCALES)
def test_examples_of_articles_work_as_written(locale: str, references: ReferenceReader) -> None:
    """What the bot tells people to type in their language it also understands."""
    offered = WORDS[locale].text("param-treaty-article").split(": ")[1].split(", ")
    offered += re.findall(r"/treaty (\w+(?: \d)?)", WORDS[locale].text("mistake-article", value="x"))
    assert len(offered) == 8
    keys = ["4", "4", "preamble", "1961/1", "51", "4", "preamble", "1961/1"]
    found = [reference.key if (reference := references.read(each)) else each for each in offered]
    assert [key.endswith(f"/{end}") or key == f"treaty-{end}" for key, end in zip(found, keys, strict=True)] == [
        True
    ] * 8, found


@pytest.mark.parametrize("locale", LOCALES)
def test_the_example_of_a_past_day_works_as_written(locale: str) -> None:
    """The help on /treaty shows how to ask for a day in words that the reader's language knows."""
    (example,) = re.findall(r"\(([^()]*2024-06-20[^()]*)\)", WORDS[locale].text("command-treaty-help"))
    assert split_as_of(example) == ("4", "2024-06-20")

from __future__ import annotations

import random
import string
import unicodedata

import pytest

from bot.app import Core
from bot.core.commands import Complete
from bot.core.entries import LOCALES, EntryKind
from bot.core.ports import Label
from bot.services.names import Names
from bot.services.suggestions import MAX_SUGGESTIONS, Completer, nearest_labels

CYRILLIC = "абвгдежзийклмнопрстуфхцчшщыьэюя"
JAMO = (range(0x1100, 0x1113), range(0x1161, 0x1176), range(0x11A8, 0x11C3))
"""Korean letters as they stand first, in the middle and last in a syllable."""
SLIPS = 10
FOUND_AMONG = 5
LONG_ENOUGH = {"it": 4, "en": 4, "ru": 4, "ko": 3}
"""Syllables in Korean. More is asked for than three letters: a slip in `Kim` leaves two letters, which many words share."""


def random_letter(like: str, chance: random.Random) -> str:
    """A letter of the same script; of Korean letters one that may stand in the same place of a syllable."""
    for place in JAMO:
        if ord(like) in place:
            return chr(chance.choice(place))
    return chance.choice(CYRILLIC if like in CYRILLIC + "ё" else string.ascii_lowercase)


def slip(name: str, chance: random.Random) -> str:
    """The word with one letter wrong, left out, typed twice or swapped with its neighbour."""
    word = unicodedata.normalize("NFD", name) if "가" <= name[0] <= "힣" else name
    at = chance.randrange(len(word))
    match chance.choice(("wrong", "missing", "surplus", "swapped")):
        case "wrong":
            slipped = word[:at] + random_letter(word[at].lower(), chance) + word[at + 1 :]
        case "missing":
            slipped = word[:at] + word[at + 1 :]
        case "surplus":
            slipped = word[:at] + word[at] + word[at:]
        case _:
            slipped = word[:at] + word[at + 1 : at + 2] + word[at] + word[at + 2 :]
    return unicodedata.normalize("NFC", slipped)


def surname(name: str, locale: str) -> str:
    """The longest word of a name: of a Korean name in other scripts that is no surname, but what tells it apart."""
    return max(name.replace("-", " ").split(), key=len) if locale != "ko" else name.rsplit(maxsplit=1)[-1]


@pytest.mark.parametrize("locale", LOCALES)
async def test_one_wrong_letter_in_a_surname_still_finds_the_person(core: Core, locale: str) -> None:
    """Nine of ten slips of the finger in a surname lead to its bearer among five people."""
    catalogue, chance = core.services.lookup.catalogue, random.Random(20240619)
    tried = missed = 0
    for label in (each for each in catalogue.labels if each.kind is EntryKind.PERSON):
        word = surname(label.titles[locale], locale)
        for _ in range(SLIPS if len(word) >= LONG_ENOUGH[locale] else 0):
            tried += 1
            found = nearest_labels(slip(word, chance), catalogue, FOUND_AMONG, EntryKind.PERSON)
            missed += label.key not in [each.key for each in found]
    assert tried >= 30 * SLIPS
    assert missed <= tried // 10, f"{missed} of {tried}"


@pytest.mark.parametrize("locale", LOCALES)
async def test_words_at_random_find_nobody(core: Core, locale: str) -> None:
    """Of words that mean nobody, fewer than one in ten is taken for a slip of somebody's name."""
    catalogue, chance = core.services.lookup.catalogue, random.Random(20240620)
    letters = {"ru": CYRILLIC, "ko": "".join(chr(each) for each in range(0xAC00, 0xD7A4, 28))}
    alphabet = letters.get(locale, string.ascii_lowercase)
    shortest, longest = (2, 5) if locale == "ko" else (4, 9)
    words = ["".join(chance.choices(alphabet, k=chance.randrange(shortest, longest))) for _ in range(300)]
    taken = [word for word in words if nearest_labels(word, catalogue, FOUND_AMONG, EntryKind.PERSON)]
    assert len(taken) < 30, taken


@pytest.mark.parametrize(
    ("typed", "person"),
    [
        ("Putn", "vladimir-putin"),
        ("Podoljak", "mykhailo-podolyak"),
        ("Zelenskyy", "volodymyr-zelensky"),
        ("Shojgu", "sergei-shoigu"),
        ("Kruscev", "nikita-khrushchev"),
        ("흐루시초프", "nikita-khrushchev"),
        ("Путина", "vladimir-putin"),
        ("Usakov", "yuri-ushakov"),
        ("il presidente Putin", "vladimir-putin"),
        ("Рutin", "vladimir-putin"),
    ],
)
async def test_spellings_of_other_countries_are_near(core: Core, typed: str, person: str) -> None:
    """A name as other newspapers spell it, or with a letter of another script, is guessed first."""
    found = nearest_labels(typed, core.services.lookup.catalogue, FOUND_AMONG, EntryKind.PERSON)
    assert found[0].key == person


def labels_of(completer: Completer, kind: Complete, typed: str, locale: str) -> list[str]:
    return [each.label for each in completer.complete(kind, typed, locale)]


async def test_names_of_every_language_complete(core: Core) -> None:
    """Whoever reads Italian and types a name in Russian or Korean is offered it, in Italian."""
    completer = Completer(core.services.lookup.catalogue, core.services.commands)
    for typed in ("Ким", "ким чен", "김정", "kim jong"):
        assert any("Kim Jong-un" in each for each in labels_of(completer, Complete.PEOPLE, typed, "it")), typed
    assert labels_of(completer, Complete.TOPICS, "войска", "it")[0] == "Militari nordcoreani in Russia"
    assert labels_of(completer, Complete.PEOPLE, "Ušak", "en") == labels_of(completer, Complete.PEOPLE, "Usak", "en")


async def test_a_fact_is_offered_with_its_statement(core: Core) -> None:
    """The number of a fact says nothing to anybody: the beginning of its statement stands beside it."""
    completer = Completer(core.services.lookup.catalogue, core.services.commands)
    fact = next(each for each in (await core.store.export_dossier()).entries if each.kind is EntryKind.FACT)
    for locale in LOCALES:
        for offered in completer.complete(Complete.FACTS, fact.label, locale):
            if offered.value == fact.key:
                assert offered.label.startswith(f"{fact.label} {fact.text[locale][:40]}")
                break
        else:
            pytest.fail(f"{fact.label} is not offered in {locale}")


async def test_completions_begin_with_what_was_typed(core: Core) -> None:
    """What begins as typed comes before what holds it somewhere, and never more than a platform takes."""
    completer = Completer(core.services.lookup.catalogue, core.services.commands)
    first = completer.complete(Complete.ENTRIES, "4", "en")
    assert first[0].value == "treaty-2024/4"
    assert len(completer.complete(Complete.ENTRIES, "a", "en")) == MAX_SUGGESTIONS
    assert completer.complete(Complete.COMMANDS, "tr", "en")[0].value == "treaty"
    assert completer.complete(Complete.COMMANDS, "serch", "en")[0].value == "search"
    assert completer.complete(Complete.PEOPLE, "Zelenskyy", "ru")[0].label == "P-34 Владимир Зеленский"


def test_names_tell_whole_part_and_slip_apart() -> None:
    """A whole name, words of it, the beginnings of words and a slip are four things, told apart in any script."""
    names = Names([("one", ("Kim Jong-un", "김정은")), ("two", ("Kim Jong-il", "김정일")), ("three", ("Sanzioni",))])
    assert names.exact("KIM JONG UN") == names.exact("kimjongun") == names.exact("김 정은") == ["one"]
    assert names.holding("kim") == ["one", "two"]
    assert names.holding("un kim") == ["one"]
    assert names.holding("un someone") == []
    assert names.stems("sanzione") == names.stems("sanz") == ["three"]
    assert names.stems("sa") == names.stems("santi") == names.stems("") == []
    assert [each for _, each in names.near("snazioni", 5)] == ["three"]
    assert names.near("", 5) == names.near("!!", 5) == names.near("wholly other", 5) == []


def test_a_label_without_a_title_is_found_by_its_slug() -> None:
    """An entry that has no name in any language is still found by the name in its address."""
    label = Label(EntryKind.FACT, "echoes-1961-treaty", 1, {})
    assert Names([(label.key, (label.key, *label.titles.values()))]).holding("1961 echoes") == [label.key]

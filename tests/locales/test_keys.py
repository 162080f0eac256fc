from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from bot.core.authority import Role
from bot.core.deliveries import AlertKind, DeliveryState, Trouble
from bot.core.editorial import ProposalKind, Severity
from bot.core.entries import LOCALES, Confidence, Entry, EntryKind, InstrumentState, SourceKind, Status
from bot.core.likeness import Difference
from bot.core.subscriptions import Mode, Period, SubscriptionStatus
from bot.services.wishes import WEEKDAYS, Setting
from handlers import COMMANDS
from handlers.review import REASONS as REJECTIONS
from handlers.settings import EXAMPLES
from handlers.why import REASONS
from tests.locales.reading import MESSAGES, Use, literals, read, uses

NEW_FACT = ("statement", "source", "topic", "article", "date", "status", "by", "severity", "more")
CHANGES = ("statement", "source", "date", "status", "field", "value", "note")
FIXED_FIELDS = {"key", "kind", "credits", "revision", "changed_at"}
"""Fields that make an entry the one it is, which a revision can't change, and those that say whose it is."""


def built_keys() -> dict[str, set[str]]:
    """Keys that the code puts together, by the pattern it does so with."""
    params = [(each.name, spec.name) for each in COMMANDS for spec in each.params if not spec.param.button_only]
    unsure = {Status.CLAIMED, Status.DISPUTED, Status.RETRACTED}
    return {
        "command-{}": {f"command-{each.name}" for each in COMMANDS},
        "command-{}-help": {f"command-{each.name}-help" for each in COMMANDS},
        "param-{}-{}": {f"param-{command}-{param}" for command, param in params},
        "param-{}-name": {f"param-{param}-name" for _, param in params},
        "menu-{}": {f"menu-{each.name}" for each in COMMANDS if each.message_menu},
        "kind-{}": {f"kind-{each.value}" for each in EntryKind},
        "double-{}": {f"double-{each.value}" for each in Difference},
        "status-{}": {f"status-{each.value}" for each in Status},
        "status-{}-short": {f"status-{each.value}-short" for each in unsure},
        "confidence-{}": {f"confidence-{each.value}" for each in Confidence},
        "confidence-{}-short": {f"confidence-{each.value}-short" for each in set(Confidence) - {Confidence.VERIFIED}},
        "instrument-{}": {f"instrument-{each.value}" for each in InstrumentState},
        "source-{}": {f"source-{each.value}" for each in SourceKind},
        "history-{}": {"history-first", "history-returned", "history-retired"},
        "review-{}": {f"review-{each.value}" for each in ProposalKind},
        "review-kind-{}": {f"review-kind-{each.value}" for each in ProposalKind},
        "refused-decided-{}": {f"refused-decided-{each}" for each in ("published", "rejected", "report")},
        "delivery-{}": {f"delivery-{each.value}" for each in DeliveryState},
        "push-digest-{}": {f"push-digest-{each.value}" for each in Period},
        "severity-{}": {f"severity-{each.value}" for each in Severity},
        "role-{}": {f"role-{each.name.lower()}" for each in Role},
        "reject-{}": {f"reject-{each}" for each in REJECTIONS},
        "mode-{}": {f"mode-{each.value}" for each in Mode},
        "button-mode-{}": {f"button-mode-{each.value}" for each in set(Mode) - {Mode.OFF}},
        "weekday-{}": {f"weekday-{each}" for each in WEEKDAYS},
        "next-{}": {f"next-{each.value}" for each in Period},
        "subscription-{}": {
            f"subscription-{each.value}" for each in set(SubscriptionStatus) - {SubscriptionStatus.ACTIVE}
        },
        "setting-{}": {f"setting-{each.value.replace(' ', '-')}" for each in Setting},
        "settings-ask-{}": {f"settings-ask-{each.value}" for each in (*EXAMPLES, Setting.LANGUAGE)},
        "why-{}": {
            *(f"why-{each.value}" for each in AlertKind),
            *(f"why-{each}" for each in ("uncertain", "rejected", "cancelled")),
        },
        "reason-{}": {f"reason-{each}" for each in REASONS.values()},
        "trouble-{}": {f"trouble-{each.value}" for each in Trouble},
        "input-{}": {f"input-{each}" for each in (*NEW_FACT, *CHANGES, "reason")},
        "ask-{}": {f"ask-{each}" for each in NEW_FACT},
        "ask-change-{}": {f"ask-change-{each}" for each in CHANGES},
        "ask-{}-reason": {f"ask-{each}-reason" for each in ("report", "retract")},
        "example-{}-reason": {f"example-{each}-reason" for each in ("report", "retract")},
        "form-{}": {f"form-{each}" for each in ("report", "retract")},
        "field-{}": {f"field-{each.name}" for each in dataclasses.fields(Entry) if each.name not in FIXED_FIELDS},
    }


@pytest.mark.parametrize("locale", LOCALES)
def test_the_files_hold_plain_messages_each_once(locale: str) -> None:
    """A slip in a locale file is found before it is shipped, not when somebody meets the broken sentence."""
    assert read(locale)[1] == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("a = one\na = two\n", "twice"),
        ("a = { $count ->\n    [one] one\n}\n", "a = {"),
        ("-a = one\n", "Identifier"),
        ("a = one\n    .b = two\n", "plain"),
    ],
)
def test_a_broken_file_is_noticed(tmp_path: Path, text: str, fault: str) -> None:
    """A message that stands twice, can't be read, or hides in a term is reported."""
    (tmp_path / "xx").mkdir()
    (tmp_path / "xx" / "replies.ftl").write_text(text, encoding="utf-8")
    (found,) = read("xx", tmp_path)[1]
    assert fault in found


@pytest.mark.parametrize("locale", LOCALES[1:])
def test_every_language_says_everything(locale: str) -> None:
    """Whoever reads in one language gets every sentence that readers of the others get."""
    assert MESSAGES[locale].keys() == MESSAGES[LOCALES[0]].keys()


@pytest.mark.parametrize("locale", LOCALES[1:])
def test_every_language_tells_the_same(locale: str) -> None:
    """No language leaves out a name, a number or a date that the others tell, and files are laid out alike."""
    first = {key: (each.file, each.variables) for key, each in MESSAGES[LOCALES[0]].items()}
    assert {key: (each.file, each.variables) for key, each in MESSAGES[locale].items()} == first


def test_no_message_lies_about_unused() -> None:
    """Translators are never asked for words that nobody will read."""
    built = set().union(*built_keys().values())
    assert MESSAGES[LOCALES[0]].keys() - literals() - built == set()


def test_the_code_never_asks_for_a_message_that_is_not_there() -> None:
    """A new command, status or kind of source has its words before it can be met."""
    wanted = {use.key for use in uses() if "{}" not in use.key} | set().union(*built_keys().values())
    assert wanted - MESSAGES[LOCALES[0]].keys() == set()


def test_keys_are_put_together_in_known_ways_only() -> None:
    """No part of the program makes up keys that these tests would not know to look for."""
    found = {use.key for use in uses() if "{}" in use.key}
    assert found - built_keys().keys() == set()
    assert {"status-{}", "instrument-{}", "field-{}", "command-{}-help"} <= found


def test_every_message_gets_the_values_it_shows() -> None:
    """No sentence comes out with a hole in it, and nothing is handed to a sentence that does not show it."""
    found = uses()
    assert len([use for use in found if use.passed]) > 40
    assert [use for use in found if not _fits(use)] == []


def _fits(use: Use) -> bool:
    for key in built_keys().get(use.key, {use.key}):
        # A fault's field is for forms to know what to ask again; few sentences need to name it.
        shown = MESSAGES[LOCALES[0]][key].variables - {"field"}
        if use.open_ended:
            continue
        if not shown <= use.passed or (shown != use.passed and not use.alternative):
            return False
    return True

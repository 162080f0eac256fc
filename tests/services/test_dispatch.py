from __future__ import annotations

from dataclasses import replace

import pytest

from bot.adapters.console.render import plain
from bot.app import Core
from bot.core.documents import RunCommand
from bot.core.places import ChatKind, ChatRef, Platform, UserRef
from bot.core.requests import Actor, Origin, Outcome, Reply, Request


def asking(line: str, user: str = "7", platform: Platform = Platform.TELEGRAM, **more: object) -> Request:
    return Request(line, Actor(UserRef(platform, user)), ChatRef(platform, user), **more)  # type: ignore[arg-type]


def lines_of(reply: Reply | None) -> list[str]:
    assert reply is not None
    return [each.command for row in reply.document.buttons for each in row if isinstance(each, RunCommand)]


async def test_a_hot_answer_is_the_same_answer(core: Core) -> None:
    """What many people ask is worked out and rendered once, until the store changes."""
    first = await core.dispatcher(asking("/treaty article4", user="1"))
    assert await core.dispatcher(asking("/treaty article4", user="2")) is first
    other = await core.dispatcher(asking("/treaty article4", user="3", platform_locale="ko"))
    assert other is not first
    assert other is not None
    assert other.locale == "ko"
    dossier = await core.store.export_dossier()
    corrected = tuple(
        replace(entry, text={**entry.text, "it": "Testo corretto."}) if entry.key == "treaty-2024/4" else entry
        for entry in dossier.entries
    )
    await core.store.import_dossier(
        replace(dossier, entries=corrected), at="2026-11-24T00:00:00.000Z", author="dossier", progress=lambda *_: None
    )
    await core.refresh()
    after = await core.dispatcher(asking("/treaty article4", user="4"))
    assert after is not None
    assert "Testo corretto." in plain(after.document)
    assert "treaty-2024/4@2" in plain(after.document)


async def test_a_long_line_fits_a_button(core: Core) -> None:
    """A button under a long search in Russian stays within Telegram's 64 bytes and still turns the page."""
    found = await core.dispatcher(
        asking("/search договор помощь военная статья Россия КНДР войска Курск санкции оружие")
    )
    turning = [line for line in lines_of(found) if line.startswith("~")]
    assert turning
    assert all(len(line.encode()) <= 64 for line in lines_of(found))
    assert found is not None
    following = await core.dispatcher(asking(turning[-1], origin=Origin.BUTTON))
    assert following is not None
    assert following.outcome is Outcome.ANSWERED
    assert following.refs
    assert following.refs != found.refs


async def test_a_forged_token_is_refused_with_a_next_step(core: Core) -> None:
    """A button that was never ours says so instead of failing in silence."""
    reply = await core.dispatcher(asking("~0123456789abcdef", origin=Origin.BUTTON))
    assert reply is not None
    assert reply.outcome is Outcome.MISTAKE
    assert lines_of(reply) == ["help"]


async def test_in_a_group_buttons_keep_the_language_of_the_card(core: Core) -> None:
    """A Russian who presses a button under an Italian card in a group does not turn it Russian for all."""
    reply = await core.dispatcher(asking("/treaty 4", kind=ChatKind.GROUP, platform_locale="it"))
    assert all(line.rpartition(" in:")[2] in ("it", "en", "ru", "ko") for line in lines_of(reply))
    following = next(line for line in lines_of(reply) if line.startswith("treaty 5"))
    pressed = await core.dispatcher(
        asking(following, user="8", kind=ChatKind.GROUP, platform_locale="ru", origin=Origin.BUTTON)
    )
    assert pressed is not None
    assert pressed.locale == "it"


async def test_unknown_commands_meet_silence_in_groups_only(core: Core) -> None:
    """The bot does not answer for other bots in a group, and never leaves a person alone in private."""
    assert await core.dispatcher(asking("/weather", kind=ChatKind.GROUP, addressed=False)) is None
    for request in (asking("/weather"), asking("/weather", kind=ChatKind.GROUP, addressed=True)):
        reply = await core.dispatcher(request)
        assert reply is not None
        assert reply.outcome is Outcome.MISTAKE


@pytest.mark.parametrize("line", ["/start", "/language it"])
async def test_a_link_starts_only_what_changes_nothing(core: Core, line: str) -> None:
    """A deep link or an inline query can't make somebody run a command that does more than show."""
    reply = await core.dispatcher(asking(line, origin=Origin.LINK))
    assert reply is not None
    assert reply.outcome is (Outcome.ANSWERED if line == "/start" else Outcome.REFUSED)


async def test_anonymous_identities_have_no_settings(core: Core) -> None:
    """An anonymous admin is answered like anybody and told to write as themselves to change something."""
    anonymous = Actor(UserRef(Platform.TELEGRAM, "1087968824"), accountable=False)
    place = ChatRef(Platform.TELEGRAM, "-5")
    shown = await core.dispatcher(Request("/treaty 4", anonymous, place, ChatKind.GROUP))
    assert shown is not None
    assert shown.outcome is Outcome.ANSWERED
    for line in ("/language ko", "/language ko chat"):
        refused = await core.dispatcher(Request(line, anonymous, place, ChatKind.GROUP))
        assert refused is not None
        assert refused.outcome is Outcome.REFUSED


async def test_only_admins_set_a_groups_language(core: Core) -> None:
    """A group's language is set by its admins, counts for who chose none, and yields to a person's own."""

    async def yes() -> bool:
        return True

    place = ChatRef(Platform.TELEGRAM, "-9")

    async def say(user: str, line: str, *, admin: bool = False) -> Reply:
        actor = (
            Actor(UserRef(Platform.TELEGRAM, user), is_chat_admin=yes)
            if admin
            else Actor(UserRef(Platform.TELEGRAM, user))
        )
        reply = await core.dispatcher(Request(line, actor, place, ChatKind.GROUP, platform_locale="en"))
        assert reply is not None
        return reply

    assert (await say("20", "/language ru chat")).outcome is Outcome.REFUSED
    assert (await say("21", "/language ru chat", admin=True)).outcome is Outcome.ANSWERED
    assert (await say("20", "/treaty 4")).locale == "ru"
    await say("20", "/language ko")
    assert (await say("20", "/treaty 4")).locale == "ko"
    assert (await say("22", "/treaty 4")).locale == "ru"


async def test_inline_cards_are_cards_of_entries(core: Core) -> None:
    """`@bot article 4` offers Article 4 first and never a list or a mistake."""
    cards = await core.dispatcher.cards(asking("article 4", origin=Origin.INLINE, platform_locale="en"))
    assert cards[0].title.startswith("Article 4")
    assert all(len(card.reply.refs) == 1 for card in cards)
    by_word = await core.dispatcher.cards(asking("Kursk", origin=Origin.INLINE, platform_locale="en"))
    assert len(by_word) > 3


@pytest.mark.parametrize(
    ("command", "param", "typed", "value"),
    [
        ("treaty", "article", "4", "treaty-2024/4"),
        ("treaty", "article", "assist", "treaty-2024/4"),
        ("fact", "fact", "echo", "echoes-1961-treaty"),
        ("timeline", "topic", "sanz", "sanctions"),
        ("people", "name", "podol", "mykhailo-podolyak"),
        ("help", "command", "tre", "treaty"),
    ],
)
async def test_completion_finds_by_number_word_and_name(
    core: Core, command: str, param: str, typed: str, value: str
) -> None:
    """While somebody types, what they mean is among the first five suggestions."""
    found = core.dispatcher.complete(command, param, typed, "it")
    assert value in [each.value for each in found[:5]]


async def test_a_slip_in_hangul_finds_the_person(core: Core) -> None:
    """One wrong letter inside a Korean syllable does not hide the name."""
    reply = await core.dispatcher(asking("/people 김정응", platform_locale="ko"))
    assert reply is not None
    assert "person:kim-jong-un" in reply.refs

"""Messages nobody asked for: posted, changed in place, and refused for good or for now."""

from __future__ import annotations

from collections.abc import Awaitable

import pytest

from bot.core.documents import Deleted, Document, Inserted, RunCommand, paragraph
from bot.core.places import ChatRef, MessageRef, Platform
from bot.core.ports import Outlet, PostFailed
from bot.core.requests import Origin
from tests.adapters.fakes import FakeAnswers
from tests.adapters.telegram.conftest import Connect, until
from tests.platforms.telegram_client import ANNA, FORUM, GROUP, SUPERGROUP, TelegramApi

NEW_HOME = -1_000_000_000_999
CARD = Document((paragraph("F-12: draft"),), ((RunCommand("Approve", "!00112233445566aa"),),))
DECIDED = Document((paragraph("F-12: approved"),))


def chat(identity: int, thread: int | None = None) -> ChatRef:
    return ChatRef(Platform.TELEGRAM, str(identity), None if thread is None else str(thread))


def message(identity: int, number: int) -> MessageRef:
    return MessageRef(chat(identity), str(number))


async def failure(doing: Awaitable[object]) -> PostFailed:
    with pytest.raises(PostFailed) as caught:
        await doing
    return caught.value


async def test_a_card_is_posted_and_changed(api: TelegramApi, connect: Connect, answers: FakeAnswers) -> None:
    """A card posted into a review group can be pressed by anybody there and is changed in place, its buttons too."""
    await api.order("chat", id=SUPERGROUP)
    outlet: Outlet = await connect()
    posted = await outlet.post(chat(SUPERGROUP), CARD)
    (card,) = await api.sent(chat=SUPERGROUP)
    assert posted == message(SUPERGROUP, card.id)
    assert (card.text, card.buttons) == ("F-12: draft", {"Approve": "!00112233445566aa"})
    answers.reply = lambda _: None
    await api.push_button(card, "Approve", user=1002)
    await until(lambda: bool(answers.requests))
    (pressed,) = answers.requests
    assert (pressed.line, pressed.origin, pressed.chat) == ("!00112233445566aa", Origin.BUTTON, posted.chat)
    await outlet.edit(posted, DECIDED)
    (_, changed) = await api.sent(chat=SUPERGROUP, edits=True)
    assert (changed.id, changed.text, changed.buttons) == (card.id, "F-12: approved", {})


async def test_a_card_of_a_topic_stays_in_it(api: TelegramApi, connect: Connect) -> None:
    """A card for a topic of a forum is posted there, and its reference says so."""
    await api.order("chat", id=FORUM, is_forum=True, topics=[7])
    platform = await connect()
    posted = await platform.post(chat(FORUM, 7), CARD)
    (card,) = await api.sent(chat=FORUM)
    assert card.thread == 7
    assert posted == MessageRef(chat(FORUM, 7), str(card.id))
    await platform.edit(posted, DECIDED)


async def test_a_card_is_one_message(api: TelegramApi, connect: Connect) -> None:
    """However long it is, a posted document is exactly one message; what is missing ends visibly, its buttons stay."""
    await api.order("chat", id=SUPERGROUP)
    platform = await connect()
    long = Document(tuple(paragraph(f"{number} " + "한 word " * 300) for number in range(9)), CARD.buttons)
    posted = await platform.post(chat(SUPERGROUP), long)
    (card,) = await api.sent(chat=SUPERGROUP)
    assert card.text.endswith("…")
    assert card.buttons
    await platform.edit(posted, Document((paragraph("changed"), *long.blocks)))
    assert len(await api.sent(chat=SUPERGROUP)) == 1


async def test_a_difference_is_seen(api: TelegramApi, connect: Connect) -> None:
    """In a card what a change brings in is underlined and what it takes out is struck through."""
    await api.order("chat", id=GROUP)
    platform = await connect()
    await platform.post(
        chat(GROUP), Document((paragraph("about ", Deleted("10 000"), " ", Inserted("11 000"), " men"),))
    )
    (card,) = await api.sent(chat=GROUP)
    assert card.text == "about 10 000 11 000 men"
    assert (card.marked("strikethrough"), card.marked("underline")) == (["10 000"], ["11 000"])


async def test_posts_wait_as_they_are_told(api: TelegramApi, connect: Connect) -> None:
    """Told to slow down, a post comes after the wait; told to wait for hours, it is given up for now."""
    await api.order("chat", id=GROUP)
    platform = await connect()
    await api.fault(method="sendMessage", status=429, description="Too Many Requests", retry_after=1)
    await platform.post(chat(GROUP), CARD)
    refused, sent = await api.records("sendMessage")
    assert (refused["status"], sent["status"]) == (429, 200)
    assert sent["time"] - refused["time"] >= 1
    await api.fault(method="sendMessage", status=429, description="Too Many Requests", retry_after=43838)
    assert not (await failure(platform.post(chat(GROUP), CARD))).final


async def test_a_post_whose_answer_is_lost(api: TelegramApi, connect: Connect) -> None:
    """When nobody can know whether a post arrived it is sent once more, and then left to whoever wanted it."""
    await api.order("chat", id=GROUP)
    platform = await connect()
    await api.fault(method="sendMessage", cut="after")
    posted = await platform.post(chat(GROUP), CARD)
    assert [str(sent.id) for sent in await api.sent(chat=GROUP)][1:] == [posted.id]
    await api.fault(method="sendMessage", count=2, cut="after")
    assert not (await failure(platform.post(chat(GROUP), CARD))).final
    assert len(await api.sent(chat=GROUP)) == 4
    await api.fault(method="editMessageText", cut="after")
    await platform.edit(posted, DECIDED)
    assert [each["reason"][:35] for each in await api.records("editMessageText")] == [
        "",
        "Bad Request: message is not modifie",
    ]


async def test_a_card_that_shows_it_already(api: TelegramApi, connect: Connect) -> None:
    """Changing a card into what it is already is no failure."""
    await api.order("chat", id=GROUP)
    platform = await connect()
    posted = await platform.post(chat(GROUP), CARD)
    await platform.edit(posted, CARD)


@pytest.mark.parametrize(
    ("known", "target"),
    [
        ({"id": GROUP, "blocked": True}, chat(GROUP)),
        ({"id": ANNA, "blocked": True}, chat(ANNA)),
        ({"id": 1002, "started": False}, chat(1002)),
        ({"id": GROUP}, chat(-404)),
        ({"id": GROUP, "muted": True}, chat(GROUP)),
        ({"id": FORUM, "is_forum": True, "topics": [7], "closed": [7]}, chat(FORUM, 7)),
        ({"id": FORUM, "is_forum": True, "topics": [7]}, chat(FORUM, 8)),
        ({"id": SUPERGROUP}, chat(SUPERGROUP, 8)),
    ],
    ids=["kicked", "blocked", "never started", "unknown", "may not write", "closed", "no topic", "no forum any more"],
)
async def test_places_that_are_shut(
    api: TelegramApi, connect: Connect, known: dict[str, object], target: ChatRef
) -> None:
    """A place that takes nothing from us is tried once and reported as shut; nothing lands beside it."""
    await api.order("chat", **known)
    platform = await connect()
    assert (await failure(platform.post(target, CARD))).final
    assert len(await api.records("sendMessage")) == 1
    assert not await api.sent()


async def test_trouble_that_passes(api: TelegramApi, connect: Connect) -> None:
    """An outage ends a post for now only, and the next one comes through."""
    await api.order("chat", id=GROUP)
    platform = await connect()
    await api.fault(method="sendMessage", count=2, status=502, description="Bad Gateway")
    assert not (await failure(platform.post(chat(GROUP), CARD))).final
    await api.fault(method="sendMessage", cut="before")
    posted = await platform.post(chat(GROUP), CARD)
    await api.fault(method="editMessageText", count=2, status=200, body="<html>not Telegram</html>")
    assert not (await failure(platform.edit(posted, DECIDED))).final
    await platform.edit(posted, DECIDED)


async def test_a_refused_token_is_no_fault_of_the_chat(api: TelegramApi, connect: Connect) -> None:
    """A revoked token ends a post for now: with a new token the same chat takes it, and no word holds the old one."""
    await api.order("chat", id=GROUP)
    platform = await connect()
    await api.fault(method="sendMessage", status=401, description="Unauthorized")
    failed = await failure(platform.post(chat(GROUP), CARD))
    assert not failed.final
    assert api.token not in repr(failed)


async def test_a_group_that_moved(api: TelegramApi, connect: Connect) -> None:
    """A card for a group that became a supergroup is posted there and changed there; what stood before is past."""
    await api.order("chat", id=GROUP)
    platform = await connect()
    before = await platform.post(chat(GROUP), CARD)
    await api.order("chat", id=NEW_HOME)
    await api.order("chat", id=GROUP, moved_to=NEW_HOME)
    posted = await platform.post(chat(GROUP), CARD)
    (card,) = await api.sent(chat=NEW_HOME)
    assert posted == message(NEW_HOME, card.id)
    await platform.edit(posted, DECIDED)
    assert (await failure(platform.edit(before, DECIDED))).final


async def test_cards_that_cannot_be_changed(api: TelegramApi, connect: Connect) -> None:
    """A card that is gone, too old or not ours is reported as beyond change, and nothing is posted in its place."""
    written = await api.write("mine", chat=GROUP)
    platform = await connect()
    assert (await failure(platform.edit(message(GROUP, 77), DECIDED))).final
    assert (await failure(platform.edit(message(GROUP, written["message_id"]), DECIDED))).final
    posted = await platform.post(chat(GROUP), CARD)
    await api.fault(method="editMessageText", status=400, description="Bad Request: message can't be edited")
    assert (await failure(platform.edit(posted, DECIDED))).final
    await api.order("member", chat=GROUP, user=ANNA, old="member", new="kicked")
    assert (await failure(platform.edit(posted, DECIDED))).final
    assert len(await api.sent()) == 1


async def test_offence_at_the_form_of_a_card(api: TelegramApi, connect: Connect) -> None:
    """Should Telegram not take the form of a card, its bare text is posted; if not even that, it never will be."""
    await api.order("chat", id=GROUP)
    platform = await connect()
    surprise = {"method": "sendMessage", "status": 400, "description": "Bad Request: can't parse entities: surprise"}
    await api.fault(**surprise)
    await platform.post(chat(GROUP), CARD)
    (bare,) = await api.sent(chat=GROUP)
    assert (bare.text, bare.rows) == ("F-12: draft", [])
    await api.fault(**surprise, count=2)
    assert (await failure(platform.post(chat(GROUP), CARD))).final


async def test_nothing_is_posted_without_a_connection(api: TelegramApi, connect: Connect) -> None:
    """Before Telegram answered for the first time and after the stop, a post fails at once and for now only."""
    await api.order("chat", id=GROUP)
    await api.fault(method="getMe", cut="before")
    platform = await connect(wait=False)
    early = await failure(platform.post(chat(GROUP), CARD))
    await until(lambda: platform.ready)
    posted = await platform.post(chat(GROUP), CARD)
    await platform.stop()
    late = await failure(platform.edit(posted, DECIDED))
    assert [(str(each), each.final) for each in (early, late)] == [("Telegram is not connected", False)] * 2

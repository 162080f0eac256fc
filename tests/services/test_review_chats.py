"""Cards in review chats: each proposal has one in each chat, and each shows where its proposal stands."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest

from bot.adapters.console.render import plain
from bot.adapters.telegram.render import render
from bot.app import Core
from bot.core.authority import Role
from bot.core.documents import Document, RunCommand
from bot.core.places import ChatKind, ChatRef, MessageRef, Platform, UserRef
from bot.core.ports import PostFailed
from bot.core.requests import Actor, Origin, Outcome, Reply, Request
from bot.services.review import ReviewChats

DESK, OTHER = ChatRef(Platform.TELEGRAM, "-100"), ChatRef(Platform.DISCORD, "200")
LINE = "/addfact Kim receives a delegation | source: https://example.org/kim | date: 2024-06-19"


@dataclass
class FakeOutlet:
    """A platform that takes messages, or fails as told. moved: where a chat is now."""

    fails: PostFailed | None = None
    moved: dict[str, str] = field(default_factory=dict)
    shown: dict[MessageRef, Document] = field(default_factory=dict)
    tries: int = 0

    async def post(self, chat: ChatRef, document: Document) -> MessageRef:
        self.tries += 1
        if self.fails is not None:
            raise self.fails
        message = MessageRef(replace(chat, id=self.moved.get(chat.id, chat.id)), str(len(self.shown) + 1))
        self.shown[message] = document
        return message

    async def edit(self, message: MessageRef, document: Document) -> None:
        self.tries += 1
        if self.fails is not None:
            raise self.fails
        self.shown[message] = document

    def text(self) -> str:
        return plain(list(self.shown.values())[-1])


@dataclass
class Newsroom:
    """The desk with two platforms to post on."""

    core: Core
    cards: ReviewChats
    outlets: dict[Platform, FakeOutlet]

    async def say(self, line: str, who: str, role: Role, chat: ChatRef = DESK, origin: Origin = Origin.TYPED) -> Reply:
        actor = Actor(UserRef(chat.platform, who), role)
        reply = await self.core.dispatcher(Request(line, actor, chat, ChatKind.GROUP, origin, platform_locale="en"))
        assert reply is not None
        return reply

    async def sync(self) -> None:
        await self.cards.sync(self.outlets)


@pytest.fixture
async def desk(core: Core) -> Newsroom:
    """A desk whose two chats get review cards."""
    its = core.services
    cards = ReviewChats(core.store, its.review, its.buttons, its.preferences, its.words, its.desk.policy)
    made = Newsroom(core, cards, {Platform.TELEGRAM: FakeOutlet(), Platform.DISCORD: FakeOutlet()})
    for chat in (DESK, OTHER):
        assert (await made.say("/queue here", "1", Role.OWNER, chat)).ok
    return made


def button(document: Document, at: int = 0) -> str:
    pressed = document.buttons[0][at]
    assert isinstance(pressed, RunCommand)
    return pressed.command


async def test_every_review_chat_has_one_card_of_each_proposal(desk: Newsroom) -> None:
    """A proposal appears once in each review chat, and however often the clock ticks, not twice."""
    await desk.say(LINE, "5", Role.CONTRIBUTOR)
    for _ in range(3):
        await desk.sync()
    assert [len(each.shown) for each in desk.outlets.values()] == [1, 1]
    assert "Kim receives a delegation" in desk.outlets[Platform.DISCORD].text()


async def test_a_decision_reaches_every_card(desk: Newsroom) -> None:
    """Approved on one platform, the cards on both show it published, and none can be approved any more."""
    await desk.say(LINE, "5", Role.CONTRIBUTOR)
    await desk.sync()
    telegram = desk.outlets[Platform.TELEGRAM]
    (card,) = telegram.shown.values()
    approved = await desk.say(button(card), "6", Role.EDITOR, origin=Origin.BUTTON)
    assert approved.ok
    await desk.sync()
    for outlet in desk.outlets.values():
        assert len(outlet.shown) == 1
        assert "@1" in outlet.text()
    again = await desk.say(button(card), "7", Role.EDITOR, origin=Origin.BUTTON)
    assert again.outcome is Outcome.REFUSED


async def test_a_card_that_was_an_answer_is_kept_up_to_date(desk: Newsroom) -> None:
    """Whoever opened a card in private sees there, too, what others decided."""
    await desk.say(LINE, "5", Role.CONTRIBUTOR)
    private = MessageRef(ChatRef(Platform.TELEGRAM, "8"), "99")
    opened = await desk.say("/queue F-117", "8", Role.EDITOR, private.chat)
    assert opened.shows is not None
    await desk.core.dispatcher.shown(opened.shows, private)
    await desk.say("/reject F-117 we have that", "6", Role.EDITOR)
    await desk.sync()
    assert "we have that" in plain(desk.outlets[Platform.TELEGRAM].shown[private])


async def test_a_chat_that_can_not_be_written_to_rests(desk: Newsroom) -> None:
    """A chat that shut the bot out is left alone for a while, and the other chat has its cards all the same."""
    desk.outlets[Platform.TELEGRAM].fails = PostFailed("kicked", final=True)
    await desk.say(LINE, "5", Role.CONTRIBUTOR)
    for _ in range(3):
        await desk.sync()
    assert desk.outlets[Platform.TELEGRAM].tries == 1
    assert len(desk.outlets[Platform.DISCORD].shown) == 1


async def test_a_card_that_is_gone_is_not_tried_for_ever(desk: Newsroom) -> None:
    """A card somebody deleted costs one attempt, not one a second."""
    await desk.say(LINE, "5", Role.CONTRIBUTOR)
    await desk.sync()
    telegram = desk.outlets[Platform.TELEGRAM]
    await desk.say("/reject F-117 we have that", "6", Role.EDITOR)
    telegram.fails, telegram.tries = PostFailed("message to edit not found", final=True), 0
    for _ in range(3):
        await desk.sync()
    assert telegram.tries == 1


async def test_a_group_that_grew_takes_its_cards_along(desk: Newsroom) -> None:
    """When Telegram gives a group another id, the card's buttons work there, and later cards go there."""
    desk.outlets[Platform.TELEGRAM].moved = {"-100": "-100777"}
    await desk.say(LINE, "5", Role.CONTRIBUTOR)
    await desk.sync()
    await desk.sync()
    moved = ChatRef(Platform.TELEGRAM, "-100777")
    assert moved in await desk.core.services.desk.review_chats()
    assert DESK not in await desk.core.services.desk.review_chats()
    message, card = next(iter(desk.outlets[Platform.TELEGRAM].shown.items()))
    assert message.chat == moved
    assert (await desk.say(button(card), "6", Role.EDITOR, moved, Origin.BUTTON)).ok


async def test_a_chat_that_is_none_any_more_gets_no_new_cards(desk: Newsroom) -> None:
    """After /queue off a chat gets no further cards, and those it has are still brought up to date."""
    await desk.say(LINE, "5", Role.CONTRIBUTOR)
    await desk.sync()
    assert (await desk.say("/queue off", "1", Role.OWNER, DESK)).ok
    await desk.say(LINE.replace("Kim", "Lavrov"), "5", Role.CONTRIBUTOR)
    await desk.say("/reject F-117 we have that", "6", Role.EDITOR)
    await desk.sync()
    telegram = desk.outlets[Platform.TELEGRAM]
    assert len(telegram.shown) == 1
    assert "we have that" in telegram.text()


async def test_a_long_draft_fits_on_one_message(desk: Newsroom) -> None:
    """A draft of several long texts is told by their beginnings in a review chat, and a button shows all of it."""
    long = " ".join(["A long statement about what was said and done in Pyongyang."] * 20)
    await desk.say(
        f"/addfact {long} | ko: {'한국어 본문 ' * 150} | source: https://example.org/x", "5", Role.CONTRIBUTOR
    )
    await desk.sync()
    (card,) = desk.outlets[Platform.TELEGRAM].shown.values()
    (part,) = render(card, 3)
    assert long not in part.text
    whole = await desk.say(button(card), "6", Role.EDITOR, origin=Origin.BUTTON)
    assert long in plain(whole.document)
    assert whole.below

"""`/queue F-… rehearse` and `/queue staging`: what a publication would push, before anybody is sent it."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.adapters.console.render import plain
from bot.app import Core
from bot.core.authority import Role
from bot.core.documents import Document
from bot.core.places import ChatRef, MessageRef, Platform
from bot.core.requests import Outcome
from tests.subscribers import GROUP, Subscriber

FACT = "addfact A parade was held | source: https://www.nknews.org/x | topic: troops"
EDITOR, OWNER = Role.EDITOR, Role.OWNER


@dataclass
class Board:
    """A platform on which messages are only written down."""

    posted: list[tuple[ChatRef, str]] = field(default_factory=list)

    async def post(self, chat: ChatRef, document: Document) -> MessageRef:
        assert not document.buttons
        self.posted.append((chat, plain(document)))
        return MessageRef(chat, str(len(self.posted)))


async def test_a_rehearsal_shows_the_message_and_its_reach(core: Core) -> None:
    """An editor sees what would go out and to how many; nobody is sent anything, and readers see nothing of it."""
    for person, line in (("5", "subscribe"), ("6", "subscribe troops"), ("7", "subscribe daily")):
        await Subscriber(core, person).say(line)
    await Subscriber(core, "90", role=EDITOR).say(FACT)
    for word in ("rehearse", "prova", "репетиция", "예행"):
        reply = await Subscriber(core, "91", role=EDITOR).say(f"queue F-117 {word}")
        shown = plain(reply.document)
        assert reply.outcome is Outcome.ANSWERED
        assert "nothing is sent" in shown
        assert "to 2 chats at once" in shown
        assert "One more chat would find it in a digest." in shown
        assert "A parade was held" in shown
    assert not any((await core.store.outbox.counts()).values())
    assert (await Subscriber(core, "5").say("queue F-117 rehearse")).outcome is Outcome.REFUSED


async def test_rehearsals_are_shown_where_owners_want_them(core: Core) -> None:
    """A staging chat shows each rehearsal, until an owner ends that."""
    owner, editor, board = Subscriber(core, "1", role=OWNER), Subscriber(core, "90", role=EDITOR), Board()
    await editor.say(FACT)
    assert (await owner.say("queue staging", chat=GROUP)).ok
    await editor.say("queue F-117 rehearse")
    await core.services.rehearsals.show({Platform.TELEGRAM: board})  # type: ignore[dict-item]  # it only posts
    ((chat, shown),) = board.posted
    assert chat == GROUP
    assert "A parade was held" in shown
    assert (await owner.say("queue staging off", chat=GROUP)).ok
    await editor.say("queue F-117 rehearse")
    await core.services.rehearsals.show({Platform.TELEGRAM: board})  # type: ignore[dict-item]  # as above
    assert len(board.posted) == 1


async def test_where_cards_and_rehearsals_go_is_the_owners_business(core: Core) -> None:
    """An editor who may not choose staging and review chats is told which words they may not use, not the command."""
    editor = Subscriber(core, "90", role=EDITOR)
    for line in ("queue staging", "queue here", "queue off"):
        reply = await editor.say(line, chat=GROUP)
        assert reply.outcome is Outcome.REFUSED, line
        assert f"/{line}" in plain(reply.document)

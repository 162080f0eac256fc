"""The buttons under what is pushed: an alert stays what it is, whatever is looked up from it."""

from __future__ import annotations

from bot.app import Core
from bot.core.deliveries import AlertKind, Deed, Delivery, DeliveryState, Priority
from bot.core.documents import Document, OpenLink, RunCommand
from bot.core.places import ChatRef
from bot.core.requests import Outcome
from bot.core.subscriptions import PlaceKind
from tests.handlers.test_subscribing import publish
from tests.subscribers import GROUP, Subscriber


class Wire:
    """A carrier that hands over what it was given to render."""

    keyed, connected = True, True

    def render(self, document: Document, kind: AlertKind, refs: tuple[str, ...]) -> object:
        del kind, refs
        return document


async def pushed(core: Core, place: str, kind: PlaceKind, locale: str = "en") -> list[str]:
    """The command lines behind the buttons of the first alert, as they go out to a place."""
    delivery = Delivery(
        1, 1, 1, Deed.POST, ChatRef.parse(place), kind, locale, "UTC", Priority.NORMAL, DeliveryState.QUEUED, 0
    )
    document = await core.announcements.payload(Wire(), delivery)  # type: ignore[arg-type]  # nothing else of it is used
    assert isinstance(document, Document)
    found = [each for row in document.buttons for each in row]
    assert not any(isinstance(each, OpenLink) for each in found)
    return [each.command for each in found if isinstance(each, RunCommand)]


async def test_an_alert_stays_and_the_answer_comes_below(core: Core) -> None:
    """Whoever presses a button of an alert gets the answer as a message of its own; the alert is not written over."""
    reader = Subscriber(core)
    await reader.say("subscribe")
    await publish(core, "A parade was held", "troops")
    lines = await pushed(core, "telegram:5", PlaceKind.PRIVATE)
    assert [each.partition(" ")[0] for each in lines] == ["fact", "why"]
    for line in lines:
        reply = await reader.press(line)
        assert (reply.outcome, reply.below) == (Outcome.ANSWERED, True), line


async def test_what_an_alert_opens_in_a_group_is_in_its_language(core: Core) -> None:
    """In a group that is told in Korean, the buttons of an alert answer in Korean, whoever presses them."""
    await Subscriber(core, admin=True).say("subscribe", chat=GROUP)
    await publish(core, "A parade was held", "troops")
    for line in await pushed(core, str(GROUP), PlaceKind.GROUP, "ko"):
        reply = await Subscriber(core, "6", locale="en").press(line, chat=GROUP)
        assert (reply.locale, reply.below) == ("ko", True), line


async def test_nobody_presses_buttons_in_a_channel(core: Core) -> None:
    """Channels get alerts without buttons, and the terminal plain command lines, also of one and the same alert."""
    await publish(core, "A parade was held", "troops")
    assert await pushed(core, "telegram:5", PlaceKind.PRIVATE)
    assert await pushed(core, "telegram:-1009", PlaceKind.CHANNEL) == []
    assert await pushed(core, "discord:9", PlaceKind.ANNOUNCEMENT) == []
    assert await pushed(core, "terminal:me", PlaceKind.PRIVATE) == ["fact F-117", "why A-1"]

"""What came of deliveries, and what follows for others, on both engines."""

from __future__ import annotations

import pytest

from bot.core.deliveries import Deed, DeliveryState, Priority, Settled
from storage import SqlStore, schema
from tests.outbox import (
    HOUR,
    LEASE,
    NOW,
    again,
    alert,
    arrived,
    broadcast,
    change,
    chat,
    claim,
    claimed,
    delivery,
    message,
    row,
    sent,
    settle,
    start,
    states,
    subscription,
)

BLOCKED = "gone: bot was blocked"


def refused(identity: int, *, suspend: bool = True) -> Settled:
    return Settled(identity, DeliveryState.REJECTED, attempts=1, reason=BLOCKED, suspend=suspend)


async def taken(store: SqlStore, *ids: int) -> None:
    """Claim all that is due and start these."""
    await claim(store)
    assert await start(store, *ids) == set(ids)


async def test_a_message_is_kept_with_the_chat_it_stands_in(store: SqlStore):
    """A later correction finds the message, whatever becomes of the chat's own number."""
    _told, (post,) = await broadcast(store, 1)
    await taken(store, post)
    await settle(store, arrived(post, "telegram:-5/7", "31"), now=NOW + 40)
    now = await row(store, post)
    assert (now["chat"], now["message"], now["settled_at"], now["reason"]) == ("telegram:-5/7", "31", NOW + 40, "")


async def test_a_change_that_was_made_leaves_the_first_message_alone(store: SqlStore):
    """An edit in place has no message of its own."""
    _told, (post,) = await broadcast(store, 1)
    await sent(store, post, "telegram:-5", "31")
    edit = await delivery(
        store, await alert(store), (await row(store, post))["subscription_id"], Deed.EDIT, target=post
    )
    await taken(store, edit)
    await settle(store, Settled(edit, DeliveryState.DELIVERED, attempts=1))
    assert ((await row(store, edit))["message"], (await row(store, post))["message"]) == (None, "31")


async def test_hundreds_of_outcomes_are_one_commit(store: SqlStore):
    """However many outcomes gather, none of them is forgotten or given to another message."""
    told = await alert(store)
    there = [await subscription(store, f"telegram:-{at}") for at in range(12)]
    ids = [await delivery(store, told, each) for each in there]
    await taken(store, *ids)
    unknown = tuple(Settled(10**9 + at, DeliveryState.DELIVERED) for at in range(1_200))
    outcomes = [
        arrived(each, f"telegram:-{at}", str(at)) if at % 2 else again(each, NOW + at) for at, each in enumerate(ids)
    ]
    await settle(store, *unknown[:600], *outcomes, *unknown[600:])
    for at, each in enumerate(ids):
        now = await row(store, each)
        assert (now["state"], now["message"]) == (("delivered", str(at)) if at % 2 else ("queued", None))
        assert at % 2 or now["due_at"] == NOW + at


async def test_a_chat_that_shut_us_out_is_left_alone(store: SqlStore):
    """After one refusal for good nothing more is sent to that chat, and each waiting message says why."""
    _told, (post, elsewhere) = await broadcast(store, 2)
    there = (await row(store, post))["subscription_id"]
    waiting = await delivery(store, await alert(store), there, due_at=NOW + HOUR)
    under_way = await delivery(store, await alert(store), there)
    await taken(store, post, under_way)
    await settle(store, refused(post), now=NOW + 1_500)
    now = await row(store, there, schema.subscriptions)
    assert (now["status"], now["active"], now["reason"]) == ("unreachable", 0, BLOCKED)
    assert now["since"] == "2026-11-18T11:06:41.500Z"
    assert await states(store, [post, waiting, under_way, elsewhere]) == ["rejected", "rejected", "started", "queued"]
    assert (await row(store, waiting))["reason"] == BLOCKED


async def test_a_chat_that_asked_for_nothing_stays_so(store: SqlStore):
    """A pause that somebody asked for is not taken for a block, or it would end with the block."""
    _told, (post,) = await broadcast(store, 1)
    there = (await row(store, post))["subscription_id"]
    await change(store, there, schema.subscriptions, status="paused", active=0)
    await taken(store, post)
    await settle(store, refused(post))
    assert (await row(store, there, schema.subscriptions))["status"] == "paused"


async def test_a_refusal_from_another_chat_suspends_nothing(store: SqlStore):
    """An old message in a chat that is no more stops neither the group's new chat nor the changes of others there."""
    _told, (old, new) = await broadcast(store, 2)
    await sent(store, old, "telegram:-5", "31")
    there = (await row(store, old))["subscription_id"]
    await change(store, there, schema.subscriptions, place="telegram:-1005", chat="telegram:-1005")
    newer = await alert(store)
    edit = await delivery(store, newer, there, Deed.EDIT, target=old)
    post = await delivery(store, newer, there)
    await taken(store, edit)
    await settle(store, refused(edit))
    assert (await row(store, there, schema.subscriptions))["status"] == "active"
    assert await states(store, [edit, post]) == ["rejected", "queued"]
    # And the other way round: the new chat shuts the bot out, the old message can still be corrected.
    edit = await delivery(store, await alert(store), there, Deed.EDIT, target=old)
    await taken(store, post)
    await settle(store, refused(post))
    assert (await row(store, there, schema.subscriptions))["status"] == "unreachable"
    assert await states(store, [edit, new]) == ["queued", "queued"]


async def test_a_message_of_an_announcement_channel_is_published_once(store: SqlStore):
    """The servers that follow a channel get each alert once, right after the channel."""
    told, (post,) = await broadcast(store, 1, platform="discord", priority=Priority.FLASH.value)
    await change(store, post, owner="a")
    await start(store, post)
    await settle(store, arrived(post, "discord:5", "31", crosspost=True), now=NOW + 20)
    await change(store, post, owner="a", open=1)
    await settle(store, arrived(post, "discord:5", "31", crosspost=True), now=NOW + 30)
    (found,) = (await claim(store, now=NOW + 20, platform=chat("discord:5").platform)).deliveries
    assert (found.deed, found.message, found.alert, found.original) == (
        Deed.CROSSPOST, message("discord:5", "31"), told, told,
    )  # fmt: skip
    assert (found.priority, found.blocked) == (Priority.FLASH, False)


async def test_a_failed_post_gives_way_to_the_newer_one(store: SqlStore):
    """A reader who is to get the corrected news anyway does not get the attempt before it a second time."""
    there, other = [await subscription(store, f"telegram:-{at}") for at in range(2)]
    told = await alert(store, "fact-a", "fact-b")
    first, apart = [await delivery(store, told, each) for each in (there, other)]
    digest = await delivery(store, await alert(store, "fact-a", kind="digest"), there)
    await taken(store, first, apart, digest)
    newer = await alert(store, "fact-b", kind="correction")
    after = await delivery(store, newer, there)
    await delivery(store, await alert(store, "fact-c"), other)
    await settle(store, *(again(each) for each in (first, apart, digest)))
    assert await states(store, [first, apart, digest, after]) == ["cancelled", "queued", "queued", "queued"]
    assert (await row(store, first))["reason"] == "superseded"


async def test_a_failed_change_gives_way_to_the_newer_one(store: SqlStore):
    """Two corrections of a message that can't be edited become one post, not two."""
    _told, (post,) = await broadcast(store, 1)
    await sent(store, post, "telegram:-5", "31")
    there = (await row(store, post))["subscription_id"]
    first = await delivery(store, await alert(store), there, Deed.EDIT, target=post)
    await taken(store, first)
    second = await delivery(store, await alert(store), there, Deed.EDIT, target=post)
    await settle(store, again(first, replaces=True))
    assert [each.id for each in await claimed(store)] == [second]
    assert (await row(store, first))["state"] == "cancelled"


async def test_what_a_dead_sender_had_under_way_gives_way_too(store: SqlStore):
    """After a crash nobody gets an old wording that was corrected meanwhile."""
    there = await subscription(store, "telegram:-1")
    first = await delivery(store, await alert(store, "fact-a"), there)
    await taken(store, first)
    second = await delivery(store, await alert(store, "fact-a", kind="correction"), there)
    assert [each.id for each in await claimed(store, owner="b", now=NOW + HOUR)] == [second]
    assert (await row(store, first))["state"] == "cancelled"


async def test_a_group_that_moved_is_written_to_where_it_is(store: SqlStore):
    """A group that became a supergroup keeps its subscriptions and what waits for them, and its old message its chat."""
    places = ("telegram:-5", "telegram:-5/7", "telegram:-55", "telegram:-6")
    told, newer = await alert(store), await alert(store)
    there = [await subscription(store, place, fallback=1) for place in places]
    posts = [await delivery(store, told, each) for each in there]
    await taken(store, *posts)
    waiting = [await delivery(store, newer, each) for each in there]
    await change(store, waiting[1], chat="telegram:-5")
    moved = chat("telegram:-1005")
    await settle(
        store,
        arrived(posts[3], "telegram:-6"),
        arrived(posts[0], "telegram:-5", "31"),
        again(posts[1], moved=moved),
        Settled(posts[2], DeliveryState.QUEUED, due_at=NOW),
    )
    found = {each.id: str(each.to) for each in await claimed(store)}
    assert found == {
        posts[1]: "telegram:-1005/7",
        posts[2]: "telegram:-55",
        waiting[0]: "telegram:-1005",
        waiting[1]: "telegram:-1005",
        waiting[2]: "telegram:-55",
        waiting[3]: "telegram:-6",
    }
    assert [(await row(store, each, schema.subscriptions))["chat"] for each in there] == [
        "telegram:-1005", "telegram:-1005", "telegram:-55", "telegram:-6",
    ]  # fmt: skip
    assert (await row(store, posts[0]))["chat"] == "telegram:-5"


async def test_a_group_that_moved_to_where_it_is_known_gets_everything_once(store: SqlStore):
    """When the new chat has subscribed already, it stays as it is, and what both were to get comes once."""
    old, new = [await subscription(store, place) for place in ("telegram:-5", "telegram:-1005")]
    both, one, under_way = [await alert(store) for _ in range(3)]
    doubled = [await delivery(store, both, each) for each in (old, new)]
    single = await delivery(store, one, old)
    started = [await delivery(store, under_way, each) for each in (old, new)]
    mover = await delivery(store, await alert(store), old)
    await taken(store, mover, *started)
    await settle(store, arrived(mover, "telegram:-1005", "8", moved=chat("telegram:-1005")), now=NOW + 9)
    was = await row(store, old, schema.subscriptions)
    assert (was["status"], was["active"], was["reason"], was["place"]) == ("ended", 0, "moved", "telegram:-5")
    assert was["since"] == "2026-11-18T11:06:40.009Z"
    assert (await row(store, new, schema.subscriptions))["status"] == "active"
    assert await states(store, [*doubled, single, *started]) == ["cancelled", "queued", "queued", "started", "started"]
    assert (await row(store, doubled[0]))["reason"] == "moved"
    assert [(await row(store, each))["subscription_id"] for each in (single, mover)] == [new, new]
    # The notice of the same move comes in a second way.
    before = await row(store, old, schema.subscriptions)
    await settle(store, arrived(started[0], "telegram:-1005", "9", moved=chat("telegram:-1005")), now=NOW + 99)
    assert await row(store, old, schema.subscriptions) == before
    assert (await row(store, started[0]))["state"] == "delivered"


@pytest.mark.parametrize("yes", [True, False])
async def test_somebody_settles_a_doubt(store: SqlStore, *, yes: bool):
    """The operator says once whether a message arrived; if not, it is sent as if it had never been tried."""
    _told, (post, other) = await broadcast(store, 2)
    await taken(store, post, other)
    await settle(store, Settled(post, DeliveryState.UNCERTAIN, attempts=2, lost=2, reason="lost twice"), again(other))
    assert await store.outbox.settle_doubt(post, arrived=yes, now=NOW + 7)
    assert not await store.outbox.settle_doubt(post, arrived=yes, now=NOW + 8)
    assert not await store.outbox.settle_doubt(other, arrived=yes, now=NOW + 8)
    assert (await row(store, post))["state"] == ("delivered" if yes else "queued")
    found = {each.id: each.lost for each in await claimed(store, now=NOW + 7)}
    assert found == ({other: 0} if yes else {other: 0, post: 0})


async def test_a_doubt_about_old_news_is_not_sent_again(store: SqlStore):
    """An uncertain message is not repeated where the same chat gets the corrected news."""
    there = await subscription(store, "telegram:-1")
    post = await delivery(store, await alert(store, "fact-a"), there, state="uncertain", lost=2)
    newer = await delivery(store, await alert(store, "fact-a"), there)
    assert await store.outbox.settle_doubt(post, arrived=False, now=NOW)
    assert await states(store, [post, newer]) == ["cancelled", "queued"]


async def test_of_two_outcomes_in_one_go_the_first_holds(store: SqlStore):
    """A message that arrived is not said to wait because its sender, held up for long, claimed it once more."""
    _told, (waiting,) = await broadcast(store, 1)
    await claim(store)
    await start(store, waiting)
    await claim(store, now=NOW + LEASE)
    await settle(store, arrived(waiting, "telegram:-1000"), again(waiting, NOW + HOUR), now=NOW + LEASE)
    now = await row(store, waiting)
    assert (now["state"], now["open"], now["message"]) == ("delivered", 0, "1")

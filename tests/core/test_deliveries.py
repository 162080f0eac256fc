"""What follows from an attempt that failed: when to try again, when to give up, when to leave it to a person."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.deliveries import (
    FIRST_PAUSE,
    LONGEST_PAUSE,
    Deed,
    Delivery,
    DeliveryState,
    Priority,
    Trouble,
    Undelivered,
    delivered,
    doubtful,
    failed,
)
from bot.core.places import ChatRef, MessageRef, Platform
from bot.core.subscriptions import PlaceKind

NOW = 1_800_000_000_000
CHAT = ChatRef(Platform.TELEGRAM, "-5", "7")
STANDS = MessageRef(CHAT, "33")


def delivery(**more: object) -> Delivery:
    made = Delivery(
        9, 1, 1, Deed.POST, CHAT, PlaceKind.GROUP, "en", "UTC", Priority.NORMAL, DeliveryState.STARTED, NOW + 10**9
    )
    return replace(made, **more)  # type: ignore[arg-type]


EDIT = {"deed": Deed.EDIT, "message": STANDS, "original": 1}


def after(trouble: Trouble, *, keyed: bool = False, seconds: float | None = None, **more: object):
    chat = ChatRef(Platform.TELEGRAM, "-1005") if trouble is Trouble.MOVED else None
    error = Undelivered(trouble, "why", seconds=seconds, chat=chat)
    return failed(delivery(**more), error, NOW, keyed=keyed, chance=lambda: 0.5)


@pytest.mark.parametrize("trouble", [Trouble.UNREACHED, Trouble.OUTAGE, Trouble.OFF])
def test_what_did_not_arrive_is_tried_again_later_and_later(trouble: Trouble):
    """While a platform is down a message waits, twice as long each time and never longer than five minutes."""
    waits = [(after(trouble, attempts=tries).due_at - NOW) / 1000 for tries in range(30)]
    assert waits[:4] == [FIRST_PAUSE, 2, 4, 8]
    assert waits[-1] == LONGEST_PAUSE
    assert after(trouble, attempts=10**9).state is DeliveryState.QUEUED


def test_a_lost_answer_costs_a_second_copy_at_most():
    """A message that may have arrived is sent once more and then left for a person to look at."""
    first = after(Trouble.LOST)
    assert (first.state, first.lost) == (DeliveryState.QUEUED, 1)
    assert after(Trouble.LOST, lost=1).state is DeliveryState.UNCERTAIN
    assert not doubtful(delivery(lost=1), keyed=False)
    assert doubtful(delivery(lost=2), keyed=False)


def test_with_keys_and_for_edits_nothing_is_in_doubt():
    """Where the same message twice is one message, and for changes, an answer may be lost any number of times."""
    assert after(Trouble.LOST, lost=50, keyed=True).state is DeliveryState.QUEUED
    assert after(Trouble.LOST, lost=50, **EDIT).state is DeliveryState.QUEUED
    assert not doubtful(delivery(lost=50), keyed=True)
    assert not doubtful(delivery(lost=50, **EDIT), keyed=False)
    assert doubtful(delivery(lost=2, replaces=True, **EDIT), keyed=False)


def test_a_limit_is_waited_for_as_long_as_the_platform_says():
    """A flood wait of twelve hours is one of twelve hours; without a figure it is a minute."""
    assert after(Trouble.CHAT_LIMIT, seconds=43_838).due_at == NOW + 43_838_000
    assert after(Trouble.LIMIT).due_at == NOW + 60_000


def test_a_group_that_moved_is_written_to_where_it_is_now():
    """A supergroup gets the message at once; what stands in the old group is followed by a new message."""
    moved = after(Trouble.MOVED)
    assert (moved.state, moved.due_at, moved.moved) == (DeliveryState.QUEUED, NOW, ChatRef(Platform.TELEGRAM, "-1005"))
    assert not moved.replaces
    assert after(Trouble.MOVED, **EDIT).replaces
    nowhere = failed(delivery(), Undelivered(Trouble.MOVED, "why"), NOW, keyed=False)
    assert nowhere.state is DeliveryState.REJECTED


def test_a_chat_that_is_gone_is_left_alone():
    """Whoever blocked the bot is asked once and not again."""
    gone = after(Trouble.GONE)
    assert (gone.state, gone.suspend) == (DeliveryState.REJECTED, True)


def test_a_closed_topic_never_spills_into_the_main_chat():
    """Only a chat that asked for it gets a closed topic's messages elsewhere."""
    assert after(Trouble.TOPIC_GONE).state is DeliveryState.REJECTED
    assert after(Trouble.TOPIC_GONE).redirect is None
    spilt = after(Trouble.TOPIC_GONE, fallback=True)
    assert (spilt.state, spilt.redirect) == (DeliveryState.QUEUED, ChatRef(Platform.TELEGRAM, "-5"))
    main = ChatRef(Platform.TELEGRAM, "-5")
    assert after(Trouble.TOPIC_GONE, fallback=True, to=main).state is DeliveryState.REJECTED


def test_an_impossible_edit_becomes_one_post():
    """What can't be changed is followed by one new message, and if that can't be either, by none."""
    assert after(Trouble.UNEDITABLE, **EDIT).replaces
    assert after(Trouble.UNEDITABLE, replaces=True, **EDIT).state is DeliveryState.REJECTED
    assert after(Trouble.UNEDITABLE).state is DeliveryState.REJECTED


def test_a_refusal_is_final():
    """What a platform will never take is not sent again, and the chat stays subscribed."""
    refused = after(Trouble.REFUSED)
    assert (refused.state, refused.suspend) == (DeliveryState.REJECTED, False)


@pytest.mark.parametrize("trouble", Trouble)
@pytest.mark.parametrize("keyed", [True, False])
def test_every_trouble_has_a_way_on(trouble: Trouble, *, keyed: bool):
    """Whatever goes wrong, a message ends up waiting for a set moment or in a final state with its reason."""
    for more in ({}, EDIT, {**EDIT, "replaces": True}, {"deed": Deed.CROSSPOST, "message": STANDS}):
        settled = after(trouble, keyed=keyed, **more)
        assert settled.reason.startswith(trouble.value)
        assert settled.attempts == (trouble is not Trouble.OFF), "a platform that is off costs no attempt"
        assert settled.due_at >= NOW or settled.state in (DeliveryState.REJECTED, DeliveryState.UNCERTAIN)


def test_only_telegrams_groups_move():
    """A message that stands in another chat than it was sent to tells of a group that became a supergroup."""
    there = MessageRef(ChatRef(Platform.TELEGRAM, "-1005"), "1")
    assert delivered(delivery(), there).moved == there.chat
    assert delivered(delivery(), STANDS).moved is None
    person = delivery(to=ChatRef(Platform.DISCORD, "@77"))
    assert delivered(person, MessageRef(ChatRef(Platform.DISCORD, "900"), "1")).moved is None


def test_announcements_are_published_once_they_stand():
    """A message in an announcement channel is passed on to those who follow it."""
    assert delivered(delivery(kind=PlaceKind.ANNOUNCEMENT), STANDS).crosspost
    assert not delivered(delivery(kind=PlaceKind.ANNOUNCEMENT, deed=Deed.CROSSPOST), None).crosspost
    assert not delivered(delivery(), STANDS).crosspost

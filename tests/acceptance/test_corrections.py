"""Corrections of what many were told: each place ends with what is true, and none goes back to what was not."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.core.places import ChatRef
from bot.core.subscriptions import Mode
from bot.services.governor import Limits
from tests.acceptance.delivery_studio import (
    NIGHTLY,
    TELEGRAM,
    Agency,
    Fakes,
    group,
    open_agency,
    posts,
    private,
    room,
)
from tests.acceptance.newsroom import until
from tests.platforms.discord_api import read_message

CHATS = 1_000 if NIGHTLY else 90
MINUTES = 120.0
FEW = 30
OLD, NEW, LAST = "Envoys met on Monday", "Envoys met on Tuesday", "Envoys met on Friday"


def old_group(number: int) -> ChatRef:
    """A group that is no supergroup yet."""
    return ChatRef(TELEGRAM, str(-6_000 - number))


async def gather(agency: Agency, count: int) -> list[ChatRef]:
    """So many ordinary chats on each platform, all subscribed."""
    places = [*map(private, range(count)), *map(room, range(count))]
    await agency.telegram.chats(int(private(0).id), count)
    await agency.subscribe(*places)
    return places


async def done(agency: Agency, share: float, where: str = "d.deed = 'edit'") -> None:
    """Wait until this share of deliveries has come to its end."""

    async def enough() -> bool:
        rows = await agency.rows(where)
        return sum(each.settled_at is not None for each in rows) >= share * len(rows) > 0

    await until(enough, f"{share:.0%} of the deliveries", MINUTES)


async def shown_on_discord(agency: Agency) -> dict[str, list[str]]:
    """Channel → what was shown there, in the order of the requests that took effect."""
    shown: dict[str, list[str]] = {}
    for each in await agency.discord.records():
        if each["route"] in ("post_message", "patch_message") and each["status"] == 200:
            shown.setdefault(each["path"].split("/")[4], []).append(read_message(each["json"]).text)
    return shown


async def relapsed(agency: Agency, old: str, new: str) -> tuple[set[str], set[str]]:
    """Chats in which something old was shown once something new was, and those that last saw something old."""
    told = await agency.telegram.summary(old=old, new=new)
    back, still = set(map(str, told["relapsed_chats"])), set(map(str, told["still_old_chats"]))
    for channel, texts in (await shown_on_discord(agency)).items():
        seen = [new in text for text in texts if new in text or old in text]
        if True in seen and False in seen[seen.index(True) :]:
            back.add(channel)
        if seen and not seen[-1]:
            still.add(channel)
    return back, still


async def delete_on_discord(agency: Agency, place: ChatRef) -> None:
    """Somebody with the right to do so deletes the message in a channel."""
    (message,) = [each for each in (await agency.discord.state())["messages"] if each["channel_id"] == place.id]
    headers = {"Authorization": f"Bot {agency.discord.token}"}
    url = f"{agency.discord.url}/channels/{place.id}/messages/{message['id']}"
    async with agency.telegram._session.delete(url, headers=headers) as answer:
        assert answer.status == 204


async def test_a_correction_reaches_every_place_whatever_became_of_it(fakes: Fakes) -> None:
    """Of 1,000 chats moved, lost, emptied, closed or too old, each ends with the new text or is known not to take it.

    The sender is killed twice meanwhile. Where the message can't be changed exactly one new one takes its place.
    """
    limits = Limits(CHATS, private=0.0, group=0.0)
    async with open_agency(fakes, telegram=limits, discord=limits) as agency:
        await gather(agency, CHATS)
        moved, topic = [old_group(number) for number in range(5)], group(90, 45)
        for place in moved:
            await agency.telegram.order("chat", id=int(place.id), type="group")
        await agency.telegram.order("chat", id=int(topic.id), is_forum=True, topics=[45])
        await agency.subscribe(*moved, topic)
        fact = await agency.publish(OLD)
        await agency.all_sent(MINUTES)
        assert await agency.states() == {"delivered": 2 * CHATS + 6}

        # In the middle, so that the kills come before and after their turn.
        some = map(private, range(CHATS // 2, CHATS))
        kicked, gone, old = [next(some) for _ in range(3)], [next(some) for _ in range(2)], next(some)
        for number, place in enumerate(moved):
            await agency.telegram.order("chat", id=int(place.id), moved_to=int(group(number).id))
            await agency.telegram.order("chat", id=int(group(number).id))
        for place in kicked:
            await agency.telegram.order("chat", id=int(place.id), blocked=True)
        for place, why in ((gone[0], "gone"), (gone[1], "gone"), (old, "too old")):
            await agency.telegram.order("chat", id=int(place.id), edits=why)
        await agency.telegram.order("chat", id=int(topic.id), closed=[45])
        emptied, ancient, lost, barred = map(room, range(CHATS // 2, CHATS // 2 + 4))
        await delete_on_discord(agency, emptied)
        (aged,) = [each for each in (await agency.discord.state())["messages"] if each["channel_id"] == ancient.id]
        await agency.discord.limits(old_edits=0)
        await agency.discord.age(3_700, aged["id"])
        await agency.discord.shut(lost.id, 10003)
        await agency.discord.shut(barred.id, 50001)

        await agency.correct(fact, NEW, "it was Tuesday")
        for share in (0.2, 0.6):
            await done(agency, share)
            await agency.restart()
        await agency.all_sent(MINUTES)

        refused = [*kicked, topic, lost, barred]
        assert await agency.states("d.deed = 'edit'") == {"delivered": 2 * CHATS, "rejected": 6}
        for place in refused:
            assert await agency.status(place) == "unreachable"
        back, still = await relapsed(agency, OLD, NEW)
        assert (back, still) == (set(), {each.id for each in [*refused, *moved]})
        for number, place in enumerate(moved):
            assert await agency.subscriptions(group(number)) == {str(group(number)): "active"}
            await one_new_post(agency, group(number))
            assert all(NEW not in text for text in await posts(agency, place))
        for place in (*gone, old):
            await one_new_post(agency, place)
        shown = await shown_on_discord(agency)
        for place in (emptied, ancient):
            assert [NEW in text for text in shown[place.id]] == [False, True]
        (_, instead) = [each for each in (await agency.discord.state())["messages"] if each["channel_id"] == ancient.id]
        assert instead["message_reference"]["message_id"] == aged["id"]


async def one_new_post(agency: Agency, place: ChatRef) -> None:
    """One message of the correction came into a chat; a second one only where the first was under way at a kill."""
    (row,) = await agency.rows("d.deed = 'edit' and s.place = :place", place=str(place))
    sent = [each for each in await agency.telegram.sent(chat=int(place.id)) if NEW in each.text]
    assert 1 <= len(sent) <= 1 + row.lost, place
    if int(place.id) > 0:
        assert all(each.params["reply_parameters"]["message_id"] for each in sent)


async def test_of_two_corrections_the_last_one_stands(fakes: Fakes) -> None:
    """Corrected twice in a moment, also over a kill, every chat ends with the second correction and never goes back."""
    limits = Limits(100.0, private=0.0, group=0.0)
    async with open_agency(fakes, telegram=limits, discord=limits) as agency:
        places = await gather(agency, FEW)
        fact = await agency.publish(OLD)
        await agency.all_sent()
        await agency.correct(fact, NEW)
        await done(agency, 0.3)
        await agency.correct(fact, LAST)
        await agency.restart()
        await agency.all_sent()
        back, _ = await relapsed(agency, OLD, NEW)
        assert back == set()
        for older in (OLD, NEW):
            assert await relapsed(agency, older, LAST) == (set(), set())
        await all_show(agency, places, LAST)


async def test_a_correction_overtakes_what_is_still_on_its_way(fakes: Fakes) -> None:
    """Corrected in the middle of its broadcast, an alert is changed where it stands and never sent as it was elsewhere."""
    limits = Limits(40.0, private=0.0, group=0.0)
    async with open_agency(fakes, telegram=limits, discord=limits) as agency:
        places = await gather(agency, FEW)
        fact = await agency.publish(OLD)
        await done(agency, 0.4, "d.deed = 'post'")
        await agency.correct(fact, NEW)
        await agency.all_sent()
        assert await relapsed(agency, OLD, NEW) == (set(), set())
        await all_show(agency, places, NEW)
        posted = await agency.states("d.deed = 'post'")
        assert (posted["delivered"], posted["cancelled"] > 0) == (2 * FEW, True)


async def all_show(agency: Agency, places: list[ChatRef], text: str) -> None:
    """Every place has one message, which shows this and nothing older."""
    for place in places:
        (only,) = await posts(agency, place)
        assert (text in only, OLD in only) == (True, text == OLD), place


async def test_a_retraction_strikes_the_text_and_says_why(agency: Agency) -> None:
    """What was taken back stands struck out in every copy, with the date and the reason, and nobody is sent it any more."""
    await agency.telegram.chats(int(private(1).id), 1)
    await agency.subscribe(private(1), room(1))
    fact = await agency.publish(OLD)
    await agency.all_sent()
    await agency.retract(fact, "the envoys never met")
    await agency.all_sent()
    *_, last = await agency.telegram.sent(chat=int(private(1).id), edits=True)
    assert (last.method, last.marked("strikethrough")) == ("editMessageText", [OLD])
    (message,) = (await agency.discord.state())["messages"]
    shown = read_message(message)
    assert "strike" in shown.kinds
    for text in (last.text, shown.text):
        assert "the envoys never met" in text
        assert datetime.now(UTC).strftime("%Y") in text


async def test_digests_are_corrected_as_well(fakes: Fakes) -> None:
    """Who read of it in a digest finds the digest corrected, and gets no message more."""
    async with open_agency(fakes, begun=datetime(2026, 11, 24, 8, 0, tzinfo=UTC)) as agency:
        await agency.telegram.chats(int(private(1).id), 1)
        for place in (private(1), room(1)):
            await agency.keep(place, mode=Mode.DAILY)
        fact = await agency.publish(OLD)
        agency.clock.passes(hours=1)

        async def told() -> bool:
            return await agency.states() == {"delivered": 2}

        await until(told, "both digests")
        await agency.correct(fact, NEW, "it was Tuesday")
        await agency.all_sent()
        assert await agency.states() == {"delivered": 4}
        for place in (private(1), room(1)):
            (only,) = await posts(agency, place)
            assert (NEW in only, OLD in only, "it was Tuesday" in only) == (True, False, True)
        assert {each.deed for each in await agency.rows("d.alert_id = 3")} == {"edit"}

"""Who is told of a publication, and what becomes of what they were told before, on both engines."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.authority import Role
from bot.core.deliveries import Deed, Priority
from bot.core.editorial import UNDONE, Act, Policy, ProposalKind, Severity, approve, undo
from bot.core.entries import Entry, Status
from bot.core.subscriptions import MODES, Mode, Subscription, SubscriptionStatus
from storage import SqlStore, publishing
from storage.fanout import announce
from tests import outbox
from tests.builders import AT, dossier, fact
from tests.contract.store.desk import act_of, approved, proposed, published
from tests.fanout import add, alerts, became, digest, edits, posts, rows, subscribe, wants
from tests.stores import take_over

HERE, THERE = "telegram:-5", "discord:6"
CREATED = 1_795_428_000_000
"""AT in milliseconds."""
DUE = CREATED + 30_000


async def desk(store: SqlStore) -> tuple[Act, Act]:
    """Somebody who writes and somebody who approves."""
    return await act_of(store, "telegram:51"), await act_of(store, "telegram:52")


async def news(store: SqlStore, severity: Severity = Severity.NORMAL, entry: Entry | None = None) -> Entry:
    """A new fact that was published; alert 1 where it is the first."""
    writer, editor = await desk(store)
    return await published(store, writer, editor, entry or fact("new", topics=("defence",)), severity=severity)


async def change(store: SqlStore, entry: Entry, text: str = "altro", **more: object) -> Entry:
    """The same fact in other words, published."""
    writer, editor = await desk(store)
    new = replace(entry, text={"it": text})
    return await published(store, writer, editor, new, kind=ProposalKind.EDIT, base=entry.revision, **more)


async def retract(store: SqlStore, entry: Entry) -> Entry:
    writer, editor = await desk(store)
    gone = replace(entry, status=Status.RETRACTED, retraction="wrong")
    return await published(store, writer, editor, gone, kind=ProposalKind.RETRACT, base=entry.revision, reason="wrong")


async def take_back(store: SqlStore, entry: Entry) -> None:
    """Undo what was published last of a fact."""
    _, editor = await desk(store)
    done = await store.last_published(entry.key)
    assert done is not None
    await store.decide(done.id, lambda case: undo(case, editor), editor, Policy())


async def post_to(store: SqlStore, alert: int = 1, place: str = HERE) -> int:
    """The number of the post of an alert to a place."""
    return int((await rows(store, alert_id=alert, deed="post", place=place))[0]["id"])


async def test_who_is_told_at_once(store: SqlStore):
    """News goes to every active chat that wants one of its topics at once, and is due when it can't be undone."""
    await subscribe(
        store,
        wants(HERE),
        wants(THERE, Mode.OFF, topics={"defence": Mode.INSTANT}),
        wants("telegram:7", topics={"defence": Mode.DAILY, "trade": Mode.INSTANT}),
        wants("telegram:8", Mode.DAILY),
        wants("telegram:9", status=SubscriptionStatus.PAUSED),
        wants("telegram:10", status=SubscriptionStatus.ENDED),
        wants("telegram:11", status=SubscriptionStatus.UNREACHABLE),
    )
    await news(store)
    found = await rows(store)
    assert [(row["place"], row["platform"]) for row in found] == [(HERE, "telegram"), (THERE, "discord")]
    for row in found:
        assert (row["alert_id"], row["deed"], row["state"], row["open"]) == (1, "post", "queued", 1)
        assert (row["due_at"], row["priority"]) == (DUE, Priority.NORMAL)
    assert await alerts(store) == [("alert", "normal", 0)]


TOPICS = ("defence", "trade", "space")
MODE = st.sampled_from(MODES)
SUBSCRIPTIONS = st.lists(
    st.builds(
        lambda mode, topics, active: wants(
            mode=mode,
            topics=topics,
            status=SubscriptionStatus.ACTIVE if active else SubscriptionStatus.PAUSED,
        ),
        MODE,
        st.dictionaries(st.sampled_from(TOPICS), MODE),
        st.integers(0, 9).map(bool),
    ),
    min_size=1,
    max_size=30,
)


class _Enough(Exception):
    """Rolls a transaction back."""


@pytest.mark.parametrize("severity", Severity)
@given(subscriptions=SUBSCRIPTIONS, topics=st.lists(st.sampled_from(TOPICS), max_size=4))
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_the_store_means_what_a_subscription_says(
    store: SqlStore, severity: Severity, subscriptions: list[Subscription], topics: list[str]
):
    """Whatever is wanted of whichever topics: at once is told who wants that, of a flash all who want anything."""
    latest = {Severity.FLASH: Mode.WEEKLY, Severity.NORMAL: Mode.INSTANT}.get(severity)
    reached = MODES[: MODES.index(latest) + 1] if latest else ()
    places = [replace(each, place=replace(each.place, id=str(at))) for at, each in enumerate(subscriptions)]
    wanted = [
        str(each.place)
        for each in places
        if each.status is SubscriptionStatus.ACTIVE and each.mode_for(topics) in reached
    ]
    told: list[str] = []

    async def work(connection: AsyncConnection) -> None:
        numbers = await add(connection, places)
        alert = await announce(
            connection,
            fact(topics=tuple(topics)),
            revision=1,
            severity=severity,
            new=True,
            note="",
            at=AT,
            undo_seconds=30,
        )
        names = {number: place for place, number in numbers.items()}
        query = outbox.select(outbox.schema.deliveries).where(outbox.schema.deliveries.c.alert_id == alert)
        told.extend(names[row.subscription_id] for row in await connection.execute(query))
        raise _Enough

    with pytest.raises(_Enough):
        await (await store._writing())._units.run_tx(work)
    assert sorted(told) == sorted(wanted)


async def test_a_flash_reaches_all_who_want_anything(store: SqlStore):
    """However rarely they want to hear of the topic, and before all other news; not those who shut it off."""
    await subscribe(store, wants(HERE), wants(THERE, Mode.WEEKLY), wants("telegram:7", topics={"defence": Mode.OFF}))
    await news(store, Severity.FLASH)
    assert {row["place"]: row["priority"] for row in await rows(store)} == {HERE: 1, THERE: 1}


async def test_what_is_published_quietly_is_told_to_nobody(store: SqlStore):
    """But it is news, which digests find."""
    await subscribe(store, wants(HERE))
    await news(store, Severity.QUIET)
    assert await rows(store) == []
    assert await alerts(store) == [("alert", "quiet", 0)]


async def test_without_subscribers_it_is_news_all_the_same(store: SqlStore):
    """Whoever subscribes later finds it in what was published lately."""
    await news(store)
    assert await rows(store) == []
    assert await alerts(store) == [("alert", "normal", 0)]


async def test_a_publication_that_fails_tells_nobody(store: SqlStore):
    """The revision, the alert and the deliveries are written together or not at all."""
    await subscribe(store, wants(HERE))
    writer, editor = await desk(store)
    one = await proposed(store, writer)
    opened = await store._writing()

    async def work(connection: AsyncConnection) -> None:
        press = await opened.press(connection)
        await publishing.decide(press, one.id, lambda case: approve(case, editor), editor, Policy())
        raise _Enough

    with pytest.raises(_Enough):
        await opened.audited(work)
    assert (await rows(store), await alerts(store), await store.entry(one.entry.key)) == ([], [], None)
    await approved(store, one, editor)
    assert len(await rows(store)) == 1


async def test_a_message_that_stands_is_changed(store: SqlStore):
    """The chat that has the old text gets no second message but a change of the first, before everything else."""
    await subscribe(store, wants(HERE))
    one = await news(store)
    first = await became(store, await post_to(store))
    await change(store, one)
    (row,) = await rows(store, alert_id=2)
    assert (row["deed"], row["target"], row["state"]) == ("edit", first, "queued")
    assert (row["priority"], row["due_at"], row["platform"]) == (Priority.CORRECTION, DUE, "telegram")
    assert await alerts(store) == [("alert", "normal", 0), ("correction", "normal", 0)]


async def test_who_waits_for_a_message_gets_the_new_one(store: SqlStore):
    """What has not left is cancelled, and the same chats are told of the correction instead: nobody is told twice."""
    await subscribe(store, wants(HERE), wants(THERE))
    one = await news(store)
    await became(store, await post_to(store, place=THERE), "queued", chat="discord:66", attempts=3)
    await subscribe(store, wants("telegram:7"))
    await change(store, one)
    assert await posts(store, 1) == {HERE: "cancelled", THERE: "cancelled"}
    assert {row["reason"] for row in await rows(store, alert_id=1)} == {"superseded"}
    assert await posts(store, 2) == {HERE: "queued", THERE: "queued"}
    assert [row["chat"] for row in await rows(store, alert_id=2)] == [None, "discord:66"]
    assert await edits(store, 2) == {}


async def test_what_is_claimed_does_not_leave(store: SqlStore):
    """A sender that holds a message and has not begun to send it is told that it must not."""
    await subscribe(store, wants(HERE))
    one = await news(store)
    (held,) = await outbox.claimed(store, now=DUE)
    await change(store, one)
    assert await outbox.start(store, held.id, now=DUE) == frozenset()
    assert await posts(store, 2) == {HERE: "queued"}


async def test_what_is_under_way_is_changed_afterwards(store: SqlStore):
    """Once a message is being sent it can't be called back: it is changed when it is there, whatever comes of it."""
    await subscribe(store, wants(HERE))
    one = await news(store)
    (held,) = await outbox.claimed(store, now=DUE)
    assert await outbox.start(store, held.id, now=DUE) == {held.id}
    await change(store, one)
    assert await posts(store, 1) == {HERE: "started"}
    assert await posts(store, 2) == {}
    assert await edits(store, 2) == {held.id: "queued"}


async def test_a_lost_answer_may_have_been_a_message(store: SqlStore):
    """What may stand there is sent again as it was meant to be, and then changed: no second message comes of it."""
    await subscribe(store, wants(HERE))
    one = await news(store)
    first = await became(store, await post_to(store), "queued", lost=1)
    await change(store, one)
    assert await posts(store, 1) == {HERE: "queued"}
    assert await posts(store, 2) == {}
    assert await edits(store, 2) == {first: "queued"}


@pytest.mark.parametrize("state", ["uncertain", "delivered"])
async def test_a_message_that_nobody_knows_can_not_be_changed(store: SqlStore, state: str):
    """The operator sees at once that this chat may go on showing the old text."""
    await subscribe(store, wants(HERE))
    one = await news(store)
    first = await became(store, await post_to(store), state, message=None)
    await change(store, one)
    (row,) = await rows(store, alert_id=2)
    assert (row["target"], row["state"], row["open"], row["reason"]) == (first, "rejected", 0, "no message is known")
    assert row["settled_at"] == CREATED


@pytest.mark.parametrize("state", ["rejected", "expired", "cancelled"])
async def test_where_nothing_stands_nothing_is_changed(store: SqlStore, state: str):
    """A chat that never got the message gets no correction of it."""
    await subscribe(store, wants(HERE))
    one = await news(store)
    await became(store, await post_to(store), state)
    await change(store, one)
    assert await rows(store, alert_id=2) == []


async def test_a_second_correction_overtakes_the_first(store: SqlStore):
    """Whoever was corrected twice before anything was sent gets one change, to the last text."""
    await subscribe(store, wants(HERE), wants(THERE))
    one = await news(store)
    first = await became(store, await post_to(store))
    two = await change(store, one)
    await change(store, two, "di nuovo")
    assert await edits(store, 2) == {first: "cancelled"}
    assert await edits(store, 3) == {first: "queued"}
    assert [await posts(store, each) for each in (1, 2, 3)] == [
        {HERE: "delivered", THERE: "cancelled"},
        {THERE: "cancelled"},
        {THERE: "queued"},
    ]


async def test_a_change_under_way_is_not_called_back(store: SqlStore):
    """It arrives, and the next one after it."""
    await subscribe(store, wants(HERE))
    one = await news(store)
    first = await became(store, await post_to(store))
    two = await change(store, one)
    await became(store, (await rows(store, deed="edit"))[0]["id"], "started")
    await change(store, two, "di nuovo")
    assert (await edits(store, 2), await edits(store, 3)) == ({first: "started"}, {first: "queued"})


async def test_a_post_that_replaced_a_message_is_what_is_changed(store: SqlStore):
    """Where a message could not be changed a new one says so, and from then on only the new one is corrected."""
    await subscribe(store, wants(HERE))
    one = await news(store)
    await became(store, await post_to(store))
    text = one
    instead = 0
    for at in (2, 3):  # the second one replaces the first one's replacement
        text = await change(store, text, f"testo {at}")
        (made,) = await rows(store, alert_id=at)
        assert made["target"] == (instead or await post_to(store))
        instead = await became(store, made["id"], replaces=1, message=f"new{at}", chat="telegram:-100")
    await change(store, text, "testo 4")
    assert await edits(store, 4) == {instead: "queued"}


async def test_a_replacement_that_was_not_sent_is_overtaken(store: SqlStore):
    """The next change tries the message itself again."""
    await subscribe(store, wants(HERE))
    one = await news(store)
    first = await became(store, await post_to(store))
    two = await change(store, one)
    made = (await rows(store, deed="edit"))[0]["id"]
    await became(store, made, "queued", replaces=1)
    await change(store, two, "di nuovo")
    assert (await edits(store, 2), await edits(store, 3)) == ({first: "cancelled"}, {first: "queued"})
    await became(store, made, "queued", replaces=1, lost=1, reason="")
    three = await store.entry(one.key)
    assert three is not None
    await change(store, three, "ancora")
    assert await edits(store, 4) == {made: "queued"}


async def test_a_retraction_posts_nothing_new(store: SqlStore):
    """Who has the message sees it struck out; who waits for it never hears of it."""
    await subscribe(store, wants(HERE), wants(THERE))
    one = await news(store, Severity.FLASH)
    first = await became(store, await post_to(store))
    await retract(store, one)
    assert await posts(store, 1) == {HERE: "delivered", THERE: "cancelled"}
    assert await posts(store, 2) == {}
    assert await edits(store, 2) == {first: "queued"}
    assert [row[0] for row in await store._database.fetch("select body from alerts where id = 2")] == [
        '{"note":"wrong"}'
    ]


async def test_digests_and_notices_are_corrected_too(store: SqlStore):
    """A digest that stands is changed, one in a sender's hands afterwards; one that waits will be right anyway."""
    numbers = await subscribe(store, *(wants(f"telegram:{at}", Mode.DAILY) for at in range(3)))
    one = await news(store)
    sent, held, waiting = [await digest(store, number, one.key) for number in numbers.values()]
    await became(store, sent)
    await outbox.change(store, held, owner="a")
    two = await change(store, one)
    assert await edits(store, 5) == {sent: "queued", held: "queued"}
    assert [row["state"] for row in await rows(store, deed="post")] == ["delivered", "queued", "queued"]
    await became(store, waiting)
    await change(store, two, "di nuovo")
    assert await edits(store, 5) == {sent: "cancelled", held: "cancelled"}
    assert await edits(store, 6) == {sent: "queued", held: "queued", waiting: "queued"}


async def test_a_digest_is_changed_once_for_all_that_is_in_it(store: SqlStore):
    """Two of its entries corrected at once are one change, which shows both."""
    numbers = await subscribe(store, wants(HERE, Mode.DAILY))
    one = await news(store)
    other = await news(store, entry=fact("other", topics=("defence",)))
    told = await became(store, await digest(store, numbers[HERE], one.key, other.key))
    await change(store, one)
    await change(store, other)
    assert (await edits(store, 4), await edits(store, 5)) == ({told: "cancelled"}, {told: "queued"})


async def test_who_wants_no_more_still_sees_the_correction(store: SqlStore):
    """A paused chat gets nothing new, but what it has is not left wrong."""
    numbers = await subscribe(store, wants(HERE), wants(THERE))
    one = await news(store)
    first = await became(store, await post_to(store))
    for number in numbers.values():
        await outbox.change(store, number, outbox.schema.subscriptions, status="paused", active=0)
    await change(store, one)
    assert await edits(store, 2) == {first: "queued"}
    assert (await posts(store, 1), await posts(store, 2)) == ({HERE: "delivered", THERE: "cancelled"}, {})


async def test_a_flash_correction_reaches_those_without_the_message(store: SqlStore):
    """Who has it sees it changed and gets no second one; all others who want anything are told at once."""
    numbers = await subscribe(store, wants(HERE), wants(THERE, Mode.WEEKLY), wants("telegram:7"))
    one = await news(store)
    first = await became(store, await post_to(store))
    summary = await became(store, await digest(store, numbers[THERE], one.key))
    await subscribe(store, wants("telegram:8", Mode.DAILY), wants("telegram:9", Mode.OFF))
    await change(store, one, severity=Severity.FLASH)
    assert await edits(store, 3) == {first: "queued", summary: "queued"}
    assert await posts(store, 3) == {"telegram:7": "queued", "telegram:8": "queued"}
    assert {row["priority"] for row in await rows(store, alert_id=3, deed="post")} == {Priority.FLASH}


async def test_what_was_urgent_stays_urgent(store: SqlStore):
    """A typo corrected quietly while a flash is on its way does not make the flash wait."""
    await subscribe(store, wants(HERE, Mode.DAILY))
    one = await news(store, Severity.FLASH)
    await change(store, one, severity=Severity.QUIET)
    assert [(row["state"], row["priority"]) for row in await rows(store, alert_id=2)] == [("queued", Priority.FLASH)]


async def test_undoing_news_cancels_all_of_it(store: SqlStore):
    """What is taken back before it was due is told to nobody, nor that it was."""
    await subscribe(store, wants(HERE), wants(THERE))
    one = await news(store)
    await take_back(store, one)
    assert await posts(store, 1) == {HERE: "cancelled", THERE: "cancelled"}
    assert {row["reason"] for row in await rows(store)} == {"taken back"}
    assert await rows(store, alert_id=2) == []
    assert await alerts(store) == [("alert", "normal", 1), ("correction", "normal", 1)]


async def test_news_that_was_undone_and_published_after_all_is_news(store: SqlStore):
    """Nobody has heard of it, so everybody is told."""
    await subscribe(store, wants(HERE))
    one = await news(store)
    await take_back(store, one)
    await subscribe(store, wants(THERE))
    _, editor = await desk(store)
    again = await store.proposal_for_key(one.key)
    assert again is not None
    await approved(store, again, editor)
    assert await posts(store, 3) == {HERE: "queued", THERE: "queued"}
    assert (await alerts(store))[-1] == ("alert", "normal", 0)


async def test_undoing_a_change_is_as_if_it_had_never_been(store: SqlStore):
    """What it had cancelled goes out after all, and messages that never showed it are left alone."""
    await subscribe(store, wants(HERE), wants(THERE), wants("telegram:7"))
    one = await news(store)
    first = await became(store, await post_to(store))
    two = await change(store, one)
    await became(store, await post_to(store, 2, "telegram:7"))
    three = await change(store, two, "di nuovo", severity=Severity.FLASH)
    before = {row["id"]: row["state"] for row in await rows(store) if row["alert_id"] < 3}
    assert set(before.values()) == {"delivered", "cancelled"}
    await take_back(store, three)
    assert await posts(store, 2) == {THERE: "queued", "telegram:7": "delivered"}
    assert await edits(store, 2) == {first: "queued"}
    assert {row["state"] for row in await rows(store, alert_id=3)} == {"cancelled"}
    assert await rows(store, alert_id=4) == []
    assert [each[2] for each in await alerts(store)] == [0, 0, 1, 1]
    assert {row["open"] for row in await rows(store, state="queued")} == {1}


async def test_undoing_a_retraction_sends_what_it_held_up(store: SqlStore):
    """Who waited for the message still gets it."""
    await subscribe(store, wants(HERE))
    one = await news(store)
    gone = await retract(store, one)
    await take_back(store, gone)
    assert await posts(store, 1) == {HERE: "queued"}
    assert [each[2] for each in await alerts(store)] == [0, 1, 1]


async def test_what_showed_the_undone_text_is_changed_back(store: SqlStore):
    """A digest that went out in the meantime had the text of that moment."""
    numbers = await subscribe(store, wants(HERE, Mode.DAILY))
    one = await news(store)
    early = await became(store, await digest(store, numbers[HERE], one.key))
    two = await change(store, one)
    late = await became(store, await digest(store, numbers[HERE], one.key), settled_at=CREATED + 1)
    await take_back(store, two)
    last = len(await alerts(store))
    assert await edits(store, last) == {late: "queued"}
    assert await edits(store, last - 2) == {early: "cancelled"}
    assert (await alerts(store))[-1] == ("correction", "normal", 0)


@pytest.mark.parametrize("state", ["started", "delivered"])
async def test_what_has_left_is_corrected_after_an_undo(store: SqlStore, state: str):
    """An undo in the last moment may come too late for some: they see that it was taken back, the others nothing."""
    await subscribe(store, wants(HERE), wants(THERE))
    one = await news(store)
    first = await became(store, await post_to(store), state)
    await take_back(store, one)
    now = await store.entry(one.key)
    assert now is not None
    assert now.retired == UNDONE
    assert await posts(store, 1) == {HERE: state, THERE: "cancelled"}
    assert (await posts(store, 2), await edits(store, 2)) == ({}, {first: "queued"})


async def test_cleaning_up_corrects_what_was_told(store: SqlStore):
    """What a stolen account published is struck out wherever it stands, at once and without a word to others."""
    await subscribe(store, wants(HERE), wants(THERE))
    one = await news(store, Severity.FLASH)
    first = await became(store, await post_to(store))
    await subscribe(store, wants("telegram:7"))
    owner, (writer, _) = await act_of(store, "telegram:1", Role.OWNER), await desk(store)
    (done,) = await store.clean_up(writer.person, "2026", 1_000_000, "stolen", owner)
    assert done.key == one.key
    assert (await posts(store, 2), await edits(store, 2)) == ({}, {first: "queued"})
    assert [row["due_at"] for row in await rows(store, alert_id=2)] == [CREATED]
    assert (await alerts(store))[-1] == ("correction", "quiet", 0)


async def test_an_import_corrects_what_was_told(store: SqlStore):
    """A text that the dossier changes or drops is corrected where it was told; what it adds is news to nobody."""
    await take_over(store, dossier(fact("a", "uno"), fact("b", "uno"), fact("c", "uno")))
    numbers = await subscribe(store, wants(HERE), wants(THERE))
    assert await alerts(store) == []
    first = await became(store, await digest(store, numbers[HERE], "a"))
    second = await became(store, await digest(store, numbers[THERE], "b"))
    await take_over(store, dossier(fact("a", "due"), fact("c", "due"), fact("d")))
    assert (await edits(store, 3), await edits(store, 4)) == ({first: "queued"}, {second: "queued"})
    assert (await alerts(store))[2:] == [("correction", "quiet", 0)] * 2
    assert {row["due_at"] for row in await rows(store, deed="edit")} == {CREATED}


async def test_what_was_crossposted_is_changed_once(store: SqlStore):
    """Those who follow a channel see its messages change by themselves."""
    await subscribe(store, wants(THERE))
    one = await news(store)
    first = await became(store, await post_to(store, place=THERE))
    number = (await rows(store))[0]["subscription_id"]
    await outbox.delivery(store, 1, number, Deed.CROSSPOST, target=first, platform="discord", state="delivered")
    await change(store, one)
    assert await edits(store, 2) == {first: "queued"}

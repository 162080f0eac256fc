"""Every refusal of the desk through the real libraries: it changes nothing and says why."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.core.authority import Role
from bot.core.editorial import ProposalState
from bot.core.places import ChatRef, Platform, UserRef
from tests.acceptance.newsroom import DISCORD_DESK, TELEGRAM_DESK, Seen
from tests.acceptance.studio import OWNER, URL, Studio, desk_on, nothing_changes, refused, studio
from tests.platforms.telegram_client import ANONYMOUS_ADMIN, CHANNEL_BOT, TELEGRAM_ITSELF

pytestmark = pytest.mark.asyncio(loop_scope="module")
BOTH = pytest.mark.parametrize("platform", [Platform.TELEGRAM, Platform.DISCORD])
APPROVE, REJECT = "✓", "✗"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def opened(template: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Studio]:
    async with studio(template, tmp_path_factory.mktemp("desk")) as room:
        yield room
        await room.discord.check()


@pytest.fixture
def room(opened: Studio) -> Studio:
    """The newsroom, hours after the last test: nobody's patience is used up."""
    opened.clock.passes(hours=3)
    return opened


# Who may not act at all

CHANNEL = {"id": -1_000_000_000_900, "type": "channel", "title": "Pyongyang Daily", "username": "pydaily"}
GROUP_ITSELF = {"id": int(TELEGRAM_DESK.id), "type": "supergroup", "title": "Desk"}
NOBODIES = {
    "anonymous admin": (ANONYMOUS_ADMIN, {"sender_chat": GROUP_ITSELF}),
    "anonymous admin, only by its number": (ANONYMOUS_ADMIN, {}),
    "channel": (CHANNEL_BOT, {"sender_chat": CHANNEL}),
    "telegram itself": (TELEGRAM_ITSELF, {}),
    "telegram for a channel": (TELEGRAM_ITSELF, {"sender_chat": CHANNEL}),
}


@pytest.mark.parametrize("who", NOBODIES)
@pytest.mark.parametrize("line", ["/approve {}", "/suggest {} moved | source: " + URL, "/roles list", "/link"])
async def test_nobody_in_particular_has_no_authority(room: Studio, who: str, line: str) -> None:
    """Who writes as a group or a channel is told to write as themselves, even where the number was given a role."""
    user, more = NOBODIES[who]
    await room.grant(UserRef(Platform.TELEGRAM, str(user["id"])), Role.OWNER)
    draft = await room.draft()
    async with nothing_changes(room):
        sent = await room.telegram.say(line.format(draft.label), chat=GROUP_ITSELF, user=user, **more)
        assert room.says("refused-anonymous-desk") in sent.text


async def test_a_post_of_a_linked_channel_is_no_command(room: Studio) -> None:
    """What a linked channel posts into the group is left alone, whatever it says."""
    draft = await room.draft()
    async with nothing_changes(room):
        since = len(await room.telegram.records())
        origin = {"type": "channel", "date": 1, "chat": CHANNEL, "message_id": 7}
        await room.telegram.write(
            f"/approve {draft.label}", chat=GROUP_ITSELF, user=TELEGRAM_ITSELF, sender_chat=CHANNEL, forwarded=origin
        )
        own = await room.telegram.say("/help", chat=GROUP_ITSELF, user=3)
        assert [each.id for each in await room.telegram.sent(since=since)] == [own.id]


async def test_a_bot_on_discord_has_no_authority(room: Studio) -> None:
    """Neither has a bot or a webhook, though its account was given a role."""
    bot = await room.hire(Role.OWNER, Platform.DISCORD)
    draft = await room.draft()
    card = await room.on_card(draft, Platform.DISCORD)
    async with nothing_changes(room):
        for sent in (
            await room.discord.send_slash("approve", {"entry": draft.label}, user=bot.id, is_bot=True),
            await room.discord.send_press(
                card.raw, card.starting(APPROVE), user=bot.id, is_bot=True, channel=DISCORD_DESK.id
            ),
        ):
            answer = await room.discord.answer(sent)
            assert answer.ephemeral
            assert room.says("refused-anonymous-desk") in answer.text


@BOTH
async def test_an_admin_of_the_group_is_no_editor(room: Studio, platform: Platform) -> None:
    """Who runs the group may not publish in it, nor make it a place for cards."""
    admin = await room.hire(Role.READER, platform)
    await room.telegram.order("chat", id=int(TELEGRAM_DESK.id), members={admin.id: "creator"})
    draft = await room.draft()
    card = await room.on_card(draft, platform)
    async with nothing_changes(room):
        for command, options in (("approve", {"entry": draft.label}), ("queue", {"entry": "here"})):
            if platform is Platform.DISCORD:
                answer = await room.discord.slash(
                    command, options, user=admin.id, channel=DISCORD_DESK.id, permissions=8
                )
                assert room.says("refused-role", command=command) in answer.text
            else:
                refused(
                    await room.types(admin, command, chat=TELEGRAM_DESK, **options),
                    room,
                    "refused-role",
                    command=command,
                )
        refused(await room.presses(admin, card, card.starting(APPROVE)), room, "refused-role", command="approve")


@BOTH
async def test_an_editor_sets_no_review_chat(room: Studio, platform: Platform) -> None:
    """Where cards are posted is for owners to say."""
    editor = await room.hire(Role.EDITOR, platform)
    async with nothing_changes(room):
        seen = await room.types(editor, "queue", chat=desk_on(platform), entry="off")
        refused(seen, room, "refused-role", command="queue off")


# Four eyes


@BOTH
async def test_nobody_approves_their_own(room: Studio, platform: Platform) -> None:
    """An editor's own draft takes somebody else, whether they type or press."""
    editor = await room.hire(Role.EDITOR, platform)
    draft = await room.draft(editor)
    card = await room.on_card(draft, platform)
    async with nothing_changes(room):
        refused(await room.types(editor, "approve", entry=draft.label), room, "refused-own", label=draft.label)
        refused(await room.presses(editor, card, card.starting(APPROVE)), room, "refused-own", label=draft.label)


@BOTH
async def test_whoever_reworded_a_draft_does_not_approve_it(room: Studio, platform: Platform) -> None:
    """Having had a hand in it makes it one's own."""
    editor = await room.hire(Role.EDITOR, platform)
    draft = await room.draft()
    await room.types(editor, "editfact", entry=draft.label, more="ko: 특사들이 만났다") if (
        platform is Platform.TELEGRAM
    ) else await room.types(editor, "editfact", entry=draft.label, field="ko", value="특사들이 만났다")
    async with nothing_changes(room):
        refused(await room.types(editor, "approve", entry=draft.label), room, "refused-own", label=draft.label)


async def test_one_person_on_two_platforms_is_one_person(room: Studio) -> None:
    """With two linked accounts a person has still only two eyes."""
    here, there = await room.hire(Role.EDITOR), await room.hire(Role.EDITOR, Platform.DISCORD)
    draft = await room.draft(here)
    linked = await room.types(there, "link", code=await room.code(here))
    assert f"{here}" in linked.text
    assert f"{there}" in linked.text
    card = await room.on_card(draft, Platform.DISCORD)
    async with nothing_changes(room):
        refused(await room.types(there, "approve", entry=draft.label), room, "refused-own", label=draft.label)
        refused(await room.presses(there, card, card.starting(APPROVE)), room, "refused-own", label=draft.label)


async def test_linking_afterwards_takes_the_approval_away(room: Studio) -> None:
    """A draft approved by an account that turns out to be its author's is not published at its hour."""
    here, there = await room.hire(Role.EDITOR), await room.hire(Role.EDITOR, Platform.DISCORD)
    draft = await room.draft(here)
    boss = await room.hire(Role.EDITOR)
    await room.types(boss, "schedule", entry=draft.label, time="tomorrow 09:00")
    await room.types(there, "approve", entry=draft.label)
    assert (await room.state(draft)).state is ProposalState.APPROVED
    await room.types(there, "link", code=await room.code(here))
    room.clock.passes(hours=48)
    await room.core.refresh()
    assert (await room.state(draft)).state is ProposalState.PENDING
    assert await room.core.store.entry(draft.entry.key) is None


@pytest.mark.parametrize("how", ["expired", "used", "own", "wrong"])
async def test_a_code_that_is_none_links_nobody(room: Studio, how: str) -> None:
    """A code that ran out, was spent, is one's own or was made up links nothing."""
    here, there = await room.hire(Role.READER), await room.hire(Role.READER, Platform.DISCORD)
    code = await room.code(here)
    tried = there
    match how:
        case "expired":
            room.clock.passes(minutes=10)
        case "used":
            await room.types(await room.hire(Role.READER, Platform.DISCORD), "link", code=code)
        case "own":
            tried = here
        case "wrong":
            code = "AAAAAAAA"
    async with nothing_changes(room):
        refused(await room.types(tried, "link", code=code), room, "refused-link-code")


# What was decided, and buttons of yesterday


@BOTH
async def test_what_was_decided_is_decided(room: Studio, platform: Platform) -> None:
    """A published and a rejected draft are neither approved nor rejected again; their old buttons are dead."""
    editor = await room.hire(Role.EDITOR, platform)
    for deed, key in (("approve", "refused-decided-published"), ("reject", "refused-decided-rejected")):
        draft = await room.draft()
        card = await room.on_card(draft, platform)
        more = {"reason": "no"} if deed == "reject" else {}
        await room.types(await room.hire(Role.EDITOR), deed, entry=draft.label, **more)
        async with nothing_changes(room):
            for sign in (APPROVE, REJECT):
                refused(await room.presses(editor, card, card.starting(sign)), room, key, label=draft.label)
            refused(await room.types(editor, "approve", entry=draft.label), room, key, label=draft.label)
            refused(await room.types(editor, "reject", entry=draft.label, reason="no"), room, key, label=draft.label)
        await room.sync()
        now = await room.on_card(draft, platform)
        assert not [label for label in now.data if label.startswith((APPROVE, REJECT))]


async def test_two_presses_at_once_publish_once(room: Studio) -> None:
    """Two editors press the same card at the same moment, one on each platform: one publication, both cards right."""
    here, there = await room.hire(Role.EDITOR), await room.hire(Role.EDITOR, Platform.DISCORD)
    for _ in range(8):
        draft = await room.draft()
        cards = [await room.on_card(draft, platform) for platform in (Platform.TELEGRAM, Platform.DISCORD)]
        before, _ = await room.core.store.audit_head()
        seen = await asyncio.gather(
            *(room.presses(who, card, card.starting(APPROVE)) for who, card in zip((here, there), cards, strict=True))
        )
        told = [room.says("refused-decided-published", label=draft.label) in each.text for each in seen]
        assert sorted(told) == [False, True]
        assert [each.revision for each in await room.core.store.history(draft.entry.key)] == [1]
        assert (await room.core.store.audit_head())[0] == before + 1
        winner = (here, there)[told.index(False)]
        await room.sync()
        done = room.says("review-published", revision=f"{draft.label}@1", who=str(winner))
        for card in cards:
            now = await room.card(card.chat, draft.label, done)
            assert now.id == card.id
            assert not [label for label in now.data if label.startswith((APPROVE, REJECT))]


@BOTH
async def test_an_old_wording_is_not_approved(room: Studio, platform: Platform) -> None:
    """The button of a card that showed another wording approves nothing."""
    draft = await room.draft()
    card = await room.on_card(draft, platform)
    await room.types(await room.hire(Role.CONTRIBUTOR), "editfact", entry=draft.label, more="ko: 특사들이 만났다")
    editor = await room.hire(Role.EDITOR, platform)
    async with nothing_changes(room):
        for sign in (APPROVE, REJECT):
            seen = await room.presses(editor, card, card.starting(sign))
            refused(seen, room, "refused-stale-draft", label=draft.label, draft=1, current=2)


async def _corrected(room: Studio, platform: Platform) -> tuple[str, Seen]:
    """A published fact with a correction waiting, and that one's card."""
    label = (await room.published()).label
    contributor = await room.hire(Role.CONTRIBUTOR)
    await room.types(contributor, "editfact", entry=label, more="date: 2024-06-18 | note: the day before")
    await room.sync()
    return label, await room.card(desk_on(platform), label, room.says("review-edit", label=label))


async def test_a_correction_of_what_moved_on_is_not_approved(room: Studio) -> None:
    """Where an import changed the entry after the correction was written, approving that is refused."""
    author, here = await room.hire(Role.CONTRIBUTOR), await room.hire(Role.EDITOR)
    there = await room.hire(Role.EDITOR, Platform.DISCORD)
    await room.types(author, "editfact", entry="F-2", more="ko: 다른 번역 | note: Korean reworded")
    await room.sync()
    cards = [
        await room.card(each, "F-2", room.says("review-edit", label="F-2")) for each in (TELEGRAM_DESK, DISCORD_DESK)
    ]
    await room.reimport("F-2", en="What the dossier says by now.")
    key = "refused-stale-base"
    async with nothing_changes(room):
        for who, card in zip((here, there), cards, strict=True):
            refused(await room.presses(who, card, card.starting(APPROVE)), room, key, label="F-2", base=1, current=2)
            refused(await room.types(who, "approve", entry="F-2"), room, key, label="F-2", base=1, current=2)


@BOTH
async def test_a_button_belongs_to_its_chat(room: Studio, platform: Platform) -> None:
    """What a card's button carries does nothing in another chat, on its platform or on the other."""
    draft = await room.draft()
    card = await room.on_card(draft, platform)
    editor = await room.hire(Role.EDITOR, platform)
    elsewhere = ChatRef(platform, "-1000000000701" if platform is Platform.TELEGRAM else "900000000000000071")
    other = await room.on_card(draft, Platform.DISCORD if platform is Platform.TELEGRAM else Platform.TELEGRAM)
    stranger = await room.hire(Role.EDITOR, other.chat.platform)
    await room.telegram.order("chat", id=-1000000000701, type="supergroup", title="Another")
    async with nothing_changes(room):
        refused(
            await room.presses(editor, card, card.starting(APPROVE), chat=elsewhere), room, "refused-foreign-button"
        )
        refused(await room.presses(stranger, other, card.starting(APPROVE)), room, "refused-foreign-button")


@BOTH
@pytest.mark.parametrize(
    "forged", ["approve {}", "/approve {}", "approve {} v1", "reject {} no", "!0123456789abcdef", "freeze on"]
)
async def test_forged_buttons_do_nothing(room: Studio, platform: Platform, forged: str) -> None:
    """A button that the bot did not make decides nothing, even pressed by an editor."""
    draft = await room.draft()
    card = await room.on_card(draft, platform)
    editor = await room.hire(Role.EDITOR, platform)
    async with nothing_changes(room):
        seen = await room.presses(editor, card, forged.format(draft.label))
        refused(seen, room, "mistake-stale-button")


@BOTH
async def test_who_lost_the_role_presses_in_vain(room: Studio, platform: Platform) -> None:
    """Rights count when a button is pressed, not when it was shown."""
    editor = await room.hire(Role.EDITOR, platform)
    draft = await room.draft()
    card = await room.on_card(draft, platform)
    await room.types(OWNER, "roles", action="revoke", user=str(editor))
    async with nothing_changes(room):
        refused(await room.presses(editor, card, card.starting(APPROVE)), room, "refused-role", command="approve")
        refused(await room.types(editor, "approve", entry=draft.label), room, "refused-role", command="approve")


# What can't be approved or changed


@BOTH
async def test_a_report_is_not_approved(room: Studio, platform: Platform) -> None:
    """A report asks for a correction; there is nothing in it to publish, by /approve or /schedule."""
    label = (await room.published()).label
    report = (await room.types(await room.hire(Role.READER, platform), "report", entry=label, reason="wrong day")).text
    number = report.partition("R-")[2].split()[0].rstrip(".")
    editor = await room.hire(Role.EDITOR, platform)
    async with nothing_changes(room):
        for command, more in (("approve", {}), ("schedule", {"time": "tomorrow 09:00"})):
            seen = await room.types(editor, command, entry=f"R-{number}", **more)
            refused(seen, room, "refused-report", label=f"R-{number}", entry=label)


async def _retracted(room: Studio) -> str:
    label = (await room.published()).label
    await room.types(await room.hire(Role.EDITOR), "retract", entry=label, reason="the source withdrew it")
    await room.types(await room.hire(Role.EDITOR), "approve", entry=label)
    assert "the source withdrew it" in (await room.types(OWNER, "fact", fact=label)).text
    return label


@BOTH
async def test_what_was_retracted_stays_so(room: Studio, platform: Platform) -> None:
    """A retracted entry is neither edited nor retracted again."""
    label = await _retracted(room)
    editor = await room.hire(Role.EDITOR, platform)
    async with nothing_changes(room):
        seen = await room.types(editor, "editfact", entry=label, more="status: confirmed")
        refused(seen, room, "refused-retracted", label=label)
        refused(
            await room.types(editor, "retract", entry=label, reason="again"), room, "refused-retracted", label=label
        )


@BOTH
async def test_a_draft_has_one_open_change(room: Studio, platform: Platform) -> None:
    """While a correction waits, no retraction of the same entry is queued beside it."""
    label, _ = await _corrected(room, platform)
    editor = await room.hire(Role.EDITOR, platform)
    async with nothing_changes(room):
        seen = await room.types(editor, "retract", entry=label, reason="wrong")
        refused(seen, room, "refused-open", label=label)


@BOTH
async def test_a_frozen_desk_publishes_nothing(room: Studio, platform: Platform) -> None:
    """While publishing is stopped, approvals are refused and what has its hour stays back, until it goes on."""
    editor = await room.hire(Role.EDITOR, platform)
    due, draft = await room.draft(), await room.draft()
    await room.types(editor, "schedule", entry=due.label, time="tomorrow 09:00")
    await room.types(editor, "approve", entry=due.label)
    card = await room.on_card(draft, platform)
    try:
        assert room.says("freeze-on") in (await room.types(OWNER, "freeze")).text
        room.clock.passes(hours=48)
        async with nothing_changes(room):
            await room.core.refresh()
            refused(await room.types(editor, "approve", entry=draft.label), room, "refused-frozen", label=draft.label)
            refused(await room.presses(editor, card, card.starting(APPROVE)), room, "refused-frozen", label=draft.label)
    finally:
        await room.types(OWNER, "freeze", state="off")
    await room.core.refresh()
    assert (await room.state(due)).state is ProposalState.PUBLISHED


async def test_one_editor_alone_stops_nothing(room: Studio) -> None:
    """An editor's vote to stop waits for a second one, and pressing twice or a linked account is no second one."""
    here, there = await room.hire(Role.EDITOR), await room.hire(Role.EDITOR, Platform.DISCORD)
    await room.types(there, "link", code=await room.code(here))
    for who in (here, here, there):
        assert room.says("freeze-vote", count=1) in (await room.types(who, "freeze")).text
    assert not await room.core.store.frozen()
    await room.types(await room.hire(Role.EDITOR, Platform.DISCORD), "freeze")
    assert await room.core.store.frozen()
    await room.types(OWNER, "freeze", state="off")


@BOTH
async def test_undo_has_its_time(room: Studio, platform: Platform) -> None:
    """After UNDO_SECONDS a publication is not taken back, nor is one that changed since or never was."""
    editor, seconds = await room.hire(Role.EDITOR, platform), room.core.services.desk.policy.undo_seconds
    done, draft = await room.published(), await room.draft()
    room.clock.passes(seconds=seconds + 1)
    async with nothing_changes(room):
        seen = await room.types(editor, "undo", entry=done.label)
        refused(seen, room, "refused-undo-late", label=done.label, seconds=seconds)
        refused(await room.types(editor, "undo", entry=draft.label), room, "refused-not-published", label=draft.label)


async def test_publishing_has_its_pace(room: Studio) -> None:
    """The thirty-first approval of one person within a minute is refused on both platforms; later it is not."""
    here, there = await room.hire(Role.EDITOR), await room.hire(Role.EDITOR, Platform.DISCORD)
    await room.types(there, "link", code=await room.code(here))
    busy = await room.colleague(here)
    for _ in range(30):
        await busy.approve(await room.propose(), at=room.elapsed)
    one_more = await room.draft()
    async with nothing_changes(room):
        for who in (here, there):
            seen = await room.types(who, "approve", entry=one_more.label)
            refused(seen, room, "refused-rate", per_minute=30, per_hour=120)
    room.clock.passes(seconds=61)
    await room.types(there, "approve", entry=one_more.label)
    assert (await room.state(one_more)).state is ProposalState.PUBLISHED


@BOTH
async def test_a_reader_has_five_suggestions_waiting(room: Studio, platform: Platform) -> None:
    """The sixth suggestion of a reader is refused while five wait, and taken once one was decided."""
    reader = await room.hire(Role.READER, platform)
    made = [await room.types(reader, "suggest", statement=f"Envoy number {n} came", source=URL) for n in range(5)]
    async with nothing_changes(room):
        seen = await room.types(reader, "suggest", statement="Envoy number 6 came", source=URL)
        refused(seen, room, "refused-suggestions", limit=5)
        refused(await room.types(reader, "report", entry="F-1", reason="wrong"), room, "refused-suggestions", limit=5)
    await room.types(await room.hire(Role.EDITOR), "reject", entry=made[0].label, reason="no")
    assert (await room.types(reader, "suggest", statement="Envoy number 6 came", source=URL)).label


# What can't be read

BAD_SOURCES = {
    "ftp://tass.com/1": "fault-source-scheme",
    "javascript://tass.com/%0aalert(1)": "fault-source-scheme",
    "http://localhost/1": "fault-source-form",
    "https://tass.com@evil.example.org/": "fault-source-form",
    "https://192.168.1.1/x": "fault-source-form",
    "hearsay": "fault-source-form",
}


@BOTH
async def test_without_a_source_nothing_is_proposed(room: Studio, platform: Platform) -> None:
    """Neither a contributor's fact nor a reader's suggestion goes without a source."""
    for command, role in (("addfact", Role.CONTRIBUTOR), ("suggest", Role.READER)):
        author = await room.hire(role, platform)
        async with nothing_changes(room):
            seen = await room.types(author, command, statement="The envoys met")
            refused(seen, room, "fault-no-source")


@BOTH
@pytest.mark.parametrize("url", BAD_SOURCES)
async def test_a_source_is_a_public_web_page(room: Studio, platform: Platform, url: str) -> None:
    """An address that readers can't open and trust is no source."""
    author = await room.hire(Role.CONTRIBUTOR, platform)
    async with nothing_changes(room):
        seen = await room.types(author, "addfact", statement="The envoys met", source=url)
        refused(seen, room, BAD_SOURCES[url], value=url, scheme=url.partition(":")[0])


@BOTH
async def test_all_faults_are_named_at_once(room: Studio, platform: Platform) -> None:
    """Whatever is wrong with a fact is said in one answer."""
    wrong = {
        "statement": "The envoys met",
        "source": "ftp://tass.com/1",
        "topic": "qwertzuiop",
        "article": "99",
        "date": "2031-02-03",
        "status": "perhaps",
        "severity": "loud",
    }
    author = await room.hire(Role.CONTRIBUTOR, platform)
    async with nothing_changes(room):
        seen = await room.types(author, "addfact", **wrong, more="wether: fine")
    refused(seen, room, "mistake-fields", count=7)
    for key, data in (
        ("fault-source-scheme", {"value": "ftp://tass.com/1", "scheme": "ftp"}),
        ("fault-topic", {"value": "qwertzuiop"}),
        ("fault-article", {"value": "99"}),
        ("fault-future", {"value": "2031-02-03"}),
        ("fault-status", {"value": "perhaps"}),
        ("fault-severity", {"value": "loud"}),
    ):
        refused(seen, room, key, **data)
    assert "wether" in seen.text


@BOTH
@pytest.mark.parametrize(
    ("time", "key"),
    [
        ("2026-11-01 09:00", "mistake-time-past"),
        ("2027-03-28 02:30", "mistake-time-skipped"),
        ("2026-11-31 09:00", "mistake-time"),
        ("soon", "mistake-time"),
    ],
)
async def test_an_hour_that_never_comes_is_not_set(room: Studio, platform: Platform, time: str, key: str) -> None:
    """An embargo can't end in the past, in the hour that clocks leave out in spring, or at no time at all."""
    draft, editor = await room.draft(), await room.hire(Role.EDITOR, platform)
    async with nothing_changes(room):
        seen = await room.types(editor, "schedule", entry=draft.label, time=time)
        refused(seen, room, key, value=time, zone="Europe/Rome")


# Roles


@BOTH
@pytest.mark.parametrize(
    ("user", "key"),
    [
        ("telegram:1087968824", "refused-shared"),
        ("telegram:777000", "refused-shared"),
        ("telegram:136817688", "refused-shared"),
        (str(OWNER), "refused-owner-setting"),
        ("@somebody", "mistake-account"),
        ("telegram:somebody", "mistake-account"),
    ],
)
async def test_some_accounts_hold_no_role(room: Studio, platform: Platform, user: str, key: str) -> None:
    """Identities shared by many, names, and the owners of the settings are given and lose no role by command."""
    owner = await room.hire(Role.OWNER, platform)
    async with nothing_changes(room):
        for action, role in (("grant", {"role": "editor"}), ("revoke", {})):
            refused(await room.types(owner, "roles", action=action, user=user, **role), room, key, value=user)


@BOTH
async def test_only_owners_grant_roles(room: Studio, platform: Platform) -> None:
    """An editor appoints nobody."""
    editor = await room.hire(Role.EDITOR, platform)
    async with nothing_changes(room):
        seen = await room.types(editor, "roles", action="grant", user="telegram:55", role="editor")
        refused(seen, room, "refused-role", command="roles")


@BOTH
async def test_a_button_about_roles_is_for_who_asked(room: Studio, platform: Platform) -> None:
    """The button under an owner's /roles does nothing for another owner, and works for the one who asked."""
    here, there = await room.hire(Role.EDITOR), await room.hire(Role.EDITOR, Platform.DISCORD)
    await room.types(there, "link", code=await room.code(here))
    first, second = await room.hire(Role.OWNER, platform), await room.hire(Role.OWNER, platform)
    chat = DISCORD_DESK if platform is Platform.DISCORD else None
    asked = await room.types(first, "roles", chat=chat, action="revoke", user=str(here))
    (data,) = asked.data.values()
    async with nothing_changes(room):
        refused(await room.presses(second, asked, data), room, "refused-others-button")
    await room.presses(first, asked, data)
    account = await room.core.store.account(there)
    assert account is not None
    assert account.role is Role.READER

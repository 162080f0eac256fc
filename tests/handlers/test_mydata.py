"""`/privacy`, `/mydata` and `/forgetme`: what is kept is named, can be taken away, and can be ended."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest

from bot.adapters.console.platform import to_json
from bot.adapters.console.render import plain
from bot.adapters.discord.render import render
from bot.app import Core
from bot.core.authority import Role
from bot.core.documents import RunCommand
from bot.core.places import ChatKind, ChatRef, Platform, UserRef
from bot.core.ports import GuardedLine, OpenForm
from bot.core.requests import Actor, Dialog, Origin, Outcome, Reply, Request
from bot.core.retention import KEEP
from handlers.privacy import KEPT
from tests.handlers.test_desk import GROUP, OWNER, Talk
from tests.platforms.discord_limits import buttons as buttons_on


@pytest.fixture
def talk(core: Core) -> Talk:
    return Talk(core)


def data_of(reply: Reply) -> dict[str, Any]:
    assert reply.file is not None, plain(reply.document)
    assert (reply.file.name, reply.private) == ("pactwatch-data.json", True)
    return dict(json.loads(reply.file.content))


async def busy(talk: Talk) -> int:
    """Somebody who left traces wherever a person on Telegram can."""
    who = await talk.hire(Role.EDITOR)
    await talk.says(who, "/language en")
    await talk.says(who, "/subscribe sanctions daily")
    await talk.published(who)
    waiting = await talk.draft(who)
    await talk.says(who, f"/queue {waiting}")
    await talk.says(who, "/freeze on")
    await talk.says(who, "/suggest", dialog=Dialog.STEPS)
    await talk.says(OWNER, f"/roles grant telegram:{who} editor")
    await talk.core.store.keep_line("~" + "1" * 16, f"roles revoke telegram:{who} editor", "2026-12-01T00:00:00.000Z")
    code = plain((await talk.says(who, "/link")).document).partition("/link ")[2].split()[0]
    other = await talk.hire(Role.READER)
    await talk.says(other, f"/link {code}")
    await talk.says(who, "/link")
    return who


async def test_everything_kept_is_in_the_file(talk: Talk) -> None:
    """A person is sent their language, subscription, accounts, work, votes, form, code and buttons, in private."""
    who = await busy(talk)
    told = data_of(await talk.says(who, "/mydata", chat=GROUP))
    assert told["person"][0] == f"telegram:{who}"
    assert len(told["person"]) == len(told["accounts"]) == 2
    assert {"preferences", "subscriptions", "subscription_topics", "digest_cursors", "forms", "link_codes"} <= {
        name for name, rows in told.items() if rows
    }
    assert told["preferences"] == [{"ref": f"telegram:{who}", "language": "en", "changed": 1}]
    assert [(each["topic"], each["mode"]) for each in told["subscription_topics"]] == [("sanctions", "daily")]
    assert {each["role"] for each in told["accounts"]} == {"editor", "reader"}
    assert len(told["proposals"]) == 2
    assert len(told["revisions"]) == 1
    assert told["kept_lines"][0]["names_you"] == [f"roles revoke telegram:{who} editor"]
    assert told["votes"][0]["votes"]
    assert {"grant", "propose", "link"} <= {row["deed"] for row in told["audit"]}


async def test_nobody_else_is_in_the_file(talk: Talk) -> None:
    """What others did to a person's work is told, and not who they are."""
    who = await busy(talk)
    mine = await talk.core.store.account(UserRef(Platform.TELEGRAM, str(who)))
    assert mine is not None
    own = {each.pseudonym for each in await talk.core.store.linked(mine.person)}
    text = json.dumps(data_of(await talk.says(who, "/mydata")))
    others = {row[0] for row in await talk.core.store._database.fetch("select pseudonym from accounts")} - own
    assert len(others) >= 2
    assert not [name for name in others if name in text]
    assert 'telegram:1"' not in text
    assert "somebody else" in text


async def test_after_forgetting_nothing_is_kept(talk: Talk) -> None:
    """Once forgotten a person's file is empty, pressed twice or with a form open, and both chains hold."""
    who = await busy(talk)
    asked = await talk.says(who, "/forgetme")
    for _ in range(2):
        done = await talk.presses(who, asked, talk.text("button-forget"), dialog=Dialog.STEPS)
        assert done.outcome is Outcome.ANSWERED
    after = await talk.says(who, "/mydata")
    assert after.file is None
    assert plain(after.document) == talk.text("mydata-nothing", who=f"telegram:{who}")
    assert await talk.core.store.verify_log() is None
    assert await talk.core.store.check() == ()


async def test_two_who_forget_at_once_leave_one_whole_log(talk: Talk) -> None:
    """Presses on two devices at one moment end as one does."""
    who = await busy(talk)
    replies = await asyncio.gather(*(talk.says(who, "/forgetme yes") for _ in range(4)))
    assert {each.outcome for each in replies} == {Outcome.ANSWERED}
    assert (await talk.says(who, "/mydata")).file is None
    assert await talk.core.store.check() == ()


async def test_who_is_nobody_in_particular_gets_no_file(core: Core) -> None:
    """An anonymous administrator is refused: what is kept under that number is many people's."""
    actor = Actor(UserRef(Platform.TELEGRAM, "1087968824"), accountable=False)
    reply = await core.dispatcher(Request("/mydata", actor, GROUP, ChatKind.GROUP, platform_locale="en"))
    assert reply is not None
    assert (reply.outcome, reply.file) == (Outcome.REFUSED, None)


async def test_the_private_chat_on_discord_counts_where_it_is(core: Core) -> None:
    """On Discord what was asked for in the private chat is shown and erased there, and a server says so."""
    user = UserRef(Platform.DISCORD, "77")
    there = Request("", Actor(user), ChatRef(Platform.DISCORD, "4711"), ChatKind.PRIVATE, platform_locale="en")
    server = replace(there, chat=ChatRef(Platform.DISCORD, "900"), kind=ChatKind.GROUP)

    async def say(request: Request, line: str) -> Reply:
        reply = await core.dispatcher(replace(request, line=line))
        assert reply is not None
        return reply

    await say(there, "/subscribe sanctions")
    elsewhere = await say(server, "/mydata")
    assert elsewhere.file is None
    assert core.services.words["en"].text("mydata-elsewhere") in plain(elsewhere.document)
    assert data_of(await say(there, "/mydata"))["subscriptions"][0]["place"] == "discord:4711"
    assert "/forgetme" in plain((await say(server, "/forgetme yes")).document)
    await say(there, "/forgetme yes")
    assert (await say(there, "/mydata")).file is None


async def test_programs_read_the_file_as_the_text_of_the_chat(core: Core) -> None:
    """In `chat --json` the keys stay what they are, and the text is the JSON itself."""
    me = Actor(UserRef(Platform.TERMINAL, "me"), Role.READER)
    request = Request("/subscribe", me, ChatRef(Platform.TERMINAL, "me"), platform_locale="en")
    await core.dispatcher(request)
    reply = await core.dispatcher(replace(request, line="/mydata"))
    assert reply is not None
    line = json.loads(to_json(reply))
    assert set(line) == {"command", "ok", "locale", "outcome", "refs", "text", "buttons", "private"}
    assert line["private"]
    assert json.loads(line["text"])["subscriptions"][0]["place"] == "terminal:me"


async def test_privacy_names_every_kind_with_its_time(talk: Talk) -> None:
    """Whatever a person's file may hold, `/privacy` says so in every language, with how long, and how to end it."""
    parts = set(data_of(await talk.says(await busy(talk), "/mydata"))) - {"product", "made_at", "person"}
    assert parts == {part for named in KEPT.values() for part in named}
    reader = await talk.hire(Role.READER)
    for locale, words in talk.core.services.words.items():
        said = plain((await talk.says(reader, f"privacy in:{locale}", origin=Origin.BUTTON)).document)
        assert [kind for kind in KEEP if words.text("privacy-days", days=KEEP[kind].days) not in said] == []
        assert said.count("• ") == len(KEPT)
        assert "/mydata" in said
        assert "/forgetme" in said


async def test_help_has_a_button_for_every_command_on_discord(talk: Talk) -> None:
    """No command of a reader's falls off the list on Discord, where a message has 25 buttons at most."""
    for role in (Role.READER, Role.EDITOR):
        reply = await talk.says(await talk.hire(role), "/help")
        lines = [each.command for row in reply.document.buttons for each in row if isinstance(each, RunCommand)]
        shown = [each["custom_id"] for part in render(reply.document) for each in buttons_on(part)]
        assert shown == lines
        listed = {
            each.name for each in talk.core.services.commands.values() if each.listed and each.role is Role.READER
        }
        assert {line.removeprefix("help ") for line in lines} >= listed - {"start", "help"}


class EveryJob:
    """A clock whose jobs are all due now."""

    def __init__(self) -> None:
        self.jobs: list[Callable[[], Awaitable[object]]] = []

    def every(self, seconds: float, job: Callable[[], Awaitable[object]]) -> None:
        self.jobs.append(job)


async def test_a_button_of_long_ago_says_so(talk: Talk) -> None:
    """Who presses a button whose line was forgotten is told so in a sentence, with a way on; a form likewise."""
    old, store = "2020-01-01T00:00:00.000Z", talk.core.store
    who = await talk.hire(Role.EDITOR)
    place = ChatRef(Platform.TELEGRAM, str(who))
    await store.keep_line("~" + "1" * 16, "search something long", old)
    await store.guard_line("!" + "1" * 16, GuardedLine("approve F-1", place, None), old)
    await store.set_form(UserRef(Platform.TELEGRAM, str(who)), OpenForm("suggest", {}, "statement"), old)
    clock = EveryJob()
    talk.core.keep_time(clock, lambda: True)  # type: ignore[arg-type]
    for job in clock.jobs:
        await job()
    for line, key in (
        ("~" + "1" * 16, "mistake-stale-button"),
        ("!" + "1" * 16, "mistake-stale-button"),
        ("answer statement x", "mistake-no-form"),
    ):
        reply = await talk.says(who, line, origin=Origin.BUTTON, dialog=Dialog.STEPS)
        assert (reply.outcome, talk.text(key) in plain(reply.document)) == (Outcome.MISTAKE, True)
        assert reply.document.buttons

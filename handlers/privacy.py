"""`/privacy`, `/mydata`, `/forgetme`: what is kept about a person, all of it to take away, and its end."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated

from bot.core.authority import Action
from bot.core.commands import Param, command
from bot.core.documents import Block, Bullets, Document, Heading, Note, RunCommand, Text, inlines, paragraph
from bot.core.places import ChatKind, ChatRef, Platform
from bot.core.ports import Words
from bot.core.requests import Call, File, Reply, Request
from bot.core.retention import KEEP, Kept
from bot.core.times import stamp
from bot.services.services import Services

FILE_NAME, FILE_TYPE = "pactwatch-data.json", "application/json"

KEPT: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "privacy-language": ("preferences",),
        "privacy-subscription": ("subscriptions", "subscription_topics", "digest_cursors"),
        "privacy-sent": ("deliveries", "digest_slots", "limits"),
        "privacy-desk": ("accounts", "proposals", "revisions", "audit", "notices", "votes"),
        "privacy-link": ("link_codes",),
        "privacy-cards": ("review_chats", "review_cards", "staging_chats"),
        "privacy-questions": ("awaited_answers",),
        "privacy-forms": ("forms",),
        "privacy-buttons": ("guarded_lines",),
        "privacy-lines": ("kept_lines",),
        "privacy-updates": (),
        "privacy-logs": (),
    }
)
"""What `/privacy` says, and the parts of `/mydata` that each of it is about."""

_TIMES: Mapping[str, Mapping[str, Kept]] = MappingProxyType(
    {
        "privacy-subscription": {"time": Kept.PLACES},
        "privacy-sent": {"time": Kept.DELIVERIES, "slots": Kept.SLOTS},
        "privacy-link": {"time": Kept.CODES},
        "privacy-questions": {"time": Kept.WAITING, "asked": Kept.QUESTIONS},
        "privacy-forms": {"time": Kept.FORMS},
        "privacy-buttons": {"time": Kept.BUTTONS},
        "privacy-lines": {"time": Kept.LINES},
        "privacy-updates": {"time": Kept.UPDATES},
    }
)


@dataclass(frozen=True, slots=True)
class NoArgs:
    """Nothing to say."""


@command("privacy", examples=("privacy",), stable=True, linkable=True)
async def privacy(args: NoArgs, call: Call, services: Services) -> Reply:
    """Say what is kept about a person, for how long, and how to get and erase it."""
    del args, services
    words = call.words
    blocks = (
        Heading((Text(words.text("privacy-heading")),)),
        paragraph(words.text("privacy-intro")),
        Bullets(tuple(inlines(_kept(key, words)) for key in KEPT)),
        paragraph(words.text("privacy-not")),
        paragraph(words.text("privacy-yours")),
    )
    buttons = (
        (RunCommand("/mydata", "mydata", below=True), RunCommand("/forgetme", "forgetme")),
        (RunCommand(words.text("button-language"), "language"),),
    )
    return Reply(Document(blocks, buttons))


def _kept(key: str, words: Words) -> str:
    times = {name: words.text("privacy-days", days=KEEP[kind].days) for name, kind in _TIMES.get(key, {}).items()}
    return words.text(key, **times)


@command("mydata", action=Action.LINK, examples=("mydata",))
async def my_data(args: NoArgs, call: Call, services: Services) -> Reply:
    """Give a person everything that is kept about them, as a file."""
    del args
    words, user = call.words, call.request.actor.user
    kept = await services.people.everything_about(user, _own_chat(call.request))
    elsewhere = _elsewhere(call, "mydata-elsewhere")
    if kept is None:
        return Reply(
            Document((paragraph(words.text("mydata-nothing", who=str(call.request.actor.user))), *elsewhere)),
            private=True,
        )
    told = {"product": "Pactwatch", "made_at": stamp(services.clock.now()), **kept}
    content = json.dumps(told, ensure_ascii=False, indent=2).encode(errors="replace")
    blocks = (paragraph(words.text("mydata-file")), *elsewhere)
    buttons = ((RunCommand("/privacy", "privacy", below=True), RunCommand("/forgetme", "forgetme", below=True)),)
    return Reply(Document(blocks, buttons), private=True, file=File(FILE_NAME, FILE_TYPE, content))


@dataclass(frozen=True, slots=True)
class ForgetArgs:
    """`yes` does it."""

    sure: Annotated[str | None, Param(choices=("yes",))] = None


@command("forgetme", action=Action.LINK, examples=("forgetme",))
async def forget_me(args: ForgetArgs, call: Call, services: Services) -> Reply:
    """Cut what ties a person to what they did here."""
    words = call.words
    if args.sure is None:
        button = RunCommand(words.text("button-forget"), "forgetme yes")
        rows = ((button, RunCommand("/mydata", "mydata", below=True)),)
        return Reply(Document((paragraph(words.text("forget-what")),), rows), private=True)
    await services.people.forget(call.request.actor.user, _own_chat(call.request))
    await services.preferences.refresh()
    return Reply(
        Document((paragraph(words.text("forgotten")), *_elsewhere(call, "forget-elsewhere"))),
        private=True,
    )


def _own_chat(request: Request) -> ChatRef | None:
    return request.chat if request.kind is ChatKind.PRIVATE else None


def _elsewhere(call: Call, key: str) -> tuple[Block, ...]:
    """A word on what only the private chat can tell: Discord gives it a number that does not say whose it is."""
    request = call.request
    if request.chat.platform is not Platform.DISCORD or request.kind is ChatKind.PRIVATE:
        return ()
    return (Note((Text(call.words.text(key)),)),)

"""What arrives from Discord, as requests: pure.

discord.py dispatches every interaction, whatever its type, with Discord's own `data` untouched; that is all we read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

import discord

from bot.adapters.discord.carrier import person_chat
from bot.core.outbox import ChatBack, ChatEvent, ChatLost, SpaceLost
from bot.core.places import ChatKind, ChatRef, Platform, UserRef
from bot.core.requests import Actor, Dialog, Origin, Request
from bot.core.subscriptions import PlaceKind

Data = Mapping[str, Any]

PLACE_EVENTS = ("GUILD_DELETE", "CHANNEL_DELETE", "THREAD_DELETE", "THREAD_UPDATE")
"""Those that `became_of` reads."""
MESSAGE_MENU = 3
TEXT_DISPLAY = 10
MAX_LINKS = 5
# Brackets belong to an address in pairs only: `(see https://x.org)`, but `https://x.org/Pact_(2024)`.
_ADDRESS = re.compile(r"https?://(?:[^\s<>\"|`()\[\]]|\([^\s<>()]*\)|\[[^\s<>\[\]]*\])+", re.IGNORECASE)
_AFTER_ADDRESS = ".,;:!?…'*_~»”’。、"


@dataclass(frozen=True, slots=True)
class Completion:
    """Somebody is typing into an option."""

    command: str
    param: str
    typed: str
    locale: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A request and how it wants to be answered.

    private: for the person's eyes only, whatever the answer. pressed: it came from a button, or from a form that a
    button opened, and is answered by changing the message the button is on. hidden: that message is itself for the
    person's eyes only.
    """

    request: Request
    private: bool = False
    pressed: bool = False
    hidden: bool = False


def read(interaction: discord.Interaction, menus: Mapping[str, str]) -> Asked | Completion | None:
    """Read an interaction; None for one we have no use for. `menus`: the command behind each menu entry's name."""
    data: Data = interaction.data or {}
    match interaction.type:
        case discord.InteractionType.application_command if data.get("type") == MESSAGE_MENU:
            command = menus.get(data["name"])
            return None if command is None else _asked_about(interaction, command, data)
        case discord.InteractionType.application_command:
            return _asked(interaction, "/" + data["name"], values=_values(data))
        case discord.InteractionType.autocomplete:
            return _completion(interaction, data)
        case discord.InteractionType.component:
            return _asked(interaction, data["custom_id"], origin=Origin.BUTTON)
        case discord.InteractionType.modal_submit:
            # Nothing can be asked again: Discord opens no form from a form.
            return _asked(interaction, data["custom_id"], values=_inputs(data), dialog=Dialog.NONE)
        case _:
            return None


def became_of(event: str, data: Data) -> ChatEvent | None:
    """What became of a place that we write to; None where it is as good as before."""
    match event:
        case "GUILD_DELETE" if not data.get("unavailable"):  # one that is down is not lost
            return SpaceLost(data["id"], "the bot was removed from the server")
        case "CHANNEL_DELETE":
            return ChatLost(ChatRef(Platform.DISCORD, data["id"]), "the channel was deleted")
        case "THREAD_DELETE":
            return ChatLost(_thread(data), "the thread was deleted")
        case "THREAD_UPDATE":
            state = data["thread_metadata"]
            archived, locked = state["archived"], state.get("locked", False)
            # One that is only archived opens with the next message.
            if archived and locked:
                return ChatLost(_thread(data), "the thread is locked")
            return None if archived or locked else ChatBack(_thread(data))
    return None


def _thread(data: Data) -> ChatRef:
    return ChatRef(Platform.DISCORD, data["parent_id"], data["id"])


def _asked(
    interaction: discord.Interaction,
    line: str,
    *,
    values: dict[str, str] | None = None,
    origin: Origin = Origin.TYPED,
    quoted: str | None = None,
    quoted_links: tuple[str, ...] = (),
    dialog: Dialog = Dialog.MODAL,
    private: bool = False,
) -> Asked | None:
    user = interaction.user
    if not user:
        return None
    person = UserRef(Platform.DISCORD, str(user.id))
    chat, place = _place(interaction, person)
    alone = place is PlaceKind.PRIVATE
    # Bits of the member's permissions in this channel, as Discord computed them for this very interaction.
    rights = interaction.permissions
    admin = alone or rights.manage_guild or rights.administrator

    async def is_admin() -> bool:
        return admin

    request = Request(
        line=line,
        actor=Actor(person, accountable=not user.bot, is_chat_admin=is_admin),
        chat=chat,
        kind=ChatKind.PRIVATE if alone else ChatKind.GROUP,
        place=place,
        space=None if alone else str(interaction.guild_id),
        origin=origin,
        values=values,
        platform_locale=str(interaction.locale),
        quoted=quoted,
        quoted_links=quoted_links,
        dialog=dialog,
    )
    message = interaction.message
    hidden = message is not None and message.flags.ephemeral
    return Asked(request, private=private, pressed=message is not None, hidden=hidden)


def _place(interaction: discord.Interaction, person: UserRef) -> tuple[ChatRef, PlaceKind]:
    """Where messages go that are asked for here, and what sort of place it is.

    Where the bot is no member and the person only brought it along, that is the person's private chat with the bot.
    """
    channel = interaction.channel
    if channel is None or interaction.context.private_channel:
        return person_chat(person), PlaceKind.PRIVATE
    if interaction.guild_id is None:
        return ChatRef(Platform.DISCORD, str(channel.id)), PlaceKind.PRIVATE
    if not interaction.is_guild_integration():
        return person_chat(person), PlaceKind.PRIVATE
    if isinstance(channel, discord.Thread):
        return ChatRef(Platform.DISCORD, str(channel.parent_id), str(channel.id)), PlaceKind.GROUP
    place = PlaceKind.ANNOUNCEMENT if channel.type is discord.ChannelType.news else PlaceKind.GROUP
    return ChatRef(Platform.DISCORD, str(channel.id)), place


def _values(data: Data) -> dict[str, str]:
    return {each["name"]: str(each["value"]) for each in data.get("options", ()) if "value" in each}


def _completion(interaction: discord.Interaction, data: Data) -> Completion | None:
    for each in data.get("options", ()):
        if each.get("focused"):
            return Completion(data["name"], each["name"], str(each.get("value", "")), str(interaction.locale))
    return None


def _asked_about(interaction: discord.Interaction, command: str, data: Data) -> Asked | None:
    """The request of a menu entry: the message's text, what it links to, and where it stands."""
    message = data.get("resolved", {}).get("messages", {}).get(data.get("target_id"), {})
    text = "\n".join(_texts(message)) or None
    place = interaction.guild_id or "@me"
    own = (
        f"https://discord.com/channels/{place}/{message.get('channel_id', interaction.channel_id)}/{data['target_id']}"
    )
    addresses = dict.fromkeys(each.rstrip(_AFTER_ADDRESS) for each in _ADDRESS.findall(text or ""))
    links = (*islice(addresses, MAX_LINKS), own)
    return _asked(interaction, command, quoted=text, quoted_links=links, private=True)


def _texts(message: Data) -> Iterator[str]:
    """What a message says: its content, else the texts of its components, else what it passes on from elsewhere."""
    if message.get("content"):
        yield message["content"]
        return
    yield from (each["content"] for each in _walk(message.get("components", ())) if each.get("type") == TEXT_DISPLAY)
    for each in message.get("message_snapshots", ()):
        yield from _texts(each.get("message", {}))


def _inputs(data: Data) -> dict[str, str]:
    """What was written into a form or picked from it (`values`, none of them where nothing was picked)."""
    given = [each for each in _walk(data.get("components", ())) if "custom_id" in each]
    return {each["custom_id"]: str(each.get("value") or ", ".join(each.get("values", ()))) for each in given}


def _walk(components: Any) -> Iterator[Data]:
    for each in components:
        yield each
        yield from _walk(each.get("components", ()))
        if "component" in each:  # a label around an input
            yield from _walk((each["component"],))

"""The objects Discord sends, built with just the fields its clients rely on."""

from __future__ import annotations

import itertools
import time
from typing import Any

Json = dict[str, Any]

APP = "800000000000000001"
GUILD = "900000000000000001"
CHANNEL = "900000000000000002"
EPOCH_MS = 1420070400000
PLACES = {"guild": (0, 0), "foreign": (0, 0), "dm": (1, 1), "install": (2, 3)}
"""Where an interaction may happen, with its context and type of channel: a guild with the bot; one without it, or a
group chat, where somebody brought the app along; the bot's own chat."""
FOREIGN_GUILD = "900000000000000009"


def guild_on(shard: int, count: int) -> str:
    """The id of a guild that belongs to this shard of so many."""
    return str((count * 1_000_000 + shard) << 22 | 1)


class Ids:
    """Snowflakes: time-ordered ids, unique within one fake."""

    def __init__(self) -> None:
        self._count = itertools.count(1)

    def __call__(self) -> str:
        return str(((int(time.time() * 1000) - EPOCH_MS) << 22) + next(self._count))


def user(identity: str, *, bot: bool = False) -> Json:
    name = f"user{identity}"
    return {
        "id": identity,
        "username": name,
        "discriminator": "0",
        "avatar": None,
        "global_name": None,
        "bot": bot,
        "public_flags": 0,
    }


BOT = user(APP, bot=True)


def member(identity: str, permissions: int, *, bot: bool = False) -> Json:
    return {
        "user": user(identity, bot=bot),
        "roles": [],
        "joined_at": "2024-01-01T00:00:00+00:00",
        "deaf": False,
        "mute": False,
        "flags": 0,
        "permissions": str(permissions),
    }


def channel(identity: str = CHANNEL, kind: int = 0) -> Json:
    return {
        "id": identity,
        "type": kind,
        "name": f"c{identity}",
        "position": 0,
        "permission_overwrites": [],
        "permissions": "8",
        **({"recipients": [user("77")]} if kind in {1, 3} else {}),
        **({"owner_id": "77", "icon": None} if kind == 3 else {}),
    }


def channel_of(identity: str, kind: int = 0) -> Json:
    """A channel of the guild: a text channel, or of the type `kind` (5: announcements)."""
    return channel(identity, kind) | {"guild_id": GUILD}


def thread_of(identity: str, parent: str, kind: int = 11, *, archived: bool = False, locked: bool = False) -> Json:
    """A thread in a channel of the guild."""
    state = {"archived": archived, "locked": locked, "auto_archive_duration": 1440}
    return channel_of(identity, kind) | {
        "parent_id": parent,
        "owner_id": "77",
        "thread_metadata": state | {"archive_timestamp": "2026-11-23T16:00:00+00:00"},
        "message_count": 1,
        "member_count": 1,
    }


def guild(identity: str = GUILD) -> Json:
    """A guild; any id is one the bot is in."""
    everyone = {
        "id": identity,
        "name": "@everyone",
        "permissions": "2147483647",
        "position": 0,
        "color": 0,
        "colors": {"primary_color": 0},
        "hoist": False,
        "managed": False,
        "mentionable": False,
        "flags": 0,
    }
    empty = ("emojis", "features", "stickers", "members", "threads", "voice_states", "presences")
    more_empty = ("stage_instances", "guild_scheduled_events", "soundboard_sounds")
    zeros = ("verification_level", "default_message_notifications", "explicit_content_filter", "mfa_level")
    return {
        "id": identity,
        "name": f"g{identity}",
        "owner_id": "77",
        "roles": [everyone],
        "channels": [channel()],
        "member_count": 2,
        "afk_channel_id": None,
        "afk_timeout": 300,
        "premium_tier": 0,
        "preferred_locale": "en-US",
        "nsfw_level": 0,
        "system_channel_id": None,
        "system_channel_flags": 0,
        "unavailable": False,
        "large": False,
        "joined_at": "2024-01-01T00:00:00+00:00",
        **{key: [] for key in (*empty, *more_empty)},
        **dict.fromkeys(zeros, 0),
    }


def message(identity: str, channel_id: str, author: Json, payload: Json) -> Json:
    """A message as Discord keeps it, from the payload it was posted with."""
    return {
        "id": identity,
        "channel_id": channel_id,
        "author": author,
        "content": payload.get("content") or "",
        "components": payload.get("components") or [],
        "embeds": payload.get("embeds") or [],
        "flags": payload.get("flags", 0),
        # Discord leaves these out where they are not set, and discord.py stumbles over a null.
        **{key: payload[key] for key in ("nonce", "message_reference") if payload.get(key) is not None},
        "timestamp": "2026-11-23T16:00:00+00:00",
        "edited_timestamp": None,
        "tts": False,
        "mention_everyone": False,
        "mentions": [],
        "mention_roles": [],
        "attachments": payload.get("attachments") or [],
        "pinned": False,
        "type": 0,
    }


def interaction(
    identity: str,
    kind: int,
    data: Json,
    *,
    user_id: str = "77",
    place: str = "guild",
    channel_id: str = CHANNEL,
    locale: str = "en-US",
    permissions: int = 0,
    is_bot: bool = False,
    guild_id: str = GUILD,
    on: Json | None = None,
    where: Json | None = None,
) -> Json:
    """An interaction of `kind` (2 command, 3 component, 4 autocomplete, 5 modal).

    on: the message pressed. where: the channel as it is known, else an ordinary one.
    """
    owners = {"guild": {"0": guild_id}, "dm": {"0": "0"}}.get(place, {"1": user_id})
    context, channel_kind = PLACES[place]
    payload: Json = {
        "id": identity,
        "application_id": APP,
        "type": kind,
        "token": f"token-of-{identity}",
        "version": 1,
        "channel_id": channel_id,
        "channel": where or channel(channel_id, channel_kind),
        "locale": locale,
        "entitlements": [],
        "app_permissions": "8",
        "attachment_size_limit": 10485760,
        "authorizing_integration_owners": owners,
        "context": context,
        "data": data,
    }
    if context == 0:
        where = guild_id if place == "guild" else FOREIGN_GUILD
        payload |= {"guild_id": where, "guild_locale": "en-US", "member": member(user_id, permissions, bot=is_bot)}
        payload["guild"] = {"id": where, "locale": "en-US", "features": []}
    else:
        payload["user"] = user(user_id, bot=is_bot)
    return payload | ({"message": on} if on else {})

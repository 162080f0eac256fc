"""Members of chats as the Bot API describes them."""

from __future__ import annotations

from typing import Any

_ADMINISTRATOR = (
    "can_manage_chat can_delete_messages can_manage_video_chats can_restrict_members can_promote_members "
    "can_change_info can_invite_users can_post_stories can_edit_stories can_delete_stories can_post_messages "
    "can_edit_messages can_pin_messages can_manage_topics"
).split()
_RESTRICTED = (
    "can_change_info can_invite_users can_pin_messages can_send_messages can_send_polls can_send_other_messages "
    "can_add_web_page_previews can_manage_topics can_send_audios can_send_documents can_send_photos can_send_videos "
    "can_send_video_notes can_send_voice_notes can_edit_tag can_react_to_messages"
).split()

Status = str | dict[str, Any]
"""A status (creator, administrator, member, restricted, left, kicked), or one with some fields set."""


def member(user: dict[str, Any], status: Status) -> dict[str, Any]:
    """A ChatMember; an administrator may do everything and a restricted member nothing, but for the fields set."""
    fields = {"status": status} if isinstance(status, str) else status
    made: dict[str, Any] = {"user": user}
    match fields["status"]:
        case "administrator":
            made |= dict.fromkeys(_ADMINISTRATOR, True) | {"can_be_edited": False, "is_anonymous": False}
        case "creator":
            made |= {"is_anonymous": False}
        case "restricted":
            made |= dict.fromkeys(_RESTRICTED, False) | {"is_member": True, "until_date": 0}
        case "kicked":
            made |= {"until_date": 0}
    return made | fields


def shut(chat_type: str, described: dict[str, Any]) -> tuple[bool, bool]:
    """What a status of the bot means for writing: whether it is out of the chat, and whether it may only read."""
    status = described["status"]
    out = status in ("left", "kicked") or (status == "restricted" and not described["is_member"])
    if chat_type == "channel":
        return out, not (status == "administrator" and described["can_post_messages"])
    return out, status == "restricted" and not described["can_send_messages"]

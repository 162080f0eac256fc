"""What Discord accepts, as pure functions: each returns the list of what is wrong, empty when nothing is.

Sources: docs.discord.com/developers/interactions/application-commands, …/components/reference,
…/resources/message. Lengths are counted in UTF-16 units, the strictest reading of "characters".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import regex

Json = dict[str, Any]

COMPONENTS_V2 = 1 << 15
EPHEMERAL = 1 << 6
POST_FLAGS = 1 << 2 | 1 << 12 | 1 << 13 | COMPONENTS_V2
"""What a bot may set on a message it posts: no embeds, no notification, a voice message, components v2."""
CONTENT, TEXT_TOTAL, COMPONENTS, EMBEDS = 2000, 4000, 40, 10
LOCALES = frozenset(
    "id da de en-GB en-US es-ES es-419 fr hr it lt hu nl no pl pt-BR ro fi sv-SE vi tr cs el bg ru uk hi th zh-CN ja "
    "zh-TW ko".split()
)
CHAT_NAME = regex.compile(r"[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}")
ROW, BUTTON, SECTION, TEXT, THUMBNAIL, GALLERY, FILE, SEPARATOR, CONTAINER = 1, 2, 9, 10, 11, 12, 13, 14, 17
SELECT, INPUT, LABEL = 3, 4, 18
TOP_LEVEL = {ROW, SECTION, TEXT, GALLERY, FILE, SEPARATOR, CONTAINER}
OPTION_TYPES = range(1, 12)
LINK_STYLE = 5


def length(text: str) -> int:
    """The length Discord's clients count: UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def walk(components: list[Json]) -> Iterator[Json]:
    """Every component from top to bottom, nested ones and accessories included."""
    for each in components:
        yield each
        yield from walk(each.get("components", []))
        if "accessory" in each:
            yield each["accessory"]


def texts(message: Json) -> list[str]:
    """The raw markdown of a message, piece by piece as it stands on the screen."""
    found = [message["content"]] if message.get("content") else []
    return found + [each["content"] for each in walk(message.get("components") or []) if each.get("type") == TEXT]


def buttons(message: Json) -> list[Json]:
    """The buttons of a message from top to bottom."""
    return [each for each in walk(message.get("components") or []) if each.get("type") == BUTTON]


def mention_faults(message: Json) -> list[str]:
    """Our own rule, not Discord's: every message says that it mentions nobody."""
    allowed = message.get("allowed_mentions")
    if not isinstance(allowed, dict) or allowed.get("parse") != []:
        return ["allowed_mentions.parse is not []"]
    return [f"allowed_mentions.{key} is set" for key in ("users", "roles", "replied_user") if allowed.get(key)]


def attached(message: Json, files: dict[str, Json]) -> Json:
    """A message with what is sent along with it in the place of what it says of it: content, and what Discord adds."""
    if not isinstance(message, dict) or not message.get("attachments"):
        return message
    whole = []
    for each in message["attachments"]:
        file = files.get(f"files[{each['id']}]")
        if file is not None and each.get("filename", file["filename"]) == file["filename"]:
            more = {"size": len(file["content"]), "url": "https://cdn/x", "proxy_url": "https://cdn/x"}
            whole.append({**each, **file, **more, "id": str(each["id"])})
    return {**message, "attachments": whole}


def message_faults(message: Json) -> list[str]:
    """What Discord refuses in a message that is posted, or in one as it stands after an edit."""
    faults = []
    components = message.get("components") or []
    content, embeds = message.get("content") or "", message.get("embeds") or []
    nonce = message.get("nonce")
    if nonce is not None and length(str(nonce)) > 25:
        faults.append("nonce: longer than 25")
    if message.get("flags", 0) & COMPONENTS_V2:
        if content or embeds or message.get("poll") or message.get("sticker_ids"):
            faults.append("content, embeds, poll and stickers can't stand beside components v2")
        if not components:
            faults.append("components: a components v2 message needs at least one")
        faults += [
            f"components: type {each.get('type')} at top level"
            for each in components
            if each.get("type") not in TOP_LEVEL
        ]
    else:
        if not (content or embeds or components or message.get("attachments") or message.get("poll")):
            faults.append("empty message")
        faults += [
            f"components: type {each.get('type')} needs the v2 flag" for each in components if each.get("type") != ROW
        ]
        if len(components) > 5:
            faults.append("components: more than 5 rows")
    known = {f"attachment://{each['filename']}" for each in message.get("attachments") or []}
    shown = {each["file"]["url"] for each in walk(components) if each.get("type") == FILE}
    faults += [f"components: {url} is no attachment" for url in sorted(shown - known)]
    if length(content) > CONTENT:
        faults.append(f"content: {length(content)} of {CONTENT}")
    if len(embeds) > EMBEDS:
        faults.append("embeds: more than 10")
    return faults + component_faults(components)


def component_faults(components: list[Json]) -> list[str]:
    """What Discord refuses in a tree of components."""
    faults = []
    every = list(walk(components))
    if len(every) > COMPONENTS:
        faults.append(f"components: {len(every)} of {COMPONENTS}")
    total = sum(length(each.get("content", "")) for each in every if each.get("type") == TEXT)
    if total > TEXT_TOTAL:
        faults.append(f"components: {total} of {TEXT_TOTAL} characters")
    ids = [each["custom_id"] for each in every if "custom_id" in each]
    faults += [f"custom_id {each!r} is not unique" for each in sorted({one for one in ids if ids.count(one) > 1})]
    for each in every:
        faults += _one_component(each)
    return faults


def _one_component(component: Json) -> list[str]:
    children = component.get("components", [])
    kinds = {each.get("type") for each in children}
    match component.get("type"):
        case 1:
            if not 1 <= len(children) <= 5 or not kinds <= {BUTTON, 3, 5, 6, 7, 8}:
                return [f"action row: {len(children)} components of types {kinds}"]
        case 2:
            return _button(component)
        case 9:
            if (
                not 1 <= len(children) <= 3
                or kinds != {TEXT}
                or component.get("accessory", {}).get("type") not in {BUTTON, THUMBNAIL}
            ):
                return ["section: 1 to 3 text displays and an accessory"]
        case 10:
            if not component.get("content", "").strip():
                return ["text display: empty"]
        case 12:
            if not 1 <= len(component.get("items", [])) <= 10:
                return ["media gallery: 1 to 10 items"]
        case 17:
            if not children or not kinds <= {ROW, SECTION, TEXT, GALLERY, FILE, SEPARATOR}:
                return [f"container: children of types {kinds}"]
        case 3 | 5 | 6 | 7 | 8 | 11 | 13 | 14:
            pass
        case unknown:
            return [f"component type {unknown} is unknown"]
    return []


def _button(button: Json) -> list[str]:
    faults = []
    style, label = button.get("style"), button.get("label", "")
    custom_id, url = button.get("custom_id"), button.get("url")
    if not (label or button.get("emoji")) or length(label) > 80:
        faults.append(f"button: label of {length(label)} characters")
    if style == LINK_STYLE:
        if custom_id is not None or not url or length(url) > 512 or not regex.match(r"(https?|discord)://[^\s]+$", url):
            faults.append("button: a link button has an address of up to 512 characters and no custom_id")
    elif style in {1, 2, 3, 4}:
        if url is not None or not custom_id or length(custom_id) > 100:
            faults.append("button: custom_id of 1 to 100 characters and no address")
    else:
        faults.append(f"button: style {style}")
    return faults


def autocomplete_faults(data: Json) -> list[str]:
    """What Discord refuses in the answer to an autocompletion."""
    choices = data.get("choices")
    if not isinstance(choices, list) or len(choices) > 25:
        return ["choices: at most 25"]
    return [fault for each in choices for fault in _choice(each)]


def commands_faults(commands: list[Json]) -> list[str]:
    """What Discord refuses in the whole list of an application's commands."""
    faults = []
    for kind, limit in ((1, 100), (2, 5), (3, 5)):
        names = [each.get("name") for each in commands if each.get("type", 1) == kind]
        if len(names) > limit:
            faults.append(f"{len(names)} commands of type {kind}, {limit} allowed")
        if len(set(names)) != len(names):
            faults.append(f"two commands of type {kind} share a name")
    return faults + [fault for each in commands for fault in command_faults(each)]


def command_faults(command: Json) -> list[str]:
    """What Discord refuses in one application command."""
    where, kind = command.get("name", "?"), command.get("type", 1)
    faults = []
    if kind == 1:
        faults += _names(command) + _descriptions(command) + _options(command.get("options", []))
    elif kind in {2, 3}:
        names = [command.get("name", ""), *(command.get("name_localizations") or {}).values()]
        faults += [f"name {each!r}" for each in names if not 1 <= length(each) <= 32]
        if command.get("description") or command.get("options"):
            faults.append("a menu entry has neither description nor options")
    else:
        faults.append(f"type {kind}")
    faults += _locales(command)
    if not set(command.get("contexts") or ()) <= {0, 1, 2}:
        faults.append("contexts")
    if not set(command.get("integration_types") or ()) <= {0, 1}:
        faults.append("integration_types")
    if _size(command) > 8000:
        faults.append(f"{_size(command)} of 8000 characters")
    return [f"{where}: {each}" for each in faults]


def _names(part: Json) -> list[str]:
    names = [part.get("name", ""), *(part.get("name_localizations") or {}).values()]
    return [f"name {each!r}" for each in names if not CHAT_NAME.fullmatch(each) or each != each.lower()]


def _descriptions(part: Json) -> list[str]:
    every = [part.get("description", ""), *(part.get("description_localizations") or {}).values()]
    return [f"description of {length(each)} characters" for each in every if not 1 <= length(each) <= 100]


def _locales(part: Json) -> list[str]:
    used = {*(part.get("name_localizations") or ()), *(part.get("description_localizations") or ())}
    return [f"locale {each!r}" for each in sorted(used - LOCALES)]


def _options(options: list[Json]) -> list[str]:
    faults = []
    names = [each.get("name") for each in options]
    if len(options) > 25 or len(set(names)) != len(names):
        faults.append("options: at most 25, each with its own name")
    required = [bool(each.get("required")) for each in options]
    if required != sorted(required, reverse=True):
        faults.append("options: required ones come first")
    for each in options:
        found = _names(each) + _descriptions(each) + _locales(each)
        choices = each.get("choices") or []
        if each.get("type") not in OPTION_TYPES:
            found.append(f"type {each.get('type')}")
        if len(choices) > 25 or (choices and each.get("autocomplete")):
            found.append("at most 25 choices, and none beside autocomplete")
        if (choices or each.get("autocomplete")) and each.get("type") not in {3, 4, 10}:
            found.append("choices need a string or a number")
        found += [fault for choice in choices for fault in _choice(choice)]
        faults += [f"option {each.get('name')}: {fault}" for fault in found]
    return faults


def _choice(choice: Json) -> list[str]:
    name, value = choice.get("name", ""), choice.get("value")
    bad = not 1 <= length(name) <= 100 or value is None or (isinstance(value, str) and length(value) > 100)
    return [f"choice {name!r}"] if bad else []


def _size(command: Json) -> int:
    """Characters that count towards 8000: of each field only its longest translation."""
    longest = [
        max(length(text) for text in (part.get(key) or "", *(part.get(f"{key}_localizations") or {}).values()))
        for part in (command, *command.get("options", ()))
        for key in ("name", "description")
    ]
    choices = [each for option in command.get("options", ()) for each in option.get("choices") or ()]
    return sum(longest) + sum(length(each["name"]) + length(str(each["value"])) for each in choices)

"""Modals as Discord takes them, and as a person fills them in: pure.

Source: docs.discord.com/developers/components/reference (label, text input, string select). Where it leaves room, the
stricter reading holds.
"""

from __future__ import annotations

from collections.abc import Iterator

from tests.platforms.discord_limits import INPUT, LABEL, ROW, Json, length

OTHER_INPUTS = {5, 6, 7, 8, 19}
"""Selects of users, roles, mentionables and channels; file upload. Taken, and not looked into."""


def modal_faults(data: Json) -> list[str]:
    """What Discord refuses in a modal."""
    components = data.get("components") or []
    faults = _sized("title", data, 45) + _sized("custom_id", data, 100)
    if not 1 <= len(components) <= 5:
        faults.append("modal: 1 to 5 components")
    unknown = set(data) - {"title", "custom_id", "components"}
    faults += [f"modal: {each} is no field of it" for each in sorted(unknown)]
    for each in components:
        faults += _top_level(each)
    ids = [each.get("custom_id") for each in inputs(data)]
    return faults + [f"custom_id {each!r} is not unique" for each in sorted({one for one in ids if ids.count(one) > 1})]


def inputs(modal: Json) -> Iterator[Json]:
    """The text inputs and selects of a modal from top to bottom."""
    for each in modal.get("components") or []:
        if each.get("type") == LABEL and isinstance(each.get("component"), dict):
            yield each["component"]
        elif each.get("type") == ROW:
            yield from each.get("components", [])


def fill(modal: Json, values: dict[str, str]) -> list[Json]:
    """The components a client sends for a filled-in modal; inputs not named in `values` stay as they were opened.

    Raises ValueError for what a client would not let a person do.
    """
    unknown = set(values) - {each["custom_id"] for each in inputs(modal)}
    if unknown:
        raise ValueError(f"the form has no {', '.join(sorted(unknown))}")
    sent = []
    for at, each in enumerate(modal["components"], 1):
        if each["type"] == LABEL:
            sent.append({"type": LABEL, "id": at, "component": _filled(each["component"], values, 50 + at)})
        elif each["type"] == ROW:
            (one,) = each["components"]
            sent.append({"type": ROW, "id": at, "components": [_filled(one, values, 50 + at)]})
    return sent


def _filled(given: Json, values: dict[str, str], identity: int) -> Json:
    name = given["custom_id"]
    sent = {"type": given["type"], "id": identity, "custom_id": name}
    if given["type"] == INPUT:
        value = values.get(name, given.get("value", ""))
        if given.get("required", True) and not value:
            raise ValueError(f"{name} is required")
        if value and not given.get("min_length", 0) <= length(value) <= given.get("max_length", 4000):
            raise ValueError(f"{name} has {length(value)} characters")
        if "\n" in value and given["style"] == 1:
            raise ValueError(f"{name} has one line")
        return {**sent, "value": value}
    opened = [each["value"] for each in given["options"] if each.get("default")]
    picked = ([values[name]] if values[name] else []) if name in values else opened
    if not set(picked) <= {each["value"] for each in given["options"]}:
        raise ValueError(f"{name} does not offer {picked}")
    if not (given.get("min_values", 1) if given.get("required", True) or picked else 0) <= len(picked):
        raise ValueError(f"{name} is required")
    return {**sent, "values": picked}


def _top_level(component: Json) -> list[str]:
    match component.get("type"):
        case 18:
            faults = _sized("label", component, 45) + _sized("description", component, 100, needed=False)
            inner = component.get("component")
            if not isinstance(inner, dict):
                return [*faults, "label: has one component"]
            return faults + _input(inner, labelled=True)
        case 1:
            children = component.get("components") or []
            if len(children) != 1 or children[0].get("type") != INPUT:
                return ["action row: in a modal it holds one text input"]
            return _input(children[0], labelled=False)
        case 10:
            return [] if component.get("content", "").strip() else ["text display: empty"]
        case other:
            return [f"component type {other} at the top level of a modal"]


def _input(component: Json, *, labelled: bool) -> list[str]:
    faults = _sized("custom_id", component, 100)
    if component.get("disabled"):
        faults.append("disabled: not in a modal")
    match component.get("type"):
        case 4:
            return faults + _text_input(component, labelled=labelled)
        case 3:
            return faults + _select(component)
        case other:
            return faults if other in OTHER_INPUTS else [f"label: component of type {other}"]


def _text_input(component: Json, *, labelled: bool) -> list[str]:
    faults = _sized("placeholder", component, 100, needed=False)
    if labelled and "label" in component:
        faults.append("text input: the label around it has its label")
    if not labelled:
        faults += _sized("label", component, 45)
    if component.get("style") not in {1, 2}:
        faults.append(f"text input: style {component.get('style')}")
    least, most = component.get("min_length", 0), component.get("max_length", 4000)
    if not 0 <= least <= most or not 1 <= most <= 4000:
        faults.append(f"text input: {least} to {most} characters")
    value = component.get("value")
    if value is not None and not max(1, least) <= length(value) <= most:
        faults.append(f"text input: a value of {length(value)} characters")
    return faults


def _select(component: Json) -> list[str]:
    options = component.get("options") or []
    faults = _sized("placeholder", component, 150, needed=False)
    if not 1 <= len(options) <= 25:
        faults.append(f"select: {len(options)} options")
    for each in options:
        faults += _sized("label", each, 100) + _sized("value", each, 100)
        faults += _sized("description", each, 100, needed=False)
    values = [each.get("value") for each in options]
    if len(set(values)) != len(values):
        faults.append("select: two options with one value")
    least, most = component.get("min_values", 1), component.get("max_values", 1)
    if not 0 <= least <= most or not 1 <= most <= max(1, len(options)):
        faults.append(f"select: {least} to {most} of {len(options)} options")
    if component.get("required", True) and least == 0:
        faults.append("select: none of a required one")
    if sum(bool(each.get("default")) for each in options) > most:
        faults.append("select: more defaults than may be chosen")
    return faults


def _sized(key: str, part: Json, most: int, *, needed: bool = True) -> list[str]:
    """The fault of a text that is too long, or not there although it must be."""
    value = part.get(key)
    if value is None and not needed:
        return []
    return [] if isinstance(value, str) and 1 <= length(value) <= most else [f"{key}: 1 to {most} characters"]

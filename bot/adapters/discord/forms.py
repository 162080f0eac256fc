"""A form as a Discord modal: pure.

Limits: docs.discord.com/developers/components/reference – five labels, each around one text input or select.
"""

from __future__ import annotations

from bot.adapters.discord.render import Payload, shorten
from bot.adapters.splitting import utf16_length
from bot.core.requests import Form, FormField
from bot.core.sanitize import clean

SELECT, INPUT, LABEL = 3, 4, 18
SHORT, PARAGRAPH = 1, 2
MAX_FIELDS = 5
MAX_ID, MAX_TITLE, MAX_LABEL, MAX_DESCRIPTION = 100, 45, 45, 100
MAX_INPUT = 4000
MAX_OPTIONS, MAX_OPTION = 25, 100


def modal(form: Form) -> Payload | None:
    """The modal for a form's first five fields.

    None where Discord has no room for it: a line or a text cut short would mean something else.
    """
    fields = form.fields[:MAX_FIELDS]
    room = 0 < utf16_length(form.line) <= MAX_ID and all(utf16_length(each.value) <= MAX_INPUT for each in fields)
    if not fields or not room:
        return None
    return {
        "custom_id": form.line,
        "title": shorten(form.title, MAX_TITLE),
        "components": [_label(each) for each in fields],
    }


def _label(field: FormField) -> Payload:
    label: Payload = {"type": LABEL, "label": shorten(field.label, MAX_LABEL)}
    if field.question.strip():
        label["description"] = shorten(field.question, MAX_DESCRIPTION)
    return label | {"component": _select(field) if _is_pickable(field) else _input(field)}


def _is_pickable(field: FormField) -> bool:
    """Whether Discord can show all the choices; where it can't, they are written, and the command judges them."""
    return 0 < len(field.choices) <= MAX_OPTIONS and all(
        0 < utf16_length(one) <= MAX_OPTION for one, _ in field.choices
    )


def _select(field: FormField) -> Payload:
    return {
        "type": SELECT,
        "custom_id": field.name,
        "options": [
            {"label": shorten(label or value, MAX_OPTION), "value": value, "default": value == field.value}
            for value, label in dict(field.choices).items()
        ],
        "required": field.required,
        "min_values": int(field.required),
        "max_values": 1,
    }


def _input(field: FormField) -> Payload:
    value = clean(field.value)
    made: Payload = {
        "type": INPUT,
        "custom_id": field.name,
        "style": PARAGRAPH if field.long or "\n" in value else SHORT,
        "required": field.required,
        "max_length": MAX_INPUT,
    }
    return made | {"value": value} if value else made

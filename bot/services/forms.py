"""Forms filled in step by step, one question after the other, where a platform has no form to show (Telegram).

How far somebody got is kept in the store: a restart loses nothing. The questions are not: the command makes them anew
each time, so that they are in the language of the moment and of the program of today.
"""

from __future__ import annotations

from bot.core.documents import Button, Code, Document, Heading, Note, RunCommand, Text, inlines, paragraph
from bot.core.errors import PactwatchError
from bot.core.places import UserRef
from bot.core.ports import Clock, Newsroom, OpenForm, Words
from bot.core.requests import Form, FormField, Reply
from bot.core.times import stamp
from bot.services.pages import error_line

ANSWER, CANCEL, SKIP = "answer", "cancel", "-"
"""`answer <field> <value>` is what the buttons of a question say; `-` leaves a field out."""
WIDE = 3


class Forms:
    """One open form a person at most."""

    def __init__(self, newsroom: Newsroom, clock: Clock) -> None:
        self._newsroom = newsroom
        self._clock = clock

    async def open_for(self, user: UserRef) -> OpenForm | None:
        """The form this person is filling in."""
        return await self._newsroom.form(user)

    async def close(self, user: UserRef) -> None:
        """Drop it."""
        await self._newsroom.set_form(user, None, stamp(self._clock.now()))

    async def ask(
        self,
        user: UserRef,
        form: Form,
        answers: dict[str, str],
        name: str,
        words: Words,
        *,
        fault: PactwatchError | None = None,
    ) -> Reply:
        """Ask for one field, and keep that it was asked. `fault`: what was wrong with the answer before."""
        asked = next(each for each in form.fields if each.name == name)
        await self._newsroom.set_form(user, OpenForm(form.line, answers, name), stamp(self._clock.now()))
        return Reply(_question(form, asked, words, fault))


def following(form: Form, name: str) -> str | None:
    """The field after `name`; None after the last."""
    names = [each.name for each in form.fields]
    at = names.index(name) + 1 if name in names else 0
    return names[at] if at < len(names) else None


def answered(answers: dict[str, str], name: str, value: str) -> dict[str, str]:
    """The answers with one more; a field left out has none."""
    kept = {key: text for key, text in answers.items() if key != name}
    return kept if value == SKIP else {**kept, name: value}


def _question(form: Form, asked: FormField, words: Words, fault: PactwatchError | None) -> Document:
    number = [each.name for each in form.fields].index(asked.name) + 1
    step = words.text("form-step", number=number, count=len(form.fields))
    wrong = (paragraph(error_line(fault, words)),) if fault is not None else ()
    rows: list[tuple[Button, ...]] = [
        tuple(RunCommand(label, f"{ANSWER} {asked.name} {value}") for value, label in asked.choices[at : at + WIDE])
        for at in range(0, len(asked.choices), WIDE)
    ]
    skip = () if asked.required else (RunCommand(words.text("button-skip"), f"{ANSWER} {asked.name} {SKIP}"),)
    rows.append((*skip, RunCommand(words.text("button-cancel"), CANCEL)))
    blocks = (
        Heading((Text(form.title),)),
        *wrong,
        paragraph(asked.question),
        Note(inlines(step, " · ", Code("/cancel"))),
    )
    return Document(blocks, tuple(rows))

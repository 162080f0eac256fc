"""`/people`: everybody in the story, or one by a name in any language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from bot.core.commands import Complete, Param, command
from bot.core.documents import Document, RunCommand
from bot.core.entries import Entry, EntryKind
from bot.core.errors import Unknown
from bot.core.ports import Page
from bot.core.requests import Call, Outcome, Reply
from bot.core.times import local_day
from bot.services.listings import PER_PAGE, listing, offset, search_button
from bot.services.pages import CardContext, cited, entry_card, pick, shorten
from bot.services.services import Services
from bot.services.suggestions import nearest_labels


@dataclass(frozen=True, slots=True)
class PeopleArgs:
    """Whom to look for, or nobody for the list."""

    name: Annotated[str | None, Param(complete=Complete.PEOPLE)] = None
    page: Annotated[int, Param(button_only=True)] = 1


@command("people", examples=("people", "people Podolyak"), stable=True, linkable=True)
async def show_people(args: PeopleArgs, call: Call, services: Services) -> Reply:
    """List the people of the story, or open one."""
    words, catalogue = call.words, services.lookup.catalogue
    if not args.name:
        page = await services.lookup.people(offset=offset(args.page), limit=PER_PAGE)
        return listing(words.text("people-heading"), page, words, catalogue, line="people", number=args.page)
    exact, guesses = await _people_called(args.name, services)
    if exact is not None:
        return await _person(exact, call, services)
    leads = (search_button(args.name, words), RunCommand(words.text("button-people"), "people"))
    if not guesses:
        raise Unknown("unknown-person", value=shorten(args.name, 40), buttons=leads)
    shown = words.text("people-found", value=shorten(args.name, 40))
    page = Page(guesses, more=False)
    return listing(shown, page, words, catalogue, line="people", number=1, outcome=Outcome.CLOSEST, extra=leads)


async def _people_called(name: str, services: Services) -> tuple[Entry | None, tuple[Entry, ...]]:
    """The one person somebody named, or else those they may have meant."""
    lookup = services.lookup
    pointer = lookup.pointer(name)
    entry = await lookup.find(pointer) if pointer else None
    if entry is not None and entry.kind is EntryKind.PERSON:
        return entry, ()
    names = lookup.catalogue.names_of(EntryKind.PERSON)
    guesses: list[str] = []
    for found in (names.exact(name), names.holding(name)):
        if len(found) == 1:
            return await lookup.entry(found[0]), ()
        guesses += found
    guesses += [label.key for label in nearest_labels(name, lookup.catalogue, PER_PAGE, EntryKind.PERSON)]
    keys = list(dict.fromkeys(guesses))[:PER_PAGE]
    entries = await lookup.entries(keys)
    return None, tuple(entries[key] for key in keys if key in entries)


async def _person(person: Entry, call: Call, services: Services) -> Reply:
    """A person's card, and what the store holds with their name in it."""
    words, catalogue = call.words, services.lookup.catalogue
    name = pick(person.title, call.locale)[0]
    context = CardContext(
        catalogue,
        await services.lookup.sources(cited(person)),
        current=person,
        recorded_on=local_day(person.changed_at, services.zone),
    )
    card = entry_card(person, words, context)
    mention = RunCommand(words.text("button-mentions", name=shorten(name, 30)), f"search {name}")
    return Reply(Document(card.blocks, ((mention,), *card.buttons)), refs=(person.ref,))

"""What leads to a person in the store: one list, by which `/mydata` shows it and `/forgetme` erases or unties it.

A test walks through all columns of text and fails for one that is neither here nor known to lead to nobody.
"""

# ruff: noqa: S608 – statements are put together from the names of our own tables; values are always parameters
from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Column, Table

from bot.core.authority import Role
from bot.core.deliveries import Deed
from bot.core.places import ChatRef, UserRef
from bot.core.subscriptions import MODES
from storage import schema
from storage.reader import Reader, placeholders

OWNED: tuple[Column[Any], ...] = (
    schema.preferences.c.ref,
    schema.forms.c.ref,
    schema.guarded_lines.c.actor,
    schema.guarded_lines.c.chat,
    schema.review_chats.c.chat,
    schema.review_cards.c.chat,
    schema.staging_chats.c.chat,
    schema.awaited_answers.c.person,
)
"""Columns that hold a person or their private chat: their rows are shown whole, and deleted."""

NAMED: Mapping[Table, tuple[Column[str], ...]] = {
    schema.guarded_lines: (schema.guarded_lines.c.line,),
    schema.kept_lines: (schema.kept_lines.c.line,),
    schema.forms: (schema.forms.c.line, schema.forms.c.answers),
}
"""Texts of others that may name somebody, as the button `roles revoke telegram:5` does: these rows are deleted."""

PLACE: tuple[Column[Any], ...] = (
    schema.subscriptions.c.chat,
    schema.subscriptions.c.place,
    schema.deliveries.c.chat,
    schema.limits.c.scope,
)
"""Columns that say which chat a subscription, a message or a pause is of."""

OF_PLACE = (schema.deliveries, schema.digest_slots, schema.digest_cursors, schema.subscription_topics)
"""What goes with a subscription, in the order in which it can be deleted."""

UNTIED = schema.accounts.c.ref
"""What ties a pseudonym to a person; it is emptied and the row stays."""

SIGNED: Mapping[Table, tuple[Column[Any], ...]] = {
    schema.link_codes: (schema.link_codes.c.account,),
    schema.proposals: (schema.proposals.c.opened_by, schema.proposals.c.authors, schema.proposals.c.approvals),
    schema.revisions: (schema.revisions.c.author, schema.revisions.c.approved_by),
    schema.audit: (
        schema.audit.c.actor,
        schema.audit.c.subject,
        schema.audit.c.approved_by,
        schema.audit.c.detail,
    ),
    schema.notices: (schema.notices.c.author, schema.notices.c.approved_by),
    schema.meta: (schema.meta.c.value,),
}
"""Columns that hold pseudonyms. Their rows stay, but for link codes and votes; after `UNTIED` nothing leads back."""

CREDITS: tuple[Column[Any], ...] = (schema.entries.c.body, schema.revisions.c.body, schema.proposals.c.body)
"""Texts of entries, in which pseudonyms say who wrote which language."""

PSEUDONYM = re.compile(r"(?<![\w-])p-[0-9a-f]{10}(?![\w-])")
REFERENCE = re.compile(r"(?<!\w)(?:telegram|discord|terminal):@?[\w.-]+")
ANOTHER = "somebody else"


def chats_of(refs: Sequence[str]) -> tuple[str, ...]:
    """The private chats of people: on Telegram a chat has the number of its person.

    On Discord one that was never opened is known by the person, and marked so (`bot.adapters.discord.carrier`).
    """
    return (*refs, *(ref.replace(":", ":@", 1) for ref in refs))


def naming(refs: Sequence[str]) -> re.Pattern[str]:
    """Finds these references as whole words: telegram:5 is not named by telegram:55, and SQL can't tell."""
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, refs))})(?!\w)")


def scopes_of(chat: ChatRef) -> tuple[str, ...]:
    """How pauses call a chat, alone or with what is done there."""
    return (chat.id, *(f"{deed.value}:{chat.id}" for deed in Deed))


async def everything(reader: Reader, user: UserRef, chat: ChatRef | None) -> dict[str, Any] | None:
    """All that is kept about a person, by table, as JSON knows values; None where it is nothing.

    chat: their private one, which on Discord nothing else tells. What others did is shown without who they are.
    """
    mine = (await _rows(reader, schema.accounts, "ref = :ref", {"ref": str(user)}))[:1]
    accounts = await _rows(reader, schema.accounts, "person = :person", {"person": mine[0]["person"]}) if mine else []
    refs = list(dict.fromkeys((str(user), *(row["ref"] for row in accounts if row["ref"]))))
    chats = list(dict.fromkeys((*chats_of(refs), *([f"{chat.platform.value}:{chat.id}"] if chat else []))))
    found: dict[str, list[dict[str, Any]]] = {"accounts": accounts}
    for column in OWNED:
        found.setdefault(column.table.name, []).extend(await _where(reader, column, chats))
    for row in found["awaited_answers"]:  # what they asked is tied to them as long as they wait
        question = await _where(reader, schema.open_questions.c.id, [row["question_id"]])
        row["question"] = question[0]["text"] if question else ""
    await _add_places(reader, chats, found)
    await _add_named(reader, refs, found)
    if names := [row["pseudonym"] for row in accounts]:
        await _add_signed(reader, names, found)
    if not any(found.values()):
        return None
    # A row that belongs to somebody by two of its columns is shown once.
    return {"person": refs, **{name: _once(rows) for name, rows in found.items()}}


async def _add_places(reader: Reader, chats: Sequence[str], found: dict[str, list[dict[str, Any]]]) -> None:
    places = found["subscriptions"] = await _where(reader, schema.subscriptions.c.chat, chats)
    for table in OF_PLACE:
        found[table.name] = await _where(reader, table.c.subscription_id, [row["id"] for row in places])
    found["limits"] = []
    for place in map(ChatRef.parse, chats):
        names, params = placeholders("s", scopes_of(place))
        where = f"platform = :platform and scope in ({names})"
        found["limits"] += await _rows(reader, schema.limits, where, params | {"platform": place.platform.value})


async def _add_named(reader: Reader, refs: Sequence[str], found: dict[str, list[dict[str, Any]]]) -> None:
    named = naming(refs)
    for table, columns in NAMED.items():
        texts = [column.name for column in columns]
        for row in await _like(reader, table, texts, refs):
            said = [text for each in texts for text in _texts(row[each]) if named.search(text)]
            if said:
                about = {"names_you": [_masked(text, REFERENCE, refs) for text in said], "at": row.get("at")}
                found.setdefault(table.name, []).append(about)


async def _add_signed(reader: Reader, names: Sequence[str], found: dict[str, list[dict[str, Any]]]) -> None:
    signed = naming(names)
    for table, columns in SIGNED.items():
        texts = [column.name for column in columns]
        # Of imports, which are nearly all revisions, the index of those by editors has none.
        also = " and author <> 'dossier'" if table is schema.revisions else ""
        rows = await _like(reader, table, texts, names, also)
        hits = [row for row in rows if any(signed.search(str(row[each])) for each in texts)]
        if table is schema.meta:
            hits = [_votes(row, names) for row in hits]
        shown = [{key: _masked(value, PSEUDONYM, names) for key, value in row.items()} for row in hits]
        found[table.name if table is not schema.meta else "votes"] = shown


def _votes(row: Mapping[str, Any], names: Collection[str]) -> dict[str, Any]:
    """Of the state of the desk's brake, only their own votes."""
    votes = row["value"].get("votes", {}) if isinstance(row["value"], dict) else {}
    return {"about": row["key"], "votes": {name: vote for name, vote in votes.items() if name in names}}


async def _where(reader: Reader, column: Column[Any], values: Sequence[object]) -> list[dict[str, Any]]:
    if not values:
        return []
    names, params = placeholders("v", values)
    return await _rows(reader, column.table, f"{column.name} in ({names})", params)


async def _like(
    reader: Reader, table: Table, columns: Sequence[str], words: Sequence[str], also: str = ""
) -> list[dict[str, Any]]:
    """Rows in which one of the words stands somewhere, perhaps as part of another."""
    params: dict[str, object] = {f"w{at}": f"%{word}%" for at, word in enumerate(words)}
    where = " or ".join(f"{column} like :{name}" for column in columns for name in params)
    return await _rows(reader, table, f"({where}){also}", params)


async def _rows(reader: Reader, table: Table, where: str, params: Mapping[str, object]) -> list[dict[str, Any]]:
    columns = table.c.keys()
    order = [columns.index(column.name) for column in table.primary_key.columns]
    rows = await reader.fetch(f"select {', '.join(columns)} from {table.name} where {where}", params)
    rows = sorted(rows, key=lambda row: [row[each] for each in order])
    return [{name: _readable(name, value) for name, value in zip(columns, row, strict=True)} for row in rows]


def _readable(name: str, value: Any) -> Any:
    """A value as JSON has it; a column of JSON as what it says, and by its name what the store has a number for."""
    if name == "mode":
        return MODES[value].value
    if name == "role":
        return Role(value).name.lower()
    if isinstance(value, str) and value[:1] in ("{", "["):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def _texts(value: Any) -> list[str]:
    """All texts within a value."""
    if isinstance(value, dict):
        return [text for each in value.values() for text in _texts(each)]
    if isinstance(value, list):
        return [text for each in value for text in _texts(each)]
    return [value] if isinstance(value, str) else []


def _masked(value: Any, other: re.Pattern[str], own: Collection[str]) -> Any:
    """The value without who the others are."""
    if isinstance(value, dict):
        return {_masked(key, other, own): _masked(each, other, own) for key, each in value.items()}
    if isinstance(value, list):
        return [_masked(each, other, own) for each in value]
    if isinstance(value, str):
        return other.sub(lambda found: found[0] if found[0] in own else ANOTHER, value)
    return value


def _once(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return list({json.dumps(row, sort_keys=True): row for row in rows}.values())

"""Accounts, roles, links and forgetting, on both engines."""

from __future__ import annotations

import asyncio
import hashlib
import json
import re

import pytest
from sqlalchemy import Text

from bot.core.authority import Role
from bot.core.editorial import ProposalKind, ProposalState
from bot.core.places import ChatRef, MessageRef
from bot.core.ports import GuardedLine, OpenForm, Posted
from storage import SqlStore, open_store, personal, schema
from tests.builders import AT, dossier, fact
from tests.contract.store.desk import (
    GROUP,
    act_of,
    acting,
    all_texts,
    deeds,
    enrolled,
    later,
    proposed,
    published,
    run,
    user,
)
from tests.contract.store.readership import subscription
from tests.stores import take_over


async def test_somebody_new_gets_a_pseudonym(store: SqlStore):
    """Logs call people by a random name that says nothing of who they are, and the same one every time."""
    assert await store.account(user("telegram:5")) is None
    account = await enrolled(store, "telegram:5")
    assert re.fullmatch("p-[0-9a-f]{10}", account.pseudonym)
    assert (account.person, account.ref, account.role) == (account.pseudonym, "telegram:5", Role.READER)
    assert await enrolled(store, "telegram:5") == account == await store.account(user("telegram:5"))
    assert (await enrolled(store, "discord:5")).pseudonym != account.pseudonym


async def test_first_acts_at_once_make_one_account(store: SqlStore, store_url: str):
    """Two first presses at the same moment, even in two programs, are two acts of one account."""
    other = await open_store(store_url)
    try:
        writers = [await each._writing() for each in (store, other)]
        # Past the look whether the account is there: every one of them comes to write it.
        made = await asyncio.gather(*(each.enrol(user("telegram:5"), AT) for each in writers * 8))
    finally:
        await other.close()
    assert len(set(made)) == 1
    rows = await store._database.fetch("select count(*) from accounts")
    assert rows[0][0] == 1


async def test_accounts_are_found_by_pseudonym(store: SqlStore):
    """Whoever signed something can be named, as long as they are known; a name nobody has finds nobody."""
    one, two = await enrolled(store, "telegram:5"), await enrolled(store, "discord:6")
    names = (two.pseudonym, "p-0000000000", one.pseudonym)
    assert await store.accounts(names) == {two.pseudonym: two, one.pseudonym: one}
    assert await store.accounts(()) == {}


async def test_a_role_is_granted_and_taken_away(store: SqlStore):
    """An owner makes somebody who never wrote to the bot an editor, and undoes it; the log names no id."""
    owner = await act_of(store, "telegram:1", Role.OWNER)
    granted = await store.set_role(user("telegram:987654321"), Role.EDITOR, owner)
    assert granted.role is Role.EDITOR
    assert await store.account(user("telegram:987654321")) == granted
    await store.set_role(user("discord:7"), Role.CONTRIBUTOR, owner)
    assert [(each.ref, each.role) for each in await store.staff()] == [
        ("telegram:987654321", Role.EDITOR),
        ("discord:7", Role.CONTRIBUTOR),
    ]
    revoked = await store.set_role(user("telegram:987654321"), Role.READER, owner)
    assert (revoked.role, revoked.pseudonym) == (Role.READER, granted.pseudonym)
    assert [each.ref for each in await store.staff()] == ["discord:7"]
    subject = granted.pseudonym
    log = await deeds(store)
    assert [each for each in log if each[2] == subject] == [
        (owner.account, "grant", subject),
        (owner.account, "revoke", subject),
    ]
    assert not [
        where
        for where, texts in (await all_texts(store)).items()
        if "987654321" in "".join(texts) and where != "accounts.ref"
    ]


async def test_a_code_makes_two_accounts_one_person(store: SqlStore):
    """What is said on one platform and repeated on the other joins the two, with all that each was joined to."""
    telegram, discord = await enrolled(store, "telegram:5"), await enrolled(store, "discord:6")
    for code, one, two in (("a", "telegram:5", "telegram:55"), ("b", "discord:6", "terminal:me")):
        await store.offer_link(code, (await enrolled(store, one)).pseudonym, later(5))
        assert await store.link(code, await act_of(store, two)) is not None
    await store.offer_link("c", telegram.pseudonym, later(5))
    group = await store.link("c", acting(discord))
    assert group is not None
    assert {each.ref for each in group} == {"telegram:5", "telegram:55", "discord:6", "terminal:me"}
    assert {each.person for each in group} == {telegram.person}
    assert await store.linked(telegram.person) == group
    assert {each.role for each in group} == {Role.READER}
    assert (await deeds(store))[-1] == (discord.pseudonym, "link", telegram.pseudonym)


async def test_linking_gives_no_rights(store: SqlStore):
    """An editor's second account stays a reader's until an owner says otherwise."""
    owner = await act_of(store, "telegram:1", Role.OWNER)
    editor = await store.set_role(user("telegram:5"), Role.EDITOR, owner)
    await store.offer_link("a", editor.pseudonym, later(5))
    group = await store.link("a", await act_of(store, "discord:6", Role.READER))
    assert group is not None
    assert {each.ref: each.role for each in group} == {"telegram:5": Role.EDITOR, "discord:6": Role.READER}


@pytest.mark.parametrize(("ref", "at"), [("discord:6", later(5)), ("discord:6", later(6)), ("telegram:5", AT)])
async def test_a_code_works_for_another_and_in_time_only(store: SqlStore, ref: str, at: str):
    """A code that ran out, or one's own, links nothing and leaves no trace in the log."""
    telegram = await enrolled(store, "telegram:5")
    await store.offer_link("code", telegram.pseudonym, later(5))
    assert await store.link("code", await act_of(store, ref, at=at)) is None
    assert len(await store.linked(telegram.person)) == 1
    assert await deeds(store) == []


async def test_a_code_typed_where_it_was_asked_for_is_still_good(store: SqlStore):
    """Whoever types the code on the wrong side first can still type it on the right one."""
    await store.offer_link("code", (await enrolled(store, "telegram:5")).pseudonym, later(5))
    assert await store.link("code", await act_of(store, "telegram:5")) is None
    assert await store.link("code", await act_of(store, "discord:6")) is not None


async def test_a_code_works_once(store: SqlStore):
    """Whoever reads over somebody's shoulder comes too late, also in the same instant; no guess works."""
    telegram = await enrolled(store, "telegram:5")
    await store.offer_link("code", telegram.pseudonym, later(5))
    acts = [await act_of(store, f"discord:{each}") for each in range(6)]
    for guess in ("", "cod", "CODE", "code ", hashlib.sha256(b"code").hexdigest(), "\ud800", "\x00"):
        assert await store.link(guess, acts[0]) is None
    done = await asyncio.gather(*(store.link("code", each) for each in acts))
    assert sum(each is not None for each in done) == 1
    assert len(await store.linked(telegram.person)) == 2


async def test_codes_are_kept_as_hashes(store: SqlStore):
    """Whoever reads the database can't link an account of theirs to somebody's."""
    await store.offer_link("very-secret", (await enrolled(store, "telegram:5")).pseudonym, later(5))
    kept = (await all_texts(store))["link_codes.code"]
    assert kept == [hashlib.sha256(b"very-secret").hexdigest()]


async def test_links_at_once_make_one_person_of_all(store: SqlStore):
    """Of three accounts linked in pairs at the same moment, none is left out."""
    names = [(await enrolled(store, f"discord:{each}")).pseudonym for each in range(4)]
    for at, name in enumerate(names[:3]):
        await store.offer_link(f"code{at}", name, later(5))
    acts = [await act_of(store, f"discord:{each}") for each in (1, 2, 3)]
    done = await asyncio.gather(*(store.link(f"code{at}", act) for at, act in enumerate(acts)))
    assert None not in done
    assert len({each.person for each in (await store.accounts(names)).values()}) == 1


SECRET = "987654321"


async def _busy_person(store: SqlStore) -> tuple[str, str]:
    """Somebody with two accounts who left traces wherever the store keeps any; their pseudonyms."""
    await take_over(store, dossier(fact()))
    owner = await act_of(store, "telegram:1", Role.OWNER)
    theirs = await store.set_role(user(f"telegram:{SECRET}"), Role.EDITOR, owner)
    second = await enrolled(store, f"discord:{SECRET}")
    await store.offer_link("code", theirs.pseudonym, later(5))
    await store.link("code", acting(second))
    await store.offer_link("another", second.pseudonym, later(5))
    act = await act_of(store, f"telegram:{SECRET}")
    await published(store, act, await act_of(store, "discord:3"), fact("new", "pubblicato"))
    private = ChatRef.parse(f"telegram:{SECRET}")
    await store.set_review_chat(private, act, on=True)
    waiting = await proposed(store, act)
    await store.set_posted(Posted(MessageRef(private, "1"), waiting.id, 1))
    await proposed(
        store, await act_of(store, f"discord:{SECRET}", Role.READER), fact(), kind=ProposalKind.REPORT, base=1
    )
    await store.vote_freeze(stop=True, act=act)
    for ref in (theirs.ref, second.ref):
        await store.set_language(str(ref), "ko")
        await store.set_form(user(str(ref)), OpenForm("addfact", {"source": "https://a"}, "source"), AT)
    await store.guard_line("1" * 16, GuardedLine("approve F-2", ChatRef.parse(GROUP), user(str(second.ref))), AT)
    await store.guard_line("2" * 16, GuardedLine("approve F-2", private, None), AT)
    await store.guard_line("3" * 16, GuardedLine(f"roles revoke telegram:{SECRET}", ChatRef.parse(GROUP), None), AT)
    await store.keep_line("4" * 16, f"roles revoke discord:{SECRET}", AT)
    await store.set_form(user("telegram:1"), OpenForm("roles", {"who": f"telegram:{SECRET}"}, "role"), AT)
    return theirs.pseudonym, second.pseudonym


async def test_forgetting_leaves_no_trace_of_the_person(store: SqlStore):
    """Whoever wants to be forgotten is: no column of any table holds their number, and nothing they did is gone."""
    names = await _busy_person(store)
    before = await deeds(store)
    assert [where for where, texts in (await all_texts(store)).items() if SECRET in "".join(texts)]
    assert await store.forget_person(user(f"discord:{SECRET}"), later(1))
    left = {where: texts for where, texts in (await all_texts(store)).items() if SECRET in "\n".join(texts)}
    assert left == {}
    assert (await all_texts(store))["link_codes.account"] == []
    forgotten = await store.accounts(names)
    assert {(each.ref, each.role) for each in forgotten.values()} == {(None, Role.READER)}
    after = await deeds(store)
    assert after[: len(before)] == before
    assert {each[:2] for each in after[len(before) :]} == {(names[1], "forget")}
    assert [each[2] for each in after[len(before) :]] == ["F-3", "R-3", names[1]]
    assert (await store.history("fact-2"))[0].author == names[0]
    assert await store.verify_log() is None
    assert await store.check() == ()


async def test_what_a_forgotten_person_proposed_is_withdrawn(store: SqlStore):
    """Nobody is asked to approve what has no author any more, and what is not theirs stays as it is."""
    await _busy_person(store)
    others = await proposed(store, await act_of(store, "discord:3"))
    await store.forget_person(user(f"telegram:{SECRET}"), later(1))
    assert [each.id for each in (await store.queue(offset=0, limit=9)).items] == [others.id]
    for identity in (2, 3):
        withdrawn = await store.proposal(identity)
        assert withdrawn is not None
        assert (withdrawn.state, withdrawn.version) == (ProposalState.REJECTED, 2)
        assert withdrawn.decided_at == withdrawn.changed_at == later(1)
    assert (await store.vote_freeze(stop=True, act=await act_of(store, "discord:3", at=later(2)))) == (False, 1)


async def test_forgetting_one_person_touches_nobody_else(store: SqlStore):
    """telegram:55 is not telegram:5, in whatever line the one is named."""
    others = await enrolled(store, "telegram:55")
    await enrolled(store, "telegram:5")
    place = ChatRef.parse(GROUP)
    await store.guard_line("1" * 16, GuardedLine("roles revoke telegram:55", place, user("telegram:55")), AT)
    await store.guard_line("2" * 16, GuardedLine("roles revoke telegram:5 editor", place, user("telegram:55")), AT)
    await store.keep_line("3" * 16, "roles revoke telegram:55", AT)
    await store.set_language("telegram:55", "ru")
    await store.set_language("telegram:5", "ko")
    assert await store.forget_person(user("telegram:5"), AT)
    assert await store.account(user("telegram:55")) == others
    assert await store.languages() == {"telegram:55": "ru"}
    assert await store.guarded_line("1" * 16) is not None
    assert await store.guarded_line("2" * 16) is None
    assert await store.kept_line("3" * 16) is not None


async def test_who_never_did_anything_is_forgotten_too(store: SqlStore):
    """A reader's choice of language goes; where there is nothing at all, the answer says so."""
    await store.set_language("telegram:5", "ko")
    assert await store.forget_person(user("telegram:5"), AT)
    assert await store.languages() == {}
    assert not await store.forget_person(user("telegram:5"), AT)
    assert await deeds(store) == []


async def test_a_forgotten_person_comes_back_as_somebody_new(store: SqlStore):
    """Nothing ties the new account to the old one, and the old one's codes link nothing to it."""
    old = await enrolled(store, "telegram:5")
    act = acting(old)
    await store.offer_link("code", old.pseudonym, later(5))
    assert await store.forget_person(user("telegram:5"), AT)
    new = await enrolled(store, "telegram:5")
    assert {new.pseudonym, new.person}.isdisjoint({old.pseudonym})
    assert await store.link("code", await act_of(store, "discord:6")) is None
    await store.offer_link("late", new.pseudonym, later(5))
    assert await store.link("late", act) is None, "an act under way when its person was forgotten ties nothing anew"


async def test_the_log_of_the_desk_is_one_chain(store: SqlStore):
    """Whoever changes a row about people behind the program's back is found out."""
    await _busy_person(store)
    assert await store.check() == ()
    await run(store, "update audit set deed = 'revoke' where seq = 1")
    assert await store.check() != ()


async def test_the_file_and_forgetting_are_of_one_mind(store: SqlStore):
    """Every column that held a person's number or name is in their file, and after /forgetme the file is empty."""
    names = await _busy_person(store)
    await store.subscribers.keep_subscription(subscription(f"telegram:{SECRET}"), AT, 0)
    found = {where for where, texts in (await all_texts(store)).items() if SECRET in "".join(texts)}
    file = await store.everything_about(user(f"discord:{SECRET}"))
    assert file is not None
    shown = {f"{table}.{name}" for table, rows in file.items() for row in rows if table != "person" for name in row}
    mentions = {"kept_lines.line", "guarded_lines.line", "forms.answers"}
    assert found - shown <= mentions
    assert SECRET in json.dumps([file["kept_lines"], file["guarded_lines"], file["forms"]])
    assert {row["pseudonym"] for row in file["accounts"]} == set(names)
    assert file["link_codes"]
    assert file["votes"]
    assert await store.forget_person(user(f"telegram:{SECRET}"), later(1))
    for ref in (f"telegram:{SECRET}", f"discord:{SECRET}"):
        assert await store.everything_about(user(ref)) is None
    assert await store.check() == ()


async def test_somebody_with_a_longer_number_has_a_file_of_their_own(store: SqlStore):
    """telegram:5 is told nothing of telegram:55, also not where a line names both kinds."""
    await store.set_language("telegram:55", "ru")
    await store.keep_line("1" * 16, "roles revoke telegram:55", AT)
    assert await store.everything_about(user("telegram:5")) is None
    await store.keep_line("2" * 16, "roles revoke telegram:5 telegram:55", AT)
    file = await store.everything_about(user("telegram:5"))
    assert file is not None
    assert file["kept_lines"] == [{"names_you": ["roles revoke telegram:5 somebody else"], "at": AT}]


# Columns of text that lead to nobody: what is published or told to everybody, settings, states, times, tokens. A new
# column is put here, or into `storage.personal`, where it is shown to the person and erased.
LEADS_TO_NOBODY = {
    *("alembic_version.version_num", "meta.key", "preferences.language", "kept_lines.token", "guarded_lines.token"),
    *(f"{shelf}.{name}" for shelf in ("topics", "instruments", "sources") for name in ("id", "body")),
    *(f"entries.{name}" for name in ("key", "kind", "changed_at", "imported_hash", "instrument")),
    *("entries.date_first", "entries.date_last", "revisions.at", "revisions.note", "revisions.hash"),
    *("entry_topics.topic", "entry_topics.kind", "entry_topics.date_first", "entry_links.target"),
    *("search_documents.terms", "sample_questions.entry_key", "sample_questions.digest", "sample_questions.body"),
    *("vectors.model", "vectors.part", "vectors.digest", "seen_updates.platform", "seen_updates.at"),
    *("accounts.at", "link_codes.code", "link_codes.expires_at", "kept_lines.at", "guarded_lines.at"),
    *(f"proposals.{name}" for name in ("kind", "entry_key", "entry_kind", "state", "severity", "note", "reason")),
    *(f"proposals.{name}" for name in ("answer", "publish_at", "created_at", "changed_at", "decided_at", "sources")),
    *("audit.at", "audit.deed", "audit.place", "audit.hash", "review_chats.at", "review_cards.message"),
    *("forms.asked", "forms.at", "staging_chats.at", "subscription_topics.topic"),
    *(f"subscriptions.{name}" for name in ("platform", "kind", "locale", "zone", "status", "since", "reason")),
    *("subscriptions.space", "subscriptions.created_at", "digest_cursors.period", "digest_cursors.last_day"),
    *("digest_slots.period", "digest_slots.local_date", "digest_slots.outcome"),
    *("notices.title", "notices.days", "notices.zone", "notices.last_day", "notices.created_at"),
    *("notice_slots.local_date", "notice_slots.outcome"),
    *("alerts.kind", "alerts.severity", "alerts.key", "alerts.body", "alert_entries.entry_key"),
    *(f"deliveries.{name}" for name in ("deed", "platform", "state", "owner", "message", "reason")),
    *("limits.platform", "open_questions.text", "open_questions.locale", "open_questions.model"),
    *("open_questions.first_at", "open_questions.last_at"),
    *("awaited_answers.locale", "awaited_answers.at", "awaited_answers.entry_key"),
}


@pytest.mark.one_engine("asks no database")
def test_every_column_of_text_is_known_to_lead_to_somebody_or_nobody():
    """No new table can hold a person's number without their seeing it in their file and erasing it."""
    listed = {
        *personal.OWNED,
        *personal.PLACE,
        *personal.CREDITS,
        personal.UNTIED,
        schema.accounts.c.pseudonym,
        schema.accounts.c.person,
        *(column for columns in (*personal.NAMED.values(), *personal.SIGNED.values()) for column in columns),
    }
    leads = {f"{column.table.name}.{column.name}" for column in listed}
    texts = {str(each) for table in schema.metadata.tables.values() for each in table.c if isinstance(each.type, Text)}
    assert leads & LEADS_TO_NOBODY == set()
    assert texts - leads - LEADS_TO_NOBODY == set()
    assert LEADS_TO_NOBODY - texts <= {"alembic_version.version_num"}
    of_people = {table for table in schema.metadata.tables.values() if "subscription_id" in table.c}
    assert of_people == set(personal.OF_PLACE)

"""Where the people of the desk's model act: the real services on a store, and beside them what must be."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Coroutine, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from bot.core.authority import Action, Role, denial
from bot.core.dossiers import Dossier
from bot.core.editorial import Act, Policy, Proposal
from bot.core.entries import NUMBER_PREFIXES, STATUS_MOVES, Entry, Status
from bot.core.errors import Refused
from bot.core.places import ChatRef, UserRef
from bot.core.requests import Actor, Call, Request
from bot.services.desk import Desk
from bot.services.drafting import Draft
from bot.services.lookup import Lookup
from bot.services.people import People
from storage import SqlStore, open_store
from tests.builders import AT, article, dossier, event, fact, person, source
from tests.services.desk_model import UNDO_SECONDS, Account, Model, Seen, Wish, later
from tests.stores import take_over

SECONDS_A_STEP = 3
"""Slow enough that nobody ever does more in a minute than a person may."""

OWNER = "telegram:7001001001"
STAFF = {
    "telegram:7001001002": Role.EDITOR,
    "discord:7001001003": Role.EDITOR,
    "telegram:7001001004": Role.EDITOR,
    "telegram:7001001005": Role.CONTRIBUTOR,
    "discord:7001001006": Role.EDITOR,
}
READERS = ("telegram:7001001007", "discord:7001001008")
EVERYBODY = (OWNER, *STAFF, *READERS)
EDITORS = (OWNER, *(each for each in STAFF if STAFF[each] is Role.EDITOR))
LISTED = {"treaty-2024/4": "zvb", "signed": "zvd", "sent": "zvf", "signing": "zvg"}
BEGUN = later(AT, -86_400)

T = TypeVar("T")


@dataclass
class Clock:
    """A clock that only moves when it is told to."""

    stamped: str

    def now(self) -> datetime:
        return datetime.fromisoformat(self.stamped)


@dataclass
class Bench:
    """One store for all sequences, on a loop of its own; `begin` puts it back to where every sequence starts."""

    runner: asyncio.Runner
    template: sqlite3.Connection
    raw: sqlite3.Connection
    url: str
    store: SqlStore
    steps: int = 0
    sequences: int = 0
    deeds: Counter[str] = field(default_factory=Counter)

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)

    def begin(self) -> None:
        self.sequences += 1
        self.template.backup(self.raw)

    def restart(self) -> None:
        self.run(self.store.close())
        self.store = self.run(open_store(self.url))


async def fill(url: str) -> None:
    """A small dossier, and an owner who gave the others their roles."""
    store = await open_store(url)
    await take_over(store, told(LISTED), BEGUN)
    people = People(store, frozenset({UserRef.parse(OWNER)}), Clock(BEGUN))
    for ref in EVERYBODY:
        await store.enrol(UserRef.parse(ref), BEGUN)
    for ref, role in STAFF.items():
        await people.set_role(UserRef.parse(ref), role, (await signed(people, OWNER))[0])
    await store.close()


def told(listed: dict[str, str]) -> Dossier:
    """A dossier of these texts by key, and of somebody whom nobody changes."""
    return dossier(person(), *(_told(key, text) for key, text in listed.items()))


def _told(key: str, text: str) -> Entry:
    if "/" in key:
        return article(text=text, topics=("defence",))
    if key == "signing":
        return event(key, text=text, topics=("defence",))
    return fact(key, text, topics=("defence",), date="2024-06-19")


async def signed(people: People, ref: str) -> tuple[Act, Call]:
    """How somebody signs what they are about to do in a private chat."""
    user = UserRef.parse(ref)
    request = Request("", Actor(user), ChatRef(user.platform, user.id))
    standing = await people.standing(request)
    call = Call(request, "it", None, standing)  # type: ignore[arg-type]  # nothing is said here
    return await people.act(call), call


@contextmanager
def opened_bench() -> Iterator[Bench]:
    """In memory where the machine has a folder that is: most of the time would go into the disk."""
    memory = Path("/dev/shm")  # noqa: S108 - only a place for a folder of our own
    with (
        tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder,
        asyncio.Runner() as runner,
        closing(sqlite3.connect(f"{folder}/template.db")) as template,
        closing(sqlite3.connect(f"{folder}/desk.db", isolation_level=None)) as raw,
    ):
        runner.run(fill(f"sqlite:///{folder}/template.db"))
        template.backup(raw)
        url = f"sqlite:///{folder}/desk.db"
        bench = Bench(runner, template, raw, url, runner.run(open_store(url)))
        try:
            yield bench
        finally:
            runner.run(bench.store.close())


class Stage:
    """People act by the services that their commands call; the model is told what ought to have come of it."""

    def __init__(self, bench: Bench) -> None:
        super().__init__()
        self.bench = bench
        self.sound = False

    def begin_with(self, approvals: int) -> None:
        """A new sequence, under a policy of so many approvals."""
        self.bench.begin()
        self.clock = Clock(AT)
        self.policy = Policy(approvals, UNDO_SECONDS, frozenset({OWNER}))
        self.model = Model(approvals, frozenset({OWNER}), AT)
        self.listed = dict(LISTED)
        self.words = 0
        self.touched: set[str] = set()
        self.open()
        self._learn_template()

    @property
    def store(self) -> SqlStore:
        return self.bench.store

    def open(self) -> None:
        """The services as at a start of the program."""
        self.lookup = Lookup(self.store)
        self.people = People(self.store, frozenset({UserRef.parse(OWNER)}), self.clock)
        self.desk = Desk(self.store, self.lookup, self.policy, self.clock)
        self.bench.run(self.lookup.refresh())

    def _learn_template(self) -> None:
        for name, whose, ref, role in self.rows("select pseudonym, person, ref, role from accounts"):
            self.model.accounts[name] = Account(ref, name, whose, Role(role))
        self.model.audit = self.rows("select actor, deed, subject from audit order by seq")
        self.model.import_({}, "")
        for key, text in [("kim", "kim"), *LISTED.items()]:
            entry = self.bench.run(self.store.entry(key))
            self.model.now = BEGUN
            self.model.import_({**self.model.imported, key: text}, entry.label)
        self.model.now = AT
        self.seen_audit, self.seen_printed = len(self.model.audit), len(self.model.printed)

    def rows(self, sql: str, *values: object) -> list[Any]:
        return self.bench.raw.execute(sql, values).fetchall()

    # Acting

    def tick(self, seconds: int = SECONDS_A_STEP) -> None:
        self.sound = False
        self.bench.steps += 1
        self.clock.stamped = self.model.now = later(self.clock.stamped, seconds)

    def sign(self, ref: str) -> tuple[Account, Act, Call]:
        """Somebody is about to act: a moment passed, and from here on they have an account."""
        self.tick()
        act, call = self.bench.run(signed(self.people, ref))
        return self.know(ref, act.account), act, call

    def know(self, ref: str, name: str) -> Account:
        return self.model.accounts.setdefault(name, Account(ref, name, name, Role.READER))

    def attempt(self, reasons: set[str], action: Action, call: Call, work: Coroutine[Any, Any, T]) -> T | None:
        """Do what a command does that needs the right to `action`; it is refused if and only if there is a reason."""
        refused_for = denial(call.standing, action, own=action is Action.WITHDRAW)
        done = None
        if refused_for:
            work.close()
        else:
            try:
                done = self.bench.run(work)
            except Refused as refusal:
                refused_for = refusal.key
        if refused_for is None:
            assert not reasons, f"accepted in spite of {reasons}"
            return done
        known = "refused-decided" if refused_for.startswith("refused-decided-") else refused_for
        assert known in reasons, f"refused because of {refused_for}, of {reasons}"
        return None

    def word(self) -> str:
        """A word that was never used before, and that no stemmer takes for another."""
        self.words += 1
        return "zv" + "".join("hjklmnprst"[int(digit)] for digit in str(self.words))

    def pick(self, which: int, *, published: bool = False) -> Wish:
        """One of the proposals: the open ones, or those published last, come first."""
        found = sorted(self.model.wishes, key=lambda each: (each.open, each.id), reverse=True)
        if published:
            found.sort(key=lambda each: (each.state == "published", each.decided_at or ""), reverse=True)
        return found[min(which, len(found) - 1)]

    def proposal(self, wish: Wish) -> Proposal:
        found = self.bench.run(self.store.proposal(wish.id))
        assert found is not None
        self.touched.add(wish.seen.text)
        return found

    def drafted(self, entry: Entry, status: str, *, sourced: bool) -> Draft:
        text = self.word()
        self.touched.add(text)
        new = (source(f"web-{text}", url=f"https://a.example/{text}"),) if sourced else ()
        wanted = replace(entry, text={"it": text}, status=Status(status), sources=tuple(each.id for each in new))
        return Draft(wanted, new)

    def learn(self, made: Proposal, kind: str, seen: Seen) -> None:
        base = len(self.model.entries.get(made.entry.key, ()))
        self.model.propose(Wish(made.id, kind, made.entry.key, made.label, seen, list(made.authors), base))

    def seen_of(self, draft: Draft) -> Seen:
        entry = draft.entry
        return Seen(entry.text["it"], entry.status.value, entry.sources, "")

    def some_entry(self, which: int, *, old: bool) -> tuple[str, Entry]:
        """One of the entries, those changed last first; `old`: as it was before its last change."""
        keys = list(dict.fromkeys(row[0] for row in reversed(self.model.printed)))
        key = keys[min(which, len(keys) - 1)]
        entry = self.bench.run(self.lookup.entry(key))
        assert entry is not None
        if old and entry.revision > 1:
            entry = self.bench.run(self.store.revision(key, entry.revision - 1))
            assert entry is not None
        return key, entry

    def check_forgotten(self, refs: list[str]) -> None:
        numbers = [each.partition(":")[2] for each in refs]
        for (table,) in self.rows("select name from sqlite_master where type = 'table'"):
            for row in self.rows(f'select * from "{table}"'):  # noqa: S608 - a name that SQLite itself gave
                assert not any(number in str(cell) for number in numbers for cell in row), f"{table}: {row}"

    # What must be

    def agree(self) -> None:
        """After every step: the logs grew by the rows they should, proposals and readers are where they should be."""
        self.sound = False
        model = self.model
        audit = self.rows("select actor, deed, subject from audit where seq > ? order by seq", self.seen_audit)
        assert audit == model.audit[self.seen_audit :]
        self.seen_audit = len(model.audit)
        self._compare_printed()
        assert self.bench.run(self.desk.frozen()) is model.frozen
        self._compare_proposals()
        self._compare_readers()
        self.sound = True

    def _compare_printed(self) -> None:
        printed = self.rows(
            "select e.key, r.revision, r.author, r.approved_by, r.at from revisions r join entries e on e.id = r.entry_id "
            "where r.seq > ? order by r.seq",
            self.seen_printed,
        )
        expected = self.model.printed[self.seen_printed :]
        assert [(*row[:3], tuple(json_list(row[3])), row[4]) for row in printed] == expected
        self.touched |= {self.model.entries[row[0]][row[1] - 1].text for row in expected}
        self.touched |= {self.model.entries[row[0]][row[1] - 2].text for row in expected if row[1] > 1}
        self.seen_printed = len(self.model.printed)

    def _compare_proposals(self) -> None:
        found = self.rows(
            "select id, state, draft, base, authors, approvals, publish_at, decided_at, published from proposals order by id"
        )
        stored = [(*row[:4], json_list(row[4]), json_list(row[5]), *row[6:]) for row in found]
        assert stored == [each.row for each in self.model.wishes]

    def _compare_readers(self) -> None:
        model, run = self.model, self.bench.run
        entries = run(self.lookup.entries(list(model.entries)))
        now = {key: (each.revision, *shown(each)) for key, each in entries.items()}
        wanted = {key: (len(seen), *seen[-1].shown) for key, seen in model.entries.items()}
        assert now == wanted, f"{set(now.items()) - set(wanted.items())}, not {set(wanted.items()) - set(now.items())}"
        listed = {key: seen[-1].shown for key, seen in model.entries.items() if seen[-1].listed}
        filed = {key: seen for key, seen in listed.items() if key != "kim"}
        dated = {key: seen for key, seen in filed.items() if "/" not in key}
        assert {each.key: shown(each) for each in run(self.lookup.latest(offset=0, limit=99)).items} == dated
        topic = run(self.lookup.by_topic("defence", offset=0, limit=99)).items
        assert {each.key: shown(each) for each in topic} == filed
        for text in self.touched:
            self._compare_search(text, listed)
        self.touched.clear()
        for wish in model.wishes:
            if wish.key not in model.entries:
                assert run(self.lookup.entry(wish.key)) is None

    def _compare_search(self, text: str, listed: dict[str, tuple[object, ...]]) -> None:
        found = {
            each.key: shown(each) for each in self.bench.run(self.lookup.search(text, "it", offset=0, limit=99)).items
        }
        assert {key for key, seen in listed.items() if seen[0] == text} == {
            key for key in found if found[key][0] == text
        }
        assert all(listed.get(key) == seen for key, seen in found.items())

    def agree_wholly(self) -> None:
        """What is too slow for every step: both chains, every revision, every number, every draft's sources."""
        self.bench.deeds.update(deed for _, deed, _ in self.model.audit)
        self.bench.run(self._compare_all())

    async def _compare_all(self) -> None:
        model = self.model
        assert await self.store.check() == ()
        assert len(model.audit) == (await self.store.audit_head())[0]
        kinds = {prefix: kind for kind, prefix in NUMBER_PREFIXES.items()}
        for label, key in model.labels.items():
            if label != key:  # an article has no number
                entry = await self.store.entry_by_number(kinds[label[0]], int(label[2:]))
                assert (entry and entry.key) == (key if key in model.entries else None)
        for key, revisions in model.entries.items():
            history = await self.store.texts_of(key)
            assert [shown(each) for each in history] == [each.shown for each in revisions]
            for before, after, seen in zip(history, history[1:], revisions[1:], strict=False):
                moves = STATUS_MOVES[before.status]  # none for what was retracted
                assert not seen.approved or after.status in ({before.status, *moves} if moves else ())
        published = {name for seen in model.entries.values() for each in seen for name in each.sources}
        drafted = {name for each in model.wishes for name in each.seen.sources}
        assert set(await self.store.sources(sorted(drafted))) == drafted & published
        for wish in model.wishes:
            await self._compare_found(wish)

    async def _compare_found(self, wish: Wish) -> None:
        """The label leads to the open proposal, else to the last one."""
        found = await self.desk.find(wish.label)
        same = [each for each in self.model.wishes if each.label == wish.label]
        assert found.id == max(same, key=lambda each: (each.open, each.id)).id


def json_list(text: str) -> list[str]:
    return list(json.loads(text))


def shown(entry: Entry) -> tuple[str, str, tuple[str, ...], str, str | None]:
    """What of an entry the model knows."""
    return entry.text["it"], entry.status.value, entry.sources, entry.retraction, entry.retired

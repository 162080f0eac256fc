"""What must be at the desk, said as simply as it can be: the real one is compared with this after every step.

It shares no rule with the product. What may be refused is a set of reasons, so the order in which the product looks
for them is left open; what is accepted is written into the two logs, row by row.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.core.authority import Role

UNDO_SECONDS = 30
GONE = "gone-from-dossier"
PATIENCE = 5
"""How many suggestions and reports of one reader may wait."""


def later(stamped: str, seconds: int) -> str:
    """A moment so many seconds after (or before) another."""
    moment = datetime.fromisoformat(stamped) + timedelta(seconds=seconds)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.000Z"


@dataclass(eq=False, slots=True)
class Account:
    """Somebody on one platform. `name` is what the logs call them; `ref` is None once they were forgotten."""

    ref: str | None
    name: str
    person: str
    role: Role


@dataclass(frozen=True, slots=True)
class Seen:
    """What readers see of an entry in one revision.

    signed, approved: as the log of revisions says. work: whose it is, and since when: of whoever wrote it, also where
    somebody else put it back, and of whoever put it back by cleaning up. undone: it was taken back at once.
    """

    text: str
    status: str
    sources: tuple[str, ...]
    signed: str
    work: tuple[tuple[str, str], ...] = ()
    approved: tuple[str, ...] = ()
    retraction: str = ""
    retired: str | None = None
    undone: bool = False

    def work_of(self, names: list[str], since: str) -> bool:
        return any(name in names and at >= since for name, at in self.work)

    @property
    def shown(self) -> tuple[str, str, tuple[str, ...], str, str | None]:
        return self.text, self.status, self.sources, self.retraction, self.retired

    @property
    def listed(self) -> bool:
        return self.status != "retracted" and self.retired is None


@dataclass(eq=False, slots=True)
class Wish:
    """A proposal. `seen`: what readers would see."""

    id: int
    kind: str
    key: str
    label: str
    seen: Seen
    authors: list[str]
    base: int
    draft: int = 1
    state: str = "pending"
    approvals: list[str] = field(default_factory=list)
    publish_at: str | None = None
    decided_at: str | None = None
    published: int | None = None

    @property
    def open(self) -> bool:
        return self.state in ("pending", "approved")

    @property
    def row(self) -> tuple[object, ...]:
        asked = (self.id, self.state, self.draft, self.base, self.authors, self.approvals)
        return (*asked, self.publish_at, self.decided_at, self.published)

    def close(self, at: str, published: int | None = None) -> None:
        self.state = "rejected" if published is None else "published"
        self.decided_at, self.published = at, published


@dataclass(eq=False, slots=True)
class Model:
    """The desk. audit: (who, deed, subject). printed: (key, revision, signed, approved, at)."""

    needed: int
    owners: frozenset[str]
    now: str
    accounts: dict[str, Account] = field(default_factory=dict)
    wishes: list[Wish] = field(default_factory=list)
    entries: dict[str, list[Seen]] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    imported: dict[str, str] = field(default_factory=dict)
    frozen: bool = False
    votes: dict[str, tuple[bool, str]] = field(default_factory=dict)
    audit: list[tuple[str, str, str]] = field(default_factory=list)
    printed: list[tuple[str, int, str, tuple[str, ...], str]] = field(default_factory=list)

    # People

    def rank(self, who: Account) -> Role:
        return Role.OWNER if who.ref in self.owners else who.role

    def unless(self, who: Account, role: Role) -> set[str]:
        return set() if self.rank(who) >= role else {"refused-role"}

    def persons(self, names: Iterable[str]) -> set[str]:
        return {self.accounts[each].person for each in names}

    def editors(self, names: Iterable[str]) -> list[str]:
        return [each for each in names if self.rank(self.accounts[each]) >= Role.EDITOR]

    def of_person(self, person: str) -> list[str]:
        return [each.name for each in self.accounts.values() if each.person == person]

    def link(self, offered: Account, spent: Account) -> bool:
        if offered.person == spent.person:
            return False
        for name in self.of_person(spent.person):
            self.accounts[name].person = offered.person
        self.audit.append((spent.name, "link", offered.name))
        return True

    def set_role(self, owner: Account, target: Account, role: Role) -> None:
        target.role = role
        if role < Role.EDITOR:
            self.votes.pop(target.name, None)
        self.audit.append((owner.name, "grant" if role else "revoke", target.name))

    def forget(self, who: Account) -> None:
        names = self.of_person(who.person)
        for subject in (*self._drop(names), who.name):
            self.audit.append((who.name, "forget", subject))
        for name in names:
            self.accounts[name].ref, self.accounts[name].role = None, Role.READER
            self.votes.pop(name, None)

    def _drop(self, names: list[str]) -> list[str]:
        dropped = [each for each in self.wishes if each.open and each.authors[0] in names]
        for wish in dropped:
            wish.close(self.now)
        return [each.label for each in dropped]

    # Proposing

    def open_for(self, key: str) -> Wish | None:
        found = [each for each in self.wishes if each.open and each.key == key and each.kind != "report"]
        assert len(found) <= 1, "two open proposals for one entry"
        return found[0] if found else None

    def why_not_more(self, who: Account) -> set[str]:
        mine = [each for each in self.wishes if each.open and self.accounts[each.authors[0]].person == who.person]
        return {"refused-suggestions"} if self.rank(who) < Role.CONTRIBUTOR and len(mine) >= PATIENCE else set()

    def why_not_change(self, who: Account, key: str, base: int, role: Role) -> set[str]:
        reasons = self.unless(who, role)
        if self.open_for(key) is not None:
            reasons.add("refused-open")
        if base != len(self.entries[key]):
            reasons.add("refused-stale-base")
        if "retracted" in (self.entries[key][-1].status, self.entries[key][base - 1].status):
            reasons.add("refused-retracted")
        return reasons

    def why_not_amend(self, who: Account, wish: Wish, draft: int) -> set[str]:
        reasons = self.unless(who, Role.CONTRIBUTOR) | self._why_closed(wish, draft)
        if wish.kind in ("report", "retract"):
            reasons.add("refused-amend")
        if wish.key in self.entries and self.entries[wish.key][-1].status == "retracted":
            reasons.add("refused-retracted")
        return reasons

    def propose(self, wish: Wish) -> None:
        if wish.kind == "add":
            assert wish.label not in self.labels, "a number was given twice"
            self.labels[wish.label] = wish.key
        self.wishes.append(wish)
        self.audit.append((wish.authors[0], "propose", wish.label))

    def amend(self, wish: Wish, who: Account, seen: Seen) -> None:
        """The new wording in place of the old; of an entry that moved on meanwhile, only what the draft changes."""
        if self.stale(wish) and wish.base:
            seen = self._rebased(self.entries[wish.key][wish.base - 1], seen, self.entries[wish.key][-1])
        wish.seen, wish.base, wish.draft = seen, len(self.entries.get(wish.key, ())), wish.draft + 1
        self._again(wish)
        if who.name not in wish.authors:
            wish.authors.append(who.name)
        self.audit.append((who.name, "amend", wish.label))

    def _rebased(self, base: Seen, wanted: Seen, current: Seen) -> Seen:
        dropped, added = set(base.sources) - set(wanted.sources), set(wanted.sources) - set(base.sources)
        sources = (*(each for each in current.sources if each not in dropped), *sorted(added - set(current.sources)))
        status = current.status if wanted.status == base.status else wanted.status
        return replace(wanted, sources=sources, status=status)

    def _again(self, wish: Wish) -> None:
        wish.state, wish.approvals = "pending", []

    # Deciding

    def _why_closed(self, wish: Wish, draft: int | None) -> set[str]:
        if not wish.open:
            return {"refused-decided"}
        return set() if draft in (None, wish.draft) else {"refused-stale-draft"}

    def stale(self, wish: Wish) -> bool:
        return wish.kind != "report" and wish.base != len(self.entries.get(wish.key, ()))

    def enough(self, wish: Wish, approvals: Iterable[str]) -> bool:
        """Whether so many people who may approve did, none of whom had a hand in it."""
        people = self.persons(self.editors(approvals))
        return len(people - self.persons(wish.authors)) >= self.needed if self.needed else bool(people)

    def why_not_approve(self, wish: Wish, who: Account, draft: int | None) -> set[str]:
        reasons = self.unless(who, Role.EDITOR) | self._why_closed(wish, draft)
        if wish.kind == "report":
            reasons.add("refused-report")
        if self.needed and who.person in self.persons(wish.authors):
            reasons.add("refused-own")
        if self.stale(wish):
            reasons.add("refused-stale-base")
        if self.frozen:
            reasons.add("refused-frozen")
        if who.person in self.persons(self.editors(wish.approvals)):
            reasons.add("refused-approved")
        if not reasons and not wish.seen.sources and self._now(wish, [*wish.approvals, who.name]):
            reasons.add("refused-unsourced")
        return reasons

    def _now(self, wish: Wish, approvals: list[str]) -> bool:
        return self.enough(wish, approvals) and (wish.publish_at is None or wish.publish_at <= self.now)

    def approve(self, wish: Wish, who: Account) -> None:
        wish.approvals = [*self.editors(wish.approvals), who.name]
        if self._now(wish, wish.approvals):
            self._publish(wish, who.name)
        else:
            wish.state = "approved" if self.enough(wish, wish.approvals) else wish.state
            self.audit.append((who.name, "approve", wish.label))

    def _print(self, key: str, seen: Seen) -> int:
        revisions = self.entries.setdefault(key, [])
        revisions.append(seen)
        self.printed.append((key, len(revisions), seen.signed, seen.approved, self.now))
        return len(revisions)

    def _publish(self, wish: Wish, by: str) -> None:
        assert wish.seen.sources, "published without a source"
        assert not self.frozen, "published while publishing is stopped"
        assert self.enough(wish, wish.approvals), "published without enough people"
        before = self.entries.get(wish.key, [])
        assert not before or before[-1].status != "retracted", "a retracted entry came back"
        if before and before[-1].retired == GONE:
            self.imported.pop(wish.key, None)
        work = tuple((name, self.now) for name in wish.authors)
        seen = replace(wish.seen, work=work, signed=",".join(wish.authors), retired=None)
        wish.close(self.now, self._print(wish.key, replace(seen, approved=tuple(self.editors(wish.approvals)))))
        self.audit.append((by, "publish", wish.label))
        for report in [each for each in self.wishes if each.open and each.key == wish.key]:
            report.close(self.now, wish.published)
            self.audit.append((by, "resolve", report.label))

    def publish_due(self) -> None:
        due = [each for each in self.wishes if each.state == "approved" and (each.publish_at or "") <= self.now]
        for wish in sorted(due, key=lambda each: (each.publish_at, each.id)) if not self.frozen else ():
            if self.stale(wish) or not self.enough(wish, wish.approvals):
                self._again(wish)
                self.audit.append(("clock", "return", wish.label))
            elif wish.seen.sources:
                self._publish(wish, "clock")

    def why_not_reject(self, wish: Wish, who: Account) -> set[str]:
        return self.unless(who, Role.EDITOR) | self._why_closed(wish, None)

    def why_not_withdraw(self, wish: Wish, who: Account) -> set[str]:
        return (set() if who.person in self.persons(wish.authors) else {"refused-role"}) | self._why_closed(wish, None)

    def close(self, wish: Wish, who: Account, deed: str) -> None:
        wish.close(self.now)
        self.audit.append((who.name, deed, wish.label))

    def why_not_schedule(self, wish: Wish, who: Account) -> set[str]:
        return self.why_not_reject(wish, who) | ({"refused-report"} if wish.kind == "report" else set())

    def schedule(self, wish: Wish, who: Account, publish_at: str | None) -> None:
        self._again(wish)
        wish.publish_at = publish_at
        self.audit.append((who.name, "schedule", wish.label))

    def why_not_undo(self, wish: Wish, who: Account) -> set[str]:
        reasons = self.unless(who, Role.EDITOR)
        if wish.kind == "report" or wish.state != "published" or wish.decided_at is None:
            return reasons | {"refused-not-published"}
        if len(self.entries[wish.key]) != wish.published:
            reasons.add("refused-moved-on")
        if self.now > later(wish.decided_at, UNDO_SECONDS):
            reasons.add("refused-undo-late")
        return reasons

    def undo(self, wish: Wish, who: Account) -> None:
        """Readers see what they saw before; of a new entry nothing, and nobody's words.

        The proposal waits again unless another one took its place.
        """
        taken = self.open_for(wish.key) is not None
        revisions = self.entries[wish.key]
        nothing = replace(revisions[-1], retired="undone", work=(), undone=True)
        before = revisions[-2] if len(revisions) > 1 else nothing
        revisions[-1] = replace(revisions[-1], undone=True)
        wish.base = self._print(wish.key, replace(before, signed=who.name, approved=()))
        wish.draft, wish.decided_at, wish.published = wish.draft + 1, None, None
        self._again(wish)
        if taken:
            wish.close(self.now)
        self.audit.append((who.name, "undo", wish.label))

    # Brakes

    def vote(self, who: Account, *, stop: bool) -> None:
        deed = "freeze" if stop else "unfreeze"
        votes = {name: each for name, each in self.votes.items() if each[1] >= later(self.now, -3600)}
        votes.pop(who.name, None)
        if self.frozen != stop:
            votes[who.name] = (stop, self.now)
        agreed = len(self.persons(name for name, each in votes.items() if each[0] == stop)) >= 2
        if self.rank(who) is Role.OWNER or (self.frozen != stop and agreed):
            self.frozen, self.votes = stop, {}
        else:
            self.votes, deed = votes, f"{deed}-vote"
        self.audit.append((who.name, deed, ""))

    def work(self, person: str, since: str) -> dict[str, int]:
        """The entries that read as they do because of somebody, with the row of the log that made them so."""
        names, rows = self.of_person(person), {key: seq for seq, (key, *_) in enumerate(self.printed, 1)}
        return {
            key: rows[key]
            for key, seen in self.entries.items()
            if seen[-1].status != "retracted" and seen[-1].work_of(names, since)
        }

    def clean_up(self, person: str, since: str, owner: Account) -> None:
        """Nothing listed is that person's work since then; all else is as it was."""
        names = self.of_person(person)
        self.audit.append((owner.name, "clean-up", person))
        for key in self.work(person, since):
            revisions = self.entries[key]
            kept = [each for each in revisions if not each.work_of(names, since) and not each.undone]
            back = kept[-1] if kept else replace(revisions[-1], status="retracted", retraction="clean-up")
            self._print(key, replace(back, signed=owner.name, approved=(), work=(*back.work, (owner.name, self.now))))
            self.audit.append((owner.name, "clean-up", self.label(key)))
        for label in self._drop(names):
            self.audit.append((owner.name, "clean-up", label))

    def label(self, key: str) -> str:
        return next((label for label, known in self.labels.items() if known == key), key)

    # Dossiers

    def import_(self, listed: dict[str, str], number: str) -> None:
        """What the dossier says anew is taken over, what it drops retired; what editors retracted stays so.

        An entry that editors took up again after the dossier had dropped it is theirs from then on.
        """
        for key, text in listed.items():
            seen = Seen(text, "confirmed", ("kcna",), "dossier")
            if key not in self.entries:
                assert number not in self.labels, "a number was given twice"
                self.labels[number] = key
                self._print(key, seen)
            elif key not in self.imported and self.entries[key][-1].retired != GONE:
                continue
            elif self.entries[key][-1].status != "retracted" and (
                self.imported.get(key) != text or self.entries[key][-1].retired == GONE
            ):
                self._print(key, seen)
            self.imported[key] = text
        for key in [each for each in self.imported if each not in listed]:
            last = self.entries[key][-1]
            if last.listed:
                gone = replace(last, retired=GONE, signed="dossier", work=(), approved=())
                self._print(key, gone)

"""Review cards: what editors see of a proposal, and the cards that stand in review chats, kept up to date.

A card in a review chat is brought in line with its proposal by `ReviewChats.sync`, called by the clock: whichever
process, platform or command changed the proposal, and however often a platform failed meanwhile, every card ends up
showing where the proposal stands.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.core.documents import (
    Block,
    Bullets,
    Button,
    Code,
    Deleted,
    Document,
    Emphasis,
    Heading,
    Inline,
    Inlines,
    Link,
    Note,
    OpenLink,
    Quote,
    RunCommand,
    Strong,
    Text,
    inlines,
    paragraph,
)
from bot.core.editorial import UNDONE, Policy, Proposal, ProposalKind, ProposalState, undo_until
from bot.core.entries import LOCALES, Entry, Source
from bot.core.places import ChatRef, MessageRef, Platform
from bot.core.ports import Clock, Newsroom, Outlet, Posted, PostFailed, Words
from bot.core.requests import Shows
from bot.core.schedules import offset_of
from bot.core.times import stamp
from bot.services.buttons import Buttons
from bot.services.drafting import Double, Drafting
from bot.services.lookup import Catalogue, Lookup
from bot.services.pages import LANGUAGE_NAMES, article_name, command_for, pick, shorten, source_line, title
from bot.services.people import People
from bot.services.preferences import Preferences
from bot.services.revisions import change_lines

log = logging.getLogger(__name__)

ROOM, BEGINNING = 1_200, 250
"""Characters of an entry's texts that fit on one message with all the rest, and those shown of each elsewhere."""
LOOKED_AT, AT_ONCE = 200, 20
"""Cards looked at, and shown in one chat, in one go; the rest follows a second later."""
SOURCES_SHOWN = 6
BACK_OFF, BACK_OFF_FINAL = 30.0, 900.0
"""Seconds in which a chat that could not be written to is left alone; the second where Telegram or Discord refused."""
MINUTE, HOUR, DAY = 60, 3600, 86_400


@dataclass(frozen=True, slots=True)
class CardFacts:
    """Everything a card shows of a proposal beside the proposal itself.

    own: for somebody who wrote it, who takes it back where others reject it. brief: for one message, so that long texts
    show their beginnings only and a button leads to the whole.
    """

    proposal: Proposal
    base: Entry | None
    sources: tuple[Source, ...]
    names: Mapping[str, str]
    doubles: tuple[Double, ...]
    now: datetime
    zone: ZoneInfo
    catalogue: Catalogue
    policy: Policy
    own: bool = False
    brief: bool = False


class Review:
    """Puts cards together."""

    def __init__(  # noqa: PLR0917 - what a card is made of
        self, newsroom: Newsroom, lookup: Lookup, people: People, drafting: Drafting, clock: Clock, zone: ZoneInfo
    ) -> None:
        self._newsroom = newsroom
        self._lookup = lookup
        self._people = people
        self._drafting = drafting
        self._clock = clock
        self._zone = zone

    async def facts(self, proposal: Proposal, policy: Policy, *, own: bool = False, brief: bool = False) -> CardFacts:
        """Read what a card shows."""
        entry = proposal.entry
        new = {source.id: source for source in proposal.sources}
        ids = (*entry.sources, *entry.against_sources)
        known = {each.id: each for each in await self._lookup.sources(tuple(one for one in ids if one not in new))}
        base = await self._lookup.as_of_revision(entry.key, proposal.base) if proposal.base else None
        fresh = proposal.open and proposal.kind is ProposalKind.ADD
        return CardFacts(
            proposal,
            base,
            tuple((known | new)[each] for each in dict.fromkeys(ids) if each in known or each in new),
            await self._people.names((*proposal.authors, *proposal.approvals)),
            await self._drafting.doubles(entry, LOCALES[0]) if fresh else (),
            self._clock.now(),
            self._zone,
            self._lookup.catalogue,
            policy,
            own,
            brief and sum(map(len, entry.text.values())) > ROOM,
        )

    async def shown(self, shows: Shows, message: MessageRef) -> None:
        """Keep a card that was an answer up to date like those in review chats."""
        await self._newsroom.set_posted(Posted(message, shows.proposal, shows.version))

    async def card(
        self, proposal: Proposal, policy: Policy, words: Words, *, own: bool = False, brief: bool = False
    ) -> Document:
        """The card of a proposal; `own` and `brief`: see `CardFacts`."""
        return review_card(await self.facts(proposal, policy, own=own, brief=brief), words)


def shows(proposal: Proposal) -> Shows:
    """What a reply with a proposal's card says of itself, so that the message is kept up to date."""
    return Shows(proposal.id, proposal.version)


def review_card(facts: CardFacts, words: Words) -> Document:
    """What a proposal would change, on what grounds, who wants it since when, and what can be done about it."""
    proposal = facts.proposal
    heading = words.text(f"review-{proposal.kind.value}", label=proposal.label, entry=proposal.entry.label)
    blocks: list[Block] = [Heading((Text(heading),)), paragraph(Strong(state_line(facts, words)))]
    blocks += _content(facts, words)
    if proposal.kind is not ProposalKind.REPORT:
        blocks += _sources(facts, words)
        blocks += _hints(facts, words)
    author, *others = [facts.names.get(each, each) for each in proposal.authors]
    signed = words.text("review-by", who=", ".join((author, *others)), age=age(proposal.created_at, facts.now, words))
    blocks.append(Note(inlines(signed, " · ", Code(f"{proposal.label} v{proposal.draft}"))))
    return Document(tuple(blocks), _buttons(facts, words))


def state_line(facts: CardFacts, words: Words) -> str:
    """Where a proposal stands, in a sentence."""
    proposal = facts.proposal
    hour = local_time(proposal.publish_at, facts.zone, words) if proposal.publish_at else ""
    match proposal.state:
        case ProposalState.PENDING if proposal.kind is ProposalKind.REPORT:
            return words.text("review-open-report")
        case ProposalState.PENDING:
            needed = max(1, facts.policy.approvals)
            waiting = words.text("review-pending", given=len(proposal.approvals), needed=needed)
            return f"{waiting} {words.text('review-embargo', time=hour)}" if hour else waiting
        case ProposalState.APPROVED:
            return words.text("review-approved", time=hour)
        case ProposalState.PUBLISHED if proposal.kind is ProposalKind.REPORT:
            return words.text("review-report-settled")
        case ProposalState.PUBLISHED:
            revision = f"{proposal.entry.label}@{proposal.published}"
            who = ", ".join(facts.names.get(each, each) for each in proposal.approvals)
            return words.text("review-published", revision=revision, who=who)
        case ProposalState.REJECTED:
            reason = words.text("history-undo") if proposal.answer == UNDONE else proposal.answer
            return words.text("review-rejected", reason=reason or "–")


def _content(facts: CardFacts, words: Words) -> list[Block]:
    proposal, entry = facts.proposal, facts.proposal.entry
    note = (paragraph(words.text("review-note", note=proposal.note)),) if proposal.note else ()
    match proposal.kind:
        case ProposalKind.ADD:
            shown = {each: shorten(text, BEGINNING) if facts.brief else text for each, text in entry.text.items()}
            texts = [
                inlines(Strong(f"{LANGUAGE_NAMES[language]}:"), " ", text) if len(shown) > 1 else inlines(text)
                for language, text in shown.items()
            ]
            return [*(paragraph(*each) for each in texts), Bullets(tuple(_particulars(facts, words))), *note]
        case ProposalKind.EDIT:
            base = facts.base or entry
            lines = tuple(change_lines(base, entry, words, facts.catalogue, facts.sources))
            lines = tuple(_beginning(each) for each in lines) if facts.brief else lines
            return [paragraph(shorten(title(base, words.locale), 120)), *((Bullets(lines),) if lines else ()), *note]
        case ProposalKind.RETRACT:
            text = pick((facts.base or entry).text, words.locale)[0]
            return [Quote((Deleted(text),)), paragraph(words.text("review-reason", reason=proposal.reason))]
        case ProposalKind.REPORT:
            return [
                paragraph(Code(entry.label), f" {shorten(title(entry, words.locale), 200)}"),
                Quote((Text(proposal.reason),)),
            ]


def _beginning(line: Inlines) -> Inlines:
    """As much of a line as a brief card has room for."""
    shown: list[Inline] = []
    room = BEGINNING
    for part in line:
        if room <= 0:
            break
        shown.append(part if len(part.text) <= room else replace(part, text=shorten(part.text, room)))
        room -= len(part.text)
    return tuple(shown)


def _particulars(facts: CardFacts, words: Words) -> list[Inlines]:
    entry = facts.proposal.entry
    found = [inlines(Strong(words.text("card-status")), " ", words.text(f"status-{entry.status.value}"))]
    who = pick(entry.attributed_to, words.locale)[0]
    if who:
        found.append(inlines(Strong(words.text("card-who")), " ", who))
    against = pick(entry.against, words.locale)[0]
    if against:
        found.append(inlines(Strong(f"{pick(entry.against_by, words.locale)[0]}:"), " ", against))
    if entry.date:
        found.append(inlines(Strong(words.text("card-date")), " ", words.date(entry.date)))
    topics = [pick(topic.title, words.locale)[0] for each in entry.topics if (topic := facts.catalogue.topic(each))]
    if topics:
        found.append(inlines(Strong(words.text("card-topics")), " ", ", ".join(topics)))
    if entry.related:
        names = ", ".join(_name(each, facts.catalogue, words) for each in entry.related)
        found.append(inlines(Strong(words.text("review-related")), " ", names))
    found.append(
        inlines(Strong(words.text("review-severity")), " ", words.text(f"severity-{facts.proposal.severity.value}"))
    )
    return found


def _name(key: str, catalogue: Catalogue, words: Words) -> str:
    """What people call a related entry: an article by its number and treaty, the rest by its key."""
    instrument = key.partition("/")[0]
    article = next((each for each in catalogue.articles.get(instrument, ()) if each.key == key), None)
    return key if article is None else f"{article_name(article, words)} ({instrument})"


def _sources(facts: CardFacts, words: Words) -> list[Block]:
    shown = facts.sources[:SOURCES_SHOWN]
    if not shown:
        return []
    first_side = facts.proposal.entry.sources
    other = inlines(" · ", Emphasis(words.text("sources-other-side")))
    lines = tuple((*source_line(each, words), *(() if each.id in first_side else other)) for each in shown)
    blocks: list[Block] = [paragraph(Strong(words.text("card-sources", count=len(facts.sources)))), Bullets(lines)]
    if rest := facts.sources[SOURCES_SHOWN:]:  # nobody can look for them elsewhere before they are published
        links = [Link(shorten(each.publisher, 30), each.url) if each.url else Text(each.title) for each in rest]
        blocks.append(Note(tuple(part for link in links for part in (Text(" · "), link))[1:]))
    return blocks


def _hints(facts: CardFacts, words: Words) -> list[Block]:
    """What an editor should look at before deciding: possible doubles, languages that are missing."""
    lines: list[Inlines] = []
    if facts.doubles:
        labels = ", ".join(_named_double(each, words) for each in facts.doubles)
        lines.append(inlines(words.text("review-doubles", labels=labels)))
    missing = [LANGUAGE_NAMES[each] for each in LOCALES if each not in facts.proposal.entry.text]
    if missing and facts.proposal.open and facts.proposal.kind is not ProposalKind.RETRACT:
        lines.append(inlines(words.text("review-missing", languages=", ".join(missing))))
    return [Bullets(tuple(lines))] if lines else []


def _named_double(double: Double, words: Words) -> str:
    about = [shorten(title(double.entry, words.locale), 60)]
    about += [words.text(f"double-{each.value}") for each in double.differences]
    return f"{double.entry.label} ({'; '.join(about)})"


def _buttons(facts: CardFacts, words: Words) -> tuple[tuple[Button, ...], ...]:
    proposal, label = facts.proposal, facts.proposal.label
    links = tuple(OpenLink(shorten(each.publisher, 30), each.url) for each in facts.sources[:3] if each.url)
    doubles = tuple(_opened(each.entry, facts) for each in facts.doubles)
    rows: list[tuple[Button, ...]] = []
    if proposal.kind is ProposalKind.REPORT:
        rows.append((_opened(proposal.entry, facts),))
        if proposal.open:
            rows.append((RunCommand(words.text("button-reject"), f"reject {label} v{proposal.draft}"),))
    elif proposal.open:
        if facts.brief:
            rows.append((RunCommand(words.text("button-whole"), f"queue {label}", below=True),))
        mark = f"{label} v{proposal.draft}"
        against = (
            RunCommand(words.text("button-withdraw"), f"withdraw {mark}")
            if facts.own
            else RunCommand(words.text("button-reject"), f"reject {mark}")
        )
        edit = (RunCommand(words.text("button-edit"), f"editfact {label}"),) if _editable(proposal) else ()
        rehearse = RunCommand(words.text("button-rehearse"), f"queue {label} rehearse", below=True)
        rows.append((RunCommand(words.text("button-approve"), f"approve {mark}"), against, *edit, rehearse))
        rows.append((*links, *doubles))
    elif proposal.state is ProposalState.PUBLISHED:
        rows.append((_opened(proposal.entry, facts), *_undo(facts, words), *links))
    return tuple(row for row in rows if row)


def _opened(entry: Entry, facts: CardFacts) -> RunCommand:
    return RunCommand(entry.label, command_for(entry, facts.catalogue), below=True)


def _undo(facts: CardFacts, words: Words) -> tuple[RunCommand, ...]:
    """The way back, as long as it is open. Pressed later, the button says that it came too late."""
    until = undo_until(facts.proposal, facts.policy)
    if until is None or until < stamp(facts.now):
        return ()
    label = words.text("button-undo", seconds=facts.policy.undo_seconds)
    return (RunCommand(label, f"undo {facts.proposal.label}"),)


def _editable(proposal: Proposal) -> bool:
    return proposal.kind in (ProposalKind.ADD, ProposalKind.EDIT)


def age(stamped: str, now: datetime, words: Words) -> str:
    """How long ago a moment was."""
    seconds = max(0, int((now - datetime.fromisoformat(stamped)).total_seconds()))
    if seconds < MINUTE:
        return words.text("age-now")
    if seconds < HOUR:
        return words.text("age-minutes", count=seconds // MINUTE)
    if seconds < DAY:
        return words.text("age-hours", count=seconds // HOUR)
    return words.text("age-days", count=seconds // DAY)


def local_time(stamped: str, zone: ZoneInfo, words: Words) -> str:
    """A moment as it stands on clocks in a zone, with the zone, so that nobody has to guess which is meant."""
    moment = datetime.fromisoformat(stamped)
    local = moment.astimezone(zone)
    return f"{words.date(local.date().isoformat())}, {local:%H:%M} ({zone.key}, {offset_of(moment, zone)})"


class ReviewChats:
    """Keeps the cards in review chats up to date. `outlets`: the platforms that run, by name."""

    def __init__(  # noqa: PLR0917 - what it takes to speak unasked
        self,
        newsroom: Newsroom,
        review: Review,
        buttons: Buttons,
        preferences: Preferences,
        words: Mapping[str, Words],
        policy: Policy,
    ) -> None:
        self._newsroom = newsroom
        self._review = review
        self._buttons = buttons
        self._preferences = preferences
        self._words = words
        self._policy = policy
        self._resting: dict[ChatRef, float] = {}

    async def sync(self, outlets: Mapping[Platform, Outlet]) -> None:
        """Post the cards that are missing, change those that are behind; a chat that has to wait holds up no other."""
        waiting: dict[ChatRef, list[tuple[Proposal, Posted | None]]] = {}
        for proposal, chat, posted in await self._newsroom.behind(LOOKED_AT):
            if chat.platform in outlets and self._resting.get(chat, 0.0) <= time.monotonic():
                waiting.setdefault(chat, []).append((proposal, posted))
        await asyncio.gather(
            *(self._show_all(outlets[chat.platform], chat, cards[:AT_ONCE]) for chat, cards in waiting.items())
        )

    async def _show_all(self, outlet: Outlet, chat: ChatRef, cards: list[tuple[Proposal, Posted | None]]) -> None:
        for proposal, posted in cards:
            try:
                message = await self._show(outlet, chat, proposal, posted)
            except PostFailed as error:
                log.warning("the card of %s can't be shown in %s: %s", proposal.label, chat, error)
                if posted is None or not error.final:
                    self._resting[chat] = time.monotonic() + (BACK_OFF_FINAL if error.final else BACK_OFF)
                    return
                message = posted.message  # it is gone or too old: nothing will ever change it
            except Exception:
                # One card that can't be made must not keep the others from being shown.
                log.exception("the card of %s can't be made", proposal.label)
                self._resting[chat] = time.monotonic() + BACK_OFF
                continue
            await self._newsroom.set_posted(Posted(message, proposal.id, proposal.version))
            if message.chat.id != chat.id:
                # A group of Telegram that grew has another id; what is known under the old one moves along.
                await self._newsroom.move_chat(chat, message.chat)
                return

    async def _show(self, outlet: Outlet, chat: ChatRef, proposal: Proposal, posted: Posted | None) -> MessageRef:
        locale = self._preferences.of_chat(chat)
        card = await self._review.card(proposal, self._policy, self._words[locale], brief=True)
        document = Document(card.blocks, await self._buttons.outgoing(card.buttons, chat, None, locale))
        if posted is None:
            return await outlet.post(chat, document)
        await outlet.edit(posted.message, document)
        return posted.message

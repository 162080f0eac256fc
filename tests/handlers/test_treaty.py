from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, cast

import pytest

from bot.adapters.console.render import plain
from bot.app import Core
from bot.core.documents import RunCommand
from bot.core.errors import Mistake
from bot.core.places import ChatRef, Platform, UserRef
from bot.core.references import ArticleReference
from bot.core.requests import Actor, Call, Outcome, Reply, Request
from bot.services.lookup import Lookup
from handlers.treaty import compare, show_article


def request(line: str, values: dict[str, str] | None = None) -> Request:
    """A request by a reader of its own for each line: nobody here is asked to slow down."""
    reader = UserRef(Platform.TELEGRAM, f"{line} {values}")
    return Request(line, Actor(reader), ChatRef(Platform.TELEGRAM, reader.id), platform_locale="en", values=values)


async def ask(core: Core, line: str, values: dict[str, str] | None = None) -> Reply:
    reply = await core.dispatcher(request(line, values))
    assert reply is not None
    return reply


def leads(reply: Reply) -> list[str]:
    return [each.command for row in reply.document.buttons for each in row if isinstance(each, RunCommand)]


@dataclass
class Calendar:
    """A clock that stands still on a day."""

    day: str

    def now(self) -> datetime:
        return datetime.fromisoformat(f"{self.day}T12:00").replace(tzinfo=UTC)


async def asked_on(core: Core, today: str, **args: str) -> Reply:
    """The answer of `/treaty` as it comes on a given day, before anything is kept in memory."""
    services = replace(core.services, clock=Calendar(today))
    call = Call(request("treaty"), "en", services.words["en"])
    reply: Reply = await show_article.handler(show_article.bind_values(args), call, services)
    return reply


STATES = (
    ("1961 1 as of 1980", "we know no date of entry into force", "treaty-1961-end-disputed"),
    ("1961 1 as of 1990-05-01", "we know no date of entry into force", "treaty-1961-end-disputed"),
    ("1961 1 as of 1996-03-01", "whether before or after this day", "treaty-1961-end-disputed"),
    ("1961 1 as of 1997", "No longer in force (ended: 1996)", "treaty-1961-end-disputed"),
    ("1961 1", "No longer in force (ended: 1996)", "treaty-1961-end-disputed"),
    ("2000 1 as of 2000-07-19", "not in force", "treaty-2000-in-force-date"),
    ("2000 1 as of 2001", "In force since", "treaty-2000-in-force-date"),
    ("un 51 as of 1945-01-01", "whether before or after this day", None),
    ("un 51 as of 1946", "In force since 1945", None),
    ("un 51 as of 1944", "Not yet signed then", None),
    ("4 as of 2024-06-20", "Signed (19 June 2024), not in force.", None),
)


async def test_the_state_of_a_treaty_claims_no_more_than_is_known(core: Core) -> None:
    """An unknown or disputed date is called so, next to the fact that explains it, on either side of that date."""
    for line, said, fact in STATES:
        lines = plain((await ask(core, f"treaty {line}")).document).splitlines()
        (status,) = [each for each in lines if each.startswith("• Status:")]
        assert said in status, line
        assert status.partition("/fact ")[2] == (fact or ""), line


@pytest.mark.parametrize(
    "asked",
    ["as of 20 June 2024", "al 20 giugno 2024", "на 20 июня 2024 года", "2024년 6월 20일 기준", "as of June 20, 2024"],
)
async def test_a_day_is_understood_as_people_write_it(core: Core, asked: str) -> None:
    """A reader may write the day to look back to in words of their own language."""
    shown = plain((await ask(core, f"treaty 4 {asked}")).document)
    assert "As of 20 June 2024" in shown


OPTIONS = (
    {"article": "4 as of 2024-06-20"},
    {"article": "4", "as_of": "2024-06-20"},
    {"article": "4", "as_of": "as of 2024-06-20"},
    {"article": "4", "as_of": "20 giugno 2024"},
    {"article": "4", "as_of": "2024-06-20 기준"},
)


async def test_options_take_a_day_however_it_is_given(core: Core) -> None:
    """On Discord the day may stand in its own option or with the article, with or without "as of"."""
    for values in OPTIONS:
        assert "As of 20 June 2024" in plain((await ask(core, "treaty", values=values)).document), values


@pytest.mark.parametrize("asked", ["soon", "2024-02-30", "as of soon"])
async def test_a_day_that_is_none_is_a_mistake(core: Core, asked: str) -> None:
    """A date nobody can read is said to be none, not left out."""
    reply = await ask(core, "treaty", values={"article": "4", "as_of": asked})
    assert reply.outcome is Outcome.MISTAKE


MOMENTS = (
    ("2026-06-30", "30 June 2026", True),
    ("June 2026", "30 June 2026", True),
    ("2026-07-01", "1 July 2026", False),
    ("2026", "1 July 2026", False),
    ("today", "1 July 2026", False),
    ("ieri", "30 June 2026", False),
)


async def test_what_is_true_only_today_is_not_kept(core: Core) -> None:
    """Who asks for this year or for yesterday after midnight is not shown the answer of the day before."""
    for as_of, day, lasting in MOMENTS:
        card = await asked_on(core, "2026-07-01", article="4", as_of=as_of)
        assert f"As of {day}" in plain(card.document), as_of
        listed = await asked_on(core, "2026-07-01", as_of=as_of)
        assert (card.lasting, listed.lasting) == (lasting, lasting), as_of


async def test_a_day_to_come_is_refused(core: Core) -> None:
    """Nobody is told what a treaty will be."""
    reply = await ask(core, "treaty 4 as of 2999-01")
    assert reply.outcome is Outcome.MISTAKE
    assert "2999-01" in plain(reply.document)


async def test_looking_back_goes_on_from_card_to_card(core: Core) -> None:
    """Who looks at the treaty as of a day stays on that day when they turn to another article."""
    listed = leads(await ask(core, "treaty as of 20 June 2024"))
    assert len(listed) > 20
    assert [line for line in listed if not line.endswith(" as of 2024-06-20")] == []
    card = leads(await ask(core, "treaty 4 as of 2024-06-20"))
    assert {"treaty 3 as of 2024-06-20", "treaty 5 as of 2024-06-20", "treaty 4 as of 2024-06-20 in:ko"} <= set(card)


@pytest.mark.parametrize("number", ["51", "41"])
async def test_an_article_of_another_text_is_offered_first(core: Core, number: str) -> None:
    """Who asks for Article 51 and forgets the Charter gets there with one press."""
    reply = await ask(core, f"treaty {number}")
    assert reply.outcome is Outcome.UNKNOWN
    assert leads(reply)[0] == f"treaty un-charter/{number}"


async def test_an_article_that_is_nowhere_brings_the_nearest(core: Core) -> None:
    """A number too high leads to the last articles there are."""
    assert leads(await ask(core, "treaty 99"))[:2] == ["treaty 23", "treaty 22"]


async def test_the_word_article_alone_lists_them(core: Core) -> None:
    """`/treaty article` without a number is a question for the list."""
    reply = await ask(core, "treaty article")
    assert "article:treaty-2024/4" in reply.refs


PAIRS = (
    ("4 3", "treaty-2024/3"),
    ("4-3", "treaty-2024/3"),
    ("4/3", "treaty-2024/3"),
    ("4, 3", "treaty-2024/3"),
    ("4와 3", "treaty-2024/3"),
    ("제4조와 제3조", "treaty-2024/3"),
    ("4 과 3", "treaty-2024/3"),
    ("4 vs 3", "treaty-2024/3"),
    ("4 to 3", "treaty-2024/3"),
    ("4 con 3", "treaty-2024/3"),
    ("articolo 4 e articolo 3", "treaty-2024/3"),
    ("статью 4 с 3", "treaty-2024/3"),
    ("4 и 3", "treaty-2024/3"),
    ("between 4 and 3", "treaty-2024/3"),
    ("article 4 with article 51 of the UN Charter", "un-charter/51"),
    ("4 un 51", "un-charter/51"),
    ("4 1961 1", "treaty-1961/1"),
    ("4-1961/1", "treaty-1961/1"),
)


async def test_two_articles_are_compared_however_they_are_joined(core: Core) -> None:
    """Two articles may be written with or without a word or a sign between them."""
    for typed, other in PAIRS:
        reply = await ask(core, f"compare {typed}")
        assert reply.refs == ("article:treaty-2024/4", f"article:{other}"), typed


HALVES = (
    ("4 51", "“51”", "compare 4 un-charter/51"),
    ("99 4", "“99”", "compare 23 4"),
    ("4 un 99", "“un 99”", "compare 4 un-charter/51"),
    ("foo 4", "“foo”", "treaty"),
    ("4 artcle 5", "“artcle 5”", "compare 4 5"),
)


async def test_a_comparison_says_which_side_it_did_not_understand(core: Core) -> None:
    """Of two articles the wrong one is named, and the comparison that may have been meant is a press away."""
    for typed, wrong, offered in HALVES:
        reply = await ask(core, f"compare {typed}")
        assert reply.outcome is Outcome.MISTAKE, typed
        assert wrong in plain(reply.document), typed
        assert offered in leads(reply), typed


async def test_what_is_no_comparison_is_said_to_be_none(core: Core) -> None:
    """One article, the same one twice, or nothing that is one brings the example of a comparison."""
    for typed in ("4 4", "1961/1", "un-charter/51", "foo bar", "4"):
        reply = await ask(core, f"compare {typed}")
        assert plain(reply.document).startswith(core.services.words["en"].text("mistake-compare")), typed


class Counted:
    """The lookup of a core, counting how many references it reads."""

    def __init__(self, lookup: Lookup) -> None:
        self._lookup = lookup
        self.read = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._lookup, name)

    def article_reference(self, text: str) -> ArticleReference | None:
        self.read += 1
        return self._lookup.article_reference(text)


async def test_nobody_holds_up_the_others_with_a_comparison(core: Core) -> None:
    """A line made of numbers is refused before every way to part it in two is tried."""
    for typed in ("4 " * 480, "4/" * 480, "un charter " * 80, "4 and " * 160, "(" * 900):
        lookup = Counted(core.services.lookup)
        services = replace(core.services, lookup=cast("Lookup", lookup))
        call = Call(request("compare"), "en", services.words["en"])
        with pytest.raises(Mistake, match="mistake-compare"):
            await compare.handler(compare.bind(typed.strip()), call, services)
        assert lookup.read < 80, typed

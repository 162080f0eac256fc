"""Generated command lines through parse, dispatch and every renderer: nothing raises, no platform's limit breaks."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.adapters.console.platform import to_json
from bot.adapters.console.render import plain, rich
from bot.adapters.discord.render import render as render_discord
from bot.adapters.telegram.render import render as render_telegram
from bot.app import Core, open_core
from bot.core.places import ChatKind, ChatRef, Platform, UserRef
from bot.core.requests import Actor, Origin, Outcome, Reply, Request
from bot.settings import read_settings
from handlers import COMMANDS
from tests.platforms.discord_limits import mention_faults, message_faults
from tests.platforms.telegram_limits import check_entities, check_keyboard, check_text

EXAMPLES = int(os.environ.get("PACTWATCH_FUZZ_EXAMPLES", "300"))

names = [name for each in COMMANDS for name in (each.name, *each.aliases)]
words = st.sampled_from(
    """article4 art. 4 1961 1 un 51 preamble статья 제4조 99 as of 2024-06-20 2024-13-40 al 기준 F-1 F-11@1 F-999 E-3 P-7
    treaty-1961/1 sanctions troops history echoes-1961-treaty Podolyak Путин 푸틴 Kursk #2 #0 #99999 in:ru in:xx it ko chat
    @everyone <@1> <b> </b> **x** ||y|| [a](http://b) ` ``` _ ~ > # - | \\ {0} %s NEAR( OR " ' * ^ : ; -- \u202e \u200b \x00
    👩‍👩‍👧‍👦 e\u0301\u0301\u0301 ﷽ ١٢ Ⅳ ａｒｔ""".split()
)
typed = st.one_of(
    st.lists(st.one_of(words, st.text(max_size=12)), max_size=8).map(" ".join),
    st.text(max_size=60),
    st.text(alphabet=st.characters(codec="utf-16", categories=("L", "M", "N", "P", "S", "Z", "C")), max_size=300),
    st.builds(lambda piece, times: piece * times, st.text(min_size=1, max_size=3), st.integers(1, 1200)),
)
lines = st.one_of(
    st.builds(
        lambda slash, name, rest: f"{slash}{name} {rest}", st.sampled_from(["", "/"]), st.sampled_from(names), typed
    ),
    typed,
)


@dataclass
class Bench:
    """An open product on a loop of its own: Hypothesis calls from outside of any."""

    runner: asyncio.Runner
    core: Core
    people: int = 0

    def ask(self, line: str, platform: Platform, kind: ChatKind, origin: Origin, locale: str) -> Reply | None:
        self.people += 1  # a new person each time: nobody is flooding
        who = str(self.people)
        request = Request(
            line, Actor(UserRef(platform, who)), ChatRef(platform, who), kind, origin, platform_locale=locale
        )
        return self.runner.run(self.core.dispatcher(request))


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    folder: Path = tmp_path_factory.mktemp("fuzz")
    with asyncio.Runner() as runner:
        opened = open_core(read_settings(_env_file=None, database_url=f"sqlite:///{folder}/fuzz.db"))
        core = runner.run(opened.__aenter__())
        try:
            yield Bench(runner, core)
        finally:
            runner.run(opened.__aexit__(None, None, None))


def check_everywhere(reply: Reply) -> None:
    """Every renderer's limits, whichever platform the reply was made for."""
    assert plain(reply.document)
    rich(reply.document)
    assert "\n" not in to_json(reply)
    json.loads(to_json(reply)).keys()
    for part in render_telegram(reply.document):
        check_text(part.text)
        check_entities(part.text, part.entities)
        check_keyboard({"inline_keyboard": part.keyboard})
    for message in render_discord(reply.document):
        assert not message_faults(message)
        assert not mention_faults(message)


@settings(
    max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(
    line=lines,
    platform=st.sampled_from(list(Platform)),
    kind=st.sampled_from(list(ChatKind)),
    origin=st.sampled_from(list(Origin)),
    locale=st.sampled_from(["it", "en-US", "ru", "ko", "pt-br", ""]),
)
def test_no_line_breaks_an_answer_or_a_platforms_limit(
    bench: Bench, line: str, platform: Platform, kind: ChatKind, origin: Origin, locale: str
) -> None:
    """Whatever anybody writes anywhere is answered within every platform's limits, and never by an internal error."""
    reply = bench.ask(line, platform, kind, origin, locale)
    assert reply is not None
    assert isinstance(reply.outcome, Outcome)
    internal = bench.core.services.words[reply.locale].text("error-internal")
    assert internal not in plain(reply.document)
    check_everywhere(reply)


@settings(max_examples=max(EXAMPLES // 10, 30), deadline=None)
@given(line=typed, command=st.sampled_from(COMMANDS), locale=st.sampled_from(["it", "ko"]))
def test_no_typing_breaks_completion(bench: Bench, line: str, command: object, locale: str) -> None:
    """Suggestions come while anything at all is being typed, at most 25 and none too long."""
    for spec in command.params:  # type: ignore[attr-defined]
        found = bench.core.dispatcher.complete(command.name, spec.name, line, locale)  # type: ignore[attr-defined]
        assert len(found) <= 25
        assert all(0 < len(each.label) <= 100 and 0 < len(each.value) <= 100 for each in found)


@settings(max_examples=max(EXAMPLES // 10, 30), deadline=None)
@given(line=typed)
def test_no_inline_query_breaks_its_cards(bench: Bench, line: str) -> None:
    """An inline query of any text offers at most ten cards, each different."""
    bench.people += 1
    who = str(bench.people)
    request = Request(
        line, Actor(UserRef(Platform.TELEGRAM, who)), ChatRef(Platform.TELEGRAM, who), origin=Origin.INLINE
    )
    cards = bench.runner.run(bench.core.dispatcher.cards(request))
    assert len(cards) <= 10
    assert len({card.id for card in cards}) == len(cards)
    for card in cards:
        assert card.title
        check_everywhere(card.reply)

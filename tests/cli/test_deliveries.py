"""What an operator sees and does of deliveries, with the real program on a real database."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import sqlite3
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.core.deliveries import DeliveryState
from bot.settings import Settings, read_settings
from bot.watching import SPAN, Meter, hold, let_go_on, settle_delivery, show_deliveries
from storage import open_store
from tests.acceptance.service import environment
from tests.builders import dossier, fact
from tests.stores import take_over

STATES = [state.value for state in DeliveryState]
SECONDS = 30
TOKENS = {"TELEGRAM_BOT_TOKEN": "1:a", "DISCORD_BOT_TOKEN": "b"}


@dataclass
class Bench:
    """A database with three facts and whatever a test puts on its way."""

    folder: Path
    alerts: int = 0

    @property
    def url(self) -> str:
        return f"sqlite:///{self.folder}/store.db"

    def settings(self, **more: object) -> Settings:
        given = {"database_url": self.url, "default_timezone": "UTC"} | more
        return read_settings(_env_file=None, **given)

    def execute(self, statement: str, *rows: tuple[object, ...]) -> None:
        connection = sqlite3.connect(self.folder / "store.db", timeout=10)
        with connection:
            connection.executemany(statement, rows or [()])
        connection.close()

    def chats(self, count: int) -> None:
        self.execute(
            "insert into subscriptions (id, place, platform, chat, kind, locale, zone, mode, silent, digest_at,"
            " weekday, fallback, status, active, since, reason, created_at)"
            " values (?, ?, 'telegram', ?, 'private', 'en', 'UTC', 0, 0, 540, 0, 0, 'active', 1, '', '', '')",
            *((at, f"telegram:{at}", f"telegram:{at}") for at in range(1, count + 1)),
        )

    def alert(self, entry: str = "a", *, due: float = 0, **counts: int) -> None:
        """An alert about an entry, due so many seconds from now, with so many deliveries in each state."""
        now = int(time.time() * 1000)
        alert = self.alerts = self.alerts + 1
        self.execute(
            "insert into alerts (id, kind, severity, created_at, due_at, expires_at, cancelled, warned, body)"
            " values (?, 'alert', 'normal', ?, ?, ?, 0, 0, '{}')",
            (alert, now, now + int(due * 1000), now + 10**9),
        )
        self.execute("insert into alert_entries values (?, ?, 1)", (alert, entry))
        states = [state for state, count in counts.items() for _ in range(count)]
        if not states:
            return
        self.execute(
            "insert into deliveries (alert_id, subscription_id, deed, platform, priority, state, open, due_at)"
            " values (?, ?, 'post', 'telegram', 2, ?, ?, 0)",
            *((alert, at, state, int(state in ("queued", "started"))) for at, state in enumerate(states, 1)),
        )

    def deliver_queued(self, most: int = 1_000_000) -> None:
        self.execute(
            "update deliveries set state = 'delivered', open = 0"
            " where id in (select id from deliveries where state = 'queued' limit ?)",
            (most,),
        )


@pytest.fixture
async def bench(tmp_path: Path) -> Bench:
    """Three facts in a database, and ten chats."""
    made = Bench(tmp_path)
    store = await open_store(made.url)
    await take_over(store, dossier(fact("a"), fact("b"), fact("c")))
    await store.close()
    made.chats(10)
    return made


async def look(bench: Bench, label: str | None = None, *, as_json: bool = False, **settings: object) -> int:
    return await show_deliveries(bench.settings(**settings), label, watch=False, as_json=as_json)


async def program(folder: Path, *arguments: str, **settings: str) -> tuple[int, str, str]:
    """Run `pactwatch` to its end: exit code, standard output, standard error."""
    url = f"sqlite:///{folder}/store.db"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", *arguments, cwd=folder, env=environment(folder, DATABASE_URL=url, **settings),
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, err = await asyncio.wait_for(process.communicate(), SECONDS)
    return process.returncode or 0, out.decode(), err.decode()


async def test_an_empty_database_has_nothing_on_its_way(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Before anything was ever told, each of the commands answers, and none fills the store."""
    assert await program(tmp_path, "deliveries", "--json") == (0, json.dumps(dict.fromkeys(STATES, 0)) + "\n", "")
    code, out, err = await program(tmp_path, "deliveries", "A-1")
    assert (code, out, err.count("\n")) == (1, "", 1)
    bench = Bench(tmp_path)
    assert await look(bench) == 0
    assert await show_deliveries(bench.settings(), None, watch=True, as_json=False) == 0
    assert await let_go_on(bench.settings()) == 0
    said = ["nothing has been told to anybody yet", "nothing is on its way", "pushes were not paused"]
    assert capsys.readouterr().out.splitlines() == [*said, "0 deliveries wait"]
    store = await open_store(bench.url)
    assert await store.instruments() == ()
    await store.close()


async def test_counts_of_all_alerts_are_one_object(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    """A script reads the seven states over all alerts, and nothing else, from one line."""
    bench.alert(delivered=4, uncertain=1, queued=2)
    bench.alert("b", delivered=1, rejected=1)
    assert await look(bench, as_json=True) == 0
    out = capsys.readouterr().out
    assert out.count("\n") == 1
    expected = dict.fromkeys(STATES, 0) | {"delivered": 5, "uncertain": 1, "queued": 2, "rejected": 1}
    assert json.loads(out) == expected


@pytest.mark.parametrize("label", ["1", "A-1", "a-1", "F-1", "F-1@1"])
async def test_an_alert_is_known_by_its_number_and_its_entry(
    bench: Bench, capsys: pytest.CaptureFixture[str], label: str
) -> None:
    """Whether somebody knows the alert's number or only the fact's, they see the same alert."""
    bench.alert(delivered=4, queued=2)
    bench.alert("b", delivered=1)
    assert await look(bench, label, as_json=True) == 0
    about = {"alert": "A-1", "label": "F-1@1", "kind": "alert"}
    assert json.loads(capsys.readouterr().out) == dict.fromkeys(STATES, 0) | about | {"delivered": 4, "queued": 2}


async def test_an_alert_for_nobody_says_so(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    """Where nobody was to be told, the last line is no share of nothing."""
    bench.alert()
    assert await look(bench, "A-1") == 0
    assert capsys.readouterr().out.splitlines()[-1] == "nobody to tell"


@pytest.mark.parametrize("label", ["99", "A-99", "F-3", "F-1@2", "nonsense", "@everyone"])
async def test_an_unknown_alert_is_one_clear_line(bench: Bench, capsys: pytest.CaptureFixture[str], label: str) -> None:
    """What is no alert is refused with its name and a next step."""
    bench.alert(delivered=1)
    assert await look(bench, label) == 1
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", f"{label}: there is no such alert; `pactwatch deliveries` lists the latest\n")


async def test_the_latest_alerts_stand_in_a_table(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    """An operator sees at a glance what was told, how far it is, and how long it takes at least."""
    bench.alert(delivered=4, uncertain=1)
    bench.alert("b", delivered=1, queued=9)
    bench.alert("c", due=600, queued=10)
    assert await look(bench, telegram_bot_token="1:a", telegram_messages_per_second=1) == 0
    header, *rows = capsys.readouterr().out.splitlines()
    assert header.split()[:2] == ["alert", "about"]
    assert "due (UTC)" in header
    assert [row.split()[0:3] for row in rows] == [
        ["A-3", "F-3@1", "alert"],
        ["A-2", "F-2@1", "alert"],
        ["A-1", "F-1@1", "alert"],
    ]
    assert ("0 %" in rows[0], "begins in 10 min" in rows[0]) == (True, True)
    assert ("10 %" in rows[1], " 9 s " in rows[1], "9 queued · 1 delivered" in rows[1]) == (True, True, True)
    assert rows[2].split("100 %")[1].strip() == "4 delivered · 1 uncertain"


async def test_an_uncertain_delivery_is_named_and_settled(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    """Where an answer was lost the operator is told which chat to look into and what to say then, once."""
    bench.alert(delivered=1, uncertain=2)
    assert await look(bench, "A-1") == 0
    out = capsys.readouterr().out
    assert "telegram:2: pactwatch deliveries --settle 2 arrived" in out
    assert "telegram:3: pactwatch deliveries --settle 3 arrived" in out
    assert await settle_delivery(bench.settings(), 2, arrived=True) == 0
    assert await settle_delivery(bench.settings(), 3, arrived=False) == 0
    assert await settle_delivery(bench.settings(), 3, arrived=False) == 1
    assert await settle_delivery(bench.settings(), 1, arrived=True) == 1
    capsys.readouterr()
    await look(bench, "A-1", as_json=True)
    counts = json.loads(capsys.readouterr().out)
    assert (counts["delivered"], counts["queued"], counts["uncertain"]) == (2, 1, 0)


async def test_what_became_of_it_is_arrived_or_again(bench: Bench) -> None:
    """A mistyped word settles nothing and is a mistake of usage."""
    bench.alert(uncertain=1)
    code, out, err = await program(bench.folder, "deliveries", "--settle", "1", "gone")
    assert (code, out) == (2, "")
    assert "4711" in err
    assert await program(bench.folder, "deliveries", "--settle", "1", "arrived") == (0, "1: taken as delivered\n", "")


async def test_pushes_are_paused_and_resumed_by_anybody_beside_the_service(
    bench: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    """The brake is set and lifted from another process, as often as one likes, and says how much waits."""
    bench.alert(queued=2, started=1, delivered=4)
    code, out, _ = await program(bench.folder, "pause")
    assert (code, out.splitlines()[1]) == (0, "3 deliveries wait")
    assert "`pactwatch resume`" in out
    store = await open_store(bench.url)
    try:
        assert await store.outbox.braked()
        assert await hold(bench.settings()) == 0
        assert "already" in capsys.readouterr().out
        await look(bench)
        assert "pushes are paused" in capsys.readouterr().out
        await look(bench, "A-1")
        assert "57 % done, paused" in capsys.readouterr().out
        code, out, _ = await program(bench.folder, "resume")
        assert (code, out) == (0, "pushes go on\n3 deliveries wait\n")
        assert not await store.outbox.braked()
        assert await let_go_on(bench.settings()) == 0
        assert capsys.readouterr().out == "pushes were not paused\n3 deliveries wait\n"
    finally:
        await store.close()


async def test_a_copy_is_released_before_its_first_start(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever sets a database up elsewhere and says `resume` first is shown what may have left, and need not say it twice."""
    bench.alert(queued=3)
    assert await let_go_on(bench.settings()) == 0
    copy = bench.folder / "copy.db"
    shutil.copy(bench.folder / "store.db", copy)
    capsys.readouterr()
    settings = bench.settings(database_url=f"sqlite:///{copy}")
    assert await let_go_on(settings) == 0
    said = capsys.readouterr().out
    assert "is a copy" in said
    assert "3 chats" in said
    assert await let_go_on(settings, look=True) == 0
    assert capsys.readouterr().out == "nothing is in doubt: the database was not put back\n"


async def test_watching_ends_by_itself(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    """Where output is no screen, each look is a line for each alert on its way, until all of them are done."""
    bench.alert("b", delivered=10)
    bench.alert(delivered=1, queued=9)
    settings = bench.settings(telegram_bot_token="1:a", telegram_messages_per_second=10)
    watching = asyncio.create_task(show_deliveries(settings, None, watch=True, as_json=False))
    written = ""
    async with asyncio.timeout(SECONDS):
        while written.count("\n") < 1:
            await asyncio.sleep(0.02)
            written += capsys.readouterr().out
        bench.deliver_queued(5)
        while "60 %" not in written:
            await asyncio.sleep(0.02)
            written += capsys.readouterr().out
        bench.deliver_queued()
        assert await watching == 0
    written += capsys.readouterr().out
    lines = [[part.strip() for part in line.split("|")] for line in written.splitlines()]
    assert [line[0] for line in lines] == ["A-2 F-1@1"] * len(lines)
    assert lines[0][1:] == ["10 %", "0.0/s (0 % of the limit)", "?", "9 queued · 1 delivered"]
    assert "% of the limit" in lines[-2][2]
    assert lines[-2][3].endswith(" s")
    assert lines[-1][1::2] == ["100 %", "done"]


async def test_watching_one_alert_in_json_is_a_line_a_second(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    """A script follows one alert line by line and is done when that is done, whatever else is on its way."""
    bench.alert(queued=2)
    bench.alert("b", queued=1)
    watching = asyncio.create_task(show_deliveries(bench.settings(), "F-1", watch=True, as_json=True))
    written = ""
    async with asyncio.timeout(SECONDS):
        while not written:
            await asyncio.sleep(0.02)
            written += capsys.readouterr().out
        bench.execute("update deliveries set state = 'expired', open = 0 where alert_id = 1")
        assert await watching == 0
    written += capsys.readouterr().out
    found = [json.loads(line) for line in written.splitlines()]
    assert [(each["queued"], each["expired"]) for each in (found[0], found[-1])] == [(2, 0), (0, 2)]
    assert {each["alert"] for each in found} == {"A-1"}


async def test_on_a_screen_there_is_a_bar_and_control_c_leaves(bench: Bench) -> None:
    """On a terminal the bar, the share of the limit and the states are drawn; Control-C leaves in good order."""
    bench.alert(delivered=5, queued=5)
    screen, theirs = os.openpty()
    os.set_blocking(screen, False)
    # Of tests that run in a shell's background, a child would go on ignoring what it is sent here.
    ours = signal.signal(signal.SIGINT, signal.default_int_handler)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "deliveries", "--watch", cwd=bench.folder,
        env=environment(bench.folder, DATABASE_URL=bench.url, TERM="xterm", COLUMNS="140", LINES="30", **TOKENS),
        stdin=theirs, stdout=theirs, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    signal.signal(signal.SIGINT, ours)
    os.close(theirs)
    drawn = b""
    try:
        async with asyncio.timeout(SECONDS):
            while b"of the limit" not in drawn or b"5 queued" not in drawn:
                await asyncio.sleep(0.02)
                drawn += _read(screen)
            process.send_signal(signal.SIGINT)
            leaving = asyncio.create_task(process.communicate())
            while not leaving.done():  # a screen that nobody reads fills up, and whoever draws on it waits
                await asyncio.sleep(0.02)
                drawn += _read(screen)
            _, err = await leaving
    finally:
        os.close(screen)
    assert (process.returncode, err) == (0, b"")
    text = drawn.decode()
    assert "A-1 F-1@1" in text
    assert "50 %" in text
    assert "━" in text
    assert text.rstrip().endswith("\x1b[?25h"), "the cursor is shown again"


def _read(screen: int) -> bytes:
    try:
        return os.read(screen, 1 << 16)
    except (BlockingIOError, OSError):
        return b""


def test_a_rate_is_that_of_the_last_seconds() -> None:
    """What was fast a minute ago does not make a stalled alert look alive."""
    meter = Meter()
    assert meter.rate(0, 100) == 0
    assert meter.rate(1, 130) == pytest.approx(30)
    assert meter.rate(2, 160) == pytest.approx(30)
    for second in range(3, 40):
        last = meter.rate(second, 160)
    assert last == 0
    assert meter.rate(40, 160 + int(SPAN)) == pytest.approx(1, rel=0.2)

"""What an operator sees of the two logs."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
import typer

from bot.cli import kept_heads
from bot.core.authority import Role
from bot.maintenance import check_database, print_heads, verify_log
from bot.settings import Settings, read_settings
from storage import open_store
from tests.builders import dossier, fact
from tests.newsroom import join
from tests.stores import take_over


@pytest.fixture
async def settings(tmp_path: Path) -> Settings:
    """The settings of a database in which three facts were imported and two more published."""
    url = f"sqlite:///{tmp_path}/store.db"
    store = await open_store(url)
    await take_over(store, dossier(fact("a"), fact("b"), fact("c")))
    writer, editor = await join(store, "1", Role.CONTRIBUTOR), await join(store, "2")
    for at in range(2):
        await editor.approve(await writer.propose(fact("x"), at=at))
    await store.close()
    return read_settings(_env_file=None, database_url=url)


def tamper(settings: Settings, statement: str) -> None:
    connection = sqlite3.connect(settings.database_url.removeprefix("sqlite:///"))
    with connection:
        connection.execute(statement)
    connection.close()


@pytest.mark.parametrize(
    ("damage", "line"),
    [
        ("update revisions set note = 'x' where seq = 2", "the revision log is broken at row 2"),
        ("update audit set subject = 'F-9' where seq = 3", "the audit log is broken at row 3"),
        (
            "update entries set body = replace(body, '\"a\"', '\"z\"') where id = 1",
            "F-1 is not as its last revision says",
        ),
    ],
)
async def test_damage_is_one_clear_line(settings: Settings, capsys: pytest.CaptureFixture[str], damage: str, line: str):
    """Whoever checks a database is told which log is broken and where, or which entry is not what was published."""
    assert (await verify_log(settings, ()), await check_database(settings)) == (0, 0)
    assert capsys.readouterr().out == "both logs are unbroken\nthe database is sound\n"
    tamper(settings, damage)
    for check in (verify_log(settings, ()), check_database(settings)):
        assert await check == 1
        assert capsys.readouterr().out == f"{line}\n"


async def test_a_head_kept_elsewhere_is_compared(
    settings: Settings, capsys: pytest.CaptureFixture[str], tmp_path: Path
):
    """A line that was written down, or a file of such lines, catches a log that was rewritten as a whole."""
    assert await print_heads(settings) == 0
    line = capsys.readouterr().out.strip()
    assert [part for part in line.split() if len(part) < 64] == ["5", "4"]
    kept = tmp_path / "heads.txt"
    kept.write_text(f"0 - 0 -\n\n{line}\n", encoding="utf-8")
    assert kept_heads(str(kept)) == ("0 - 0 -", line)
    assert kept_heads(line) == (line,)
    assert kept_heads(None) == ()
    assert await verify_log(settings, kept_heads(str(kept))) == 0
    tamper(settings, "delete from audit")
    tamper(settings, "update meta set value = '' where key = 'audit_hash'")
    assert await verify_log(settings, ()) == 0, "by themselves the logs are whole"
    capsys.readouterr()
    assert await verify_log(settings, kept_heads(str(kept))) == 1
    assert capsys.readouterr().out == "the audit log is broken at row 4\n"


async def test_a_head_that_is_none_is_a_mistake(settings: Settings, capsys: pytest.CaptureFixture[str], tmp_path: Path):
    """A mistyped line or a file that can't be read is refused and never taken for a sound log."""
    assert await verify_log(settings, ("5 abc",)) == 2
    assert "expected what `pactwatch audit head` prints, found 5 abc" in capsys.readouterr().err
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(typer.BadParameter):
        kept_heads(str(tmp_path / "binary"))

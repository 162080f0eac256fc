"""An address of a database says where transactions go and where what lasts longer goes."""

from __future__ import annotations

import pytest

from bot.core.databases import EXPECTED, PostgresAddress, postgres_address


@pytest.mark.parametrize(
    "url", ["postgresql://u:p%40@h/d", "postgresql:///d?host=/tmp", "postgresql://u:@/d?host=%2Ftmp"]
)
def test_without_a_pooler_there_is_one_address(url: str):
    """An address that names no second one is taken as it is."""
    assert postgres_address(url) == PostgresAddress(url, url, pooled=False)


@pytest.mark.parametrize(
    ("url", "pooled", "session"),
    [
        (
            "postgresql://u:p%40@pooler:6432/d?session_host=db.internal&session_port=5433&sslmode=require",
            "postgresql://u:p%40@pooler:6432/d?sslmode=require",
            "postgresql://u:p%40@/d?sslmode=require&host=db.internal&port=5433",
        ),
        ("postgresql://u@h:6432/d?session_port=5432", "postgresql://u@h:6432/d?", "postgresql://u@/d?host=h&port=5432"),
        ("postgresql://h:6432/d?session_host=s", "postgresql://h:6432/d?", "postgresql:///d?host=s&port=5432"),
        (
            "postgresql:///d?host=/tmp/pooler&port=6432&session_host=/tmp/server",
            "postgresql:///d?host=%2Ftmp%2Fpooler&port=6432",
            "postgresql:///d?host=%2Ftmp%2Fserver&port=5432",
        ),
    ],
)
def test_behind_a_pooler_the_server_has_an_address_of_its_own(url: str, pooled: str, session: str):
    """Name, password, database and encryption hold for both addresses; host and port do not."""
    assert postgres_address(url) == PostgresAddress(pooled, session, pooled=True)


@pytest.mark.parametrize(
    "query",
    ["session_port=x", "session_port=0", "session_port=65536", "session_port=", "session_host=a b", "session_hots=a"],
)
def test_what_names_no_server_is_refused(query: str):
    """A slip of the pen is said by name instead of being taken for something else."""
    with pytest.raises(ValueError, match=EXPECTED.partition("?")[2]):
        postgres_address(f"postgresql://u@h/d?{query}")

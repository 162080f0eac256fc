"""The operator's guide names the connections and time limits that the program has."""

from __future__ import annotations

import re

import pytest

from storage.dialects.postgres_pool import (
    ABANDONED_SECONDS,
    CONNECT_SECONDS,
    PATIENCE_SECONDS,
    POOL,
    PROBE_SECONDS,
    PROCESS,
    SLOW_SECONDS,
    TCP,
)
from storage.engine import DDL_SECONDS, MIGRATION_SECONDS
from storage.search.ranking import TIME_LIMIT
from tests.docs.papers import PAPERS
from tests.platforms.pooler import CONFIGURATION

GUIDE = PAPERS["docs/operating.md"].partition("### Connections, pools, time limits")[2]
IDLE, EVERY, TIMES, UNCONFIRMED = TCP.values()
FIGURES = {
    "connections": [POOL],
    "beside them": [PROCESS - POOL],
    "waiting for a connection, or for a lock": [PATIENCE_SECONDS],
    "connecting": [CONNECT_SECONDS],
    "waiting for an answer": [SLOW_SECONDS, PROBE_SECONDS],
    "keepalives, at both ends": [IDLE, TIMES, EVERY, UNCONFIRMED / 1000],
    "a transaction in which nothing happens": [ABANDONED_SECONDS],
    "one statement": [TIME_LIMIT * 1000],
    "a connection at rest": [],
    "changing the tables": [MIGRATION_SECONDS, DDL_SECONDS],
}


def test_the_table_names_what_the_program_does():
    """Whoever sizes a server by the guide finds no more connections there, and waits no longer, than it says."""
    rows = dict(re.findall(r"^\| ([^|]+) \| ([^|]+) \|", GUIDE, re.MULTILINE))
    told = {what: [float(each) for each in re.findall(r"[0-9.]+", value)] for what, value in rows.items()}
    assert {what: told[what] for what in FIGURES} == FIGURES
    assert told.keys() - FIGURES.keys() == {"what"}
    assert PROCESS == 10, "ten for each process"


@pytest.mark.parametrize("section", ["databases", "pgbouncer"])
def test_the_recipe_of_a_pooler_is_the_one_that_is_tried(section: str):
    """What the guide has people write for PgBouncer is what the tests run it with."""
    (recipe,) = re.findall(rf"^    \[{section}\]\n((?:    .+\n)+)", GUIDE, re.MULTILINE)
    tried = set(CONFIGURATION.splitlines())
    if section == "databases":
        assert re.findall(r"connect_query=.*", recipe) == re.findall(r"connect_query=.*", CONFIGURATION)
    else:
        assert {line.strip() for line in recipe.splitlines() if "default_pool_size" not in line} <= tried

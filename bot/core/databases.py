"""What the address of a PostgreSQL database says: how to reach it, and whether a pooler stands in between.

    postgresql://user:password@pooler:6432/pactwatch?session_host=db.internal&session_port=5432

A pooler lends a connection to the server for one transaction at a time. What lasts longer (the locks by which processes
take turns, being woken up, `pg_dump`) goes to the server itself, which these two name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

HOST, PORT = "session_host", "session_port"
EXPECTED = f"postgresql://…?{HOST}=host&{PORT}=number, of the server behind the pooler"


@dataclass(frozen=True, slots=True)
class PostgresAddress:
    """Both in libpq's words. url: by way of the pooler, where there is one. session: of the server itself."""

    url: str
    session: str
    pooled: bool


def postgres_address(url: str) -> PostgresAddress:
    """Take an address apart. Raises ValueError, with what is expected, where what it says of the server can't be."""
    rest = url.partition("://")[2]
    place, _, query = rest.partition("?")
    asked = parse_qsl(query, keep_blank_values=True)
    direct = {name: value for name, value in asked if name.startswith("session_")}
    if not direct:
        return PostgresAddress(f"postgresql://{rest}", f"postgresql://{rest}", pooled=False)
    both = [each for each in asked if each[0] not in direct]
    at, slash, name = place.partition("/")
    who, sign, pooler = at.rpartition("@")
    host = direct.pop(HOST, None) or dict(both).get("host") or re.sub(r":[0-9]+$", "", pooler).strip("[]")
    port = direct.pop(PORT, "5432")
    known = not direct and re.fullmatch(r"[A-Za-z0-9._:%/-]+", host) and re.fullmatch(r"[0-9]{1,5}", port)
    if not known or not 0 < int(port) < 1 << 16:
        raise ValueError(EXPECTED)
    itself = [each for each in both if each[0] not in ("host", "hostaddr", "port")]
    return PostgresAddress(
        f"postgresql://{place}?{urlencode(both)}",
        f"postgresql://{who}{sign}{slash}{name}?{urlencode([*itself, ('host', host), ('port', port)])}",
        pooled=True,
    )

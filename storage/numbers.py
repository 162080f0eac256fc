"""Many numbers as one parameter of a statement.

With a parameter for each, the statement is another one for each length of the list: putting it together, reading it and
planning it then takes PostgreSQL and us longer than what it does.
"""

# ruff: noqa: D102, S608 – the methods are SQLAlchemy's; what is put together was compiled by it
from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ARRAY, BigInteger, ColumnElement, Dialect, Text, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine


class Numbers(TypeDecorator[Sequence[int]]):
    """An array on PostgreSQL, JSON on SQLite."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(ARRAY(BigInteger) if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: Sequence[int] | None, dialect: Dialect) -> Any:
        return value if dialect.name == "postgresql" else json.dumps(value)


class _OneOf(FunctionElement[Any]):
    # Were it said to be a boolean, SQLite would be asked whether it equals 1, and then it uses no index.
    inherit_cache = True


def one_of(column: ColumnElement[int], name: str) -> ColumnElement[Any]:
    """Whether a column is one of the numbers in the parameter of this name."""
    return _OneOf(column, bindparam(name, type_=Numbers))


@compiles(_OneOf, "postgresql")
def _any(element: _OneOf, compiler: SQLCompiler, **more: Any) -> str:
    column, numbers = (compiler.process(each, **more) for each in element.clauses)
    return f"{column} = any ({numbers})"


@compiles(_OneOf, "sqlite")
def _each(element: _OneOf, compiler: SQLCompiler, **more: Any) -> str:
    column, numbers = (compiler.process(each, **more) for each in element.clauses)
    return f"{column} in (select value from json_each({numbers}))"

"""Statements of the hot path: SQLAlchemy makes each once for a kind of database, and the driver executes it.

What SQLAlchemy does at every execution (look the compiled statement up, expand its lists, make a context, a cursor and
a result) takes more time than the database needs for the work itself. Everything else goes the usual way.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import BindParameter, Dialect, bindparam
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import TypeEngine

from mailer.storage.store import Tx

Values = Mapping[str, Any]
Row = tuple[Any, ...]
_Convert = Callable[[Any], Any]
_Each = tuple[str, _Convert | None]


class Prepared:
    """One statement, with named parameters and at most one list."""

    def __init__(self, build: Callable[..., Any], *, columns: Sequence[str] = ()) -> None:
        """`build` gives the statement; where it takes a list, it is called with the list's parameters. `columns` are
        those that an INSERT sets."""
        self._build = build
        self._columns = list(columns) or None
        self._made: dict[tuple[str, int], _Made] = {}

    def rows(self, tx: Tx, values: Values, among: Collection[Any] | None = None) -> list[Row]:
        """Execute it; what it returns, each value as its column's type in SQLAlchemy has it."""
        made = self._for(tx, among)
        return made.converted(made.execute(tx, made.bound(values, among)).fetchall())

    def run(self, tx: Tx, values: Values, among: Collection[Any] | None = None) -> None:
        """Execute it."""
        made = self._for(tx, among)
        made.execute(tx, made.bound(values, among))

    def run_each(self, tx: Tx, rows: Sequence[Values]) -> None:
        """Execute it for each of these rows."""
        if rows:
            made = self._for(tx, None)
            made.execute(tx, made.bound_each(rows), many=True)

    def statement(self, length: int | None = None) -> Any:
        """As SQLAlchemy has it, for a list of this length where it takes one."""
        return self._build() if length is None else self._build([bindparam(_item(n)) for n in range(length)])

    def _for(self, tx: Tx, among: Collection[Any] | None) -> _Made:
        length = None if among is None else len(among)
        key = tx.connection.dialect.name, -1 if length is None else length
        if key not in self._made:
            self._made[key] = _make(self.statement(length), tx.connection.dialect, self._columns)
        return self._made[key]


@dataclass(frozen=True, slots=True)
class _Made:
    """A compiled statement: its text, and how values go in and come out. `in_order`: parameters have no names."""

    text: str
    dialect: Dialect
    in_order: bool
    given: tuple[_Each, ...]
    fixed: Values
    taken: tuple[tuple[int, _Convert], ...]

    def bound(self, values: Values, among: Collection[Any] | None) -> Any:
        if among is not None or self.fixed:
            values = {**self.fixed, **values, **{_item(n): value for n, value in enumerate(among or ())}}
        if self.in_order:
            return [convert(values[name]) if convert else values[name] for name, convert in self.given]
        return {name: convert(values[name]) if convert else values[name] for name, convert in self.given}

    def bound_each(self, rows: Sequence[Values]) -> list[Any]:
        """The same for many rows; what several of them share, such as the moment, is converted once."""
        once = replace(self, given=tuple((name, convert and _remembering(convert)) for name, convert in self.given))
        return [once.bound(values, None) for values in rows]

    def execute(self, tx: Tx, values: Any, *, many: bool = False) -> Any:
        """The driver's cursor. Raises the error that SQLAlchemy would."""
        cursor = tx.connection.connection.cursor()
        try:
            (cursor.executemany if many else cursor.execute)(self.text, values)
        except Exception as error:
            base = self.dialect.loaded_dbapi.Error
            if not isinstance(error, base):
                raise
            raise DBAPIError.instance(
                self.text, None, error, base, hide_parameters=True, dialect=self.dialect
            ) from error
        return cursor

    def converted(self, rows: list[Row]) -> list[Row]:
        if not self.taken:
            return rows
        return [self._convert(list(row)) for row in rows]

    def _convert(self, row: list[Any]) -> Row:
        for place, convert in self.taken:
            if row[place] is not None:
                row[place] = convert(row[place])
        return tuple(row)


def _make(statement: Any, dialect: Dialect, columns: list[str] | None) -> _Made:
    compiled = statement.compile(dialect=dialect, column_keys=columns)
    binds: Mapping[str, BindParameter[Any]] = compiled.binds
    if any(bind.expanding for bind in binds.values()):
        raise ValueError("a list must come as `among`: its length is part of the statement")
    in_order = bool(dialect.positional)
    names = compiled.positiontup if in_order else tuple(compiled.params)
    given = tuple((name, _way(binds[name].type, dialect, "bind_processor")) for name in names)
    fixed = {name: value for name, value in compiled.params.items() if not binds[name].required}
    out = (column.type for column in getattr(statement, "exported_columns", ()))
    ways = [(place, _way(type_, dialect, "result_processor", None)) for place, type_ in enumerate(out)]
    taken = tuple((place, way) for place, way in ways if way is not None)
    return _Made(str(compiled), dialect, in_order, given, fixed, taken)


def _way(type_: TypeEngine[Any], dialect: Dialect, name: str, *more: Any) -> _Convert | None:
    """How a type's values cross to or from the driver; None where they cross as they are."""
    way: _Convert | None = getattr(type_.dialect_impl(dialect), name)(dialect, *more)
    return way


def _remembering(convert: _Convert) -> _Convert:
    last: list[Any] = [None, None]  # the value, and what it was converted to

    def same(value: Any) -> Any:
        if value is not last[0]:
            last[:] = value, convert(value)
        return last[1]

    last[1] = convert(None)
    return same


def _item(number: int) -> str:
    return f"item_{number}"

"""Declares tables as classes of annotated columns, for SQLAlchemy's Core.

SQLAlchemy's ORM has the same notation, but importing it and mapping the tables takes as long as a command,
and nothing here works with its objects.
"""

from types import NoneType
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar, cast, get_args

from sqlalchemy import Column, FromClause, Index, MetaData, Table

T = TypeVar("T")
Model = TypeVar("Model", bound="type[TableModel]")


class Mapped(Generic[T]):
    """The annotation of a column with values of type T; with `| None` the column is nullable."""

    if TYPE_CHECKING:

        def __get__(self, instance: object, owner: object) -> Column[T]:
            """The column."""


def mapped_column(*args: Any, **options: Any) -> Any:
    """What the annotation does not say of a column: arguments of `sqlalchemy.Column`."""
    return args, options


def partial_index(name: str, *columns: str, where: str) -> Index:
    """An index of the rows for which a condition is true. The migration creates it with the condition.

    Here the condition is a note: an index with options of PostgreSQL imports that dialect with all its
    drivers, in each command.
    """
    return Index(name, *columns, info={"where": where})


class _TableClass(type):
    """The class of tables, which statements take in place of `__table__`."""

    __table__: FromClause

    def __clause_element__(cls) -> FromClause:
        """The table, as SQLAlchemy asks for it."""
        return cls.__table__


class TableModel(metaclass=_TableClass):
    """The base of a schema's tables. Its direct subclass has their metadata and the types of annotations."""

    metadata: ClassVar[MetaData]
    type_of: ClassVar[dict[Any, Any]]

    def __init_subclass__(cls) -> None:
        """Create the table of a class with `__tablename__`; its columns become attributes of the class."""
        if "__tablename__" not in cls.__dict__:
            return
        parts = list(cls.__dict__.get("__table_args__", ()))
        options = parts.pop() if parts and isinstance(parts[-1], dict) else {}
        columns = [_column(cls, name, kind) for name, kind in cls.__annotations__.items()]
        table = Table(cls.__dict__["__tablename__"], cls.metadata, *columns, *parts, **options)
        cls.__table__ = table
        for column in table.columns:
            setattr(cls, column.key, column)


def _column(model: type[TableModel], name: str, annotation: Any) -> Column[Any]:
    """The column of an annotation, of the annotation's type unless another or a foreign key is given."""
    args, options = model.__dict__.get(name, ((), {}))
    [value] = get_args(annotation)
    is_nullable = NoneType in get_args(value)
    kind = get_args(value)[0] if is_nullable else value  # of `kind | None`
    return Column(name, *(args or (model.type_of[kind],)), nullable=is_nullable, **options)


class _Alias:
    """A table under another name, with its columns as attributes."""

    def __init__(self, table: FromClause) -> None:
        self._table = table.alias()

    def __clause_element__(self) -> FromClause:
        return self._table

    def __getattr__(self, name: str) -> Any:
        """The column of that name."""
        if name not in self._table.c:
            raise AttributeError(name)
        return self._table.c[name]


def aliased(model: Model) -> Model:
    """The table under another name, to use it twice in a statement."""
    return cast("Model", _Alias(model.__table__))

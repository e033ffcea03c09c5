"""Findings from the page of an article: the length of its text, its agency and its dateline."""

from sqlalchemy import Connection, bindparam, case, func, select, update

from worker.store.models import ArticleRow

_LETTERS = select(ArticleRow.text_letters).where(ArticleRow.id == bindparam("article"))
_NOTE_PAGE = (
    update(ArticleRow)
    .where(ArticleRow.id == bindparam("article"))
    .values(
        text_letters=bindparam("letters"),
        first_letters=case(
            (ArticleRow.first_letters < bindparam("first"), bindparam("first")),
            else_=ArticleRow.first_letters,
        ),
        agency=func.coalesce(ArticleRow.agency, bindparam("new_agency", type_=ArticleRow.agency.type)),
        dateline=func.coalesce(
            ArticleRow.dateline, bindparam("new_dateline", type_=ArticleRow.dateline.type)
        ),
    )
)


def read_text_letters(connection: Connection, article: int) -> int:
    """The number of letters of an article's text, without furniture."""
    return connection.scalar(_LETTERS, {"article": article}) or 0


def note_page(
    connection: Connection,
    article: int,
    *,
    text_letters: int,
    agency: str | None,
    dateline: str | None,
    is_first: bool = True,
) -> None:
    """Store findings from the text of an article's page; those from the feed are not replaced.

    A page that was read before (not `is_first`) tells nothing of how long the text was at first.
    """
    first = text_letters if is_first else 0
    found = {"letters": text_letters, "first": first, "new_agency": agency, "new_dateline": dateline}
    connection.execute(_NOTE_PAGE, {"article": article, **found})


def note_credit(connection: Connection, article: int, agency: str) -> bool:
    """Store the credited agency; True if it overrides the assumption that the feed's own agency wrote it."""
    row = connection.execute(
        select(ArticleRow.agency, ArticleRow.is_agency).where(ArticleRow.id == article)
    ).first()
    if row is None or row.agency == agency or (row.agency is not None and not row.is_agency):
        return False
    values = {"agency": agency, "is_agency": False}
    connection.execute(update(ArticleRow).where(ArticleRow.id == article).values(**values))
    return bool(row.is_agency)

"""Looking things up in what was read: by words (FTS5, bm25), by numbers, by meaning.

The index is one SQLite file, made of results and made again from them at any time; beside it lie the vectors
of the printed sentences as bytes, mapped into memory when they are asked for.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from briefer.callouts.units import LISTED_UNITS
from briefer.database import (
    NewerError,
    OtherFileError,
    is_corruption,
    opened,
    opened_to_read,
    transaction,
)
from briefer.errors import DamagedIndexError, SearchError
from briefer.index_rows import (
    FIGURE_COLUMNS,
    MARKS,
    Figure,
    Hit,
    Line,
    conditions,
    figure_conditions,
    figure_rows,
    unit_condition,
)
from briefer.query import Query, phrase_of, read_query
from briefer.types import Article, Outcome, Summary

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Name of the file of an index, in whatever folder it lies.
INDEX: Final = "index.sqlite3"
_WAIT: Final = 60.0  # seconds to wait for a run that is writing
_TABLES: Final = (
    "CREATE TABLE docs (id INTEGER PRIMARY KEY, key TEXT NOT NULL, article TEXT NOT NULL, source TEXT NOT NULL, title TEXT NOT NULL,"
    " published TEXT NOT NULL, language TEXT NOT NULL)",
    "CREATE INDEX docs_key ON docs (key)",
    "CREATE VIRTUAL TABLE words USING fts5(title, body, bullets, numbers, tokenize = \"porter unicode61 remove_diacritics 2\")",
    "CREATE TABLE figures (id INTEGER PRIMARY KEY, doc INTEGER NOT NULL, figure TEXT NOT NULL, value REAL, low REAL, high REAL, unit TEXT NOT NULL,"
    " measure TEXT NOT NULL, kind TEXT NOT NULL, bound TEXT NOT NULL, direction TEXT NOT NULL, start TEXT NOT NULL, until TEXT NOT NULL, time TEXT NOT NULL,"
    " standing TEXT NOT NULL, attribution TEXT NOT NULL, sentence TEXT NOT NULL, span TEXT NOT NULL)",
    "CREATE INDEX figures_doc ON figures (doc)",
    "CREATE VIRTUAL TABLE measures USING fts5(measure, tokenize = \"porter unicode61 remove_diacritics 2\")",
    "CREATE TABLE sentences (row INTEGER PRIMARY KEY, doc INTEGER NOT NULL, text TEXT NOT NULL)",
    "CREATE INDEX sentences_doc ON sentences (doc)",
    "CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
)  # fmt: skip
_APPLICATION: Final = 0x62726965  # "brie": a file with other tables is not taken for an index
# What is in it was made from elsewhere, and is made again.
_KEYS: Final = (
    *(f"DELETE FROM {table}" for table in ("docs", "words", "figures", "measures", "sentences", "meta")),
    "CREATE TABLE keys (key TEXT PRIMARY KEY, noted TEXT NOT NULL) WITHOUT ROWID",
    f"PRAGMA application_id = {_APPLICATION}",
)  # fmt: skip
_WEIGHTS: Final = "4.0, 1.0, 2.0, 2.0"  # of title, text, bullets, numbers
_RANK_OFFSET: Final = 60  # of reciprocal rank fusion (Cormack et al. 2009)
_ORDER: Final = "docs.published DESC, docs.source, docs.article"  # of hits that are equally good
_ANEW: Final = (
    "The next `briefer batch` into this folder, or `briefer make`, makes it anew from what was done"
)
_FUSED: Final = 200  # hits of either kind that are merged
_ROWS: Final = 65_536  # vectors that are compared at once
_MOST: Final = 50  # words of a measure
_SHOWN: Final = 3  # lines and numbers of a hit


class Index:
    """An open index.

    Args:
        path: the file.
        must_be: it must be there, and is only read.

    Raises:
        SearchError: it is not there, or cannot be used.
    """

    def __init__(self, path: Path, *, must_be: bool = False) -> None:
        self.path = path
        self._vectors = path.with_suffix(".i8")
        self._written: list[bytes] = []  # vectors of what is being put, and the number of the first
        self._first = 0
        if must_be and not path.exists():
            raise SearchError("there is no index", where=str(path), hint="`briefer batch` makes one in its output folder, and `briefer make` one of your own; --in names a folder")  # fmt: skip
        with self._said():
            try:
                versions = (_TABLES, _KEYS)
                self._db = (
                    opened_to_read(path, len(versions), wait=_WAIT, application=_APPLICATION)
                    if must_be
                    else opened(path, versions, wait=_WAIT)
                )
            except NewerError as error:
                raise DamagedIndexError("it was made by another version of briefer", where=str(path), hint=_ANEW) from error  # fmt: skip
            except OtherFileError as error:
                raise SearchError("it is no index of briefer", where=str(path), hint="Name another folder") from error  # fmt: skip

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    @staticmethod
    def remove(path: Path) -> None:
        """Remove an index and what lies beside it."""
        for name in (
            path.name,
            f"{path.name}-wal",
            f"{path.name}-shm",
            path.with_suffix(".i8").name,
        ):
            path.with_name(name).unlink(missing_ok=True)

    # --- writing --------------------------------------------------------------------------

    def put(self, key: str, made: Iterable[tuple[Outcome, Sequence[Line]]], noted: str = "") -> None:  # fmt: skip
        """Index results under a key, in the place of what was there under it; failures are left out.

        Args:
            key: of the block, or of the source.
            made: outcomes and what is printed of them.
            noted: day of it, ISO 8601, for `prune`.
        """
        with self._said(), transaction(self._db):
            self._forget(key)
            self._db.execute("INSERT INTO keys VALUES (?, ?)", (key, noted))
            self._written, self._first = [], self._counted()
            for outcome, lines in made:
                if outcome.article is not None and outcome.summary is not None:
                    self._add(key, outcome.article, outcome.summary, lines)
            self._write_vectors()

    def see_to(self, origin: str) -> None:
        """Empty it where it is of something else than ``origin``, or where its vectors are damaged."""
        with self._said():
            n, width = self._counted(), int(self._noted("width") or 0)
            size = self._vectors.stat().st_size if self._vectors.exists() else 0
            if self._noted("origin") == origin and size >= n * width:
                return
            with transaction(self._db):
                for table in ("docs", "words", "figures", "measures", "sentences", "meta", "keys"):
                    self._db.execute(f"DELETE FROM {table}")
                self._note("origin", origin)
            self._vectors.unlink(missing_ok=True)

    def lacking(self, keys: Iterable[str]) -> list[str]:
        """Those of some keys that nothing was put under."""
        with self._said():
            known = {key for (key,) in self._db.execute("SELECT key FROM keys")}
        return [key for key in keys if key not in known]

    def prune(self, before: str) -> int:
        """Forget what was noted before a day, ISO 8601; how many keys."""
        with self._said(), transaction(self._db):
            old = [key for (key,) in self._db.execute("SELECT key FROM keys WHERE noted < ?", (before,))]  # fmt: skip
            for key in old:
                self._forget(key)
        return len(old)

    def _noted(self, name: str) -> str:
        row = self._db.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return row[0] if row else ""

    def _note(self, name: str, value: str) -> None:
        self._db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, value))

    def _counted(self) -> int:
        """Rows of vectors that were ever written: the number of none is given twice."""
        return int(self._noted("rows") or 0)

    @property
    def encoder(self) -> str:
        """Name of the model whose vectors are in it; "" if none are."""
        with self._said():
            return self._noted("encoder")

    @encoder.setter
    def encoder(self, name: str) -> None:
        with self._said():
            self._note("encoder", name)

    def _forget(self, key: str) -> None:
        docs = "(SELECT id FROM docs WHERE key = ?)"
        for sql in (
            f"DELETE FROM measures WHERE rowid IN (SELECT id FROM figures WHERE doc IN {docs})",
            f"DELETE FROM figures WHERE doc IN {docs}",
            f"DELETE FROM sentences WHERE doc IN {docs}",
            f"DELETE FROM words WHERE rowid IN {docs}",
            "DELETE FROM docs WHERE key = ?",
            "DELETE FROM keys WHERE key = ?",
        ):
            self._db.execute(sql, (key,))

    def _add(self, key: str, article: Article, summary: Summary, lines: Sequence[Line]) -> None:
        text = article.text
        row = (key, article.id, article.source, article.title or "", article.published.date if article.published else "", article.language)  # fmt: skip
        doc = self._db.execute("INSERT INTO docs (key, article, source, title, published, language) VALUES (?, ?, ?, ?, ?, ?)", row).lastrowid  # fmt: skip
        figures = [figure for c in summary.callouts for figure in figure_rows(c, text)]
        numbers = "\n".join(f"{f[0]} · {f[5]}" for f in figures)
        bullets = "\n".join(summary.printed())
        self._db.execute("INSERT INTO words (rowid, title, body, bullets, numbers) VALUES (?, ?, ?, ?, ?)", (doc, article.title or "", text, bullets, numbers))  # fmt: skip
        for figure in figures:
            number = self._db.execute(f"INSERT INTO figures ({FIGURE_COLUMNS}, doc) VALUES ({'?, ' * 16}?)", (*figure, doc)).lastrowid  # fmt: skip
            self._db.execute(
                "INSERT INTO measures (rowid, measure) VALUES (?, ?)", (number, _measured(figure))
            )
        self._add_lines(int(doc or 0), [line for line in lines if line.vector])

    def _add_lines(self, doc: int, lines: Sequence[Line]) -> None:
        first = self._first + len(self._written)
        self._written += [line.vector for line in lines]
        rows = [(first + i, doc, line.text) for i, line in enumerate(lines)]
        self._db.executemany("INSERT INTO sentences VALUES (?, ?, ?)", rows)

    def _write_vectors(self) -> None:
        """The vectors of what was put, behind all that there are; before the transaction that their rows are in."""
        if not self._written:
            return
        size = len(self._written[0])
        with self._vectors.open("r+b" if self._vectors.exists() else "w+b") as stream:
            stream.seek(self._first * size)
            stream.write(b"".join(self._written))
            stream.flush()
            os.fsync(stream.fileno())
        self._note("rows", str(self._first + len(self._written)))
        self._note("width", str(size))

    # --- asking ---------------------------------------------------------------------------

    def search(self, text: str, *, since: str = "", until: str = "", at_most: int = 10) -> list[Hit]:  # fmt: skip
        """Reports that have some words, and callouts that meet some conditions; the best first.

        Args:
            text: what the user typed; see `query`.
            since: first day of publication, ISO 8601; "" for any.
            until: last day.
            at_most: hits.

        Raises:
            UsageError: ``text`` cannot be read.
            SearchError: the index cannot be used.
        """
        query = read_query(text)
        with self._said():
            return [self._hit(*row, query) for row in self._by_words(query, since, until, at_most)]

    def _by_words(self, query: Query, since: str, until: str, at_most: int) -> list[tuple[int, float, str]]:  # fmt: skip
        where, values = conditions(query, since, until)
        if query.match:
            marks = ", ".join(f"'{m}'" for m in MARKS)
            sql = (
                f"SELECT docs.id, -bm25(words, {_WEIGHTS}), snippet(words, -1, {marks}, '…', 24) FROM words JOIN docs ON docs.id = words.rowid"
                f" WHERE words MATCH ?{where} ORDER BY bm25(words, {_WEIGHTS}), {_ORDER} LIMIT ?"
            )  # fmt: skip
            values = [query.match, *values]
        else:
            sql = f"SELECT docs.id, 0.0, '' FROM docs WHERE 1{where} ORDER BY {_ORDER} LIMIT ?"
        return self._db.execute(sql, [*values, at_most]).fetchall()

    def similar(self, query_vector: NDArray[Any], *, since: str = "", until: str = "", at_most: int = 10) -> list[Hit]:  # fmt: skip
        """Reports with a printed sentence that means the like of a text, the nearest first.

        Args:
            query_vector: of the text, of unit length, shape (n_dimensions,).
            since: first day of publication, ISO 8601; "" for any.
            until: last day.
            at_most: hits.
        """
        with self._said():
            where, values = conditions(Query("", "", "", (), ()), since, until)
            return [self._hit(doc, score, text, None) for doc, score, text in self._by_meaning(query_vector, where, values, at_most)]  # fmt: skip

    def _by_meaning(self, query_vector: NDArray[Any], where: str, values: list[Any], at_most: int) -> list[tuple[int, float, str]]:  # fmt: skip
        """The nearest sentence of each report that meets conditions; report, cosine and sentence."""
        import numpy as np

        n, width = self._counted(), len(query_vector)
        if n == 0:
            raise SearchError("it holds no vectors", where=str(self.path), hint="Archives made with an encoder or a model that writes have them; search without --semantic")  # fmt: skip
        if not self._vectors.exists() or self._vectors.stat().st_size < n * width or self._noted("width") != str(width):  # fmt: skip
            raise SearchError("its vectors are damaged or gone", where=str(self._vectors), hint=_ANEW)  # fmt: skip
        stored = np.memmap(self._vectors, dtype=np.int8, mode="r", shape=(n, width))
        wanted = query_vector.astype(np.float32)
        scores = np.concatenate([stored[i : i + _ROWS].astype(np.float32) @ wanted for i in range(0, n, _ROWS)]) / 127.0  # fmt: skip
        if where:
            sql = (
                f"SELECT row FROM sentences WHERE doc IN (SELECT docs.id FROM docs WHERE 1{where})"
            )
            allowed = np.fromiter((row for (row,) in self._db.execute(sql, values)), dtype=np.int64)
            order = allowed[np.argsort(-scores[allowed], kind="stable")]
        else:
            order = np.argsort(-scores, kind="stable")
        found: dict[int, tuple[int, float, str]] = {}
        for row in order:
            one = self._db.execute("SELECT doc, text FROM sentences WHERE row = ?", (int(row),)).fetchone()  # fmt: skip
            if one is None or one[0] in found:
                continue
            found[one[0]] = (one[0], round(float(scores[row]), 4), one[1])
            if len(found) == at_most:
                break
        return list(found.values())

    def merged(self, text: str, query_vector: NDArray[Any], *, since: str = "", until: str = "", at_most: int = 10) -> list[Hit]:  # fmt: skip
        """Both ways of searching, merged by reciprocal rank.

        Args:
            text: what the user typed; see `query`.
            query_vector: of its words, of unit length, shape (n_dimensions,).
            since: first day of publication, ISO 8601; "" for any.
            until: last day.
            at_most: hits.

        Raises:
            UsageError: ``text`` cannot be read.
            SearchError: the index cannot be used, or holds no vectors.
        """
        query = read_query(text)
        with self._said():
            words = self._by_words(query, since, until, _FUSED)
            where, values = conditions(query, since, until)
            meaning = self._by_meaning(query_vector, where, values, _FUSED)
            scores: dict[int, float] = {}
            snippets: dict[int, str] = {}
            for rows in (words, meaning):
                for rank, (doc, _, snippet) in enumerate(rows, start=1):
                    scores[doc] = scores.get(doc, 0.0) + 1 / (_RANK_OFFSET + rank)
                    snippets.setdefault(doc, snippet)
            hits = [self._hit(doc, round(scores[doc], 5), snippets[doc], query) for doc in scores]
        hits.sort(key=lambda hit: (hit.source, hit.article))
        hits.sort(key=lambda hit: (hit.score, hit.published), reverse=True)
        return hits[:at_most]

    def figures(self, measure: str, *, unit: str = "", since: str = "", until: str = "") -> list[Figure]:  # fmt: skip
        """Every callout of a measure, by the day that it holds for.

        Args:
            measure: words that must all stand in what the callout measures.
            unit: in any of its forms; with a star behind it, what it begins with; "" for any.
            since: first day, ISO 8601; "" for any.
            until: last day.
        """
        words = [phrase_of(word) for word in measure.split() if any(c.isalnum() for c in word)]
        if not words:
            raise SearchError("no measure was named", where=measure, hint='Name one, such as "unemployment rate"')  # fmt: skip
        sql = f"SELECT {FIGURE_COLUMNS}, source, title, published, article FROM figures JOIN docs ON docs.id = doc WHERE figures.id IN (SELECT rowid FROM measures WHERE measures MATCH ?)"
        values: list[Any] = [" AND ".join(words[:_MOST])]
        if unit:
            where, more = unit_condition(unit)
            sql, values = f"{sql} AND {where}", [*values, *more]
        with self._said():
            found = [Figure(*row) for row in self._db.execute(sql, values)]
        inside = [f for f in found if (not since or f.date >= since) and (not until or (f.date and f.date <= until))]  # fmt: skip
        return sorted(inside, key=lambda f: (f.date or "9999", f.unit, f.value or 0.0, f.source))

    def count(self) -> int:
        """Reports that are indexed."""
        with self._said():
            return int(self._db.execute("SELECT count(*) FROM docs").fetchone()[0])

    def _hit(self, doc: int, score: float, snippet: str, query: Query | None) -> Hit:
        row: tuple[str, ...] = self._db.execute(
            "SELECT source, title, published, language, article FROM docs WHERE id = ?", (doc,)
        ).fetchone()
        source, title, published, language, article = row
        figures: tuple[Figure, ...] = ()
        if query is not None and query.of_numbers:
            where, values = figure_conditions(query)
            sql = f"SELECT {FIGURE_COLUMNS} FROM figures WHERE doc = ?{where} ORDER BY figures.id LIMIT ?"
            rows = self._db.execute(sql, [doc, *values, _SHOWN]).fetchall()
            figures = tuple(Figure(*(*r, source, title, published, article)) for r in rows)
        return Hit(source, title, published, language, article, score, _in_a_line(snippet), figures)

    # --- inside ---------------------------------------------------------------------------

    @contextlib.contextmanager
    def _said(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            is_damaged = isinstance(error, sqlite3.Error) and is_corruption(error)
            raise (DamagedIndexError if is_damaged else SearchError)(f"the index cannot be used ({error})", where=str(self.path), hint=f"See that it can be read and that there is room, or remove it. {_ANEW}") from error  # fmt: skip


def _measured(figure: Sequence[Any]) -> str:
    """What a number is of, for finding it: its measure, and its unit where that is what was counted."""
    return f"{figure[5]} {figure[4]}" if figure[4] not in LISTED_UNITS else figure[5]


def _in_a_line(snippet: str) -> str:
    return " / ".join(" ".join(line.split()) for line in snippet.splitlines() if line.strip())

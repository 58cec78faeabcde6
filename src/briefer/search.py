"""Looking things up in what was read: by words (FTS5, bm25), by numbers, by meaning.

The index is one SQLite file, made of results and made again from them at any time; beside it lie the vectors
of the printed sentences as bytes, mapped into memory when they are asked for.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from briefer.database import NewerError, opened, transaction
from briefer.errors import SearchError
from briefer.index_rows import (
    FIGURE_COLUMNS,
    MARKS,
    Figure,
    Hit,
    Line,
    conditions,
    figure_conditions,
    figure_row,
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
_WEIGHTS: Final = "4.0, 1.0, 2.0, 2.0"  # of title, text, bullets, numbers
_RANK_OFFSET: Final = 60  # of reciprocal rank fusion (Cormack et al. 2009)
_FUSED: Final = 200  # hits of either kind that are merged
_ROWS: Final = 65_536  # vectors that are compared at once
_LOOKED_AT: Final = 50_000  # of the nearest sentences, for those of the days asked for
_SHOWN: Final = 3  # lines and numbers of a hit


class Index:
    """An open index.

    Args:
        path: the file.
        must_be: it must be there.

    Raises:
        SearchError: it is not there, or cannot be used.
    """

    def __init__(self, path: Path, *, must_be: bool = False) -> None:
        self.path = path
        self._vectors = path.with_suffix(".i8")
        if must_be and not path.exists():
            raise SearchError("there is no index", where=str(path), hint="`briefer batch` makes one in its output folder, and `briefer make` one of your own; --in names a folder")  # fmt: skip
        with self._said():
            try:
                self._db = opened(path, (_TABLES,), wait=_WAIT)
            except NewerError as error:
                raise SearchError("it was made by a later version of briefer", where=str(path), hint="Remove it; `briefer batch` makes it anew") from error  # fmt: skip

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    # --- writing --------------------------------------------------------------------------

    def put(self, key: str, made: Iterable[tuple[Outcome, Sequence[Line]]]) -> None:
        """Index results under a key, in the place of what was there under it; failures are left out."""
        with self._said(), transaction(self._db):
            self._forget(key)
            for outcome, lines in made:
                if outcome.article is not None and outcome.summary is not None:
                    self._add(key, outcome.article, outcome.summary, lines)

    @property
    def encoder(self) -> str:
        """Name of the model whose vectors are in it; "" if none are."""
        with self._said():
            row = self._db.execute("SELECT value FROM meta WHERE name = 'encoder'").fetchone()
        return row[0] if row else ""

    @encoder.setter
    def encoder(self, name: str) -> None:
        with self._said():
            self._db.execute("INSERT OR REPLACE INTO meta VALUES ('encoder', ?)", (name,))

    def _forget(self, key: str) -> None:
        docs = "(SELECT id FROM docs WHERE key = ?)"
        for sql in (
            f"DELETE FROM measures WHERE rowid IN (SELECT id FROM figures WHERE doc IN {docs})",
            f"DELETE FROM figures WHERE doc IN {docs}",
            f"DELETE FROM sentences WHERE doc IN {docs}",
            f"DELETE FROM words WHERE rowid IN {docs}",
            "DELETE FROM docs WHERE key = ?",
        ):
            self._db.execute(sql, (key,))

    def _add(self, key: str, article: Article, summary: Summary, lines: Sequence[Line]) -> None:
        text = article.text
        row = (key, article.id, article.source, article.title or "", article.published.date if article.published else "", article.language)  # fmt: skip
        doc = self._db.execute("INSERT INTO docs (key, article, source, title, published, language) VALUES (?, ?, ?, ?, ?, ?)", row).lastrowid  # fmt: skip
        figures = [figure_row(c, text) for c in summary.callouts]
        bullets = [b.text for b in ((summary.lede, *summary.bullets) if summary.lede else summary.bullets)]  # fmt: skip
        body = "\n".join(span.of(text) for span in article.body())
        numbers = "\n".join(f"{f[0]} {f[5]}" for f in figures)
        self._db.execute("INSERT INTO words (rowid, title, body, bullets, numbers) VALUES (?, ?, ?, ?, ?)", (doc, article.title or "", body, "\n".join(bullets), numbers))  # fmt: skip
        for figure in figures:
            number = self._db.execute(f"INSERT INTO figures ({FIGURE_COLUMNS}, doc) VALUES ({'?, ' * 16}?)", (*figure, doc)).lastrowid  # fmt: skip
            self._db.execute("INSERT INTO measures (rowid, measure) VALUES (?, ?)", (number, f"{figure[5]} {figure[4]}"))  # fmt: skip
        self._add_lines(int(doc or 0), [line for line in lines if line.vector])

    def _add_lines(self, doc: int, lines: Sequence[Line]) -> None:
        if not lines:
            return
        first = int(self._db.execute("SELECT ifnull(max(row), -1) + 1 FROM sentences").fetchone()[0])  # fmt: skip
        size = len(lines[0].vector)
        # Bytes first, rows last: what was written without its rows is written over.
        with self._vectors.open("r+b" if self._vectors.exists() else "w+b") as stream:
            stream.seek(first * size)
            stream.write(b"".join(line.vector for line in lines))
        rows = [(first + i, doc, line.text) for i, line in enumerate(lines)]
        self._db.executemany("INSERT INTO sentences VALUES (?, ?, ?)", rows)

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
                f" WHERE words MATCH ?{where} ORDER BY bm25(words, {_WEIGHTS}), docs.id LIMIT ?"
            )  # fmt: skip
            values = [query.match, *values]
        else:
            sql = f"SELECT docs.id, 0.0, '' FROM docs WHERE 1{where} ORDER BY docs.published DESC, docs.id LIMIT ?"
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
            return [self._hit(doc, score, text, None) for doc, score, text in self._by_meaning(query_vector, since, until, at_most)]  # fmt: skip

    def _by_meaning(self, query_vector: NDArray[Any], since: str, until: str, at_most: int) -> list[tuple[int, float, str]]:  # fmt: skip
        import numpy as np

        if not self._vectors.exists():
            raise SearchError("it holds no vectors", where=str(self.path), hint="Archives made with an encoder or a model that writes have them; search without --semantic")  # fmt: skip
        n = int(self._db.execute("SELECT ifnull(max(row), -1) + 1 FROM sentences").fetchone()[0])
        if n == 0:
            return []
        stored = np.memmap(self._vectors, dtype=np.int8, mode="r", shape=(n, len(query_vector)))
        wanted = query_vector.astype(np.float32)
        scores = np.concatenate([stored[i : i + _ROWS].astype(np.float32) @ wanted for i in range(0, n, _ROWS)]) / 127.0  # fmt: skip
        found: dict[int, tuple[int, float, str]] = {}
        for row in np.argsort(-scores, kind="stable")[:_LOOKED_AT]:
            one = self._db.execute(
                "SELECT doc, text, published FROM sentences JOIN docs ON docs.id = doc WHERE row = ?",
                (int(row),),
            ).fetchone()
            if one is None or one[0] in found or (since and one[2] < since) or (until and one[2][:10] > until):  # fmt: skip
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
            meaning = self._by_meaning(query_vector, since, until, _FUSED)
            if query.of_numbers or query.filters:
                allowed = {doc for doc, *_ in self._by_words(query._replace(match=""), since, until, -1)}  # fmt: skip
                meaning = [row for row in meaning if row[0] in allowed]
            scores: dict[int, float] = {}
            snippets: dict[int, str] = {}
            for rows in (words, meaning):
                for rank, (doc, _, snippet) in enumerate(rows, start=1):
                    scores[doc] = scores.get(doc, 0.0) + 1 / (_RANK_OFFSET + rank)
                    snippets.setdefault(doc, snippet)
            best = sorted(scores, key=lambda doc: (-scores[doc], doc))[:at_most]
            return [self._hit(doc, round(scores[doc], 5), snippets[doc], query) for doc in best]

    def figures(self, measure: str, *, unit: str = "", since: str = "", until: str = "") -> list[Figure]:  # fmt: skip
        """Every callout of a measure, by the day that it holds for.

        Args:
            measure: words that must all stand in what the callout measures.
            unit: normalised name that the unit must contain; "" for any.
            since: first day, ISO 8601; "" for any.
            until: last day.
        """
        words = [phrase_of(word) for word in measure.split() if any(c.isalnum() for c in word)]
        if not words:
            raise SearchError("no measure was named", where=measure, hint='Name one, such as "unemployment rate"')  # fmt: skip
        sql = f"SELECT {FIGURE_COLUMNS}, source, title, published, article FROM figures JOIN docs ON docs.id = doc WHERE figures.id IN (SELECT rowid FROM measures WHERE measures MATCH ?)"
        values = [" AND ".join(words)]
        if unit:
            sql += " AND unit LIKE ?"
            values.append(f"%{unit}%")
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
        return Hit(
            source, title, published, language, article, score, " ".join(snippet.split()), figures
        )

    # --- inside ---------------------------------------------------------------------------

    @contextlib.contextmanager
    def _said(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise SearchError(f"the index cannot be used ({error})", where=str(self.path), hint="Make room, or remove it; `briefer batch` makes it anew") from error  # fmt: skip

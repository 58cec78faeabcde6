"""Files of rows: what is known of an archive's reports, a file a block, as JSON Lines or Parquet."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

import msgspec

from briefer.errors import UsageError
from briefer.files import write_atomically
from briefer.printing import outcome_as_json
from briefer.types import Outcome, Span

if TYPE_CHECKING:
    import pyarrow

Form = Literal["jsonl", "parquet"]
FOLDER: Final = "reports"
OTHER_FORMS: Final[dict[Form, tuple[Form, ...]]] = {"jsonl": ("parquet",), "parquet": ("jsonl",)}


def part_path(out: Path, block: int, form: Form) -> Path:
    """The file of a block's rows."""
    return out / FOLDER / f"part-{block:06d}.{form}"


def part_in(out: Path, block: int, form: Form) -> str:
    """What tells the file of a block's rows from another one: its form and size; "" if there is none."""
    try:
        return f"{form} {part_path(out, block, form).stat().st_size}"
    except OSError:
        return ""


def write_part(path: Path, outcomes: Iterable[Outcome], form: Form) -> None:
    """Write a block's rows, whole or not at all.

    Raises:
        UsageError: the folder cannot be written, or pyarrow is not installed.
    """
    if form == "jsonl":
        data = "".join(f"{outcome_as_json(outcome)}\n" for outcome in outcomes).encode()
    else:
        data = _parquet([_flat(outcome) for outcome in outcomes])
    write_atomically(path, data)


def see_to_form(form: Form) -> None:
    """See that rows can be written so, before any work is done.

    Raises:
        UsageError: pyarrow is not installed.
    """
    if form == "parquet":
        _schema()


def digest_of(out: Path, blocks: Sequence[int]) -> str:
    """SHA-256 of all rows in order, wherever the files begin and end; "" if a file is missing."""
    digest = hashlib.sha256()
    for block in blocks:
        try:
            digest.update(part_path(out, block, "jsonl").read_bytes())
        except OSError:
            return ""
    return digest.hexdigest()


def _arrow() -> Any:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise UsageError("Parquet needs pyarrow", hint="pip install 'briefer[parquet]', or write --format jsonl") from error  # fmt: skip
    return pyarrow


def _schema() -> pyarrow.Schema:
    """Columns of a row: what one filters by is flat, what belongs to a bullet or a number is nested."""
    pa = _arrow()
    span = pa.list_(pa.int32(), 2)
    text, number = pa.string(), pa.float64()
    bullet = pa.struct([("text", text), ("status", text), ("evidence", pa.list_(span))])
    callout = pa.struct(
        [("text", text), ("value", number), ("low", number), ("high", number), ("unit", text), ("bound", text), ("kind", text),
         ("measure", text), ("start", text), ("end", text), ("direction", text), ("standing", text), ("attribution", text), ("sentence", text),
         ("span", span)]
    )  # fmt: skip
    names = ("id", "source", "title", "byline", "published", "language", "text")
    return pa.schema(
        [*((name, text) for name in names), ("lede", bullet), ("bullets", pa.list_(bullet)), ("callouts", pa.list_(callout)),
         ("warnings", pa.list_(text)), ("error", pa.struct([("what", text), ("hint", text), ("kind", text)]))]
    )  # fmt: skip


def _parquet(rows: Sequence[dict[str, Any]]) -> bytes:
    pa = _arrow()
    table = pa.Table.from_pylist(rows, _schema())
    stream = io.BytesIO()
    pa.parquet.write_table(table, stream, compression="zstd")
    return stream.getvalue()


def _flat(outcome: Outcome) -> dict[str, Any]:
    row = msgspec.json.decode(outcome_as_json(outcome))
    text = outcome.article.text if outcome.article else ""
    return {**row, "callouts": [_flat_callout(c, text) for c in row["callouts"]]}


def _flat_callout(c: dict[str, Any], text: str) -> dict[str, Any]:
    period, change = c["period"] or {}, c["change"] or {}
    return {
        **{name: c[name] for name in ("text", "unit", "bound", "kind", "standing", "span")},
        # Arrow takes no whole number beyond 2**53 for a float.
        **{name: None if c[name] is None else float(c[name]) for name in ("value", "low", "high")},
        "measure": " ".join(m["text"] for m in c["measure"]), "start": period.get("start"), "end": period.get("end"),
        "direction": change.get("direction"), "attribution": (c["attribution"] or {}).get("text"),
        "sentence": Span(*c["sentence"]).printed(text),
    }  # fmt: skip

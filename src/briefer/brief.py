"""The brief as a value: stories, the day's numbers, sources, and how it was made.

``brief.json`` is exactly this; every format is made from it alone.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from briefer.types import Article, Bullet, Callout, Dispute, Failure, Value

StoryStatus = Literal["new", "updated", "continuing"]
#: Traffic Light Protocol 2.0 (FIRST): how far a document may be passed on; empty for no label.
Tlp = Literal["", "RED", "AMBER+STRICT", "AMBER", "GREEN", "CLEAR"]


class Story(Value, frozen=True):
    """One event, told by one or more articles.

    Attributes:
        id: stable over re-runs on the same articles.
        headline: of the leading article, as printed there.
        articles: ids; the leading article first.
        copies: ids of the articles that repeat the leading one (wire copies), counted once.
        independent: number of sources that are not copies of one another.
        lede: of the leading article, printed under the headline; ``bullets`` tell the rest.
    """

    id: str
    headline: str
    articles: tuple[str, ...]
    copies: tuple[str, ...]
    independent: int
    bullets: tuple[Bullet, ...]
    callouts: tuple[Callout, ...]
    lede: Bullet | None = None
    status: StoryStatus = "new"

    @property
    def shown_headline(self) -> str:
        """The headline in one line; one that is empty would be a heading without words."""
        return " ".join(self.headline.split()) or "Untitled"

    def lines(self, *, whole: bool) -> tuple[Bullet, ...]:
        """Lede and bullets in the order of print; one of them unless the ``whole`` story is told."""
        return ((self.lede, *self.bullets) if self.lede else self.bullets)[: None if whole else 1]


class Helper(Value, frozen=True):
    """A model beside the one that made the bullets.

    Attributes:
        task: what it did.
        fingerprint: twelve hex digits that stand for its files.
    """

    name: str
    task: str
    fingerprint: str


class Colophon(Value, frozen=True):
    """How the brief was made, so that it can be made again.

    Attributes:
        fingerprint: twelve hex digits that stand for the files of the model; "" if it has none.
        helpers: other models that had a part in it.
        writes: whether the model writes bullets of its own.
        bullets_generated: of those checked, how many are in its words.
        prompts: that a chat model was asked by, with twelve hex digits that stand for each.
    """

    version: str
    model: str
    revision: str
    licence: str
    runtime: str
    bullets_per_article: int
    bullets_checked: int
    bullets_refused: int
    warnings: tuple[str, ...] = ()
    fingerprint: str = ""
    helpers: tuple[Helper, ...] = ()
    writes: bool = False
    bullets_generated: int = 0
    prompts: dict[str, str] = msgspec.field(default_factory=dict)


class Brief(Value, frozen=True):
    """The whole document. ``brief.json`` is exactly this; every format is made from it alone.

    Attributes:
        format: version of this schema.
        date: day of the brief, ``YYYY-MM-DD``.
        zone: IANA name or offset of the zone that ``date`` is meant in.
        first_day, last_day: earliest and latest publication among the articles, if known.
        numbers, disputes: the day's callouts, best first, each once; figures that disagree.
        articles: every article read, with its text, so that each span can be resolved.
        failures: every source that could not be used.
        tlp: how far it may be passed on, without the "TLP:".
    """

    title: str
    date: str
    zone: str
    language: str
    stories: tuple[Story, ...]
    numbers: tuple[Callout, ...]
    articles: tuple[Article, ...]
    failures: tuple[Failure, ...]
    colophon: Colophon
    first_day: str | None = None
    last_day: str | None = None
    disputes: tuple[Dispute, ...] = ()
    tlp: Tlp = ""
    format: Literal["briefer.brief/1"] = "briefer.brief/1"

    @property
    def shown_title(self) -> str:
        """The title in one line, or what stands for none."""
        return " ".join(self.title.split()) or "Brief"


def json_schema() -> dict[str, object]:
    """JSON Schema (2020-12) of ``brief.json``."""
    dialect = "https://json-schema.org/draft/2020-12/schema"
    return {"$schema": dialect, "title": "Brief", **msgspec.json.schema(Brief)}

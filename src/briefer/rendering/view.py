"""A `Brief` resolved to the strings that templates print; every one of them comes from a span.

Templates get this and nothing else, so that all formats say the same, and typst, which reads
JSON, sees what Jinja sees.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Sequence

from briefer.brand import Brand
from briefer.brief import Brief, Story
from briefer.rendering.cards import CardView, DisputeView, Mark, cards_of, disputes_of
from briefer.rendering.cuts import Piece, pieces_of
from briefer.rendering.days import long_day
from briefer.trimming import capitalized
from briefer.types import WRITTEN, Article, Bullet, Callout, Failure, Span, Value

TOP_STORIES = 5
_WORDS_A_MINUTE = 220
_PREHEADER, _PREHEADER_LEAST = 100, 40  # characters
_UNIT_WORDS = 3  # a number and its unit: "4.6 billion crowns"


class BulletView(Value, frozen=True):
    """A bullet as pieces, with its marks, and the words that say so where a model wrote it.

    ``note`` is the sentence that it rests on, where the bullet is not that sentence.
    """

    pieces: tuple[Piece, ...]
    marks: tuple[Mark, ...]
    written: str = ""
    note: str = ""

    @property
    def text(self) -> str:
        """The bullet as plain text."""
        return "".join(piece.text for piece in self.pieces)


class StoryView(Value, frozen=True):
    """A story with its anchor; ``told_by`` says how many sources and copies."""

    number: int
    anchor: str
    headline: str
    status: str
    told_by: str
    lede: BulletView | None
    bullets: tuple[BulletView, ...]

    @property
    def lines(self) -> tuple[BulletView, ...]:
        """Lede and bullets in the order of print."""
        return (self.lede, *self.bullets) if self.lede else self.bullets


class Quote(Value, frozen=True):
    """A sentence that something in the brief rests on, its place in the source, and the marks that lead to it."""

    anchor: str
    text: str
    place: str
    marks: tuple[str, ...] = ()


class SourceView(Value, frozen=True):
    """One entry of the list of sources."""

    number: int
    anchor: str
    title: str
    byline: str
    date: str
    source: str
    copy_of: str
    quotes: tuple[Quote, ...]
    link: str = ""


class BrandView(Value, frozen=True):
    """The house style as templates print it; ``logo`` is an address of its bytes (RFC 2397)."""

    name: str = ""
    logo: str = ""
    logo_width: int = 0
    logo_height: int = 0
    accent: str = ""
    accent_dark: str = ""
    font: str = ""
    footer: str = ""
    paper: str = "a4"


class BriefView(Value, frozen=True):
    """Everything that a template may print."""

    title: str
    date: str
    day: str
    zone: str
    language: str
    preheader: str
    coverage: str
    n_read: int
    n_failed: int
    minutes: int
    top: tuple[StoryView, ...]
    more: tuple[StoryView, ...]
    cards: tuple[CardView, ...]
    disputes: tuple[DisputeView, ...]
    gaps: tuple[Failure, ...]
    notes: tuple[str, ...]
    sources: tuple[SourceView, ...]
    colophon: tuple[str, ...]
    tlp: str = ""
    brand: BrandView = BrandView()
    left_out: str = ""
    home: str = ""


class _Citations:
    """Numbers the sources in the order in which they are first cited, and collects the quotes."""

    def __init__(self, brief: Brief) -> None:
        self.articles = {article.id: article for article in brief.articles}
        self.order: dict[str, int] = {}
        self.quotes: dict[str, list[Span]] = {}
        self.marks: dict[str, list[str]] = {}

    def mark(self, article: str, span: Span) -> Mark:
        number = self.number(article)
        spans = self.quotes.setdefault(article, [])
        if span not in spans:
            spans.append(span)
        anchor = f"s{number}-{spans.index(span) + 1}"
        own = self.marks.setdefault(anchor, [])
        own.append(f"m{anchor[1:]}-{len(own) + 1}")
        return Mark(number, anchor, own[-1])

    def number(self, article: str) -> int:
        return self.order.setdefault(article, len(self.order) + 1)


def view_of(brief: Brief, *, charts: bool = False, brand: Brand | None = None, home: str = "") -> BriefView:  # fmt: skip
    """Resolve every span of a brief.

    Args:
        brief: the brief.
        charts: draw the series; not every format can show a drawing.
        brand: the house style, if not the plain one.
        home: address of the archive that the page belongs to.
    """
    cited = _Citations(brief)
    views = [_story(story, number, cited) for number, story in enumerate(brief.stories, start=1)]
    top, more = tuple(views[:TOP_STORIES]), tuple(views[TOP_STORIES:])
    cards = cards_of(brief, cited.articles, cited.mark, draw=charts)
    disputes = disputes_of(brief, cited.articles, cited.mark)
    words = sum(len(b.text.split()) for v in (*top, *more) for b in v.lines)
    words += sum(len(card.text.split()) for card in cards)
    return BriefView(
        title=brief.shown_title,
        date=brief.date[:10],
        day=long_day(brief.date, weekday=True),
        zone=brief.zone,
        language=brief.language,
        preheader=_preheader(brief, (b.text for v in views for b in v.lines)),
        coverage=_coverage(brief),
        n_read=len(brief.articles),
        n_failed=len(brief.failures),
        minutes=max(1, round(words / _WORDS_A_MINUTE)),
        top=top,
        more=more,
        cards=cards,
        disputes=disputes,
        gaps=brief.failures,
        notes=brief.colophon.warnings,
        sources=_sources(brief, cited),
        colophon=_colophon(brief),
        tlp=f"TLP:{brief.tlp}" if brief.tlp else "",
        brand=brand_view(brand or Brand()),
        home=home,
    )


def _preheader(brief: Brief, lines: Iterable[str]) -> str:
    """What a mailbox shows beside the subject: the first lines, and at least forty characters."""
    said = ""
    for line in lines:
        said = f"{said} {line}".strip()
        if len(said) >= _PREHEADER_LEAST:
            return beginning_of(said, _PREHEADER)
    n = len(brief.articles)
    read = f"{n} source{'' if n == 1 else 's'} read for {long_day(brief.date, weekday=True)}."
    return beginning_of(f"{said or 'Nothing to report.'} {read}", _PREHEADER)


def brand_view(brand: Brand) -> BrandView:
    """The house style as templates print it."""
    logo = brand.logo
    return BrandView(
        brand.name,
        f"data:image/png;base64,{base64.b64encode(logo.data).decode()}" if logo else "",
        logo.width if logo else 0,
        logo.height if logo else 0,
        brand.accent,
        brand.accent_dark,
        brand.font,
        brand.footer,
        brand.paper,
    )


def _story(story: Story, number: int, cited: _Citations) -> StoryView:
    # Below the top stories one line each; a bullet that is not printed is not cited either.
    printed = story.lines(whole=number <= TOP_STORIES)
    lines = tuple(_bullet(bullet, story.callouts, cited) for bullet in printed)
    lede = lines[0] if story.lede else None
    for article in story.articles:
        cited.number(article)
    return StoryView(
        number=number,
        anchor=f"story-{number}",
        headline=story.shown_headline,
        status=story.status.capitalize() if story.status != "new" else "",
        told_by=_told_by(story),
        lede=lede,
        bullets=lines[1:] if lede else lines,
    )


def _told_by(story: Story) -> str:
    parts = []
    if story.independent > 1:
        parts.append(f"{story.independent} independent sources")
    if story.copies:
        copies = len(story.copies)
        parts.append(f"{copies} wire {'copy' if copies == 1 else 'copies'}, counted once")
    return "; ".join(parts)


def _bullet(bullet: Bullet, callouts: Iterable[Callout], cited: _Citations) -> BulletView:
    article = cited.articles[bullet.article]
    marks = _marks(bullet.article, bullet.evidence, cited)
    figures = [f for c in callouts if c.article == bullet.article for f in c.figures()]
    note = note_of(bullet, article)
    if bullet.status == "generated":
        return BulletView((Piece(bullet.text),), marks, WRITTEN, note)
    if not bullet.parts and len(bullet.evidence) == 1:
        note = ""
        pieces = pieces_of(article, bullet.evidence[0], figures)
        return BulletView(_with_speaker(pieces, bullet, article), marks)
    if bullet.parts:
        parts = [piece for part in bullet.parts for piece in pieces_of(article, part, figures)]
        parts[:1] = [Piece(capitalized(p.text.lstrip()), p.strong) for p in parts[:1]]
        # Where the source's own spacing was mended ("Harn , Velland") it is printed in one piece.
        if "".join(piece.text for piece in parts) == bullet.text:
            return BulletView(_with_speaker(parts, bullet, article), marks, note=note)
    return BulletView((Piece(bullet.printed(article.text)),), marks, note=note)


def note_of(bullet: Bullet, article: Article) -> str:
    """The sentences that a bullet rests on, where it is not word for word theirs."""
    whole = " ".join(span.printed(article.text) for span in bullet.evidence)
    return "" if bullet.text == whole else whole


def _with_speaker(pieces: Sequence[Piece], bullet: Bullet, article: Article) -> tuple[Piece, ...]:
    """The pieces of a bullet with who says it, printed as `Bullet.printed` does."""
    if bullet.speaker is None:
        return tuple(pieces)
    printed = bullet.printed(article.text)
    rest = printed[len(bullet.text) - 1 :]  # from the full stop on, which may have gone
    last = pieces[-1]
    return (*pieces[:-1], Piece(last.text[:-1], last.strong), Piece(rest))


def _marks(article: str, spans: Sequence[Span], cited: _Citations) -> tuple[Mark, ...]:
    return tuple(cited.mark(article, span) for span in spans)


def _sources(brief: Brief, cited: _Citations) -> tuple[SourceView, ...]:
    leaders = {copy: story.articles[0] for story in brief.stories for copy in story.copies}
    for article in brief.articles:
        cited.number(article.id)
    views = []
    for number, article_id in enumerate(list(cited.order), start=1):
        article = cited.articles[article_id]
        leader = leaders.get(article_id)
        views.append(
            SourceView(
                number=number,
                anchor=f"s{number}",
                title=article.title or "Untitled",
                byline=article.byline or "",
                date=long_day(article.published.date) if article.published else "undated",
                source=article.source,
                link=link_of(article.source),
                copy_of=f"copy of [{cited.number(leader)}]" if leader else "",
                quotes=tuple(
                    Quote(
                        f"s{number}-{n}",
                        span.printed(article.text),
                        f"characters {span.start}–{span.end}",
                        tuple(cited.marks.get(f"s{number}-{n}", ())),
                    )
                    for n, span in enumerate(cited.quotes.get(article_id, ()), start=1)
                ),
            )
        )
    return tuple(views)


def link_of(source: str) -> str:
    """The source itself, if it is an address that a click may lead to."""
    return source if re.fullmatch(r"https?://[^\s\"'<>]{3,2000}", source) else ""


def _coverage(brief: Brief) -> str:
    if not brief.first_day or not brief.last_day:
        return ""
    if brief.first_day == brief.last_day:
        return long_day(brief.first_day)
    return f"{long_day(brief.first_day)} to {long_day(brief.last_day)}"


def _colophon(brief: Brief) -> tuple[str, ...]:
    c = brief.colophon
    files = f", {c.fingerprint}" if c.fingerprint else ""
    revision = f" {c.revision[:12]}" if c.revision else ""
    helped = "; ".join(f"{h.name} ({h.fingerprint}) {h.task}" for h in c.helpers)
    if c.prompts:
        helped += "; prompts " + ", ".join(f"{n} ({digest})" for n, digest in c.prompts.items())
    lines = [
        f"Made by briefer {c.version} with {c.model}{revision} ({c.licence}{files}), runtime {c.runtime}, "
        f"at most {c.bullets_per_article} bullets an article{'; ' + helped if helped else ''}.",
        _provenance(brief),
        "Figures are cut from the sources; none was computed, rounded or rephrased. Ours are the arrows, and the "
        "days in square brackets: worked out from the date of the article.",
    ]
    return tuple(lines)


def _provenance(brief: Brief) -> str:
    """How many bullets are whose words."""
    c = brief.colophon
    own = c.bullets_checked - c.bullets_generated
    kept = "bullet is" if own == 1 else "bullets are"
    sources = f"{own} {kept} the sources' own words, checked{_shortened(brief)}"
    if not c.writes:
        return f"{sources}; {c.bullets_refused} refused."
    wrote = "bullet is" if c.bullets_generated == 1 else "bullets are"
    return (
        f"{c.bullets_generated} {wrote} in the words of {c.model}, marked “{WRITTEN}”, each checked against its sentences; "
        f"{c.bullets_refused} of its answers {'was' if c.bullets_refused == 1 else 'were'} refused. {sources}."
    )


def _shortened(brief: Brief) -> str:
    n = sum(bool(b.parts) for story in brief.stories for b in story.lines(whole=True))
    return f", {n} of them with words left out" if n else ""


def beginning_of(text: str, length: int) -> str:
    """At most ``length`` characters, cut at a word, and before a number whose unit may not have come yet."""
    if len(text) <= length:
        return text
    words = text[: length - 1].rsplit(" ", 1)[0].split(" ")
    for i in range(max(1, len(words) - _UNIT_WORDS), len(words)):
        if any(c.isdigit() for c in words[i]):
            del words[i:]
            break
    return " ".join(words).rstrip(",;:") + "…"

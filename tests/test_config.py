"""briefer.toml: what it sets, who wins over it, and errors that name line and key."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import pytest

from briefer.brand import Brand, contrast, lightened, logo_from
from briefer.config import TEMPLATE, Config, load_config
from briefer.errors import ConfigError, UsageError

from .conftest import EXAMPLES, Run


def png(width: int = 80, height: int = 20) -> bytes:
    """A picture of one colour."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))  # fmt: skip

    rows = b"".join(b"\0" + b"\x20\x60\xa0" * width for _ in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")  # fmt: skip


def write(folder: Path, text: str) -> Path:
    path = folder / "briefer.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("title = 'x'\nsorces = ['a']\n", ":2", "there is no key 'sorces'. Known: sources, title"),
        ("\n[brand]\n# a\nacent = '#000000'\n", ":4", "there is no key 'brand.acent'. Known: name, logo"),
        ("[delivery]\nto = ['a']\n\nfron = 'x'\n", ":4", "no key 'delivery.fron'. Known: from, to"),
        ("bullets = 99\n", ":1", "bullets: expected `int` <= 20"),
        ("title = 'a'\nbullets = 'three'\n", ":2", "bullets: expected `int | null`, got `str`"),
        ("sources = [1]\n", ":1", "sources: expected `str`, got `int`"),
        ("tlp = 'PURPLE'\n", ":1", "tlp: invalid enum value 'PURPLE'"),
        ("[brand]\npaper = 'a5'\n", ":2", "brand.paper: invalid enum value 'a5'"),
        ("a = \n", ":1", "is not valid TOML"),
        ("title = 'a'\ntitle = 'b'\n", ":2", "is not valid TOML"),
        ("[delivery]\nuser = 'u'\npassword = 'secret'\n", ":3", "a password does not belong in a file"),
        ("path = 'x'\n", ":1", "there is no key 'path'"),
        ("brand = 3\n", ":1", "brand: expected `object`, got `int`"),
    ],
)  # fmt: skip
def test_an_error_names_line_and_key(text: str, place: str, message: str, tmp_path: Path) -> None:
    path = write(tmp_path, text)
    with pytest.raises(ConfigError) as caught:
        load_config(path)
    assert str(caught.value).startswith(f"{path}{place}: "), str(caught.value)
    assert message in str(caught.value)
    assert "secret" not in str(caught.value)


def test_other_files_that_will_not_do(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        load_config(tmp_path / "nowhere.toml")
    (tmp_path / "latin.toml").write_bytes(b"title = 'a'\nzone = '\xe4'\n")
    with pytest.raises(ConfigError, match=r"latin\.toml:2: is not UTF-8"):
        load_config(tmp_path / "latin.toml")
    (tmp_path / "huge.toml").write_bytes(b"#" * 2_000_000)
    with pytest.raises(ConfigError, match="more than a megabyte"):
        load_config(tmp_path / "huge.toml")
    (tmp_path / "deep.toml").write_text("a = " + "[" * 20_000)
    with pytest.raises(ConfigError, match="not valid TOML"):
        load_config(tmp_path / "deep.toml")


def test_the_file_that_init_writes_is_right_as_it_stands_and_with_every_key(tmp_path: Path) -> None:
    assert load_config(write(tmp_path, TEMPLATE)).sources == ("inbox",)
    lines = []
    for line in TEMPLATE.splitlines():
        bare = line.removeprefix("# ")
        lines.append(bare if line.startswith("# ") and " = " in bare and not bare.startswith("and ") else line)  # fmt: skip
    config = load_config(write(tmp_path, "\n".join(lines)))
    for value in (config, config.brand, config.delivery):
        plain = type(value)()
        for field in value.__struct_fields__:
            if field in {"accent", "paper", "pdf", "security", "cc", "reply_to", "password_env"}:
                continue  # shown with their defaults
            assert getattr(value, field) != getattr(plain, field), field
    assert config.delivery.password_command == ("pass", "show", "mail/desk")


def test_init_writes_and_never_overwrites(run: Run, tmp_path: Path) -> None:
    assert run("init").stdout == "briefer.toml\n"
    (tmp_path / "briefer.toml").write_text("bad = \n")
    again = run("init")
    assert again.returncode == 2
    assert "there is one already" in again.stderr
    assert (tmp_path / "briefer.toml").read_text() == "bad = \n"
    broken = run("store", "path")
    assert broken.returncode == 2
    assert "briefer.toml:1: is not valid TOML" in broken.stderr


def test_flags_win_over_variables_and_those_over_the_file(run: Run, tmp_path: Path) -> None:
    text = "Ten ships came in on Monday, the port said. It was a record for the month."
    (tmp_path / "a.txt").write_text(text)
    write(tmp_path, "sources = ['a.txt']\ntitle = 'File'\nmodel = 'lead'\nformats = ['txt']\noutput = 'out'\ntlp = 'GREEN'\n")  # fmt: skip
    assert run("make").returncode == 0
    made = (tmp_path / "out" / "brief.txt").read_text()
    assert "File" in made
    assert made.splitlines()[0].strip() == "TLP:GREEN"
    assert run("make", BRIEFER_TITLE="Variable").returncode == 0
    assert "Variable" in (tmp_path / "out" / "brief.txt").read_text()
    done = run(
        "make", "--title", "Flag", "--tlp", "tlp:red", "-o", "other", BRIEFER_TITLE="Variable"
    )
    assert done.returncode == 0, done.stderr
    made = (tmp_path / "other" / "brief.txt").read_text()
    assert "Flag" in made
    assert "TLP:RED" in made
    assert run("make", "--tlp", "PINK").returncode == 2


def test_paths_are_meant_from_the_folder_of_the_file(run: Run, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "a.txt").write_text("Ten ships came in on Monday, the port said. It was a record.")
    write(home, "sources = ['a.txt']\nmodel = 'lead'\nformats = ['html']\noutput = 'out'\n")
    done = run("--config", "home/briefer.toml", "make")
    assert done.returncode == 0, done.stderr
    assert (home / "out" / "brief.html").is_file()
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "briefer.toml").write_text(f"sources = [{str(home / 'a.txt')!r}]\nmodel = 'lead'\n")  # fmt: skip
    assert "record" in run("summarize").stdout


# --- brand ---------------------------------------------------------------------------------


def test_contrast_is_that_of_the_standard() -> None:
    # Worked examples of WCAG 2.2: black on white, and the lightest grey that passes on white.
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)
    assert contrast("#ff0000", "#ffffff") == pytest.approx(4.0, abs=0.01)


@pytest.mark.parametrize("accent", ["#ffcc00", "#8ec1ff", "#ff5500"])
def test_a_colour_that_is_too_pale_is_refused_with_one_that_will_do(accent: str, tmp_path: Path) -> None:  # fmt: skip
    path = write(tmp_path, f"[brand]\nname = 'x'\naccent = '{accent}'\n")
    with pytest.raises(ConfigError) as caught:
        load_config(path).house()
    assert str(caught.value).startswith(f"{path}:3: accent: text in {accent} has a contrast of ")
    better = caught.value.hint.rsplit(" ", 1)[1]
    brand = load_config(write(tmp_path, f"[brand]\naccent = '{better}'\n")).house()
    assert contrast(brand.accent, "#ffffff") >= 4.5
    assert contrast(brand.accent_dark, "#20262d") >= 4.5


@pytest.mark.parametrize("accent", ["#0b4a8f", "#7a1f5c", "#006633", "#000000"])
def test_the_dark_colour_is_worked_out(accent: str) -> None:
    assert contrast(lightened(accent), "#20262d") >= 4.5


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("accent = 'blue'", "'blue' is no colour"),
        ("accent_dark = '#111111'", "Take a lighter one"),
        ("font = 'x; } body { display: none'", "is no name of a font family"),
        ("logo = 'nowhere.png'", "the logo cannot be read"),
        ("fonts = 'nowhere'", "there is no folder"),
    ],
)
def test_a_brand_that_will_not_do(line: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"briefer\.toml:2: ") as caught:
        load_config(write(tmp_path, f"[brand]\n{line}\n")).house()
    assert message in str(caught.value)


def test_logos(tmp_path: Path) -> None:
    path = tmp_path / "logo.png"
    path.write_bytes(png(80, 20))
    logo = logo_from(path)
    assert (logo.width, logo.height) == (160, 40)
    for data, message in ((b"GIF89a", "no PNG"), (png()[:20], "no PNG"), (png() + bytes(100_000), "bytes"), (png(0, 5), "no size")):  # fmt: skip
        path.write_bytes(data)
        with pytest.raises(UsageError, match=message):
            logo_from(path)


def test_a_brand_is_on_every_format(run: Run, tmp_path: Path) -> None:
    (tmp_path / "logo.png").write_bytes(png())
    write(tmp_path, """
sources = ['in']
model = 'lead'
formats = ['html', 'pdf', 'eml', 'md', 'txt', 'docx']
tlp = 'AMBER+STRICT'
[brand]
name = 'Velland Desk'
logo = 'logo.png'
accent = '#7a1f5c'
font = 'Source Sans 3'
footer = 'For members of the desk.'
paper = 'us-letter'
""")  # fmt: skip
    (tmp_path / "in").mkdir()
    for name in ("port-record.txt", "ferry-strike.txt"):
        source = next(EXAMPLES.rglob(name), None) or next(EXAMPLES.rglob("*.txt"))
        (tmp_path / "in" / source.name).write_bytes(source.read_bytes())
    done = run("make", "--date", "2026-03-05")
    assert done.returncode in {0, 3}, done.stderr
    from briefer.rendering.readback import text_of_pdf_pages
    from briefer.rendering.word import text_of_docx

    made = {name: (tmp_path / "brief" / f"brief.{name}").read_bytes() for name in ("html", "pdf", "eml", "md", "txt", "docx")}  # fmt: skip
    for name in ("html", "md", "txt"):
        text = made[name].decode().replace("\\", "")
        for words in ("Velland Desk", "TLP:AMBER+STRICT", "For members of the desk."):
            assert words in text, (name, words)
    assert b"#7a1f5c" in made["html"]
    assert b"Source Sans 3" in made["html"]
    assert b"TLP:AMBER+STRICT" in made["eml"].split(b"\r\n\r\n")[0]
    assert b"image/png" in made["eml"]
    assert "Velland Desk" in text_of_docx(made["docx"])
    pages = text_of_pdf_pages(made["pdf"])
    assert all(page.count("TLP:AMBER+STRICT") == 2 for page in pages)
    assert all("For members of the desk." in page for page in pages)
    import pypdfium2

    document = pypdfium2.PdfDocument(made["pdf"])
    assert document[0].get_size() == (612, 792)
    assert document.get_metadata_dict()["Author"] == "Velland Desk"


def test_the_default_is_the_plain_brand() -> None:
    assert Config().house() == Brand()

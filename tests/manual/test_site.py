"""The manual builds as a site, strictly, and takes nothing from elsewhere."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import yaml

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
FETCHED = {
    "audio": "src",
    "iframe": "src",
    "img": "src",
    "link": "href",
    "script": "src",
    "source": "src",
    "video": "src",
}
"""What a browser fetches by itself, by the attribute that says where."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("manual")
    shutil.copy(ROOT / "mkdocs.yml", folder)
    shutil.copytree(DOCS, folder / "docs")
    done = build(folder)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "site"


def build(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "zensical", "build", "--clean", "--strict"],
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )


class Fetches(HTMLParser):
    """Collects what a page makes a browser fetch."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        address = given.get(FETCHED.get(tag, "")) or ""
        if given.get("rel") != "canonical":
            self.found.append(address)


def fetched(page: Path) -> list[str]:
    reader = Fetches()
    reader.feed(page.read_text(encoding="utf-8"))
    return reader.found


def pages_named(entry: object) -> Iterator[str]:
    match entry:
        case str():
            yield entry
        case list():
            for part in entry:
                yield from pages_named(part)
        case dict():
            for part in entry.values():
                yield from pages_named(part)


def test_every_document_is_a_page(site: Path) -> None:
    missing = [
        name
        for document in DOCS.rglob("*.md")
        if not (site / (name := page_of(document))).is_file()
    ]

    assert missing == []


def page_of(document: Path) -> str:
    name = document.relative_to(DOCS).with_suffix(".html").as_posix()
    return name.replace("README.html", "index.html")


def test_no_page_fetches_from_elsewhere(site: Path) -> None:
    foreign = [
        f"{page.name}: {address}"
        for page in site.rglob("*.html")
        for address in fetched(page)
        if urlsplit(address).netloc
    ]

    assert foreign == []


def test_no_style_fetches_from_elsewhere(site: Path) -> None:
    styles = list(site.rglob("*.css"))

    assert styles
    assert [
        s.name
        for s in styles
        if re.search(r"(url\(|@import)[\"']?(https?:)?//", s.read_text())
    ] == []


def test_the_search_is_the_sites_own(site: Path) -> None:
    (index,) = site.rglob("search.json")

    assert "reconcile(base, seen)" in index.read_text(encoding="utf-8")


def test_every_page_but_single_decisions_is_in_the_navigation() -> None:
    named = set(pages_named(yaml.safe_load((ROOT / "mkdocs.yml").read_text())["nav"]))
    there = {
        document.relative_to(DOCS).as_posix()
        for document in DOCS.rglob("*.md")
        if not re.match(r"\d{4}-", document.name)
    }

    assert named == there


def test_a_link_that_leads_nowhere_fails_the_build(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "index.md").write_text("# Here\n\n[there](nowhere.md)\n")
    (tmp_path / "mkdocs.yml").write_text("site_name: Here\ntheme:\n  font: false\n")

    done = build(tmp_path)

    assert done.returncode != 0
    assert "page does not exist" in done.stdout + done.stderr

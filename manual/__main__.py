"""``python -m manual``: writes ``docs/reference`` anew from the code."""

from pathlib import Path

from manual import commands, configuration, counterparts, http_api

FOLDER = Path(__file__).parents[1] / "docs" / "reference"

PAGES = {
    "configuration.md": configuration.page,
    "commands.md": commands.page,
    "counterparts.md": counterparts.page,
    "http-api.md": http_api.page,
}
"""Every generated page of the reference, and what writes it."""

if __name__ == "__main__":
    for name, page in PAGES.items():
        (FOLDER / name).write_text(page(), encoding="utf-8")
        print(f"docs/reference/{name} is written.")

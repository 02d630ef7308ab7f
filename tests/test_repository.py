"""What holds for the repository as a whole: its files, locks, modules and records."""

import ast
import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parent.parent
MODULES = sorted([*(ROOT / "bridge").rglob("*.py"), *(ROOT / "manual").rglob("*.py")])
TESTS = sorted((ROOT / "tests").rglob("*.py"))
LOCKS = ["requirements.lock", "requirements-build.lock", "requirements-dev.lock"]
DOCUMENTS = sorted(
    [
        *ROOT.glob("*.md"),
        *(ROOT / "docs").rglob("*.md"),
        *(ROOT / "deploy").rglob("*.md"),
    ]
)

LONGEST_FILE = 250
LONGEST_FUNCTION = 50
JUSTIFIED: dict[str, str] = {}
"""Files (``bridge/x.py``) and functions (``bridge/x.py:f``) that are longer: why."""

# Written so that this file does not find itself.
NOT_OURS = {
    "a path of one machine": r"(?<![\w.])/(?:wor[k]|roo[t]|home/\w+|Users/\w+)/",
    "the address of a registry": r"p[y]pi\.org|pythonhoste[d]\.org|registry\.npm[j]s",
    "a choice of registry": r"--(?:extra-)?index-ur[l]\b|--find-link[s]\b",
}


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True
    )
    paths = [ROOT / name for name in listed.stdout.split("\0") if name]
    return [path for path in paths if path.is_file()]


def text_of(path: Path) -> str:
    return path.read_bytes().decode("utf-8", errors="ignore")


def locked(name: str) -> dict[str, Version]:
    """The packages of a lock and their versions; fails on one without a hash."""
    joined = (ROOT / name).read_text().replace("\\\n", " ")
    found = {}
    for line in joined.splitlines():
        if line and not line.lstrip().startswith("#"):
            wanted, _, hashes = line.partition(" --hash=")
            assert re.match(r"sha256:[0-9a-f]{64}\b", hashes), f"no hash: {line}"
            requirement = Requirement(wanted)
            (pin,) = requirement.specifier
            assert pin.operator == "=="
            found[canonicalize_name(requirement.name)] = Version(pin.version)
    return {str(package): version for package, version in found.items()}


def declared(group: str) -> list[Requirement]:
    """What pyproject.toml asks for: ``run``, or one of its dependency groups."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    if group == "run":
        listed = project["project"]["dependencies"]
    else:
        listed = [
            each
            for each in project["dependency-groups"][group]
            if isinstance(each, str)
        ]
    return [Requirement(each) for each in listed]


@pytest.mark.parametrize("pattern", NOT_OURS.values(), ids=NOT_OURS.keys())
def test_no_tracked_file_holds(pattern: str) -> None:
    found = [
        f"{name_of(path)}: {hit[0]}"
        for path in tracked()
        for hit in re.finditer(pattern, text_of(path))
    ]

    assert found == []


def test_no_test_is_skipped_or_expected_to_fail() -> None:
    sources = (ROOT / "tests").rglob("*.py")
    pattern = r"mark\.(?:skip|xfail)|pytest\.(?:skip|xfail|importorskip)"

    assert [name_of(s) for s in sources if re.search(pattern, s.read_text())] == []


@pytest.mark.parametrize(
    ("group", "lock"),
    [
        ("run", "requirements.lock"),
        ("run", "requirements-dev.lock"),
        ("dev", "requirements-dev.lock"),
        ("build", "requirements-build.lock"),
        ("build", "requirements-dev.lock"),
        ("docs", "requirements-dev.lock"),
    ],
)
def test_a_lock_holds_what_the_project_asks_for(group: str, lock: str) -> None:
    pins = locked(lock)
    wanted = {canonicalize_name(each.name): each.specifier for each in declared(group)}

    assert wanted.keys() <= pins.keys(), "run `make lock`"
    assert [name for name in wanted if pins[name] not in wanted[name]] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_the_locks_agree_with_each_other(lock: str) -> None:
    assert locked(lock).items() <= locked("requirements-dev.lock").items()


def test_the_run_lock_holds_no_tool() -> None:
    tools = {canonicalize_name(each.name) for each in declared("dev")}

    assert locked("requirements.lock").keys().isdisjoint(tools)


def test_the_locked_build_backend_is_the_declared_one() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    asked = {str(Requirement(each)) for each in project["build-system"]["requires"]}

    assert asked <= {str(each) for each in declared("build")}


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_says_in_one_sentence_what_it_is(path: Path) -> None:
    docstring = ast.get_docstring(ast.parse(path.read_text())) or ""
    sentence = " ".join(docstring.partition("\n\n")[0].split())

    assert sentence.endswith((".", ":"))
    assert re.search(r"\. [A-Z]", sentence) is None


def lengths() -> Iterator[tuple[str, int, int]]:
    """Every file and function, also of the tests: its name, length and limit."""
    for path in [*MODULES, *TESTS]:
        source = path.read_text()
        yield name_of(path), len(source.splitlines()), LONGEST_FILE
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                yield f"{name_of(path)}:{node.name}", length, LONGEST_FUNCTION


def test_nothing_is_too_long_to_read_at_once() -> None:
    too_long = {name: length for name, length, limit in lengths() if length > limit}

    assert {name: n for name, n in too_long.items() if name not in JUSTIFIED} == {}
    assert JUSTIFIED.keys() <= too_long.keys(), "an exception that is needed no more"


def test_a_kind_of_tracker_leans_only_on_its_own_vendor() -> None:
    trackers = ROOT / "bridge" / "trackers"
    strangers = [
        f"{name_of(path)} imports {other}"
        for path in trackers.glob("*/**/*.py")
        for other in re.findall(r"bridge\.trackers\.(\w+)", path.read_text())
        if (kind := path.relative_to(trackers).parts[0]) != other
        and not kind.startswith(f"{other}_")
    ]

    assert strangers == []


def test_the_example_of_the_configuration_is_at_the_top() -> None:
    example = tomllib.loads((ROOT / "config.example.toml").read_text())

    assert {"server", "store", "sync", "trackers", "rules"} <= example.keys()


def test_every_decision_is_in_the_index_under_the_next_number() -> None:
    folder = ROOT / "docs" / "adr"
    records = sorted(path.name for path in folder.glob("[0-9]*.md"))
    index = re.findall(r"\]\((\d{4}-[\w-]+\.md)\)", (folder / "README.md").read_text())

    assert index == records
    assert [int(name[:4]) for name in records] == list(range(1, len(records) + 1))


@pytest.mark.parametrize("part", ["## Context", "## Decision", "## Consequences"])
def test_every_decision_has_its_parts(part: str) -> None:
    records = sorted((ROOT / "docs" / "adr").glob("[0-9]*.md"))

    assert records
    assert [path.name for path in records if part not in path.read_text()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_every_link_in_the_documents_leads_somewhere(document: Path) -> None:
    links = re.findall(r"\]\((?!https?:|mailto:|#)([^)\s#]+)", document.read_text())

    assert [link for link in links if not (document.parent / link).exists()] == []

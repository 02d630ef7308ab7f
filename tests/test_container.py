"""The container file keeps its promises: small, unprivileged, telling its health."""

import importlib
import json
import re
import subprocess
import sys
import threading
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parent.parent
BUILD_TOOLS = re.compile(
    r"\b(pip|uv|apt-get|apt|apk) +(install|add)\b|\bgcc\b|\bmake\b"
)


@dataclass(frozen=True)
class Instruction:
    word: str
    text: str


def read_stages() -> list[list[Instruction]]:
    joined = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
    stages: list[list[Instruction]] = []
    for line in joined.splitlines():
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        word, _, text = line.strip().partition(" ")
        if word == "FROM":
            stages.append([])
        stages[-1].append(Instruction(word, text.strip()))
    return stages


def last(word: str) -> list[str]:
    return [each.text for each in read_stages()[-1] if each.word == word]


def health_command() -> list[str]:
    (text,) = last("HEALTHCHECK")
    command = json.loads(text.partition(" CMD ")[2])
    assert isinstance(command, list)
    return command


@contextmanager
def answering(status: int) -> Iterator[int]:
    """A server that gives *status* to /healthz and 404 to the rest; its port."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status if self.path == "/healthz" else 404)
            self.end_headers()

        def log_message(self, *args: object) -> None:
            return

    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=partial(server.serve_forever, 0.01))
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


def check_health(port: int) -> int:
    program, *arguments = health_command()
    assert program == "python"
    done = subprocess.run(
        [sys.executable, *arguments],
        env={"BRIDGE__SERVER__PORT": str(port)},
        stderr=subprocess.DEVNULL,
        timeout=30,
        check=False,
    )
    return done.returncode


def test_the_image_is_built_in_stages_on_pinned_tags() -> None:
    bases = [stage[0].text for stage in read_stages()]

    assert len(bases) > 1
    assert all(re.match(r"python:3\.\d+-slim\b", base) for base in bases)


def test_the_process_is_not_root_and_its_user_is_a_number() -> None:
    (user,) = last("USER")

    assert re.fullmatch(r"[1-9]\d{3,}(:[1-9]\d{3,})?", user)


def test_the_last_stage_installs_nothing() -> None:
    assert [run for run in last("RUN") if BUILD_TOOLS.search(run)] == []


def test_the_first_stage_installs_by_hash_only() -> None:
    runs = [each.text for each in read_stages()[0] if each.word == "RUN"]
    installs = [
        part for run in runs for part in run.split("&&") if " install " in f" {part} "
    ]

    assert installs
    assert [
        part
        for part in installs
        if "--require-hashes" not in part and "--no-index" not in part
    ] == []


def test_every_extra_is_in_the_image() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    pins = re.findall(
        r"^([\w.-]+)==", (ROOT / "requirements.lock").read_text(), re.MULTILINE
    )
    extras = {
        Requirement(each).name
        for listed in project["optional-dependencies"].values()
        for each in listed
    }

    assert extras - set(pins) == set(), "run `make lock`"


def test_every_copied_file_exists_and_passes_the_ignore_file() -> None:
    ignore = (ROOT / ".dockerignore").read_text().splitlines()
    sources = [
        source
        for stage in read_stages()
        for each in stage
        if each.word == "COPY" and "--from=" not in each.text
        for source in each.text.split()[:-1]
    ]

    assert sources
    assert [source for source in sources if not (ROOT / source).exists()] == []
    assert [s for s in sources if f"!{s.removeprefix('./')}" not in ignore] == []


def test_the_last_stage_takes_only_the_environment_from_the_first() -> None:
    assert [copy.split()[:2] for copy in last("COPY")] == [
        ["--from=build", "/opt/bridge"]
    ]


def test_the_entry_point_is_a_script_of_the_project() -> None:
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["scripts"]
    (entry,) = last("ENTRYPOINT")
    (name,) = json.loads(entry)
    module, _, function = scripts[name].partition(":")

    assert callable(getattr(importlib.import_module(module), function))
    assert last("CMD") == ['["serve"]']


def test_the_environment_names_real_keys_and_no_secret() -> None:
    example = tomllib.loads((ROOT / "config.example.toml").read_text())
    names = re.findall(r"\b([A-Z][A-Z_]+)=", " ".join(last("ENV")))
    keys = [name.lower().split("__")[1:] for name in names if "__" in name]

    assert ["server", "port"] in keys
    assert [key for key in keys if key[1] not in example[key[0]]] == []
    assert [n for n in names if re.search("TOKEN|SECRET|KEY|PASSWORD", n)] == []


def test_the_data_directory_is_a_volume_and_where_the_store_lies() -> None:
    assert last("VOLUME") == ["/data"]
    assert last("WORKDIR") == ["/data"]
    assert last("EXPOSE") == ["8080"]


def test_the_health_check_is_content_with_a_living_server() -> None:
    with answering(200) as port:
        assert check_health(port) == 0


@pytest.mark.parametrize("status", [404, 500, 503])
def test_the_health_check_fails_on_any_other_answer(status: int) -> None:
    with answering(status) as port:
        assert check_health(port) != 0

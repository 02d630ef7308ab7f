"""``bridge init``: writes the first configuration."""

import secrets as chance
from pathlib import Path
from typing import Any, TextIO

import click

from bridge.cli import first_config
from bridge.cli.first_config import SECRET_KEYS, Answers, Secrets
from bridge.cli.options import (
    Misuse,
    config_file,
    config_option,
    example,
    json_option,
    show,
)

_PLACEHOLDER = "change-me"


class _Asker:
    """Takes what was given as a flag, else asks, else takes the default.

    Questions go to standard error where that *is_aside* from the answer.
    """

    def __init__(self, *, is_silent: bool, is_aside: bool) -> None:
        self._is_silent = is_silent
        self._is_aside = is_aside

    def text(self, given: str | None, question: str, default: str) -> str:
        """A plain answer."""
        if given is not None or self._is_silent:
            return given or default
        answer: str = click.prompt(question, default=default, err=self._is_aside)
        return answer.strip()

    def kept(self, given: str | None) -> Secrets:
        """Where secrets are to be kept."""
        if given is not None or self._is_silent:
            return Secrets(given or Secrets.DIR)
        question = "Keep secrets in the environment, in files of a folder, in this file"
        choice = click.Choice([each.value for each in Secrets])
        default, aside = Secrets.DIR.value, self._is_aside
        return Secrets(click.prompt(question, default, type=choice, err=aside))

    def secret(self, file: TextIO | None, question: str) -> str:
        """A key, never shown; empty when there is none yet."""
        if file is not None:
            return file.read().strip()
        if self._is_silent:
            return ""
        answer: str = click.prompt(
            f"{question} (not shown; empty: later)",
            default="",
            hide_input=True,
            show_default=False,
            err=self._is_aside,
        )
        return answer.strip()


@click.command(
    epilog=example(
        "bridge init",
        "bridge init --site datadoghq.eu --api-key-file api-key "
        "--app-key-file app-key --no-input",
    )
)
@click.option("--site", help="Your Datadog site.  [default: datadoghq.com]")
@click.option("--project", help="The project for new cases.  [default: ET]")
@click.option("--public-url", help="Where the trackers reach the bridge.")
@click.option(
    "--secrets",
    "kept",
    type=click.Choice([each.value for each in Secrets]),
    help="Kept in the environment, in files of a folder, or in the configuration."
    "  [default: dir]",
)
@click.option(
    "--secrets-dir",
    type=click.Path(path_type=Path, file_okay=False),
    help="The folder of secrets.  [default: secrets, beside the configuration]",
)
@click.option("--api-key-file", type=click.File(), help="Holds the API key.")
@click.option("--app-key-file", type=click.File(), help="Holds the application key.")
@click.option("--force", is_flag=True, help="Overwrite what is there already.")
@click.option("--no-input", is_flag=True, help="Ask nothing, take the defaults.")
@json_option
@config_option
def init(
    *,
    site: str | None,
    project: str | None,
    public_url: str | None,
    kept: str | None,
    secrets_dir: Path | None,
    api_key_file: TextIO | None,
    app_key_file: TextIO | None,
    force: bool,
    no_input: bool,
    as_json: bool,
) -> None:
    """Write a commented configuration, by asking a few questions or by flags.

    Secrets are no flags, which others on the machine could see: they are read from
    files, or asked for without being shown.
    """
    place = _place(is_forced=force)
    ask = _Asker(is_silent=no_input, is_aside=as_json)
    answers = Answers(
        site=ask.text(site, "Datadog site", "datadoghq.com"),
        project=ask.text(project, "Project for new cases", "ET"),
        public_url=ask.text(public_url, "Where trackers reach the bridge", ""),
        secrets=ask.kept(kept),
        values={},
    )
    if answers.secrets is not Secrets.ENV:
        api_key = ask.secret(api_key_file, "API key")
        _fill(answers, api_key, ask.secret(app_key_file, "Application key"))
    folder = secrets_dir or place.parent / "secrets"
    try:
        _write(place, answers)
        if answers.secrets is Secrets.DIR:
            _write_secrets(folder, answers, is_forced=force)
    except OSError as exc:
        raise Misuse(f"{exc.filename}: {exc.strerror}") from exc
    told = _written(place, folder, answers)
    show(told, as_json=as_json, text=lambda _: _next_steps(place, folder, answers))


def _place(*, is_forced: bool) -> Path:
    from bridge.settings import place_of  # noqa: PLC0415 - slow to import

    place = place_of(config_file())
    if place.exists() and not is_forced:
        raise Misuse(f"{place}: is there already; --force overwrites it")
    return place


def _fill(answers: Answers, api_key: str, app_key: str) -> None:
    """The keys that were given, and secrets of our own making."""
    given = {"api_key": api_key, "app_key": app_key}
    for key in SECRET_KEYS:
        value = given.get(key[-1], chance.token_urlsafe(32))
        if not value and answers.secrets is Secrets.FILE:
            value = _PLACEHOLDER
        if value:
            answers.values[key] = value


def _write(place: Path, answers: Answers) -> None:
    """Write the file if it is good, and only then over an older one."""
    draft = place.with_name(f".{place.name}.{chance.token_hex(4)}")
    try:
        _write_privately(draft, first_config.text_of(answers))
        _check(draft, place, answers)
        draft.replace(place)
    finally:
        draft.unlink(missing_ok=True)


def _check(draft: Path, place: Path, answers: Answers) -> None:
    """Misuse where an answer makes a configuration that does not load."""
    from bridge.settings import ConfigError, load  # noqa: PLC0415 - slow to import

    is_inside = answers.secrets is Secrets.FILE
    elsewhere = [key for key in SECRET_KEYS if not is_inside]
    environ = {first_config.variable_of(key): _PLACEHOLDER for key in elsewhere}
    try:
        load(draft, environ)
    except ConfigError as exc:
        raise Misuse(str(exc).replace(str(draft), str(place))) from exc


def _write_secrets(folder: Path, answers: Answers, *, is_forced: bool) -> None:
    """One file for each; those that are there already stay, unless it is forced."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for key, value in answers.values.items():
        file = folder / first_config.secret_file_of(key)
        if is_forced:
            file.unlink(missing_ok=True)
        if not file.exists():
            _write_privately(file, value + "\n")


def _write_privately(file: Path, text: str) -> None:
    file.touch(mode=0o600, exist_ok=False)
    file.write_text(text, encoding="utf-8")


def _written(place: Path, folder: Path, answers: Answers) -> dict[str, Any]:
    """What was written, which secrets are missing still, and what is next."""
    is_there = answers.secrets is not Secrets.ENV
    given = {k for k, value in answers.values.items() if value != _PLACEHOLDER}
    missing = [key for key in SECRET_KEYS if not (is_there and key in given)]
    return {
        "config": str(place),
        "secrets": answers.secrets.value,
        "secrets_dir": str(folder) if answers.secrets is Secrets.DIR else None,
        "missing": list(map(first_config.variable_of, missing)),
        "next": f"bridge check --live --config {place}",
    }


def _next_steps(place: Path, folder: Path, answers: Answers) -> str:
    lines = [f"{place} is written."]
    missing = [key for key in SECRET_KEYS if not answers.values.get(key)]
    match answers.secrets:
        case Secrets.ENV:
            lines.append("Set these variables, each to its secret:")
            lines += [f"  {first_config.variable_of(key)}" for key in SECRET_KEYS]
        case Secrets.DIR:
            lines.append(f"Set BRIDGE_SECRETS_DIR={folder}, where the secrets are.")
            files = [str(folder / first_config.secret_file_of(key)) for key in missing]
            lines += [f"Still to be written: {file}" for file in files]
        case Secrets.FILE:
            if _PLACEHOLDER in answers.values.values():
                lines.append(f'Put your keys in place of "{_PLACEHOLDER}".')
    lines.append(f"Then: bridge check --live --config {place}")
    return "\n".join(lines)

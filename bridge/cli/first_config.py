"""The first configuration, as text with comments, from a few answers."""

import json
from dataclasses import dataclass
from enum import StrEnum


class Secrets(StrEnum):
    """Where the secrets are kept: in variables, in files of their own, or inside."""

    ENV = "env"
    DIR = "dir"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class Answers:
    """What was asked or given; *values* are the secrets by their keys."""

    site: str
    project: str
    public_url: str
    secrets: Secrets
    values: dict[tuple[str, ...], str]


SECRET_KEYS = (
    ("server", "api_token"),
    ("trackers", "errors", "api_key"),
    ("trackers", "errors", "app_key"),
    ("trackers", "errors", "webhook_secrets"),
    ("trackers", "cases", "api_key"),
    ("trackers", "cases", "app_key"),
    ("trackers", "cases", "webhook_secrets"),
)

_TEXT = """\
# The configuration of the bridge. config.example.toml shows every key there is.
#
#   bridge check --live         says what is wrong or missing, also at the trackers
#   bridge webhooks install     makes the trackers call the bridge
#   bridge serve                runs it; SIGHUP takes changed rules over
#
{about_secrets}

[server]
host = "127.0.0.1"      # "0.0.0.0" to be reached from outside; needs api_token
port = 8080
{public_url}{server_secrets}
[store]
url = "sqlite:///bridge.db"     # three slashes: beside where it runs; four: absolute

[sync]
state = "two-way"       # two-way | issue-to-case | case-to-issue | off
conflict = "case"       # whose edit wins when both were edited: case | issue | latest

[trackers.errors]
kind = "datadog_error_tracking"
site = {site}
{errors_secrets}
[trackers.cases]
kind = "datadog_case_management"
site = {site}
default_project = {project}     # key or id; where no rule says otherwise
{cases_secrets}
# Which issues get a case, and where: the first rule that matches counts.
# [[rules]]
# name = "web store"
# match = "service:web-store AND team:Shopist"    # empty: every issue
# project = "SHOP"
# auto_create = true      # false: only when somebody asks for a case

# Addresses that belong to one person, for trackers that know her by different ones.
# [[people]]
# emails = ["jane@example.com", "jane.doe@corp.example"]
"""


def variable_of(key: tuple[str, ...]) -> str:
    """The environment variable that holds *key*."""
    return "__".join(("bridge", *key)).upper()


def secret_file_of(key: tuple[str, ...]) -> str:
    """The name of the file that holds *key* in a folder of secrets."""
    return "__".join(("bridge", *key))


def text_of(answers: Answers) -> str:
    """The file; without any secret unless they are to be kept in it."""
    url = answers.public_url
    return _TEXT.format(
        about_secrets=_about(answers.secrets),
        site=quoted(answers.site),
        project=quoted(answers.project),
        public_url=(
            f"public_url = {quoted(url)}    # where the trackers reach /hooks\n"
            if url
            else '# public_url = "https://bridge.example.com"   # for webhooks\n'
        ),
        server_secrets=_section(answers, "server"),
        errors_secrets=_section(answers, "trackers", "errors"),
        cases_secrets=_section(answers, "trackers", "cases"),
    )


def quoted(text: str) -> str:
    """*text* as a string of TOML."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _section(answers: Answers, *section: str) -> str:
    if answers.secrets is not Secrets.FILE:
        return ""
    lines = ""
    for key in SECRET_KEYS:
        if key[:-1] == section and key in answers.values:
            value = quoted(answers.values[key])
            is_list = key[-1] == "webhook_secrets"
            lines += f"{key[-1]} = {f'[{value}]' if is_list else value}\n"
    return lines


def _about(secrets: Secrets) -> str:
    match secrets:
        case Secrets.FILE:
            return "# This file holds secrets: keep it to yourself."
        case Secrets.DIR:
            names = "\n".join(f"#   {secret_file_of(key)}" for key in SECRET_KEYS)
            return f"# Secrets are files in the folder $BRIDGE_SECRETS_DIR:\n{names}"
        case Secrets.ENV:
            names = "\n".join(f"#   {variable_of(key)}" for key in SECRET_KEYS)
            return f"# Secrets are environment variables:\n{names}"

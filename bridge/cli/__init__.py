"""The command line: one group, and the commands in modules by what they are for.

Modules here import at their top only what every command needs; the rest is imported
by the command that needs it, so that ``bridge --help`` answers at once.
"""

import click

from bridge import __version__
from bridge.cli.asking import link, plan, status, unlink
from bridge.cli.beginning import init
from bridge.cli.checking import check
from bridge.cli.creating import backfill, create
from bridge.cli.database import database
from bridge.cli.demo import demo
from bridge.cli.listing import cases, dead, events, links, one_case
from bridge.cli.looking import abilities, pulse
from bridge.cli.operating import resume, resync, retry, skip
from bridge.cli.options import config_option, example
from bridge.cli.rules import rules
from bridge.cli.running import serve
from bridge.cli.webhooks import webhooks

_EXAMPLE = example("bridge demo", "bridge --config config.toml check")

# click keeps the lines behind a backspace as they are.
_SHELLS = """\b
Completion of commands and options, in your shell's own start file:
  bash  eval "$(_BRIDGE_COMPLETE=bash_source bridge)"
  zsh   eval "$(_BRIDGE_COMPLETE=zsh_source bridge)"
  fish  _BRIDGE_COMPLETE=fish_source bridge | source"""


@click.group(
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=f"{_EXAMPLE}\n\n{_SHELLS}",
)
@click.version_option(__version__, prog_name="bridge")
@config_option
def main() -> None:
    """Keeps issues of an error tracker and cases of a case tracker in two-way sync.

    Issues and cases are written tracker:id, a case also by its key (cases:SHOP-12);
    the tracker's name may be left out where only one fits.

    Exit status: 0 good, 1 the answer is bad, 2 wrong usage or configuration.
    """


_COMMANDS = (
    *(demo, init, check, serve, webhooks),
    *(rules, create, backfill, link, unlink),
    *(status, pulse, abilities, events, cases, one_case, links, plan, resync, resume),
    *(dead, retry, skip, database),
)
for _command in _COMMANDS:
    main.add_command(_command)

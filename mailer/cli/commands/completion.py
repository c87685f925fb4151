"""`mailer completion`: what a shell needs to complete commands and options."""

from __future__ import annotations

import click

_HOW = {
    "bash": 'eval "$(mailer completion bash)"        in ~/.bashrc',
    "zsh": 'eval "$(mailer completion zsh)"         in ~/.zshrc',
    "fish": "mailer completion fish | source         in ~/.config/fish/config.fish",
}


@click.command("completion", epilog="\b\nTo have it in every shell, put this line:\n  " + "\n  ".join(_HOW.values()))
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def command(shell: str) -> None:
    """Print the script that completes commands and options in a shell."""
    from click.shell_completion import get_completion_class

    from mailer.cli.root import COMPLETE, mailer

    found = get_completion_class(shell)
    assert found is not None  # noqa: S101 -- click has these three
    click.echo(found(mailer, {}, "mailer", COMPLETE).source())

"""The command line. Light: what a command needs is imported when that command runs."""

from mailer.cli.root import main

__all__ = ["main"]

"""`mailer demo`: the whole program at work on an example, over real sockets, in under half a minute.

The daemon is the real one; around it are an SMTP server, an IMAP server and people who answer, all on this machine.
Nothing of the user's is read or written: the demo has a home, a state folder and a password of its own.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

    from mailer.demo.shows import LivePicture, PlainLines, Silence

EXTRAS = ("aiosmtpd", "pymap")


def run_demo(keep: Path | None, as_json: bool) -> int:
    """Play the demo; returns 0, since everything else is an error.

    `keep` is an empty folder that gets all files, and keeps them. With `as_json` one object goes to stdout, and nothing
    else, with these keys: lists of names, sorted: `thanked`, `updated` (got the mail), `answered` (wrote in their own
    words), `automatic` (only their mail system answered), `bounced`, `opted_out`, `introduced` (new people that answers
    named), `held` (a mail to them waits for the owner); `sent`, mails that the server took; `seconds`; `folder`, where
    everything was kept, or null.

    Raises UsageError for a folder that isn't empty, MailerError where the extras are not installed, and DemoError where
    the story did not come to its expected end.
    """
    _need_extras()
    from mailer.demo.files import empty_folder

    if keep is not None:
        keep = empty_folder(keep)
    try:
        with _folder(keep) as folder:
            _play(folder, kept=keep is not None, as_json=as_json)
    except KeyboardInterrupt:
        print("The demo was stopped; both servers are gone.", file=sys.stderr)
        raise
    return 0


def _need_extras() -> None:
    from mailer.errors import MailerError

    if missing := [name for name in EXTRAS if find_spec(name) is None]:
        raise MailerError(
            f"the demo needs {' and '.join(missing)}, which came not with the program itself",
            mend="pip install 'breadcrumb-mailer[demo]'  (in a checkout: pip install '.[demo]')",
        )


@contextmanager
def _folder(keep: Path | None) -> Iterator[Path]:
    if keep is not None:
        yield keep
        return
    from tempfile import TemporaryDirectory

    with TemporaryDirectory(prefix="mailer-demo-") as name:
        yield Path(name)


def _play(folder: Path, *, kept: bool, as_json: bool) -> None:
    from dataclasses import replace

    from rich.console import Console

    from mailer.demo.report import print_summary

    console = Console()
    with _show(console, as_json=as_json) as show:
        from mailer.demo.story import tell  # takes a second; the picture is there already

        summary = replace(tell(folder, show), folder=str(folder) if kept else None)
    if as_json:
        import json

        utf8 = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
        print(json.dumps(summary.as_json(), ensure_ascii=not utf8, indent=2 if console.is_terminal else None))
        return
    console.print()
    print_summary(console, summary)


def _show(console: Console, *, as_json: bool) -> LivePicture | PlainLines | Silence:
    from mailer.demo.shows import LivePicture, PlainLines, Silence, fits

    if as_json:
        return Silence()
    return LivePicture(console) if fits(console) else PlainLines()

"""`mailer templates`: what the letters are made of, and how to begin one's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem

from mailer.cli.call import Call, pass_call
from mailer.cli.options import json_option, listing_options, rows_after

if TYPE_CHECKING:
    from mailer.services.template_files import TemplateFile

language_option = click.option("--language", default="", metavar="TAG", help="In this language, such as de.")


def _complete(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The names of the shipped templates."""
    from mailer.resources import shipped

    folder = shipped("templates")
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return [CompletionItem(name) for name in names if name.startswith(incomplete)]


name_argument = click.argument("name", shell_complete=_complete)


@click.group("templates")
def command() -> None:
    """List, show and copy the templates of your letters."""


@command.command("list")
@listing_options
@pass_call
def list_(call: Call, limit: int | None, after: int) -> None:
    """List every template: its language, and whether the shipped one or your own is used."""
    from mailer.cli import tables
    from mailer.services.template_files import template_files

    app = call.app()
    files = template_files(app.desk.templates, app.config.profile.language)
    found = rows_after(files, after, _id)[:limit]
    if call.as_json:
        call.emit([{"id": _id(each), **_shape(each)} for each in found])
        return
    columns = [tables.ID_COLUMN, tables.Column("name", firm=True), tables.Column("language"), tables.Column("from")]
    rows = [(_id(f), f.name, f.language, "your own" if f.own else "shipped") for f in found]
    tables.show(columns, rows, empty="There is no template.")


def _id(file: TemplateFile) -> int:
    """A number that stays the template's, whichever others there are."""
    from zlib import crc32

    return crc32(file.name.encode()) or 1  # 0 is before all


def _shape(file: TemplateFile) -> dict[str, object]:
    return {"name": file.name, "language": file.language, "own": file.own, "file": str(file.path)}


@command.command("show")
@name_argument
@language_option
@json_option
@pass_call
def show(call: Call, name: str, language: str) -> None:
    """Print a template as it is in use: `call`, `thank_you/call`, `update`..."""
    from mailer.services.template_files import find

    app = call.app()
    templates = app.desk.templates
    found = find(templates, name, language, app.config.profile.language)
    call.note(f"{found.path} ({'your own' if found.own else 'shipped'})")
    if call.as_json:
        call.emit({**_shape(found), "text": found.text})
    else:
        call.say(found.text.rstrip("\n"))


@command.command("copy")
@name_argument
@language_option
@json_option
@pass_call
def copy(call: Call, name: str, language: str) -> None:
    """Copy a shipped template into your templates folder, for you to change. Never overwrites."""
    from mailer.compose import Templates
    from mailer.resources import shipped
    from mailer.services.template_files import copy as copy_file

    app = call.app()
    path = copy_file(Templates([shipped("templates")]), app.config.templates, name, language)
    what = "`mailer pitch` reads it" if path.suffix == ".txt" else "see what it makes with `mailer preview WHO`"
    call.say(f"Written to {path}; {what}.")
    if call.as_json:
        call.emit({"file": str(path)})

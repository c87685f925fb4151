"""`mailer check`: everything that is wrong with the owner's files, in one report, without a database or a network."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from mailer.cli.call import Call, pass_call
from mailer.cli.options import json_option

if TYPE_CHECKING:
    from mailer.cli.checking import Report


@click.command("check")
@click.option(
    "--schema", type=click.Choice(["config", "roster"]), help="Print the JSON Schema of a file, for editors, and end."
)
@json_option
@pass_call
def command(call: Call, schema: str | None) -> int:
    """Read configuration, roster and templates, and tell everything that is wrong.

    Every template is rendered for every contact. Ends with 2 where something must be mended, with 0 where there are
    only warnings. Needs neither database nor network.
    """
    if schema:
        _print_schema(schema)
        return 0
    from mailer.cli.checking import look_at_everything

    report = look_at_everything(call)
    _show(call, report)
    return 2 if report.errors else 0


def _print_schema(schema: str) -> None:
    if schema == "config":
        from mailer.config.schema import json_schema
    else:
        from mailer.roster.schema import json_schema
    click.echo(json.dumps(json_schema(), indent=2, ensure_ascii=False))


def _show(call: Call, report: Report) -> None:
    from mailer.cli import shapes
    from mailer.cli.words import plural

    for problem in report.problems:
        call.note(str(problem))
    if call.as_json:
        problems = [shapes.problem(p) for p in report.problems]
        call.emit({"config": report.config, "problems": problems, "fine": [str(each) for each in report.fine]})
        return
    for each in report.fine:
        call.say(f"ok  {each}")
    errors, warnings = len(report.errors), len(report.problems) - len(report.errors)
    if errors:
        call.say(f"{plural(errors, 'problem')} to mend" + (f", {plural(warnings, 'warning')}." if warnings else "."))
    else:
        call.say(f"All is well, with {plural(warnings, 'warning')}." if warnings else "All is well.")

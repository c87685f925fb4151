"""mailmerge, a template and a CSV file: PORT FOLDER. Renders and sends; a connection for each message is its way."""

import json
import sys
from pathlib import Path

from mailmerge.__main__ import main
from measure import Watch, quiet

port, folder = sys.argv[1], Path(sys.argv[2])
people = [json.loads(line) for line in (folder / "people.jsonl").read_text().splitlines()]
here = folder / "mailmerge"
here.mkdir(exist_ok=True)
(here / "server.conf").write_text(f"[smtp_server]\nhost = 127.0.0.1\nport = {port}\n")
(here / "people.csv").write_text("email,name\n" + "".join(f"{each['to']},{each['name']}\n" for each in people))
text = (folder / "text.txt").read_text()
head = "TO: {{email}}\nSUBJECT: A short update on my search: November\nFROM: Dana Reyes <dana@example.com>\n\n"
(here / "template.txt").write_text(f"{head}Hi {{{{name}}}},\n\n{text}")
arguments = ["--no-dry-run", "--no-limit", "--output-format", "text", "--template", str(here / "template.txt")]
watch = Watch()
with quiet():
    main(
        [*arguments, "--database", str(here / "people.csv"), "--config", str(here / "server.conf")],
        standalone_mode=False,
    )
watch.report(len(people))

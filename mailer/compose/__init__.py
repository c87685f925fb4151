"""Letters: what they say (from templates) and the octets that leave. Pure, apart from reading the template files.

    templates = Templates([owner_folder, shipped("templates")])
    draft = thank_you(templates, speaker, recipient, interactions, choice)
    octets = build(draft, Head(...), templates.css)

Jinja2, the Markdown parser and the CSS inliner are imported when the first letter is made.
"""

from mailer.compose.card import card
from mailer.compose.closing import Earlier, LandedFacts, follow_up, landed, loop_back
from mailer.compose.headers import header_address, needs_smtputf8
from mailer.compose.letters import (
    PreviewFacts,
    Said,
    Speaker,
    Spoken,
    UpdateFacts,
    main_kind,
    missing_particulars,
    preview,
    thank_you,
    update,
)
from mailer.compose.markdown import to_text
from mailer.compose.message import Draft, Head, build, build_body, build_head, message_id
from mailer.compose.page import to_html
from mailer.compose.sections import parse_update_text
from mailer.compose.speaking import Call, SheetLine, call_sheet, script
from mailer.compose.templates import Templates
from mailer.compose.words import Recipient, first_name, greeting, warm_opening

__all__ = [
    "Call",
    "Draft",
    "Earlier",
    "Head",
    "LandedFacts",
    "PreviewFacts",
    "Recipient",
    "Said",
    "SheetLine",
    "Speaker",
    "Spoken",
    "Templates",
    "UpdateFacts",
    "build",
    "build_body",
    "build_head",
    "call_sheet",
    "card",
    "first_name",
    "follow_up",
    "greeting",
    "header_address",
    "landed",
    "loop_back",
    "main_kind",
    "message_id",
    "missing_particulars",
    "needs_smtputf8",
    "parse_update_text",
    "preview",
    "script",
    "thank_you",
    "to_html",
    "to_text",
    "update",
    "warm_opening",
]

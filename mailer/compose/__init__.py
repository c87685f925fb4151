"""Letters: what they say (from templates) and the octets that leave. Pure, apart from reading the template files.

    templates = Templates([owner_folder, shipped("templates")])
    draft = thank_you(templates, speaker, recipient, interactions, choice)
    octets = build(draft, Head(...), templates.css)

Jinja2, the Markdown parser and the CSS inliner are imported when the first letter is made.
"""

from mailer.compose.card import card
from mailer.compose.closing import LandedFacts, landed, loop_back
from mailer.compose.headers import header_address, needs_smtputf8
from mailer.compose.letters import (
    PreviewFacts,
    Speaker,
    Spoken,
    UpdateFacts,
    missing_particulars,
    preview,
    thank_you,
    update,
)
from mailer.compose.markdown import to_text
from mailer.compose.message import Draft, Head, build, build_body, build_head, message_id
from mailer.compose.page import to_html
from mailer.compose.sections import parse_update_text
from mailer.compose.templates import Templates
from mailer.compose.words import Recipient, first_name, greeting, warm_opening

__all__ = [
    "Draft",
    "Head",
    "LandedFacts",
    "PreviewFacts",
    "Recipient",
    "Speaker",
    "Spoken",
    "Templates",
    "UpdateFacts",
    "build",
    "build_body",
    "build_head",
    "card",
    "first_name",
    "greeting",
    "header_address",
    "landed",
    "loop_back",
    "message_id",
    "missing_particulars",
    "needs_smtputf8",
    "parse_update_text",
    "preview",
    "thank_you",
    "to_html",
    "to_text",
    "update",
    "warm_opening",
]

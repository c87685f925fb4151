"""The person's own new words in a reply: without quote, attribution, forwarded mail, signature, disclaimer, footer.

Convention: answers between and below quotes are kept; a name alone at the end is kept (it can't be told from words);
a closing formula goes with the signature it opens; "PS" lines are kept wherever they stand. More stands in
docs/understanding.md.
"""

from __future__ import annotations

from mailer.understand.newtext.own import own_words

__all__ = ["own_words"]

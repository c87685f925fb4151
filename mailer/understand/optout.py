"""Whether a person asks, in their own new words, not to be written to; and how far that reaches."""

from __future__ import annotations

import re
from dataclasses import dataclass

from mailer import model
from mailer.understand import limits
from mailer.understand.phrases import Table, asking
from mailer.understand.sentences import sentences

_STRONG = Table(asking.STRONG)
_WEAK = Table(asking.WEAK)
_GUARDS = Table(asking.GUARDS)
_SOFTENERS = Table(asking.SOFTENERS)
_UPDATES = Table(asking.UPDATES)
_EVERYTHING = Table(asking.EVERYTHING)
_WELCOME = Table(asking.STILL_WELCOME)
_QUOTED = re.compile(r"[\"\u201c\u201e\u00ab\u300c]([^\"\u201d\u00bb\u300d\n]{1,200})[\"\u201d\u201c\u00bb\u300d]")
_SUBJECT = re.compile(
    r"^\s*(?:unsubscribe|opt[- ]?out|remove(?: me)?|stop|"
    r"abmelden|abbestellen|désinscription|désabonnement|baja|"
    r"darse de baja|cancellami|cancellazione|descadastrar|remover|uitschrijven|afmelden|afmeld|avregistrera|peruuta|"
    r"wypisz|odhlásit|\u043e\u0442\u043f\u0438\u0441\u0430\u0442\u044c\u0441\u044f|配信停止|退订|退訂)(?P<rest>\b.{0,60})?\s*$",
    re.IGNORECASE,
)
_LONG = 2000
"""A letter longer than that which asks for silence in passing is shown to the owner first."""
_LONGEST_SENTENCE = 600


@dataclass(frozen=True, slots=True)
class Asked:
    """A request found: how far it reaches, the words, and whether it is sure enough to be obeyed at once."""

    scope: model.OptOutScope
    words: str
    sure: bool


def find_opt_out(text: str, subject: str = "") -> Asked | None:
    """The request in the person's own words, or in a subject made for it; None where there is none."""
    text = text[: limits.MAX_PHRASES]
    by_subject = _by_subject(subject, text)
    if by_subject is not None:
        return by_subject
    weak = ""
    for sentence in sentences(text)[:200]:
        sentence = sentence[:_LONGEST_SENTENCE]
        plain = _QUOTED.sub(" ", sentence)
        if _STRONG.search(plain):
            if _GUARDS.search(plain):
                continue
            sure = len(text) <= _LONG and not _SOFTENERS.search(plain)
            return Asked(_scope(sentence, text), sentence[:200], sure=sure)
        if not weak and _WEAK.search(sentence) and not _GUARDS.search(sentence):
            weak = sentence[:200]
    return Asked(_scope(weak, text), weak, sure=False) if weak else None


def _by_subject(subject: str, text: str) -> Asked | None:
    """A mail to the unsubscribe address: its subject is the request, its text empty or a program's remark."""
    match = _SUBJECT.match(subject)
    if match is None or len(text) > 400:
        return None
    scope = model.OptOutScope.updates if _UPDATES.search(match["rest"] or "") else model.OptOutScope.all
    return Asked(scope, f"Subject: {subject[:120]}", sure=True)


def _scope(words: str, text: str) -> model.OptOutScope:
    """Updates only where they are named, or where the person stays welcome to hear from us; all where unclear."""
    if _EVERYTHING.search(words):
        return model.OptOutScope.all
    if _UPDATES.search(words) or _WELCOME.search(text[:_LONG]):
        return model.OptOutScope.updates
    return model.OptOutScope.all

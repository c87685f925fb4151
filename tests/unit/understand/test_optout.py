# ruff: noqa: E501, RUF001
"""Opt-outs: asked in the person's own new words, in many languages; what only sounds like one is a reply."""

from __future__ import annotations

import pytest

from mailer.model import Classification, OptOutScope
from mailer.understand import understand

from .letters import letter
from .wishes import NO_WISHES, WISHES

REQUESTS = {
    "English 1": "Please take me off your list.",
    "English 2": "No more updates please.",
    "English 3": "unsubscribe",
    "English 4": "Please stop emailing me.",
    "English 5": "Hi Dana, kindly remove me from these emails. Thanks, Ada",
    "English 6": "I'd rather not receive these updates anymore, sorry.",
    "English 7": "Can you take me off the distribution list? Best, Ada",
    "English 8": "STOP",
    "English 9": "Do not contact me again.",
    "English 10": "I no longer wish to receive your emails.",
    "German 1": "Bitte nehmen Sie mich aus dem Verteiler.",
    "German 2": "Bitte keine weiteren E-Mails mehr schicken.",
    "German 3": "Ich möchte keine Updates mehr erhalten.",
    "French 1": "Merci de me retirer de votre liste.",
    "French 2": "Je ne souhaite plus recevoir vos messages.",
    "Spanish 1": "Por favor, dame de baja.",
    "Spanish 2": "No quiero recibir más correos.",
    "Italian 1": "Per favore, cancellami dalla lista.",
    "Italian 2": "Non voglio più ricevere queste mail.",
    "Portuguese 1": "Por favor, remova-me da lista.",
    "Portuguese 2": "Não quero receber mais e-mails.",
    "Dutch 1": "Haal me alsjeblieft van de lijst.",
    "Dutch 2": "Ik wil geen updates meer ontvangen.",
    "Danish": "Fjern mig venligst fra listen.",
    "Norwegian": "Vennligst fjern meg fra listen.",
    "Swedish": "Ta bort mig från listan, tack.",
    "Finnish": "En halua enää saada näitä viestejä.",
    "Polish": "Proszę usunąć mnie z listy.",
    "Czech": "Prosím, odhlaste mě z odběru.",
    "Slovak": "Nechcem už dostávať vaše správy.",
    "Latvian": "Lūdzu, izņemiet mani no saraksta.",
    "Lithuanian": "Prašau pašalinkite mane iš sąrašo.",
    "Estonian": "Palun eemaldage mind nimekirjast.",
    "Hungarian": "Nem szeretnék több levelet kapni.",
    "Turkish": "Lütfen beni listeden çıkarın.",
    "Russian 1": "Пожалуйста, удалите меня из рассылки.",
    "Russian 2": "Больше мне не пишите.",
    "Ukrainian": "Будь ласка, видаліть мене зі списку.",
    "Japanese": "今後のメール配信を停止してください。",
    "Chinese": "请不要再给我发邮件。",
    "Korean": "더 이상 메일을 보내지 마세요.",
    "Romanian": "Nu mai doresc să primesc aceste mesaje.",
}


@pytest.mark.parametrize("body", REQUESTS.values(), ids=REQUESTS.keys())
def test_a_request_is_obeyed(body: str) -> None:
    verdict = understand(letter(body))
    assert verdict.classification is Classification.opt_out, verdict.evidence
    assert verdict.evidence[0].detail in body


@pytest.mark.parametrize(
    "body",
    [
        "I unsubscribed from that newsletter you mentioned. It was mostly ads.",
        "Please don't take me off your list, I love the updates!",
        "Did you take me off the list? I did not get the last update.",
        "No more updates from my side, all quiet here.",
        "Don't stop sending these!",
        "I can't stop thinking about the tender. Let's talk.",
        "They told me to remove the cover from the crane.",
        "You should unsubscribe from those job boards, they are useless.",
        "I had to unsubscribe from LinkedIn, too much noise.",
        "Please stop by when you are in Chicago.",
        "Don't write me off yet!",
        "Let me know if you want me to take you off the guest list.",
        "We removed him from the board last month.",
        "I will send no more than two names, please be patient.",
        "Ich habe mich dort letzte Woche abgemeldet. Wie geht es Ihnen?",
        "Je me suis désinscrite de ce forum. À bientôt !",
        "Mi sono cancellata da quel sito. A presto!",
        "Я отписалась от того канала. Как дела?",
        "Happy to help. Ask me any time!",
    ],
)
def test_what_only_sounds_like_a_request_is_a_reply(body: str) -> None:
    verdict = understand(letter(body))
    assert verdict.classification is Classification.reply, verdict.evidence
    assert verdict.question is None, verdict.question


@pytest.mark.parametrize(
    "body",
    [
        "Not interested.",
        "Who are you? How did you get my address?",
        "Please don't email me the whole list.",
        "Could you send less often? Too many emails.",
    ],
)
def test_an_unsure_request_is_a_question_to_the_owner(body: str) -> None:
    verdict = understand(letter(body))
    assert verdict.classification is Classification.reply
    assert verdict.question is not None
    assert verdict.opt_out_scope is None


@pytest.mark.parametrize(
    ("body", "scope"),
    [
        ("No more updates please.", OptOutScope.updates),
        ("Please take me off the monthly mail.", OptOutScope.updates),
        ("Please remove me from your newsletter.", OptOutScope.updates),
        ("Please take me off your list. But do stay in touch, call me any time!", OptOutScope.updates),
        ("Ich möchte keine Updates mehr erhalten.", OptOutScope.updates),
        ("Bitte keine weiteren Rundmails mehr schicken.", OptOutScope.updates),
        ("Please take me off your list.", OptOutScope.all),
        ("Please stop writing to me.", OptOutScope.all),
        ("Never contact me again, no updates, nothing.", OptOutScope.all),
        ("Unsubscribe", OptOutScope.all),
    ],
)
def test_the_scope_is_updates_only_where_that_is_clear(body: str, scope: OptOutScope) -> None:
    verdict = understand(letter(body))
    assert verdict.opt_out_scope is scope


QUOTED = "Sounds good, talk soon!\n\nOn Mon, 16 Nov 2026 at 09:00, Dana Reyes <dana@example.com> wrote:\n> If you'd rather not get these, reply 'unsubscribe'.\n> Please take me off your list.\n"


def test_words_in_the_quote_ask_for_nothing() -> None:
    assert understand(letter(QUOTED)).classification is Classification.reply


def test_words_in_the_signature_ask_for_nothing() -> None:
    body = "Sounds good!\n\n-- \nAda Lovelace\nTo unsubscribe from our newsletter, please take me off your list.\n"
    assert understand(letter(body)).classification is Classification.reply


def test_words_of_our_own_footer_ask_for_nothing() -> None:
    footer = "Please tell me and I will stop writing: reply with unsubscribe me."
    body = f"Thanks, will do.\n\n{footer}\n"
    assert understand(letter(body), footer=footer).classification is Classification.reply
    assert understand(letter(body)).classification is Classification.opt_out


def test_the_mailto_address_works_by_its_subject() -> None:
    verdict = understand(letter("", subject="unsubscribe", thread=False))
    assert (verdict.classification, verdict.opt_out_scope) == (Classification.opt_out, OptOutScope.all)
    verdict = understand(letter("", subject="unsubscribe from updates", thread=False))
    assert (verdict.classification, verdict.opt_out_scope) == (Classification.opt_out, OptOutScope.updates)


def test_a_robot_asks_for_nothing() -> None:
    verdict = understand(letter("Please take me off your list.", Auto_Submitted="auto-replied"))
    assert verdict.classification is Classification.automatic


def test_a_long_letter_that_asks_in_passing_is_shown_to_the_owner() -> None:
    body = (
        "It was good to see you and to talk about the cranes and the harbour. " * 40 + "Please take me off your list."
    )
    verdict = understand(letter(body))
    assert verdict.classification is Classification.reply
    assert verdict.question is not None


@pytest.mark.parametrize("wish", WISHES)
def test_a_request_is_obeyed_in_every_language(wish: str) -> None:
    assert understand(letter(wish)).classification is Classification.opt_out
    inside = understand(letter(f"Dear Dana,\n\nthank you for your letter. {wish}\n\nBest regards,\nAda"))
    assert inside.classification is Classification.opt_out or inside.question


@pytest.mark.parametrize("words", NO_WISHES)
def test_what_asks_for_nothing_is_neither_obeyed_nor_asked_about(words: str) -> None:
    verdict = understand(letter(words))
    assert (verdict.classification, verdict.question) == (Classification.reply, None)

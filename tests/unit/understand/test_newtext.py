# ruff: noqa: E501, RUF001
"""The person's own new words: out of every client's way of quoting, in many languages, plain and HTML."""

from __future__ import annotations

import pytest

from mailer.understand import understand
from mailer.understand.newtext import own_words

from .letters import base64_letter, letter, multipart

OWN = "Yes, Thursday suits me.\n\nShall we say ten?"
QUOTE = "> Would Thursday suit you?\n>\n> Dana\n"

ATTRIBUTIONS = {
    "English Gmail": "On Mon, Nov 16, 2026 at 9:00 AM Dana Reyes <dana@example.com> wrote:",
    "English Apple": "On Nov 16, 2026, at 9:00 AM, Dana Reyes <dana@example.com> wrote:",
    "English Thunderbird": "On 11/16/26 09:00, Dana Reyes wrote:",
    "English wrapped": "On Mon, Nov 16, 2026 at 9:00 AM Dana Reyes of the Harbour Office <\ndana@example.com> wrote:",
    "German Gmail": "Am Mo., 16. Nov. 2026 um 09:00 Uhr schrieb Dana Reyes <dana@example.com>:",
    "German webmail": "Dana Reyes <dana@example.com> hat am 16.11.2026 09:00 geschrieben:",
    "Yahoo": "--- On Mon, 11/16/26, Dana Reyes <dana@example.com> wrote:",
    "Zoho": "---- On Mon, 16 Nov 2026 09:00:00 +0100 dana@example.com wrote ----",
    "Chinese webmail": '在 2026-11-16 09:00:00，"Dana" <dana@example.com> 写道：',
    "German Apple": "Am 16.11.2026 um 09:00 schrieb Dana Reyes <dana@example.com>:",
    "French": "Le lun. 16 nov. 2026 à 09:00, Dana Reyes <dana@example.com> a écrit :",
    "Spanish": "El lun, 16 nov 2026 a las 9:00, Dana Reyes (<dana@example.com>) escribió:",
    "Italian": "Il giorno lun 16 nov 2026 alle ore 09:00 Dana Reyes <dana@example.com> ha scritto:",
    "Portuguese": "Em seg., 16 de nov. de 2026 às 09:00, Dana Reyes <dana@example.com> escreveu:",
    "Dutch": "Op ma 16 nov 2026 om 09:00 schreef Dana Reyes <dana@example.com>:",
    "Danish": "Den man. 16. nov. 2026 kl. 09.00 skrev Dana Reyes <dana@example.com>:",
    "Norwegian": "man. 16. nov. 2026 kl. 09:00 skrev Dana Reyes <dana@example.com>:",
    "Swedish": "Den mån 16 nov. 2026 kl 09:00 skrev Dana Reyes <dana@example.com>:",
    "Finnish": "ma 16. marrask. 2026 klo 9.00 Dana Reyes (dana@example.com) kirjoitti:",
    "Polish": "pon., 16 lis 2026 o 09:00 Dana Reyes <dana@example.com> napisał(a):",
    "Czech": "po 16. 11. 2026 v 9:00 odesílatel Dana Reyes <dana@example.com> napsal:",
    "Slovak": "po 16. 11. 2026 o 9:00 Dana Reyes <dana@example.com> napísal(a):",
    "Latvian": "Pirmd., 2026. g. 16. nov., plkst. 09:00 Dana Reyes (<dana@example.com>) rakstīja:",
    "Lithuanian": "2026-11-16, pr, 09:00 Dana Reyes <dana@example.com> rašė:",
    "Estonian": "Kuupäev E, 16. november 2026 kell 09:00 kirjutas Dana Reyes <dana@example.com>:",
    "Hungarian": "Dana Reyes <dana@example.com> ezt írta (időpont: 2026. nov. 16., H, 9:00):",
    "Turkish": "Dana Reyes <dana@example.com>, 16 Kas 2026 Pzt, 09:00 tarihinde şunu yazdı:",
    "Russian": "пн, 16 нояб. 2026 г. в 09:00, Dana Reyes <dana@example.com>:",
    "Russian Thunderbird": "16.11.2026 09:00, Dana Reyes пишет:",
    "Ukrainian": "пн, 16 лист. 2026 р. о 09:00 Dana Reyes <dana@example.com> пише:",
    "Japanese": "2026年11月16日(月) 9:00 Dana Reyes <dana@example.com>:",
    "Chinese": "Dana Reyes <dana@example.com> 于2026年11月16日周一 09:00写道：",
    "Korean": "2026년 11월 16일 (월) 오전 9:00, Dana Reyes <dana@example.com>님이 작성:",
    "Romanian": "În lun., 16 nov. 2026 la 09:00, Dana Reyes <dana@example.com> a scris:",
}
each_attribution = pytest.mark.parametrize("line", ATTRIBUTIONS.values(), ids=ATTRIBUTIONS.keys())


@each_attribution
def test_an_attribution_goes_with_its_quote(line: str) -> None:
    assert own_words(f"{OWN}\n\n{line}\n{QUOTE}") == OWN


@each_attribution
def test_an_attribution_without_marks_below_ends_the_own_words(line: str) -> None:
    assert own_words(f"{OWN}\n\n{line}\n\nWould Thursday suit you?\n\nDana") == OWN


HEADER_BLOCKS = {
    "English": "From: Dana Reyes <dana@example.com>\nSent: Monday, November 16, 2026 9:00 AM\nTo: Ada <ada@example.org>\nSubject: Thursday",
    "German": "Von: Dana Reyes <dana@example.com>\nGesendet: Montag, 16. November 2026 09:00\nAn: Ada\nBetreff: Donnerstag",
    "French": "De : Dana Reyes <dana@example.com>\nEnvoyé : lundi 16 novembre 2026 09:00\nÀ : Ada\nObjet : Jeudi",
    "Spanish": "De: Dana Reyes\nEnviado el: lunes, 16 de noviembre de 2026 9:00\nPara: Ada\nAsunto: Jueves",
    "Italian": "Da: Dana Reyes\nInviato: lunedì 16 novembre 2026 09:00\nA: Ada\nOggetto: Giovedì",
    "Portuguese": "De: Dana Reyes\nEnviado: segunda-feira, 16 de novembro de 2026 09:00\nPara: Ada\nAssunto: Quinta",
    "Dutch": "Van: Dana Reyes\nVerzonden: maandag 16 november 2026 09:00\nAan: Ada\nOnderwerp: Donderdag",
    "Danish": "Fra: Dana Reyes\nSendt: 16. november 2026 09:00\nTil: Ada\nEmne: Torsdag",
    "Swedish": "Från: Dana Reyes\nSkickat: den 16 november 2026 09:00\nTill: Ada\nÄmne: Torsdag",
    "Finnish": "Lähettäjä: Dana Reyes\nLähetetty: maanantai 16. marraskuuta 2026\nVastaanottaja: Ada\nAihe: Torstai",
    "Polish": "Od: Dana Reyes\nWysłano: poniedziałek, 16 listopada 2026\nDo: Ada\nTemat: Czwartek",
    "Czech": "Od: Dana Reyes\nOdesláno: pondělí 16. listopadu 2026\nKomu: Ada\nPředmět: Čtvrtek",
    "Hungarian": "Feladó: Dana Reyes\nElküldve: 2026. november 16.\nCímzett: Ada\nTárgy: Csütörtök",
    "Turkish": "Kimden: Dana Reyes\nGönderildi: 16 Kasım 2026\nKime: Ada\nKonu: Perşembe",
    "Russian": "От: Dana Reyes\nОтправлено: 16 ноября 2026 г.\nКому: Ada\nТема: Четверг",
    "Ukrainian": "Від: Dana Reyes\nНадіслано: 16 листопада 2026\nКому: Ada\nТема: Четвер",
    "Japanese": "差出人: Dana Reyes\n送信日時: 2026年11月16日\n宛先: Ada\n件名: 木曜日",
    "Chinese": "发件人: Dana Reyes\n发送时间: 2026年11月16日\n收件人: Ada\n主题: 周四",
    "in bold": "*From:* Dana Reyes\n*Sent:* Monday\n*To:* Ada\n*Subject:* Thursday",
}


@pytest.mark.parametrize("block", HEADER_BLOCKS.values(), ids=HEADER_BLOCKS.keys())
def test_a_header_block_ends_the_own_words(block: str) -> None:
    assert own_words(f"{OWN}\n\n________________________________\n{block}\n\nWould Thursday suit you?") == OWN


@pytest.mark.parametrize(
    "separator",
    [
        "-----Original Message-----",
        "-------- Ursprüngliche Nachricht --------",
        "----- Message d'origine -----",
        "-----Mensaje original-----",
        "---------- Forwarded message ---------",
        "---------- Weitergeleitete Nachricht ---------",
        "Begin forwarded message:",
        "Anfang der weitergeleiteten Nachricht:",
        "-------- Пересылаемое сообщение --------",
        "----- 转发邮件 -----",
    ],
)
def test_a_separator_ends_the_own_words(separator: str) -> None:
    assert own_words(f"{OWN}\n\n{separator}\nWould Thursday suit you?\n") == OWN


def test_an_attribution_of_date_and_address_alone_goes_with_its_quote() -> None:
    assert own_words(f"{OWN}\n\n2026/11/16 Dana Reyes <dana@example.com>\n\n{QUOTE}") == OWN


def test_answers_between_quotes_are_kept() -> None:
    text = "Hi Dana,\n\n> Would Thursday suit you?\n\nYes.\n\n> And who runs the harbour?\n\nTalk to Bob.\n"
    assert own_words(text) == "Hi Dana,\n\nYes.\n\nTalk to Bob."


def test_a_short_answer_right_between_quotes_is_kept() -> None:
    assert own_words("> Thursday?\nYes.\n> At ten?\nBetter eleven.\n") == "Yes.\n\nBetter eleven."


def test_an_answer_below_the_quote_is_kept() -> None:
    assert own_words(f"On 11/16/26 09:00, Dana Reyes wrote:\n{QUOTE}\n{OWN}\n") == OWN


def test_the_rest_of_a_wrapped_quoted_line_is_quote() -> None:
    quote = (
        "> It was such a pleasure to hear about the warehouse and the new tender that is\ncoming in spring.\n> Dana\n"
    )
    assert own_words(f"{OWN}\n\n{quote}") == OWN


def test_a_line_that_begins_with_on_is_no_attribution() -> None:
    text = "On Thursday I am in town.\n\nOn second thought, make it Friday: I have to be in court."
    assert own_words(text) == text


def test_ordinary_keys_are_no_header_block() -> None:
    text = "Here is what I know:\n\nTo: everyone who asks\nI would say the tender opens in May."
    assert own_words(text) == text


@pytest.mark.parametrize(
    "signature",
    [
        "-- \nAda Lovelace\nAnalytical Engines\n",
        "--\nAda Lovelace\n",
        "\u2014\nAda Lovelace\nAnalytical Engines\n",
        "Sent from my iPhone\n",
        "Sent from my Galaxy S24 Ultra\n",
        "Get Outlook for iOS<https://aka.example.org/x>\n",
        "Von meinem iPhone gesendet\n",
        "Envoyé de mon iPhone\n",
        "Enviado desde mi iPhone\n",
        "Inviato da iPhone\n",
        "Verstuurd vanaf mijn iPhone\n",
        "Skickat från min iPhone\n",
        "Lähetetty iPhonesta\n",
        "Отправлено с iPhone\n",
        "iPhoneから送信\n",
        "发自我的iPhone\n",
        "Best regards,\nAda Lovelace\nAnalytical Engines | +44 20 7946 0000\n",
        "Kind regards\nAda\n",
        "Cheers,\nAda\n",
        "Thanks,\nAda\n",
        "Mit freundlichen Grüßen\nAda Lovelace\n",
        "Cordialement,\nAda Lovelace\n",
        "Saludos cordiales,\nAda\n",
        "Cordiali saluti\nAda\n",
        "Med vänliga hälsningar\nAda\n",
        "С уважением,\nАда\n",
        "-Ada\n",
        "This message is confidential and intended only for the person it is addressed to.\n",
        "CONFIDENTIALITY NOTICE: nobody may read this.\n",
        "Diese E-Mail ist vertraulich.\n",
        "_______________________________________________\nfriends mailing list\nfriends@example.org\n",
    ],
)
def test_a_signature_is_left_out(signature: str) -> None:
    assert own_words(f"{OWN}\n\n{signature}") == OWN


def test_a_postscript_below_the_signature_is_kept() -> None:
    text = f"{OWN}\n\nBest,\nAda\n\nPS: Mary Somerville (mary@example.org) asked about you.\n"
    assert own_words(text) == f"{OWN}\n\nPS: Mary Somerville (mary@example.org) asked about you."


def test_the_senders_own_contact_block_is_left_out() -> None:
    text = f"{OWN}\n\nAda Lovelace\nHead of Engines\nTel +44 20 7946 0000\n"
    assert own_words(text, sender_name="Ada Lovelace") == OWN
    assert "Head of Engines" in own_words(text)


@pytest.mark.parametrize(
    "text",
    [
        "Thanks!",
        "Thank you, Dana.",
        "Best of luck to you.",
        "Sent from my desk, which is easier than the phone.",
        "Here is the list:\n\n- Mary\n- Bob",
        "ok",
        "\U0001f389",
        "Cheers",
        "I wrote:\nHello",
    ],
)
def test_words_that_only_look_like_a_signature_are_kept(text: str) -> None:
    assert own_words(text) == text


def test_the_words_of_our_own_footer_are_left_out() -> None:
    footer = "You get this since we met. Tell me and I will stop."
    assert own_words(f"{OWN}\n\n{footer}\n", footer=footer) == OWN


HTML = {
    "Gmail": '<div dir="ltr">Yes, Thursday suits me.</div><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">On Mon, Nov 16, 2026 at 9:00 AM Dana Reyes &lt;<a href="mailto:dana@example.com">dana@example.com</a>&gt; wrote:<br></div><blockquote class="gmail_quote" style="border-left:1px solid"><div>Would Thursday suit you?</div></blockquote></div>',
    "Gmail with a signature": '<div dir="ltr">Yes, Thursday suits me.<br clear="all"><div><br></div>-- <br><div dir="ltr" class="gmail_signature">Ada Lovelace</div></div>',
    "Outlook": '<div class="WordSection1"><p class="MsoNormal">Yes, Thursday suits me.</p><div><div style="border:none;border-top:solid #E1E1E1 1.0pt"><p><b>From:</b> Dana Reyes &lt;dana@example.com&gt;<br><b>Sent:</b> Monday, November 16, 2026 9:00 AM<br><b>To:</b> Ada<br><b>Subject:</b> Thursday</p></div></div><p>Would Thursday suit you?</p></div>',
    "Outlook on the web": '<div>Yes, Thursday suits me.</div><div id="appendonsend"></div><hr><div id="divRplyFwdMsg" dir="ltr"><b>From:</b> Dana<br><b>Sent:</b> Monday<br><b>To:</b> Ada<br><b>Subject:</b> Thursday</div><div>Would Thursday suit you?</div>',
    "Apple Mail": '<html><body>Yes, Thursday suits me.<div><br><blockquote type="cite"><div>On 16 Nov 2026, at 09:00, Dana Reyes &lt;dana@example.com&gt; wrote:</div><br><div>Would Thursday suit you?</div></blockquote></div></body></html>',
    "Apple Mail on a phone": '<html><body>Yes, Thursday suits me.<br><br><div dir="ltr">Sent from my iPhone</div><div dir="ltr"><br><blockquote type="cite">On Nov 16, 2026, at 9:00 AM, Dana Reyes wrote:<br><br></blockquote></div><blockquote type="cite"><div>Would Thursday suit you?</div></blockquote></body></html>',
    "Thunderbird": '<html><body><p>Yes, Thursday suits me.<br></p><div class="moz-cite-prefix">On 11/16/26 09:00, Dana Reyes wrote:<br></div><blockquote type="cite" cite="mid:x"><p>Would Thursday suit you?</p></blockquote><div class="moz-signature">-- <br>Ada</div></body></html>',
    "Yahoo": '<html><body><div>Yes, Thursday suits me.</div><div id="yahoo_quoted_1" class="yahoo_quoted"><div>On Monday, November 16, 2026 at 09:00:00 AM CST, Dana Reyes &lt;dana@example.com&gt; wrote:</div><div>Would Thursday suit you?</div></div></body></html>',
    "an old mailer in capitals": "<HTML><HEAD><STYLE>p {color: red}</STYLE></HEAD><BODY><P>Yes, Thursday suits me.</P><BLOCKQUOTE>Would Thursday suit you?</BLOCKQUOTE></BODY></HTML>",
}


@pytest.mark.parametrize("html", HTML.values(), ids=HTML.keys())
def test_html_of_each_client_gives_the_own_words(html: str) -> None:
    assert understand(letter(html, kind="text/html; charset=utf-8")).text == "Yes, Thursday suits me."


def test_the_plain_part_is_read_where_it_says_something() -> None:
    raw = multipart("multipart/alternative", ("text/plain", "Plain words."), ("text/html", "<p>HTML words.</p>"))
    assert understand(raw).text == "Plain words."


@pytest.mark.parametrize("plain", ["", "  \n", "This is an HTML message, use an HTML capable client."])
def test_an_empty_plain_part_gives_way_to_html(plain: str) -> None:
    raw = multipart("multipart/alternative", ("text/plain", plain), ("text/html", "<p>HTML words.</p>"))
    assert understand(raw).text == "HTML words."


def test_flowed_text_is_made_whole() -> None:
    body = "Yes, that Thursday \nsuits me.\n\n> Would Thursday \n> suit you?\n\n-- \nAda\n"
    assert (
        understand(letter(body, kind="text/plain; charset=utf-8; format=flowed")).text == "Yes, that Thursday suits me."
    )


def test_flowed_text_with_delsp_loses_the_space() -> None:
    body = "木曜日で \n結構です。\n"
    raw = letter(body, kind="text/plain; charset=utf-8; format=flowed; delsp=yes")
    assert understand(raw).text == "木曜日で結構です。"


def test_indented_html_is_no_quote() -> None:
    html = '<div>As I said:</div><blockquote style="margin:0 0 0 40px;border:none;padding:0px"><div>ask Mary.</div></blockquote>'
    assert understand(letter(html, kind="text/html; charset=utf-8")).text.split() == [
        "As",
        "I",
        "said:",
        "ask",
        "Mary.",
    ]


@pytest.mark.parametrize(
    ("text", "charset"),
    [
        ("Größe und Äpfel, schöne Grüße an alle", "iso-8859-1"),
        ("Żółta łódź płynie", "iso-8859-2"),
        ("Привет, четверг подходит", "koi8-r"),
        ("Привет, четверг подходит", "windows-1251"),
        ("Γεια σου", "windows-1253"),
        ("木曜日で結構です。", "iso-2022-jp"),
        ("木曜日で結構です。", "shift_jis"),
        ("木曜日で結構です。", "euc-jp"),
        ("星期四很好，谢谢", "gb2312"),
        ("星期四很好，謝謝", "big5"),
        ("목요일 좋습니다", "euc-kr"),
        ("สวัสดีครับ", "tis-620"),
        ("Yes — “Thursday”", "windows-1252"),
        ("Yes — “Thursday”", "utf-16"),
        ("Grüße", "utf-7"),
    ],
)
def test_every_declared_charset_is_read(text: str, charset: str) -> None:
    assert understand(base64_letter(text.encode(charset), charset)).text == text


@pytest.mark.parametrize(
    ("text", "real", "declared"),
    [
        ("Schöne Grüße aus Köln", "utf-8", "iso-8859-1"),
        ("Schöne Grüße aus Köln", "utf-8", "us-ascii"),
        ("Schöne Grüße aus Köln", "iso-8859-1", "utf-8"),
        ("Schöne Grüße aus Köln", "iso-8859-1", ""),
        ("Привет, четверг мне подходит", "windows-1251", ""),
        ("Привет, четверг мне подходит", "koi8-r", "utf-8"),
        ("木曜日でけっこうです。よろしくお願いします。", "shift_jis", ""),
        ("木曜日でけっこうです。よろしくお願いします。", "euc-jp", "us-ascii"),
        ("星期四很好，谢谢你的邮件，我们到时候见", "gb18030", ""),
        ("Schöne Grüße", "utf-8", "no-such-charset"),
        ("Schöne Grüße", "utf-8", "unicode_escape"),
    ],
)
def test_a_missing_or_wrong_charset_is_seen_through(text: str, real: str, declared: str) -> None:
    assert understand(base64_letter(text.encode(real), declared)).text == text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Two points:</p><ul><li>cranes</li><li>ropes</li></ul>", "Two points:\n\n* cranes\n* ropes"),
        ("<table><tr><td>Monday</td><td>10:00</td></tr><tr><td>Friday</td></tr></table>", "Monday 10:00\nFriday"),
        ("<div>Hi<span style='display:none'>preheader</span></div><style>p {}</style>", "Hi"),
        ('Ask <a href="mailto:mary@example.org">Mary</a>.', "Ask Mary <mary@example.org>."),
        ('Ask <a href="mailto:mary@example.org">mary@example.org</a>.', "Ask mary@example.org."),
        ("1 &lt; 2 &amp; 3\ue000", "1 < 2 & 3"),
        ("<?xml version='1.0' encoding='utf-8'?><html><body>Hi</body></html>", "Hi"),
    ],
)
def test_html_reads_as_a_reader_sees_it(html: str, text: str) -> None:
    assert understand(letter(html, kind="text/html; charset=utf-8")).text == text

# ruff: noqa: E501, RUF001
"""Out-of-office answers in many languages, written for these tests. All are sent on Monday, 23 November 2026."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple


class Absence(NamedTuple):
    """One answer: the subject a program would give it, its text, and the last day away that it states."""

    language: str
    subject: str
    body: str
    until: date


FRIDAY = date(2026, 12, 4)

ABSENCES = (
    Absence("English", "Automatic reply: Thank you", "Thank you for your message. I am out of the office until December 4, 2026. In urgent cases please contact Bob Stone at bob@example.org.", FRIDAY),
    Absence("German", "Abwesenheitsnotiz: Danke", "Vielen Dank für Ihre Nachricht. Ich bin bis einschließlich 4.12. nicht im Büro. In dringenden Fällen wenden Sie sich bitte an Frau Berta Braun, berta@example.org.", FRIDAY),
    Absence("French", "Réponse automatique : Merci", "Bonjour, je suis absente du bureau jusqu'au 4 décembre inclus. En cas d'urgence, veuillez contacter Paul Blanc à paul@example.org.", FRIDAY),
    Absence("Spanish", "Respuesta automática: Gracias", "Gracias por su mensaje. Estoy fuera de la oficina hasta el 4 de diciembre. Para asuntos urgentes, contacte con Luis Gil en luis@example.org.", FRIDAY),
    Absence("Italian", "Risposta automatica: Grazie", "Buongiorno, sono fuori ufficio fino al 4 dicembre. Per urgenze contattare Carla Neri, carla@example.org.", FRIDAY),
    Absence("Portuguese", "Resposta automática: Obrigada", "Obrigada pelo seu e-mail. Estou de férias até 4 de dezembro. Em caso de urgência, contacte Rui Melo em rui@example.org.", FRIDAY),
    Absence("Dutch", "Automatisch antwoord: Dank", "Bedankt voor uw bericht. Ik ben afwezig tot en met 4 december. Voor dringende zaken kunt u contact opnemen met Piet Bos, piet@example.org.", FRIDAY),
    Absence("Danish", "Automatisk svar: Tak", "Tak for din mail. Jeg er på ferie til og med den 4. december. I hastetilfælde kontakt venligst Ole Holm, ole@example.org.", FRIDAY),
    Absence("Swedish", "Automatiskt svar: Tack", "Tack för ditt mejl. Jag är på semester till och med 4 december. Vid brådskande ärenden, kontakta Nils Ek, nils@example.org.", FRIDAY),
    Absence("Norwegian", "Automatisk svar: Takk", "Takk for din e-post. Jeg er ikke på kontoret og er tilbake mandag 5. desember 2026. Kontakt Kari Lie, kari@example.org, dersom det haster.", FRIDAY),
    Absence("Finnish", "Automaattinen vastaus: Kiitos", "Kiitos viestistäsi. Olen lomalla 4.12.2026 asti. Kiireellisissä asioissa ota yhteyttä osoitteeseen matti@example.org.", FRIDAY),
    Absence("Polish", "Odpowiedź automatyczna: Dziękuję", "Dziękuję za wiadomość. Jestem na urlopie do 4 grudnia. W pilnych sprawach proszę o kontakt z Janem Lisem, jan@example.org.", FRIDAY),
    Absence("Czech", "Automatická odpověď: Děkuji", "Děkuji za zprávu. Jsem mimo kancelář do 4. prosince. V naléhavých případech kontaktujte Petra Nováka, petr@example.org.", FRIDAY),
    Absence("Slovak", "Automatická odpoveď: Ďakujem", "Ďakujem za správu. Som na dovolenke do 4. decembra. V urgentných prípadoch kontaktujte Jána Malého, jan@example.org.", FRIDAY),
    Absence("Latvian", "Automātiska atbilde: Paldies", "Paldies par ziņu. Esmu atvaļinājumā līdz 4. decembrim. Steidzamos gadījumos sazinieties ar Jāni, janis@example.org.", FRIDAY),
    Absence("Lithuanian", "Automatinis atsakymas: Ačiū", "Ačiū už laišką. Esu atostogose iki gruodžio 4 d. Skubiais atvejais kreipkitės į jonas@example.org.", FRIDAY),
    Absence("Estonian", "Automaatvastus: Tänan", "Tänan kirja eest. Olen puhkusel kuni 4. detsembrini. Kiiretes küsimustes pöörduge jaan@example.org poole.", FRIDAY),
    Absence("Hungarian", "Automatikus válasz: Köszönöm", "Köszönöm levelét. Szabadságon vagyok december 4-ig. Sürgős esetben keresse kollégámat: bela@example.org.", FRIDAY),
    Absence("Turkish", "Otomatik Yanıt: Teşekkürler", "Mesajınız için teşekkürler. 4 Aralık tarihine kadar izindeyim. Acil durumlarda lütfen can@example.org ile iletişime geçin.", FRIDAY),
    Absence("Russian", "Автоматический ответ: Спасибо", "Спасибо за письмо. Я в отпуске до 4 декабря. По срочным вопросам обращайтесь к Ивану Белову, ivan@example.org.", FRIDAY),
    Absence("Ukrainian", "Автоматична відповідь: Дякую", "Дякую за лист. Я у відпустці до 4 грудня. З термінових питань звертайтесь до Олега, oleh@example.org.", FRIDAY),
    Absence("Japanese", "自動応答: お礼", "お世話になっております。12月4日まで休暇をいただいております。お急ぎの場合は山田さんにご連絡ください。yamada@example.org", FRIDAY),
    Absence("Chinese", "自动答复: 谢谢", "您好，感谢您的来信。我正在休假，至12月4日。如有急事请联系 wang@example.org。", FRIDAY),
    Absence("Korean", "자동 회신: 감사합니다", "메일 감사합니다. 12월 4일까지 휴가 중입니다. 긴급한 용무는 kim@example.org 로 연락 바랍니다.", FRIDAY),
)  # fmt: skip

# ruff: noqa: E501, RUF001
"""How mail programs introduce what they quote, written for these tests: one a line, `\\n` where a line ends."""

from __future__ import annotations

ATTRIBUTIONS = r"""
On Mon, Nov 23, 2026 at 9:05 AM Dana Reyes <dana@example.com> wrote:
On Nov 23, 2026, at 9:05 AM, Dana Reyes <dana@example.com> wrote:
On 23 Nov 2026, at 09:05, Dana Reyes <dana@example.com> wrote:
On 11/23/26 9:05 AM, Dana Reyes wrote:
On 2026-11-23 09:05, Dana Reyes wrote:
On Monday, November 23, 2026 at 09:05:12 AM CST, Dana Reyes <dana@example.com> wrote:
On Monday, November 23rd, 2026 at 9:05 AM, Dana Reyes <dana@example.com> wrote:
Dana Reyes <dana@example.com> wrote (on Mon, 23 Nov 2026 09:05):
On Mon, Nov 23, 2026 at 9:05 AM, Dana Reyes <[dana@example.com](mailto:dana@example.com)> wrote:
------- Original Message -------
------- Original Message -------\nOn Monday, November 23rd, 2026 at 9:05 AM, Dana Reyes <dana@example.com> wrote:
‐‐‐‐‐‐‐ Original Message ‐‐‐‐‐‐‐\nOn Monday, November 23, 2026 9:05 AM, Dana Reyes <dana@example.com> wrote:
-----Original Message-----\nFrom: Dana Reyes <dana@example.com>\nSent: Monday, November 23, 2026 9:05 AM\nTo: ada@example.org\nSubject: Thank you
-------- Original message --------\nFrom: Dana Reyes <dana@example.com>\nDate: 11/23/26 9:05 AM (GMT-06:00)\nTo: ada@example.org\nSubject: Thank you
________________________________\nFrom: Dana Reyes <dana@example.com>\nSent: Monday, November 23, 2026 9:05 AM\nTo: ada@example.org <ada@example.org>\nSubject: Thank you
From: Dana Reyes <dana@example.com>\nDate: Monday, 23 November 2026 at 09:05\nTo: Ada <ada@example.org>\nSubject: Thank you
From: Dana Reyes\nSent: Monday, November 23, 2026 9:05 AM\nTo: Ada\nCc: Bob\nSubject: Re: Thank you
*From:* Dana Reyes <dana@example.com>\n*Sent:* Monday, November 23, 2026 9:05 AM\n*To:* Ada\n*Subject:* Re: Thank you
From:    Dana Reyes <dana@example.com>\nTo:      ada@example.org\nDate:    11/23/2026 09:05 AM\nSubject: Thank you
Sent: Monday, November 23, 2026 at 9:05 AM\nFrom: "Dana Reyes" <dana@example.com>\nTo: ada@example.org\nSubject: Thank you
Gesendet: Montag, 23. November 2026 um 09:05 Uhr\nVon: "Dana Reyes" <dana@example.com>\nAn: ada@example.org\nBetreff: Danke
Am 23.11.2026 um 09:05 schrieb Dana Reyes:
Am Mo., 23. Nov. 2026 um 09:05 Uhr schrieb Dana Reyes <dana@example.com>:
Am Montag, 23. November 2026, 09:05:12 MEZ hat Dana Reyes <dana@example.com> Folgendes geschrieben:
Am 23.11.26, 09:05 schrieb "Dana Reyes" <dana@example.com>:
Dana Reyes <dana@example.com> hat am 23.11.2026 09:05 geschrieben:
Dana Reyes <dana@example.com> schrieb am Mo., 23. Nov. 2026, 09:05:
Von: Dana Reyes [mailto:dana@example.com]\nGesendet: Montag, 23. November 2026 09:05\nAn: Ada\nBetreff: Danke
-----Ursprüngliche Nachricht-----\nVon: Dana Reyes\nGesendet: Montag, 23. November 2026 09:05\nAn: Ada\nBetreff: Danke
-------- Originalnachricht --------\nVon: Dana Reyes <dana@example.com>\nDatum: 23.11.26 09:05 (GMT+01:00)\nAn: ada@example.org\nBetreff: Danke
Le lun. 23 nov. 2026 à 09:05, Dana Reyes <dana@example.com> a écrit :
Le 23 nov. 2026 à 09:05, Dana Reyes <dana@example.com> a écrit :
Le 23/11/2026 à 09:05, Dana Reyes a écrit :
Le lundi 23 novembre 2026 à 09:05:12 UTC+1, Dana Reyes <dana@example.com> a écrit :
De : Dana Reyes <dana@example.com>\nEnvoyé : lundi 23 novembre 2026 09:05\nÀ : Ada\nObjet : Merci
De: Dana Reyes\nEnvoyé: lundi 23 novembre 2026 09:05\nÀ: Ada\nObjet: Merci
De : "Dana Reyes"\nA : ada@example.org\nEnvoyé: lundi 23 Novembre 2026 09:05\nObjet : Merci
El lun, 23 nov 2026 a las 9:05, Dana Reyes (<dana@example.com>) escribió:
El 23 nov 2026, a las 9:05, Dana Reyes <dana@example.com> escribió:
El lunes, 23 de noviembre de 2026, 09:05:12 CET, Dana Reyes <dana@example.com> escribió:
El 23/11/2026 a las 9:05, Dana Reyes escribió:
De: Dana Reyes <dana@example.com>\nEnviado: lunes, 23 de noviembre de 2026 9:05\nPara: Ada\nAsunto: Gracias
De: Dana Reyes <dana@example.com>\nEnviado el: lunes, 23 de noviembre de 2026 9:05\nPara: Ada\nCC: Bob\nAsunto: RE: Gracias
Em seg., 23 de nov. de 2026 às 09:05, Dana Reyes <dana@example.com> escreveu:
Em 23 de nov. de 2026, à(s) 09:05, Dana Reyes <dana@example.com> escreveu:
Em 23/11/2026 09:05, Dana Reyes escreveu:
Dana Reyes <dana@example.com> escreveu no dia segunda, 23/11/2026 à(s) 09:05:
A segunda, 23 de nov. de 2026, 09:05, Dana Reyes <dana@example.com> escreveu:
De: Dana Reyes <dana@example.com>\nEnviada em: segunda-feira, 23 de novembro de 2026 09:05\nPara: Ada\nAssunto: Obrigada
De: Dana Reyes <dana@example.com>\nEnviado: segunda-feira, 23 de novembro de 2026 09:05\nPara: Ada\nAssunto: Obrigada
Il giorno lun 23 nov 2026 alle ore 09:05 Dana Reyes <dana@example.com> ha scritto:
Il giorno 23 nov 2026, alle ore 09:05, Dana Reyes <dana@example.com> ha scritto:
Il 23/11/2026 09:05, Dana Reyes ha scritto:
Il lunedì 23 novembre 2026, Dana Reyes <dana@example.com> ha scritto:
Da: Dana Reyes <dana@example.com>\nInviato: lunedì 23 novembre 2026 09:05\nA: Ada\nOggetto: Grazie
Op ma 23 nov. 2026 om 09:05 schreef Dana Reyes <dana@example.com>:
Op 23 nov. 2026 om 09:05 heeft Dana Reyes <dana@example.com> het volgende geschreven:
Op 23-11-2026 om 09:05 schreef Dana Reyes:
Van: Dana Reyes <dana@example.com>\nVerzonden: maandag 23 november 2026 09:05\nAan: Ada\nOnderwerp: Bedankt
Den man. 23. nov. 2026 kl. 09.05 skrev Dana Reyes <dana@example.com>:
Den 23/11/2026 kl. 09.05 skrev Dana Reyes:
Fra: Dana Reyes <dana@example.com>\nSendt: 23. november 2026 09:05\nTil: Ada\nEmne: Tak
man. 23. nov. 2026 kl. 09:05 skrev Dana Reyes <dana@example.com>:
23. nov. 2026 kl. 09:05 skrev Dana Reyes <dana@example.com>:
Den mån 23 nov. 2026 kl 09:05 skrev Dana Reyes <dana@example.com>:
23 nov. 2026 kl. 09:05 skrev Dana Reyes <dana@example.com>:
Från: Dana Reyes <dana@example.com>\nSkickat: den 23 november 2026 09:05\nTill: Ada\nÄmne: Tack
ma 23. marrask. 2026 klo 9.05 Dana Reyes (dana@example.com) kirjoitti:
Dana Reyes <dana@example.com> kirjoitti 23.11.2026 kello 9.05:
Lähettäjä: Dana Reyes <dana@example.com>\nLähetetty: maanantai 23. marraskuuta 2026 9.05\nVastaanottaja: Ada\nAihe: Kiitos
pon., 23 lis 2026 o 09:05 Dana Reyes <dana@example.com> napisał(a):
W dniu 23.11.2026 o 09:05, Dana Reyes pisze:
Wiadomość napisana przez Dana Reyes <dana@example.com> w dniu 23.11.2026, o godz. 09:05:
Od: Dana Reyes <dana@example.com>\nWysłano: poniedziałek, 23 listopada 2026 09:05\nDo: Ada\nTemat: Dziękuję
po 23. 11. 2026 v 9:05 odesílatel Dana Reyes <dana@example.com> napsal:
Dne 23.11.2026 v 9:05 Dana Reyes napsal(a):
Od: Dana Reyes <dana@example.com>\nOdesláno: pondělí 23. listopadu 2026 9:05\nKomu: Ada\nPředmět: Díky
po 23. 11. 2026 o 9:05 Dana Reyes <dana@example.com> napísal(a):
Od: Dana Reyes\nOdoslané: pondelok 23. novembra 2026 9:05\nKomu: Ada\nPredmet: Vďaka
Dana Reyes <dana@example.com> ezt írta (időpont: 2026. nov. 23., H, 9:05):
2026. 11. 23. 9:05 keltezéssel, Dana Reyes írta:
Feladó: Dana Reyes <dana@example.com>\nElküldve: 2026. november 23., hétfő 9:05\nCímzett: Ada\nTárgy: Köszönöm
Dana Reyes <dana@example.com>, 23 Kas 2026 Pzt, 09:05 tarihinde şunu yazdı:
23.11.2026 09:05 tarihinde Dana Reyes yazdı:
Kimden: Dana Reyes <dana@example.com>\nGönderildi: 23 Kasım 2026 Pazartesi 09:05\nKime: Ada\nKonu: Teşekkürler
пн, 23 нояб. 2026 г. в 09:05, Dana Reyes <dana@example.com>:
23.11.2026 09:05, Dana Reyes пишет:
23 нояб. 2026 г., в 09:05, Dana Reyes <dana@example.com> написал(а):
23.11.2026, 09:05, "Dana Reyes" <dana@example.com>:
Понедельник, 23 ноября 2026, 9:05 +03:00 от Dana Reyes <dana@example.com>:
От: Dana Reyes <dana@example.com>\nОтправлено: 23 ноября 2026 г. 9:05\nКому: Ada\nТема: Спасибо
пн, 23 лист. 2026 р. о 09:05 Dana Reyes <dana@example.com> пише:
Від: Dana Reyes\nНадіслано: 23 листопада 2026 р. 9:05\nКому: Ada\nТема: Дякую
2026年11月23日(月) 9:05 Dana Reyes <dana@example.com>:
2026/11/23 9:05、Dana Reyes <dana@example.com>のメール:
2026年11月23日 9:05、Dana Reyes <dana@example.com> のメール:
On 2026/11/23 9:05, Dana Reyes wrote:
差出人: Dana Reyes <dana@example.com>\n送信日時: 2026年11月23日 9:05\n宛先: Ada\n件名: お礼
Dana Reyes <dana@example.com> 于2026年11月23日周一 09:05写道：
在 2026年11月23日，09:05，Dana Reyes <dana@example.com> 写道：
在 2026/11/23 9:05, Dana Reyes 写道:
Dana Reyes <dana@example.com> 於 2026年11月23日 週一 上午9:05寫道：
发件人: Dana Reyes <dana@example.com>\n发送时间: 2026年11月23日 9:05\n收件人: Ada\n主题: 谢谢
------------------ 原始邮件 ------------------\n发件人: "Dana Reyes" <dana@example.com>;\n发送时间: 2026年11月23日(星期一) 上午9:05\n收件人: "Ada"<ada@example.org>;\n主题: 谢谢
寄件者: Dana Reyes <dana@example.com>\n寄件日期: 2026年11月23日 9:05\n收件者: Ada\n主旨: 謝謝
2026년 11월 23일 (월) 오전 9:05, Dana Reyes <dana@example.com>님이 작성:
보낸 사람: Dana Reyes <dana@example.com>\n보낸 날짜: 2026년 11월 23일 월요일 오전 9:05\n받는 사람: Ada\n제목: 감사
În lun., 23 nov. 2026 la 09:05, Dana Reyes <dana@example.com> a scris:
Pe lun., 23 nov. 2026 la 09:05, Dana Reyes <dana@example.com> a scris:
De la: Dana Reyes\nTrimis: luni, 23 noiembrie 2026 09:05\nCătre: Ada\nSubiect: Mulțumesc
Στις Δευ 23 Νοε 2026 στις 9:05 π.μ., ο/η Dana Reyes <dana@example.com> έγραψε:
Από: Dana Reyes <dana@example.com>\nΣτάλθηκε: Δευτέρα, 23 Νοεμβρίου 2026 9:05\nΠρος: Ada\nΘέμα: Ευχαριστώ
На пн, 23.11.2026 г. в 9:05 Dana Reyes <dana@example.com> написа:
pon, 23. stu 2026. u 09:05 Dana Reyes <dana@example.com> napisao je:
V V pon., 23. nov. 2026 ob 09:05 je oseba Dana Reyes <dana@example.com> napisala:
2026-11-23, pr, 09:05 Dana Reyes <dana@example.com> rašė:
pirmd., 2026. g. 23. nov., plkst. 09:05 — lietotājs Dana Reyes (<dana@example.com>) rakstīja:
Kuupäev E, 23. november 2026 kell 09:05 kirjutas Dana Reyes (<dana@example.com>):
בתאריך יום ב׳, 23 בנוב׳ 2026 ב-9:05 מאת Dana Reyes <dana@example.com>:
في الاثنين، 23 نوفمبر 2026 في 9:05 ص تمت كتابة ما يلي بواسطة Dana Reyes <dana@example.com>:
Vào Th 2, 23 thg 11, 2026 vào lúc 09:05 Dana Reyes <dana@example.com> đã viết:
Pada Sen, 23 Nov 2026 pukul 09.05 Dana Reyes <dana@example.com> menulis:
---- On Mon, 23 Nov 2026 09:05:12 -0600 Dana Reyes <dana@example.com> wrote ----
---- Il Lun, 23 nov 2026 09:05:12 +0100 Dana Reyes <dana@example.com> ha scritto ----
Quoting Dana Reyes <dana@example.com>:
Zitat von Dana Reyes <dana@example.com>:
On Mon, Nov 23, 2026, 9:05 AM Dana Reyes <dana@example.com> wrote:
Dana Reyes <dana@example.com> wrote:
Dana Reyes wrote on 11/23/2026 9:05 AM:
"Dana Reyes" <dana@example.com> wrote on 11/23/2026 09:05:12 AM:
Begin forwarded message:\n\nFrom: Dana Reyes <dana@example.com>\nSubject: Thank you\nDate: November 23, 2026\nTo: ada@example.org
---------- Forwarded message ---------\nFrom: Dana Reyes <dana@example.com>\nDate: Mon, Nov 23, 2026\nSubject: Thank you\nTo: <ada@example.org>
----- Reply message -----\nFrom: "Dana Reyes" <dana@example.com>\nTo: <ada@example.org>\nSubject: Thank you\nDate: Mon, Nov 23, 2026 9:05
----- Original Message ----- \nFrom: Dana Reyes \nTo: ada@example.org \nSent: Monday, November 23, 2026 9:05 AM\nSubject: Thank you
________________________________________\nVon: Dana Reyes [dana@example.com]\nGesendet: Montag, 23. November 2026 09:05\nAn: Ada\nBetreff: Danke
From: Dana Reyes <dana@example.com>\nReply-To: Dana <dana@example.com>\nDate: Monday, November 23, 2026 at 9:05 AM\nTo: ada@example.org\nSubject: Thank you
===========\nFrom: Dana Reyes\nDate: 23/11/2026\nTo: Ada\nSubject: Thank you
Dana Reyes (dana@example.com) 2026-11-23 09:05:
Monday, November 23, 2026 9:05 AM -0600 from Dana Reyes <dana@example.com>:
From Dana Reyes <dana@example.com> on 23 Nov 2026:
<dana@example.com> wrote:
At 09:05 AM 11/23/2026, Dana Reyes wrote:
In a message dated 11/23/2026 9:05:12 A.M. Central Standard Time, dana@example.com writes:
In article <abc@example.com>, Dana Reyes wrote:
""".strip().split("\n")

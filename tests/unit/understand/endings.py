# ruff: noqa: E501, RUF001
"""How letters end, written for these tests: one a line, `\\n` where a line ends."""

from __future__ import annotations

ENDINGS = r"""
-- \nAda Lovelace\n+44 20 7946 0000
--\nAda
—\nAda Lovelace\nAnalytical Engines
Sent from my iPhone
Sent from my Galaxy
Sent from Outlook for iOS
Get Outlook for Android
Get Outlook for iOS<https://aka.ms/o0ukef>
Sent from Yahoo Mail for iPhone
Sent from Yahoo Mail on Android
Sent from Mail for Windows 10
Sent from Mail for Windows
Sent via Superhuman ( https://sprh.mn )
Sent with Proton Mail secure email.
Sent with [Proton Mail](https://proton.me/) secure email.
Sent from ProtonMail mobile
Sent from my mobile device; please excuse typos.
Sent from my phone - please excuse brevity
Sent from my Verizon, Samsung Galaxy smartphone
Sent from Samsung tablet
Sent on the go
Sent from HEY
Sent with Spark
Sent from Spark
Von meinem iPhone gesendet
Gesendet von Mail für Windows
Gesendet mit der GMX Mail App
Von meinem Samsung Galaxy Smartphone gesendet.
Diese Nachricht wurde von meinem Android-Gerät mit GMX Mail gesendet.
Holen Sie sich Outlook für iOS
Envoyé de mon iPhone
Envoyé depuis mon mobile Orange
Envoyé à partir d’Outlook pour iOS
Télécharger Outlook pour Android
Obtenez Outlook pour iOS
Enviado desde mi iPhone
Obtener Outlook para Android
Enviado do meu iPhone
Obter o Outlook para Android
Inviato da iPhone
Inviato dal mio iPad
Scarica Outlook per iOS
Verstuurd vanaf mijn iPhone
Verzonden vanaf mijn mobiel
Outlook voor Android downloaden
Sendt fra min iPhone
Sendt fra min Samsung Mobil
Skickat från min iPhone
Hämta Outlook för iOS
Lähetetty iPhonesta
Hanki Outlook for Android
Wysłane z iPhone'a
Wysłano z mojego iPada
Pobierz aplikację Outlook dla systemu iOS
Odesláno z iPhonu
Odoslané z iPhonu
Az iPhone-omról küldve
iPhone'umdan gönderildi
Отправлено с iPhone
Отправлено из мобильной Почты Mail.ru
Надіслано з iPhone
iPhoneから送信
发自我的iPhone
從我的 iPhone 傳送
나의 iPhone에서 보냄
Trimis de pe iPhone-ul meu
Στάλθηκε από το iPhone μου
נשלח מה-iPhone שלי
أُرسلت من الـ iPhone
Kind regards,\nAda Lovelace
Best,\nAda
Cheers\nAda
Thanks,\n\nAda
Best regards\n\nAda Lovelace\nHead of Engines\nAnalytical Engines Ltd.\n12 Some Street, London\nT: +44 20 7946 0000\nE: ada@example.org\nwww.example.org
Mit freundlichen Grüßen\nAda Lovelace
Viele Grüße\nAda
Liebe Grüße, Ada
Herzliche Grüße\n\nAda
Cordialement,\nAda
Bien à vous,\n\nAda Lovelace
Saludos,\nAda
Un saludo,\nAda
Cordiali saluti\nAda
Um abraço,\nAda
Met vriendelijke groet,\nAda
Groetjes,\nAda
Med venlig hilsen\nAda
Med vennlig hilsen\nAda
Med vänliga hälsningar\nAda
Ystävällisin terveisin\nAda
Pozdrawiam,\nAda
S pozdravem\nAda
Üdvözlettel,\nAda
Saygılarımla,\nAda
С уважением,\nАда
З повагою,\nАда
Cu stimă,\nAda
Lep pozdrav,\nAda
Με εκτίμηση,\nAda
Warmest regards,\nAda
Take care,\nAda
All the best,\nAda
Talk soon,\nAda
Many thanks,\nAda
Yours truly,\nAda
Respectfully,\n\nAda
BR,\nAda
Rgds\nAda
-Ada
- Ada
~Ada
Ada Lovelace\nHead of Engines | Analytical Engines\n+44 20 7946 0000 | ada@example.org
*Ada Lovelace*\n*Head of Engines*\nm: +44 20 7946 0000\nwww.example.org
This e-mail is confidential and intended solely for the use of the individual to whom it is addressed.
CONFIDENTIALITY NOTICE: This message may contain privileged information.
Please consider the environment before printing this e-mail.
________________________________\nThis message contains confidential information.
Virus-free.www.avast.com
CAUTION: This email originated from outside of the organization.
Diese E-Mail enthält vertrauliche und/oder rechtlich geschützte Informationen.
Ce message et toutes les pièces jointes sont confidentiels.
_______________________________________________\nengines mailing list\nengines@lists.example.org\nhttps://lists.example.org/mailman/listinfo/engines
You received this message because you are subscribed to the Google Groups "engines" group.
--\nYou received this message because you are subscribed to the Google Groups "engines" group.\nTo unsubscribe from this group, send email to x@y.org.
""".strip().split("\n")

# ruff: noqa: E501, RUF001
"""More failure notices, written for these tests: reports with their systems' habits, localised notices, providers."""

from __future__ import annotations

from .notices import RETURNED, Sample, _mail


def _report(
    text: str,
    status: str,
    sender: str = "MAILER-DAEMON@mx.example.net (Mail Delivery System)",
    subject: str = "Undelivered Mail Returned to Sender",
    ret: str = "message/rfc822",
) -> str:
    """A report in the form of RFC 3464."""
    body = (
        f"--b\nContent-Type: text/plain; charset=utf-8\n\n{text}\n--b\nContent-Type: message/delivery-status\n\n"
        f"{status}\n--b\nContent-Type: {ret}\n\n{RETURNED}\n--b--\n"
    )
    return _mail(sender, subject, body, "", 'multipart/report; report-type=delivery-status; boundary="b"')


MORE = (
    Sample(
        "apache james",
        _mail(
            "MAILER-DAEMON <postmaster@mx.example.net>",
            "[BOUNCE]",
            "Hi. This is the James mail server at mx.example.net.\nI'm afraid I wasn't able to deliver your message to the following addresses.\nThis is a permanent error; I've given up. Sorry it didn't work out.  Below\nI include the list of recipients and the reason why I was unable to deliver\nyour message.\n\nFailed recipient(s):\nada@example.org\n\nError message:\n550 5.1.1 <ada@example.org>: Recipient address rejected: User unknown in virtual mailbox table\n\n",
        ),
        ("ada@example.org",),
        True,
        True,
    ),
    Sample(
        "james 2 details",
        _mail(
            "postmaster@mx.example.net",
            "[BOUNCE]",
            "Message details:\n  Subject: Nyaan\n  Sent date: Thu Apr 29 01:20:50 JST 2008\n  MAIL FROM: dana@example.com\n  RCPT TO: ada@example.org\n  From: Dana <dana@example.com>\n  To: ada@example.org\n  Size (in bytes): 1024\n  Number of lines: 64\n\nThe Administrator of the mail system mx.example.net was unable to deliver the message. Error message below:\n550 - Requested action not taken: no such user here\n\n",
        ),
        ("ada@example.org",),
        True,
        True,
    ),
    Sample(
        "verizon",
        _mail(
            "post_master@vtext.example",
            "Undeliverable Message",
            "Error: \tNo valid recipients for this MM. ada@example.org\n\nMessage details:\n  Subject: \n  Sent date: Wed Jan 28 21:07:58 PST 2009\n  RCPT TO: ada@example.org\n  From: dana@example.com\n",
        ),
        ("ada@example.org",),
        True,
    ),
    Sample(
        "X1",
        _mail(
            '"Mail Deliver System" <MAILER-DAEMON@mx.example.net>',
            "Returned Mail: ",
            "The original message was received at Thu, 29 Apr 2010 23:34:45 +0900 (JST)\nfrom dana@example.com\n\n---The following addresses had delivery errors---\n\nada@example.org [User unknown]\n\n\n",
        ),
        ("ada@example.org",),
        True,
        True,
    ),
    Sample(
        "X2",
        _mail(
            "MAILER-DAEMON@mx.example.net",
            "failure delivery",
            "Unable to deliver message to the following address(es).\n\n<ada@example.org>:\nThis user doesn't have a example.org account (ada@example.org) [0]\n\n--- Original message follows.\n\n"
            + RETURNED,
        ),
        ("ada@example.org",),
        True,
        True,
    ),
    Sample(
        "X2 quota",
        _mail(
            "MAILER-DAEMON@mx.example.net",
            "failure delivery",
            "Unable to deliver message to the following address(es).\n\n<ada@example.org>:\n192.0.2.10 does not like recipient.\nRemote host said: 452 4.2.2 <ada@example.org>... Mailbox full\nGiving up on 192.0.2.10.\n\n--- Original message follows.\n\n"
            + RETURNED,
        ),
        ("ada@example.org",),
        False,
        False,
    ),
    Sample(
        "X3",
        _mail(
            "Mail Delivery System <mailer-daemon@mx.example.net>",
            "Delivery status notification",
            "============================================================================\n      This message was created automatically by mail delivery software.\n============================================================================\n\nThe following message to <ada@example.org> was undeliverable.\nThe reason for the problem:\n5.1.1 - Bad destination email address 'reject from remote host'\n\n"
            + RETURNED,
        ),
        ("ada@example.org",),
        True,
        True,
    ),
    Sample(
        "X3 deferred",
        _mail(
            "Mail Delivery System <mailer-daemon@mx.example.net>",
            "Delivery status notification",
            "      This message was created automatically by mail delivery software.\n\nThe following message to <ada@example.org> was undeliverable.\nThe reason for the problem:\n5.4.7 - Delivery expired (message too old) 'timeout'\n\n",
        ),
        ("ada@example.org",),
        True,
        False,
    ),
    Sample(
        "X6",
        _mail(
            "MAILER-DAEMON@mx.example.net",
            "There was an error sending your mail",
            "We had trouble delivering your message. Full details follow:\n\nSubject: 'Nyaan'\nDate: 'Thu, 29 Apr 2012 23:34:45 +0000'\n\n1 error(s):\n\nSMTP Server <mta2.example.org> rejected RCPT <ada@example.org> (Error following RCPT command). It responded as follows: [550 5.1.1 <ada@example.org>: Recipient address rejected: User unknown in local recipient table]\n\n",
        ),
        ("ada@example.org",),
        True,
        True,
    ),
    Sample(
        "ezweb",
        _mail(
            "Postmaster@ezweb.example",
            "Mail System Error - Returned Mail",
            "The user(s) account is disabled.\n\n<ada@example.org>\n\n    Original message follows.",
        ),
        ("ada@example.org",),
        True,
    ),
    Sample(
        "ezweb2",
        _mail(
            "<Postmaster@ezweb.example>",
            "Mail System Error - Returned Mail",
            "Each of the following recipients was rejected by a remote\nmail server.\n\n    Recipient: <ada@example.org>\n    >>> RCPT TO:<ada@example.org>\n    <<< 550 <ada@example.org>: User unknown\n",
        ),
        ("ada@example.org",),
        True,
        True,
    ),
    Sample(
        "ezweb quota",
        _mail(
            "<Postmaster@ezweb.example>",
            "Mail System Error - Returned Mail",
            "The user(s) account is temporarily over quota.\n\n<ada@example.org>\n",
        ),
        ("ada@example.org",),
        False,
    ),
    Sample(
        "powermta",
        _report(
            "Hello, this is the mail server on neko2.example.org.\n\nI am sending you this message to inform you on the delivery status of a\nmessage you previously sent.  Immediately below you will find a list of\nthe affected recipients;  also attached is a Delivery Status Notification\n(DSN) report in standard format, as well as the headers of the original\nmessage.\n\n  <ada@example.org>  delivery failed; will not continue trying\n",
            "Reporting-MTA: dns;neko2.example.org (192.0.2.1)\nX-PowerMTA-VirtualMTA: mx22\n\nOriginal-Recipient: rfc822;ada@example.org\nFinal-Recipient: rfc822;ada@example.org\nAction: failed\nStatus: 5.0.0 (undefined status)\nRemote-MTA: dns;mx.example.org (192.0.2.3)\nDiagnostic-Code: smtp;550 5.1.1 <ada@example.org>... User Unknown\nX-PowerMTA-BounceCategory: bad-mailbox\n",
            sender="mailer-daemon@neko2.example.org",
            subject="Delivery Report",
            ret="text/rfc822-headers",
        ),
        ("ada@example.org",),
        True,
        True,
    ),
    Sample(
        "sendgrid",
        _report(
            "Hello, this is the mail server on mx.sendgrid.example. This is a ...\n",
            "Reporting-MTA: dns; mx.sendgrid.example\nArrival-Date: 2012-12-01 01-01-01\n\nFinal-Recipient: rfc822; <ada@example.org>\nOriginal-Recipient: rfc822; <ada@example.org>\nAction: failed\nStatus: \nDiagnostic-Code: 550 5.1.1 User unknown\n",
            sender="MAILER-DAEMON",
        ),
        ("ada@example.org",),
        True,
        True,
    ),
    Sample(
        "amavis",
        _report(
            "Content type: Unchecked..\nThe message WAS NOT relayed to:\n<ada@example.org>:\n   550 5.1.1 Mailbox not found\n",
            "Reporting-MTA: dns; amavis.example\n\nOriginal-Recipient: rfc822;ada@example.org\nFinal-Recipient: rfc822;ada@example.org\nAction: failed\nStatus: 5.0.0\nDiagnostic-Code: smtp; 550 5.0.0 id=1 - Rejected by next-hop MTA on relaying, from MTA(smtp:[127.0.0.1]:10025): 550 5.1.1 User unknown\n",
            sender='"Content-filter at amavis.example" <postmaster@amavis.example>',
            subject="Undeliverable mail, MTA-BLOCKED",
        ),
        ("ada@example.org",),
        True,
        True,
    ),
    Sample(
        "barracuda",
        _report(
            "Your message to: ada@example.org\nwas blocked by our Spam Firewall. The email you sent with the following subject has NOT BEEN DELIVERED:\n\nSubject: hi\n",
            "Reporting-MTA: dns; barracuda.example\n\nFinal-Recipient: rfc822; ada@example.org\nAction: failed\nStatus: 5.7.1\nDiagnostic-Code: smtp; 554 5.7.1 Message rejected (spam)\n",
            sender='"Barracuda Spam Firewall" <postmaster@barracuda.example>',
            subject="**Message you sent blocked by our bulk email filter**",
        ),
        ("ada@example.org",),
        True,
        False,
    ),
    Sample(
        "barracuda text",
        _mail(
            '"postmaster" <postmaster@barracuda.example>',
            "**Message you sent blocked by our bulk email filter**",
            "Your message to: ada@example.org\nwas blocked by our Spam Firewall. The email you sent with the following subject has NOT BEEN DELIVERED:\n\nSubject: hi\n",
        ),
        ("ada@example.org",),
        True,
        False,
    ),
    Sample(
        "receiving ses",
        _report(
            "This message could not be delivered.\nTechnical report:\n",
            "Reporting-MTA: dns; inbound-smtp.example\n\nFinal-Recipient: rfc822; ada@example.org\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 mailbox unavailable\n",
            sender="Mail Delivery System <MAILER-DAEMON@amazonses.example>",
        ),
        ("ada@example.org",),
        True,
        True,
    ),
    Sample(
        "office365",
        _report(
            "Your message to ada@example.org couldn't be delivered.\nada wasn't found at example.org.\n",
            "Reporting-MTA: dns;x.outlook.example\n\nFinal-Recipient: rfc822;ada@example.org\nAction: failed\nStatus: 5.1.10\nDiagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient ada@example.org not found by SMTP address lookup\nX-Display-Name: ada@example.org\n",
            sender="Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@example.onmicrosoft.example>",
            subject="Undeliverable: Thanks",
        ),
        ("ada@example.org",),
        True,
        True,
    ),
    Sample(
        "office365 fr words",
        _mail(
            "postmaster@example.org",
            "Non remis : Merci",
            "Échec de la remise pour ces destinataires ou groupes :\n\nada@example.org\nL'adresse de courrier que vous avez entrée est introuvable. Vérifiez l'adresse.\n\nInformations de diagnostic pour les administrateurs :\n\nada@example.org\nRemote Server returned '550 5.1.1 RESOLVER.ADR.RecipNotFound; not found'\n",
        ),
        ("ada@example.org",),
        True,
        True,
    ),
    Sample(
        "exchange it",
        _mail(
            "postmaster@example.org",
            "Non recapitabile: Grazie",
            "Il recapito ai seguenti destinatari o gruppi non è riuscito:\n\nada@example.org\nL'indirizzo di posta elettronica immesso non è stato trovato.\n#550 5.1.1 RESOLVER.ADR.RecipNotFound; not found ##\n",
        ),
        ("ada@example.org",),
        True,
        True,
    ),
    Sample(
        "exchange ja",
        _mail(
            "postmaster@example.org",
            "配信不能: Thanks",
            "次の受信者またはグループへの配信に失敗しました:\n\nada@example.org\n入力された電子メール アドレスは見つかりませんでした。\n\n管理者用の診断情報:\n\nada@example.org\n#550 5.1.1 RESOLVER.ADR.RecipNotFound; not found ##\n",
        ),
        ("ada@example.org",),
        True,
        True,
    ),
    Sample(
        "exchange ru",
        _mail(
            "postmaster@example.org",
            "Не удается доставить: Thanks",
            "Сбой доставки следующим получателям или группам:\n\nada@example.org\nНе удалось найти введенный вами адрес электронной почты.\n\nДиагностические сведения для администраторов:\n\nada@example.org\n#550 5.1.1 RESOLVER.ADR.RecipNotFound; not found ##\n",
        ),
        ("ada@example.org",),
        True,
        True,
    ),
    Sample(
        "exchange pl",
        _mail(
            "postmaster@example.org",
            "Niedostarczalne: Thanks",
            "Dostarczenie do następujących adresatów lub grup nie powiodło się:\n\nada@example.org\nPodany adres e-mail nie został znaleziony.\n",
        ),
        ("ada@example.org",),
        True,
        True,
    ),
    Sample(
        "exchange nl",
        _mail(
            "postmaster@example.org",
            "Onbestelbaar: Thanks",
            "Het bezorgen van het bericht aan de volgende geadresseerden of groepen is mislukt:\n\nada@example.org\nHet door u ingevoerde e-mailadres is niet gevonden.\n",
        ),
        ("ada@example.org",),
        True,
        True,
    ),
    Sample(
        "exchange es",
        _mail(
            "postmaster@example.org",
            "No se puede entregar: Gracias",
            "No se pudo entregar el mensaje a los siguientes destinatarios o grupos:\n\nada@example.org\nNo se encontró la dirección de correo electrónico que especificó.\n",
        ),
        ("ada@example.org",),
        True,
        True,
    ),
    Sample(
        "exchange pt",
        _mail(
            "postmaster@example.org",
            "Não é possível entregar: Obrigado",
            "Falha na entrega a estes destinatários ou grupos:\n\nada@example.org\nO endereço de email inserido não foi encontrado.\n",
        ),
        ("ada@example.org",),
        True,
        True,
    ),
    Sample(
        "exchange sv",
        _mail(
            "postmaster@example.org",
            "Det går inte att leverera: Tack",
            "Det gick inte att leverera till följande mottagare eller grupper:\n\nada@example.org\nDet gick inte att hitta e-postadressen du angav.\n",
        ),
        ("ada@example.org",),
        True,
        True,
    ),
    Sample(
        "exchange tr",
        _mail(
            "postmaster@example.org",
            "Teslim edilemez: Selam",
            "Bu alıcılara veya gruplara teslim edilemedi:\n\nada@example.org\nGirdiğiniz e-posta adresi bulunamadı.\n",
        ),
        ("ada@example.org",),
        True,
        True,
    ),
    Sample(
        "exchange zh",
        _mail(
            "postmaster@example.org",
            "未传递: Thanks",
            "未能向这些收件人或组传递邮件:\n\nada@example.org\n找不到您输入的电子邮件地址。\n",
        ),
        ("ada@example.org",),
        True,
        True,
    ),
    Sample(
        "exchange delayed",
        _mail(
            "postmaster@example.org",
            "Delivery delayed: Thanks",
            "Delivery is delayed to these recipients or groups:\n\nada@example.org\n\nSubject: Thanks\n\nThis message hasn't been delivered yet. Delivery will continue to be attempted.\n\nThe server will keep trying to deliver this message for the next 1 days, 19 hours and 51 minutes. You'll be notified if the message can't be delivered by that time.\n",
        ),
        ("ada@example.org",),
        False,
        False,
        "delayed",
    ),
    Sample(
        "gmail new 2020s",
        _report(
            "** Address not found **\n\nYour message wasn't delivered to ada@example.org because the address couldn't be found, or is unable to receive mail.\n\nLearn more here: https://support.google.example/mail/?p=NoSuchUser\n\nThe response was:\n\n550 5.1.1 The email account that you tried to reach does not exist.\n",
            "Reporting-MTA: dns; googlemail.com\nReceived-From-MTA: dns; dana@example.com\nArrival-Date: Mon, 23 Nov 2026 00:00:00 -0800 (PST)\nX-Original-Message-ID: <m1.token@example.com>\n\nFinal-Recipient: rfc822; ada@example.org\nAction: failed\nStatus: 5.1.1\nRemote-MTA: dns; gmail-smtp-in.l.google.com. (192.0.2.2, the server for the\n domain example.org.)\nDiagnostic-Code: smtp; 550-5.1.1 The email account that you tried to reach does not exist. Please try\n 550-5.1.1 double-checking\n 550 5.1.1  https://support.google.example/mail/?p=NoSuchUser - gsmtp\nLast-Attempt-Date: Mon, 23 Nov 2026 00:00:00 -0800 (PST)\n",
            sender="Mail Delivery Subsystem <mailer-daemon@googlemail.com>",
            subject="Delivery Status Notification (Failure)",
        ),
        ("ada@example.org",),
        True,
        True,
    ),
    Sample(
        "gmail dns temp",
        _report(
            "** Delivery incomplete **\n\nThere was a temporary problem delivering your message to ada@example.org. Gmail will retry for 46 more hours. You'll be notified if the delivery fails permanently.\n\nThe response was:\n\nDNS Error: DNS type 'mx' lookup of example.org responded with code SERVFAIL\n",
            "Reporting-MTA: dns; googlemail.com\n\nFinal-Recipient: rfc822; ada@example.org\nAction: delayed\nStatus: 4.0.0\nDiagnostic-Code: smtp; DNS Error: SERVFAIL\n",
            sender="Mail Delivery Subsystem <mailer-daemon@googlemail.com>",
            subject="Delivery Status Notification (Delay)",
        ),
        ("ada@example.org",),
        False,
        False,
        "delayed",
    ),
    Sample(
        "mdaemon",
        _mail(
            "MDaemon@example.net",
            "Permanent Delivery Failure",
            "The following data may contain sections which represent BASE64 encoded\nfile attachments.\n\n--------------------\nFAILED: Transient/Permanent...\nSession Transcript:\n--> RCPT To:<ada@example.org>\n<-- 550 5.1.1 Recipient unknown <ada@example.org>\n\nThe attached message had PERMANENT fatal delivery errors!\n\nFailed address: ada@example.org\n",
        ),
        ("ada@example.org",),
        True,
        True,
    ),
    Sample(
        "kerio",
        _mail(
            "postmaster@kerio.example",
            "Undeliverable Mail",
            "Your message could not be delivered to one or more recipients.\n\nSubject: hi\n\nReason: \n\n<ada@example.org>: 550 5.1.1 User does not exist\n",
        ),
        ("ada@example.org",),
        True,
        True,
    ),
    Sample(
        "hmailserver",
        _mail(
            "mailer-daemon@hmail.example",
            "Message undeliverable: Thank you",
            "Your message did not reach some or all of the intended recipients.\n\n   Sent: Mon, 23 Nov 2026 09:00:00 -0000\n   Subject: Thank you\n\nThe following recipient(s) could not be reached:\n\nada@example.org\n   Error Type: SMTP\n   Remote server (192.0.2.5) issued an error.\n   hMailServer sent: RCPT TO:<ada@example.org>\n   Remote server replied: 550 No such user here\n\nhMailServer\n",
        ),
        ("ada@example.org",),
        True,
        True,
    ),
    Sample(
        "smartermail",
        _mail(
            '"System Administrator" <noreply@smarter.example>',
            "Delivery Failure",
            "Could not deliver message to the following recipient(s):\n\nFailed Recipient: ada@example.org\nReason: Remote host said: 550 5.1.1 User unknown\n\n   -- The header and top 20 lines of the message follows --\n\n"
            + RETURNED,
        ),
        ("ada@example.org",),
        True,
        True,
    ),
    Sample(
        "icloud",
        _report(
            "This is the mail system at host icloud.\n",
            "Reporting-MTA: dns; p.icloud.example\n\nFinal-Recipient: rfc822; ada@example.org\nOriginal-Recipient: rfc822;ada@example.org\nAction: failed\nStatus: 5.2.2\nDiagnostic-Code: smtp; 552 5.2.2 ada@example.org: user is over quota\n",
        ),
        ("ada@example.org",),
        True,
        False,
    ),
    Sample(
        "mimecast text",
        _mail(
            "Mimecast Postmaster <postmaster@mimecast.example>",
            "[Postmaster] Email Delivery Failure",
            "This is a delivery failure notification message indicating that\nan email you addressed to email address :\n-- ada@example.org\n\ncould not be delivered. The problem appears to be :\n-- Recipient email address is possibly incorrect\n\nAdditional information follows :\n-- 550 5.1.1 User Unknown\n\nThis condition occurred after 1 attempt(s) to deliver over\na period of 0 hour(s).\n",
        ),
        ("ada@example.org",),
        True,
        True,
    ),
    Sample(
        "proofpoint",
        _mail(
            "MAILER-DAEMON@mx0a.pphosted.example",
            "Returned mail: see transcript for details",
            "   ----- The following addresses had permanent fatal errors -----\n<ada@example.org>\n    (reason: 550 5.1.1 <ada@example.org>: Recipient address rejected: User unknown)\n\n   ----- Transcript of session follows -----\n... while talking to mx.example.org.:\n>>> DATA\n<<< 550 5.1.1 User unknown\n550 5.1.1 <ada@example.org>... User unknown\n<<< 554 5.5.1 Error: no valid recipients\n",
        ),
        ("ada@example.org",),
        True,
        True,
    ),
    Sample(
        "yandex text",
        _mail(
            "MAILER-DAEMON@yandex.example",
            "Недоставленное сообщение",
            "This is the mail system at host forward.yandex.example.\n\nI'm sorry to have to inform you that your message could not\nbe delivered to one or more recipients.\n\n<ada@example.org>: host mx.example.org[192.0.2.2] said: 550 5.7.1 No such user!\n (in reply to RCPT TO command)\n",
        ),
        ("ada@example.org",),
        True,
        True,
    ),
    Sample(
        "mail.ru",
        _mail(
            "mailer-daemon@corp.mail.example",
            "Mail failure.",
            "Это письмо создано автоматически сервером Mail.Ru, отвечать на него не нужно.\n\nК сожалению, Ваше письмо не может быть доставлено одному или нескольким получателям:\n\n**********************\n\nada@example.org:\nuser not found\n\n**********************\n",
        ),
        ("ada@example.org",),
        True,
        True,
    ),
    Sample(
        "163",
        _mail(
            "Postmaster@163.example",
            "系统退信",
            "抱歉，您的邮件被退回来了……\n\n原邮件信息：\n时间 2026-11-23\n主题 thanks\n收件人 ada@example.org\n\n退信原因：\n收件人邮件地址（ada@example.org）不存在，邮件无法送达。\n\n英文说明: 550 User not found: ada@example.org\n",
        ),
        ("ada@example.org",),
        True,
        True,
    ),
    Sample(
        "naver",
        _mail(
            "postmaster@naver.example",
            "메일 전송 실패 안내",
            "메일이 정상적으로 발송되지 못했습니다.\n\n받는사람 : ada@example.org\n실패사유 : 550 5.1.1 No such user - 받는 사람의 주소가 존재하지 않습니다.\n",
        ),
        ("ada@example.org",),
        True,
        True,
    ),
    Sample(
        "libero it",
        _mail(
            "Mailer-Daemon@libero.example",
            "Messaggio non consegnato",
            "Il seguente messaggio non è stato consegnato a:\n\nada@example.org\n\nMotivo: 550 utente sconosciuto\n",
        ),
        ("ada@example.org",),
        True,
        True,
    ),
    Sample(
        "t-online",
        _mail(
            "mailer-daemon@t-online.example",
            "Mail delivery failed: returning message to sender",
            "|------------------------- Message log follows: -------------------------|\n no valid recipients were found for this message\n|------------------------- Failed addresses follow: ---------------------|\n <ada@example.org> ... unknown user\n|------------------------- Message text follows: ------------------------|\n"
            + RETURNED,
        ),
        ("ada@example.org",),
        True,
        True,
    ),
    Sample(
        "orange fr",
        _mail(
            "MAILER-DAEMON@orange.example",
            "Mail System Error - Returned Mail",
            "This Message was undeliverable due to the following reason:\n\nThe user(s) account is disabled.\n\n<ada@example.org>: The mailbox is not available on this system\n\nPlease reply to Postmaster@orange.example\nif you feel this message to be in error.\n",
        ),
        ("ada@example.org",),
        True,
    ),
    Sample(
        "openwave",
        _mail(
            "Mail Administrator <Postmaster@mx.example.net>",
            "Mail System Error - Returned Mail",
            "This Message was undeliverable due to the following reason:\n\nEach of the following recipients was rejected by a remote mail server.\nThe reasons given by the server are included to help you determine why\neach recipient was rejected.\n\n    Recipient: <ada@example.org>\n    Reason:    5.1.1 <ada@example.org>... User unknown\n\nPlease reply to Postmaster@mx.example.net\nif you feel this message to be in error.\n",
        ),
        ("ada@example.org",),
        True,
        True,
    ),
    Sample(
        "lyris/iplanet",
        _report(
            "This report relates to a message you sent with the following header fields:\n\n  Message-id: <m1.token@example.com>\n  Date: Mon\n  From: Dana <dana@example.com>\n  To: ada@example.org\n\nYour message cannot be delivered to the following recipients:\n\n  Recipient address: ada@example.org\n  Reason: Illegal host/domain name found\n",
            "Reporting-MTA: dns;mx.example.net\n\nOriginal-recipient: rfc822;ada@example.org\nFinal-recipient: rfc822;ada@example.org\nAction: failed\nStatus: 5.4.4 (Illegal host/domain name found)\n",
            sender="Internet Mail Delivery <postmaster@mx.example.net>",
            subject="Delivery Notification: Delivery has failed",
        ),
        ("ada@example.org",),
        True,
        True,
    ),
    Sample(
        "groupwise",
        _mail(
            "MAILER-DAEMON@gw.example",
            "Message status - undeliverable",
            "The message that you sent was undeliverable to the following:\n\tada@example.org (user not found)\n\nPossibly truncated original message follows:\n\n"
            + RETURNED,
        ),
        ("ada@example.org",),
        True,
        True,
    ),
    Sample(
        "exim de",
        _mail(
            "Mail Delivery System <Mailer-Daemon@kunden.example.de>",
            "Mail delivery failed: returning message to sender",
            "Diese Nachricht wurde automatisch von der Mail-Software erzeugt.\n\nEine von Ihnen verschickte Nachricht konnte an einen oder mehrere Empfänger nicht zugestellt werden. Dies ist ein permanenter Fehler. Folgende Adresse(n) schlugen fehl:\n\n  ada@example.org\n    SMTP error from remote mail server after RCPT TO:<ada@example.org>:\n    550 unknown user\n",
        ),
        ("ada@example.org",),
        True,
        True,
    ),
    Sample(
        "qmail de",
        _mail(
            "MAILER-DAEMON@web.example.de",
            "failure notice",
            "Hallo! Dies ist das qmail-send Programm auf web.example.de.\nLeider konnte ich Ihre Nachricht nicht an die folgenden Adressen zustellen.\n\n<ada@example.org>:\n192.0.2.3 does not like recipient.\nRemote host said: 550 unbekannter Empfänger\n",
        ),
        ("ada@example.org",),
        True,
        True,
    ),
    Sample(
        "postfix es",
        _mail(
            "MAILER-DAEMON@mx.example.net (Mail Delivery System)",
            "Correo no entregado",
            "Este es el sistema de correo mx.example.net.\n\nSu mensaje no pudo ser entregado a uno o más destinatarios.\n\n<ada@example.org>: el usuario no existe\n",
        ),
        ("ada@example.org",),
        True,
        True,
    ),
    Sample(
        "qmail simple unknown reason",
        _mail(
            "MAILER-DAEMON@mx",
            "failure notice",
            "Hi. This is the qmail-send program at mx.\nI'm afraid I wasn't able to deliver your message to the following addresses.\nThis is a permanent error; I've given up. Sorry it didn't work out.\n\n<ada@example.org>:\nSorry, I couldn't find any host by that name. (#4.1.2)\nI'm not going to try again; this message has been in the queue too long.\n",
        ),
        ("ada@example.org",),
        False,
        True,
    ),
    Sample(
        "zimbra",
        _report(
            "This is the mail system at host zimbra",
            "Reporting-MTA: dns; z\n\nFinal-Recipient: rfc822; ada@example.org\nAction: failed\nStatus: 5.4.1\nDiagnostic-Code: smtp; 550 5.4.1 Recipient address rejected: Access denied. AS(201806281)\n",
        ),
        ("ada@example.org",),
        True,
    ),
    Sample(
        "sms gateway docomo",
        _mail(
            "mailer-daemon@docomo.example",
            "Mail System Error - Returned Mail",
            "Sorry. Your message could not be delivered to:\n\nada@example.org\n\nThe reason: Unknown user\n",
        ),
        ("ada@example.org",),
        True,
        True,
    ),
    Sample(
        "au kddi mailbox",
        _mail(
            "no-reply@dion.example",
            "Failure notice",
            "Your mail sent on: Thu, 29 Apr 2010 11:04:47 +0900\n    Could not be delivered to: <ada@example.org>\n    As their mailbox is full.\n\n",
        ),
        ("ada@example.org",),
        True,
    ),
    Sample(
        "symantec",
        _mail(
            "postmaster@symantec.example",
            "Undeliverable mail",
            "Your mail to the following recipients could not be delivered:\n\n<ada@example.org>: 550 Invalid recipient\n",
        ),
        ("ada@example.org",),
        True,
        True,
    ),
    Sample(
        "cisco ironport",
        _report(
            "The following message to <ada@example.org> was undeliverable.\nThe reason for the problem:\n5.1.0 - Unknown address error 550-'5.1.1 User unknown'\n",
            "Reporting-MTA: dns; ironport.example\n\nFinal-Recipient: rfc822;ada@example.org\nAction: failed\nStatus: 5.0.0 (permanent failure)\nRemote-MTA: dns; [192.0.2.1]\nDiagnostic-Code: smtp; 5.1.0 - Unknown address error 550-'5.1.1 User unknown' (delivery attempts: 0)\n",
            sender="Mail Delivery System <MAILER-DAEMON@ironport.example>",
            subject="Delivery Status Notification (Failure)",
        ),
        ("ada@example.org",),
        True,
        True,
    ),
    Sample(
        "outlook.com ndr 5.5.0",
        _report(
            "Delivery has failed\n",
            "Reporting-MTA: dns;BLU004\n\nFinal-Recipient: rfc822;ada@example.org\nAction: failed\nStatus: 5.5.0\nDiagnostic-Code: smtp;550 Requested action not taken: mailbox unavailable (1234)\n",
            sender="postmaster@hotmail.example",
            subject="Delivery Status Notification (Failure)",
        ),
        ("ada@example.org",),
        True,
        True,
    ),
    Sample(
        "docomo suspended",
        _mail(
            "MAILER-DAEMON@x",
            "Returned mail: User unknown",
            "The original message was received at Mon\n\n   ----- The following addresses had delivery problems -----\n<ada@example.org>  (unrecoverable error)\n\n   ----- Transcript of session follows -----\n550 <ada@example.org>... User unknown\n",
        ),
        ("ada@example.org",),
        True,
        True,
    ),
)

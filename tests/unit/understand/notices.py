# ruff: noqa: E501, RUF001
"""Failure notices in the shapes that mail systems use, written for these tests: one entry a format."""

from __future__ import annotations

from typing import NamedTuple


class Sample(NamedTuple):
    """A notice and what it says: recipients, whether the first is permanent and dead, how it goes on."""

    name: str
    raw: str
    recipients: tuple[str, ...]
    permanent: bool | None
    dead: bool = False
    action: str = "failed"


def _mail(sender: str, subject: str, body: str, extra: str = "", kind: str = "text/plain; charset=utf-8") -> str:
    return (
        f"Return-Path: <>\nFrom: {sender}\nTo: dana@example.com\nSubject: {subject}\n{extra}"
        f"Date: Mon, 23 Nov 2026 09:00:00 +0000\nMessage-ID: <notice@mx.example.net>\nMIME-Version: 1.0\n"
        f"Content-Type: {kind}\n\n{body}"
    )


RETURNED = (
    "Received: from laptop by mx.example.com; Mon, 23 Nov 2026 08:59:00 +0000\nFrom: Dana Reyes <dana@example.com>\n"
    "To: ada@example.org\nSubject: Thank you\nMessage-ID: <m1.token@example.com>\nX-Breadcrumb-ID: token\n\nDear Ada,\n"
)

SAMPLES = (
    Sample(
        "qmail",
        _mail(
            "MAILER-DAEMON@mx.example.net",
            "failure notice",
            "Hi. This is the qmail-send program at mx.example.net.\nI'm afraid I wasn't able to deliver your message to the "
            "following addresses.\nThis is a permanent error; I've given up. Sorry it didn't work out.\n\n"
            "<ada@example.org>:\n192.0.2.7 does not like recipient.\nRemote host said: 550 5.1.1 no such user - psmtp\n"
            f"Giving up on 192.0.2.7.\n\n--- Below this line is a copy of the message.\n\n{RETURNED}",
        ),
        ("ada@example.org",),
        True,
        True,
    ),
    Sample(
        "exim, two recipients with their own reasons",
        _mail(
            "Mail Delivery System <Mailer-Daemon@mx.example.net>",
            "Mail delivery failed: returning message to sender",
            "This message was created automatically by mail delivery software.\n\nA message that you sent could not be "
            "delivered to one or more of its\nrecipients. This is a permanent error. The following address(es) failed:\n\n"
            "  ada@example.org\n    host mx.example.org [192.0.2.8]\n    SMTP error from remote mail server after RCPT "
            "TO:<ada@example.org>:\n    550 5.1.1 User unknown\n  bob@example.org\n    host mx.example.org [192.0.2.8]\n"
            "    SMTP error from remote mail server after RCPT TO:<bob@example.org>:\n    552 5.2.2 mailbox full\n\n"
            f"------ This is a copy of the message, including all the headers. ------\n\n{RETURNED}",
            "X-Failed-Recipients: ada@example.org,\n  bob@example.org\nAuto-Submitted: auto-replied\n",
        ),
        ("ada@example.org", "bob@example.org"),
        True,
        True,
    ),
    Sample(
        "exim, still trying",
        _mail(
            "Mail Delivery System <Mailer-Daemon@mx.example.net>",
            "Warning: message 1abcde-0001 delayed 24 hours",
            "This message was created automatically by mail delivery software.\nA message that you sent has not yet been "
            "delivered to one or more of its\nrecipients after more than 24 hours on the queue on mx.example.net.\n\nThe "
            "address to which the message has not yet been delivered is:\n\n  ada@example.org\n    Delay reason: connection "
            "timed out\n\nNo action is required on your part. Delivery attempts will continue for\nsome time.\n",
            "Auto-Submitted: auto-replied\n",
        ),
        ("ada@example.org",),
        False,
        action="delayed",
    ),
    Sample(
        "postfix without a report",
        _mail(
            "MAILER-DAEMON@mx.example.net (Mail Delivery System)",
            "Undelivered Mail Returned to Sender",
            "This is the mail system at host mx.example.net.\n\nI'm sorry to have to inform you that your message could "
            "not\nbe delivered to one or more recipients. It's attached below.\n\nFor further assistance, please send mail "
            "to postmaster@mx.example.net.\n\n                   The mail system\n\n<ada@example.org>: host "
            "mx.example.org[192.0.2.8] said: 550 5.7.1\n    Message refused by policy (in reply to end of DATA command)\n",
        ),
        ("ada@example.org",),
        True,
    ),
    Sample(
        "sendmail without a report",
        _mail(
            "Mail Delivery Subsystem <MAILER-DAEMON@mx.example.net>",
            "Returned mail: see transcript for details",
            "The original message was received at Mon, 23 Nov 2026 09:00:00 GMT\nfrom laptop [192.0.2.1]\n\n"
            "   ----- The following addresses had permanent fatal errors -----\n<ada@example.org>\n    (reason: 550 5.1.1 "
            "<ada@example.org>... User unknown)\n\n   ----- Transcript of session follows -----\n... while talking to "
            "mx.example.org.:\n>>> RCPT To:<ada@example.org>\n<<< 550 5.1.1 <ada@example.org>... User unknown\n550 5.1.1 "
            f"<ada@example.org>... User unknown\n\n   ----- Original message follows -----\n\n{RETURNED}",
        ),
        ("ada@example.org",),
        True,
        True,
    ),
    Sample(
        "old sendmail, transcript only",
        _mail(
            "MAILER-DAEMON@mx.example.net (Mail Delivery Subsystem)",
            "Returned mail: User unknown",
            "   ----- Transcript of session follows -----\nWhile talking to mx.example.org:\n>>> RCPT To:<ada@example.org>\n"
            f"<<< 550 Unknown user\n550 ada... User unknown\n\n   ----- Unsent message follows -----\n{RETURNED}",
        ),
        ("ada@example.org",),
        True,
        True,
    ),
    Sample(
        "exchange 5.5",
        _mail(
            "System Administrator <postmaster@example.org>",
            "Undeliverable: Thank you",
            "Your message\n\n  To:      ada@example.org\n  Subject: Thank you\n  Sent:    Mon, 23 Nov 2026 09:00:00 -0000\n\n"
            "did not reach the following recipient(s):\n\nada@example.org on Mon, 23 Nov 2026 09:01:00 -0000\n    The "
            "recipient name is not recognized\n\tThe MTS-ID of the original message is: c=us;a= ;p=example\n    "
            "MSEXCH:IMS:Example:HQ:MAIL1 0 (000C05A6) Unknown Recipient\n",
        ),
        ("ada@example.org",),
        True,
        True,
    ),
    Sample(
        "exchange in German, words only",
        _mail(
            "Microsoft Outlook <postmaster@example.org>",
            "Unzustellbar: Danke",
            "Fehler bei der Nachrichtenzustellung an folgende Empfänger oder Gruppen:\n\nada@example.org\nDie eingegebene "
            "E-Mail-Adresse konnte nicht gefunden werden.\n\nDiagnoseinformationen für Administratoren:\n\nGenerierender "
            "Server: mail1.example.org\n\nada@example.org\nRemote Server returned '550 5.1.1 RESOLVER.ADR.RecipNotFound; not "
            "found'\n\nUrsprüngliche Nachrichtenkopfzeilen:\n\nReceived: from a by b\nFrom: dana@example.com\n",
        ),
        ("ada@example.org",),
        True,
        True,
    ),
    Sample(
        "google without a report",
        _mail(
            "Mail Delivery Subsystem <mailer-daemon@googlemail.com>",
            "Delivery Status Notification (Failure)",
            "Delivery to the following recipient failed permanently:\n\n     ada@example.org\n\nTechnical details of "
            "permanent failure:\nThe server said: 552 5.2.2 The account is over quota\n\n   ----- Original message -----\n\n"
            f"{RETURNED}",
            "X-Failed-Recipients: ada@example.org\n",
        ),
        ("ada@example.org",),
        True,
    ),
    Sample(
        "yahoo",
        _mail(
            "MAILER-DAEMON@yahoo.com",
            "Failure Notice",
            "Sorry, we were unable to deliver your message to the following address.\n\n<ada@example.org>:\n550: 5.1.1 "
            "<ada@example.org>: Recipient address rejected: User unknown\n\n--- Below this line is a copy of the message.\n\n"
            f"{RETURNED}",
        ),
        ("ada@example.org",),
        True,
        True,
    ),
    Sample(
        "gmx and 1&1",
        _mail(
            '"Mail Delivery System" <mailer-daemon@kundenserver.example.de>',
            "Mail delivery failed: returning message to sender",
            "This message was created automatically by mail delivery software.\n\nA message that you sent could not be "
            "delivered to one or more of\nits recipients. This is a permanent error. The following address\nfailed:\n\n"
            '"ada@example.org":\nSMTP error from remote server after RCPT command:\nhost: mx.example.org\n5.1.1 '
            f"<ada@example.org>... User Unknown\n\n--- The header of the original message is following. ---\n\n{RETURNED}",
        ),
        ("ada@example.org",),
        True,
        True,
    ),
    Sample(
        "domino",
        _mail(
            "Postmaster@example.org",
            "DELIVERY FAILURE: User ada (ada@example.org) not listed in Domino Directory",
            "Your message\n\n  Subject: Thank you\n\nwas not delivered to:\n\n  ada@example.org\n\nbecause:\n\n  User ada "
            "(ada@example.org) not listed in Domino Directory\n",
        ),
        ("ada@example.org",),
        True,
        True,
    ),
    Sample(
        "notes",
        _mail(
            "MAILER-DAEMON@notes.example.org",
            "Undeliverable message",
            "------- Failure Reasons  --------\n\nUser not listed in public Name & Address Book\nada@example.org\n\n------- "
            f"Returned Message --------\n\n{RETURNED}",
        ),
        ("ada@example.org",),
        True,
        True,
    ),
    Sample(
        "courier",
        _mail(
            '"Courier mail server at mx.example.net" <@>',
            "NOTICE: mail delivery status.",
            "This is a delivery status notification from mx.example.net,\nrunning the Courier mail server, version 1.3.\n\n"
            "The original message was received on Mon, 23 Nov 2026 09:00:00 +0000\nfrom laptop\n\n"
            "---------------------------------------------------------------------------\n\n                           "
            "UNDELIVERABLE MAIL\n\nYour message to the following recipients cannot be delivered:\n\n<ada@example.org>:\n    "
            "mx.example.org [192.0.2.8]:\n>>> RCPT TO:<ada@example.org>\n<<< 550 5.1.1 <ada@example.org>... User Unknown\n",
        ),
        ("ada@example.org",),
        True,
        True,
    ),
    Sample(
        "opensmtpd",
        _mail(
            "Mailer Daemon <MAILER-DAEMON@mx.example.net>",
            "Delivery status notification: error",
            "    Hi!\n\n    This is the MAILER-DAEMON, please DO NOT REPLY to this email.\n\n    An error has occurred while "
            "attempting to deliver a message for\n    the following list of recipients:\n\nada@example.org: 550 5.2.2 "
            f"<ada@example.org>... Mailbox Full\n\n    Below is a copy of the original message:\n\n{RETURNED}",
        ),
        ("ada@example.org",),
        True,
    ),
    Sample(
        "dragonfly",
        _mail(
            "MAILER-DAEMON <>",
            "Mail delivery failed",
            "Hi,\n\nThis is the DragonFly Mail Agent v0.13 at laptop.example.com.\n\nThere was an error delivering your mail "
            "to <ada@example.org>.\n\nmx.example.org [192.0.2.8] did not like our RCPT TO:\n550 5.1.1 <ada@example.org>: "
            f"Recipient address rejected: User unknown\n\nOriginal message follows.\n\n{RETURNED}",
        ),
        ("ada@example.org",),
        True,
        True,
    ),
    Sample(
        "james",
        _mail(
            "postmaster@mx.example.net",
            "[BOUNCE]",
            "Hi. This is the James mail server at mx.example.net.\nI'm afraid I wasn't able to deliver your message to the "
            "following addresses.\nThis is a permanent error; I've given up. Sorry it didn't work out.  Below\nI include the "
            "list of recipients and the reason why I was unable to deliver\nyour message.\n\nFailed recipient(s):\n"
            "ada@example.org\n\nError message:\n550 5.1.1 <ada@example.org>... User Unknown\n\nMessage details:\n  Subject: "
            "Thank you\n  MAIL FROM: dana@example.com\n  RCPT TO: ada@example.org\n  From: dana@example.com\n",
        ),
        ("ada@example.org",),
        True,
        True,
    ),
    Sample(
        "imail",
        _mail(
            '"Postmaster" <postmaster@mx.example.net>',
            "Undeliverable Mail",
            f"Unknown user: ada@example.org\n\nOriginal message follows.\n\n{RETURNED}",
            "X-Mailer: <SMTP32 v8.22>\n",
        ),
        ("ada@example.org",),
        True,
        True,
    ),
    Sample(
        "interscan",
        _mail(
            "imss@mx.example.net",
            "Mail could not be delivered",
            "****** Message from InterScan Messaging Security Suite ******\n\nSent <<< RCPT TO:<ada@example.org>\nReceived "
            ">>> 550 5.1.1 <ada@example.org>... user unknown\n\nUnable to deliver message to <ada@example.org> (and other "
            "recipients in the same domain).\n\n************************     End of message     **********************\n",
        ),
        ("ada@example.org",),
        True,
        True,
    ),
    Sample(
        "mailfoundry",
        _mail(
            "MAILER-DAEMON@mx.example.net",
            "Message delivery has failed",
            "This is a delivery failure notification.\n\nUnable to deliver message to: <ada@example.org>\nDelivery failed "
            "for the following reason:\nServer mx.example.org[192.0.2.8] failed with: 550 <ada@example.org> No such user "
            "here\n\nThis has been a permanent failure.  No further delivery attempts will be made.\n",
        ),
        ("ada@example.org",),
        True,
        True,
    ),
    Sample(
        "mxlogic",
        _mail(
            '"Mail Delivery System" <MAILER-DAEMON@p01.example.net>',
            "Mail delivery failed",
            "This message was created automatically by mail delivery software.\n\nA message that you have sent could not be "
            "delivered to one or more\nrecipients.  This is a permanent error.  The following address failed:\n\n  "
            "<ada@example.org>: 550 5.1.1 unknown user\n\nIncluded is a copy of the message header:\n"
            f"----------------------------------------\n{RETURNED}",
        ),
        ("ada@example.org",),
        True,
        True,
    ),
    Sample(
        "m-filter in Japanese",
        _mail(
            "MAILER-DAEMON@mx.example.jp",
            "メールが送信できませんでした",
            "以下のメールアドレスへの送信に失敗しました。\n\nada@example.org\n\n-------server message\n550 5.1.1 unknown user "
            f"<ada@example.org>\n\n-------original message\n{RETURNED}",
        ),
        ("ada@example.org",),
        True,
        True,
    ),
    Sample(
        "a Japanese carrier",
        _mail(
            "no-reply@app.example.ne.jp",
            "Mail could not be delivered",
            "Your mail sent on: Mon, 23 Nov 2026 18:00:00 +0900\n     Could not be delivered to: <ada@example.org>\n     As "
            "their mailbox is full.\n",
        ),
        ("ada@example.org",),
        True,
    ),
    Sample(
        "another Japanese carrier",
        _mail(
            "Postmaster@example.ne.jp",
            "Mail System Error - Returned Mail",
            "The user(s) account is disabled.\n\n<ada@example.org>: 550 user unknown (in reply to RCPT TO command)\n",
        ),
        ("ada@example.org",),
        True,
        True,
    ),
    Sample(
        "one that lists reasons after names",
        _mail(
            "MAILER-DAEMON@mx.example.net",
            "Returned mail",
            "The original message was received at Mon, 23 Nov 2026 09:00:00 GMT\nfrom dana@example.com\n\n---The following "
            "addresses had delivery errors---\n\nada@example.org [User unknown]\n",
        ),
        ("ada@example.org",),
        True,
        True,
    ),
    Sample(
        "one that quotes the dialogue",
        _mail(
            "Postmaster <postmaster@mx.example.net>",
            "Undeliverable: Thank you",
            "We had trouble delivering your message. Full details follow:\n\nSubject: 'Thank you'\nDate: 'Mon, 23 Nov 2026 "
            "09:00:00'\n\n1 error(s):\n\nSMTP Server <mx.example.org> rejected recipient <ada@example.org>\n  (Error "
            "following RCPT command). It responded as follows: [550 5.1.1 unknown user]\n",
        ),
        ("ada@example.org",),
        True,
        True,
    ),
    Sample(
        "surfcontrol",
        _mail(
            "Mail Administrator <postmaster@mx.example.net>",
            "Delivery failure",
            "Your message could not be sent.\nA transcript of the attempts to send the message follows.\nThe number of "
            "attempts made: 1\nAddressed To: ada@example.org\n\nMon 23 Nov 2026 09:00:00\nFailed to send to identified "
            "host,\nada@example.org: [192.0.2.8], 550 5.1.1 no such user\n--- Message non-deliverable.\n",
        ),
        ("ada@example.org",),
        True,
        True,
    ),
    Sample(
        "mailmarshal",
        _mail(
            "postmaster@mx.example.net",
            'Undeliverable Mail: "Thank you"',
            "Your message:\n   From:    dana@example.com\n   Subject: Thank you\nCould not be delivered because of\n\n550 "
            "5.1.1 User unknown\n\nThe following recipients were affected:\n    ada@example.org\n\nAdditional "
            "Information\n======================\n\nOriginal Sender:    <dana@example.com>\nSender-MTA:         "
            "<192.0.2.1>\nReporting-MTA:      <mx.example.net>\n",
        ),
        ("ada@example.org",),
        True,
        True,
    ),
    Sample(
        "mailenable",
        _mail(
            '"Delivery Subsystem" <POSTMASTER@mx.example.net>',
            "Message Delivery Failure",
            "MailEnable: Message could not be delivered to some recipients.\nThe following recipient(s) could not be "
            "reached:\n\n\tRecipient: [SMTP:ada@example.org]\n\tReason: Remote SMTP Server Returned: 554 5.7.1 Spam "
            "detected\n\nMessage headers follow:\n\n" + RETURNED,
        ),
        ("ada@example.org",),
        True,
    ),
    Sample(
        "biglobe",
        _mail(
            "postmaster@biglobe.example.jp",
            "Returned mail: Unable to deliver mail",
            "   ----- The following addresses had delivery problems -----\nada@example.org\n\n   ----- Non-delivered "
            "information -----\nThe number of messages in recipient's mailbox exceeded the local limit.\n\n" + RETURNED,
        ),
        ("ada@example.org",),
        True,
    ),
    Sample(
        "zoho",
        _mail(
            "mailer-daemon@mail.zoho.example",
            "Undelivered Mail Returned to Sender",
            "This message was created automatically by mail delivery software.\nA message that you sent could not be "
            "delivered to one or more of its recipients. This is a permanent error.\n\nada@example.org Invalid Address, "
            "ERROR_CODE :550, ERROR_CODE :5.1.1 <ada@example.org>... User Unknown\n\n\n" + RETURNED,
        ),
        ("ada@example.org",),
        True,
        True,
    ),
    Sample(
        "a French gateway",
        _mail(
            "postmaster@example.fr",
            "Message non remis",
            "Votre message n'a pas pu être distribué à :\n\n    ada@example.org\n\nMotif : boîte aux lettres inconnue\n",
        ),
        ("ada@example.org",),
        True,
        True,
    ),
    Sample(
        "a Chinese provider",
        _mail(
            "PostMaster@example.cn",
            "系统退信",
            "很抱歉，您的邮件无法投递到以下地址：\n\nada@example.org\n\n原因：收件人邮箱不存在。550 5.1.1 User not found\n",
        ),
        ("ada@example.org",),
        True,
        True,
    ),
    Sample(
        "a mobile gateway",
        _mail(
            "post_master@mms.example.com",
            "Undeliverable Message",
            "Message could not be delivered to mobile.\nError: No valid recipients for this MM\n\nRCPT TO: "
            "3125550100@mms.example.com\nMAIL FROM: dana@example.com\n",
        ),
        ("3125550100@mms.example.com",),
        True,
    ),
    Sample(
        "a label before the address",
        _mail(
            '"Postmaster" <postmaster@mx.example.net>',
            "Undeliverable Mail",
            f"User mailbox exceeds allowed size: ada@example.org\n\nOriginal message follows.\n\n{RETURNED}",
        ),
        ("ada@example.org",),
        True,
    ),
    Sample(
        "a group that can't be posted to",
        _mail(
            "Mail Delivery Subsystem <mailer-daemon@googlemail.com>",
            "Delivery Status Notification (Failure)",
            "Hello dana@example.com,\n\nWe're writing to let you know that the group you tried to contact (friends) may not "
            "exist, or you may not have permission to post messages to the group.\n",
            "X-Failed-Recipients: friends@groups.example.org\n",
        ),
        ("friends@groups.example.org",),
        True,
    ),
    Sample(
        "a report in text/html only",
        _mail(
            "MAILER-DAEMON@mx.example.net",
            "failure notice",
            "<html><body>Hi. This is the deliver program at mx.example.net.<br>I'm afraid I wasn't able to deliver your "
            "message to the following addresses.<br><br>ada@example.org<br>No such user<br><br>--- Attachment is a copy of "
            "the message.</body></html>",
            kind="text/html; charset=utf-8",
        ),
        ("ada@example.org",),
        True,
        True,
    ),
)

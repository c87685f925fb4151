"""Services that also carry the mail of other people's domains: known by their mail exchangers."""

from __future__ import annotations

from mailer.config.provider import Provider, SignIn, starttls, tls

_APP = SignIn.app_password
_TURN_ON_IMAP = "turn on IMAP in the mail settings of its web page first"

# https://www.zoho.com/mail/help/adminconsole/rates-and-limits.html. Users see their mail filed by the server
# (github.com/nylas/sync-engine/issues/365); no page of Zoho's says so of every message, so files_sent stays false.
_ZOHO_PER_HOUR = 50
_ZOHO_GOES_BY = "up to 500 for some accounts"

_BRIDGE_HOW = (
    "install Proton Mail Bridge, start it, and take the password it shows; export its certificate and name the file "
    "in account.ca_file"
)

HOSTING: tuple[Provider, ...] = (
    Provider(
        ("fastmail",),
        "Fastmail",
        tls("smtp.fastmail.com", 465),
        tls("imap.fastmail.com", 993),
        domains=(
            "fastmail.com",
            "fastmail.fm",
            "fastmail.net",
            "fastmail.org",
            "sent.com",
            "pobox.com",
            "mailbolt.com",
        ),
        mx=("messagingengine.com",),
        sign_in=_APP,
        how="make an app password under Settings, Privacy & Security, with access to mail (IMAP and SMTP)",
        page="https://www.fastmail.help/hc/en-us/articles/360058752854",
    ),
    Provider(
        ("proton", "protonmail"),
        "Proton Mail, through its Bridge on this machine",
        starttls("127.0.0.1", 1025),
        starttls("127.0.0.1", 1143),
        domains=("proton.me", "protonmail.com", "pm.me", "protonmail.ch"),
        mx=("mail.protonmail.ch",),
        # It files what it sent, and drops a second copy (github.com/ProtonMail/proton-bridge/issues/430). That the copy
        # keeps its Message-ID is said nowhere, so absence would prove nothing, and files_sent stays false.
        sign_in=_APP,
        per_day=150,  # https://proton.me/support/email-sending-limits
        per_hour=50,
        limits_go_by="on the free plan; a paid one goes by the account's reputation",
        how=_BRIDGE_HOW,
        page="https://proton.me/mail/bridge",
    ),
    Provider(
        ("mailbox.org", "mailbox"),
        "mailbox.org",
        tls("smtp.mailbox.org", 465),
        tls("imap.mailbox.org", 993),
        domains=("mailbox.org", "secure.mailbox.org"),
        mx=("mailbox.org",),
        how="with two-factor authentication, make an application password in the settings",
    ),
    Provider(
        ("zoho",),
        "Zoho Mail",
        tls("smtp.zoho.com", 465),
        tls("imap.zoho.com", 993),
        domains=("zoho.com", "zohomail.com"),
        mx=("zoho.com",),
        per_hour=_ZOHO_PER_HOUR,
        limits_go_by=_ZOHO_GOES_BY,
        how=_TURN_ON_IMAP + "; with two-factor authentication, make an application-specific password",
        page="https://www.zoho.com/mail/help/imap-access.html",
    ),
    Provider(
        ("zoho.eu",),
        "Zoho Mail (EU)",
        tls("smtp.zoho.eu", 465),
        tls("imap.zoho.eu", 993),
        domains=("zoho.eu", "zohomail.eu"),
        mx=("zoho.eu",),
        per_hour=_ZOHO_PER_HOUR,
        limits_go_by=_ZOHO_GOES_BY,
        how=_TURN_ON_IMAP + "; with two-factor authentication, make an application-specific password",
        page="https://www.zoho.com/mail/help/imap-access.html",
    ),
    Provider(
        ("migadu",),
        "Migadu",
        tls("smtp.migadu.com", 465),
        tls("imap.migadu.com", 993),
        mx=("migadu.com",),
    ),
    Provider(
        ("runbox",),
        "Runbox",
        tls("mail.runbox.com", 465),
        tls("mail.runbox.com", 993),
        domains=("runbox.com", "runbox.no"),
        mx=("runbox.com",),
        per_day=500,  # recipients, in 2014: https://blog.runbox.com/2014/05
    ),
    Provider(
        ("purelymail",),
        "Purelymail",
        tls("smtp.purelymail.com", 465),
        tls("imap.purelymail.com", 993),
        domains=("purelymail.com",),
        mx=("purelymail.com",),
        how="with two-factor authentication, make an app password",
    ),
    Provider(
        ("mailfence",),
        "Mailfence",
        tls("smtp.mailfence.com", 465),
        tls("imap.mailfence.com", 993),
        domains=("mailfence.com",),
        mx=("mailfence.com",),
        how="IMAP and SMTP are part of the paid plans",
    ),
    Provider(
        ("startmail",),
        "StartMail",
        tls("smtp.startmail.com", 465),
        tls("imap.startmail.com", 993),
        domains=("startmail.com",),
        mx=("startmail.com",),
        sign_in=_APP,
        how="make an app password under Settings, IMAP/SMTP",
    ),
    Provider(
        ("kolabnow",),
        "Kolab Now",
        tls("smtp.kolabnow.com", 465),
        tls("imap.kolabnow.com", 993),
        domains=("kolabnow.com", "mykolab.com"),
        mx=("kolabnow.com",),
    ),
    Provider(
        ("ionos", "1und1", "1and1"),
        "IONOS",
        tls("smtp.ionos.com", 465),
        tls("imap.ionos.com", 993),
        domains=("online.de", "onlinehome.de"),
        mx=("ionos.com", "ionos.de", "kundenserver.de", "1and1.com", "ionos.co.uk", "ionos.fr", "ionos.es"),
        per_hour=50,  # https://ionos.com/help/email/general-topics/what-are-the-mass-mailing-limits
        limits_go_by="in the first week; 500 an hour after 30 days",
    ),
    Provider(
        ("strato",),
        "STRATO",
        tls("smtp.strato.de", 465),
        tls("imap.strato.de", 993),
        mx=("rzone.de",),
    ),
    Provider(
        ("infomaniak",),
        "Infomaniak",
        tls("mail.infomaniak.com", 465),
        tls("mail.infomaniak.com", 993),
        domains=("ik.me", "etik.com", "ikmail.com"),
        mx=("infomaniak.ch", "infomaniak.com"),
        per_day=500,  # recipients in any 24 hours: https://www.infomaniak.com/en/support/faq/2065
        limits_go_by="on the free plan; 1,440 on a paid one",
        how="make a password for mail devices in the mailbox's settings, where two-factor authentication is on",
    ),
    Provider(
        ("ovh", "ovhcloud"),
        "OVHcloud",
        tls("ssl0.ovh.net", 465),
        tls("ssl0.ovh.net", 993),
        mx=("mail.ovh.net",),
    ),
    Provider(
        ("gandi",),
        "Gandi",
        tls("mail.gandi.net", 465),
        tls("mail.gandi.net", 993),
        mx=("mail.gandi.net",),
    ),
    Provider(
        ("one.com",),
        "one.com",
        tls("send.one.com", 465),
        tls("imap.one.com", 993),
        domains=("one.com",),
        mx=("one.com",),
    ),
    Provider(
        ("rackspace",),
        "Rackspace Email",
        tls("secure.emailsrvr.com", 465),
        tls("secure.emailsrvr.com", 993),
        mx=("emailsrvr.com",),
        per_day=10_000,  # recipients: docs.rackspace.com, "Rackspace Email sending limits"
    ),
    Provider(
        ("namecheap", "privateemail"),
        "Namecheap Private Email",
        tls("mail.privateemail.com", 465),
        tls("mail.privateemail.com", 993),
        mx=("privateemail.com",),
    ),
    Provider(
        ("dreamhost",),
        "DreamHost",
        tls("smtp.dreamhost.com", 465),
        tls("imap.dreamhost.com", 993),
        mx=("dreamhost.com",),
        per_hour=100,  # recipients: https://help.dreamhost.com/hc/en-us/articles/215730437
    ),
    Provider(
        ("hostinger",),
        "Hostinger",
        tls("smtp.hostinger.com", 465),
        tls("imap.hostinger.com", 993),
        mx=("hostinger.com",),
        per_day=1000,  # https://support.hostinger.com/en/articles/4625828
        limits_go_by="on Business Starter; 3,000 on Business Premium",
    ),
    Provider(
        ("godaddy",),
        "GoDaddy Workspace Email",
        tls("smtpout.secureserver.net", 465),
        tls("imap.secureserver.net", 993),
        mx=("secureserver.net",),
        per_day=250,  # recipients: https://www.godaddy.com/help/313
        limits_go_by="more can be bought, up to 500",
    ),
)

"""Google and Microsoft: the services that file sent mail by themselves, and that want OAuth 2.0 or soon will."""

from __future__ import annotations

from mailer.config.provider import Flow, OAuthEndpoints, Provider, SignIn, starttls, tls

# https://developers.google.com/gmail/imap/xoauth2-protocol; the device flow takes no mail scope
# (https://developers.google.com/identity/protocols/oauth2/limited-input-device#allowedscopes)
_GOOGLE = OAuthEndpoints(
    Flow.loopback,
    token="https://oauth2.googleapis.com/token",  # noqa: S106  an address, no password
    authorize="https://accounts.google.com/o/oauth2/v2/auth",
    scope="https://mail.google.com/",
    extra=(("access_type", "offline"), ("prompt", "consent")),  # else a second grant comes without a refresh token
)
_GOOGLE_HOW = (
    "make an app password (it takes 2-step verification); your own password is refused. Or register a client id of "
    "your own and sign in with OAuth 2.0"
)
_GOOGLE_PAGE = "https://support.google.com/accounts/answer/185833"


def _microsoft(tenant: str) -> OAuthEndpoints:
    """https://learn.microsoft.com/exchange/client-developer/legacy-protocols/how-to-authenticate-an-imap-pop-smtp-application-by-using-oauth"""
    base = "https://login.microsoftonline.com/{tenant}/oauth2/v2.0"
    return OAuthEndpoints(
        Flow.device,
        token=f"{base}/token",
        authorize=f"{base}/authorize",
        device=f"{base}/devicecode",
        scope="https://outlook.office.com/IMAP.AccessAsUser.All https://outlook.office.com/SMTP.Send offline_access",
        tenant=tenant,
    )


_OUTLOOK_DOMAINS = (
    *("outlook.com", "hotmail.com", "live.com", "msn.com", "windowslive.com", "passport.com", "outlook.de"),
    *("outlook.fr", "outlook.es", "outlook.it", "outlook.at", "outlook.be", "outlook.dk", "outlook.ie", "outlook.pt"),
    *("outlook.com.au", "outlook.com.br", "outlook.jp", "outlook.in", "hotmail.co.uk", "hotmail.fr", "hotmail.de"),
    *("hotmail.it", "hotmail.es", "hotmail.be", "hotmail.ca", "hotmail.nl", "live.co.uk", "live.fr", "live.de"),
    *("live.nl", "live.be", "live.ca", "live.it", "live.com.au", "live.dk", "live.no", "live.se", "live.at"),
)

GIANTS: tuple[Provider, ...] = (
    Provider(
        ("gmail", "googlemail", "google"),
        "Gmail",
        tls("smtp.gmail.com", 465),
        tls("imap.gmail.com", 993),
        domains=("gmail.com", "googlemail.com"),
        # "your sent messages will be automatically copied": support.google.com/mail/answer/78892
        files_sent=True,
        sign_in=SignIn.app_password,
        per_day=500,  # https://support.google.com/mail/answer/22839
        how=_GOOGLE_HOW,
        page=_GOOGLE_PAGE,
        oauth=_GOOGLE,
    ),
    Provider(
        ("google-workspace", "gsuite"),
        "Google Workspace",
        tls("smtp.gmail.com", 465),
        tls("imap.gmail.com", 993),
        mx=("google.com", "googlemail.com", "psmtp.com"),
        files_sent=True,  # as Gmail
        sign_in=SignIn.app_password,
        per_day=2000,  # https://support.google.com/a/answer/166852
        how=_GOOGLE_HOW + "; your administrator may allow only the latter",
        page=_GOOGLE_PAGE,
        oauth=_GOOGLE,
    ),
    Provider(
        ("outlook", "hotmail", "live", "msn"),
        "Outlook.com",
        starttls("smtp-mail.outlook.com"),
        tls("outlook.office365.com", 993),
        domains=_OUTLOOK_DOMAINS,
        files_sent=True,  # runs on Exchange Online, see there
        sign_in=SignIn.oauth2,
        # recipients: support.microsoft.com, "Sending limits in Outlook.com", 279ee200-594c-40f0-9ec8-bb6af7735c2e
        per_day=5000,
        limits_go_by="with a subscription; less without",
        how="passwords and app passwords are refused since September 2024: sign in with OAuth 2.0",
        page="https://support.microsoft.com/office/d088b986-291d-42b8-9564-9c414e2aa040",
        oauth=_microsoft("consumers"),
    ),
    Provider(
        ("office365", "microsoft365", "exchange-online"),
        "Microsoft 365",
        starttls("smtp.office365.com"),
        tls("outlook.office365.com", 993),
        domains=("onmicrosoft.com",),
        mx=("mail.protection.outlook.com", "mx.microsoft"),
        # Exchange keeps a copy of what it took: docs.nextcloud.com, "Avoid duplicate sent messages (Exchange / Office
        # 365)"; it may rewrite the Message-ID
        files_sent=True,
        sign_in=SignIn.oauth2,
        per_day=10_000,  # recipients; learn.microsoft.com, "Exchange Online limits", sending limits
        per_minute=30,  # the same page
        how="IMAP takes no password any more, and SMTP by default none from the end of December 2026: "
        "sign in with OAuth 2.0; your administrator must allow IMAP and authenticated SMTP for your mailbox",
        page="https://learn.microsoft.com/exchange/clients-and-mobile-in-exchange-online/deprecation-of-basic-authentication-exchange-online",
        oauth=_microsoft("organizations"),
    ),
)

"""Dovecot and Postfix together: real mailboxes, real submission, nothing beyond loopback."""

from __future__ import annotations

import contextlib
import smtplib
import ssl
import time
from collections.abc import Iterable, Iterator

from mailer.model import Secret, Security, Server
from tests.servers.certificates import Authority, Certificate
from tests.servers.dovecot import Dovecot, running_dovecot
from tests.servers.postfix import Postfix, running_postfix
from tests.servers.process import short_folder


class Password:
    """A model.Credential with a fixed password."""

    def __init__(self, username: str, password: str) -> None:
        self.username = username
        self._password = password

    def secret(self, refused: Secret | None = None) -> Secret:
        return Secret(self._password)


class MailSystem:
    """Mailboxes at example.org, example.com, example.net and mail.test. A name without `@` is at example.org."""

    host = "127.0.0.1"

    def __init__(self, authority: Authority, certificate: Certificate, dovecot: Dovecot, postfix: Postfix) -> None:
        self.authority, self.certificate = authority, certificate
        self.dovecot, self.postfix = dovecot, postfix
        self.ca_file = str(certificate.ca)
        self.smtp = Server(self.host, postfix.submission_port, Security.starttls, self.ca_file)
        self.smtps = Server(self.host, postfix.submissions_port, Security.tls, self.ca_file)
        self.imap = Server(self.host, dovecot.imap_port, Security.starttls, self.ca_file)
        self.imaps = Server(self.host, dovecot.imaps_port, Security.tls, self.ca_file)

    @staticmethod
    def address(name: str) -> str:
        return name if "@" in name else f"{name}@example.org"

    def add_users(self, names: Iterable[str]) -> list[str]:
        """Make mailboxes; give their addresses. Making one twice does nothing."""
        addresses = [self.address(name) for name in names]
        self.dovecot.add_users(addresses)
        self.postfix.add_mailboxes(addresses)
        return addresses

    def add_bouncing(self, names: Iterable[str]) -> list[str]:
        """Addresses that Postfix takes mail for and that then bounce with a report (RFC 3464)."""
        addresses = [self.address(name) for name in names]
        self.postfix.add_mailboxes(addresses)
        return addresses

    def password(self, name: str) -> str:
        return self.dovecot.password(self.address(name))

    def credential(self, name: str) -> Password:
        return Password(self.address(name), self.password(name))

    def deliver(self, name: str, message: bytes, *, folder: str = "INBOX", sender: str = "sender@example.net") -> None:
        """Put a message into a mailbox: over LMTP into the Inbox, by APPEND into another folder."""
        if folder == "INBOX":
            self.dovecot.deliver(self.address(name), message, sender)
        else:
            self.dovecot.append(self.address(name), folder, [message])

    def mailbox(self, name: str, folder: str = "INBOX") -> list[bytes]:
        """All messages of a folder, in its order."""
        return self.dovecot.messages(self.address(name), folder)

    def wait_for_mail(self, name: str, count: int = 1, *, folder: str = "INBOX", patience: float = 90) -> list[bytes]:
        """Messages of a folder once there are at least `count`. Fails after `patience` seconds."""
        deadline = time.monotonic() + patience
        while len(found := self.mailbox(name, folder)) < count:
            assert time.monotonic() < deadline, f"{len(found)} of {count} messages for {name} in {folder}"
            time.sleep(0.1)
        return found

    def submit(self, name: str, message: bytes, recipients: Iterable[str]) -> None:
        """Send through Postfix as this user, with the standard library's client."""
        with smtplib.SMTP(self.host, self.postfix.submission_port, timeout=60) as client:
            client.starttls(context=ssl.create_default_context(cafile=self.ca_file))
            client.login(self.address(name), self.password(name))
            client.sendmail(self.address(name), [self.address(r) for r in recipients], message)


@contextlib.contextmanager
def running_mail_system(introspection: str = "", authority: Authority | None = None) -> Iterator[MailSystem]:
    """Start both servers and stop them at the end. They take tokens, too, where `introspection` says who knows them.

    Raises ServerMissingError, ServerFailedError.
    """
    with contextlib.ExitStack() as stack:
        authority = authority or Authority(stack.enter_context(short_folder("mailer-ca-", mode=0o755)))
        certificate = authority.issue("server")
        dovecot_folder = stack.enter_context(short_folder("mailer-dc-", mode=0o755))
        dovecot = stack.enter_context(running_dovecot(dovecot_folder, certificate, introspection))
        postfix_folder = stack.enter_context(short_folder("mailer-pf-", mode=0o755))
        postfix = stack.enter_context(running_postfix(postfix_folder, dovecot))
        yield MailSystem(authority, certificate, dovecot, postfix)

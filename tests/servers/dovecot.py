"""A private Dovecot 2.3: IMAP (STARTTLS and TLS), LMTP, and the sign-in service that Postfix asks.

Everything lives in one folder; it runs as root (with Debian's dovecot users) or as an ordinary user.
"""

from __future__ import annotations

import contextlib
import getpass
import grp
import imaplib
import os
import signal
import smtplib
import ssl
from collections.abc import Iterable, Iterator
from pathlib import Path

from tests.servers.certificates import Certificate
from tests.servers.process import find_program, first_user, free_port, is_root, listens, start, stop, wait_for

CONFIGURATION = """
base_dir = {folder}/run
state_dir = {folder}/state
instance_name = mailer-test
log_path = {folder}/dovecot.log
protocols = imap lmtp
listen = 127.0.0.1
ssl = yes
ssl_cert = <{certificate}
ssl_key = <{key}
default_internal_user = {internal_user}
default_internal_group = {internal_group}
default_login_user = {login_user}
default_client_limit = 500
first_valid_uid = 1
mail_location = maildir:~/mail
mail_fsync = never
mail_max_userip_connections = 100
auth_mechanisms = plain login{token_mechanisms}
auth_failure_delay = 0
auth_username_format = %Lu
login_greeting = ready
postmaster_address = postmaster@example.org
{token_passdb}
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {folder}/users/%u
}}
userdb {{
  driver = passwd-file
  args = username_format=%u {folder}/users/%u
  default_fields = uid={mail_uid} gid={mail_gid} home={folder}/mail/%u
}}
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Sent {{
    special_use = \\Sent
    auto = subscribe
  }}
  mailbox Junk {{
    special_use = \\Junk
    auto = subscribe
  }}
  mailbox Archive {{
    special_use = \\Archive
    auto = subscribe
  }}
  mailbox Drafts {{
    special_use = \\Drafts
    auto = subscribe
  }}
}}
service imap-login {{
  chroot =
  service_count = 0
  client_limit = 400
  process_min_avail = 1
  inet_listener imap {{
    port = {imap_port}
  }}
  inet_listener imaps {{
    port = {imaps_port}
    ssl = yes
  }}
}}
service imap {{
  process_limit = 300
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
service auth {{
  unix_listener {folder}/auth {{
    mode = 0666
  }}
}}
service lmtp {{
  process_min_avail = 2
  inet_listener lmtp {{
    port = {lmtp_port}
  }}
}}
"""


TOKEN_PASSDB = """
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {folder}/oauth2.conf
}}
"""

TOKENS = """
introspection_mode = post
introspection_url = {url}
username_attribute = username
active_attribute = active
active_value = true
tls_ca_cert_file = {ca}
"""


class Dovecot:
    """A running server. Users sign in as their whole address with `password(address)`, or, where an `introspection`
    address is given, with a token that it knows."""

    def __init__(self, folder: Path, certificate: Certificate, introspection: str = "") -> None:
        self._introspection = introspection
        self.folder = folder
        self.certificate = certificate
        self.imap_port, self.imaps_port, self.lmtp_port = free_port(), free_port(), free_port()
        self.auth_socket = folder / "auth"
        self.log = folder / "dovecot.log"
        self._passwords: dict[str, str] = {}
        self._mail_user = first_user("nobody", "mail") if is_root() else None

    def password(self, address: str) -> str:
        return self._passwords.get(address, f"secret of {address}")

    def add_users(self, addresses: Iterable[str]) -> None:
        """Let these sign in and get mail, at once: Dovecot looks at a file it knows only once a second, so each user
        has one of their own."""
        for address in addresses:
            self._write_user(address)

    def set_password(self, address: str, password: str) -> None:
        """Change a password while the server runs; it counts within a second or two."""
        self._passwords[address] = password
        self._write_user(address)

    def _write_user(self, address: str) -> None:
        file = self.folder / "users" / address
        fresh = file.with_name("new")
        fresh.write_text(f"{address}:{{PLAIN}}{self.password(address)}::::::\n")
        fresh.chmod(0o644)
        fresh.replace(file)

    def configure(self) -> Path:
        """Write the configuration and the folders it names; give the file."""
        mail = self.folder / "mail"
        mail.mkdir()
        (self.folder / "users").mkdir()
        me = getpass.getuser() if self._mail_user is None else ""
        mine = grp.getgrgid(os.getgid()).gr_name
        if self._mail_user is not None:
            os.chown(mail, self._mail_user.pw_uid, self._mail_user.pw_gid)
        text = CONFIGURATION.format(
            folder=self.folder,
            token_mechanisms=" xoauth2 oauthbearer" if self._introspection else "",
            token_passdb=TOKEN_PASSDB.format(folder=self.folder) if self._introspection else "",
            certificate=self.certificate.certificate,
            key=self.certificate.key,
            internal_user=me or "dovecot",
            internal_group=mine if me else "dovecot",
            login_user=me or "dovenull",
            mail_uid=self._mail_user.pw_uid if self._mail_user else os.getuid(),
            mail_gid=self._mail_user.pw_gid if self._mail_user else os.getgid(),
            imap_port=self.imap_port,
            imaps_port=self.imaps_port,
            lmtp_port=self.lmtp_port,
        )
        tokens = self.folder / "oauth2.conf"
        tokens.write_text(TOKENS.format(url=self._introspection, ca=self.certificate.ca))
        file = self.folder / "dovecot.conf"
        file.write_text(text)
        return file

    def ready(self) -> bool:
        return all(map(listens, (self.imap_port, self.imaps_port, self.lmtp_port)))

    def connect(self, address: str) -> imaplib.IMAP4:
        """Sign in with the standard library's client, which shares no code with what is tested."""
        client = imaplib.IMAP4("127.0.0.1", self.imap_port, timeout=60)
        client.starttls(ssl.create_default_context(cafile=str(self.certificate.ca)))
        client.login(address, self.password(address))
        return client

    def messages(self, address: str, folder: str = "INBOX") -> list[bytes]:
        """Every message in a folder, in its order: for mails that arrived at nearly the same time, that may be another
        one than they were delivered in."""
        with self.connect(address) as client:
            client.select(folder, readonly=True)
            answer = client.uid("FETCH", "1:*", "(BODY.PEEK[])")[1]  # by UID: an empty folder is no error
            return [part[1] for part in answer if isinstance(part, tuple)]

    def append(self, address: str, folder: str, messages: Iterable[bytes]) -> None:
        """Put messages into a folder, as a mail program does."""
        with self.connect(address) as client:
            for message in messages:
                assert client.append(folder, "", "", message)[0] == "OK"

    def deliver(self, address: str, message: bytes, sender: str = "sender@example.net") -> None:
        """Deliver over LMTP, as a mail server does. Raises smtplib.SMTPException where refused."""
        with smtplib.LMTP("127.0.0.1", self.lmtp_port) as client:
            client.sendmail(sender, [address], message)


@contextlib.contextmanager
def running_dovecot(folder: Path, certificate: Certificate, introspection: str = "") -> Iterator[Dovecot]:
    """Start a server in `folder` (a short path, open to other users). Raises ServerMissingError, ServerFailedError."""
    program = find_program("dovecot")
    if is_root():
        first_user("dovecot")
    server = Dovecot(folder, certificate, introspection)
    file, output = server.configure(), folder / "output"
    with output.open("wb") as log:
        process = start([program, "-F", "-c", str(file)], log=log)
        try:
            wait_for(server.ready, process, output)
            yield server
        finally:
            stop(process, signal.SIGTERM)

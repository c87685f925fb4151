"""A private Postfix: submission with STARTTLS or TLS and a login, local delivery into Dovecot over LMTP.

Its master program refuses to run without root, so elsewhere it counts as missing.
"""

from __future__ import annotations

import contextlib
import grp
import itertools
import os
import signal
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

from tests.servers.dovecot import Dovecot
from tests.servers.process import (
    ServerMissingError,
    find_program,
    first_user,
    free_port,
    is_root,
    listens,
    start,
    stop,
    wait_for,
)

DOMAINS = ("example.org", "example.com", "example.net", "mail.test")

MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
command_directory = /usr/sbin
daemon_directory = {daemons}
mail_owner = postfix
setgid_group = postdrop
maillog_file = {folder}/postfix.log
maillog_file_prefixes = {folder}
myhostname = mail.test
mydestination =
mynetworks = 127.0.0.1/32
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
alias_maps =
alias_database =
local_recipient_maps =
local_transport = error:5.1.1 no local mailboxes
default_transport = error:5.4.4 no such domain in this test
relay_transport = error:5.4.4 no such domain in this test
virtual_mailbox_domains = {domains}
virtual_mailbox_maps = hash:{folder}/mailboxes
virtual_transport = lmtp:inet:127.0.0.1:{lmtp_port}
lmtp_destination_concurrency_limit = 10
smtp_dns_support_level = disabled
smtpd_peername_lookup = no
smtpd_sasl_type = dovecot
smtpd_sasl_path = {auth_socket}
smtpd_tls_cert_file = {certificate}
smtpd_tls_key_file = {key}
smtpd_relay_restrictions = permit_sasl_authenticated, reject
smtpd_recipient_restrictions = permit_sasl_authenticated, reject
smtpd_reject_unlisted_recipient = yes
smtpd_error_sleep_time = 0
smtpd_soft_error_limit = 1000
smtpd_hard_error_limit = 1000
smtpd_client_connection_count_limit = 0
smtpd_junk_command_limit = 1000
message_size_limit = 10240000
in_flow_delay = 0
notify_classes =
"""

MASTER = """
127.0.0.1:{submission_port} inet n - n - - smtpd
  -o smtpd_tls_security_level=encrypt -o smtpd_sasl_auth_enable=yes
127.0.0.1:{submissions_port} inet n - n - - smtpd
  -o smtpd_tls_wrappermode=yes -o smtpd_sasl_auth_enable=yes
cleanup   unix  n  -  n  -  0  cleanup
qmgr      unix  n  -  n  300  1  qmgr
tlsmgr    unix  -  -  n  1000?  1  tlsmgr
rewrite   unix  -  -  n  -  -  trivial-rewrite
bounce    unix  -  -  n  -  0  bounce
defer     unix  -  -  n  -  0  bounce
trace     unix  -  -  n  -  0  bounce
verify    unix  -  -  n  -  1  verify
proxymap  unix  -  -  n  -  -  proxymap
proxywrite unix -  -  n  -  1  proxymap
smtp      unix  -  -  n  -  -  smtp
error     unix  -  -  n  -  -  error
retry     unix  -  -  n  -  -  error
discard   unix  -  -  n  -  -  discard
lmtp      unix  -  -  n  -  -  lmtp
anvil     unix  -  -  n  -  1  anvil
scache    unix  -  -  n  -  1  scache
flush     unix  n  -  n  1000?  0  flush
showq     unix  n  -  n  -  -  showq
postlog   unix-dgram n - n - 1 postlogd
"""

PRIVATE_QUEUES = [
    "incoming",
    "active",
    "deferred",
    "bounce",
    "defer",
    "flush",
    "saved",
    "corrupt",
    "trace",
    "hold",
    "private",
]


class Postfix:
    """A running server; mail leaves it only into the Dovecot it was made for."""

    def __init__(self, folder: Path, dovecot: Dovecot, daemons: str) -> None:
        self.folder, self.dovecot, self.daemons = folder, dovecot, daemons
        self.submission_port, self.submissions_port = free_port(), free_port()
        self.log = folder / "postfix.log"
        self._mailboxes: set[str] = set()
        self._tables = itertools.count(1_000_000_000)

    def add_mailboxes(self, addresses: Iterable[str]) -> None:
        """Take mail for these; whether Dovecot knows them is another matter (then it bounces)."""
        self._mailboxes.update(addresses)
        table = self.folder / "mailboxes"
        table.write_text("".join(f"{address} yes\n" for address in sorted(self._mailboxes)))
        subprocess.run(
            [find_program("postmap"), "-c", str(self.folder), f"hash:{table}"],
            check=True,
            capture_output=True,
            timeout=120,
        )
        # Postfix reads a table again where its time differs in whole seconds, and two may be made within one
        made = next(self._tables)
        for file in (table, table.with_suffix(".db")):
            os.utime(file, (made, made))

    def configure(self) -> None:
        """Write main.cf, master.cf and the queue's folders with the owners that Postfix demands."""
        certificate = self.dovecot.certificate
        main = MAIN.format(
            folder=self.folder,
            daemons=self.daemons,
            domains=" ".join(DOMAINS),
            lmtp_port=self.dovecot.lmtp_port,
            auth_socket=self.dovecot.auth_socket,
            certificate=certificate.certificate,
            key=certificate.key,
        )
        (self.folder / "main.cf").write_text(main)
        ports = {"submission_port": self.submission_port, "submissions_port": self.submissions_port}
        (self.folder / "master.cf").write_text(MASTER.format(**ports))
        self._make_queues()
        self.add_mailboxes([])

    def _make_queues(self) -> None:
        owner, drop = first_user("postfix"), _group_of("postdrop")
        queue = self.folder / "queue"
        folders = [(self.folder / "data", 0o700, 0), (queue / "private", 0o700, 0), (queue / "pid", 0o755, 0)]
        folders += [(queue / name, 0o700, 0) for name in PRIVATE_QUEUES]
        folders += [(queue / "maildrop", 0o1730, drop), (queue / "public", 0o2710, drop)]
        for folder, mode, group in folders:
            folder.mkdir(parents=True, exist_ok=True)
            os.chown(folder, 0 if folder.name == "pid" else owner.pw_uid, group)
            folder.chmod(mode)

    def ready(self) -> bool:
        return listens(self.submission_port) and listens(self.submissions_port)


def _group_of(name: str) -> int:
    try:
        return grp.getgrnam(name).gr_gid
    except KeyError as error:
        raise ServerMissingError(f"the group {name} doesn't exist") from error


@contextlib.contextmanager
def running_postfix(folder: Path, dovecot: Dovecot) -> Iterator[Postfix]:
    """Start a server in `folder`. Raises ServerMissingError, ServerFailedError."""
    master = find_program("master", "/usr/lib/postfix/sbin", "/usr/libexec/postfix")
    if not is_root():
        raise ServerMissingError("Postfix starts only as root")
    server = Postfix(folder, dovecot, str(Path(master).parent))
    server.configure()
    with (folder / "output").open("wb") as log:
        process = start([master, "-c", str(folder), "-d"], log=log)
        try:
            wait_for(server.ready, process, server.log)
            yield server
        finally:
            stop(process, signal.SIGTERM)

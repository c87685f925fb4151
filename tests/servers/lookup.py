"""What discovery asks, on loopback: a name server, and a web server with autoconfig files."""

from __future__ import annotations

import contextlib
import socketserver
import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import dns.flags
import dns.message
import dns.rdataclass
import dns.rdatatype
import dns.rrset

from tests.servers.certificates import Certificate


class NameServer:
    """Answers from `records`: (name, kind) to texts such as `0 1 993 imap.example.org.`"""

    def __init__(self) -> None:
        self.records: dict[tuple[str, str], list[str]] = {}
        self.authenticated = False  # whether it says that DNSSEC vouches
        self.asked: list[str] = []
        self.port = 0

    def answer(self, question: bytes) -> bytes:
        message = dns.message.from_wire(question)
        made = dns.message.make_response(message)
        (query,) = message.question
        name, kind = query.name.to_text(omit_final_dot=True), dns.rdatatype.to_text(query.rdtype)
        self.asked.append(f"{name} {kind}")
        if values := self.records.get((name, kind)):
            made.answer.append(dns.rrset.from_text(query.name, 60, dns.rdataclass.IN, query.rdtype, *values))
        if self.authenticated:
            made.flags |= dns.flags.AD
        return bytes(made.to_wire())


@contextlib.contextmanager
def running_names() -> Iterator[NameServer]:
    names = NameServer()

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            data, socket = self.request
            socket.sendto(names.answer(data), self.client_address)

    with socketserver.ThreadingUDPServer(("127.0.0.1", 0), Handler) as server:
        names.port = server.server_address[1]
        with _serving(server):
            yield names


class Pages:
    """Answers GET from `pages`: a path to a body, or to a number and a place for a redirect."""

    def __init__(self) -> None:
        self.pages: dict[str, bytes | tuple[int, str]] = {}
        self.asked: list[str] = []
        self.port = 0

    def url(self, path: str) -> str:
        return f"https://127.0.0.1:{self.port}{path}"


@contextlib.contextmanager
def running_pages(certificate: Certificate) -> Iterator[Pages]:
    pages = Pages()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            pages.asked.append(self.path)
            found = pages.pages.get(self.path, (404, ""))
            body = found if isinstance(found, bytes) else b""
            self.send_response(200 if isinstance(found, bytes) else found[0])
            if not isinstance(found, bytes):
                self.send_header("Location", found[1])
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            with contextlib.suppress(OSError):  # who asked has had enough
                self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Nothing is said."""

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate.certificate, certificate.key)
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        pages.port = server.server_port
        with _serving(server):
            yield pages


@contextlib.contextmanager
def _serving(server: socketserver.BaseServer) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join(5)

"""An address leads to its servers: by the table, by DNS, by autoconfig files, by guesses; each says whence it is."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailer.cli.trying import answers
from mailer.config.provider import Flow
from mailer.discovery import Found, Places, find
from mailer.discovery.autoconfig import read
from mailer.discovery.names import Names
from mailer.errors import DiscoveryError
from mailer.https import MAX_ANSWER, exchange
from mailer.model import Security, Server
from tests.servers.certificates import Authority, Certificate, self_signed
from tests.servers.lookup import NameServer, Pages, running_names, running_pages
from tests.servers.scripted_imap import ScriptedImap

DANA = "dana@example.org"

FILE = """<?xml version="1.0"?>
<clientConfig version="1.1"><emailProvider id="x">
  <domain>example.org</domain>
  <incomingServer type="pop3"><hostname>pop.example.org</hostname><port>995</port>
    <socketType>SSL</socketType></incomingServer>
  <incomingServer type="imap"><hostname>clear.example.org</hostname><port>143</port>
    <socketType>plain</socketType></incomingServer>
  <incomingServer type="imap"><hostname>IMAP.example.org</hostname><port>993</port><socketType>SSL</socketType>
    <username>%EMAILLOCALPART%</username><authentication>password-cleartext</authentication></incomingServer>
  <outgoingServer type="smtp"><hostname>smtp.example.org</hostname><port>587</port>
    <socketType>STARTTLS</socketType><username>%EMAILLOCALPART%</username></outgoingServer>
  <enable visiturl="https://example.org/enable-imap"/>
</emailProvider></clientConfig>"""


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def certificate(authority: Authority) -> Certificate:
    return authority.issue("web")


@pytest.fixture
def names() -> Iterator[NameServer]:
    with running_names() as server:
        yield server


@pytest.fixture
def pages(certificate: Certificate) -> Iterator[Pages]:
    with running_pages(certificate) as server:
        yield server


@pytest.fixture
def places(names: NameServer, pages: Pages, authority: Authority) -> Places:
    return Places(
        own=(pages.url("/own?emailaddress={address}"), pages.url("/.well-known/{domain}.xml")),
        database=pages.url("/database/{domain}"),
        imap_hosts=(),
        smtp_hosts=(),
        nameserver="127.0.0.1",
        nameserver_port=names.port,
        ca_file=str(authority.ca),
    )


def no(kind: str, server: Server) -> bool:
    return False


def found(address: str, places: Places) -> list[Found]:
    return list(find(address, places, no))


def test_a_name_server_that_says_nothing_costs_one_wait(places: Places) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        names = Names(replace(places, nameserver_port=silent.getsockname()[1], seconds=0.2))
        assert not names.ask("example.org", "MX").records
        silent.setblocking(False)
        while True:
            try:
                silent.recv(512)
            except BlockingIOError:
                break
        assert not names.ask("_imaps._tcp.example.org", "SRV").records
        with pytest.raises(BlockingIOError):
            silent.recv(512)  # it was not asked again


@pytest.mark.parametrize("known", [True, False])
def test_where_nobody_answers_for_names_the_search_ends_unless_the_system_has_another_way(
    known: bool, places: Places, pages: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    def looked_up(*_: object) -> list[object]:
        if not known:
            raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent, monkeypatch.context() as patch:
        silent.bind(("127.0.0.1", 0))
        places = replace(places, own=places.own[:1], nameserver_port=silent.getsockname()[1], seconds=0.2)
        patch.setattr("mailer.discovery.names.socket.getaddrinfo", looked_up)
        if known:
            assert list(find(DANA, places, no)) == []
        else:
            with pytest.raises(DiscoveryError, match="nobody answers questions for names"):
                list(find(DANA, places, no))
    assert pages.asked == []  # its name could not be looked up


def test_an_international_domain_is_looked_for_by_its_ascii_name(places: Places, names: NameServer) -> None:
    found("dana@bücher.example", places)
    assert "xn--bcher-kva.example MX" in names.asked


def test_a_known_domain_needs_no_network(places: Places, names: NameServer, pages: Pages) -> None:
    (only,) = found("dana@gmail.com", places)
    assert only.provider is not None and only.provider.names[0] == "gmail"
    assert "table that comes with this program (Gmail)" in only.source
    assert not names.asked and not pages.asked


def test_a_domain_whose_mail_a_known_service_takes_leads_to_it(places: Places, names: NameServer) -> None:
    names.records["example.org", "MX"] = ["20 other.example.org.", "10 example-org.mail.protection.outlook.com."]
    only = found(DANA, places)[0]
    assert only.provider is not None and only.provider.names[0] == "office365"
    assert only.source == "who takes the mail of example.org: Microsoft 365"
    assert only.oauth is not None


def srv(names: NameServer, target: str) -> None:
    names.records["_imaps._tcp.example.org", "SRV"] = [f"10 1 993 imap.{target}", f"20 9 143 worse.{target}"]
    names.records["_submissions._tcp.example.org", "SRV"] = ["0 0 0 ."]  # not offered
    names.records["_submission._tcp.example.org", "SRV"] = [f"0 1 587 light.{target}", f"0 5 587 heavy.{target}"]


def test_srv_records_name_the_servers(places: Places, names: NameServer) -> None:
    srv(names, "example.org.")
    (only,) = found(DANA, places)
    assert (only.imap.host, only.imap.port, only.imap.security) == ("imap.example.org", 993, Security.tls)
    assert (only.smtp.host, only.smtp.security) == ("heavy.example.org", Security.starttls)
    assert only.source == "the SRV records of example.org" and only.trusted


def test_srv_records_that_lead_elsewhere_are_trusted_with_dnssec_only(places: Places, names: NameServer) -> None:
    srv(names, "elsewhere.test.")
    assert [each.trusted for each in found(DANA, places)] == [False]
    names.authenticated = True
    (only,) = found(DANA, places)
    assert only.trusted and "DNSSEC" in only.source


def test_a_domains_own_autoconfig_file_names_the_servers(places: Places, pages: Pages) -> None:
    pages.pages["/own?emailaddress=dana%40example.org"] = (302, "/moved")
    pages.pages["/moved"] = FILE.encode()
    (only,) = found(DANA, places)
    assert (only.imap.host, only.smtp.port, only.username) == ("imap.example.org", 587, "dana")
    assert only.source == "the autoconfig file of example.org"
    assert only.page == "https://example.org/enable-imap"


def test_the_public_database_is_asked_without_the_address(places: Places, pages: Pages) -> None:
    pages.pages["/database/example.org"] = FILE.encode()
    (only,) = found(DANA, places)
    assert only.source == "the public autoconfig database" and only.trusted
    assert not any("dana" in path for path in pages.asked if "database" in path)


def test_the_database_knows_who_takes_the_mail_but_the_owner_must_agree(
    places: Places, pages: Pages, names: NameServer
) -> None:
    names.records["example.org", "MX"] = ["10 mx1.hosting.test."]
    pages.pages["/database/hosting.test"] = FILE.encode()
    (only,) = found(DANA, places)
    assert only.source == "the public autoconfig database, for hosting.test" and not only.trusted


def test_servers_of_a_known_service_bring_what_the_table_knows_of_it(places: Places, names: NameServer) -> None:
    for label, target in (("_imaps", "imap.fastmail.com."), ("_submissions", "smtp.fastmail.com.")):
        names.records[f"{label}._tcp.example.org", "SRV"] = [f"0 1 465 {target}"]
    (only,) = found(DANA, places)
    assert only.provider is not None and only.provider.names[0] == "fastmail" and only.trusted


def test_guesses_are_tried_and_the_first_that_can_be_trusted_is_taken(
    places: Places, authority: Authority, certificate: Certificate
) -> None:
    offers = "IMAP4rev1 STARTTLS AUTH=PLAIN"
    stranger = self_signed(authority.folder, "stranger")
    with (
        ScriptedImap(offers, stranger).running() as bad,
        ScriptedImap(offers, certificate).running() as good,
    ):
        guessed = replace(
            places,
            imap_hosts=("localhost",),
            smtp_hosts=("localhost",),
            imap_ports=((1, Security.tls), (bad.port, Security.starttls), (good.port, Security.starttls)),
            smtp_ports=((2525, Security.starttls),),
        )
        only = next(find(DANA, guessed, lambda kind, server: kind == "smtp" or answers(kind, server, 60)))
        assert (only.imap.port, only.source) == (good.port, "a guess that answered")
        assert good.commands("AUTHENTICATE") == good.commands("LOGIN") == 0  # nobody's secret is tried


def test_nothing_found_is_an_empty_answer(places: Places) -> None:
    assert found(DANA, replace(places, nameserver_port=1, own=("http://127.0.0.1/", "https://[/"), seconds=0.2)) == []


def test_a_server_that_gives_its_header_drop_by_drop_is_left_in_time(
    certificate: Certificate, authority: Authority
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate.certificate, certificate.key)

    def drip(listener: socket.socket) -> None:
        with contextlib.suppress(OSError), context.wrap_socket(listener.accept()[0], server_side=True) as caller:
            caller.sendall(b"HTTP/1.1 200 OK\r\nX: ")
            for _ in range(400):  # an octet within each timeout
                caller.sendall(b"x")
                time.sleep(0.05)
            caller.sendall(b"\r\nContent-Length: 0\r\n\r\n")

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=drip, args=(listener,))
        thread.start()
        url = f"https://127.0.0.1:{listener.getsockname()[1]}/"
        with pytest.raises(TimeoutError, match="too slowly"):
            exchange(url, ca_file=str(authority.ca), seconds=2)
        thread.join()


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>' + FILE.partition("?>")[2].replace(
    "imap.example.org", "&b;"
)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<html><body>Not found",
        b"\xff\xfe\x00",
        BOMB.encode(),
        FILE.replace("SSL", "plain").encode(),
        FILE.replace("IMAP.example.org", "imap.example.org/evil").encode(),
        FILE.replace("993", "99999999999999").encode(),
        FILE.replace("993", "٩٩٣").encode(),
        FILE.replace('encoding="UTF-8"', "").replace('"1.0"', '"1.0" encoding="no-such"').encode(),
        b"<a>" * 50_000,
    ],
)
def test_a_file_that_cannot_be_used_names_nothing(data: bytes) -> None:
    assert read(data, DANA, "x") is None


@settings(max_examples=150, deadline=None)
@given(st.integers(0, len(FILE)), st.integers(0, 40), st.binary(max_size=20))
def test_a_damaged_file_names_servers_or_nothing(at: int, cut: int, instead: bytes) -> None:
    data = FILE.encode()
    named = read(data[:at] + instead + data[at + cut :], DANA, "x")
    assert named is None or (named.imap.security, named.imap.host) != (Security.none, "")


def test_a_file_that_offers_oauth_alone_says_where_it_is_granted() -> None:
    grants = (
        "<oAuth2><issuer>a.test</issuer><scope>mail</scope><authURL>https://a.test/a</authURL>"
        "<tokenURL>https://a.test/t</tokenURL></oAuth2></clientConfig>"
    )
    text = FILE.replace("password-cleartext", "OAuth2").replace("</clientConfig>", grants)
    only = read(text.encode(), DANA, "x")
    assert only is not None and only.oauth is not None
    assert (only.oauth.flow, only.oauth.token) == (Flow.loopback, "https://a.test/t")
    clear = read(text.replace("https://a.test/t", "http://a.test/t").encode(), DANA, "x")
    assert clear is not None and clear.oauth is None


def test_an_endless_file_is_cut_and_redirects_end(places: Places, pages: Pages) -> None:
    pages.pages["/own?emailaddress=dana%40example.org"] = (302, "/own?emailaddress=dana%40example.org")
    pages.pages["/database/example.org"] = b"<a>" * MAX_ANSWER
    assert found(DANA, places) == []
    assert sum("/own" in path for path in pages.asked) == 4

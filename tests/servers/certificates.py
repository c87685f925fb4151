"""Certificates for the test servers, made by the openssl program: good, expired, for another name, self-signed."""

from __future__ import annotations

import ipaddress
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.servers.process import find_program

LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class Certificate:
    """PEM files: the certificate, its key, and the certificate of who signed it (itself where self-signed)."""

    certificate: Path
    key: Path
    ca: Path


def _openssl(*arguments: object) -> None:
    command = [find_program("openssl"), *map(str, arguments)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)


def _alternative_names(names: tuple[str, ...]) -> str:
    parts = []
    for name in names:
        try:
            ipaddress.ip_address(name)
        except ValueError:
            parts.append(f"DNS:{name}")
        else:
            parts.append(f"IP:{name}")
    return "subjectAltName=" + ",".join(parts)


def _key(path: Path) -> Path:
    _openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", path)
    path.chmod(0o644)  # servers started by root read it as another user; it protects nothing
    return path


def self_signed(folder: Path, name: str = "self", names: tuple[str, ...] = LOOPBACK) -> Certificate:
    """A certificate that vouches for itself."""
    key, certificate = _key(folder / f"{name}.key"), folder / f"{name}.pem"
    subject = ["-subj", f"/CN={names[0]}", "-addext", _alternative_names(names)]
    _openssl("req", "-x509", "-new", "-key", key, "-days", 30, "-out", certificate, *subject)
    return Certificate(certificate, key, certificate)


class Authority:
    """A certificate authority of this test run; nobody else trusts it."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        key, self.ca = _key(folder / "ca.key"), folder / "ca.pem"
        _openssl(
            *("req", "-x509", "-new", "-key", key, "-days", 30, "-out", self.ca, "-subj", "/CN=Test authority"),
            *("-addext", "keyUsage=critical,keyCertSign,cRLSign"),
        )
        self._key = key

    def issue(self, name: str, names: tuple[str, ...] = LOOPBACK, *, days: int = 30) -> Certificate:
        """Sign a certificate for these host names; negative `days` gives one that has already expired."""
        key, request = _key(self.folder / f"{name}.key"), self.folder / f"{name}.csr"
        certificate, extensions = self.folder / f"{name}.pem", self.folder / f"{name}.ext"
        extensions.write_text(_alternative_names(names) + "\nextendedKeyUsage=serverAuth\n")
        _openssl("req", "-new", "-key", key, "-out", request, "-subj", f"/CN={names[0]}")
        _openssl(
            *("x509", "-req", "-in", request, "-CA", self.ca, "-CAkey", self._key, "-CAcreateserial"),
            *("-days", days, "-extfile", extensions, "-out", certificate),
        )
        return Certificate(certificate, key, self.ca)

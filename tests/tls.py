"""Certificates for the tests, made by the openssl command: an authority, and what it signs."""

import shutil
import ssl
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass(frozen=True)
class Pair:
    certificate: Path
    key: Path


class Authority:
    """A certificate authority in `folder`. Skips the test where there is no openssl command."""

    def __init__(self, folder: Path, name: str) -> None:
        if not shutil.which("openssl"):
            pytest.skip("the openssl command, which makes the certificates, is not installed")
        self._folder = folder
        # Python 3.13 refuses an authority that does not say that it may sign, and what does not name its authority.
        self._pair = self._new(name, "-x509", "-days", "2", "-addext", "keyUsage=critical,keyCertSign,cRLSign")
        self.certificate = self._pair.certificate

    def sign(self, name: str, *, alternative: str = "", days: int = 2) -> Pair:
        """A certificate for `name`, with `alternative` (such as IP:127.0.0.1), that ends in `days`, negative: ago."""
        request = self._new(name)
        extensions = self._folder / f"{name}.ext"
        names = f"subjectAltName={alternative}\n" if alternative else ""
        extensions.write_text(f"{names}basicConstraints=CA:FALSE\nauthorityKeyIdentifier=keyid\n")
        signed = self._folder / f"{name}.signed.pem"
        _openssl(
            *("x509", "-req", "-in", request.certificate, "-out", signed, "-days", str(days)),
            *("-CA", self._pair.certificate, "-CAkey", self._pair.key, "-CAcreateserial", "-extfile", extensions),
        )
        return Pair(signed, request.key)

    def _new(self, name: str, *options: str) -> Pair:
        made = Pair(self._folder / f"{name}.pem", self._folder / f"{name}.key")
        _openssl(
            *("req", "-new", *options, "-subj", f"/CN={name}", "-out", made.certificate, "-keyout", made.key),
            *("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"),
        )
        return made


def server_side(pair: Pair, clients: Path | None = None) -> ssl.SSLContext:
    """TLS for a server that shows `pair`, and that asks for a certificate signed by `clients` where that is given."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pair.certificate, pair.key)
    if clients:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(clients)
    return context


def _openssl(*arguments: object) -> None:
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)

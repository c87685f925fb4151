"""Builds the messages of these tests: a plain letter to the owner, with whatever headers a case needs."""

from __future__ import annotations

from base64 import b64encode

OWNER = "dana@example.com"


def letter(
    body: str,
    *,
    subject: str = "Re: Thank you",
    sender: str = "Ada Lovelace <ada@example.org>",
    to: str = "Dana Reyes <dana@example.com>",
    thread: bool = True,
    kind: str = "text/plain; charset=utf-8",
    **headers: str,
) -> bytes:
    """A message in UTF-8. Further headers are keywords with underscores; an empty value leaves a header out."""
    fields = {
        "From": sender,
        "To": to,
        "Subject": subject,
        "Date": "Mon, 23 Nov 2026 10:00:00 +0100",
        "Message-ID": "<answer@example.org>",
        "In-Reply-To": "<m1.token@example.com>" if thread else "",
        "MIME-Version": "1.0",
        "Content-Type": kind,
        "Content-Transfer-Encoding": "8bit",
    }
    fields |= {name.replace("_", "-"): value for name, value in headers.items()}
    return ("".join(f"{n}: {v}\n" for n, v in fields.items() if v) + "\n" + body).encode()


def multipart(kind: str, *parts: tuple[str, str], **headers: str) -> bytes:
    """A multipart message out of (content type, text) pairs."""
    pieces = "".join(f"--b1\nContent-Type: {part_kind}\n\n{text}\n" for part_kind, text in parts)
    return letter(f"{pieces}--b1--\n", kind=f'{kind}; boundary="b1"', **headers)


def base64_letter(body: bytes, charset: str, **headers: str) -> bytes:
    """A letter whose text is base64 in some charset."""
    kind = f"text/plain; charset={charset}" if charset else "text/plain"
    return letter(b64encode(body).decode(), kind=kind, Content_Transfer_Encoding="base64", **headers)

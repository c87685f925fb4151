"""Which folder is which: by special use (RFC 6154), else by the owner's names, else by the usual ones."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mailer.model import FolderRole

Listed = tuple[Sequence[bytes], bytes | None, str]
"""A folder as IMAP LIST gives it: flags, hierarchy delimiter, name."""

UNREADABLE = frozenset({b"\\noselect", b"\\nonexistent"})  # RFC 3501 section 7.2.2, RFC 5258 section 3

SPECIAL_USE: Mapping[FolderRole, tuple[bytes, ...]] = {
    FolderRole.sent: (b"\\sent",),
    FolderRole.junk: (b"\\junk", b"\\spam"),  # \Spam is XLIST's older word
    FolderRole.archive: (b"\\archive", b"\\all", b"\\allmail"),
    FolderRole.trash: (b"\\trash",),
}

USUAL_NAMES: Mapping[FolderRole, tuple[str, ...]] = {
    FolderRole.sent: (
        *("Sent", "Sent Items", "Sent Mail", "Sent Messages", "Sent-Mail"),
        *("Gesendet", "Gesendete Objekte", "Gesendete Elemente", "Gesendete Nachrichten"),
        *("Envoyés", "Messages envoyés", "Éléments envoyés", "Courrier envoyé"),
        *("Enviados", "Elementos enviados", "Mensajes enviados", "Correo enviado"),
        *("Itens enviados", "Enviadas", "E-mails enviados", "Mensagens enviadas"),
        *("Posta inviata", "Inviati", "Inviata", "Messaggi inviati"),
        *("Verzonden", "Verzonden items", "Verzonden berichten"),
        *("Skickat", "Skickade objekt", "Sendt", "Sendt post", "Sendte elementer", "Lähetetyt"),
        *("Wysłane", "Elementy wysłane", "Odeslané", "Odeslaná pošta", "Elküldött elemek", "Trimise"),
        *("Отправленные", "Надіслані", "Gönderilmiş Öğeler", "Απεσταλμένα"),
        *("送信済み", "送信済みアイテム", "送信済みメール", "已发送", "已发送邮件", "寄件備份", "보낸 편지함"),
    ),
    FolderRole.junk: (
        *("Junk", "Spam", "Junk Email", "Junk E-mail", "Junk Mail", "Bulk Mail", "Bulk"),
        *("Junk-E-Mail", "Spamverdacht", "Unerwünscht", "Werbung"),
        *("Courrier indésirable", "Indésirables", "Pourriel", "Correo no deseado", "No deseado"),
        *("Lixo eletrônico", "Lixo eletrónico", "Correio eletrónico não solicitado", "Posta indesiderata"),
        *("Ongewenste e-mail", "Ongewenst", "Skräppost", "Uønsket mail", "Søppelpost", "Roskaposti"),
        *("Wiadomości-śmieci", "Nevyžádaná pošta", "Levélszemét", "Спам", "Нежелательная почта", "Ανεπιθύμητα"),
        *("迷惑メール", "垃圾邮件", "垃圾郵件", "스팸 메일", "정크 메일"),
    ),
    FolderRole.archive: (
        *("Archive", "Archives", "All Mail", "Archiv", "Alle Nachrichten", "Tous les messages"),
        *("Archivo", "Archivos", "Todos", "Arquivo", "Arquivos", "Archivio", "Archief"),
        *("Arkiv", "Arkisto", "Archiwum", "Archív", "Arhiva", "Архив", "Αρχείο"),
        *("アーカイブ", "归档", "存档", "封存", "보관"),
    ),
    FolderRole.trash: (
        *("Trash", "Deleted Items", "Deleted Messages", "Bin", "Deleted"),
        *("Papierkorb", "Gelöscht", "Gelöschte Objekte", "Gelöschte Elemente"),
        *("Corbeille", "Éléments supprimés", "Papelera", "Elementos eliminados", "Lixeira", "Lixo", "Itens excluídos"),
        *("Cestino", "Posta eliminata", "Prullenbak", "Verwijderde items", "Papperskorgen", "Papirkurv", "Slettet"),
        *("Roskakori", "Kosz", "Koš", "Kuka", "Корзина", "Удаленные", "Кошик", "Çöp Kutusu", "Κάδος"),
        *("ゴミ箱", "已删除", "已删除邮件", "刪除的郵件", "휴지통"),
    ),
}
"""Names that mail programs and services give folders, best guess first."""


@dataclass(frozen=True, slots=True)
class FolderNames:
    """The owner's own names for folders, for servers that don't tell (RFC 6154); empty where not given."""

    sent: str = ""
    junk: str = ""
    archive: str = ""

    def of(self, role: FolderRole) -> str:
        """The name for this role, "" where there is none."""
        return {FolderRole.sent: self.sent, FolderRole.junk: self.junk, FolderRole.archive: self.archive}.get(role, "")


def _fold(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def _spellings(name: str, delimiter: bytes | None) -> tuple[str, str]:
    """A folder's whole name and its last part (`INBOX.Sent`, `[Gmail]/Sent Mail`), folded."""
    whole = _fold(name)
    mark = (delimiter or b"").decode("ascii", "replace")
    return whole, whole.rsplit(mark, 1)[-1] if mark else whole


def _depth(listed: Listed) -> int:
    mark = (listed[1] or b"").decode("ascii", "replace")
    return listed[2].count(mark) if mark else 0


def has_special_use(listing: Sequence[Listed]) -> bool:
    """True where the server marked at least one folder's use, so that its marks can be relied on."""
    known = {flag for flags in SPECIAL_USE.values() for flag in flags} | {b"\\drafts", b"\\trash"}
    return any(flag.lower() in known for flags, _, _ in listing for flag in flags)


def discover(listing: Sequence[Listed], names: FolderNames) -> dict[FolderRole, str]:
    """Which of these folders plays which role. The Inbox is always there (RFC 3501 section 5.1)."""
    readable = [f for f in listing if not UNREADABLE & {flag.lower() for flag in f[0]} and _fold(f[2]) != "inbox"]
    readable.sort(key=_depth)
    found = {FolderRole.inbox: "INBOX"}
    for role in SPECIAL_USE:
        rest = [folder for folder in readable if folder[2] not in found.values()]
        name = _by_flag(rest, role) or _by_name(rest, [names.of(role)]) or _by_name(rest, USUAL_NAMES[role])
        if name:
            found[role] = name
    return found


def _by_flag(listing: Sequence[Listed], role: FolderRole) -> str:
    for wanted in SPECIAL_USE[role]:
        for flags, _, name in listing:
            if wanted in {flag.lower() for flag in flags}:
                return name
    return ""


def _by_name(listing: Sequence[Listed], names: Sequence[str]) -> str:
    for wanted in filter(None, names):
        for _, delimiter, name in listing:
            if _fold(wanted) in _spellings(name, delimiter):
                return name
    return ""

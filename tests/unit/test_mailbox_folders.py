"""Which folder plays which role, on the servers people have."""

from __future__ import annotations

import pytest

from mailer.mailbox.folders import FolderNames, Listed, discover, has_special_use
from mailer.model import FolderRole


def listing(*names: str, delimiter: bytes = b"/") -> list[Listed]:
    return [((), delimiter, name) for name in names]


def flagged(**flags: str) -> list[Listed]:
    return [((flag.encode(),), b"/", name) for name, flag in flags.items()]


def test_special_use_wins_over_every_name() -> None:
    folders = [*listing("INBOX", "Sent"), *flagged(Outgoing=r"\Sent")]
    assert discover(folders, FolderNames(sent="Sent"))[FolderRole.sent] == "Outgoing"


def test_the_owners_name_wins_over_the_usual_ones() -> None:
    assert discover(listing("Sent", "Post/Raus"), FolderNames(sent="Post/Raus"))[FolderRole.sent] == "Post/Raus"


def test_a_name_that_is_not_there_is_passed_over() -> None:
    assert discover(listing("Sent"), FolderNames(sent="Nowhere"))[FolderRole.sent] == "Sent"


def test_gmails_folders_are_found() -> None:
    folders: list[Listed] = [
        ((b"\\HasNoChildren",), b"/", "INBOX"),
        ((b"\\HasChildren", b"\\Noselect"), b"/", "[Gmail]"),
        ((b"\\All", b"\\HasNoChildren"), b"/", "[Gmail]/All Mail"),
        ((b"\\HasNoChildren", b"\\Sent"), b"/", "[Gmail]/Sent Mail"),
        ((b"\\HasNoChildren", b"\\Junk"), b"/", "[Gmail]/Spam"),
    ]
    assert discover(folders, FolderNames()) == {
        FolderRole.inbox: "INBOX",
        FolderRole.sent: "[Gmail]/Sent Mail",
        FolderRole.junk: "[Gmail]/Spam",
        FolderRole.archive: "[Gmail]/All Mail",
    }


def test_names_below_the_inbox_are_found() -> None:
    folders = listing("INBOX", "INBOX.Sent", "INBOX.Junk", "INBOX.Archive", delimiter=b".")
    assert discover(folders, FolderNames())[FolderRole.sent] == "INBOX.Sent"


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("Gesendete Objekte", FolderRole.sent),
        ("Éléments envoyés", FolderRole.sent),
        ("E\u0301le\u0301ments envoye\u0301s", FolderRole.sent),
        ("ELEMENTOS ENVIADOS", FolderRole.sent),
        ("送信済み", FolderRole.sent),
        ("Спам", FolderRole.junk),
        ("Posta indesiderata", FolderRole.junk),
        ("Archief", FolderRole.archive),
    ],
)
def test_usual_names_are_known_in_some_languages(name: str, role: FolderRole) -> None:
    assert discover(listing("INBOX", name), FolderNames())[role] == name


def test_the_folder_nearest_the_root_is_taken() -> None:
    assert discover(listing("Old/2019/Sent", "Sent"), FolderNames())[FolderRole.sent] == "Sent"


def test_a_folder_that_cannot_be_opened_is_not_taken() -> None:
    folders: list[Listed] = [((b"\\Noselect",), b"/", "Sent"), ((), b"/", "Sent Items")]
    assert discover(folders, FolderNames())[FolderRole.sent] == "Sent Items"


def test_no_folder_plays_two_roles() -> None:
    found = discover(listing("INBOX", "Archive"), FolderNames(sent="Archive", archive="Archive"))
    assert found == {FolderRole.inbox: "INBOX", FolderRole.sent: "Archive"}


def test_a_listing_without_marks_is_known_as_such() -> None:
    assert not has_special_use(listing("INBOX", "Sent"))
    assert has_special_use(flagged(Drafts=r"\Drafts"))

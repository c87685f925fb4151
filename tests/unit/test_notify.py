"""systemd hears what it should, and a service without systemd says nothing."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from mailer.daemon.notify import Notifier
from tests.servers.process import short_folder
from tests.servers.service_manager import ServiceManager


@pytest.fixture
def manager() -> Iterator[ServiceManager]:
    with short_folder("mailer-notify-") as folder, ServiceManager(folder / "notify") as listening:
        yield listening


def test_ready_stopping_and_alive_are_said_in_systemds_words(manager: ServiceManager) -> None:
    notifier = Notifier(manager.environ)
    notifier.ready()
    notifier.alive()
    notifier.stopping()
    assert [manager.hear() for _ in range(3)] == [{"READY": "1"}, {"WATCHDOG": "1"}, {"STOPPING": "1"}]


def test_reloading_carries_the_monotonic_time_in_microseconds(manager: ServiceManager) -> None:
    Notifier(manager.environ).reloading()
    said = manager.hear()
    assert said["RELOADING"] == "1"
    assert abs(int(said["MONOTONIC_USEC"]) / 1e6 - time.monotonic()) < 60


def test_a_status_with_a_line_break_stays_one_line(manager: ServiceManager) -> None:
    Notifier(manager.environ).status("2 sent\nSTOPPING=1")
    assert manager.hear() == {"STATUS": "2 sent STOPPING=1"}


def test_an_abstract_socket_is_reached() -> None:
    name = f"mailer-test-{os.getpid()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(f"\0{name}")
        listening.settimeout(60)
        Notifier({"NOTIFY_SOCKET": f"@{name}"}).ready()
        assert listening.recv(100) == b"READY=1"


def test_without_a_service_manager_nothing_is_sent() -> None:
    Notifier({}).ready()


def test_a_service_manager_that_went_away_does_no_harm(tmp_path: Path) -> None:
    Notifier({"NOTIFY_SOCKET": str(tmp_path / "gone")}).ready()


def test_a_service_manager_that_does_not_listen_holds_nothing_up(manager: ServiceManager) -> None:
    notifier = Notifier(manager.environ)
    begun = time.monotonic()
    backlog = int(Path("/proc/sys/net/unix/max_dgram_qlen").read_text())
    for _ in range(backlog + 2):
        notifier.alive()
    assert time.monotonic() - begun < 60


@pytest.mark.parametrize(
    ("environ", "every"),
    [
        ({"WATCHDOG_USEC": "180000000"}, 90.0),
        ({"WATCHDOG_USEC": "180000000", "WATCHDOG_PID": str(os.getpid())}, 90.0),
        ({"WATCHDOG_USEC": "180000000", "WATCHDOG_PID": "1"}, None),
        ({"WATCHDOG_USEC": "soon"}, None),
        ({}, None),
    ],
)
def test_the_watchdog_is_answered_at_half_the_time_it_asks_of_this_process(
    environ: dict[str, str], every: float | None
) -> None:
    assert Notifier(environ).watchdog_every == every

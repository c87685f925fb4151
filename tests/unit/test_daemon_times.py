"""What the daemon promises of its times follows from how long it waits: clocks are not looked at, machines differ."""

from __future__ import annotations

from mailer.daemon import process


def test_all_waits_of_a_stop_together_are_less_than_the_ten_seconds_that_it_may_take() -> None:
    sending = process.POLITE + process.GRACE + process.LAST
    mailbox, note = process.LAST, process.LAST
    assert sending + mailbox + note < 9  # the last second is for threads that hang in the database


def test_files_are_looked_at_twice_within_the_two_seconds_in_which_a_change_is_noticed() -> None:
    assert process.LOOK <= 1.0

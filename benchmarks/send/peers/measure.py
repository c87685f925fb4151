"""What every contestant reports: time, processor time and peak memory of sending, as a line of JSON on stdout."""

import contextlib
import json
import resource
import sys
import time


def letters(folder):
    """(recipient, octets) of every letter, read before the clock starts."""
    with open(f"{folder}/letters.jsonl", encoding="ascii") as lines:
        return [(each["to"], each["raw"].encode()) for each in map(json.loads, lines)]


def processor():
    """Processor seconds of this process and of children that ended."""
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


class Watch:
    """A stopwatch for wall clock and processor."""

    def __init__(self):
        self.began, self.cpu = time.perf_counter(), processor()

    def report(self, sent, **more):
        """Print what was measured since the start."""
        seconds, cpu = time.perf_counter() - self.began, processor() - self.cpu
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        found = {"sent": sent, "seconds": seconds, "cpu": cpu, "peak_mib": peak, **more}
        print(json.dumps(found), file=sys.__stdout__, flush=True)


@contextlib.contextmanager
def quiet():
    """Let a program print what it likes, to nowhere."""
    with open("/dev/null", "w", encoding="utf-8") as nowhere, contextlib.redirect_stdout(nowhere):
        yield

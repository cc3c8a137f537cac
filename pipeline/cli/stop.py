"""Ctrl-C and SIGTERM: a command ends within two seconds, wherever it is."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any

STOPS = (signal.SIGINT, signal.SIGTERM)

PATIENCE = 0.8
"""Seconds that a command has to end by itself, before it is ended where it stands."""

TIDYING = 0.3
"""Seconds of them in which threads whose children were killed take away what they leave."""


@contextmanager
def stoppable(leave: Callable[[int], object]) -> Iterator[None]:
    """A stop is raised in the main thread; where that does not end in time, `leave` is told the exit code.

    Python raises between two steps of the main thread, and a recogniser can be one long step; and what is
    raised in a callback, as at a fork, is lost. A thread of its own hears each signal at once.
    """
    ears, mouth = os.pipe()
    if sys.platform != "win32":
        os.set_blocking(mouth, False)
    over, hook = threading.Event(), sys.unraisablehook

    def listen() -> None:
        while heard := os.read(ears, 1)[0]:
            if heard in STOPS and not over.wait(PATIENCE):
                leave(128 + heard)

    def unraisable(lost: Any) -> None:
        if not issubclass(lost.exc_type, KeyboardInterrupt | SystemExit):
            hook(lost)

    listener = threading.Thread(target=listen, daemon=True)
    listener.start()
    fd = signal.set_wakeup_fd(mouth, warn_on_full_buffer=False)
    before = {number: signal.getsignal(number) or signal.SIG_DFL for number in STOPS}
    for number, handler in before.items():
        if handler is not signal.SIG_IGN:  # what a shell runs in the background is deaf to Ctrl-C
            signal.signal(number, _raise)
    sys.unraisablehook = unraisable
    try:
        yield
    finally:
        over.set()
        sys.unraisablehook = hook
        for number, handler in before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(fd)
        os.write(mouth, b"\0")
        listener.join()
        os.close(mouth)
        os.close(ears)


def _raise(number: int, _: object) -> None:
    for one in STOPS:
        signal.signal(one, signal.SIG_IGN)  # once is enough: nobody is stopped while tidying up
    raise KeyboardInterrupt if number == signal.SIGINT else SystemExit(128 + number)


def let_threads_end() -> None:
    """Give threads whose children were killed the time to take away what they leave."""
    until = monotonic() + TIDYING
    for thread in threading.enumerate():
        if not (thread.daemon or thread in (threading.main_thread(), threading.current_thread())):
            thread.join(max(0.0, until - monotonic()))

"""Ctrl-C and SIGTERM while an event loop runs, as calls inside it: what was asked is paid for and worth waiting for.

SIGTERM reaches us as SIGINT (``cli.py`` passes it on and remembers the exit code). The first ones are handed to the
loop; after :data:`PATIENCE` of them somebody means it, and KeyboardInterrupt is raised wherever the program is.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import threading
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

PATIENCE: Final = 2


@contextlib.contextmanager
def interrupts(pull: Callable[[], None]) -> Iterator[None]:
    """Call ``pull`` in the running event loop at each of the first interrupts, while the block runs.

    Outside the main thread no signals arrive, and this does nothing.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    loop = asyncio.get_running_loop()
    seen = 0

    def interrupted(_number: int, _frame: FrameType | None) -> None:
        nonlocal seen
        seen += 1
        if seen > PATIENCE:
            raise KeyboardInterrupt
        loop.call_soon_threadsafe(pull)

    before = signal.signal(signal.SIGINT, interrupted)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)

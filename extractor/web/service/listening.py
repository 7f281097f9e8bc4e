"""The server process: what a signal means for the service, from the first Ctrl-C to the end.

uvicorn answers what is under way before it lets the application wind up, and after a second Ctrl-C it leaves that out.
A run goes on asking and spending meanwhile, and a reader of its progress would wait for its end. So the service is told
of each signal as it comes, and the process does not end before its run has.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import uvicorn

if TYPE_CHECKING:
    import socket
    from types import FrameType

    from extractor.web.service.service import Service


class Server(uvicorn.Server):
    """uvicorn's server of one service.

    Args:
        config: Of uvicorn, with the service's application.
        service: Told of each signal.
    """

    def __init__(self, config: uvicorn.Config, service: Service) -> None:
        super().__init__(config)
        self._service = service

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Take a signal: stop the run too, then what uvicorn does."""
        self._service.stop()
        super().handle_exit(sig, frame)

    def run(self, sockets: list[socket.socket] | None = None) -> None:
        """Serve until a signal comes or ``should_exit`` is set; returns when the run has ended too."""
        try:
            super().run(sockets)
        finally:
            if self._service.launcher is not None:
                self._service.launcher.close()

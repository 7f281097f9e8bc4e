"""The child process that holds the embedded model: llama.cpp's OpenAI-compatible server on a loopback port.

It is a process of its own because the library cannot be stopped safely from inside ours: while a request is being
answered its destructor waits for ever with Python's global lock held, and an exit without it crashes. A process can
always be ended, an abort of the C++ code takes only the child along, and its output can't get into ours.

Started by :mod:`extractor.llm.embedded` by the path of this file, so it may import nothing of extractor. One JSON
object comes in on standard input, one goes out on standard output (``{"url": …}`` or ``{"error": …}``), and when
standard input ends, because the parent closed it or died in whatever way, the child is gone at once.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any


def main() -> None:
    """Serve until standard input ends."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever the C++ code prints must not get between the answers
    try:
        server = serve(json.loads(sys.stdin.readline()))
    except Exception as exc:  # noqa: BLE001 -- any failure to start is told to the parent, which raises it
        print(json.dumps({"error": f"{type(exc).__name__}: {exc}"}), file=answers, flush=True)
        os._exit(1)
    print(json.dumps({"url": server.listening_address}), file=answers, flush=True)
    sys.stdin.read()
    os._exit(0)  # never through the library's destructors, see above


def serve(order: dict[str, Any]) -> Any:  # noqa: ANN401 -- the library has no types
    """Load the model and return the running server; it listens when this returns."""
    import xllamacpp  # noqa: PLC0415 -- so that a failing import is answered like any other failure

    params = xllamacpp.CommonParams()
    params.model.path = order["path"]
    params.model_alias = {order["name"]}
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.api_keys = [order["api_key"]]
    params.ui = False
    params.endpoint_slots = False
    params.endpoint_metrics = False
    params.endpoint_props = False
    params.verbosity = 1  # errors only; nothing of an article is logged at this level

    params.n_parallel = order["slots"]
    params.n_ctx = order["slots"] * order["context"]
    params.cache_prompt = True
    params.cache_ram_mib = order["cache_mib"]
    # Reusing chunks at shifted positions would make an answer depend on what was asked before it.
    params.n_cache_reuse = 0
    params.ctx_shift = False

    params.n_gpu_layers = 0
    params.fit_params = False  # the settings are given; trying which fit costs 0.6 s
    params.no_extra_bufts = not order["repack"]
    for cpu, threads in ((params.cpuparams, order["threads"]), (params.cpuparams_batch, order["batch_threads"])):
        cpu.n_threads = threads
        cpu.poll = order["poll"]
    return xllamacpp.Server(params)


if __name__ == "__main__":
    main()

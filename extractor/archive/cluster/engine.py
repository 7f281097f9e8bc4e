"""Ray: one task per shard, and a named actor that holds the :class:`extractor.archive.cluster.leases.Gate`.

Without ``RAY_ADDRESS`` a cluster is started on this machine, reachable from it alone, and ended with the sitting. Ray's
usage reports and its dashboard are off. Ray retries nothing: a task whose process died is lent again by the head.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from extractor.archive.cluster.head import WorkerLostError
from extractor.archive.cluster.leases import Gate, LeasedPace, LeasedSpend, watch
from extractor.archive.cluster.shards import prompt_from, work_off
from extractor.archive.run import Brake
from extractor.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from extractor.archive.budget import Bound, Spend
    from extractor.archive.cluster.parts import Part
    from extractor.archive.cluster.shards import Order, Shard
    from extractor.llm.pace import Pace
    from extractor.prompts.registry import Prompt

_NAMESPACE: Final = "extractor"
_MEMORY: Final = 80 * 1024 * 1024
"""Bytes of a local cluster's object store, near Ray's minimum: shards are small, and results are files."""
_WAITING: Final = 10_000
"""Requests that may stand in the actor's line at once."""


@dataclass(frozen=True, slots=True)
class Shared:
    """What a cluster's workers share."""

    pace: Pace
    spend: Spend | None = None
    """None: nobody counts."""
    bound: Callable[[Prompt], Bound] | None = None
    """Makes what works out the most that an article can cost; where there is a ``spend``."""


@dataclass(frozen=True, slots=True)
class _Told:
    """What a worker is told besides its shard."""

    order: Order
    actor: Any
    bound: Callable[[Prompt], Bound] | None
    cap: str


@contextlib.contextmanager
def cluster(order: Order, shared: Shared, *, workers: int, name: str) -> Iterator[RayHands]:
    """Lend a cluster's workers.

    Args:
        order: What they are told.
        shared: What the actor holds for all.
        workers: Processes of a local cluster.
        name: Of the actor.

    Raises:
        UsageError: Ray is not installed.
    """
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    try:
        import ray  # noqa: PLC0415 - an extra, and slow to load
    except ImportError as error:
        raise UsageError("--engine ray needs Ray", hint="pip install 'extractor[ray]'") from error
    own = {"num_cpus": workers, "object_store_memory": _MEMORY, "_node_ip_address": "127.0.0.1"}
    local: dict[str, Any] = {} if os.environ.get("RAY_ADDRESS") else own
    ray.init(include_dashboard=False if local else None, log_to_driver=False, namespace=_NAMESPACE, **local)
    try:
        gate = ray.remote(Gate).options(name=name, num_cpus=0, max_concurrency=_WAITING)
        actor = gate.remote(shared.pace, shared.spend)
        yield RayHands(_Told(order, actor, shared.bound, str(shared.spend)))
    finally:
        ray.shutdown()


class RayLine:
    """A line to the actor."""

    def __init__(self, actor: Any) -> None:  # noqa: ANN401 - Ray's handles have no type
        self._actor = actor

    def call(self, method: str, *told: Any) -> Awaitable[Any]:  # noqa: ANN401 - see Line
        """Call and wait in the event loop."""
        found: Awaitable[Any] = getattr(self._actor, method).remote(*told)
        return found

    def tell(self, method: str, *told: Any) -> None:  # noqa: ANN401 - see Line
        """Call and go on."""
        getattr(self._actor, method).remote(*told)

    def ask(self, method: str, *told: Any) -> Any:  # noqa: ANN401 - see Line
        """Call and hold everything until it has answered: a millisecond or so."""
        import ray  # noqa: PLC0415 - an extra

        return ray.get(getattr(self._actor, method).remote(*told))


class RayHands:
    """The workers of a Ray cluster, as the head sees them."""

    def __init__(self, told: _Told) -> None:
        import ray  # noqa: PLC0415 - an extra

        self._line, self._told = RayLine(told.actor), told
        self._remote = ray.remote(num_cpus=1, max_retries=0)(_work)

    async def work(self, shard: Shard, worker: str) -> Part:
        """Have a shard worked on; see :class:`extractor.archive.cluster.head.Hands`."""
        from ray.exceptions import RayError, RayTaskError  # noqa: PLC0415 - an extra

        try:
            part: Part = await self._remote.remote(shard, worker, self._told)
        except RayTaskError as error:
            raise error.cause if isinstance(error.cause, Exception) else error from None
        except RayError as error:
            await self._line.call("bury", worker)
            raise WorkerLostError(
                f"the worker of shard {shard.name} died: {type(error).__name__}", hint="out of memory? resume the run"
            ) from None
        return part

    async def pull(self) -> None:
        """Pull every worker's brake once more."""
        await self._line.call("pull")


def _work(shard: Shard, worker: str, told: _Told) -> Part:
    """Work on a shard, in a process of the cluster."""
    return asyncio.run(_work_on(shard, worker, told))


async def _work_on(shard: Shard, worker: str, told: _Told) -> Part:
    brake, line, bound = Brake(), RayLine(told.actor), told.bound
    watching = asyncio.create_task(watch(line, brake))
    try:
        return await work_off(
            told.order,
            shard,
            brake,
            pace=LeasedPace(line),
            spend=LeasedSpend(line, worker, told.cap) if bound else None,
            bound=bound(prompt_from(told.order)) if bound else None,
        )
    finally:
        watching.cancel()

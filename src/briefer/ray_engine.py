"""The engine for a cluster: Ray Data, with actors that load the models once.

Actors read the reports where they lie (a folder that all nodes see, or an object store); results come back to
the process that began the run, which keeps them as it does for every engine. So the ledger is the checkpoint: a
lost worker costs what it had in hand, a lost node a new attempt at what is left, a killed driver nothing more.
"""

from __future__ import annotations

import logging
import os
import socket
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Any, Final

import msgspec

from briefer.engines import Job, Task, read, summarized
from briefer.errors import BrieferError, EngineError
from briefer.ledger import Result
from briefer.models.catalog import WRITERS
from briefer.models.runtime import ON_CPU, ON_GPU
from briefer.pipeline import load_models
from briefer.reading.archive import is_absolute
from briefer.reading.untrusted import GuardedReader

_WAVE: Final = 200_000  # reports of a dataset: what is known of them lies in the driver's memory
_BATCH: Final = 8  # reports that an actor is given at once
_BATCH_WRITERS: Final = {"cpu": 2 * ON_CPU, "gpu": ON_GPU}
_BLOCK: Final = 64  # reports of a Ray block; without it small inputs fall on one actor
_ATTEMPTS: Final = 5  # in a row that bring nothing
_REACHED: Final = 10.0  # seconds until a cluster has to answer
_PAUSE: Final = 3.0  # seconds before an attempt at what is left
_OFF: Final = {
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_DATA_DISABLE_PROGRESS_BARS": "1",
    "RAY_BACKEND_LOG_LEVEL": "fatal",
}


class Summarizer:
    """An actor: models and a guarded reader, for as long as it lives.

    Args:
        job: how reports are done, in msgpack.
        folder: that the run was begun in; places may be relative to it.

    Raises:
        FileNotFoundError: this node does not see the folder.
    """

    def __init__(self, job: bytes, folder: str) -> None:
        os.chdir(folder)
        self._job = msgspec.msgpack.decode(job, type=Job)
        self._models = load_models(self._job.settings, lambda _: None)
        self._reader = GuardedReader()

    def __call__(self, batch: dict[str, Any]) -> dict[str, list[bytes]]:
        """Do a batch: tasks in msgpack in the column ``task``, results in ``result``."""
        tasks = [msgspec.msgpack.decode(bytes(body), type=Task) for body in batch["task"]]
        readings = (read(task, self._reader, self._job) for task in tasks)
        results = summarized(readings, lambda: self._models, self._job)
        return {"result": [msgspec.msgpack.encode(result) for result in results]}


class Cluster:
    """Actors on every node of a Ray cluster.

    Args:
        job: how reports are done.
        workers: actors; if not given, one for each GPU of the cluster where a model writes in torch, else for each core but one.
        address: of the cluster, ``HOST:PORT`` or ``auto``; one is begun on this machine if not given.
        say: told of attempts.
    """

    reads = True

    def __init__(self, job: Job, workers: int | None, address: str | None, say: Callable[[str], None]) -> None:  # fmt: skip
        self._job, self._workers, self._address, self._say = job, workers, address, say
        self._gpus = 0

    def run(self, tasks: Iterator[Task]) -> Generator[Result | None, None, None]:
        """See `engines.Engine`.

        Raises:
            EngineError: Ray is not installed, the cluster cannot be reached, or attempt after attempt brings nothing.
        """
        if self._address is not None and _has_token():
            # `ray start --head` asks for it then, and `ray.init` does not say it by itself (2.60).
            os.environ.setdefault("RAY_AUTH_MODE", "token")
        ray = _ray()
        self._begin(ray)
        try:
            while wave := {task.seq: task for task in islice(tasks, _WAVE)}:
                yield from self._do(ray, wave)
        finally:
            ray.shutdown()

    def _begin(self, ray: Any) -> None:
        options: dict[str, Any] = {"log_to_driver": False, "logging_level": logging.CRITICAL, "configure_logging": True}  # fmt: skip
        if self._address is None:
            # One more than actors: Ray Data wants a core for its own tasks, and waits for ever without.
            wanted = self._workers or max(1, len(os.sched_getaffinity(0)))
            options |= {"address": "local", "num_cpus": wanted + 1, "include_dashboard": False}
            self._workers = wanted
        else:
            options["address"] = self._address
            _see_to(self._address)
        try:
            ray.init(**options)
        # ConnectionError, RuntimeError, ValueError, as its version has it.
        except Exception as error:
            raise EngineError(f"the cluster cannot be reached ({' '.join(str(error).split())[:160]})", where=self._address or "", hint="Begin one with `ray start --head`, and see docs/cluster.md") from error  # fmt: skip
        resources = ray.cluster_resources()
        settings = self._job.settings
        # Without a GPU of its own an actor is shown none.
        if settings.runtime == "torch" and settings.model.kind in WRITERS:
            self._gpus = int(resources.get("GPU", 0))
        self._workers = self._workers or self._gpus or max(1, int(resources.get("CPU", 1)) - 1)

    def _do(self, ray: Any, wave: dict[int, Task]) -> Iterator[Result | None]:
        """Results of a wave, however many attempts it takes while each brings something."""
        barren = 0
        while wave:
            before = len(wave)
            try:
                with closing(self._attempt(ray, list(wave.values()))) as results:
                    for result in results:
                        if wave.pop(result.seq, None) is not None:
                            yield result
            except (BrieferError, GeneratorExit):
                raise
            except Exception as error:  # a lost node ends the whole dataset, in one of many ways
                barren = 0 if len(wave) < before else barren + 1
                words = (str(error).strip().splitlines() or [""])[-1][:160]
                if barren == _ATTEMPTS:
                    raise EngineError(f"the cluster fails, again and again ({type(error).__name__}: {words})", where=self._address or "", hint="See the logs of the nodes; what was done is kept, and the same command goes on") from error  # fmt: skip
                self._say(f"the cluster lost work ({type(error).__name__}); going on with {len(wave):,} reports")  # fmt: skip
                yield None
                time.sleep(_PAUSE)
            else:
                if wave:
                    raise EngineError(f"the cluster gave no result for {len(wave):,} reports", hint="Run the same command again")  # fmt: skip

    def _attempt(self, ray: Any, tasks: list[Task]) -> Generator[Result, None, None]:
        size = _BATCH
        if self._job.settings.model.kind in WRITERS:
            size = _BATCH_WRITERS["gpu" if self._gpus else "cpu"]
        is_relative = any(t.place and not is_absolute(t.place.path) for t in tasks)
        items = [{"task": msgspec.msgpack.encode(task)} for task in tasks]
        workers = self._workers or 1
        n_blocks = max(min(len(items), 4 * workers), len(items) // max(_BLOCK, size))
        made = ray.data.from_items(items, override_num_blocks=n_blocks).map_batches(
            _actor_of(msgspec.msgpack.encode(self._job), str(Path.cwd()) if is_relative else "/"),
            batch_size=size,
            compute=ray.data.ActorPoolStrategy(min_size=1, max_size=workers),
            num_cpus=1,
            num_gpus=1 if self._gpus else 0,
            runtime_env={"env_vars": {"BRIEFER_THREADS": "1", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}},
        )  # fmt: skip
        for batch in made.iter_batches(batch_size=None, prefetch_batches=0):
            for body in batch["result"]:
                yield msgspec.msgpack.decode(bytes(body), type=Result)


def _actor_of(job: bytes, folder: str) -> type[Summarizer]:
    """A class that knows its job: arguments would lie in the object store, and be lost with a node."""

    class Actor(Summarizer):
        def __init__(self) -> None:
            super().__init__(job, folder)

    return Actor


def _see_to(address: str) -> None:
    """See that somebody listens at an address: Ray ends the whole process where nobody does.

    Raises:
        EngineError: nobody does.
    """
    host, _, port = address.removeprefix("ray://").rpartition(":")
    if not port.isdecimal():
        return  # "auto"
    try:
        socket.create_connection((host, int(port)), _REACHED).close()
    except (OSError, OverflowError) as error:
        raise EngineError(f"the cluster cannot be reached ({error})", where=address, hint="Begin one with `ray start --head`, and see docs/cluster.md") from error  # fmt: skip


def _has_token() -> bool:
    named = os.environ.get("RAY_AUTH_TOKEN") or os.environ.get("RAY_AUTH_TOKEN_PATH")
    return bool(named) or (Path.home() / ".ray" / "auth_token").exists()


def _ray() -> Any:
    os.environ.update({name: os.environ.get(name, value) for name, value in _OFF.items()})
    try:
        import ray
        import ray.data
    except ImportError as error:
        raise EngineError("the engine ray needs Ray", hint="pip install 'briefer[ray]' on every node") from error  # fmt: skip
    for name in ("ray", "ray.data"):  # what fails is said by us
        logging.getLogger(name).setLevel(logging.CRITICAL)
    context = ray.data.DataContext.get_current()
    context.enable_progress_bars = False
    context.execution_options.preserve_order = False
    return ray

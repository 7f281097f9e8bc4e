"""``extractor serve``: the pages and the HTTP API, on this machine only unless said otherwise."""

from __future__ import annotations

import os
import secrets
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from extractor.commands import options  # noqa: TC001 - typer reads it when the command is made

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from extractor.web.service.service import Places, Service

app = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=False)

TOKEN_VARIABLE: Final = "EXTRACTOR_SERVE_TOKEN"  # noqa: S105 - a name, not the token
_SHORTEST_TOKEN: Final = 16
_GRACE: Final = 600
"""Seconds that requests under way may take after the first Ctrl-C; a second Ctrl-C ends them."""


@app.command()
def serve(  # noqa: PLR0913 - one parameter for each option
    *,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0: any that is free.")] = 8017,
    model: options.Model = None,
    base_url: options.BaseUrl = None,
    api_key_env: options.ApiKeyEnv = None,
    prompt: options.Prompt = None,
    prompts_dir: options.PromptsDir = None,
    deadline: options.Deadline = None,
    concurrency: options.Concurrency = None,
    store: Annotated[Path, typer.Option(metavar="FILE", help="Store whose runs are shown.")] = Path(
        "extractor-archive.db"
    ),
    sources: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Runs begun over HTTP may name what lies below.", show_default="none"),
    ] = None,
    runs: Annotated[Path, typer.Option(metavar="FOLDER", help="Kept evaluation runs.")] = Path("eval-runs"),
    set_: Annotated[
        Path | None, typer.Option("--set", metavar="FOLDER", help="Labelled set.", show_default="the shipped one")
    ] = None,
    i_am_not_tuning: Annotated[bool, typer.Option(help="Show articles of the half test too.")] = False,
    budget: Annotated[
        float | None, typer.Option(min=0, metavar="USD", help="Refuse requests once this is spent.")
    ] = None,
    callers: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="TOML: other callers, their tokens and limits.", show_default="none"),
    ] = None,
    max_body: Annotated[int, typer.Option(min=1_000, metavar="BYTES", help="Largest request.")] = 4_000_000,
) -> None:
    """Serve the pages and the HTTP API to this machine.

    Prints an address with a token; whoever has it may ask the model. EXTRACTOR_SERVE_TOKEN sets the token. Ctrl-C
    answers what is under way and stops.
    """
    require_extra("serve", "fastapi", "uvicorn", "prometheus_client", "multipart")
    from extractor.web.service.launching import Launcher  # noqa: PLC0415 - --help must not load what only a run needs
    from extractor.web.service.service import Places  # noqa: PLC0415

    flags = {
        "model": model,
        "base_url": base_url,
        "api_key_env": api_key_env,
        "prompt": prompt,
        "prompts_dir": prompts_dir,
        "deadline": deadline,
        "concurrency": concurrency,
    }
    places = Places(store, runs, set_)
    service = service_of(flags, places, budget=budget, body=max_body, not_tuning=i_am_not_tuning)
    service.launcher = Launcher(store, _run_options(flags, service), sources)
    token = _token()
    _run(service, host, port, token, _let_in(service, callers, token))


def service_of(
    flags: Mapping[str, Any], places: Places, *, budget: float | None, body: int = 4_000_000, not_tuning: bool = False
) -> Service:
    """Return the service that options, environment and settings file mean; raises UsageError where they cannot work."""
    from extractor.commands.choice import prompt_for  # noqa: PLC0415 - --help must not load what only a run needs
    from extractor.commands.extract_run import fetch  # noqa: PLC0415
    from extractor.commands.pricing import bound_for  # noqa: PLC0415
    from extractor.llm.open import chosen_model, open_model  # noqa: PLC0415
    from extractor.llm.open import concurrency as at_once  # noqa: PLC0415
    from extractor.settings import load_settings  # noqa: PLC0415
    from extractor.web.service.service import Limits, Service  # noqa: PLC0415

    settings = load_settings(flags)
    choice = chosen_model(settings)
    if choice.kind == "embedded":
        fetch(choice.name, quiet=False)
    service = Service(
        lambda: open_model(settings, choice),
        choice.name,
        prompt_for(settings, choice),
        replace(places, prompts=Path(settings.prompts_dir) if settings.prompts_dir else None),
        Limits(body=body, concurrency=at_once(settings, choice), budget=budget),
        deadline=settings.deadline,
        not_tuning=not_tuning,
        bound=partial(bound_for, settings, choice),
    )
    if budget is not None:
        service.require_price()
    return service


def _let_in(service: Service, file: Path | None, token: str) -> dict[str, str]:
    """Give each other caller a purse, and return their names by their tokens; raises as read_callers does."""
    if file is None:
        return {}
    from extractor.errors import UsageError  # noqa: PLC0415 - --help must not load what only a run needs
    from extractor.web.service.callers import read_callers  # noqa: PLC0415
    from extractor.web.service.purses import Purse  # noqa: PLC0415

    found = read_callers(file)
    if any(caller.budget is not None for caller in found.values()):
        service.require_price()
    service.purses.update({name: Purse(name, caller.allowance) for name, caller in found.items()})
    tokens = {caller.token.get_secret_value(): name for name, caller in found.items()}
    if token in tokens:
        raise UsageError(f"--callers: {tokens[token]} has the token of {TOKEN_VARIABLE}", hint="give each their own")
    return tokens


def _run_options(flags: Mapping[str, Any], service: Service) -> dict[str, list[str]]:
    """Return the options of ``archive run`` and ``archive resume`` that ask as the service does.

    Options that a request names (``--prompt``, ``--concurrency``) are not among them.
    """
    chosen = {name: flags[name] for name in ("base_url", "api_key_env", "prompts_dir", "deadline")}
    given = {"model": service.model if flags["model"] else None, **chosen}

    def words(names: Collection[str]) -> list[str]:
        named = {name: given[name] for name in names if given[name] is not None}
        return [part for name, value in named.items() for part in (f"--{name.replace('_', '-')}", str(value))]

    return {"run": words(given), "resume": words(("api_key_env", "deadline"))}


def require_extra(extra: str, *modules: str) -> None:
    """Raise UsageError where what the extra brings is not installed."""
    from importlib.util import find_spec  # noqa: PLC0415 - see above

    from extractor.errors import UsageError  # noqa: PLC0415

    missing = [name for name in modules if find_spec(name) is None]
    if missing:
        raise UsageError(f"this needs {', '.join(missing)}", hint=f"pip install 'extractor[{extra}]'")


def _token() -> str:
    """Return the token that the environment sets, or a new one."""
    from extractor.errors import UsageError  # noqa: PLC0415 - see above

    token = os.environ.get(TOKEN_VARIABLE)
    if token is None:
        return secrets.token_urlsafe(24)
    if len(token) < _SHORTEST_TOKEN or not all(c.isascii() and (c.isalnum() or c in "-_") for c in token):
        raise UsageError(
            f"{TOKEN_VARIABLE} wants at least {_SHORTEST_TOKEN} letters, digits, - and _", hint="unset it to get one"
        )
    return token


def _run(service: Service, host: str, port: int, token: str, others: Mapping[str, str]) -> None:
    """Listen, say where, and serve until Ctrl-C."""
    import socket  # noqa: PLC0415 - see above

    import uvicorn  # noqa: PLC0415

    from extractor.errors import UsageError  # noqa: PLC0415
    from extractor.web.service.app import create_app  # noqa: PLC0415
    from extractor.web.service.listening import Server  # noqa: PLC0415

    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named: asyncio sends at once (TCP_NODELAY) only where it is, else an answer waits 40 ms for the client's ACK.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        raise UsageError(
            f"cannot listen on {host}:{port}: {error.strerror}", hint="name another --port; 0 takes any that is free"
        ) from error
    bound = listening.getsockname()[1]
    name = f"[{host}]" if ":" in host else host
    hosts = {f"{one}:{bound}" for one in (name.lower(), "127.0.0.1", "localhost", "[::1]")}
    typer.echo(f"http://{name}:{bound}/?token={token}")
    typer.echo(f"asking {service.model} with {service.prompt.spec}; Ctrl-C stops", err=True)
    config = uvicorn.Config(
        create_app(service, token=token, hosts=hosts, others=others),
        access_log=False,
        log_level="warning",
        server_header=False,
        timeout_graceful_shutdown=_GRACE,
    )
    with listening:
        Server(config, service).run([listening])

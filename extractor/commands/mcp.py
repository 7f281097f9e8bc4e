"""``extractor mcp``: extraction, prompts and runs for agents, over standard input and output."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from extractor.commands import options  # noqa: TC001 - typer reads it when the command is made

app = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=False)


@app.command()
def mcp(  # noqa: PLR0913 - one parameter for each option
    *,
    model: options.Model = None,
    base_url: options.BaseUrl = None,
    api_key_env: options.ApiKeyEnv = None,
    prompt: options.Prompt = None,
    prompts_dir: options.PromptsDir = None,
    deadline: options.Deadline = None,
    concurrency: options.Concurrency = None,
    store: Annotated[Path, typer.Option(metavar="FILE", help="Store whose runs may be looked at.")] = Path(
        "extractor-archive.db"
    ),
    budget: Annotated[
        float | None, typer.Option(min=0, metavar="USD", help="Refuse to ask once this is spent.")
    ] = None,
) -> None:
    """Speak the Model Context Protocol on standard input and output.

    Tools: extract_events, list_prompts, get_run. An agent's program starts this command; by hand it waits in silence.
    """
    from extractor.commands.serve import require_extra, service_of  # noqa: PLC0415 - --help stays quick

    require_extra("mcp", "mcp")
    import asyncio  # noqa: PLC0415 - see above

    from extractor.web.agents import agents_server  # noqa: PLC0415
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
    asyncio.run(agents_server(service_of(flags, Places(store), budget=budget)).run_stdio_async())

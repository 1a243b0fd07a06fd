"""Commands that serve over HTTP: the service itself, and the demonstration that ends in it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from ticket_triage.cli.options import (
    DEFAULT_MODELS,
    DEFAULT_NAME,
    DEFAULT_STORE,
    DeskOption,
    FastOption,
    ModelsOption,
    NameOption,
    PolicyOption,
    StoreOption,
)
from ticket_triage.cli.telling import tell_missing
from ticket_triage.errors import BadOptionError
from ticket_triage.service.key_ring import is_loopback
from ticket_triage.service.models import DEMO_NAME
from ticket_triage.service.signatures import check_secret
from ticket_triage.settings import NO_STORE, load_settings

_SERVE = "ticket_triage.api.server:serve"

HostOption = Annotated[
    str, typer.Option("--host", envvar="TRIAGE_HOST", help="Address to listen on; a public one needs API keys.")
]
PortOption = Annotated[int, typer.Option("--port", min=1, max=65535, help="Port to listen on.")]


def install(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(epilog="Example: triage demo --no-serve")(demo)
    app.command(epilog="Example: triage serve --name support --port 8000")(serve)


def demo(
    models: ModelsOption = DEFAULT_MODELS,
    serve_after: Annotated[
        bool, typer.Option("--serve/--no-serve", help="Serve on 127.0.0.1 afterwards, until stopped.")
    ] = True,
    port: PortOption = 8000,
    fast: FastOption = False,
) -> None:
    """Train on invented tickets, show how well that went and what to do first, then serve."""
    if serve_after:
        _prepare("127.0.0.1", port, models, DEMO_NAME)
    from ticket_triage.cli.demonstration import show_demonstration
    from ticket_triage.cli.progress import progress_bar
    from ticket_triage.service.demo import demonstrate

    with progress_bar() as progress:
        demonstration = demonstrate(models, fast=fast, progress=progress)
    show_demonstration(demonstration)
    if serve_after:
        _serve("127.0.0.1", port, 1)


def serve(
    host: HostOption = "127.0.0.1",
    port: PortOption = 8000,
    workers: Annotated[int, typer.Option("--workers", min=1, max=64, help="Processes that answer.")] = 1,
    models: ModelsOption = DEFAULT_MODELS,
    name: NameOption = DEFAULT_NAME,
    policy: PolicyOption = None,
    desk: DeskOption = None,
    store: StoreOption = DEFAULT_STORE,
) -> None:
    """Serve predictions and decisions over HTTP until stopped; what is decided is kept in the store.

    Webhooks of a helpdesk are taken at /v1/webhooks/SOURCE (zendesk, freshdesk, jira, zammad, generic) once the secret
    is in TRIAGE_WEBHOOK_SOURCE_SECRET; data/webhooks/README.md says what to set up. Notices go out to triage hooks.
    """
    _prepare(host, port, models, name, policy, desk, store)
    _serve(host, port, workers)


def _prepare(
    host: str,
    port: int,
    models: Path,
    name: str,
    policy: Path | None = None,
    desk: Path | None = None,
    store: str = NO_STORE,
) -> None:
    """Hand the options to the processes that will serve, and refuse what would stop them, before any work is done."""
    os.environ |= {"TRIAGE_MODELS": str(models), "TRIAGE_NAME": name, "TRIAGE_STORE": store, "TRIAGE_HOST": host}
    for variable, path in (("TRIAGE_POLICY", policy), ("TRIAGE_DESK", desk)):
        os.environ.pop(variable, None)
        if path is not None:
            os.environ[variable] = str(path)
    for secret in load_settings(os.environ).webhook_secrets("generic"):
        check_secret(secret)
    _refuse_taken(host, port)
    if store != NO_STORE:
        from ticket_triage.service.keep import prepare_store

        prepare_store(store)
    if not is_loopback(host):
        _refuse_open(host, store)


def _refuse_open(host: str, store: str) -> None:
    """Let nobody else's machine come in without a key."""
    if store != NO_STORE:
        from ticket_triage.service.keys import Store, read_ring

        with Store(store) as opened:
            if read_ring(opened).opens_something:
                return
    raise BadOptionError(
        f"Will not listen on {host} without an API key, for others can reach it; make one with triage keys create "
        "LABEL --scope predict, or listen on 127.0.0.1."
    )


def _serve(host: str, port: int, workers: int) -> None:
    from pkgutil import resolve_name

    from ticket_triage.service.assess import build_assessor

    settings = load_settings(os.environ)
    assessor = build_assessor(settings.models, settings.name, settings.policy, settings.desk)
    tell_missing(assessor.missing)
    model = assessor.model_reference
    what = "rules only" if model is None else f"model {model.name!r}, version {model.version},"
    address = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    typer.echo(f"Serving {what} on {address} until stopped (Ctrl+C). Try:\n  {_example(address)}")
    resolve_name(_SERVE)(settings, assessor, host, port, workers)


def _example(address: str) -> str:
    body = '{"ticket_id": "T-1", "subject": "Checkout is down for everyone"}'
    return f"curl -s {address}/v1/predict -H 'Content-Type: application/json' -d '{body}'"


def _refuse_taken(host: str, port: int) -> None:
    """Say in one sentence that an address cannot be listened on."""
    import socket

    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.create_server((host, port), family=family):
            pass
    except OSError as error:
        raise BadOptionError(
            f"Cannot listen on {host}:{port} ({error.strerror or error}); choose another --host or --port."
        ) from None

"""Whatever the document allows or forbids is sent to a real server: nothing fails, nothing undocumented is answered."""

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from ticket_triage.api.app import create_app
from ticket_triage.api.rules import RULES
from ticket_triage.intake.webhooks import SOURCES
from ticket_triage.settings import Settings

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
OPERATIONS = sorted(route for route in RULES if route[1] != "/openapi.json")


@pytest.fixture(scope="module")
def document(small_models, now, serve, tmp_path_factory):
    store = tmp_path_factory.mktemp("drill") / "store"
    secrets = {f"webhook_{source}_secret": "c2VjcmV0LW9mLXRoZS1kcmlsbA==" for source in SOURCES}
    app = create_app(Settings(store=str(store), models=small_models, name="small", **secrets), clock=lambda: now)
    with serve(app, timeout_s=30) as port:
        yield schemathesis.openapi.from_url(f"http://127.0.0.1:{port}/openapi.json")


def test_the_drill_knows_every_operation(document):
    known = [operation.ok() for operation in document.get_all_operations()]
    assert sorted((operation.method.upper(), operation.path) for operation in known) == OPERATIONS


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_every_operation_answers_as_documented(document, method, path):
    allowed, forbidden = (document[path][method].as_strategy(generation_mode=mode) for mode in GenerationMode)

    @settings(max_examples=20, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(case=allowed | forbidden)
    def ask(case):
        case.call_and_validate(checks=CHECKS)

    ask()

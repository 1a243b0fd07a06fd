"""One thread for small sums, as in training."""

import pytest
from threadpoolctl import threadpool_limits


@pytest.fixture(scope="session", autouse=True)
def one_thread():
    """Keep small sums off a second core, where waiting for it costs more than it does."""
    with threadpool_limits(1):
        yield

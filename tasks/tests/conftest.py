import pytest
import time_machine

from conftest import at

NOW = at(2024, 12, 16)


@pytest.fixture
def work(assignment_of):
    """III.5/2024 of Minh's centre."""
    return assignment_of("III.5/2024")


@pytest.fixture
def desk(client, minh):
    client.force_login(minh)
    with time_machine.travel(NOW, tick=False):
        yield client

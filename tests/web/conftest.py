from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from suggester.web.app import create_app

from .toy import KEY, ToyService


@pytest.fixture
def service() -> ToyService:
    return ToyService()


@pytest.fixture
def client(service: ToyService) -> FlaskClient:
    """Ask as the plugin of the toy's site does."""
    client = create_app(service, max_body_bytes=20_000).test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {KEY}"
    return client


@pytest.fixture
def stranger(service: ToyService) -> FlaskClient:
    """Ask without a key."""
    return create_app(service, max_body_bytes=20_000).test_client()

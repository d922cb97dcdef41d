from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from suggester.cli import main
from suggester.cli.base import Desk
from suggester.config import Config
from suggester.tasks.service import Service
from tests.toys import LetterEncoder
from tests.web.toy import ToyService

Run = Callable[..., Result]
SAMPLE = str(files("suggester").joinpath("sample", "sample.xml"))


@pytest.fixture
def service() -> ToyService:
    return ToyService()


@pytest.fixture
def run(service: ToyService, tmp_path: Path) -> Run:
    """Run a command against the toy; nothing outside the test's folder is touched."""

    def run(*args: str, text: str | None = None) -> Result:
        config = Config(tmp_path / "data", tmp_path / "cache")
        return CliRunner().invoke(main, args, input=text, obj=Desk(service=service, config=config))

    return run


@pytest.fixture(scope="package")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The real service over the sample site, with an encoder a reader can check."""
    service = Service.open(tmp_path_factory.mktemp("sample"), load_encoder=LetterEncoder)
    service.refresh(service.connect(SAMPLE).site_id)
    yield service
    service.close()

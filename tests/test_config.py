from __future__ import annotations

from pathlib import Path

import pytest

from suggester.config import Config
from suggester.errors import ConfigError


def test_what_the_environment_does_not_say_has_a_usual_value():
    config = Config.from_env({})
    assert (config.data.name, config.encoder, config.threads, config.secret) == ("link-suggester", "bundled", 0, "")


def test_the_environment_is_read(tmp_path: Path):
    env = {"SUGGESTER_DATA": "/srv/suggester", "SUGGESTER_ENCODER": "my/model", "SUGGESTER_THREADS": "2"}
    config = Config.from_env(env | {"SUGGESTER_CACHE": str(tmp_path), "SUGGESTER_SECRET": "hush"})
    assert config == Config(Path("/srv/suggester"), tmp_path, "my/model", 2, "hush")
    assert "hush" not in repr(config)


def test_a_secret_may_come_from_a_file(tmp_path: Path):
    (tmp_path / "secret").write_text("hush\n")
    assert Config.from_env({"SUGGESTER_SECRET_FILE": str(tmp_path / "secret")}).secret == "hush"


@pytest.mark.parametrize("env", [{"SUGGESTER_THREADS": "many"}, {"SUGGESTER_SECRET_FILE": "/nowhere/at/all"}])
def test_a_wrong_setting_is_named(env: dict[str, str]):
    with pytest.raises(ConfigError, match=next(iter(env))):
        Config.from_env(env)

from __future__ import annotations

from pathlib import Path

import pytest

from suggester.config import Config
from suggester.errors import ConfigError


def test_nothing_has_to_be_set(tmp_path):
    config = Config.from_env({"SUGGESTER_DATA": str(tmp_path)})
    assert config == Config(
        data=tmp_path,
        secret="",
        host="127.0.0.1",
        port=8765,
        encoder="bundled",
        threads=0,
        ca_file=None,
        max_body_mb=8,
    )
    assert config.max_body == 8 * 1024 * 1024


def test_everything_can_be_set(tmp_path):
    certificates = tmp_path / "ca.pem"
    certificates.write_text("PEM")
    env = {
        "SUGGESTER_DATA": str(tmp_path / "data"),
        "SUGGESTER_SECRET": "0123456789abcdef",
        "SUGGESTER_HOST": "0.0.0.0",
        "SUGGESTER_PORT": "80",
        "SUGGESTER_ENCODER": "all-mpnet-base-v2",
        "SUGGESTER_THREADS": "2",
        "SUGGESTER_CA_FILE": str(certificates),
        "SUGGESTER_MAX_BODY_MB": "16",
    }
    assert Config.from_env(env) == Config(
        tmp_path / "data", "0123456789abcdef", "0.0.0.0", 80, "all-mpnet-base-v2", 2, certificates, 16
    )


def test_the_data_folder_is_by_default_where_the_system_keeps_such_things():
    assert "link-suggester" in Config.from_env({}).data.parts


def test_the_environment_is_read_where_nothing_is_handed_in(monkeypatch, tmp_path):
    monkeypatch.setenv("SUGGESTER_DATA", str(tmp_path))
    assert Config.from_env().data == tmp_path


def test_an_empty_variable_counts_as_not_set():
    assert Config.from_env({"SUGGESTER_PORT": " ", "SUGGESTER_HOST": ""}).port == 8765


def test_a_secret_may_come_from_a_file(tmp_path):
    file = tmp_path / "secret"
    file.write_text("a long and random secret\n")
    assert Config.from_env({"SUGGESTER_SECRET_FILE": str(file)}).secret == "a long and random secret"


def test_a_secret_is_never_printed():
    assert "0123456789abcdef" not in repr(Config(Path("/data"), "0123456789abcdef"))


@pytest.mark.parametrize(
    ("name", "value", "right"),
    [
        ("SUGGESTER_PORT", "eighty", "whole number from 1 to 65535"),
        ("SUGGESTER_PORT", "0", "whole number from 1 to 65535"),
        ("SUGGESTER_PORT", "70000", "whole number from 1 to 65535"),
        ("SUGGESTER_PORT", "-1", "whole number from 1 to 65535"),
        ("SUGGESTER_PORT", "²", "whole number from 1 to 65535"),
        ("SUGGESTER_THREADS", "2.5", "whole number from 0 to 1024"),
        ("SUGGESTER_MAX_BODY_MB", "0", "whole number from 1 to 1024"),
        ("SUGGESTER_DATA", "/etc/hostname", "must be a folder"),
        ("SUGGESTER_CA_FILE", "/nowhere/ca.pem", "must be a file of certificates"),
        ("SUGGESTER_SECRET", "short", "16 characters or more"),
        ("SUGGESTER_SECRET_FILE", "/nowhere/secret", "must be a text file"),
        ("SUGGESTER_SECRET_FILE", "/dev/null", "the secret must stand in it"),
    ],
)
def test_a_wrong_value_is_named_with_what_would_be_right(name, value, right):
    with pytest.raises(ConfigError, match=right) as told:
        Config.from_env({name: value})
    assert name in str(told.value)

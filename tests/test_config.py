from __future__ import annotations

from pathlib import Path

import pytest

from suggester.config import Config
from suggester.errors import ConfigError
from suggester.tasks.digest.means import Smtp

USER = "SUGGESTER_SMTP_USER"


def test_what_the_environment_does_not_say_has_a_usual_value():
    config = Config.from_env({})
    assert config == Config(config.data, config.cache, "bundled", 0, "", "127.0.0.1", 8765, None, 8, "")
    assert (config.data.name, config.cache.name) == ("link-suggester", "link-suggester")
    assert config.max_body == 8 * 1024 * 1024


def test_everything_can_be_set(tmp_path):
    certificates = tmp_path / "ca.pem"
    certificates.write_text("PEM")
    env = {
        "SUGGESTER_DATA": "/srv/suggester",
        "SUGGESTER_CACHE": str(tmp_path),
        "SUGGESTER_ENCODER": "my/model",
        "SUGGESTER_THREADS": "2",
        "SUGGESTER_SECRET": "hush",
        "SUGGESTER_HOST": "0.0.0.0",
        "SUGGESTER_PORT": "80",
        "SUGGESTER_CA_FILE": str(certificates),
        "SUGGESTER_MAX_BODY_MB": "16",
        "SUGGESTER_WRITES_PER_MINUTE": "30",
        "SUGGESTER_DATABASE": "postgresql://me:hush@db.example/links",
        "SUGGESTER_URL": "https://links.example/",
    }
    assert Config.from_env(env) == Config(
        Path("/srv/suggester"),
        tmp_path,
        "my/model",
        2,
        "hush",
        "0.0.0.0",
        80,
        certificates,
        16,
        "https://links.example",
        30,
        "postgresql://me:hush@db.example/links",
    )


def test_the_queue_and_its_workers_can_be_set(tmp_path):
    (tmp_path / "queue").write_text("rediss://:hush@redis.example:6380/1\n")
    env = {"SUGGESTER_QUEUE_FILE": str(tmp_path / "queue"), "SUGGESTER_WORKERS": "4", "SUGGESTER_TASK_MINUTES": "30"}
    config = Config.from_env(env)
    assert (config.queue, config.workers, config.task_minutes) == ("rediss://:hush@redis.example:6380/1", 4, 30)
    assert "hush" not in repr(config)
    with pytest.raises(
        ConfigError, match=r"SUGGESTER_QUEUE names no Redis; write an address as in redis://host:6379/0"
    ):
        Config.from_env({"SUGGESTER_QUEUE": "amqp://me:hush@host"})


def test_the_settings_of_this_process_are_read(monkeypatch, tmp_path):
    monkeypatch.setenv("SUGGESTER_DATA", str(tmp_path))
    assert Config.here().data == tmp_path


def test_an_empty_variable_counts_as_not_set():
    env = dict.fromkeys(["SUGGESTER_PORT", "SUGGESTER_HOST", "SUGGESTER_DATA", "SUGGESTER_SECRET_FILE"], " ")
    assert Config.from_env(env) == Config.from_env({})


def test_a_secret_may_come_from_a_file(tmp_path):
    (tmp_path / "secret").write_text("hush\n")
    assert Config.from_env({"SUGGESTER_SECRET_FILE": str(tmp_path / "secret")}).secret == "hush"


def test_a_mail_server_is_named_with_what_it_needs(tmp_path):
    (tmp_path / "password").write_text("hush\n")
    env = {
        "SUGGESTER_SMTP_HOST": "mail.example",
        "SUGGESTER_SMTP_SECURITY": "TLS",
        "SUGGESTER_SMTP_USER": "anna@mail.example",
        "SUGGESTER_SMTP_PASSWORD_FILE": str(tmp_path / "password"),
    }
    assert Config.from_env(env).smtp == Smtp("mail.example", "anna@mail.example", 465, "tls", env[USER], "hush")
    assert "hush" not in repr(Config.from_env(env))
    with_more = env | {"SUGGESTER_SMTP_FROM": "links@mail.example", "SUGGESTER_SMTP_PORT": "2465"}
    assert Config.from_env(with_more).smtp == Smtp("mail.example", "links@mail.example", 2465, "tls", env[USER], "hush")


@pytest.mark.parametrize(
    ("env", "told"),
    [
        ({}, "SUGGESTER_SMTP_FROM is ''; write the address that digests come from"),
        ({"SUGGESTER_SMTP_FROM": "Links <a@b.example>"}, "SMTP_FROM"),
        ({"SUGGESTER_SMTP_FROM": "a@b.example", "SUGGESTER_SMTP_SECURITY": "ssl"}, "one of starttls, tls, none"),
        ({"SUGGESTER_SMTP_FROM": "a@b.example", "SUGGESTER_SMTP_PORT": "0"}, "a whole number from 1"),
        (
            {
                "SUGGESTER_SMTP_FROM": "a@b.example",
                "SUGGESTER_SMTP_SECURITY": "none",
                "SUGGESTER_SMTP_PASSWORD": "hush",
            },
            "would show the password",
        ),
    ],
)
def test_a_mail_server_that_cannot_work_is_refused_at_the_start(env, told):
    with pytest.raises(ConfigError, match=told) as refused:
        Config.from_env({"SUGGESTER_SMTP_HOST": "mail.example"} | env)
    assert "hush" not in str(refused.value)


def test_the_pages_are_where_the_settings_say():
    assert Config.from_env({"SUGGESTER_URL": "https://links.example/"}).address == "https://links.example"
    assert Config.from_env({"SUGGESTER_PORT": "9000"}).address == "http://127.0.0.1:9000"


def test_a_secret_is_never_printed():
    assert "hush" not in repr(Config(Path("/data"), Path("/cache"), secret="hush", database="postgresql://a:hush@b"))


@pytest.mark.parametrize(
    ("name", "value", "right"),
    [
        ("SUGGESTER_PORT", "eighty", "a whole number from 1 to 65535"),
        ("SUGGESTER_PORT", "0", "a whole number from 1 to 65535"),
        ("SUGGESTER_PORT", "70000", "a whole number from 1 to 65535"),
        ("SUGGESTER_PORT", "-1", "a whole number from 1 to 65535"),
        ("SUGGESTER_PORT", "²", "a whole number from 1 to 65535"),
        ("SUGGESTER_URL", "links.example", "an address as in https://links.example"),
        ("SUGGESTER_THREADS", "many", "a whole number from 0 to 1024"),
        ("SUGGESTER_WRITES_PER_MINUTE", "0", "a whole number from 1 to 6000"),
        ("SUGGESTER_DATABASE", "mysql://me:hush@db.example/links", "write postgresql://user:password@host/name"),
        ("SUGGESTER_DATABASE_FILE", "/nowhere/at/all", "cannot be read"),
        ("SUGGESTER_LOG", "xml", "one of text, json"),
        ("SUGGESTER_METRICS_TOKEN_FILE", "/nowhere/at/all", "cannot be read"),
        ("SUGGESTER_MAX_BODY_MB", "0", "a whole number from 1 to 1024"),
        ("SUGGESTER_DATA", "/etc/passwd", "name a folder"),
        ("SUGGESTER_CACHE", "/etc/passwd", "name a folder"),
        ("SUGGESTER_CA_FILE", "/nowhere/ca.pem", "name a file of certificates"),
        ("SUGGESTER_SECRET_FILE", "/nowhere/at/all", "cannot be read"),
        ("SUGGESTER_SECRET_FILE", "/dev/null", "write the secret into it"),
    ],
)
def test_a_wrong_setting_is_named_with_what_would_be_right(name, value, right):
    with pytest.raises(ConfigError, match=right) as told:
        Config.from_env({name: value})
    assert name in str(told.value)
    assert "hush" not in str(told.value)

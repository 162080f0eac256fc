"""The settings, from the environment, `.env` and a service manager's credentials: the only reader of these.

All faults are reported at once.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.core.places import Platform, UserRef


class SettingsError(Exception):
    """The settings can't be used; `faults` holds a line each: the variable's name and what is expected.

    Values are never named: one of them may be a secret put into the wrong line.
    """

    def __init__(self, faults: tuple[str, ...]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


def _http_url(text: str) -> str:
    if _host_of(text, ("http", "https")) is None:
        raise ValueError("an http:// or https:// address")
    return text.rstrip("/")


def _host_of(url: str, schemes: tuple[str, ...]) -> str | None:
    """The host of an address with one of these schemes and a port that can be; None for anything else."""
    try:
        parts = urlsplit(url)
        known = parts.scheme in schemes and (parts.port is None or parts.port > 0)
    except ValueError:
        return None
    return parts.hostname if known else None


def _database(text: str) -> str:
    path = text.removeprefix("sqlite:///")
    if path != text:
        usable = bool(path) and path != ":memory:" and "?" not in path
    else:
        # PostgreSQL takes its host from the query too, for a socket's folder.
        usable = _host_of(text, ("postgresql",)) is not None or (text.startswith("postgresql://") and "host=" in text)
    if not usable:
        raise ValueError("sqlite:///path or postgresql://user@host/name")
    return text


def _zone(text: str) -> str:
    try:
        ZoneInfo(text)
    except (KeyError, ValueError, OSError):
        raise ValueError("an IANA time zone such as Europe/Rome") from None
    return text


def _owners(text: Any) -> Any:
    if not isinstance(text, str):
        return text
    owners = []
    for part in filter(None, (part.strip() for part in text.split(","))):
        try:
            owner = UserRef.parse(part)
        except ValueError:
            owner = None
        if owner is None or owner.platform is Platform.TERMINAL or not (owner.id.isascii() and owner.id.isdigit()):
            raise ValueError("telegram:<number> or discord:<number>, separated by commas")
        owners.append(owner)
    return frozenset(owners)


def _address(text: str) -> str:
    host, _, port = text.rpartition(":")
    if not host or not (port.isascii() and port.isdigit()) or int(port) > 65535:
        raise ValueError("host:port, such as 127.0.0.1:8080")
    return text


def _folder(path: Path) -> Path:
    if not (path / "dossier.yaml").is_file():
        raise ValueError("a folder with a dossier.yaml in it")
    return path


def _token(pattern: str, expected: str) -> Any:
    def check(token: SecretStr) -> SecretStr:
        if not re.fullmatch(pattern, token.get_secret_value()):
            raise ValueError(expected)
        return token

    return AfterValidator(check)


HttpUrl = Annotated[str, AfterValidator(_http_url)]


class Settings(BaseSettings):
    """One field per variable; `.env.example` and the README list the same names."""

    model_config = SettingsConfigDict(env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True)

    telegram_bot_token: (
        Annotated[SecretStr, _token(r"\d+:[A-Za-z0-9_-]+", "the token from @BotFather, a number, a colon and letters")]
        | None
    ) = None
    telegram_api_url: HttpUrl = "https://api.telegram.org"
    telegram_webhook_url: HttpUrl | None = None
    telegram_webhook_secret: (
        Annotated[SecretStr, _token(r"[A-Za-z0-9_-]{1,256}", "1 to 256 letters, digits, _ or -")] | None
    ) = None
    telegram_messages_per_second: Annotated[float, Field(gt=0, le=1000, allow_inf_nan=False)] = 30
    discord_bot_token: Annotated[SecretStr, _token(r"\S+", "the bot's token, without blanks")] | None = None
    discord_api_url: HttpUrl = "https://discord.com/api/v10"
    discord_requests_per_second: Annotated[float, Field(gt=0, le=1000, allow_inf_nan=False)] = 50
    database_url: Annotated[str, AfterValidator(_database)] = "sqlite:///data/pactwatch.db"
    dossier: Annotated[Path, AfterValidator(_folder)] | None = None
    owners: Annotated[frozenset[UserRef], NoDecode, BeforeValidator(_owners)] = frozenset()
    review_approvals: Annotated[int, Field(ge=0, le=100)] = 1
    undo_seconds: Annotated[int, Field(ge=0, le=86_400)] = 30
    default_locale: Literal["it", "en", "ru", "ko"] = "it"
    default_timezone: Annotated[str, AfterValidator(_zone)] = "Europe/Rome"
    http_address: Annotated[str, AfterValidator(_address)] = "127.0.0.1:8080"
    public_url: HttpUrl | None = None
    log_level: Annotated[
        Literal["DEBUG", "INFO", "WARNING", "ERROR"], BeforeValidator(lambda text: str(text).upper())
    ] = "INFO"
    log_format: Literal["auto", "text", "json"] = "auto"

    @model_validator(mode="after")
    def _webhook_needs_secret(self) -> Settings:
        if self.telegram_webhook_url and self.telegram_webhook_secret is None:
            # Anybody who finds the address could speak for Telegram.
            raise ValueError("TELEGRAM_WEBHOOK_SECRET: needed beside TELEGRAM_WEBHOOK_URL; any long random word")
        return self

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must never appear in any output."""
        held = (self.telegram_bot_token, self.telegram_webhook_secret, self.discord_bot_token)
        password = urlsplit(self.database_url).password
        return tuple(filter(None, (*(each.get_secret_value() for each in held if each), password)))

    @property
    def log_key(self) -> bytes:
        """What the marks in the log are made with, that stand there for ids; empty where no platform is connected.

        The bot's token: it is there before the first line, also while the database is not, it is the same for all
        processes and for the operator's command line, and whoever has it knows the ids anyway.
        """
        token = self.telegram_bot_token or self.discord_bot_token
        return token.get_secret_value().encode() if token else b""


_EXPECTED: Mapping[str, str] = {
    "finite_number": "a number above 0",
    "greater_than": "a number above 0",
    "greater_than_equal": "a number, 0 or more",
    "less_than_equal": "a smaller number",
    "int_parsing": "a whole number",
    "float_parsing": "a number",
}


def read_settings(**overrides: Any) -> Settings:
    """Read and check all settings. Raises SettingsError.

    A file named as a setting in systemd's $CREDENTIALS_DIRECTORY (`LoadCredential=telegram_bot_token:…`) is its value
    where neither the environment nor `.env` gives one: a token so handed over shows up in no process list and no unit.
    """
    overrides.setdefault("_secrets_dir", os.environ.get("CREDENTIALS_DIRECTORY") or None)
    try:
        return Settings(**overrides)
    except ValidationError as error:
        raise SettingsError(
            tuple(_fault(each) for each in error.errors(include_input=False, include_url=False))
        ) from None


def _fault(error: Any) -> str:
    name = str(error["loc"][0]).upper() if error["loc"] else ""
    kind = error["type"]
    if kind == "literal_error":
        expected = f"one of {error['ctx']['expected']}".replace("'", "")
    elif kind == "value_error":
        expected = str(error["ctx"]["error"])
    else:
        expected = _EXPECTED.get(kind, "another value")
    return f"{name}: expected {expected}" if name else expected

"""The settings, from the environment, `.env` and a service manager's credentials: the only reader of these.

All faults are reported at once.
"""

from __future__ import annotations

import io
import logging
import os
import re
import stat
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit
from zoneinfo import ZoneInfo

from dotenv.parser import Binding, parse_stream
from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.core.databases import postgres_address
from bot.core.places import Platform, UserRef


class SettingsError(Exception):
    """The settings can't be used; `faults` holds a line each: the variable's name and what is expected.

    Values are never named: one of them may be a secret put into the wrong line.
    """

    def __init__(self, faults: tuple[str, ...]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


def _http_url(text: str) -> str:
    if re.search(r"\s", text) or _host_of(text, ("http", "https")) is None:
        raise ValueError("an http:// or https:// address")
    return text.rstrip("/")


def _shown_url(text: str) -> str:
    """An address that others get to see, or beside which a token is sent: it can't hold a password."""
    if "@" in urlsplit(text).netloc:
        raise ValueError("an http:// or https:// address without a name and password in it")
    return text


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
    if re.search(r"\s", text) and path == text:
        usable = False
    elif path != text:
        usable = bool(path) and path != ":memory:" and "?" not in path
    else:
        # PostgreSQL takes its host from the query too, for a socket's folder.
        usable = _host_of(text, ("postgresql",)) is not None or (text.startswith("postgresql://") and "host=" in text)
    if not usable:
        raise ValueError("sqlite:///path or postgresql://user@host/name")
    if path == text:
        postgres_address(text)
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
        if owner is None or owner.platform is Platform.TERMINAL or not re.fullmatch(r"[0-9]{1,20}", owner.id):
            raise ValueError("telegram:<number> or discord:<number>, separated by commas")
        owners.append(owner)
    return frozenset(owners)


def _address(text: str) -> str:
    host, _, port = text.rpartition(":")
    if not re.fullmatch(r"[A-Za-z0-9._:%\[\]-]+", host) or not re.fullmatch(r"[0-9]{1,5}", port) or int(port) > 65535:
        raise ValueError("host:port, such as 127.0.0.1:8080")
    return text


def _folder(path: Path) -> Path:
    try:
        there = (path / "dossier.yaml").is_file()
    except OSError:  # a name that is too long, a folder that can't be entered
        there = False
    if not there:
        raise ValueError("a folder with a dossier.yaml in it")
    return path


def _telegram_token(token: SecretStr) -> SecretStr:
    if not re.fullmatch(r"[0-9]{1,20}:[A-Za-z0-9_-]+", token.get_secret_value()):
        raise ValueError("the token from @BotFather, a number, a colon and letters")
    return token


def _discord_token(token: SecretStr, others: ValidationInfo) -> SecretStr:
    text = token.get_secret_value()
    if token == others.data.get("telegram_bot_token") or re.fullmatch(r"[0-9]{5,}:[A-Za-z0-9_-]+", text):
        raise ValueError("the bot's token from Discord's developer portal, found one of Telegram's")
    if not re.fullmatch(r"[!-~]+", text):
        raise ValueError("the bot's token, without blanks")
    return token


def _webhook_secret(secret: SecretStr | None, others: ValidationInfo) -> SecretStr | None:
    if secret is None and others.data.get("telegram_webhook_url"):
        # Anybody who finds the address could speak for Telegram.
        raise ValueError("a secret beside TELEGRAM_WEBHOOK_URL, any long random word")
    if secret is not None and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret.get_secret_value()):
        raise ValueError("1 to 256 letters, digits, _ or -")
    return secret


HttpUrl = Annotated[str, AfterValidator(_http_url)]
ShownUrl = Annotated[HttpUrl, AfterValidator(_shown_url)]
ENV_FILE = ".env"


class Settings(BaseSettings):
    """One field per variable; `.env.example` and the README list the same names."""

    model_config = SettingsConfigDict(env_file=ENV_FILE, env_ignore_empty=True, extra="ignore", frozen=True)

    telegram_bot_token: Annotated[SecretStr, AfterValidator(_telegram_token)] | None = None
    telegram_api_url: HttpUrl = "https://api.telegram.org"
    telegram_webhook_url: ShownUrl | None = None
    telegram_webhook_secret: Annotated[
        SecretStr | None, AfterValidator(_webhook_secret), Field(validate_default=True)
    ] = None
    telegram_messages_per_second: Annotated[float, Field(gt=0, le=1000, allow_inf_nan=False)] = 30
    discord_bot_token: Annotated[SecretStr, AfterValidator(_discord_token)] | None = None
    discord_api_url: ShownUrl = "https://discord.com/api/v10"
    discord_requests_per_second: Annotated[float, Field(gt=0, le=1000, allow_inf_nan=False)] = 50
    database_url: Annotated[str, AfterValidator(_database)] = "sqlite:///data/pactwatch.db"
    dossier: Annotated[Path, AfterValidator(_folder)] | None = None
    owners: Annotated[frozenset[UserRef], NoDecode, BeforeValidator(_owners)] = frozenset()
    review_approvals: Annotated[int, Field(ge=0, le=100)] = 1
    undo_seconds: Annotated[int, Field(ge=0, le=86_400)] = 30
    default_locale: Literal["it", "en", "ru", "ko"] = "it"
    default_timezone: Annotated[str, AfterValidator(_zone)] = "Europe/Rome"
    http_address: Annotated[str, AfterValidator(_address)] = "127.0.0.1:8080"
    public_url: ShownUrl | None = None
    log_level: Annotated[
        Literal["DEBUG", "INFO", "WARNING", "ERROR"], BeforeValidator(lambda text: str(text).upper())
    ] = "INFO"
    log_format: Literal["auto", "text", "json"] = "auto"

    @field_validator("*", mode="before")
    @classmethod
    def _one_line(cls, value: Any) -> Any:
        """Take the line break off the end of a secret that was mounted from a file; refuse one anywhere else."""
        if not isinstance(value, str):
            return value
        text = value.strip()
        if re.search("[\x00-\x1f\x7f\ud800-\udfff]", text):
            raise ValueError("one line of text without control characters")
        return text

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must never appear in any output, that which libpq reads from the environment among it."""
        held = (self.telegram_bot_token, self.telegram_webhook_secret, self.discord_bot_token)
        database, api = _parts(self.database_url), urlsplit(self.telegram_api_url)
        asked = [value for name, value in parse_qsl(database.query) if name.endswith("password")]
        words = [database.password, api.password, os.environ.get("PGPASSWORD"), *asked]
        words += [unquote(each) for each in words if each]
        return tuple(dict.fromkeys(filter(None, (*(each.get_secret_value() for each in held if each), *words))))

    @property
    def log_key(self) -> bytes:
        """What the marks in the log are made with, that stand there for ids; empty where no platform is connected.

        The bot's token: it is there before the first line, also while the database is not, it is the same for all
        processes and for the operator's command line, and whoever has it knows the ids anyway.
        """
        token = self.telegram_bot_token or self.discord_bot_token
        return token.get_secret_value().encode() if token else b""


def _parts(url: str) -> SplitResult:
    try:
        return urlsplit(url)
    except ValueError:  # a host that only libpq understands
        return urlsplit("")


_EXPECTED: Mapping[str, str] = {
    "finite_number": "a number above 0, at most 1000",
    "greater_than": "a number above 0",
    "greater_than_equal": "a number, 0 or more",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "int_parsing_size": "a smaller number",
    "float_parsing": "a number",
}


def read_settings(**overrides: Any) -> Settings:
    """Read and check all settings. Raises SettingsError.

    A file named as a setting in systemd's $CREDENTIALS_DIRECTORY (`LoadCredential=telegram_bot_token:…`) is its value
    where neither the environment nor `.env` gives one: a token so handed over shows up in no process list and no unit.
    """
    overrides.setdefault("_secrets_dir", os.environ.get("CREDENTIALS_DIRECTORY") or None)
    path = overrides.get("_env_file", ENV_FILE)
    # python-dotenv passes over what it can't read, with a remark in its own words.
    logging.getLogger("dotenv").setLevel(logging.ERROR)
    faults = list(_faults_of_lines(_bindings(Path(path)))) if path else []
    try:
        settings = Settings(**overrides)
    except ValidationError as error:
        faults += [_fault(each) for each in error.errors(include_input=False, include_url=False)]
        settings = None
    if settings is None or faults:
        raise SettingsError(tuple(faults)) from None
    return settings


def cautions(settings: Settings) -> list[str]:
    """What is allowed in `.env` and yet worth a line in the log: secrets that others can read, names given twice."""
    path, found = Path(ENV_FILE), []
    if not path.is_file():
        return []
    text = path.read_text(encoding="utf-8-sig")
    if stat.S_IMODE(path.stat().st_mode) & 0o077 and any(secret in text for secret in settings.secrets):
        found.append(f"{ENV_FILE} holds a secret and can be read by other users of this machine: chmod 600 {ENV_FILE}")
    names = Counter(each.key.upper() for each in parse_stream(io.StringIO(text)) if each.key and each.value)
    fields = {name.upper() for name in Settings.model_fields}
    found += [
        f"{name} stands in {ENV_FILE} {times} times; the last one counts"
        for name, times in names.items()
        if times > 1 and name in fields
    ]
    return found


def _bindings(path: Path) -> list[Binding]:
    """What stands in the file, line by line; nothing where there is none. Raises SettingsError."""
    try:
        if not path.is_file():
            if os.path.lexists(path):  # a folder, a pipe, a link to nowhere: the library would pass over it in silence
                raise SettingsError((f"{ENV_FILE}: expected a file",))
            return []
        return list(parse_stream(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    except UnicodeError:
        raise SettingsError((f"{ENV_FILE}: expected text in UTF-8",)) from None
    except OSError as error:
        raise SettingsError((f"{ENV_FILE}: expected a file that can be read, found: {error.strerror}",)) from None


def _faults_of_lines(bindings: list[Binding]) -> Iterator[str]:
    for each in bindings:
        if each.error or (each.key and each.value is None):
            # The line itself is not quoted: a token may stand in it.
            word = re.search(r"[A-Za-z_]+", each.original.string)
            known = word is not None and word[0].lower() in Settings.model_fields
            line = each.original.line + len(each.original.string) - len(each.original.string.lstrip("\r\n"))
            where = f"line {line} of {ENV_FILE}" if known else f"line {line}"
            yield f"{word[0].upper() if word and known else ENV_FILE}: expected NAME=value in {where}"


def _fault(error: Any) -> str:
    name = str(error["loc"][0]).upper() if error["loc"] else ""
    kind = error["type"]
    if kind == "literal_error":
        expected = f"one of {error['ctx']['expected']}".replace("'", "")
    elif kind == "value_error":
        expected = str(error["ctx"]["error"])
    elif kind == "less_than_equal":
        expected = f"a number, {error['ctx']['le']:g} at most"
    else:
        expected = _EXPECTED.get(kind, "another value")
    return f"{name}: expected {expected}" if name else expected

"""The command line: parses, reads the settings, calls `bot.app`. Results on standard output, logs on standard error.

Exit codes: 0 done, 1 refused or failed with one clear line, 2 usage, 78 configuration. `bot.app` and what it pulls in
are imported by the command that needs them: a wrong setting or `--help` must not wait a second for two platforms.
"""

# ruff: noqa: PLC0415 - see above
from __future__ import annotations

import asyncio
import contextlib
import logging
import resource
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, NoReturn

import typer

from bot.core.authority import Role
from bot.core.errors import PactwatchError

if TYPE_CHECKING:
    from bot.settings import Settings

EXIT_FAILED = 1
EXIT_CONFIGURATION = 78
M_ARENA_MAX, ARENAS = -8, 2

cli = typer.Typer(
    help="A sourced news and fact bot for Telegram, Discord and the terminal.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
dossier = typer.Typer(help="The dossier that the store is filled from.", no_args_is_help=True)
db = typer.Typer(help="The database.", no_args_is_help=True)
audit = typer.Typer(help="The logs of revisions and of what was done at the desk.", no_args_is_help=True)
cli.add_typer(dossier, name="dossier")
cli.add_typer(db, name="db")
cli.add_typer(audit, name="audit")

RunRole = Literal["all", "gateway", "sender", "web"]
RoleName = Literal["reader", "contributor", "editor", "owner"]
LocaleName = Literal["it", "en", "ru", "ko"]
BackupArgument = Annotated[Path, typer.Argument(metavar="FILE", help="The file of the backup.")]
PathArgument = Annotated[Path, typer.Argument(help="The folder of the dossier.")]


def _print_version(wanted: bool) -> None:  # noqa: FBT001 - typer calls it
    if wanted:
        from importlib.metadata import version

        print(f"pactwatch {version('pactwatch')}")
        raise typer.Exit


@cli.callback()
def _options(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and leave.")
    ] = False,
) -> None:
    """Hold the options of the program itself."""


@cli.command()
def run(
    role: Annotated[
        RunRole, typer.Option(help="Part of the service to run, where several processes share one PostgreSQL.")
    ] = "all",
) -> None:
    """Run the service; with no token set, open the terminal chat."""
    settings = _settings()
    if role != "all" and settings.database_url.startswith("sqlite"):
        # As a wrong setting is: no start with it can come to anything.
        _tell(f"DATABASE_URL: --role {role} shares its work with other processes, for which it takes postgresql://…")
        raise typer.Exit(EXIT_CONFIGURATION)
    from bot.settings import cautions

    if settings.telegram_bot_token or settings.discord_bot_token:
        _share_arenas()
        # A core dump would hold every token. A sandbox may forbid that, and sees to it itself then.
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        for caution in cautions(settings):
            logging.getLogger(__name__).warning(caution)
        from bot.duties import ProcessRole
        from bot.service import run_service

        _finish(run_service(settings, ProcessRole(role)))
    elif role != "all":
        _tell(f"TELEGRAM_BOT_TOKEN, DISCORD_BOT_TOKEN: expected at least one of them for --role {role}")
        raise typer.Exit(EXIT_CONFIGURATION)
    else:
        from bot.app import run_without_platforms

        _finish(run_without_platforms(settings))


def _share_arenas() -> None:
    """Let all threads take their memory from two arenas.

    glibc gives each thread one of its own, and what is freed in it is of use to no other: 45 MB, and growth for hours.
    """
    import ctypes

    with contextlib.suppress(OSError, AttributeError):  # another C library has no such choice
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, ARENAS)


@cli.command()
def chat(
    as_role: Annotated[RoleName, typer.Option("--as", help="The role to speak in.")] = "reader",
    user: Annotated[str, typer.Option(help="Your name here; different names are different people.")] = "me",
    lang: Annotated[LocaleName | None, typer.Option(help="Your language until /language.")] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One line of JSON for each line read.")] = False,
) -> None:
    """Talk to the bot in the terminal: one line in, one reply out."""
    settings = _settings(talking=True)
    from bot.app import run_chat

    _finish(run_chat(settings, role=Role[as_role.upper()], name=user, locale=lang, as_json=as_json))


@dossier.command("check")
def dossier_check(path: PathArgument) -> None:
    """Report every fault with file, entry and field."""
    _settings()
    from bot.logs import redacted
    from storage.dossier import read_dossier

    found, faults = read_dossier(path)
    for fault in faults:
        print(redacted(str(fault)))
    if found is None:
        _fail(f"{len(faults)} faults" if len(faults) != 1 else "1 fault")
    print(f"no faults: {len(found.entries)} entries, {len(found.sources)} sources, {len(found.topics)} topics")


@dossier.command("import")
def dossier_import(path: PathArgument) -> None:
    """Load a dossier in one transaction; what is wrong changes nothing."""
    settings = _settings()
    from bot.maintenance import import_dossier

    _finish(import_dossier(settings, path))


@dossier.command("export")
def dossier_export(path: PathArgument) -> None:
    """Write everything current back into files."""
    settings = _settings()
    from bot.maintenance import export_dossier

    _finish(export_dossier(settings, path))


@db.command("upgrade")
def db_upgrade() -> None:
    """Create the database or bring it up to date."""
    settings = _settings()
    from bot.maintenance import upgrade_database

    _finish(upgrade_database(settings))


@db.command("check")
def db_check() -> None:
    """Check the integrity of the database."""
    settings = _settings()
    from bot.maintenance import check_database

    _finish(check_database(settings))


@db.command("backup")
def db_backup(file: BackupArgument) -> None:
    """Write a backup beside a running service, and read it back."""
    settings = _settings()
    from bot.maintenance import back_up_database

    _finish(back_up_database(settings, file))


@db.command("restore")
def db_restore(file: BackupArgument) -> None:
    """Put a backup in the place of the database; nothing is sent until `pactwatch resume`."""
    settings = _settings()
    from bot.maintenance import restore_database

    _finish(restore_database(settings, file))


@db.command("move")
def db_move(
    to: Annotated[str, typer.Option("--to", metavar="ADDRESS", help="An empty database: postgresql://user@host/name")],
) -> None:
    """Move a SQLite database to PostgreSQL beside a running service; what was cut off goes on when run again."""
    settings = _settings(other=to)
    if not to.startswith("postgresql://"):
        raise typer.BadParameter("expected postgresql://user@host/name", param_hint="--to")
    from bot.maintenance import move_database

    _finish(move_database(settings, to))


@audit.command("head")
def audit_head() -> None:
    """Print the ends of both logs on one line, to be kept elsewhere: `audit verify --head` takes it."""
    settings = _settings()
    from bot.maintenance import print_heads

    _finish(print_heads(settings))


@audit.command("verify")
def audit_verify(
    head: Annotated[
        str | None, typer.Option(help="A line of `audit head`, or a file of such lines, that must still hold.")
    ] = None,
) -> None:
    """Recompute the hash chains of both logs and name the first bad row."""
    settings = _settings()
    from bot.maintenance import verify_log

    _finish(verify_log(settings, kept_heads(head)))


@cli.command()
def deliveries(
    alert: Annotated[
        str | None, typer.Argument(metavar="ID", help="A number: A-12, or an entry's: F-12, F-12@2; else the latest.")
    ] = None,
    *,
    watch: Annotated[bool, typer.Option("--watch", help="Go on looking until nothing is on its way.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Counts by state, as one line of JSON.")] = False,
    settle: Annotated[
        tuple[int, str] | None,
        typer.Option("--settle", metavar="N arrived|again", help="Say what became of an uncertain delivery."),
    ] = None,
) -> None:
    """Show where alerts stand: how many chats they reached, how fast, and what is left."""
    settings = _settings(talking=watch)
    from bot.watching import settle_delivery, show_deliveries

    if settle is None:
        _finish(show_deliveries(settings, alert, watch=watch, as_json=as_json))
    number, became = settle
    if became not in ("arrived", "again") or alert is not None or watch or as_json:
        raise typer.BadParameter("expected its number and what became of it: 4711 arrived", param_hint="--settle")
    _finish(settle_delivery(settings, number, arrived=became == "arrived"))


@cli.command()
def pause() -> None:
    """Stop all pushes, also those of a running service; replies go on."""
    settings = _settings()
    from bot.watching import hold

    _finish(hold(settings))


@cli.command()
def resume(
    *,
    look: Annotated[bool, typer.Option("--list", help="Only list what may have been sent already.")] = False,
    again: Annotated[
        bool, typer.Option("--send-again", help="After a restore, send again what may have been sent already.")
    ] = False,
) -> None:
    """Let pushes go on; after a restore, list what may have been sent already and leave it unsent."""
    settings = _settings()
    from bot.watching import let_go_on

    _finish(let_go_on(settings, look=look, again=again))


@cli.command()
def doctor(
    *, as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead of lines.")] = False
) -> None:
    """Check settings, database, platforms and clock, and say what to do about each."""
    from bot.doctor import run_doctor

    _finish(run_doctor(as_json=as_json))


@cli.command()
def mark(ref: Annotated[str, typer.Argument(help="A person or a chat: telegram:-100123, discord:4711.")]) -> None:
    """Print what stands for a person or a chat in the log, to look for its lines there."""
    settings = _settings()
    from bot.core.hiding import Marks
    from bot.core.places import ChatRef

    try:
        chat = ChatRef.parse(ref)
    except ValueError:
        raise typer.BadParameter(f"{ref}: expected telegram:-100123 or discord:4711", param_hint="REF") from None
    if not settings.log_key:
        _fail("TELEGRAM_BOT_TOKEN, DISCORD_BOT_TOKEN: set the one of the service whose log it is; marks depend on it")
    print(Marks(settings.log_key).of(chat.id))


def kept_heads(given: str | None) -> tuple[str, ...]:
    """The lines that `--head` stands for, itself or as a file of them. Raises typer.BadParameter."""
    if given is None:
        return ()
    try:
        text = Path(given).read_text(encoding="utf-8") if Path(given).is_file() else given
    except (OSError, UnicodeError) as error:
        raise typer.BadParameter(f"{given}: can't be read", param_hint="--head") from error
    return tuple(line for line in text.splitlines() if line.strip())


def _settings(*, talking: bool = False, other: str | None = None) -> Settings:
    """The settings, and a log that hides their secrets; also those in the address of another database."""
    from bot.settings import SettingsError, read_settings

    try:
        settings = read_settings()
    except SettingsError as error:
        for fault in error.faults:
            print(fault, file=sys.stderr)
        raise typer.Exit(EXIT_CONFIGURATION) from None
    from bot.logs import set_up_logs

    # Between the lines of a conversation nobody wants to read that all is well.
    talking = talking or not (settings.telegram_bot_token or settings.discord_bot_token)
    quiet = talking and sys.stderr.isatty() and settings.log_level == "INFO"
    secrets = settings.secrets
    if other is not None:
        secrets += settings.model_copy(update={"database_url": other}).secrets
    set_up_logs("WARNING" if quiet else settings.log_level, settings.log_format, secrets, key=settings.log_key)
    return settings


def _finish(work: Coroutine[None, None, int]) -> NoReturn:
    """Run the work to its end and leave with its exit code, an expected error as one clear line."""
    try:
        code = asyncio.run(work)
    except PactwatchError as error:
        from bot.app import say_error

        _fail(say_error(error))
    except KeyboardInterrupt:
        code = 0
    except BrokenPipeError:
        # Whoever read our output left; that is their right and no fault.
        sys.stderr.close()
        code = 0
    except (OSError, UnicodeError) as error:
        _fail(f"{error}: nothing more was done")
    except Exception:
        # An uncaught error would print its traceback past the log and its redaction.
        logging.getLogger(__name__).exception("unexpected error")
        _fail("something went wrong that should not have; the log above says where")
    raise typer.Exit(code)


def _fail(line: str) -> NoReturn:
    from bot.logs import redacted

    _tell(redacted(line))
    raise typer.Exit(EXIT_FAILED)


def _tell(line: str) -> None:
    """A line for the operator on standard error, where that can be written: the exit code says the rest."""
    try:
        print(line, file=sys.stderr, flush=True)
    except OSError:
        sys.stderr = None  # else the interpreter would try again at its end, and end with a code of its own

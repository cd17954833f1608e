"""What a process of its own does in Odoo's shell; see test_obligation_processes.

It reads from its surroundings: SWEEP_AT, the time it thinks it is; SWEEP_BATCH, how
many obligations a batch has; SWEEP_GO, a file it waits for; SWEEP_HALT, after how many
batches it stops half-way through the next one for ever.
"""

import os
import sys
import time
from pathlib import Path

from odoo.tests import freeze_time

import odoo.addons.customer_care.models.care_obligation_sweep as sweep

env = globals()["env"]  # given by the shell
sweep.BATCH = int(os.environ["SWEEP_BATCH"])
halt = int(os.environ.get("SWEEP_HALT", "0"))
model = env.registry["care.obligation"]
batch, save = model._sweep_batch, model._save
done = []


def say(text):
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def counted(engine, limit=None):
    done.append(batch(engine, limit))
    return done[-1]


def saved(engine, journal):
    ended = save(engine, journal)
    if halt and len(done) == halt:
        say("half-way")
        time.sleep(600)  # until it is killed
    return ended


model._sweep_batch, model._save = counted, saved
say("ready")
go = Path(os.environ["SWEEP_GO"])
while not go.exists():
    time.sleep(0.02)
with freeze_time(os.environ["SWEEP_AT"]):
    env["care.obligation"]._cron_sweep()
say(f"swept {sum(done)}")

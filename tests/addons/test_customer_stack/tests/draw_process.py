"""What a process of its own does in Odoo's shell; see test_callback_parallel.

It draws and plans the programme DRAW_PROGRAMME at the time DRAW_AT, ten callbacks a
batch, and stops half-way through the third batch until it is killed.
"""

import os
import sys
import time

from odoo.tests import freeze_time

import odoo.addons.customer_care.models.care_callback_plan as plan

env = globals()["env"]  # given by the shell
plan._BATCH = 10
model = env.registry["care.callback.draw"]
lines = model._plan_lines
done = []


def planned(engine, rows):
    lines(engine, rows)
    done.append(len(rows))
    if len(done) == 3:
        sys.stdout.write("half-way\n")
        sys.stdout.flush()
        time.sleep(600)  # until it is killed


model._plan_lines = planned
with freeze_time(os.environ["DRAW_AT"]):
    env["care.callback.programme"]._cron_draw()

"""The clock of an obligation, without Odoo: random lives keep the promises."""

import random
from datetime import datetime, timedelta

from customer_care.logic.obligation_clock import (
    Clock,
    Facts,
    advance,
    fires_now,
    next_fire,
    wants_new_round,
)

START = datetime.fromisoformat("2026-03-02 02:00")
HOUR = timedelta(hours=1)


def clock(hours=10):
    due = START + hours * HOUR
    return Clock(start_at=START, base_due_at=due, due_at=due)


def credit(start, end):
    return int((end - start).total_seconds())


def shift(moment, seconds):
    return moment + timedelta(seconds=seconds)


def look(subject, hour, **facts):
    facts.setdefault("at", START + hour * HOUR)
    return [step.kind for step in advance(subject, Facts(**facts), credit, shift)]


def test_done_and_called_off_at_once_is_called_off():
    subject = clock()
    assert look(subject, 1, done=True, cancelled=True) == ["cancel"]


def test_a_pause_that_ends_in_being_done_is_credited_up_to_then():
    subject = clock()
    assert look(subject, 5, paused=True) == ["pause"]
    assert look(subject, 30, done=True, paused=True) == ["resume", "meet"]
    assert subject.paused_seconds == 25 * 3600
    assert subject.due_at == START + 35 * HOUR


def test_a_pause_called_off_late_is_called_off_not_missed():
    subject = clock()
    look(subject, 5, paused=True)
    assert look(subject, 30, cancelled=True, paused=True) == ["resume", "cancel"]


def test_the_third_look_at_the_same_facts_changes_nothing():
    for facts in ({"paused": True}, {"done": True}, {"cancelled": True}, {}):
        subject = clock()
        look(subject, 2, **facts)
        assert look(subject, 3, **facts) == []


def test_a_level_moved_behind_does_not_fire_again():
    subject = clock()
    points = [(START + 2 * HOUR, 1), (START + 12 * HOUR, 2)]
    assert fires_now(subject, points, {1}, START + 20 * HOUR) == ["miss", 2]
    assert next_fire(subject, points, {1}) == subject.due_at
    subject.state = "missed"
    assert next_fire(subject, points, {1, 2}) is None


def test_random_lives_keep_the_promises():
    """Whatever happens: a miss stays, pauses add up, met means in time."""
    rng = random.Random(20260302)
    for _life in range(3000):
        subject, hour, paused_since, waited = clock(), 0, None, 0
        ended = None
        for _step in range(rng.randint(1, 12)):
            hour += rng.randint(0, 6)
            facts = {
                "done": rng.random() < 0.15,
                "paused": rng.random() < 0.4,
                "cancelled": rng.random() < 0.05,
            }
            before = subject.state
            look(subject, hour, **facts)
            if before == "open" and subject.state == "paused":
                paused_since = hour
            if before == "paused" and subject.state != "paused":
                waited += hour - paused_since
            if ended:
                assert subject.state == ended
            elif subject.state not in ("open", "paused"):
                ended = subject.state
            assert subject.paused_seconds == waited * 3600
            assert subject.due_at == START + (10 + waited) * HOUR
        if subject.state == "met":
            assert START <= subject.done_at <= subject.due_at
        if subject.state == "missed":
            assert subject.missed_at == subject.due_at
            assert subject.done_at is None or subject.done_at > subject.due_at
        if wants_new_round(subject, Facts(at=START)):
            assert subject.done_at or subject.state == "cancelled"

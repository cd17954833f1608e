"""The people of the demo company get what they need to see secrets, and papers and
decisions as users make them. Used by demo_secrecy.py."""

import base64
import io
import math

from PIL import Image, ImageDraw
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from odoo import fields


def clear_people(env, users):
    """The administrator clears the officer, who clears the others. The clerk is vetted
    for single records; her assistant is not cleared at all."""
    officer, admin = users["hejing"], env.ref("base.user_admin")
    for user, by in [(officer, admin), *((users[n], officer) for n in _CLEARED)]:
        sign(env, user)
        train(env, user)
        check_background(env, user, by)
    # the officer and the general manager give each other's, as no one decides alone
    boss = users["chengang"]
    propose(env, officer, 3, admin, boss)
    propose(env, boss, 3, admin, officer)
    for login, level in _CLEARED.items():
        if login != "chengang":
            propose(env, users[login], level, officer, boss)


_CLEARED = {"chengang": 3, "zhouwei": 2, "wuting": 2, "lina": 1}


def start_agreement(env, company):
    """The agreement that ships is in force since the company began with it."""
    agreement = env["care.nda"]._in_force(company)
    agreement._put({"date_from": fields.Datetime.now()})


def sign(env, user):
    """Somebody reads the confidentiality agreement and signs it."""
    window = env["care.nda.sign"].with_user(user)
    window.create({"agreed": True, "signature": stroke(user.id)}).action_sign()


def stroke(seed):
    """Return what a finger left on the signature field, as base64."""
    image = Image.new("RGBA", (300, 90), (255, 255, 255, 0))
    points = [
        (
            20 + 4 * step,
            45 + 22 * math.sin(step / (2.5 + seed % 3)) + 9 * math.sin(step * seed),
        )
        for step in range(64)
    ]
    ImageDraw.Draw(image).line(points, fill=(20, 40, 110, 255), width=3, joint="curve")
    drawn = io.BytesIO()
    image.save(drawn, "PNG")
    return base64.b64encode(drawn.getvalue())


def train(env, user):
    """Somebody takes the training and answers all of it right."""
    survey = env.ref("customer_care.care_training_survey").with_user(user).sudo()
    answers = survey._create_answer(user=user)
    for question in survey.question_ids:
        right = question.suggested_answer_ids.filtered("is_correct")
        many = question.question_type == "multiple_choice"
        answers._save_lines(question, right.ids if many else right[:1].id)
    answers._mark_done()


def check_background(env, user, officer):
    """An officer enters what the background check found."""
    paper = pdf("背景审查表", f"姓名：{user.name}", "结论：合格")
    window = env["care.clearance.background"].with_user(officer)
    window.create(
        {"user_id": user.id, "file": paper, "file_name": "背景审查表.pdf"}
    ).action_confirm()


def propose(env, user, level, officer, decider):
    """An officer proposes a clearance; where it takes an approval, it is given."""
    clearance = env["care.clearance"].with_user(officer)
    clearance = clearance.create({"user_id": user.id, "level": level})
    clearance.action_submit()
    decide(clearance, decider)


def decide(record, *deciders):
    """Each of the users in turn approves what waits for a decision."""
    for user in deciders:
        for approval in record.sudo().approval_ids:
            if approval.state == "pending" and user in approval.current_user_ids:
                approval.with_user(user).action_approve()


def pdf(*lines):
    """Return a page with these lines, as base64."""
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    page = io.BytesIO()
    canvas = Canvas(page)
    canvas.setFont("STSong-Light", 16)
    for number, line in enumerate(lines):
        canvas.drawString(90, 740 - 30 * number, line)
    canvas.save()
    return base64.b64encode(page.getvalue())

from typing import NamedTuple

from odoo import api, fields, models

_FORCE = ("confirmed", "appealed", "upheld", "reduced")


class Totals(NamedTuple):
    """What stands against or for a person in a period, in the company's currency."""

    fines: float = 0.0
    points: float = 0.0
    rewards: float = 0.0
    reward_points: float = 0.0
    pay_pct: float = 0.0
    count: int = 0
    appealed: int = 0


class CareSanctionNotice(models.AbstractModel):
    """What a sanction tells its people, and what it adds up to."""

    _name = "care.sanction.notice"
    _description = "Notices and totals of sanctions"

    # ---- telling

    def _tell_person(self, decision, reason):
        """Tell the person concerned, in his own language. Of a sanction he may not see
        he hears that there is one, and whom to ask."""
        this = self.sudo()
        person = this.user_id
        if not person.active:
            return
        this = this.with_context(lang=person.lang)
        if this.env["care.secrecy.notice"]._deaf(person, this):
            this.env["mail.thread"].message_notify(
                subject=this.env._("A decision that concerns you"),
                body=this.env._(
                    "A sanction or reward was decided whose papers you may not see. "
                    "Ask the information supervisor."
                ),
                partner_ids=person.partner_id.ids,
            )
            return
        decisions = this.env["care.sanction.decision"]._fields["decision"]
        words = dict(decisions._description_selection(this.env))
        body = this.env._(
            "%(sanction)s: %(decision)s. %(reason)s",
            sanction=this.display_name,
            decision=words[decision],
            reason=reason or "",
        ).strip()
        if this.appeal_until and decision == "confirm":
            body = this.env._(
                "%(text)s You may appeal up to %(date)s.",
                text=body,
                date=fields.Date.to_string(this.appeal_until),
            )
        this.message_notify(
            subject=this.display_name,
            body=body,
            partner_ids=person.partner_id.ids,
            author_id=self.env.user.partner_id.id,
        )

    def _raise_appeal(self, deciders):
        notice = self.env["care.secrecy.notice"]
        deaf = notice._deaf(deciders, self)
        if deciders == deaf:
            notice._tell_guardians(self.company_id)
        for user in deciders - deaf:
            this = self.with_context(lang=user.lang, mail_activity_quick_update=True)
            this.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=this.env._("Decide on the appeal"),
                user_id=user.id,
            )

    def _end_appeal(self):
        self.activity_ids.filtered("automated").unlink()

    # ---- figures for appraisal

    @api.model
    def _totals(self, users, date_from, date_to, company=None):
        """Return {user id: Totals} of what is in force and happened in the period."""
        company = company or self.env.company
        rows = self.sudo()._read_group(
            [
                ("user_id", "in", users.ids),
                ("occurrence_date", ">=", date_from),
                ("occurrence_date", "<=", date_to),
                ("company_id", "=", company.id),
                ("state", "in", _FORCE),
            ],
            ["user_id", "kind", "state"],
            ["amount:sum", "points:sum", "pay_pct:sum", "__count"],
        )
        found = {user.id: Totals() for user in users}
        for user, kind, state, amount, points, pay_pct, count in rows:
            old = found[user.id]
            names = ("rewards", "reward_points")
            if kind != "reward":
                names = ("fines", "points")
            found[user.id] = old._replace(
                **{
                    names[0]: getattr(old, names[0]) + amount,
                    names[1]: getattr(old, names[1]) + points,
                },
                pay_pct=old.pay_pct + pay_pct,
                count=old.count + count,
                appealed=old.appealed + (state == "appealed" and count),
            )
        return found

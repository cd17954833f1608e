import hashlib
import json
from calendar import monthrange

from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..logic.sanction_xlsx import ListRow, sheet

_MANAGER = "customer_care.customer_care_group_manager"


class CareSanctionList(models.Model):
    """The sanctions and rewards of a company's month per person, frozen with its xlsx
    file. The engine writes it; a list made again after changes is a new version. What
    is classified stands in a list of its own, as secret as its most secret line."""

    _name = "care.sanction.list"
    _description = "Monthly list of sanctions"
    _inherit = ["care.engine.mixin", "care.secrecy.mixin"]
    _order = "month desc, is_classified, version desc"

    name = fields.Char(required=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, ondelete="restrict"
    )
    month = fields.Date(required=True, help="First day of the month.")
    date_to = fields.Date("Last day", required=True)
    is_classified = fields.Boolean("Classified lines")
    version = fields.Integer(required=True, default=1)
    made_at = fields.Datetime(required=True)
    made_by_id = fields.Many2one("res.users", required=True, ondelete="restrict")
    row_count = fields.Integer("Sanctions")
    person_count = fields.Integer("People")
    currency_id = fields.Many2one(related="company_id.currency_id")
    fines = fields.Monetary()
    points = fields.Float("Points lost")
    rewards = fields.Monetary()
    attachment_id = fields.Many2one("ir.attachment", "File", ondelete="restrict")
    sha256 = fields.Char("Fingerprint of the figures", required=True)

    _version_uniq = models.UniqueIndex(
        "(company_id, month, (COALESCE(is_classified, false)), version)",
        "This version of the list is there already.",
    )

    @api.model
    def _make(self, month, company=None):
        """Return the list of the month that `month` lies in; the one that is there
        when nothing has changed since. Classified lines make a second list."""
        company = company or self.env.company
        if not self.env.su and not (
            self.env.user.has_group(_MANAGER) and company in self.env.user.company_ids
        ):
            raise AccessError(
                self.env._("Lists of sanctions are made by customer care managers.")
            )
        # one language whoever makes it, or its fingerprint would change with it
        self = self.with_context(lang=company.sudo().partner_id.lang or self.env.lang)
        first = fields.Date.to_date(month).replace(day=1)
        last = first.replace(day=monthrange(first.year, first.month)[1])
        found = self._find(company, first, last)
        secret = self.env["care.secrecy.notice"]._classified(found)
        this = self._make_of(found - secret, company, first, last, False)
        if secret or self._newest(company, first, True):
            self._make_of(secret, company, first, last, True)
        this._fulfil_duties()
        return this

    @api.model
    def _newest(self, company, first, is_classified):
        wanted = [("company_id", "=", company.id), ("month", "=", first)]
        wanted.append(("is_classified", "=", is_classified))
        return self.sudo().search(wanted, limit=1)

    @api.model
    def _make_of(self, sanctions, company, first, last, is_classified):
        """Return the list of these sanctions, a new version when they are others."""
        rows = self._rows(sanctions)
        digest = hashlib.sha256(json.dumps(rows, default=str).encode()).hexdigest()
        newest = self._newest(company, first, is_classified)
        if newest.sha256 != digest:
            more = {
                "is_classified": is_classified,
                "secrecy_own": max(sanctions.mapped("secrecy_level"), default=0)
                if is_classified
                else 0,
                "sha256": digest,
                "version": newest.version + 1,
            }
            newest = self._freeze(company, first, last, rows, more)
        return newest.with_env(self.env)

    def _freeze(self, company, first, last, rows, more):
        month, version = first.strftime("%Y-%m"), more["version"]
        if more["is_classified"]:
            name = self.env._(
                "Classified sanctions %(month)s, version %(version)s",
                month=month,
                version=version,
            )
        else:
            name = self.env._(
                "Sanctions %(month)s, version %(version)s", month=month, version=version
            )
        people = {row.person_id for row in rows}
        engine = self._engine()
        this = engine.create(
            {
                "name": name,
                "company_id": company.id,
                "month": first,
                "date_to": last,
                "made_at": fields.Datetime.now(),
                "made_by_id": self.env.uid,
                "row_count": len(rows),
                "person_count": len(people),
                "fines": sum(row.fine for row in rows),
                "points": sum(row.points for row in rows),
                "rewards": sum(row.reward for row in rows),
                **more,
            }
        )
        # after the list, whose level says whether the file is sealed
        this.attachment_id = engine.env["ir.attachment"].create(
            {
                "name": f"{company.name}-{first:%Y-%m}-v{version}.xlsx",
                "raw": sheet(name, self._labels(), rows, company.currency_id.name),
                "res_model": self._name,
                "res_id": this.id,
            }
        )
        return this

    @api.model
    def _find(self, company, first, last):
        """Return the sanctions of the month that are in force."""
        sanctions = self.env["care.sanction"].sudo()
        return sanctions.search(
            [
                ("company_id", "=", company.id),
                ("occurrence_date", ">=", first),
                ("occurrence_date", "<=", last),
                ("state", "in", ("confirmed", "appealed", "upheld", "reduced")),
                ("user_id", "!=", False),
            ]
        )

    @api.model
    def _rows(self, sanctions):
        """Return the ListRow of each sanction, sorted by person and day."""
        states = dict(sanctions._fields["state"]._description_selection(self.env))
        rows = [
            ListRow(
                sanction.user_id.id,
                sanction.user_id.name,
                sanction.department_id.name or "",
                sanction.occurrence_date,
                sanction.number,
                sanction.clause_id.code or "",
                sanction.name,
                sanction.item_count,
                sanction.factor,
                *self._figures(sanction),
                sanction.pay_pct,
                states[sanction.state],
            )
            for sanction in sanctions.with_env(self.env(su=True))
        ]
        return sorted(
            rows, key=lambda row: (row.person, row.person_id, row.day, row.number)
        )

    @api.model
    def _figures(self, sanction):
        """Return (fine, points lost, reward, points won)."""
        money, points = sanction.amount, sanction.points
        if sanction.kind == "reward":
            return 0.0, 0.0, money, points
        return money, points, 0.0, 0.0

    @api.model
    def _labels(self):
        return {
            "person": self.env._("Person"),
            "department": self.env._("Department"),
            "day": self.env._("Day"),
            "number": self.env._("Number"),
            "clause": self.env._("Clause"),
            "name": self.env._("What for"),
            "count": self.env._("Items"),
            "factor": self.env._("Factor"),
            "fine": self.env._("Fine"),
            "points": self.env._("Points lost"),
            "reward": self.env._("Reward"),
            "reward_points": self.env._("Points won"),
            "pay_pct": self.env._("Performance pay (%)"),
            "state": self.env._("State"),
            "total": self.env._("Total"),
            "people": self.env._("People"),
            "list": self.env._("List"),
            "currency": self.env._("Amounts in"),
        }

    def _fulfil_duties(self):
        """A duty of the company that waits for this list has its evidence."""
        self.env["care.duty"]._fulfil_by(self)

    def action_download(self):
        """Download the file."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self.attachment_id.id}?download=true",
        }

    @api.model
    def _make_for_duty(self):
        """Make the list of the period that a duty looks back on (server action)."""
        context = self.env.context
        duty = self.env["care.duty"].browse(context.get("active_id") or ())
        month = context.get("care_period_start") or fields.Date.context_today(self)
        return self._make(month, duty.sudo().company_id or self.env.company)

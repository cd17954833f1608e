from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..logic.plates import normalize_plate, normalize_vin


class ComplaintVehicle(models.Model):
    """A vehicle of a customer, by its number plate; written by those who take
    complaints. A plate leads to its customer as soon as it is named."""

    _name = "complaint.vehicle"
    _description = "Vehicle of a Customer"
    _inherit = ["care.secrecy.follow.mixin"]
    _order = "plate, id"
    _rec_name = "plate"
    _rec_names_search = ["plate", "vin", "model"]

    plate = fields.Char(
        required=True,
        copy=False,
        index="trigram",
        help="Kept without spaces and dots, in capitals.",
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        index=True,
        ondelete="cascade",
    )
    model = fields.Char(string="Model of the vehicle")
    vin = fields.Char(string="VIN", copy=False, help="Vehicle identification number.")
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    case_count = fields.Integer(string="Cases", compute="_compute_case_count")

    _plate_uniq = models.UniqueIndex(
        "(plate, company_id) WHERE active AND secrecy_level < 2",
        "This plate is on file already. Open that vehicle, or archive it when the "
        "plate has passed to somebody else.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._normalized(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._normalized(vals))

    @api.model
    def _normalized(self, vals):
        vals = dict(vals)
        if "plate" in vals:
            vals["plate"] = normalize_plate(vals["plate"])
        if vals.get("vin"):
            vals["vin"] = normalize_vin(vals["vin"])
        return vals

    @api.constrains("plate")
    def _check_plate(self):
        for vehicle in self:
            if not vehicle.plate:
                raise ValidationError(
                    self.env._("A vehicle needs its plate. Write letters and digits.")
                )

    @api.constrains("partner_id", "company_id")
    def _check_partner_company(self):
        for vehicle in self.sudo():
            company = vehicle.partner_id.company_id
            if company and company != vehicle.company_id:
                raise ValidationError(
                    self.env._(
                        "%(plate)s belongs to %(company)s, its customer to another "
                        "company. Choose a customer of the same company.",
                        plate=vehicle.plate,
                        company=vehicle.company_id.name,
                    )
                )

    def copy_data(self, default=None):
        """A copy is another vehicle of the same customer: its plate is to be named."""
        vals_list = super().copy_data(default)
        for vehicle, vals in zip(self, vals_list, strict=True):
            vals.setdefault("plate", f"{vehicle.plate}COPY")
        return vals_list

    def _compute_case_count(self):
        counts = dict(
            self.env["complaint.case"]._read_group(
                [("plate", "in", self.mapped("plate"))], ["plate"], ["__count"]
            )
        )
        for vehicle in self:
            vehicle.case_count = counts.get(vehicle.plate, 0)

    def action_view_cases(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "complaint_handling.complaint_case_action"
        )
        action["domain"] = [("plate", "=", self.plate)]
        action["context"] = {
            "default_plate": self.plate,
            "default_partner_id": self.partner_id.id,
        }
        return action

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

MANAGER = "customer_care.customer_care_group_manager"


class CareTerritoryMove(models.TransientModel):
    """Shows which customers of a territory are with somebody else, and gives those
    chosen to its manager. Managers fill it in; nothing moves before the button."""

    _name = "care.territory.move"
    _description = "Move customers to the manager of their territory"
    _inherit = ["care.link.mixin"]

    territory_id = fields.Many2one("care.territory", required=True, readonly=True)
    manager_id = fields.Many2one(related="territory_id.effective_manager_id")
    which = fields.Selection(
        [
            ("free", "Customers without a person in charge"),
            ("from", "Customers of one person"),
            ("all", "All that are with somebody else"),
        ],
        "Move",
        required=True,
        default="free",
    )
    from_user_id = fields.Many2one("res.users", "Of", context={"active_test": False})
    line_ids = fields.Many2many(
        "res.partner",
        string="Preview",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
        help="Take out who is to stay where he is.",
    )
    count = fields.Integer("Customers to move", compute="_compute_count")
    reason = fields.Char(
        required=True, default=lambda self: self.env._("Order of territories")
    )

    @api.depends("territory_id", "which", "from_user_id")
    def _compute_line_ids(self):
        for move in self:
            move.line_ids = move._find()

    @api.depends("line_ids")
    def _compute_count(self):
        for move in self:
            move.count = len(move.line_ids)

    def _find(self):
        """Return the customers meant, as far as the user sees them."""
        partners = self.env["res.partner"]
        if not self.manager_id or (self.which == "from" and not self.from_user_id):
            return partners
        domain = Domain("care_territory_id", "child_of", self.territory_id.id)
        if self.which == "free":
            domain &= Domain("user_id", "=", False)
        elif self.which == "from":
            domain &= Domain("user_id", "=", self.from_user_id.id)
        found = partners.search(domain)
        return found.filtered(
            lambda p: (
                p.user_id != p.sudo().care_territory_id.effective_manager_id
                and p.sudo().care_territory_id.effective_manager_id
            )
        )

    def action_move(self):
        """Give the customers shown to the managers of their territories."""
        self.ensure_one()
        if not self.env.user.has_group(MANAGER):
            raise AccessError(
                self.env._(
                    "Customers are moved by a customer care manager. Ask one of them."
                )
            )
        chosen = self.line_ids & self._find()
        if not chosen:
            raise UserError(
                self.env._(
                    "No customer of %(territory)s would change hands. Choose others, "
                    "or name a manager of the territory first.",
                    territory=self.territory_id.display_name,
                )
            )
        count = 0
        for territory, customers in chosen.sudo().grouped("care_territory_id").items():
            moved = customers.with_env(self.env)._care_assign(
                territory.effective_manager_id, self.reason, origin=territory
            )
            count += len(moved & customers)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("%(count)s customers moved.", count=count),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

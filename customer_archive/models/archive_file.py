from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

# {(from, to): group that may}; a pair not listed is refused for everyone
_MOVES = {
    ("open", "closed"): "customer_archive.customer_archive_group_user",
    ("closed", "open"): "customer_archive.customer_archive_group_manager",
}
_MANAGER = "customer_archive.customer_archive_group_manager"
# what says which file it is; fixed once the file is closed
_IDENTITY = {
    "number",
    "company_id",
    "type_id",
    "title",
    "partner_id",
    "plate",
    "vin",
    "reference",
    "not_applicable_item_ids",
}


class ArchiveFile(models.Model):
    """One folder about a customer, a vehicle or another reference, on paper and here.
    Archive users write it; closing fixes what it is about and what it holds."""

    _name = "archive.file"
    _description = "Archive file"
    _inherit = [
        "archive.subject.mixin",
        "care.obligation.mixin",
        "care.requirement.mixin",
        "mail.thread",
        "mail.activity.mixin",
        "care.secrecy.mixin",
    ]
    _order = "number desc, id desc"
    _rec_names_search = [
        "number",
        "title",
        "index_terms",
        "plate",
        "vin",
        "reference",
        "partner_id",
    ]
    _check_company_auto = True
    _obligation_place_fields = ("partner_id", "keeper_id", "company_id")

    number = fields.Char(
        copy=False, tracking=True, help="Empty: the next number of the company."
    )
    title = fields.Char(required=True, tracking=True)
    index_terms = fields.Char(
        "Index terms", index="trigram", help="Words under which this file is looked up."
    )
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    home_location_id = fields.Many2one(
        "archive.location",
        string="Home",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        tracking=True,
        help="The place where the file belongs.",
    )
    location_id = fields.Many2one(
        "archive.location",
        string="Now at",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        tracking=True,
        help="The place where the file is now; empty when entered means at home.",
    )
    is_away = fields.Boolean("Away", compute="_compute_is_away", store=True)
    keeper_id = fields.Many2one(
        "res.users",
        index="btree_not_null",
        default=lambda self: self.env.user,
        domain=[("share", "=", False)],
        tracking=True,
    )
    state = fields.Selection(
        [("open", "Open"), ("closed", "Closed")],
        required=True,
        default="open",
        copy=False,
        tracking=True,
    )
    closed_on = fields.Date(copy=False)
    retention_until = fields.Date(
        compute="_compute_retention_until",
        store=True,
        help="Empty while the file is open or when it is kept for ever.",
    )
    document_ids = fields.One2many("archive.document", "file_id")
    document_count = fields.Integer(compute="_compute_document_count")
    not_applicable_item_ids = fields.Many2many(
        "archive.type.item",
        "archive_file_not_applicable_rel",
        "file_id",
        "item_id",
        string="Does not apply",
        domain="[('type_id', '=', type_id)]",
        copy=False,
        help="Items of the checklist that this file cannot have.",
    )
    missing_item_ids = fields.Many2many(
        "archive.type.item",
        "archive_file_missing_rel",
        "file_id",
        "item_id",
        string="Missing",
        compute="_compute_missing_item_ids",
        store=True,
        copy=False,
    )
    missing_count = fields.Integer(
        "Items missing", compute="_compute_missing_item_ids", store=True
    )

    _number_uniq = models.UniqueIndex(
        "(number, company_id) WHERE secrecy_level < 2",
        "Another file of this company already has this number.",
    )
    _number_given = models.Constraint(
        "CHECK (number IS NOT NULL AND number <> '')", "A file needs a number."
    )
    _subject_uniq = models.UniqueIndex(
        "(company_id, type_id, subject_key) WHERE subject_key IS NOT NULL "
        "AND secrecy_level < 2",
        "This subject already has a file of this type.",
    )

    @api.depends("number", "title")
    def _compute_display_name(self):
        for file in self:
            file.display_name = " ".join(filter(None, [file.number, file.title]))

    @api.depends("home_location_id", "location_id")
    def _compute_is_away(self):
        for file in self:
            file.is_away = bool(
                file.location_id and file.location_id != file.home_location_id
            )

    @api.depends("closed_on", "type_id")
    def _compute_retention_until(self):
        for file in self:
            years = file.type_id.retention_years
            file.retention_until = (
                file.closed_on + relativedelta(years=years)
                if file.closed_on and years
                else False
            )

    @api.depends("document_ids")
    def _compute_document_count(self):
        for file in self:
            file.document_count = len(file.document_ids)

    @api.depends(
        "type_id.item_ids.active",
        "type_id.item_ids.is_required",
        "type_id.item_ids.is_original_required",
        "not_applicable_item_ids",
        "document_ids.item_id",
        "document_ids.form",
    )
    def _compute_missing_item_ids(self):
        """A closed file keeps its answer when the checklist changes afterwards."""
        for file in self:
            missing = file.missing_item_ids
            if file.state != "closed":
                wanted = file.type_id.item_ids.filtered("is_required")
                wanted -= file.not_applicable_item_ids
                missing = wanted.filtered(
                    lambda item, held=file.document_ids: not item._is_met_by(held)
                )
            file.missing_item_ids = missing
            file.missing_count = len(missing)

    @api.constrains("location_id")
    def _check_location(self):
        self.location_id._check_capacity()

    @api.model_create_multi
    def create(self, vals_list):
        vals_list = [dict(vals) for vals in vals_list]
        for vals in vals_list:
            self._check_create_vals(vals)
            if not vals.get("number"):
                company = vals.get("company_id") or self.env.company.id
                vals["number"] = (
                    self.env["ir.sequence"]
                    .with_company(company)
                    ._care_next("archive.file", self._secrecy_of_vals(vals))
                )
            if not vals.get("location_id"):
                vals["location_id"] = vals.get("home_location_id")
        return super().create(vals_list)

    def write(self, vals):
        vals = dict(vals)
        if "closed_on" in vals and not self._is_manager():
            del vals["closed_on"]
        self._check_identity(vals)
        if "state" in vals:
            self._check_move(vals["state"])
            if vals["state"] == "closed":
                vals.setdefault("closed_on", fields.Date.context_today(self))
            else:
                vals["closed_on"] = False
        at_home = self.filtered(lambda file: not file.is_away)
        result = super().write(vals)
        if "home_location_id" in vals and "location_id" not in vals:
            at_home.write({"location_id": vals["home_location_id"]})
        if "not_applicable_item_ids" in vals:
            self._on_documents_changed()
        return result

    def copy_data(self, default=None):
        """A one-per-subject file is copied without its subject, to be filled in."""
        vals_list = super().copy_data(default)
        for file, vals in zip(self, vals_list, strict=True):
            if "title" not in (default or {}):
                vals["title"] = self.env._("%(name)s (copy)", name=file.title)
            if file.type_id.is_unique_subject:
                kind = file.subject_kind
                names = {"partner": ["partner_id"], "vehicle": ["plate", "vin"]}
                for name in names.get(kind, ["reference"]):
                    if name not in (default or {}):
                        vals.pop(name, None)
        return vals_list

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        for file in self:
            if file.state == "closed" or file.document_ids:
                raise UserError(
                    self.env._(
                        "%(file)s is closed or holds documents and cannot be deleted. "
                        "Archive it instead.",
                        file=file.display_name,
                    )
                )

    def action_close(self):
        self.write({"state": "closed"})

    def action_reopen(self):
        self.write({"state": "open"})

    def action_send_home(self):
        for file in self:
            file.location_id = file.home_location_id

    def action_view_documents(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_archive.archive_document_action"
        )
        action["domain"] = [("file_id", "=", self.id)]
        action["context"] = {"default_file_id": self.id}
        return action

    def _is_manager(self):
        return self.env.su or self.env.user.has_group(_MANAGER)

    @api.model
    def _check_create_vals(self, vals):
        """Only a manager takes over files that were closed elsewhere."""
        if vals.get("state", "open") != "open" and not self._is_manager():
            raise UserError(
                self.env._(
                    "A new file is open. Enter %(file)s as open and close it "
                    "with its button.",
                    file=vals.get("title") or self.env._("the file"),
                )
            )

    def _check_identity(self, vals):
        fixed = _IDENTITY & set(vals)
        for file in self.filtered(lambda file: file.state == "closed"):
            if fixed:
                raise UserError(
                    self.env._(
                        "%(file)s is closed, so what it is about stays as it is. "
                        "Ask a manager of the archive to reopen it.",
                        file=file.display_name,
                    )
                )

    def _check_move(self, target):
        for file in self.filtered(lambda file: file.state != target):
            group = _MOVES.get((file.state, target))
            if not group or not (self.env.su or self.env.user.has_group(group)):
                raise UserError(
                    self.env._(
                        "%(file)s cannot be reopened by you. Ask a manager of the "
                        "archive.",
                        file=file.display_name,
                    )
                )
            if target == "closed":
                file._check_complete()

    def _check_complete(self):
        self.ensure_one()
        if not self._get_subject():
            raise UserError(
                self.env._(
                    "%(file)s does not say what it is about. Fill in the customer, "
                    "vehicle or reference before closing it.",
                    file=self.display_name,
                )
            )
        if self.missing_item_ids:
            raise UserError(
                self.env._(
                    "%(file)s still lacks: %(items)s. Add the documents, or list the "
                    "items under Does not apply, before closing it.",
                    file=self.display_name,
                    items=", ".join(self.missing_item_ids.mapped("name")),
                )
            )
        self._requirement_check("close")

    def _on_documents_changed(self):
        """What is missing is computed, so no write on the file tells the deadlines."""
        self.env["care.obligation"]._sync(self)

    def _obligation_department(self):
        keeper = self.sudo().keeper_id.with_company(self.company_id)
        return keeper.employee_id.department_id

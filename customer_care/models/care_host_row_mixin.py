from odoo import api, models
from odoo.exceptions import AccessError
from odoo.fields import Domain


class CareHostRowMixin(models.AbstractModel):
    """A row of a record of another app, such as a document of a tender: whoever may
    not read the record sees no row of it, whatever its own rules say."""

    _name = "care.host.row.mixin"
    _description = "Row seen by those who see its record"

    # many2one to the record: whoever writes there writes the row; of a project, its
    # team does
    _host_field = "project_id"

    @api.model
    def _host_domain(self):
        """Return the domain of the rows whose record the user may read."""
        host = self.env[self._fields[self._host_field].comodel_name]
        if not host.has_access("read"):
            return Domain.FALSE
        hosts = host.with_context(active_test=False)._search([])
        return Domain(self._host_field, "in", hosts)

    @api.model
    def _search(self, domain, *args, **kwargs):
        domain = Domain(domain)
        if not self.env.su and not kwargs.get("bypass_access"):
            domain &= self._host_domain()
        return super()._search(domain, *args, **kwargs)

    def _check_access(self, operation):
        result = super()._check_access(operation)
        if result or self.env.su or not any(self._ids):
            return result
        rows = self.sudo()
        hosts = rows[self._host_field].with_env(self.env)._filtered_access("read")
        if operation != "read":
            hosts = self._host_writable(hosts)
        open_ids = set(hosts.ids)
        closed = rows.filtered(lambda row: row[self._host_field].id not in open_ids)
        if not closed:
            return None
        message = self.env._(
            "%(row)s hangs on a record that you may not use. Ask its owner.",
            row=self._description,
        )
        return closed.with_env(self.env), lambda: AccessError(message)

    @api.model
    def _host_writable(self, hosts):
        """Return those of the readable records whose rows the user may write."""
        if hosts._name == "project.project":
            return hosts._care_team_projects()
        return hosts._filtered_access("write")

    def write(self, vals):
        result = super().write(vals)
        if self._host_field in vals:
            self.check_access("write")
        return result

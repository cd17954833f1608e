from odoo import api, models
from odoo.fields import Command

_OURS = ("care.", "complaint.")


class CareLinkMixin(models.AbstractModel):
    """A row people write, that leads only to records its author may read.

    A link shows the name of what it leads to, whoever may read that. So without this
    anybody could ask for the name of a case or a sanction by writing down its number.
    """

    _name = "care.link.mixin"
    _description = "Row that leads only to what its author may read"

    @api.model
    def _watched_links(self):
        """Return {name: field} of the links to records with rules of their own."""
        return {
            name: field
            for name, field in self._fields.items()
            if field.type in ("many2one", "many2many")
            and not field.related
            and field.comodel_name.startswith(_OURS)
        }

    @api.model
    def _watched_ids(self, value):
        """Return the ids that a value of a link, as clients send it, leads to."""
        if isinstance(value, models.BaseModel):
            return value.ids
        if isinstance(value, dict):
            value = value.get("id")
        if not isinstance(value, list | tuple):
            return [value] if isinstance(value, int) and value else []
        ids = []
        for one in value:
            if not isinstance(one, list | tuple):
                ids.append(one)
            elif one[0] in (Command.LINK, Command.UPDATE):
                ids.append(one[1])
            elif one[0] == Command.SET:
                ids += one[2]
        return [id_ for id_ in ids if isinstance(id_, int) and id_]

    @api.model
    def _check_watched_links(self, vals_list):
        """Refuse values and defaults of the context that lead to hidden records."""
        if self.env.su:
            return
        context = self.env.context
        for name, field in self._watched_links().items():
            ids = set(self._watched_ids(context.get(f"default_{name}")))
            for vals in vals_list:
                ids.update(self._watched_ids(vals.get(name)))
            if ids:  # who may not read the model at all leaves the link empty
                self.env[field.comodel_name].browse(sorted(ids)).check_access("read")

    @api.model_create_multi
    def create(self, vals_list):
        self._check_watched_links(vals_list)
        return super().create(vals_list)

    def write(self, vals):
        self._check_watched_links([vals])
        return super().write(vals)

    def onchange(self, values, field_names, fields_spec):
        self._check_watched_links([values])
        return super().onchange(values, field_names, fields_spec)

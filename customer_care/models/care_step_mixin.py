from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.tools.misc import clean_context

_STEP = object()  # RPC carries JSON, and JSON has no identity


class CareStepMixin(models.AbstractModel):
    """A record that people edit, but whose state and stamps change by its buttons.

    The host lists those fields in `_step_fields` with what a new record has in them,
    its moves in `_MOVES`, and writes them by `_step_write`.
    """

    _name = "care.step.mixin"
    _description = "Record that moves by steps"
    _inherit = ["care.link.mixin"]

    # {field: value of a new record}
    _step_fields = {"state": "draft"}
    # {(from, to): group that may}; a pair not listed is refused for everyone
    _MOVES = {}

    def _step_write(self, vals):
        """Write what only steps may, as superuser."""
        context = clean_context(self.env.context) | {"care_step": _STEP}
        self.with_env(self.env(su=True, context=context)).write(vals)

    def _is_step(self):
        return self.env.context.get("care_step") is _STEP

    @api.model_create_multi
    def create(self, vals_list):
        if not self._is_step():
            for vals in vals_list:
                for name, initial in self._step_fields.items():
                    if (vals.get(name) or initial) != initial:
                        self._refuse_edit(name)
                    vals[name] = initial  # a client's default_* keys would fill it
        return super().create(vals_list)

    def write(self, vals):
        if not self._is_step():
            for name in self._step_fields.keys() & vals.keys():
                self._refuse_edit(name)
        return super().write(vals)

    def _refuse_edit(self, name):
        field = self._fields[name].get_description(self.env, ["string"])["string"]
        raise AccessError(
            self.env._(
                "“%(field)s” of %(record)s changes through its buttons alone. "
                "Use them.",
                field=field,
                record=(self[:1].display_name if self[:1].id else self._description),
            )
        )

    def _check_move(self, state):
        """Refuse a move that is not in the table or not for this user."""
        self.ensure_one()
        self.check_access("write")
        group = self._MOVES.get((self.state, state))
        words = dict(self._fields["state"]._description_selection(self.env))
        if not group:
            raise UserError(
                self.env._(
                    "%(record)s is %(now)s and cannot become %(then)s.",
                    record=self.display_name,
                    now=words[self.state],
                    then=words[state],
                )
            )
        if not self.env.su and not self.env.user.has_group(group):
            raise AccessError(
                self.env._(
                    "%(record)s: a customer care manager takes this step. "
                    "Ask one of them.",
                    record=self.display_name,
                )
            )

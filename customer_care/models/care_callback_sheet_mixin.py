from odoo import api, models
from odoo.exceptions import AccessError
from odoo.fields import Command


class CareCallbackSheetMixin(models.AbstractModel):
    """A record that people fill in while it is open, and that moves by buttons alone.

    Whatever is not named in `_sheet_fields` needs engine mode, which no client has.
    """

    _name = "care.callback.sheet.mixin"
    _description = "Sheet that moves by its buttons"

    # Fields people may write.
    _sheet_fields = frozenset()
    # Whether people make and delete such records themselves.
    _sheet_made_by_hand = False

    def _engine(self):
        """Return `self` as superuser in engine mode; see `care.engine.mixin`."""
        return self.with_env(self.env["care.engine.mixin"]._engine().env)

    def _plain(self, env):
        return self.with_env(env)

    def _is_engine(self):
        return self.env["care.engine.mixin"]._is_engine()

    def _check_sheet(self, names):
        """Refuse writing these fields now; hosts say when the sheet is open."""

    def _check_sheet_fields(self, names):
        if not names <= self._sheet_fields:
            raise AccessError(
                self.env._(
                    "%(model)s moves by its buttons. Use them instead of editing.",
                    model=self._description,
                )
            )

    def _check_sheet_links(self, vals):
        """Let people link and unlink what they can read. What is written in engine
        mode must not make or change the records behind a link."""
        for name in vals:
            field = self._fields[name]
            if field.type not in ("many2many", "one2many"):
                continue
            linked = []
            for command in vals[name] or ():
                if not isinstance(command, list | tuple):
                    linked.append(command)
                elif command[0] == Command.LINK:
                    linked.append(command[1])
                elif command[0] == Command.SET:
                    linked += command[2]
                elif command[0] not in (Command.UNLINK, Command.CLEAR):
                    self._check_sheet_fields({f"{name}.id"})
            self.env[field.comodel_name].browse(linked).check_access("read")

    @api.model_create_multi
    def create(self, vals_list):
        if self._is_engine():
            return super().create(vals_list)
        self.check_access("create")
        if not self._sheet_made_by_hand:
            self._check_sheet_fields({"id"})
        for vals in vals_list:
            self._check_sheet_fields(set(vals))
            self._check_sheet_links(vals)
        made = super(CareCallbackSheetMixin, self._engine()).create(vals_list)
        made = made._plain(self.env)
        made.check_access("create")  # the rules look at what was written
        return made

    def write(self, vals):
        if self._is_engine():
            return super().write(vals)
        self.check_access("write")
        self._check_sheet_fields(set(vals))
        self._check_sheet_links(vals)
        self._check_sheet(set(vals))
        result = super(CareCallbackSheetMixin, self._engine()).write(vals)
        self.check_access("write")
        return result

    def unlink(self):
        if self._is_engine():
            return super().unlink()
        self.check_access("unlink")
        if not self._sheet_made_by_hand:
            self._check_sheet_fields({"id"})
        self._check_sheet(set())
        return super(CareCallbackSheetMixin, self._engine()).unlink()

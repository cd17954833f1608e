from odoo import models


class CareComplianceMixin(models.AbstractModel):
    """A record that is evidence of a clause: it counts in the clause's compliance.

    The model names its source and gives one grouped query; the view of all clauses
    unites them. A model with several sources overrides `_compliance_labels` too and
    gets the source as a context key.
    """

    _name = "care.compliance.mixin"
    _description = "Evidence of a clause"

    # Short name of the source, such as "callback"; it differs from all others.
    _compliance_source = ""
    # Field with the department the query groups by; "" where the query gives NULL.
    _compliance_department = "department_id"
    # Whether the query gives and groups by `secrecy_level` too, so that a reader's
    # figures hold nothing that he may not see; else they are for every reader.
    _compliance_levels = False

    def _compliance_label(self):
        """Return what the source is called on screens, in the user's language."""
        raise NotImplementedError

    def _compliance_labels(self):
        """Return {source: label}; more than one only where a model has several."""
        return {self._compliance_source: self._compliance_label()}

    def _compliance_select(self):
        """Return SQL with the columns id (bigint, unique within the source), clause_id,
        company_id, department_id, month (date, the first), met, missed, waived, open;
        it flushes what it reads."""
        raise NotImplementedError

    def _compliance_action(self):
        """Return (XML id of the action with the records counted, the date field their
        month is taken from, what else their domain says)."""
        raise NotImplementedError

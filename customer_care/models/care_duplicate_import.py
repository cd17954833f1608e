import re

from odoo import api, models
from odoo.exceptions import ValidationError

from ..logic import credit_code
from ..logic.duplicates import strictest

_ROUNDED = re.compile(r"\d{15}000")  # Excel keeps 15 digits of a number
_SERVICE = re.compile(r"\d{3,6}")  # numbers of banks and carriers, such as 95588


class _Loading:
    """One file being loaded: what is to be said of its rows. No client can send it."""

    def __init__(self):
        self.warnings = []  # (name of the row's customer, sentence)


class _RowByRow(Exception):
    """Some row of a batch is refused; Odoo tries the rows one by one then."""


class CareDuplicateImport(models.AbstractModel):
    """Customers from a file: one that is there already is an error of its row, one
    that may be is a warning."""

    _name = "care.duplicate.import"
    _description = "Import of customers"

    @api.model
    def load(self, fields, data):
        """Load a file; the rows are checked for customers that are there."""
        if not self.env.context.get("import_file"):
            return super().load(fields, data)
        loading = _Loading()
        result = super(
            CareDuplicateImport, self.with_context(care_loading=loading)
        ).load(fields, data)
        result["messages"] += self._care_row_warnings(loading, fields, data)
        return result

    @api.model
    def get_import_templates(self):
        ours = self.env["care.import.template"]._offered(self._name)
        return ours + super().get_import_templates()

    @api.model_create_multi
    def create(self, vals_list):
        loading = self.env.context.get("care_loading")
        if isinstance(loading, _Loading):
            for vals in vals_list:  # Odoo's inverse would write them one by one
                if vals.get("company_type"):
                    vals["is_company"] = vals.pop("company_type") == "company"
            self._care_check_rows(loading, vals_list)
        return super().create(vals_list)

    def _care_check_rows(self, loading, vals_list):
        """Refuse rows of customers that are there, remember those that may be."""
        for vals in vals_list:
            if wrong := self._care_wrong_number(vals):
                if len(vals_list) > 1:
                    raise _RowByRow
                raise ValidationError(wrong)
        told = self.env["care.duplicate.check"]._told(vals_list)
        for vals, answers in zip(vals_list, told, strict=True):
            first = answers and answers[0]
            if first and first["verdict"] == "refuse":
                if len(vals_list) > 1:
                    raise _RowByRow
                raise ValidationError(
                    self.env._(
                        "“%(customer)s” is not imported. %(why)s Leave the row out, or "
                        "add what is new to that customer.",
                        customer=vals.get("name") or "",
                        why=first["message"],
                    )
                )
        if self._care_is_twice(vals_list):
            raise _RowByRow  # the second one finds the first then
        for vals, answers in zip(vals_list, told, strict=True):
            if answers:
                name = vals.get("name") or ""
                loading.warnings.append((name, answers[0]["message"]))

    def _care_wrong_number(self, vals):
        """Return what is wrong with a row's telephone number or credit code, of that
        which a file alone brings about."""
        name, phone = vals.get("name") or "", str(vals.get("phone") or "").strip()
        keys = self.env["care.duplicate.check"]._asked(vals)["keys"]
        if phone and not keys["phone"] and not _SERVICE.fullmatch(phone):
            return self.env._(
                "“%(phone)s” of “%(customer)s” is no telephone number. Enter it with "
                "its area code, such as 021-60000001, or leave it empty.",
                phone=phone,
                customer=name,
            )
        code = credit_code.clean(vals.get("credit_code") or "")
        if _ROUNDED.fullmatch(code) and not credit_code.is_valid(code):
            return self.env._(
                "Excel has rounded the credit code %(code)s of “%(customer)s”. Give "
                "the column the format “Text” and enter the code again.",
                code=code,
                customer=name,
            )
        return ""

    def _care_is_twice(self, vals_list):
        """Return whether two rows at once are one customer beyond doubt."""
        check = self.env["care.duplicate.check"]
        rules = self.env["care.duplicate.rule"]._in_force()
        asked = [check._asked(vals) for vals in vals_list] if len(vals_list) > 1 else []
        held = {}
        for question in asked:
            keys = {(kind, k) for kind, ks in question["keys"].items() for k in ks}
            others = {id(one): one for key in keys for one in held.get(key, ())}
            for other in others.values():
                shared = {
                    kind
                    for kind, found in question["keys"].items()
                    if found & other["keys"][kind]
                }
                points = check._points(question, other["name"])
                rule = strictest(rules, shared, points)
                if rule and rule.verdict == "refuse":
                    return True
            for key in keys:
                held.setdefault(key, []).append(question)
        return False

    def _care_row_warnings(self, loading, fields, data):
        """Return messages of the import's own kind, each with its row."""
        column = fields.index("name") if "name" in fields else None
        rows = {}
        if column is not None:
            for number, row in enumerate(data):
                rows.setdefault(str(row[column]).strip(), number)
        messages = []
        for name, why in loading.warnings:
            message = {
                "type": "warning",
                "message": self.env._(
                    "“%(customer)s” may be there already. %(why)s Compare the two "
                    "before you import the row.",
                    customer=name,
                    why=why,
                ),
            }
            if name in rows:
                message |= {
                    "rows": {"from": rows[name], "to": rows[name]},
                    "record": rows[name],
                    "field": "name",
                }
            messages.append(message)
        return messages

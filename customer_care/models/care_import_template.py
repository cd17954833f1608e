from odoo import api, fields, models

from ..logic import import_xlsx

_KINDS = {
    "integer": "number",
    "float": "number",
    "monetary": "number",
    "date": "date",
    "datetime": "datetime",
}
_VALUES = 60  # names listed in a template
_FIRST = True  # of a link: the first record that the user sees
# {key: (model, {field: example})}; examples in angles are words of `_words`
_TEMPLATES = {
    "customer": (
        "res.partner",
        {
            "name": "<customer>",
            "company_type": "company",
            "credit_code": "",
            "phone": "021 6000 0001",
            "email": "office@example.com",
            "city": "",
            "street": "",
            "user_id": _FIRST,
            "industry_id": "",
            "care_size_id": _FIRST,
            "care_relation_id": _FIRST,
            "care_nature_id": _FIRST,
            "care_kind": "general",
            "channel": _FIRST,
            "contact_at": "2026-01-05 10:30:00",
            "intent": _FIRST,
            "care_need": "",
            "care_overview": "",
        },
    ),
    "contact": (
        "res.partner",
        {
            "name": "<contact>",
            "parent_id": "",
            "function": "<post>",
            "phone": "021 6000 0002",
            "email": "zhao@example.com",
            "care_decision_role_id": _FIRST,
            "care_sex": "female",
            "birthday_date": "1985-02-28",
            "birthday_calendar": "lunar",
            "birthday_lunar_month": "1",
            "birthday_lunar_day": "9",
            "birthday_lunar_leap": "",
            "care_preference_ids": _FIRST,
        },
    ),
    "member": (
        "care.team.member",
        {
            "partner_id": _FIRST,
            "user_id": _FIRST,
            "role_id": _FIRST,
            "duties": "",
            "date_from": "2026-01-05",
            "date_to": "",
        },
    ),
    "credit": (
        "care.credit.note",
        {
            "partner_id": _FIRST,
            "name": "<credit>",
            "standing": "sound",
            "limit": "50000",
            "source": "<source>",
            "date": "2026-01-05",
            "text": "",
        },
    ),
    "event": (
        "care.occasion.date",
        {
            "partner_id": _FIRST,
            "name": "<event>",
            "kind": "founding",
            "calendar": "solar",
            "date": "2008-08-08",
            "yearly": "",
        },
    ),
    "opt_out": (
        "care.opt.out",
        {
            "partner_id": _FIRST,
            "scope": "advertising",
            "channel": "",
            "reason": "",
            "source": "call",
        },
    ),
    "gift": (
        "care.gift",
        {"name": "<gift>", "code": "tea_example", "value": "80", "note": ""},
    ),
    "market": (
        "care.market.note",
        {
            "name": "<market>",
            "kind": _FIRST,
            "partner_id": "",
            "source": "",
            "date": "2026-01-05",
            "conclusion": "",
        },
    ),
    "participant": (
        "care.training.participant",
        {"training_id": _FIRST, "user_id": _FIRST, "attendance": "present"},
    ),
}


class CareImportTemplate(models.AbstractModel):
    """The workbooks that the import screen offers: their columns, named as in the
    user's language, with the values that may be entered. Nothing is stored."""

    _name = "care.import.template"
    _description = "Template of an import"

    @api.model
    def _labels(self):
        """Return {key: name of the template}."""
        return {
            "customer": self.env._("Import template for customers"),
            "contact": self.env._("Import template for contacts of customers"),
            "member": self.env._("Import template for members of teams"),
            "credit": self.env._("Import template for credit standing"),
            "event": self.env._("Import template for own events"),
            "opt_out": self.env._("Import template for opt-outs"),
            "gift": self.env._("Import template for gifts"),
            "market": self.env._("Import template for market notes"),
            "participant": self.env._("Import template for participants"),
        }

    @api.model
    def _words(self):
        """Return the examples that are words."""
        return {
            "<customer>": self.env._("East China Trading (example)"),
            "<contact>": self.env._("Ms Zhao (example)"),
            "<post>": self.env._("Buyer"),
            "<credit>": self.env._("Pays within 30 days (example)"),
            "<source>": self.env._("Bank"),
            "<event>": self.env._("Founding day (example)"),
            "<gift>": self.env._("Tea (example)"),
            "<market>": self.env._("A competitor lowers prices (example)"),
        }

    @api.model
    def _offered(self, model):
        """Return what the import screen of a model offers to the user."""
        if not self.env[model].has_access("create"):
            return []
        labels = self._labels()
        return [
            {"label": labels[key], "template": f"/customer_care/import_template/{key}"}
            for key, (name, _columns) in _TEMPLATES.items()
            if name == model
        ]

    @api.model
    def _workbook(self, key):
        """Return (file name, bytes) of a template, or None where the user imports no
        such records."""
        model, examples = _TEMPLATES.get(key, (None, {}))
        if not model or not self.env[model].has_access("create"):
            return None
        label, said = self._labels()[key], self._words()
        words = {
            "sheet": self.env._("How to fill in"),
            "column": self.env._("Column"),
            "required": self.env._("Required"),
            "what": self.env._("What is entered"),
            "values": self.env._("Values"),
        }
        described = self.env[model].fields_get(list(examples))
        columns = [
            self._column(
                self.env[model], name, described[name], said.get(example, example)
            )
            for name, example in examples.items()
            if name in described
        ]
        made_at = fields.Datetime.now().replace(hour=0, minute=0, second=0)
        return label, import_xlsx.build(label, columns, words, made_at)

    @api.model
    def _column(self, model, name, described, example):
        kind = described["type"]
        values = ()
        if kind == "selection":
            words = dict(described["selection"])
            values = tuple(words.values())
            example = words.get(example, values[0] if example else "")
        elif kind == "boolean":
            values = (self.env._("yes"), self.env._("no"))
        elif kind in ("many2one", "many2many"):
            values = self._names(model, name)
            example = values[0] if example and values else ""
        return import_xlsx.Column(
            label=described["string"],
            required=described["required"] or name == "name",
            kind=_KINDS.get(kind, "text"),
            help=described.get("help") or "",
            values=values if len(values) < _VALUES else (),
            example=example if isinstance(example, str) else "",
        )

    @api.model
    def _names(self, model, name):
        """Return names that a link may have, of those the user sees; each once."""
        link = model._fields[name]
        domain = link.domain if isinstance(link.domain, list) else []
        found = self.env[link.comodel_name]
        if not found.has_access("read"):
            return ()
        if link.comodel_name == "res.partner":
            domain = [("is_company", "=", True), ("user_id", "=", self.env.uid)]
            return tuple(found.search(domain, limit=1).mapped("display_name"))
        if link.comodel_name == "res.users":
            return (self.env.user.display_name,)
        found = found.search(domain, limit=_VALUES)
        return tuple(dict.fromkeys(found.mapped("display_name")))

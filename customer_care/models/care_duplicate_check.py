from odoo import api, models
from odoo.tools import SQL, format_date

from ..logic import company_name, credit_code
from ..logic.duplicates import HARD, STRICT, strictest
from ..logic.phone_key import email_keys, phone_keys

_CROWD = 50  # holders from which on a number or address says nothing
_NAMES = 1000  # holders of one brand looked at
_LIKELY = 30  # names compared as customers
_SHOWN = 10


class CareDuplicateCheck(models.AbstractModel):
    """The search for customers that are there already: nothing is stored.

    One statement finds the keys, one the customers behind them, and the user's sight
    parts them: told by name, told as somebody's, not told at all.
    """

    _name = "care.duplicate.check"
    _description = "Check for duplicates"

    @api.model
    def _told(self, vals_list):
        """Return, for each of `vals_list`, what `_care_duplicates` says."""
        return self._all_worded(told for told, _hidden in self._found(vals_list))

    @api.model
    def _hidden(self, vals_list):
        """Return, for each of `vals_list`, what nobody is told."""
        return self._all_worded(hidden for _told, hidden in self._found(vals_list))

    @api.model
    def _found(self, vals_list):
        """Return [(told, hidden)] as it is found, each with its customer and whether
        the user may not be told who that is (`masked`); for code that tells nobody."""
        if not self.env.user._is_internal() and not self.env.su:
            return [([], []) for _vals in vals_list]
        self.env["res.partner"].flush_model()
        asked = [self._asked(vals) for vals in vals_list]
        matches = self._matches(asked)
        # our own company is looked at too: where nothing is found, and where nothing
        # may be told, the same is asked
        own = set(self._stand_in()._ids)
        customers = self._customers(own.union(*matches))
        sight = self._sight(customers)
        return [
            self._judge(question, found, customers, sight)
            for question, found in zip(asked, matches, strict=True)
        ]

    # ---- the question

    @api.model
    def _asked(self, vals):
        """Return what is asked: keys by kind, the name taken apart and whose it is."""
        country = "CN"
        if vals.get("country_id"):
            country = self.env["res.country"].sudo().browse(vals["country_id"]).code
        codes = [vals.get(n) for n in ("credit_code", "vat", "company_registry")]
        is_contact = vals.get("parent_id") and not vals.get("is_company")
        keys = {
            "credit": {credit_code.clean(c) for c in codes if credit_code.is_valid(c)},
            "phone": set(phone_keys(vals.get("phone") or "", country)),
            "email": set(email_keys(vals.get("email"))),
        }
        name = company_name.parse(vals.get("name") or "", bool(vals.get("is_company")))
        return {
            "keys": keys,
            "name": None if is_contact or not name.brand else name,
            "own": {vals.get("id"), vals.get("parent_id")} - {None, False},
            "company": vals.get("company_id") or False,
        }

    @api.model
    def _ranges(self, question):
        """Return [(kind, first key, last key, limit)] to look for."""
        ranges = [
            (kind, key, key, _CROWD + 1)
            for kind, keys in question["keys"].items()
            for key in keys
        ]
        name = question["name"]
        if name:
            places = company_name.key_places(name)
            for brand in (name.brand, *company_name.near_keys(name.brand)):
                if places == ("",):  # whatever the place
                    ranges.append(("name", f"{brand}|", f"{brand}}}", _NAMES))
                else:
                    ranges += [
                        ("name", f"{brand}|{place}", f"{brand}|{place}", _NAMES)
                        for place in (*places, "")
                    ]
        return ranges

    # ---- what is found

    @api.model
    def _matches(self, asked):
        """Return, for each question, {id of a contact: set of kinds}."""
        wanted = [
            (number, *looked)
            for number, question in enumerate(asked)
            for looked in self._ranges(question)
        ]
        if not wanted:
            return [{} for _question in asked]
        rows = self.env.execute_query(
            SQL(
                """SELECT a.number, a.place, k.kind, k.partner_id, k.detail
                     FROM unnest(%s::int[], %s::text[], %s::text[], %s::text[],
                                 %s::int[]) WITH ORDINALITY
                          AS a (number, kind, low, high, most, place)
                    CROSS JOIN LATERAL (
                          SELECT kind, partner_id, detail FROM care_customer_key
                           WHERE kind = a.kind AND key COLLATE "C" >= a.low
                             AND key COLLATE "C" <= a.high
                           LIMIT a.most) k""",
                *(list(column) for column in zip(*wanted, strict=True)),
            )
        )
        found = [{} for _question in asked]
        names = [{} for _question in asked]
        held = {}
        for number, place, kind, partner_id, detail in rows:
            if kind == "name":
                names[number][partner_id] = detail
            else:
                held.setdefault((number, place, kind), []).append(partner_id)
        for (number, _place, kind), ids in held.items():
            if len(ids) <= _CROWD:
                for id_ in ids:
                    found[number].setdefault(id_, set()).add(kind)
        for number, question in enumerate(asked):
            for id_ in self._alike(question["name"], names[number]):
                found[number].setdefault(id_, set()).add("name")
        return found

    @api.model
    def _alike(self, name, details):
        """Return the ids whose names are most alike."""
        points = {}
        for id_, detail in details.items():
            found = company_name.compare(name, company_name.read(detail)).points
            if found:
                points[id_] = found
        return sorted(points, key=lambda id_: (-points[id_], id_))[:_LIKELY]

    @api.model
    def _customers(self, ids):
        """Return {id of a contact: row about it and the customer it belongs to}."""
        partner = self.env["res.partner"]
        department = until = SQL("NULL")
        if "registered_department_id" in partner._fields:
            department = SQL("c.registered_department_id")
        if "protected_until" in partner._fields:
            until = SQL("c.protected_until")
        rows = self.env.execute_query_dict(
            SQL(
                """SELECT p.id, c.id AS customer, c.name, c.is_company,
                          COALESCE(c.active, TRUE) AND COALESCE(p.active, TRUE)
                              AS active,
                          COALESCE(c.company_id, p.company_id) AS company,
                          c.user_id AS person, %s AS department, %s AS until
                     FROM res_partner p
                     JOIN res_partner c
                          ON c.id = COALESCE(p.commercial_partner_id, p.id)
                    WHERE p.id = ANY(%s) AND p.partner_share IS NOT FALSE""",
                department,
                until,
                list(ids),
            )
        )
        return {row["id"]: row for row in rows}

    @api.model
    def _stand_in(self):
        """Return a contact that everybody may read and nobody asks for."""
        return self.env.company.sudo().partner_id

    @api.model
    def _sight(self, customers):
        """Return the ids that the user is cleared for, and those he may read."""
        ids = {
            id_ for row in customers.values() for id_ in (row["id"], row["customer"])
        }
        mine = self.env["res.partner"].with_user(self.env.user).browse(sorted(ids))
        mine = mine.with_context(active_test=False)
        cleared = mine - mine._secrecy_hidden()
        return set(cleared._ids), set(cleared._filtered_access("read")._ids)

    # ---- the answer

    @api.model
    def _judge(self, question, matches, customers, sight):
        """Return what is told and what is not, the likeliest first."""
        cleared, readable = sight
        groups = {}
        for id_, kinds in matches.items():
            row = customers.get(id_)
            if not row or not self._is_asked_about(question, row):
                continue
            seen = id_ in cleared and row["customer"] in cleared
            group = groups.setdefault((row["customer"], seen), (row, set()))
            group[1].update(kinds)
        told, hidden = [], []
        rules = self.env["care.duplicate.rule"]._in_force()
        for (customer, seen), (row, kinds) in groups.items():
            answer = self._answer(question, row, kinds, rules)
            if answer:
                shut = answer["archived"] or customer not in readable
                answer["masked"] = seen and shut
                (told if seen else hidden).append(answer)
        return self._best(told), self._best(hidden)

    @api.model
    def _is_asked_about(self, question, row):
        """Return whether a customer is another one than the one asked about, and none
        that belongs to a company where the user does not work."""
        if question["own"] & {row["id"], row["customer"]}:
            return False
        place = row["company"]
        return not place or place in self.env.user._get_company_ids()

    @api.model
    def _answer(self, question, row, kinds, rules):
        """Return what is known of a customer that may be the one asked about."""
        other = company_name.parse(row["name"] or "", bool(row["is_company"]))
        likeness = self._points(question, other)
        rule = strictest(rules, kinds, likeness)
        if not rule or rule.verdict == "note":
            return None
        return {
            "partner_id": row["customer"],
            "name": row["name"],
            "archived": not row["active"],
            "department_id": row["department"] or False,
            "protected_until": row["until"] or False,
            "evidence": [kind for kind in HARD if kind in kinds]
            + ["name"] * bool(likeness),
            "score": rule.score,
            "verdict": rule.verdict,
            "person": row["person"],
        }

    @api.model
    def _points(self, question, other):
        """Return how alike the name asked about is to another one."""
        if not question["name"] or not other:
            return 0
        return company_name.compare(question["name"], other).points

    @api.model
    def _best(self, answers):
        answers.sort(
            key=lambda a: (-STRICT[a["verdict"]], -a["score"], a["name"] or "")
        )
        return answers[:_SHOWN]

    @api.model
    def _all_worded(self, found):
        return [[self._worded(answer) for answer in answers] for answers in found]

    @api.model
    def _worded(self, answer):
        """Return an answer with the sentence for the user; of archived customers and
        those he may not see it says only who has them."""
        answer = dict(answer)
        departments = self.env["hr.department"].sudo()
        department = departments.browse(answer["department_id"] or ())
        person = self.env["res.users"].sudo().browse(answer.pop("person") or ())
        if not department:  # who is in charge, where none is kept
            department = person.employee_ids.department_id[:1]
        if answer.pop("masked"):
            answer |= {"partner_id": False, "name": False}
        return answer | {
            "department_id": department.id,
            "department": department.name or False,
            "message": self._message(
                answer["name"], department.name, answer["protected_until"]
            ),
        }

    @api.model
    def _message(self, name, department, until):
        """Return the sentence for the user."""
        parts = {
            "customer": name,
            "department": department or self.env._("another department"),
            "date": until and format_date(self.env, until),
        }
        if name and until:
            return self.env._(
                "“%(customer)s” is there already: registered by %(department)s, "
                "protected until %(date)s.",
                **parts,
            )
        if name and department:
            return self.env._(
                "“%(customer)s” is there already: registered by %(department)s.",
                **parts,
            )
        if name:
            return self.env._("“%(customer)s” is there already.", **parts)
        if until:
            return self.env._(
                "Registered by %(department)s, protected until %(date)s.", **parts
            )
        return self.env._("Registered by %(department)s.", **parts)

"""Helpers of the obligation engine that hold no record of their own."""

from collections import defaultdict


class Places:
    """Customer, department and company of hosts, read once when first asked for."""

    def __init__(self, engine, hosts):
        self.engine, self.hosts = engine, hosts
        self._found = None
        self._calendars = {}

    def all(self):
        """Return {record id: (partner id, department id, company id)}."""
        if self._found is None:
            is_host = "obligation_ids" in self.hosts._fields
            mixin = self.engine.env["care.obligation.mixin"]
            self._found = {
                host.id: host._obligation_places()
                if is_host
                else mixin._places_of_any(host)
                for host in self.hosts
            }
        return self._found

    def of(self, id_):
        return self.all()[id_]

    def read_by(self, spec):
        """Return the hosts as a rule reads them: [those of one company, in it]. A rule
        for all companies reads in that of each record, what they share in the main."""
        if not spec.by_company:
            return [self.hosts]
        if spec.company_id:
            return [in_company(self.hosts, spec)]
        main = self.engine.env["care.condition"]._main_company().id
        groups = defaultdict(list)
        for id_, (_partner, _department, company_id) in self.all().items():
            groups[company_id or main].append(id_)
        return [
            self.hosts.browse(ids).with_company(company_id)
            for company_id, ids in groups.items()
        ]

    def calendar(self, id_, spec):
        company_id = self.of(id_)[2] or spec.company_id
        if company_id not in self._calendars:
            self._calendars[company_id] = self.engine._company_calendar(company_id)
        return self._calendars[company_id]

    def role_request(self, spec, id_):
        """Return the request for care.role._resolve_many."""
        env = self.hosts.env
        partner_id, department_id, company_id = self.of(id_)
        return (
            env["care.role"].browse(spec.role_id),
            env["res.company"].browse(company_id or spec.company_id or ()),
            env["hr.department"].browse(department_id or ()),
            env["res.partner"].browse(partner_id or ()),
        )


def in_company(hosts, spec):
    """Return records as a rule of one company reads them."""
    if spec.by_company and spec.company_id:
        return hosts.with_company(spec.company_id)
    return hosts


def matching(hosts, domain):
    """Return the ids of the hosts in `domain`, None when there is no domain."""
    if domain is None:
        return None
    return set(hosts.env["care.condition"]._fitting_here(hosts, domain)._ids)


def follow(host, path):
    for name in path:
        host = host[name]
        if len(host) > 1:
            host = host[:1]
    return host


def group_by_model(rows):
    """Return {model name: [Row]}."""
    found = defaultdict(list)
    for row in rows:
        found[row.res_model].append(row)
    return found

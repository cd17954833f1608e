{
    "name": "Customer Care",
    "summary": "Customer-management policies that run: clauses, deadlines, duties, approvals",
    "version": "19.0.1.0.0",
    "category": "Customer Care",
    "author": "Customer Care Team",
    "license": "LGPL-3",
    "depends": [
        "contacts",
        "mail",
        "calendar",
        "resource",
        "hr",
        "survey",
        "portal",
        "base_automation",
        "crm",
        "project",
    ],
    "external_dependencies": {"python": ["PyYAML", "python-dateutil"]},
    "data": [
        # security
        "security/customer_care_groups.xml",
        "security/ir.model.access.csv",
        "security/care_role_security.xml",
        "security/care_obligation_security.xml",
        # data
        "data/care_role_data.xml",
        "data/care_obligation_cron.xml",
        # views
        "views/care_role_views.xml",
        "views/care_role_assignment_views.xml",
        # menus
        "views/customer_care_menus.xml",
    ],
    "application": True,
    "installable": True,
}

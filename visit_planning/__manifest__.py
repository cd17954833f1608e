{
    "name": "Visit Planning",
    "summary": "Customer visits from plan to report",
    "version": "19.0.1.0.0",
    "category": "Customer Care",
    "author": "Customer Care Team",
    "license": "LGPL-3",
    "depends": [
        "customer_care",
    ],
    "data": [
        # security
        "security/visit_planning_groups.xml",
        "security/ir.model.access.csv",
        "security/visit_checklist_security.xml",
        "security/visit_checklist_line_security.xml",
        "security/visit_purpose_security.xml",
        "security/visit_visit_security.xml",
        "security/visit_visit_line_security.xml",
        # data
        "data/visit_checklist_data.xml",
        "data/visit_purpose_data.xml",
        # views
        "views/visit_checklist_views.xml",
        "views/visit_checklist_line_views.xml",
        "views/visit_purpose_views.xml",
        "views/visit_visit_line_views.xml",
        "views/visit_visit_views.xml",
        "views/visit_visit_other_views.xml",
        "views/res_partner_views.xml",
        # menus
        "views/visit_secrecy_views.xml",
        "views/visit_planning_menus.xml",
    ],
    "uninstall_hook": "uninstall_hook",
}

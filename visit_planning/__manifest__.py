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
        # data
        # views
        # menus
        "views/visit_planning_menus.xml",
    ],
    "application": False,
    "installable": True,
}

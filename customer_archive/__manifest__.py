{
    "name": "Customer Archive",
    "summary": "Customer files, places and registers",
    "version": "19.0.1.0.0",
    "category": "Customer Care",
    "author": "Customer Care Team",
    "license": "LGPL-3",
    "depends": [
        "customer_care",
    ],
    "data": [
        # security
        "security/customer_archive_groups.xml",
        "security/ir.model.access.csv",
        # data
        # views
        # menus
        "views/customer_archive_menus.xml",
    ],
    "application": False,
    "installable": True,
}

{
    "name": "Complaint Handling",
    "summary": "Complaints from intake to answer, with deadlines, approvals and statistics",
    "version": "19.0.1.0.0",
    "category": "Customer Care",
    "author": "Customer Care Team",
    "license": "LGPL-3",
    "depends": [
        "customer_care",
    ],
    "external_dependencies": {"python": ["xlsxwriter"]},
    "data": [
        # security
        "security/complaint_handling_groups.xml",
        "security/ir.model.access.csv",
        # data
        # views
        # menus
        "views/complaint_handling_menus.xml",
    ],
    "application": False,
    "installable": True,
}

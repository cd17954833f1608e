{
    "name": "Test: customer stack",
    "summary": "Host models of the engines, for tests alone",
    "version": "19.0.1.0.0",
    "category": "Hidden/Tests",
    "author": "Customer Care Team",
    "license": "LGPL-3",
    "depends": ["customer_care"],
    "data": ["security/ir.model.access.csv"],
    "installable": True,
}

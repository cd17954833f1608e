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
        "security/archive_type_security.xml",
        "security/archive_type_item_security.xml",
        "security/archive_location_security.xml",
        "security/archive_file_security.xml",
        "security/archive_document_security.xml",
        # data
        "data/archive_type_data.xml",
        # views
        "views/archive_type_views.xml",
        "views/archive_type_item_views.xml",
        "views/archive_location_views.xml",
        "views/archive_document_views.xml",
        "views/archive_file_views.xml",
        "views/archive_file_other_views.xml",
        "views/res_partner_views.xml",
        # menus
        "views/archive_secrecy_views.xml",
        "views/customer_archive_menus.xml",
    ],
    "post_init_hook": "post_init_hook",
    "uninstall_hook": "uninstall_hook",
}

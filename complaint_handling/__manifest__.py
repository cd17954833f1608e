{
    "name": "Complaint Handling",
    "summary": "Complaints from intake to answer: deadlines, approvals, statistics",
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
        "security/complaint_case_security.xml",
        "security/complaint_report_security.xml",
        "security/complaint_engine_security.xml",
        # data
        "data/complaint_severity_data.xml",
        "data/complaint_category_data.xml",
        "data/mail_template_data.xml",
        "data/complaint_desk_data.xml",
        "data/ir_actions_server_data.xml",
        # views
        "views/complaint_case_form_views.xml",
        "views/complaint_case_views.xml",
        "views/complaint_case_chart_views.xml",
        "views/complaint_desk_views.xml",
        "views/complaint_category_views.xml",
        "views/complaint_issue_views.xml",
        "views/complaint_severity_views.xml",
        "views/complaint_answer_views.xml",
        "views/complaint_promise_views.xml",
        "views/complaint_report_views.xml",
        "views/complaint_report_line_views.xml",
        "views/complaint_tracking_templates.xml",
        "views/complaint_portal_templates.xml",
        "views/res_partner_views.xml",
        "report/complaint_case_card.xml",
        # wizards
        "wizard/complaint_wizard_views.xml",
        # menus
        "views/complaint_handling_menus.xml",
    ],
    "uninstall_hook": "uninstall_hook",
}

# A model is built after what it inherits: the mixins come first.
from . import care_compliance_mixin

# isort: split
from . import care_pack_names

# isort: split
from . import care_pack_codec

# isort: split
from . import care_pack_export, care_pack_writer

# isort: split
from . import (
    care_approval_compliance,
    care_approval_decide_mixin,
    care_approval_mixin,
    care_approval_notice_mixin,
    care_calendar_story,
    care_document_mixin,
    care_duty_rhythm,
    care_duty_run,
    care_engine_mixin,
    care_improvement_flow,
    care_improvement_mixin,
    care_improvement_source,
    care_obligation_compliance,
    care_obligation_duty,
    care_obligation_mixin,
    care_obligation_notice,
    care_obligation_plan,
    care_obligation_scan,
    care_obligation_spec,
    care_obligation_store,
    care_obligation_sweep,
    care_obligation_sync,
    care_pack_loader,
    care_pack_row_mixin,
    care_pack_words,
    care_policy_reader_mixin,
    care_requirement_mixin,
    care_rule_model_mixin,
    care_sanction_ledger,
    care_sanction_notice,
    care_sanction_proposal,
    care_sanction_recurrence,
    care_sanction_verdict,
    care_step_mixin,
)

# isort: split
from . import (
    care_approval,
    care_approval_decision,
    care_approval_line,
    care_approval_rule,
    care_approval_step,
    care_calendar_day,
    care_cause_category,
    care_clause_compliance,
    care_clause_rule,
    care_day_item,
    care_delegation,
    care_duty,
    care_improvement,
    care_improvement_link,
    care_improvement_rule,
    care_improvement_why,
    care_inspection,
    care_inspection_finding,
    care_inspection_item,
    care_inspection_template,
    care_inspection_template_item,
    care_obligation,
    care_obligation_escalation,
    care_obligation_event,
    care_obligation_places,
    care_obligation_rule,
    care_policy,
    care_policy_acknowledgement,
    care_policy_clause,
    care_requirement,
    care_requirement_check,
    care_role,
    care_role_assignment,
    care_sanction,
    care_sanction_decision,
    care_sanction_group,
    care_sanction_list,
    care_sanction_rule,
    crm_lead,
    ir_actions_report,
    project_project,
    project_task,
    res_partner,
    resource_calendar,
    resource_calendar_attendance,
    resource_calendar_leaves,
)

# A model is built after what it inherits: the mixins come first.
from . import care_compliance_mixin

# isort: split
from . import care_link_mixin

# isort: split
from . import (
    base,
    care_engine_mixin,
    care_mask_pair_mixin,
    care_model_title_mixin,
    care_sealed_file_mixin,
    care_sealed_file_reader,
    care_secret_mixin,
)

# isort: split
from . import care_secrecy_class_mixin, care_secrecy_follow_mixin

# isort: split
from . import care_secrecy_mixin

# isort: split
from . import care_pack_names

# isort: split
from . import care_pack_codec

# isort: split
from . import care_pack_sleeper, care_pack_writer

# isort: split
from . import care_pack_export

# isort: split
from . import care_duplicate_import

# isort: split
from . import care_subject_mixin

# isort: split
from . import (
    care_access_audit,
    care_access_emergency,
    care_access_partner,
    care_access_request_flow,
    care_access_writer,
    care_appraisal_figures,
    care_appraisal_flow,
    care_approval_compliance,
    care_approval_cumulate_mixin,
    care_approval_decide_mixin,
    care_approval_mixin,
    care_approval_notice_mixin,
    care_benchmark_mixin,
    care_calendar_story,
    care_callback_after,
    care_callback_calendar,
    care_callback_compliance,
    care_callback_freeze,
    care_callback_host_mixin,
    care_callback_intake,
    care_callback_partner,
    care_callback_people,
    care_callback_plan,
    care_callback_rate,
    care_callback_seen,
    care_callback_sheet_mixin,
    care_callback_steps,
    care_ceiling,
    care_clearance_flow,
    care_clearance_people,
    care_clearance_training,
    care_condition,
    care_data_review_compliance,
    care_data_review_fields,
    care_data_review_flow,
    care_data_review_link,
    care_day_sources,
    care_departure_flow,
    care_departure_move,
    care_departure_plan,
    care_departure_sources,
    care_departure_told,
    care_disclosure_cover,
    care_disclosure_flow,
    care_document_mixin,
    care_duplicate_check,
    care_duplicate_job,
    care_duplicate_partner,
    care_duty_rhythm,
    care_duty_run,
    care_duty_window,
    care_emergency_flow,
    care_evaluation_apply,
    care_evaluation_lists,
    care_evaluation_open,
    care_evaluation_steps,
    care_expense_gate,
    care_figure_mixin,
    care_guarded_mixin,
    care_handler_mixin,
    care_improvement_compliance,
    care_improvement_flow,
    care_improvement_mixin,
    care_improvement_partner,
    care_improvement_source,
    care_incentive_compliance,
    care_incentive_flow,
    care_incentive_make,
    care_indicator_check,
    care_indicator_preview,
    care_indicator_secrecy,
    care_inspection_compliance,
    care_leak_incident_flow,
    care_leak_incident_notice,
    care_mail_door_mixin,
    care_mail_guard_mixin,
    care_mail_thread_mixin,
    care_mask,
    care_mask_query,
    care_measure,
    care_merge,
    care_merge_links,
    care_obligation_activity,
    care_obligation_compliance,
    care_obligation_duty,
    care_obligation_glance,
    care_obligation_mixin,
    care_obligation_notice,
    care_obligation_people,
    care_obligation_plan,
    care_obligation_reassign_mixin,
    care_obligation_scan,
    care_obligation_spec,
    care_obligation_store,
    care_obligation_story,
    care_obligation_succession,
    care_obligation_sweep,
    care_obligation_sync,
    care_occasion_grades,
    care_occasion_partner,
    care_pack_loader,
    care_pack_row_mixin,
    care_pack_words,
    care_plan_partner,
    care_policy_pack_mixin,
    care_policy_reader_mixin,
    care_portrait_birthday,
    care_registration_claim_flow,
    care_registration_match,
    care_registration_partner,
    care_registration_undo,
    care_report_request_flow,
    care_requirement_mixin,
    care_role_team,
    care_rule_model_mixin,
    care_sanction_compliance,
    care_sanction_ledger,
    care_sanction_notice,
    care_sanction_proposal,
    care_sanction_recurrence,
    care_sanction_verdict,
    care_satisfaction_asking,
    care_satisfaction_close,
    care_satisfaction_compliance,
    care_satisfaction_invitation,
    care_satisfaction_partner,
    care_satisfaction_points,
    care_satisfaction_population,
    care_satisfaction_project,
    care_satisfaction_questionnaire,
    care_satisfaction_reckoning,
    care_satisfaction_secrecy,
    care_satisfaction_store,
    care_satisfaction_survey,
    care_satisfaction_weight_mixin,
    care_satisfaction_weights,
    care_satisfaction_workbook,
    care_satisfaction_year,
    care_score_partner,
    care_score_writer,
    care_scorecard_formula,
    care_scorecard_part_mixin,
    care_scorecard_source,
    care_scorecard_standing,
    care_secrecy_fall,
    care_secrecy_trigger,
    care_service_plan_compliance,
    care_service_plan_fill,
    care_service_plan_flow,
    care_service_review_compliance,
    care_step_mixin,
    care_suggestion_compliance,
    care_suggestion_flow,
    care_team_partner,
    care_territory_partner,
    care_tier_partner_mixin,
    care_tier_rating,
    care_tier_request_flow,
    care_tier_team_mixin,
    care_timeline_sources,
    care_training_answer,
)

# isort: split
from . import (
    care_acceptance_steps,
    care_cooperation_sources,
    care_cooperation_steps,
    care_host_row_mixin,
    care_tender_steps,
)

# isort: split
from . import care_check_row_mixin, care_cooperation_mixin, care_tender_mixin

# isort: split
from . import (
    care_portrait_partner,
    care_service_plan_part,
    care_timeline_care,
    care_timeline_plans,
)

# isort: split
from . import (
    care_touch_compliance,
    care_touch_days,
    care_touch_gift,
    care_touch_lists,
    care_touch_send,
    care_touch_settle,
    care_touch_sources,
    care_touch_steps,
)

# isort: split
from . import care_touch_make

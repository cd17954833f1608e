from . import (
    care_approval_comment,
    care_calendar_day_load,
    care_callback_occasion_add,
    care_callback_step,
    care_duty_done,
    care_improvement_step,
    care_obligation_waive,
    care_policy_pack,
    care_policy_pack_line,
    care_sanction_decide,
    care_sanction_list_make,
    care_sanction_manual,
)

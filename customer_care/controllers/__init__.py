from . import (
    action,
    approval_link,
    care_data_review,
    care_disclosure,
    care_evaluation,
    care_file,
    care_greeting,
    care_registration,
    care_satisfaction,
    mail,
    policy_pack,
    web_client,
)

from . import (
    action,
    approval_link,
    care_disclosure,
    care_evaluation,
    care_file,
    care_satisfaction,
    care_greeting,
    mail,
    policy_pack,
    web_client,
)

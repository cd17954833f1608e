"""A policy whose rules work on the test hosts, one rule of each kind."""

STACK_PACK = """\
format: 1
policy:
  code: S01
  version: 1
  name: Stack policy
clauses:
  - code: S01.01
    kind: record
    name: Written down
  - code: S01.02
    kind: deadline
    name: Closed in a week
  - code: S01.03
    kind: approval
    name: Approved
rules:
  care.role:
    - code: s_boss
      clause: S01.03
      name: Boss
  care.obligation.rule:
    - code: s_week
      clause: S01.02
      name: Closed in a week
      model_name: test.care.host
      start_field: received_at
      amount: 7
      unit: day
      done_domain: "[('state', '=', 'done')]"
      cancel_domain: "[('state', '=', 'void')]"
      responsible_path: user_id
      role_id: s_boss
      remind_amount: 2
      escalation_ids:
        - notify: role
          role_id: s_boss
          summary:
            en_US: A week has passed
            zh_CN: 已满一周
  care.approval.rule:
    - code: s_accept
      clause: S01.03
      name: Acceptance
      model_name: test.approval.host
      gate: accept
      step_ids:
        - name:
            en_US: The boss decides
            zh_CN: 老板批准
          role_id: s_boss
  care.requirement:
    - code: s_written
      clause: S01.01
      name: Cause and report
      model_name: test.requirement.host
      gate: close
      field_names: cause, report
      message:
        en_US: Ask the shop.
        zh_CN: 请问门店。
"""

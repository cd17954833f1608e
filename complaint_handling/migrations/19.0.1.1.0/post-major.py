def migrate(cr, version):
    """The shipped severities of a running database are told apart as major or not."""
    cr.execute(
        """
        UPDATE complaint_severity SET is_major = true
         WHERE code IN ('major', 'critical') AND is_major IS NOT TRUE
        """
    )
    cr.execute(
        """
        UPDATE complaint_case SET is_major = true
          FROM complaint_severity s
         WHERE s.id = severity_id AND s.is_major
        """
    )

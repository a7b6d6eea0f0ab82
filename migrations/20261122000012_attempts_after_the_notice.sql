-- migrate:up

COMMENT ON COLUMN complaint.failed_attempts IS 'Recorded failed contacts since the newest notice of this round, or since its beginning';
COMMENT ON COLUMN policy.failed_attempts_to_close IS 'Recorded failed contacts after a notice that replace its delivery';

-- migrate:down

COMMENT ON COLUMN policy.failed_attempts_to_close IS 'Recorded failed contacts that replace the delivery of the decision';
COMMENT ON COLUMN complaint.failed_attempts IS 'Recorded failed contacts in this round';

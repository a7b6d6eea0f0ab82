-- migrate:up

-- Whether a password is temporary is shown with the person, so it has to change their version.
COMMENT ON COLUMN staff.version IS 'Counts changes of the person, of their roles and of the password, from 1 on';

-- migrate:down

COMMENT ON COLUMN staff.version IS 'Counts changes of the person and of their roles, not of the password, from 1 on';

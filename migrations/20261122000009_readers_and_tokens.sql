-- migrate:up

-- Setting a password and disabling somebody end that person's sessions: among those of everybody.
CREATE INDEX token_staff ON token (staff_id) WHERE revoked_at IS NULL;

-- A tracking code opens the progress of a complaint to whoever has it, so readers see all but that.
-- A column that is added later is granted by its own migration.
REVOKE SELECT ON complaint FROM complaintd_reader;
DO $$
BEGIN
    EXECUTE (SELECT format('GRANT SELECT (%s) ON complaint TO complaintd_reader', string_agg(quote_ident(attname), ', '))
        FROM pg_attribute
        WHERE attrelid = 'complaint'::regclass AND attnum > 0 AND NOT attisdropped AND attname <> 'tracking_code');
END
$$;

-- migrate:down

GRANT SELECT ON complaint TO complaintd_reader;
DROP INDEX token_staff;

-- migrate:up

-- Programs that call the API in their own name, or on behalf of a member of staff whom they name. A
-- client is staff that cannot sign in with a password nor own a stage, so that its roles are granted
-- as everybody's, and journals and foreign keys know one kind of caller.
CREATE TABLE client (
    staff_id uuid PRIMARY KEY REFERENCES staff,
    created_by uuid REFERENCES staff
);
COMMENT ON TABLE client IS 'Which members of staff are programs: they may act on behalf of people and own nothing';
COMMENT ON COLUMN client.staff_id IS 'The program, with its login, name, home unit and roles';
COMMENT ON COLUMN client.created_by IS 'Security administrator who added it; null: complaintctl';
CREATE TRIGGER tell AFTER INSERT OR UPDATE OR DELETE ON client FOR EACH STATEMENT EXECUTE FUNCTION tell_institution();

ALTER TABLE token
    ADD COLUMN id uuid NOT NULL DEFAULT gen_random_uuid(),
    ADD COLUMN scopes integer NOT NULL DEFAULT 7 CHECK (scopes BETWEEN 1 AND 7),
    ADD COLUMN issued_by uuid REFERENCES staff,
    ADD COLUMN last_used_at timestamptz;
CREATE UNIQUE INDEX token_id ON token (id);
COMMENT ON COLUMN token.id IS 'What it is called where it is listed and revoked';
COMMENT ON COLUMN token.scopes IS 'What it is good for, as bits: 1 read, 2 write, 4 administer';
COMMENT ON COLUMN token.issued_by IS 'Security administrator who issued it; null: signed in, or complaintctl';
COMMENT ON COLUMN token.last_used_at IS 'When it was used, to ten minutes or so; null: never';
COMMENT ON COLUMN token.client IS 'The program it was issued to; null for a session';

-- Use is written now and then; servers are told only of what makes a token worthless.
DROP TRIGGER tell ON token;
CREATE TRIGGER tell AFTER UPDATE OF revoked_at OR DELETE ON token FOR EACH ROW EXECUTE FUNCTION tell_token();

COMMENT ON COLUMN idempotency.caller_id IS 'Who called: staff, or what stands for a client and the person on whose behalf it acted';

-- The application adds and disables clients; no password can be set by it.
GRANT SELECT, INSERT ON client TO complaintd_app;
GRANT INSERT (id, login, name, unit_id) ON staff TO complaintd_app;
GRANT UPDATE (active) ON staff TO complaintd_app;
GRANT INSERT ON staff_grant TO complaintd_app;
GRANT UPDATE (last_used_at) ON token TO complaintd_app;
GRANT SELECT ON client TO complaintd_reader;

-- migrate:down

REVOKE INSERT (id, login, name, unit_id), UPDATE (active) ON staff FROM complaintd_app;
REVOKE INSERT ON staff_grant FROM complaintd_app;
DROP TRIGGER tell ON token;
CREATE TRIGGER tell AFTER UPDATE OR DELETE ON token FOR EACH ROW EXECUTE FUNCTION tell_token();
ALTER TABLE token DROP COLUMN id, DROP COLUMN scopes, DROP COLUMN issued_by, DROP COLUMN last_used_at;
DROP TABLE client;
COMMENT ON COLUMN idempotency.caller_id IS 'Staff member who called';

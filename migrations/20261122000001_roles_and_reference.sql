-- migrate:up

-- Three roles: the owner runs migrations, the application works, the reader reads. The cluster's
-- administrator may have made them already with a password and LOGIN.
DO $$
DECLARE
    wanted text;
BEGIN
    FOREACH wanted IN ARRAY ARRAY['complaintd_app', 'complaintd_reader'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
            EXECUTE format('CREATE ROLE %I LOGIN', wanted);
        END IF;
    END LOOP;
END
$$;

REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO complaintd_app, complaintd_reader;

CREATE TABLE unit (
    id uuid PRIMARY KEY,
    code text NOT NULL UNIQUE,
    name text NOT NULL,
    parent_id uuid REFERENCES unit,
    CHECK (parent_id <> id)
);
COMMENT ON TABLE unit IS 'Organisational units of the institution, a tree';
COMMENT ON COLUMN unit.id IS 'UUIDv7';
COMMENT ON COLUMN unit.code IS 'What people and the API call it';
COMMENT ON COLUMN unit.name IS 'Display name';
COMMENT ON COLUMN unit.parent_id IS 'Superior unit; null at a root';

CREATE TABLE staff (
    id uuid PRIMARY KEY,
    login text NOT NULL UNIQUE,
    name text NOT NULL,
    unit_id uuid NOT NULL REFERENCES unit,
    password_hash text,
    active boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE staff IS 'People who work on complaints; never deleted, because the journal names them';
COMMENT ON COLUMN staff.id IS 'UUIDv7';
COMMENT ON COLUMN staff.login IS 'Sign-in name, also used to name people in the API';
COMMENT ON COLUMN staff.name IS 'Display name';
COMMENT ON COLUMN staff.unit_id IS 'Home unit';
COMMENT ON COLUMN staff.password_hash IS 'argon2id, in libsodium''s string form; null: cannot sign in with a password';
COMMENT ON COLUMN staff.active IS 'May sign in and own stages';
COMMENT ON COLUMN staff.created_at IS 'When the row was made';

CREATE TABLE staff_grant (
    staff_id uuid NOT NULL REFERENCES staff,
    role text NOT NULL CHECK (role IN ('intake', 'handler', 'supervisor', 'auditor', 'security_admin', 'system_admin')),
    unit_id uuid NOT NULL REFERENCES unit,
    PRIMARY KEY (staff_id, role, unit_id)
);
COMMENT ON TABLE staff_grant IS 'Roles, each granted in a unit and reaching its subtree';
COMMENT ON COLUMN staff_grant.staff_id IS 'Who holds the role';
COMMENT ON COLUMN staff_grant.role IS 'Which role';
COMMENT ON COLUMN staff_grant.unit_id IS 'Root of the subtree it reaches';

CREATE TABLE token (
    hash bytea PRIMARY KEY CHECK (octet_length(hash) = 32),
    staff_id uuid NOT NULL REFERENCES staff,
    client text,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz
);
CREATE INDEX token_expiry ON token (expires_at);
COMMENT ON TABLE token IS 'Bearer tokens and browser sessions; the token itself is never stored';
COMMENT ON COLUMN token.hash IS 'SHA-256 of the token';
COMMENT ON COLUMN token.staff_id IS 'Whom it signs in';
COMMENT ON COLUMN token.client IS 'The program it was issued to; null for a session';
COMMENT ON COLUMN token.created_at IS 'When it was issued';
COMMENT ON COLUMN token.expires_at IS 'From when it is worth nothing';
COMMENT ON COLUMN token.revoked_at IS 'Signed out or withdrawn; null while good';

CREATE TABLE complaint_class (
    code text PRIMARY KEY,
    dimension text NOT NULL CHECK (dimension IN ('A', 'B', 'C')),
    name_zh text NOT NULL,
    name_en text NOT NULL
);
COMMENT ON TABLE complaint_class IS 'Classes of JR/T 0169-2018; the codes are provisional and editable';
COMMENT ON COLUMN complaint_class.code IS 'Class code';
COMMENT ON COLUMN complaint_class.dimension IS 'A channel of the business, B business, C cause';
COMMENT ON COLUMN complaint_class.name_zh IS 'Chinese name';
COMMENT ON COLUMN complaint_class.name_en IS 'English name';

CREATE TABLE calendar (
    version integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL,
    weekdays integer NOT NULL CHECK (weekdays BETWEEN 1 AND 127),
    period_from integer[] NOT NULL,
    period_to integer[] NOT NULL,
    years integer[] NOT NULL,
    imported_at timestamptz NOT NULL DEFAULT now(),
    CHECK (cardinality(period_from) = cardinality(period_to) AND cardinality(period_from) BETWEEN 1 AND 8)
);
COMMENT ON TABLE calendar IS 'Versions of the working calendar; the latest one is in force';
COMMENT ON COLUMN calendar.version IS 'Ascending';
COMMENT ON COLUMN calendar.name IS 'Where it comes from';
COMMENT ON COLUMN calendar.weekdays IS 'Bit 0 Monday to bit 6 Sunday: works';
COMMENT ON COLUMN calendar.period_from IS 'Starts of the working periods, minutes after midnight';
COMMENT ON COLUMN calendar.period_to IS 'Ends of the working periods, minutes after midnight';
COMMENT ON COLUMN calendar.years IS 'Years whose holidays are loaded';
COMMENT ON COLUMN calendar.imported_at IS 'When it was imported';

CREATE TABLE calendar_day (
    version integer NOT NULL REFERENCES calendar,
    day date NOT NULL,
    works boolean NOT NULL,
    PRIMARY KEY (version, day)
);
COMMENT ON TABLE calendar_day IS 'Days that differ from their weekday: holidays and make-up working days';
COMMENT ON COLUMN calendar_day.version IS 'Calendar';
COMMENT ON COLUMN calendar_day.day IS 'The day';
COMMENT ON COLUMN calendar_day.works IS 'True for a make-up working day, false for a holiday';

CREATE TABLE policy (
    version integer PRIMARY KEY,
    effective_from date NOT NULL UNIQUE,
    failed_attempts_to_close integer NOT NULL CHECK (failed_attempts_to_close >= 1),
    redress_approval_fen bigint NOT NULL CHECK (redress_approval_fen >= 0),
    major_from_people integer NOT NULL CHECK (major_from_people >= 2)
);
COMMENT ON TABLE policy IS 'Versions of the institution''s policy; a complaint keeps the one of its day of receipt';
COMMENT ON COLUMN policy.version IS 'Ascending';
COMMENT ON COLUMN policy.effective_from IS 'First day of receipt for which it holds';
COMMENT ON COLUMN policy.failed_attempts_to_close IS 'Recorded failed contacts that replace the delivery of the decision';
COMMENT ON COLUMN policy.redress_approval_fen IS 'Redress above this total needs a second person';
COMMENT ON COLUMN policy.major_from_people IS 'A joint complaint of so many people is major';

CREATE TABLE policy_level (
    version integer NOT NULL REFERENCES policy,
    level text NOT NULL CHECK (level IN ('ordinary', 'complex', 'major')),
    intake_days integer NOT NULL CHECK (intake_days >= 1),
    investigation_days integer NOT NULL CHECK (investigation_days >= 1),
    resolution_days integer NOT NULL CHECK (resolution_days >= 1),
    feedback_days integer NOT NULL CHECK (feedback_days >= 1),
    statutory_days integer NOT NULL CHECK (statutory_days >= 1),
    due_soon_minutes integer NOT NULL CHECK (due_soon_minutes >= 0),
    PRIMARY KEY (version, level)
);
COMMENT ON TABLE policy_level IS 'Limits of a policy for each level';
COMMENT ON COLUMN policy_level.version IS 'Policy';
COMMENT ON COLUMN policy_level.level IS 'Level of the complaint';
COMMENT ON COLUMN policy_level.intake_days IS 'Working days for intake';
COMMENT ON COLUMN policy_level.investigation_days IS 'Working days for investigation';
COMMENT ON COLUMN policy_level.resolution_days IS 'Working days for resolution';
COMMENT ON COLUMN policy_level.feedback_days IS 'Working days for feedback';
COMMENT ON COLUMN policy_level.statutory_days IS 'Natural days from the day after receipt';
COMMENT ON COLUMN policy_level.due_soon_minutes IS 'Working minutes before the due time from which it is due soon';

-- The default policy: working days per stage are the bank's own, natural days the regulator's.
INSERT INTO policy VALUES (1, '2020-01-01', 2, 1000000, 20);
INSERT INTO policy_level VALUES
    (1, 'ordinary', 1, 5, 3, 2, 15, 450),
    (1, 'complex', 1, 10, 6, 3, 30, 450),
    (1, 'major', 1, 10, 6, 3, 30, 900);

-- Servers keep this data in memory and read it again when told.
CREATE FUNCTION tell_institution() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('institution', '');
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION tell_institution() IS 'Tells the servers to read the reference data again';

CREATE FUNCTION tell_token() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('token', encode(OLD.hash, 'hex'));
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION tell_token() IS 'Tells the servers to forget a token';

CREATE TRIGGER tell AFTER INSERT OR UPDATE OR DELETE ON unit FOR EACH STATEMENT EXECUTE FUNCTION tell_institution();
CREATE TRIGGER tell AFTER INSERT OR UPDATE OR DELETE ON staff FOR EACH STATEMENT EXECUTE FUNCTION tell_institution();
CREATE TRIGGER tell AFTER INSERT OR UPDATE OR DELETE ON staff_grant FOR EACH STATEMENT EXECUTE FUNCTION tell_institution();
CREATE TRIGGER tell AFTER INSERT OR UPDATE OR DELETE ON complaint_class FOR EACH STATEMENT EXECUTE FUNCTION tell_institution();
CREATE TRIGGER tell AFTER INSERT OR UPDATE OR DELETE ON calendar FOR EACH STATEMENT EXECUTE FUNCTION tell_institution();
CREATE TRIGGER tell AFTER INSERT OR UPDATE OR DELETE ON calendar_day FOR EACH STATEMENT EXECUTE FUNCTION tell_institution();
CREATE TRIGGER tell AFTER INSERT OR UPDATE OR DELETE ON policy FOR EACH STATEMENT EXECUTE FUNCTION tell_institution();
CREATE TRIGGER tell AFTER INSERT OR UPDATE OR DELETE ON policy_level FOR EACH STATEMENT EXECUTE FUNCTION tell_institution();
CREATE TRIGGER tell AFTER UPDATE OR DELETE ON token FOR EACH ROW EXECUTE FUNCTION tell_token();

GRANT SELECT ON unit, staff, staff_grant, complaint_class, calendar, calendar_day, policy, policy_level TO complaintd_app;
GRANT SELECT, INSERT, DELETE ON token TO complaintd_app;
GRANT UPDATE (revoked_at) ON token TO complaintd_app;
GRANT SELECT ON unit, staff_grant, complaint_class, calendar, calendar_day, policy, policy_level TO complaintd_reader;
GRANT SELECT (id, login, name, unit_id, active, created_at) ON staff TO complaintd_reader;

-- migrate:down

DROP TABLE policy_level, policy, calendar_day, calendar, complaint_class, token, staff_grant, staff, unit;
DROP FUNCTION tell_institution(), tell_token();

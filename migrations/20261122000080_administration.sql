-- migrate:up

-- Units and staff are changed over the API: each has a version, so that nobody overwrites what they have
-- not seen, and a unit that is no more is closed, because complaints and journals name it.
ALTER TABLE unit
    ADD COLUMN version integer NOT NULL DEFAULT 1,
    ADD COLUMN changed_by uuid REFERENCES staff,
    ADD COLUMN closed_at timestamptz;
COMMENT ON COLUMN unit.version IS 'Counts changes, from 1 on';
COMMENT ON COLUMN unit.changed_by IS 'Who made the last change; null: complaintctl';
COMMENT ON COLUMN unit.closed_at IS 'Since when it receives nothing and nobody; null: it is open';

ALTER TABLE staff
    ADD COLUMN version integer NOT NULL DEFAULT 1,
    ADD COLUMN changed_by uuid REFERENCES staff,
    ADD COLUMN phone text,
    ADD COLUMN email text,
    ADD COLUMN password_temporary boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN staff.version IS 'Counts changes of the person and of their roles, not of the password, from 1 on';
COMMENT ON COLUMN staff.changed_by IS 'Who made the last change; null: complaintctl';
COMMENT ON COLUMN staff.phone IS 'Telephone at work';
COMMENT ON COLUMN staff.email IS 'E-mail address at work';
COMMENT ON COLUMN staff.password_temporary IS 'Somebody else set the password: they can do nothing but change it';

-- A closing is a departure too: whoever decides on complaints reads whether they know the last one.
ALTER TABLE departure
    ALTER COLUMN staff_id DROP NOT NULL,
    ADD COLUMN unit_id uuid REFERENCES unit,
    ADD CHECK (num_nonnulls(staff_id, unit_id) = 1);
COMMENT ON TABLE departure IS 'When members of staff were disabled, and units closed';
COMMENT ON COLUMN departure.staff_id IS 'Who was; null: a unit';
COMMENT ON COLUMN departure.unit_id IS 'Which unit was closed; null: a member of staff left';

CREATE FUNCTION note_closing() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
    INSERT INTO departure (unit_id) VALUES (NEW.id);
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION note_closing() IS 'Writes the closing of a unit, whoever closes it';
CREATE TRIGGER closes AFTER UPDATE OF closed_at ON unit FOR EACH ROW
    WHEN (OLD.closed_at IS NULL AND NEW.closed_at IS NOT NULL) EXECUTE FUNCTION note_closing();

-- Units above each other in a circle would keep every server from reading any, so nobody can store them.
-- Judged when all is done, as a new order of units may pass through one that is no tree; and one at a time,
-- as two moves that are sound by themselves can close a circle together.
CREATE FUNCTION check_unit() RETURNS trigger LANGUAGE plpgsql SET search_path = public AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(2060, 2001);
    IF EXISTS (
        WITH RECURSIVE above AS (
            SELECT parent_id AS id FROM unit WHERE id = NEW.id
            UNION
            SELECT u.parent_id FROM unit u JOIN above ON u.id = above.id
        )
        SELECT FROM above WHERE id = NEW.id
    ) THEN
        RAISE check_violation USING MESSAGE = 'the unit would be above itself';
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION check_unit() IS 'Keeps units a tree';
CREATE CONSTRAINT TRIGGER stays_a_tree AFTER UPDATE OF parent_id ON unit DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.parent_id IS DISTINCT FROM OLD.parent_id) EXECUTE FUNCTION check_unit();

-- Nothing open stands below a closed unit, and nobody who works here belongs to one. Whoever closes it has
-- its row, so that this waits for them.
CREATE FUNCTION check_parent_open() RETURNS trigger LANGUAGE plpgsql SET search_path = public AS $$
BEGIN
    PERFORM FROM unit WHERE id = NEW.parent_id AND closed_at IS NULL FOR SHARE;
    IF NOT FOUND THEN
        RAISE check_violation USING MESSAGE = 'the superior unit is closed';
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION check_parent_open() IS 'Keeps open units from below closed ones';
CREATE CONSTRAINT TRIGGER below_an_open_unit AFTER INSERT OR UPDATE OF parent_id, closed_at ON unit
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.parent_id IS NOT NULL AND NEW.closed_at IS NULL) EXECUTE FUNCTION check_parent_open();

CREATE FUNCTION check_staff_unit() RETURNS trigger LANGUAGE plpgsql SET search_path = public AS $$
BEGIN
    PERFORM FROM unit WHERE id = NEW.unit_id AND closed_at IS NULL FOR SHARE;
    IF NOT FOUND THEN
        RAISE check_violation USING MESSAGE = 'the unit is closed';
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION check_staff_unit() IS 'Keeps those who work here out of closed units';
CREATE CONSTRAINT TRIGGER works_in_an_open_unit AFTER INSERT OR UPDATE OF unit_id, active ON staff
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.active) EXECUTE FUNCTION check_staff_unit();

-- Security administrators do what only the owner could: within their units, and on the audit trail.
GRANT INSERT (id, code, name, parent_id, changed_by), UPDATE (name, parent_id, closed_at, version, changed_by)
    ON unit TO complaintd_app;
GRANT INSERT (password_hash, password_temporary, phone, email, changed_by),
    UPDATE (name, unit_id, password_temporary, phone, email, version, changed_by) ON staff TO complaintd_app;
GRANT DELETE ON staff_grant TO complaintd_app;

-- migrate:down

REVOKE DELETE ON staff_grant FROM complaintd_app;
REVOKE INSERT (password_hash), UPDATE (name, unit_id) ON staff FROM complaintd_app;
REVOKE INSERT (id, code, name, parent_id), UPDATE (name, parent_id) ON unit FROM complaintd_app;
DROP TRIGGER works_in_an_open_unit ON staff;
DROP TRIGGER below_an_open_unit ON unit;
DROP TRIGGER stays_a_tree ON unit;
DROP TRIGGER closes ON unit;
DROP FUNCTION check_staff_unit(), check_parent_open(), check_unit(), note_closing();
DELETE FROM departure WHERE staff_id IS NULL;
ALTER TABLE departure DROP COLUMN unit_id, ALTER COLUMN staff_id SET NOT NULL;
COMMENT ON TABLE departure IS 'When members of staff were disabled';
COMMENT ON COLUMN departure.staff_id IS 'Who was';
ALTER TABLE staff
    DROP COLUMN version, DROP COLUMN changed_by, DROP COLUMN phone, DROP COLUMN email, DROP COLUMN password_temporary;
ALTER TABLE unit DROP COLUMN version, DROP COLUMN changed_by, DROP COLUMN closed_at;

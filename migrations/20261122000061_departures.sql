-- migrate:up

-- Nobody is given a stage who has left a moment ago: whoever decides on complaints reads here, in the
-- transaction of the decision, whether they know the last departure. Departures are written under the
-- lock that keeps decisions out, so that numbers ascend as they are committed.
CREATE TABLE departure (
    number integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    staff_id uuid NOT NULL REFERENCES staff,
    at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE departure IS 'When members of staff were disabled';
COMMENT ON COLUMN departure.number IS 'Ascending';
COMMENT ON COLUMN departure.staff_id IS 'Who was';
COMMENT ON COLUMN departure.at IS 'When';

CREATE FUNCTION note_departure() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
    INSERT INTO departure (staff_id) VALUES (NEW.id);
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION note_departure() IS 'Writes a departure, whoever disables somebody';
CREATE TRIGGER departs AFTER UPDATE OF active ON staff FOR EACH ROW
    WHEN (OLD.active AND NOT NEW.active) EXECUTE FUNCTION note_departure();

GRANT SELECT ON departure TO complaintd_app, complaintd_reader;

-- migrate:down

DROP TRIGGER departs ON staff;
DROP FUNCTION note_departure();
DROP TABLE departure;

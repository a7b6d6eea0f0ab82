-- migrate:up

-- Who acts for whom, and when. A row stays when the time is over: whoever was somebody's deputy passes
-- no four eyes with what that person asked for.
CREATE TABLE deputy (
    id uuid PRIMARY KEY,
    staff_id uuid NOT NULL REFERENCES staff,
    deputy_id uuid NOT NULL REFERENCES staff CHECK (deputy_id <> staff_id),
    from_at timestamptz NOT NULL,
    until_at timestamptz NOT NULL CHECK (until_at >= from_at),
    created_by uuid NOT NULL REFERENCES staff,
    created_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE deputy IS 'Who may act for whom, and when';
COMMENT ON COLUMN deputy.id IS 'UUIDv7';
COMMENT ON COLUMN deputy.staff_id IS 'For whom';
COMMENT ON COLUMN deputy.deputy_id IS 'Who';
COMMENT ON COLUMN deputy.from_at IS 'From when';
COMMENT ON COLUMN deputy.until_at IS 'Until when; from_at: it never began';
COMMENT ON COLUMN deputy.created_by IS 'Who appointed them: the person, or a supervisor';
COMMENT ON COLUMN deputy.created_at IS 'When they were appointed';
CREATE TRIGGER tell AFTER INSERT OR UPDATE OR DELETE ON deputy FOR EACH STATEMENT EXECUTE FUNCTION tell_institution();

GRANT SELECT, INSERT ON deputy TO complaintd_app;
GRANT UPDATE (until_at) ON deputy TO complaintd_app;
GRANT SELECT ON deputy TO complaintd_reader;

-- migrate:down

DROP TABLE deputy;

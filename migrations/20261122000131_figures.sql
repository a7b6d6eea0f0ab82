-- migrate:up

-- How much was open and overdue when a day ended: nothing else tells that later. A duty counts it in the
-- first moments of the next day; the unit of no id stands for all of them.
CREATE TABLE figure_day (
    day date NOT NULL,
    unit_id uuid NOT NULL,
    open integer NOT NULL CHECK (open >= 0),
    overdue integer NOT NULL CHECK (overdue BETWEEN 0 AND open),
    counted_at timestamptz NOT NULL,
    PRIMARY KEY (day, unit_id)
);
COMMENT ON TABLE figure_day IS 'Open complaints at the end of each day, by the owner''s unit; a day without a row of the unit 00000000-0000-0000-0000-000000000000 was not counted, as no server ran';
COMMENT ON COLUMN figure_day.day IS 'Day, in the institution''s zone';
COMMENT ON COLUMN figure_day.unit_id IS 'The owners'' unit alone, without those below it; or none for all units';
COMMENT ON COLUMN figure_day.open IS 'Open complaints';
COMMENT ON COLUMN figure_day.overdue IS 'Of these, past their due time when the day ended';
COMMENT ON COLUMN figure_day.counted_at IS 'When they were counted';
GRANT SELECT, INSERT ON figure_day TO complaintd_app;

-- migrate:down

DROP TABLE figure_day;

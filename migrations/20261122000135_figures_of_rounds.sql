-- migrate:up

-- Rounds that ended before another was opened keep their figures; these rows say when each did.
CREATE INDEX work_rounds ON work (at) WHERE kind IN ('reopen', 'review');

-- Nobody is told by a figure how many complaints there are about them.
ALTER TABLE figure_day ADD COLUMN about text NOT NULL DEFAULT '';
ALTER TABLE figure_day DROP CONSTRAINT figure_day_pkey, ADD PRIMARY KEY (day, unit_id, about);
COMMENT ON TABLE figure_day IS 'Open complaints at the end of each day, by the owner''s unit and whom they are about; a day without a row of the unit 00000000-0000-0000-0000-000000000000 was not counted, as no server ran on the next one';
COMMENT ON COLUMN figure_day.about IS 'Login of the person that these complaints are about, who is not shown them; empty: nobody, or of all units anybody';

-- migrate:down

INSERT INTO figure_day (day, unit_id, about, open, overdue, counted_at)
    SELECT day, unit_id, '', sum(open), sum(overdue), max(counted_at) FROM figure_day WHERE about <> '' GROUP BY day, unit_id
    ON CONFLICT (day, unit_id, about) DO UPDATE
    SET open = figure_day.open + excluded.open, overdue = figure_day.overdue + excluded.overdue;
DELETE FROM figure_day WHERE about <> '';
ALTER TABLE figure_day DROP COLUMN about, ADD PRIMARY KEY (day, unit_id);
DROP INDEX work_rounds;

-- migrate:up

-- Readers see the complaints of the units that they are given, and of no other: without a row here, none.
-- A reader is a role that is a member of complaintd_reader (GRANT complaintd_reader TO reports_hn), or
-- complaintd_reader itself. What can be read at all are columns, and those are masked already.
CREATE TABLE reader_unit (
    reader name NOT NULL,
    unit_id uuid NOT NULL REFERENCES unit,
    PRIMARY KEY (reader, unit_id)
);
COMMENT ON TABLE reader_unit IS 'Which complaints a database role that reads may see; written by the owner alone';
COMMENT ON COLUMN reader_unit.reader IS 'Name of the role';
COMMENT ON COLUMN reader_unit.unit_id IS 'Unit whose complaints it sees, received or owned by it or a unit below it';

-- The units in reach, found once for a query. By its owner's right, as readers do not see the table.
CREATE FUNCTION reader_reach(reader name) RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
    WITH RECURSIVE reach AS (
        SELECT r.unit_id AS id FROM reader_unit r WHERE r.reader = reader_reach.reader
        UNION
        SELECT u.id FROM unit u JOIN reach ON u.parent_id = reach.id
    )
    SELECT coalesce(array_agg(id), '{}') FROM reach
$$;
COMMENT ON FUNCTION reader_reach(name) IS 'The units, with those below them, that a reading role is given';
REVOKE ALL ON FUNCTION reader_reach(name) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION reader_reach(name) TO complaintd_reader;

-- The application judges by itself whom it shows what: for it, every row is there.
DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['complaint', 'stage', 'work', 'journal', 'handler', 'link'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY application ON %I TO complaintd_app USING (true)', name);
        IF name <> 'complaint' THEN
            EXECUTE format('CREATE POLICY reader ON %I FOR SELECT TO complaintd_reader '
                'USING (EXISTS (SELECT FROM complaint c WHERE c.id = complaint_id))', name);
        END IF;
    END LOOP;
END
$$;
CREATE POLICY reader ON complaint FOR SELECT TO complaintd_reader
    USING (unit_id = ANY ((SELECT reader_reach(current_user))::uuid[])
        OR owner_unit_id = ANY ((SELECT reader_reach(current_user))::uuid[]));

-- migrate:down

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['complaint', 'stage', 'work', 'journal', 'handler', 'link'] LOOP
        EXECUTE format('DROP POLICY reader ON %I', name);
        EXECUTE format('DROP POLICY application ON %I', name);
        EXECUTE format('ALTER TABLE %I DISABLE ROW LEVEL SECURITY', name);
    END LOOP;
END
$$;
DROP FUNCTION reader_reach(name);
DROP TABLE reader_unit;

-- migrate:up

-- Free text search. Servers make the terms (pairs of neighbouring Chinese characters, and words) from
-- the masked texts of the complaint's row: what is masked cannot be found.
--
-- A filler writes this table and not the command that changed the texts: an index of some 350 terms a
-- complaint would be most of what the command costs. The command leaves a row in search_todo.
CREATE TABLE search (
    complaint_id uuid PRIMARY KEY,
    received_at timestamptz NOT NULL,
    terms tsvector COMPRESSION lz4 NOT NULL
) WITH (toast_tuple_target = 128); -- the terms lie apart, so that many matches are few pages
COMMENT ON TABLE search IS 'Terms by which complaints are found, at most 2 s behind them';
COMMENT ON COLUMN search.complaint_id IS 'Complaint';
COMMENT ON COLUMN search.received_at IS 'The complaint''s, so that the newest of many matches are known without reading them all';
COMMENT ON COLUMN search.terms IS 'Terms with their positions, of subject, narrative, demand and product';

-- The filler empties the list of pending entries after each batch, so that nobody else has to: it
-- merges the terms of many complaints, which is cheaper than one complaint after the other.
CREATE INDEX search_terms ON search USING gin (terms) WITH (fastupdate = on, gin_pending_list_limit = 16384);

-- No key: rows are only ever added and taken, and one complaint may be there twice.
CREATE TABLE search_todo (
    complaint_id uuid NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 10000, vacuum_truncate = off);
COMMENT ON TABLE search_todo IS 'Complaints whose terms have to be made anew; written in the transaction that changed them';
COMMENT ON COLUMN search_todo.complaint_id IS 'Complaint';

-- Only an index's owner may do this.
CREATE FUNCTION search_flush() RETURNS bigint LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
AS $$ SELECT gin_clean_pending_list('search_terms'::regclass) $$;
COMMENT ON FUNCTION search_flush() IS 'Moves the pending entries of the search index to their places';
REVOKE ALL ON FUNCTION search_flush() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION search_flush() TO complaintd_app;

-- One customer's complaints, newest first.
CREATE INDEX complaint_customer ON complaint (complainant_customer_number, received_at, id)
    WHERE complainant_customer_number IS NOT NULL;

GRANT SELECT, INSERT, UPDATE ON search TO complaintd_app;
GRANT SELECT, INSERT, DELETE ON search_todo TO complaintd_app;

INSERT INTO search_todo (complaint_id) SELECT id FROM complaint;

-- migrate:down

DROP INDEX complaint_customer;
DROP FUNCTION search_flush();
DROP TABLE search_todo, search;

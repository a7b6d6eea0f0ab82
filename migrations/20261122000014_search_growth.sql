-- migrate:up

-- Single complaints are found by their id without an index's depth: a list of what a text matches
-- costs the same however many complaints there are.
CREATE INDEX complaint_by_id ON complaint USING hash (id);
CREATE INDEX search_by_id ON search USING hash (complaint_id);

-- Terms tell of the day, the 2, 4, 8, 16, 32 and 64 days of receipt: all are made anew.
INSERT INTO search_todo (complaint_id) SELECT complaint_id FROM search;

-- migrate:down

DROP INDEX complaint_by_id, search_by_id;

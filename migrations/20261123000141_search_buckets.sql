-- migrate:up

-- A hash index doubles by splitting one bucket after the other; filled to three quarters, those that wait
-- for it spill over into further pages, by nearly half a page a look.
ALTER INDEX complaint_by_id SET (fillfactor = 40);
ALTER INDEX search_by_id SET (fillfactor = 40);
REINDEX INDEX complaint_by_id;
REINDEX INDEX search_by_id;

-- migrate:down

ALTER INDEX complaint_by_id RESET (fillfactor);
ALTER INDEX search_by_id RESET (fillfactor);
REINDEX INDEX complaint_by_id;
REINDEX INDEX search_by_id;

-- migrate:up

-- Terms tell of the day, the 4, 16 and 64 days of receipt, too: all are made anew.
COMMENT ON COLUMN search.terms IS 'Terms with their positions, of subject, narrative, demand and product; and, beginning with @, of the time of receipt';
INSERT INTO search_todo (complaint_id) SELECT complaint_id FROM search;

-- migrate:down

COMMENT ON COLUMN search.terms IS 'Terms with their positions, of subject, narrative, demand and product';

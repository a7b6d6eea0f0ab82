-- migrate:up

-- Terms tell of the day, the 4, 16 and 64 days of receipt, too: all are made anew.
COMMENT ON COLUMN search.terms IS 'Terms with their positions, of subject, narrative, demand and product; and, beginning with @, of the time of receipt';
INSERT INTO search_todo (complaint_id) SELECT complaint_id FROM search;

-- Words that one of 200 complaints has are known to be so: how they are found depends on it.
ALTER TABLE search ALTER COLUMN terms SET STATISTICS 400;

-- migrate:down

ALTER TABLE search ALTER COLUMN terms SET STATISTICS -1;
COMMENT ON COLUMN search.terms IS 'Terms with their positions, of subject, narrative, demand and product';

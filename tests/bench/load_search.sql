-- Loads the terms of the complaints: psql -f load_search.sql, as the superuser, after load_texts.sql. In
-- one transaction with the table's emptying, so that none of it has to go through the log; the index
-- is made when its rows are there.
\set ON_ERROR_STOP on
\timing on
SET maintenance_work_mem = '1GB';

SELECT pg_get_indexdef('search_terms'::regclass) AS definition \gset
BEGIN;
TRUNCATE search;
DROP INDEX search_terms;
-- Two words, and the time of receipt (lib/store/search_period.h).
INSERT INTO search (complaint_id, received_at, terms)
SELECT b.id, received_at, format('%L:1 %L:2 ''@a%s'' ''@b%s'' ''@c%s'' ''@d%s'' ''@e%s'' ''@f%s'' ''@g%s''',
    word1 || word2, word2, d, d / 2, d / 4, d / 8, d / 16, d / 32, d / 64)::tsvector || n.terms
FROM bench.basis b CROSS JOIN LATERAL (SELECT at - interval '10 minutes') AS r(received_at)
    CROSS JOIN LATERAL (SELECT div(extract(epoch FROM received_at), 86400)::integer) AS t(d)
    JOIN bench.narrative n ON n.n = b.h % 997;
:definition;
COMMIT;
VACUUM (ANALYZE) search;

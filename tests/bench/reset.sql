-- Puts back what a cell changed, so that every cell begins with the same rows: removes what was
-- created and un-advances the pool. Run as the superuser between cells; not timed.
\set ON_ERROR_STOP on
SET synchronous_commit = off;
SET maintenance_work_mem = '256MB';
SELECT bench.id(base + pool_from * step) AS pool, bench.id(base + rows * step) AS ending FROM bench.loaded \gset

-- What the server has not filled yet it need not fill.
TRUNCATE search_todo;
-- The log begins anew, as entries that were numbered are removed.
TRUNCATE log_todo, log, log_head, log_sent;
BEGIN;
DELETE FROM search WHERE complaint_id > :'ending';
DELETE FROM complaint WHERE id > :'ending';
DELETE FROM handler WHERE complaint_id > :'ending';
DELETE FROM stage WHERE complaint_id > :'ending';
DELETE FROM journal WHERE complaint_id > :'ending';
DELETE FROM journal_private WHERE complaint_id > :'ending';
DELETE FROM contact_mark WHERE complaint_id > :'ending';
DELETE FROM work WHERE complaint_id >= :'pool';

DELETE FROM journal WHERE complaint_id >= :'pool' AND index > 1;
DELETE FROM journal_private WHERE complaint_id >= :'pool' AND index > 1;
DELETE FROM stage WHERE complaint_id >= :'pool' AND sequence > 1;
DELETE FROM handler h USING bench.pool p WHERE p.id = h.complaint_id AND h.staff_id <> ALL(p.handlers);
UPDATE stage s SET completed_at = NULL, due_at = p.due_at FROM bench.pool p
    WHERE s.complaint_id >= :'pool' AND s.completed_at IS NOT NULL AND p.id = s.complaint_id;
UPDATE complaint c SET version = 1, stage = p.stage, owner_id = p.owner_id, owner_unit_id = p.owner_unit_id,
        handlers = p.handlers, updated_at = p.updated_at, updated_by = p.updated_by, stage_due_at = p.stage_due_at,
        statutory_due_at = p.statutory_due_at, due_at = p.due_at, notes = 0, journal_length = 1,
        journal_head = p.journal_head
    FROM bench.pool p WHERE c.id >= :'pool' AND c.version > 1 AND p.id = c.id;
COMMIT;
TRUNCATE idempotency;
VACUUM (INDEX_CLEANUP ON) complaint, handler, stage, journal_private, contact_mark, work, search;
SELECT format('VACUUM (INDEX_CLEANUP ON) %s', inhrelid::regclass) FROM pg_inherits
    WHERE inhparent = 'journal'::regclass AND pg_relation_size(inhrelid) > 0 \gexec
CHECKPOINT;

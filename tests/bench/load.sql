-- Loads complaints by sets: psql -v sample=ID -f load.sql, as the superuser, after load_texts.sql. The
-- sample is a complaint that the server itself received: its journal is the model of the loaded
-- ones. In one transaction with the tables' emptying, so that none of it has to go through the log.
\set ON_ERROR_STOP on
\timing on

CREATE TEMP TABLE model AS
SELECT j.bytes, p.key_id, p.sealed, c.entered_by AS agent FROM complaint c
JOIN journal j ON j.complaint_id = c.id AND j.index = 1
JOIN journal_private p ON p.complaint_id = c.id AND p.index = 1 WHERE c.id = :'sample';

CREATE TEMP VIEW person AS
SELECT (SELECT id FROM staff WHERE login = 'agent1') AS agent1, (SELECT id FROM staff WHERE login = 'agent2') AS agent2,
    (SELECT id FROM staff WHERE login = 'handler1') AS handler1,
    (SELECT id FROM unit WHERE code = 'HN-CS-001') AS unit1, (SELECT id FROM unit WHERE code = 'HN-CS-002') AS unit2;

CREATE TEMP VIEW fact AS
SELECT b.*, i % 2 = 0 AS first, in_pool OR h % 5 = 0 AS open,
    CASE WHEN in_pool THEN 1 ELSE 2 + (h / 7) % 3 END AS stage_count,
    CASE WHEN (h / 11) % 10 < 7 THEN 'ordinary' WHEN (h / 11) % 10 < 9 THEN 'complex' ELSE 'major' END AS level,
    -- Some of the open ones are not yet due.
    CASE WHEN (h / 13) % 10 < 2 THEN now() + (1 + h % 1700000) * interval '1 second'
        ELSE at + (86400 + h % 600000) * interval '1 second' END AS stage_due
FROM bench.basis b;

BEGIN;
TRUNCATE complaint, handler, stage, work, journal, journal_private, contact_mark, idempotency, search_todo;
INSERT INTO complaint (id, number, tracking_code, version, status, stage, round, level, urgency, source, tags, unit_id,
    owner_id, owner_unit_id, entered_by, handlers, received_at, entered_at, updated_at, updated_by, occurred_at, closed_at,
    stage_due_at, statutory_due_at, due_at, policy_version, subject, narrative, demand, channel_class, business_class,
    cause_class, product, amount_in_dispute, complainant_name, complainant_phone, complainant_capacity, complainant_people,
    outcome, notes, contacts, findings, plans, notices, deliveries, clock_from,
    statutory_days, limit_level, decided_at, failed_attempts, first_notice, journal_length, journal_head)
SELECT f.id, 'TS' || to_char(at, 'YYYYMMDD') || lpad((i % 1000000)::text, 6, '0'),
    upper(left(md5('t' || i), 16)), 1,
    CASE WHEN open THEN 'open' WHEN h % 17 = 0 THEN 'withdrawn' WHEN h % 23 = 0 THEN 'declined' ELSE 'closed' END,
    (ARRAY['intake', 'investigation', 'resolution', 'feedback'])[CASE WHEN open THEN stage_count ELSE 4 END], 1, level,
    1 + h % 3, (ARRAY['hotline', 'hotline', 'branch', 'online'])[1 + h % 4], '{}', CASE WHEN first THEN unit1 ELSE unit2 END,
    CASE WHEN NOT first THEN agent2 WHEN in_pool THEN agent1 ELSE handler1 END, CASE WHEN first THEN unit1 ELSE unit2 END,
    CASE WHEN first THEN agent1 ELSE agent2 END,
    CASE WHEN NOT first THEN ARRAY[agent2] WHEN in_pool THEN ARRAY[agent1] ELSE ARRAY[agent1, handler1] END,
    at - interval '10 minutes', at, at, CASE WHEN first THEN agent1 ELSE agent2 END, at - interval '1 day',
    CASE WHEN NOT open THEN at + interval '9 days' END, CASE WHEN open THEN stage_due END,
    CASE WHEN open THEN greatest(at + interval '15 days', stage_due) END, CASE WHEN open THEN stage_due END, 1,
    word1 || word2 || '，' || left(n.text, 17), n.text, '说明原因并尽快处理', 'A01033', 'B05', 'C02', '手机银行转账', 100 * (h % 100000),
    (ARRAY['张*', '王*', '李*', '欧阳*', '陈*'])[1 + h % 5], '138****' || lpad((h % 10000)::text, 4, '0'), 'self', 1,
    CASE WHEN NOT open AND h % 17 > 0 AND h % 23 > 0 THEN 'upheld' END, 0, 0, 0, 0, 0, 0,
    at - interval '10 minutes', CASE WHEN level = 'ordinary' THEN 15 ELSE 30 END, level,
    CASE WHEN NOT open AND h % 17 > 0 THEN at + interval '9 days' END, 0, 0, 1,
    sha256(convert_to(i::text, 'UTF8'))
FROM fact f CROSS JOIN person JOIN bench.narrative n ON n.n = f.h % 997;

INSERT INTO handler (staff_id, open, received_at, complaint_id)
SELECT h.staff_id, c.status = 'open', c.received_at, c.id FROM complaint c CROSS JOIN LATERAL unnest(c.handlers) AS h(staff_id);

INSERT INTO stage (complaint_id, sequence, stage, round, owner_id, unit_id, entered_at, accepted_at, due_at, completed_at,
    handovers, refusals)
SELECT id, k, (ARRAY['intake', 'investigation', 'resolution', 'feedback'])[k], 1,
    CASE WHEN NOT first THEN agent2 WHEN k = 1 THEN agent1 ELSE handler1 END, CASE WHEN first THEN unit1 ELSE unit2 END,
    at + (k - 1) * interval '2 days', at + (k - 1) * interval '2 days',
    CASE WHEN open AND k = stage_count THEN stage_due ELSE at + k * interval '2 days' END,
    CASE WHEN NOT (open AND k = stage_count) THEN at + k * interval '2 days' END, 0, 0
FROM fact CROSS JOIN person CROSS JOIN LATERAL generate_series(1, CASE WHEN open THEN stage_count ELSE 4 END) AS k;

INSERT INTO journal (complaint_id, index, at, bytes, hash)
SELECT id, 1, at, replace(bytes, :'sample', id::text), sha256(convert_to(i::text, 'UTF8')) FROM bench.basis CROSS JOIN model;

-- Nobody can open them, as they belong to another complaint; nobody does, as they have the newest key.
INSERT INTO journal_private (complaint_id, index, salt, key_id, sealed)
SELECT id, 1, decode(md5(i::text), 'hex'), key_id, sealed FROM bench.basis CROSS JOIN model;

INSERT INTO contact_mark (mark, complaint_id, index)
SELECT decode(md5('m' || i % 700000), 'hex'), id, 1 FROM bench.basis;

-- What a reset puts back.
CREATE TABLE bench.pool AS
SELECT c.id, c.stage, c.owner_id, c.owner_unit_id, c.handlers, c.updated_at, c.updated_by, c.stage_due_at,
    c.statutory_due_at, c.due_at, c.journal_head
FROM complaint c, bench.loaded l WHERE c.id >= bench.id(l.base + l.pool_from * l.step);
ALTER TABLE bench.pool ADD PRIMARY KEY (id);

COMMIT;
SELECT format('VACUUM (ANALYZE) %s', oid::regclass) FROM pg_class
    WHERE relnamespace IN ('public'::regnamespace, 'bench'::regnamespace) AND relkind IN ('r', 'p')
        AND NOT relispartition AND oid <> 'search'::regclass \gexec

-- Adds the complaints number many.first to many.last - 1 with all that belongs to them; many.h says
-- what they are like. As the owner.
SET synchronous_commit = off;

CREATE FUNCTION pg_temp.place(n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE
RETURN ('01000000-0000-0000-0000-' || lpad(to_hex(n), 12, '0'))::uuid;

-- u received it, o owns it; h: a number without order, from n.
CREATE TEMP VIEW fact AS
SELECT n, h, at, u, CASE WHEN h / 23 % 8 = 0 THEN u % 200 + 1 ELSE u END AS o
FROM (
    SELECT n, h, timestamptz '2024-01-01 00:00:00Z' + n * interval '1 minute' AS at,
        CASE WHEN n % 5000 = 77 THEN 201 ELSE 1 + h / 29 % 200 END AS u
    FROM (
        SELECT n, hashint8(n)::bigint + 2147483648 AS h
        FROM generate_series(current_setting('many.first')::bigint, current_setting('many.last')::bigint - 1) AS n
    ) a
) b;

-- Columns that matter to nobody are filled by their type, whatever there are of them.
DO $do$
DECLARE
    names text;
    shown text;
BEGIN
    SELECT string_agg(quote_ident(a.attname), ', '), string_agg(coalesce(g.shown, CASE
            WHEN a.atttypid = 'uuid'::regtype THEN 'pg_temp.place(1)'
            WHEN a.atttypid = 'boolean'::regtype THEN 'false'
            WHEN a.atttypid IN ('integer'::regtype, 'bigint'::regtype) THEN '1'
            WHEN a.atttypid = 'timestamptz'::regtype THEN 'at'
            WHEN a.attndims > 0 THEN '''{}''' ELSE '''x''' END), ', ')
    INTO names, shown
    FROM pg_attribute a LEFT JOIN (VALUES
        ('id', $$('0' || to_hex(1700000000000 + n * 1000) || '70008000000000000000')::uuid$$),
        ('number', $$'N' || n$$),
        ('tracking_code', $$'N' || n$$),
        ('status', $$CASE WHEN h % 5 = 0 THEN 'open' WHEN h % 17 = 0 THEN 'withdrawn' ELSE 'closed' END$$),
        ('stage', $$(ARRAY['intake', 'investigation', 'resolution', 'feedback'])[1 + h / 7 % 4]$$),
        ('level', $$(ARRAY['ordinary', 'complex', 'major'])[1 + h / 11 % 3]$$),
        ('limit_level', $$'ordinary'$$),
        ('urgency', $$3$$),
        ('source', $$(ARRAY['hotline', 'branch', 'letter'])[1 + h / 13 % 3]$$),
        ('tags', $$CASE WHEN h % 50 = 0 THEN '{judicial}' ELSE '{}' END::text[]$$),
        ('unit_id', $$pg_temp.place(u)$$),
        ('owner_unit_id', $$pg_temp.place(o)$$),
        ('owner_id', $$pg_temp.place(4096 + 4 * o + h / 3 % 4)$$),
        ('handlers', $$(SELECT array_agg(DISTINCT s) FROM unnest(ARRAY[pg_temp.place(4096 + 4 * u),
            pg_temp.place(4096 + 4 * o + h / 3 % 4)]) s)$$),
        ('pending_owner_id', $$CASE WHEN h % 85 = 0 THEN pg_temp.place(4096 + 4 * (u % 200 + 1)) END$$),
        ('received_at', $$at$$),
        ('closed_at', $$CASE WHEN h % 5 > 0 THEN at + h % 20 * interval '1 day' END$$),
        ('due_at', $$CASE WHEN h % 5 = 0 THEN at + h % 15 * interval '1 day' END$$),
        ('plan_waits_since', $$CASE WHEN h % 500 = 5 THEN at END$$),
        ('planned_by', $$CASE WHEN h % 500 = 5 THEN pg_temp.place(4096 + 4 * o) END$$),
        ('extension_waits_since', $$CASE WHEN h % 100 = 10 THEN at END$$),
        ('extension_by', $$CASE WHEN h % 100 = 10 THEN pg_temp.place(4096 + 4 * o) END$$),
        ('unmask_at', $$CASE WHEN h % 1000 = 3 THEN at END$$),
        ('unmask_by', $$CASE WHEN h % 1000 = 3 THEN pg_temp.place(4096 + 4 * u) END$$),
        ('urge_due_at', $$CASE WHEN h % 500 = 0 THEN at + interval '1 day' END$$),
        ('business_class', $$'B0' || h / 19 % 9$$),
        ('external_case_number', $$CASE WHEN h % 40 = 0 THEN 'E' || n END$$),
        ('staff_complained_of', $$CASE WHEN h % 300 = 0 THEN 'somebody' END$$),
        ('complainant_customer_number', $$'C' || n / 3$$),
        ('complainant_capacity', $$'self'$$),
        ('subject', $$left(md5(n::text), 20)$$),
        ('narrative', $$repeat(md5(n::text), 8)$$),
        ('journal_head', $$sha256(n::text::bytea)$$)) g(name, shown) ON g.name = a.attname
    WHERE a.attrelid = 'complaint'::regclass AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
        AND (g.name IS NOT NULL OR a.attnotnull AND NOT a.atthasdef);
    EXECUTE format('INSERT INTO complaint (%s) SELECT %s FROM fact', names, shown);
END
$do$;

CREATE TEMP VIEW new AS SELECT c.* FROM complaint c
WHERE c.received_at >= timestamptz '2024-01-01 00:00:00Z' + current_setting('many.first')::bigint * interval '1 minute';

-- Of every other large table a row or two for each.
INSERT INTO handler (staff_id, open, received_at, complaint_id)
SELECT h.staff_id, c.status = 'open', c.received_at, c.id FROM new c CROSS JOIN LATERAL unnest(c.handlers) AS h(staff_id);
INSERT INTO stage (complaint_id, sequence, stage, round, owner_id, unit_id, entered_at, accepted_at, due_at, completed_at,
    handovers, refusals)
SELECT id, k, 'intake', 1, owner_id, owner_unit_id, received_at, received_at, received_at,
    CASE WHEN k = 1 OR status <> 'open' THEN received_at END, 0, 0 FROM new CROSS JOIN generate_series(1, 2) k;
INSERT INTO work (complaint_id, kind, number, journal_index, stage, round, staff_id, at, body)
SELECT id, 'notes', 1, 1, 'intake', 1, owner_id, received_at, '{}' FROM new;
INSERT INTO work (complaint_id, kind, number, journal_index, stage, round, staff_id, at, body)
SELECT id, 'links', 1, 1, 'intake', 1, owner_id, received_at, '{}' FROM new;
INSERT INTO link (complaint_id, number, kind, other_id)
SELECT id, 1, 'repeat', lag(id, 1, pg_temp.place(1)) OVER (ORDER BY id) FROM new;
INSERT INTO journal (complaint_id, index, at, bytes, hash)
SELECT id, k, received_at, '{}', journal_head FROM new CROSS JOIN generate_series(1, 2) k;
INSERT INTO log (n, id, index, hash, nodes)
SELECT (SELECT count(*) FROM log) + row_number() OVER (ORDER BY received_at, id, k), id, k, journal_head, ''
FROM new CROSS JOIN generate_series(1, 2) k;
INSERT INTO audit (id, at, action, staff_id, unit_id, bytes, hash)
SELECT id, received_at, 'sign_in', owner_id, owner_unit_id, '{}', journal_head FROM new;
INSERT INTO work (complaint_id, kind, number, journal_index, stage, round, staff_id, at, body)
SELECT id, 'attachments', 1, 1, 'intake', 1, owner_id, received_at, '{}' FROM new;
INSERT INTO attachment (id, complaint_id, number, staff_id, at)
SELECT id, id, 1, owner_id, received_at FROM new;
INSERT INTO attachment_chunk (attachment_id, index, key_id, sealed)
SELECT id, k, 1, '' FROM new CROSS JOIN generate_series(0, 1) k;
INSERT INTO journal_private (complaint_id, index, salt, private)
SELECT id, 1, decode(md5(number), 'hex'), '{}' FROM new;
INSERT INTO contact_mark (mark, complaint_id, index)
SELECT decode(md5(number), 'hex'), id, 1 FROM new;
INSERT INTO idempotency (caller_id, key, request_hash, created_at, status, version, location, body)
SELECT owner_id, number, journal_head, received_at, 200, 1, NULL, '{}' FROM new;

-- Terms and their places: 转账 in one of 4, branch in one of 16, 年费 in one of 100, 征信 in one of 150 complaints, 吞卡 in
-- one of 200 of the first 10,000 and in no other; likewise in English. And 16 of 256 words that are none.
-- The index is made when the rows are there, which is much faster.
DO $do$
DECLARE
    definition text := pg_get_indexdef('search_terms'::regclass);
BEGIN
    DROP INDEX search_terms;
    INSERT INTO search (complaint_id, received_at, terms)
    SELECT c.id, c.received_at, array_to_tsvector(ARRAY(SELECT DISTINCT substr(md5(c.number), 2 * k + 1, 2) FROM generate_series(0, 15) k))
        || format('''@a%s'' ''@b%s'' ''@c%s'' ''@d%s'' ''@e%s'' ''@f%s'' ''@g%s''',
            d, d / 2, d / 4, d / 8, d / 16, d / 32, d / 64)::tsvector
        || CASE WHEN f.n % 4 = 0 THEN $$'转账':1 '账失':2 '失败':3 '败':4 'refund':6$$::tsvector ELSE '' END
        || CASE WHEN f.n / 4 % 16 = 3 THEN $$'branch':8$$::tsvector ELSE '' END
        || CASE WHEN f.n % 100 = 4 THEN $$'年费':11 '费争':12 '争议':13 '议':14 'overdraft':16$$::tsvector ELSE '' END
        || CASE WHEN f.n % 150 = 8 THEN $$'征信':21 '信':22 'mortgage':24$$::tsvector ELSE '' END
        || CASE WHEN f.n < 10000 AND f.n % 200 = 0 THEN $$'吞卡':31 '卡':32 'swallowed':34$$::tsvector ELSE '' END
    FROM new c JOIN fact f ON c.number = 'N' || f.n CROSS JOIN LATERAL (SELECT div(extract(epoch FROM c.received_at), 86400)::integer) AS t(d)
    ORDER BY f.n;
    EXECUTE definition;
END
$do$;

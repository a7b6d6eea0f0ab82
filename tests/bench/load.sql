-- Loads complaints by sets: psql -v rows=N -v sample=ID -f load.sql, as the superuser. The sample is
-- a complaint that the server itself received: its journal is the model of the loaded ones, and it
-- is removed at the end.
--
-- Complaint number i (from 0) has the time base + i * step and an id made of it, so that a client
-- can name a random complaint without a look-up. The newest quarter is at intake, untouched: the
-- pool that is advanced. Of the rest one in five is open, in some later stage. Every subject begins
-- with a word of two characters that 50 complaints have: word number i % (rows / 50).
\set ON_ERROR_STOP on
SET synchronous_commit = off;
SET maintenance_work_mem = '256MB';

DROP SCHEMA IF EXISTS bench CASCADE;
CREATE SCHEMA bench;
CREATE TABLE bench.loaded AS
SELECT :rows::bigint AS rows, base, 365::bigint * 86400000 / :rows AS step,
    :rows::bigint * 3 / 4 AS pool_from, :rows::bigint - :rows::bigint * 3 / 4 AS pool
FROM (SELECT ((extract(epoch FROM date_trunc('hour', now())) - 366 * 86400) * 1000)::bigint AS base) t;

CREATE FUNCTION bench.id(ms bigint) RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN ('0' || to_hex(ms) || '70008000000000000000')::uuid;

-- Some 340 characters, 1 KB, of the complaints that banks get.
CREATE TEMP TABLE sentence AS
SELECT (row_number() OVER () - 1)::integer AS n, text FROM unnest(ARRAY[
    '客户来电反映，其通过手机银行向外地亲属转账时页面提示失败，但账户余额已经减少。',
    '客户称当日已两次前往网点询问，柜面人员答复需要等待后台核实，没有给出明确时间。',
    '经查询交易流水，款项状态显示为处理中，至今没有退回，也没有到达收款账户。',
    '客户认为银行未及时告知处理进度，影响其正常用款，要求说明原因并尽快退回款项。',
    '客户表示信用卡账单中出现一笔未经本人确认的年费，此前办卡时工作人员承诺免收。',
    '客户提供了当时的宣传页照片，认为宣传内容与实际收费不一致，要求退还并道歉。',
    '客户反映自助设备存款时现金被吞没，屏幕没有显示结果，凭条上也没有金额。',
    '客户在设备前等候四十分钟，拨打机身电话无人接听，最后由保安代为登记。',
    '客户购买的理财产品到期后收益低于预期，称销售时没有说明净值会有波动。',
    '客户要求调阅销售过程的录音录像，并请专人解释产品的风险等级与费用。',
    '客户申请提前偿还住房贷款，系统排队时间超过三个月，认为安排不合理。',
    '客户多次致电客服热线，每次都需要重新说明情况，没有专人跟进其诉求。',
    '客户反映柜台排队时间过长，叫号系统故障后没有人员维持秩序，老人久站不适。',
    '客户称工作人员态度生硬，未按规定使用文明用语，要求对当事人进行教育。',
    '客户的银行卡因身份信息过期被限制交易，认为事先没有收到任何提醒短信。',
    '客户补交证件后限制仍未解除，影响工资入账和水电费的自动扣缴。',
    '客户反映网上银行证书更新后无法登录，按照提示重新安装仍然报错。',
    '客户要求银行派人上门协助，或者提供其他方式完成当月的货款支付。',
    '客户对征信报告中的逾期记录有异议，称扣款当日账户余额充足。',
    '客户希望银行核实扣款失败的原因，如属银行责任请更正征信记录。',
    '客户称收到陌生号码以银行名义发送的短信，担心个人信息已经泄露。',
    '客户要求说明信息保管的措施，并书面答复是否存在对外提供的情况。',
    '客户反映代发工资晚到一天，单位称已按时提交文件，希望银行给出解释。',
    '客户同意先行登记，并希望在三个工作日之内得到处理结果的电话回复。']) AS text;
-- A text's terms as the server makes them (lib/complaint/bigram.h): its characters are all Chinese but
-- for these separators.
CREATE FUNCTION bench.terms(content text) RETURNS tsvector LANGUAGE sql IMMUTABLE AS $$
    SELECT string_agg(format('%L:%s', c || CASE WHEN next ~ '[，。]' THEN '' ELSE next END, n), ' ')::tsvector
    FROM (SELECT c, next, row_number() OVER (ORDER BY at) AS n
        FROM (SELECT at, substr(content, at, 1) AS c, substr(content, at + 1, 1) AS next
            FROM generate_series(1, length(content)) AS at) characters WHERE c !~ '[，。]') t
$$;

CREATE TEMP TABLE narrative AS
SELECT k AS n, (SELECT string_agg(s.text, '' ORDER BY p)
    FROM generate_series(0, 9) p JOIN sentence s ON s.n = (k * 7 + p * (1 + k % 11 * 2) + p / 5) % 24) AS text
FROM generate_series(0, 996) k;
ALTER TABLE narrative ADD terms tsvector;
UPDATE narrative SET terms = bench.terms(left(text, 17) || '。' || text || '。说明原因并尽快处理。手机银行转账');
CREATE INDEX ON narrative (n);
ANALYZE narrative;

CREATE TEMP TABLE model AS
SELECT j.bytes, p.private, c.entered_by AS agent FROM complaint c
JOIN journal j ON j.complaint_id = c.id AND j.index = 1
JOIN journal_private p ON p.complaint_id = c.id AND p.index = 1 WHERE c.id = :'sample';

CREATE TEMP VIEW person AS
SELECT (SELECT id FROM staff WHERE login = 'agent1') AS agent1, (SELECT id FROM staff WHERE login = 'agent2') AS agent2,
    (SELECT id FROM staff WHERE login = 'handler1') AS handler1,
    (SELECT id FROM unit WHERE code = 'HN-CS-001') AS unit1, (SELECT id FROM unit WHERE code = 'HN-CS-002') AS unit2;

-- h: a number without order, from i.
CREATE TEMP VIEW basis AS
SELECT i, bench.id(base + i * step) AS id, to_timestamp((base + i * step) / 1000.0) AS at, i >= pool_from AS in_pool,
    chr(20480 + (i % (rows / 50) / 200)::integer) AS word1, chr(24576 + (i % (rows / 50) % 200)::integer) AS word2,
    (hashint8(i)::bigint + 2147483648) AS h
FROM bench.loaded, generate_series(0, rows - 1) AS i;

CREATE TEMP VIEW fact AS
SELECT b.*, i % 2 = 0 AS first, in_pool OR h % 5 = 0 AS open,
    CASE WHEN in_pool THEN 1 ELSE 2 + (h / 7) % 3 END AS stage_count,
    CASE WHEN (h / 11) % 10 < 7 THEN 'ordinary' WHEN (h / 11) % 10 < 9 THEN 'complex' ELSE 'major' END AS level,
    -- Some of the open ones are not yet due.
    CASE WHEN (h / 13) % 10 < 2 THEN now() + (1 + h % 1700000) * interval '1 second'
        ELSE at + (86400 + h % 600000) * interval '1 second' END AS stage_due
FROM basis b;

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
FROM fact f CROSS JOIN person JOIN narrative n ON n.n = f.h % 997;

INSERT INTO handler (staff_id, open, received_at, complaint_id)
SELECT h.staff_id, c.status = 'open', c.received_at, c.id FROM complaint c CROSS JOIN LATERAL unnest(c.handlers) AS h(staff_id)
WHERE c.id < (SELECT bench.id(base + rows * step) FROM bench.loaded);

INSERT INTO stage (complaint_id, sequence, stage, round, owner_id, unit_id, entered_at, accepted_at, due_at, completed_at,
    handovers, refusals)
SELECT id, k, (ARRAY['intake', 'investigation', 'resolution', 'feedback'])[k], 1,
    CASE WHEN NOT first THEN agent2 WHEN k = 1 THEN agent1 ELSE handler1 END, CASE WHEN first THEN unit1 ELSE unit2 END,
    at + (k - 1) * interval '2 days', at + (k - 1) * interval '2 days',
    CASE WHEN open AND k = stage_count THEN stage_due ELSE at + k * interval '2 days' END,
    CASE WHEN NOT (open AND k = stage_count) THEN at + k * interval '2 days' END, 0, 0
FROM fact CROSS JOIN person CROSS JOIN LATERAL generate_series(1, CASE WHEN open THEN stage_count ELSE 4 END) AS k;

INSERT INTO journal (complaint_id, index, at, bytes, hash)
SELECT id, 1, at, replace(bytes, :'sample', id::text), sha256(convert_to(i::text, 'UTF8')) FROM basis CROSS JOIN model;

INSERT INTO journal_private (complaint_id, index, salt, private)
SELECT id, 1, decode(md5(i::text), 'hex'), private FROM basis CROSS JOIN model;

-- The index is made when its rows are there, which is much faster.
SELECT pg_get_indexdef('search_terms'::regclass) AS definition \gset
DROP INDEX search_terms;
INSERT INTO search (complaint_id, received_at, terms)
SELECT id, at - interval '10 minutes', format('%L:1 %L:2', word1 || word2, word2)::tsvector || n.terms
FROM fact f JOIN narrative n ON n.n = f.h % 997;
:definition;

-- What a reset puts back.
CREATE TABLE bench.pool AS
SELECT c.id, c.stage, c.owner_id, c.owner_unit_id, c.handlers, c.updated_at, c.updated_by, c.stage_due_at,
    c.statutory_due_at, c.due_at, c.journal_head
FROM complaint c, bench.loaded l WHERE c.id >= bench.id(l.base + l.pool_from * l.step) AND c.id <> :'sample';
ALTER TABLE bench.pool ADD PRIMARY KEY (id);

DELETE FROM complaint WHERE id > (SELECT bench.id(base + rows * step) FROM bench.loaded);
DELETE FROM handler WHERE complaint_id > (SELECT bench.id(base + rows * step) FROM bench.loaded);
DELETE FROM stage WHERE complaint_id > (SELECT bench.id(base + rows * step) FROM bench.loaded);
DELETE FROM journal WHERE complaint_id > (SELECT bench.id(base + rows * step) FROM bench.loaded);
DELETE FROM journal_private WHERE complaint_id > (SELECT bench.id(base + rows * step) FROM bench.loaded);
DELETE FROM work WHERE complaint_id > (SELECT bench.id(base + rows * step) FROM bench.loaded);
DELETE FROM search WHERE complaint_id > (SELECT bench.id(base + rows * step) FROM bench.loaded);
TRUNCATE idempotency, search_todo;
VACUUM (ANALYZE);
CHECKPOINT;

-- What loaded complaints are made of: psql -v rows=N -f load_texts.sql, as the superuser; then load.sql
-- and load_search.sql, which may run at the same time.
--
-- Complaint number i (from 0) has the time base + i * step and an id made of it, so that a client
-- can name a random complaint without a look-up. The newest quarter is at intake, untouched: the
-- pool that is advanced. Of the rest one in five is open, in some later stage. Every subject begins
-- with a word of two characters that 50 complaints have: word number i % (rows / 50).
\set ON_ERROR_STOP on
\timing on

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

CREATE TABLE bench.narrative AS
SELECT k AS n, (SELECT string_agg(s.text, '' ORDER BY p)
    FROM generate_series(0, 9) p JOIN sentence s ON s.n = (k * 7 + p * (1 + k % 11 * 2) + p / 5) % 24) AS text
FROM generate_series(0, 996) k;
-- Neither is compressed, as they are read again and again.
ALTER TABLE bench.narrative ADD terms tsvector;
ALTER TABLE bench.narrative ALTER terms SET STORAGE PLAIN, ALTER text SET STORAGE PLAIN;
UPDATE bench.narrative SET terms = bench.terms(left(text, 17) || '。' || text || '。说明原因并尽快处理。手机银行转账');
ANALYZE bench.narrative;

-- h: a number without order, from i.
CREATE VIEW bench.basis AS
SELECT i, bench.id(base + i * step) AS id, to_timestamp((base + i * step) / 1000.0) AS at, i >= pool_from AS in_pool,
    chr(20480 + (i % (rows / 50) / 200)::integer) AS word1, chr(24576 + (i % (rows / 50) % 200)::integer) AS word2,
    (hashint8(i)::bigint + 2147483648) AS h
FROM bench.loaded, generate_series(0, rows - 1) AS i;


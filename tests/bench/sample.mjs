// Makes one request of each kind through the server, reads from PostgreSQL's log which statements
// with which values arrived, and writes pgbench's scripts: sample.mjs ADDRESS LOG DIRECTORY.
//
//   DIRECTORY/OPERATION.plain.sql   plain single-row SQL, as one would write it by hand
//   DIRECTORY/OPERATION.ours.sql    the server's own statements, with sets of one
//   DIRECTORY/create.*_bare.sql     the same without the terms by which a complaint is found; create.plain
//                                   and create.ours write them in their transaction
//   DIRECTORY/OPERATION.*.vars      NAME=VALUE, one a line: the scripts' constant parameters
import { readFileSync, writeFileSync, statSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

const [address, logPath, directory] = process.argv.slice(2);

// The same body as every measured CREATE sends: 1 KB of narrative.
const NARRATIVE =
  '客户于昨日晚间使用手机银行向外地亲属转账五千元，页面提示交易失败，但账户余额已经减少。' +
  '客户随即致电客服热线，接线人员答复需要等待后台核实，没有给出明确的处理时间。今日上午客户到网点询问，' +
  '柜面人员查询后表示款项状态为处理中，请客户继续等候。客户称该笔款项用于支付亲属的住院押金，' +
  '医院已经两次催缴，因银行未能及时说明情况，造成其多方筹借，对服务十分不满。' +
  '客户要求银行在今日之内查明款项去向，如交易确未成功应当立即退回原账户；如已经汇出应提供凭证。' +
  '客户同时要求对热线与网点答复不一致的情况作出解释，并由专人负责跟进，避免其反复说明。' +
  '客户保留向监管部门反映的权利，希望银行以书面形式答复处理结果，并说明今后如何避免类似情况的发生。' +
  '经初步核实，交易流水显示转出成功而入账回执缺失，已请清算部门协助查找。';
const createBody = JSON.stringify({
  source: 'hotline', subject: '手机银行转账失败但已扣款', narrative: NARRATIVE, demand: '退回款项并说明原因',
  received_at: new Date(Date.now() - 3600e3).toISOString().slice(0, 19) + 'Z',
  occurred_at: new Date(Date.now() - 86400e3).toISOString().slice(0, 19) + 'Z',
  level: 'ordinary', urgency: 2, unit: 'HN-CS-001', channel_class: 'A01033', business_class: 'B05',
  cause_class: 'C02', product: '手机银行转账', amount_in_dispute: 500000, external_case_number: null,
  staff_complained_of: null, tags: [],
  complainant: { name: '张三', phone: '13800001234', email: null, address: null, identity_number: null,
    account_number: null, customer_number: null, capacity: 'self', people: 1 },
  owner: 'agent1',
});
const NOTE = '已联系客户核实情况，客户确认诉求，转经办人员调查。';
const advanceBody = (owner) => JSON.stringify({ owner, note: NOTE });
const WORD = '倀怀'; // one of those that load.sql gives to 50 complaints
const LIST_FROM = '2026-01-02T03:04:05Z', LIST_FROM_SQL = '2026-01-02 03:04:05+00';

async function call(method, path, token, body, headers = {}) {
  const answer = await fetch(address + path, {
    method, body, headers: { ...(token && { Authorization: 'Bearer ' + token }),
      ...(body && { 'Content-Type': 'application/json' }), ...headers } });
  const text = await answer.text();
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  return JSON.parse(text);
}

export const signIn = async (login) => (await call('POST', '/v1/sessions', null,
  JSON.stringify({ login, password: 'demo-2026' }))).token;

// --- the log --------------------------------------------------------------------------------------

// "$1 = '{…}', $2 = NULL" as strings and nulls.
function parseParameters(text) {
  const values = [];
  const pattern = /\$(\d+) = (?:NULL|'((?:[^']|'')*)')(?:, |$)/gsy;
  for (let match; (match = pattern.exec(text));)
    values[match[1] - 1] = match[2] === undefined ? null : match[2].replaceAll("''", "'");
  return values;
}

// Statements of the connection that ran `wanted`, in order.
function statementsSince(offset, wanted) {
  const log = readFileSync(logPath).subarray(offset).toString('utf8').replaceAll('\n\t', '\n');
  const entries = log.split(/^(?=\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+ \w+ \[\d+\] )/m);
  const found = [];
  for (const entry of entries) {
    const [, pid, kind, text] = /\[(\d+)\] (\w+):\s+([^]*)$/.exec(entry.trimEnd()) ?? [];
    const executed = kind === 'LOG' && /^execute ([^:]+): ([^]*)$/.exec(text);
    if (executed) found.push({ pid, name: executed[1], sql: executed[2], values: [] });
    else if (kind === 'DETAIL' && text.startsWith('parameters: '))
      found.findLast((s) => s.pid === pid).values = parseParameters(text.slice(12));
  }
  const pid = found.findLast((s) => wanted.test(s.name))?.pid;
  if (!pid) throw new Error(`no statement like ${wanted} in ${logPath}`);
  let mine = found.filter((s) => s.pid === pid);
  const begin = mine.findLastIndex((s) => s.name === 'begin');
  if (begin >= 0) mine = mine.slice(begin);
  return mine.filter((s) => !['token_find', 'number_take'].includes(s.name));
}

async function capture(wanted, request) {
  await sleep(300); // whatever came before has been logged
  const offset = statSync(logPath).size;
  const answer = await request();
  await sleep(300);
  return { answer, statements: statementsSince(offset, wanted) };
}

// The only member of an array literal: a string, or null.
function onlyMember(literal) {
  const inner = literal.slice(1, -1);
  if (inner === 'NULL') return null;
  if (!inner.startsWith('"')) return inner;
  return inner.slice(1, -1).replace(/\\([^])/g, '$1');
}

// --- scripts --------------------------------------------------------------------------------------

const ID = "('0' || to_hex(:t::bigint) || '70008000000000000000')::uuid";
const NEW_ID = "('0' || to_hex(:t::bigint) || '7000800000000000' || :c)::uuid";
const KEY = "(:r || '-0000-4000-8000-bench')";

class Script {
  constructor(prologue) {
    this.lines = [...prologue];
    this.variables = new Map();
  }
  // A parameter with this value in every transaction; named once.
  constant(value) {
    if (value === null) return null;
    for (const [name, known] of this.variables) if (known === value) return ':' + name;
    const name = 'p' + (this.variables.size + 1);
    this.variables.set(name, value);
    return ':' + name;
  }
  add(sql) { this.lines.push(sql + ';'); }
  write(path) {
    writeFileSync(path + '.sql', this.lines.join('\n') + '\n');
    writeFileSync(path + '.vars', [...this.variables].map(([n, v]) => `${n}=${v}\n`).join(''));
  }
}

// What stands for a sampled value: an expression where it differs by transaction.
function express(script, special, value, type) {
  if (special.has(value)) return special.get(value);
  const constant = script.constant(value);
  return constant === null ? `NULL::${type}` : `${constant}::${type}`;
}

// One of the server's statements with ARRAY[value] for each array parameter.
function asSet(script, special, { sql, values }) {
  return sql.replace(/\$(\d+)(?:::(\w+)\[\])?/g, (_, n, type) => {
    if (values[n - 1] === '{}') return `'{}'::${type}[]`;
    const member = onlyMember(values[n - 1]);
    const cast = type ?? (/^[0-9a-f-]{36}$/.test(member) ? 'uuid' : 'text');
    return `ARRAY[${express(script, special, member, cast)}]::${cast}[]`;
  });
}

function writeOurs(name, prologue, special, statements, suffix = '') {
  const script = new Script(prologue);
  for (const statement of statements) script.add(asSet(script, special, statement));
  script.write(`${directory}/${name}.ours${suffix}`);
}

// INSERT INTO table (columns) SELECT … FROM unnest($1, …), in the order of the columns.
// One statement may hold two: "WITH marks AS (INSERT …) INSERT …".
const isInsert = (sql) => /^(WITH marks AS \()?INSERT INTO/.test(sql);
const INSERT = /INSERT INTO (\w+) \(([^)]*)\)[^]*?FROM unnest\(((?:\$\d+::[\w ]+\[\](?:, )?)+)\)/g;

function plainInserts(script, special, { sql, values }) {
  for (const [, table, columns, parameters] of sql.matchAll(INSERT)) {
    const literals = [...parameters.matchAll(/\$(\d+)/g)].map(([, n]) => values[n - 1]);
    if (literals[0] === '{}') continue; // nothing of that kind
    const list = literals.map((literal) => {
      const member = onlyMember(literal);
      return special.get(member) ?? script.constant(member) ?? 'NULL';
    });
    script.add(`INSERT INTO ${table} (${columns}) VALUES (${list.join(', ')})`);
  }
}

const byName = (statements, name) => statements.find((s) => s.name === name);
const oneRow = (sql, id) => sql.replace('= ANY($1)', `= ${id}`);

function plainGet(prologue, statements) {
  const script = new Script(prologue);
  for (const { sql } of statements) script.add(oneRow(sql, ID));
  script.write(`${directory}/get.plain`);
}

function plainList(prologue, special, [{ sql }]) {
  const script = new Script(prologue);
  const [, columns] = /LATERAL \(SELECT (.*?) FROM complaint c/.exec(sql);
  script.add(`SELECT ${columns} FROM complaint c WHERE c.status = 'open' AND c.due_at < now()` +
    ` AND c.due_at >= ${special.get(LIST_FROM_SQL)} AND c.staff_complained_of IS DISTINCT FROM ${script.constant('supervisor1')}` +
    ' ORDER BY c.due_at, c.id LIMIT 51');
  script.write(`${directory}/list.plain`);
}

function plainSearch(prologue, special, [{ sql }]) {
  const script = new Script(prologue);
  const [, columns] = /LATERAL \(SELECT (.*?) FROM \(/.exec(sql);
  // Without MATERIALIZED, a plan made for any word goes through all complaints in order.
  script.add('WITH s AS MATERIALIZED (SELECT complaint_id FROM search' +
    ` WHERE terms @@ ${special.get(`'${WORD}'`)}::tsquery)` +
    ` SELECT ${columns} FROM s JOIN complaint c ON c.id = s.complaint_id` +
    ` WHERE c.staff_complained_of IS DISTINCT FROM ${script.constant('supervisor1')}` +
    ' ORDER BY c.received_at DESC, c.id DESC LIMIT 51');
  script.write(`${directory}/search.plain`);
}

function plainCreate(name, prologue, special, statements, suffix) {
  const script = new Script(prologue);
  script.add('BEGIN');
  for (const statement of statements.filter((s) => isInsert(s.sql)))
    plainInserts(script, special, statement);
  script.add('COMMIT');
  script.write(`${directory}/${name}.plain${suffix}`);
}

// What the server leaves to its filler is written at once, or not at all.
function withTerms(statements, filled) {
  return statements.flatMap((s) => (s.name === 'search_todo_insert' ? filled : [s]));
}

// The columns that an advance changes, as a statement written for it would name them.
const CHANGED = ['version', 'stage', 'owner_id', 'owner_unit_id', 'handlers', 'updated_at', 'updated_by',
  'stage_due_at', 'due_at', 'journal_length', 'journal_head'];
const namesOf = (sql) => /AS v\(([^)]*)\)/.exec(sql)[1].split(', ');

function plainAdvance(prologue, special, statements) {
  const script = new Script(prologue);
  const find = byName(statements, 'idempotency_find');
  const update = byName(statements, 'complaint_update'), end = byName(statements, 'stage_update');
  const value = (statement, column) => onlyMember(statement.values[namesOf(statement.sql).indexOf(column)]);
  script.add('BEGIN');
  script.add(oneRow(byName(statements, 'complaint_lock').sql, ID).replace(' ORDER BY id', ''));
  script.add(oneRow(byName(statements, 'stage_get').sql, ID).replace('complaint_id, sequence', 'sequence'));
  script.add('SELECT request_hash, status, version, location, body FROM idempotency' +
    ` WHERE caller_id = ${script.constant(onlyMember(find.values[0]))} AND key = ${KEY}`);
  script.add('UPDATE complaint SET ' +
    CHANGED.map((c) => `${c} = ${script.constant(value(update, c)) ?? 'NULL'}`).join(', ') +
    ` WHERE id = ${ID} AND version = 1`);
  script.add(`UPDATE stage SET completed_at = ${script.constant(value(end, 'completed_at'))}` +
    ` WHERE complaint_id = ${ID} AND sequence = 1`);
  for (const statement of statements.filter((s) => isInsert(s.sql)))
    plainInserts(script, special, statement);
  script.add('COMMIT');
  script.write(`${directory}/advance.plain`);
}

// --- the requests ---------------------------------------------------------------------------------

const agent = await signIn('agent1'), supervisor = await signIn('supervisor1');
const key = () => randomUUID();
const receive = (k) => call('POST', '/v1/complaints', agent, createBody, { 'Idempotency-Key': k });
await receive(key()); // numbers are taken and tokens looked up before what is sampled
await receive(key());
await sleep(2000); // and filled, so that what is sampled is filled alone

const createKey = key();
const beforeCreate = statSync(logPath).size;
const created = await capture(/^complaint_insert$/, () => receive(createKey));
const id = created.answer.id;
await sleep(2000);
const filled = statementsSince(beforeCreate, /^search_save$/).filter((s) => s.name === 'search_save');
const got = await capture(/^complaint_by_id$/, () => call('GET', '/v1/complaints/' + id, supervisor));
const listed = await capture(/^list_/, () =>
  call('GET', '/v1/complaints?overdue=true&due_from=' + LIST_FROM, supervisor));
const searched = await capture(/^list_/, () =>
  call('GET', '/v1/complaints?q=' + encodeURIComponent(WORD), supervisor));
const advanceKey = key();
const advanced = await capture(/^complaint_lock$/, () => call('POST', `/v1/complaints/${id}/advance`, agent,
  advanceBody('handler1'), { 'Idempotency-Key': advanceKey, 'If-Match': '"1"' }));

const anyId = [`\\set i random(0, :rows - 1)`, `\\set t :base + :step * :i`];
const anyTime = ['\\set s :list_from + random(0, :list_span - 1)'];
const anyWord = ['\\set k random(0, :words - 1)', '\\set a 20480 + :k / 200', '\\set b 24576 + :k % 200'];
const poolId = ['\\set n :n + 1', '\\set k :client_id + (:n - 1) * :clients',
  '\\set i :pool_from + (:k * :stride) % :pool', '\\set t :base + :step * :i',
  '\\set r random(1000000000000000, 9000000000000000)'];
const newId = ['\\set n :n + 1', '\\set c 1000 + :client_id', '\\set t :start + :n',
  '\\set r random(1000000000000000, 9000000000000000)', '\\set u 1000000 + :n'];

const list = new Map([[LIST_FROM_SQL, 'to_timestamp(:s)']]);
const search = new Map([[`'${WORD}'`, '(chr(:a::integer) || chr(:b::integer))']]);
const advance = new Map([[id, ID], [advanceKey, KEY]]);
const create = new Map([[id, NEW_ID], [createKey, KEY], [created.answer.tracking_code, ':r::text'],
  [created.answer.number, "('TB' || :c || :u || '000')"]]);

plainGet(anyId, got.statements);
writeOurs('get', anyId, new Map([[id, ID]]), got.statements);
plainList(anyTime, list, listed.statements);
writeOurs('list', anyTime, list, listed.statements);
plainSearch(anyWord, search, searched.statements);
writeOurs('search', anyWord, search, searched.statements);
for (const [suffix, terms] of [['', filled], ['_bare', []]]) {
  const statements = withTerms(created.statements, terms);
  plainCreate('create', newId, create, statements, suffix);
  writeOurs('create', newId, create, statements, suffix);
}
plainAdvance(poolId, advance, advanced.statements);
writeOurs('advance', poolId, advance, advanced.statements);
writeFileSync(`${directory}/create.json`, createBody);
writeFileSync(`${directory}/advance1.json`, advanceBody('handler1'));
writeFileSync(`${directory}/advance2.json`, advanceBody('agent2'));
writeFileSync(`${directory}/sample.id`, id);

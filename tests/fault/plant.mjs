// Damages the database as a faulty server would have: two losses and two doubles. Answers what the
// judge must find then, and nothing else.
import { sql } from './service.mjs';

const copy = (table, of, members, where) => // a row again, with other members
  `INSERT INTO ${table} SELECT (jsonb_populate_record(t, jsonb_build_object(${members}))).* FROM ${table} t
   WHERE ${of} AND ${where};`;

function loseComplaint({ id, requests }) {
  return { finding: `lost ${requests[0].key}`, statements:
    ['journal_private', 'journal', 'work', 'stage'].map((t) => `DELETE FROM ${t} WHERE complaint_id = '${id}';`).join('\n') +
    `DELETE FROM complaint WHERE id = '${id}';` };
}

// As if the last advance had never been.
function loseAdvance({ id, requests }) {
  const of = `complaint_id = '${id}'`, last = requests.length;
  return { finding: `lost ${requests.at(-1).key}`, statements: `
    DELETE FROM journal_private WHERE ${of} AND index = ${last};
    DELETE FROM journal WHERE ${of} AND index = ${last};
    DELETE FROM stage WHERE ${of} AND completed_at IS NULL;
    UPDATE stage SET completed_at = NULL WHERE ${of} AND sequence = (SELECT max(sequence) FROM stage WHERE ${of});
    UPDATE complaint c SET version = version - 1, journal_length = journal_length - 1, stage = s.stage,
      owner_id = s.owner_id FROM stage s WHERE c.id = '${id}' AND s.complaint_id = c.id AND s.completed_at IS NULL;` };
}

function doubleComplaint({ id, requests }) {
  const twin = id.slice(0, -4) + (id.endsWith('0000') ? '0001' : '0000');
  const of = `complaint_id = '${id}'`, members = `'complaint_id', '${twin}'`;
  return { finding: `double ${requests[0].key}`, statements:
    copy('complaint', `id = '${id}'`, `'id', '${twin}', 'number', 'TS20000101000001', 'tracking_code', 'PLANTED'`, 'true') +
    copy('stage', of, members, 'true') + copy('journal', of, members, 'true') };
}

// As if the last advance had been carried out again.
function doubleAdvance({ id, requests }) {
  const of = `complaint_id = '${id}'`, last = requests.length;
  return { finding: `double ${requests.at(-1).key}`, statements:
    copy('journal', of, `'index', ${last + 1}`, `index = ${last}`) + `
    UPDATE stage SET completed_at = now() WHERE ${of} AND completed_at IS NULL;` +
    copy('stage', of, `'sequence', t.sequence + 1, 'completed_at', NULL`,
      `sequence = (SELECT max(sequence) FROM stage WHERE ${of})`) + `
    UPDATE complaint SET version = version + 1, journal_length = journal_length + 1 WHERE id = '${id}';` };
}

export async function plant(ledger) {
  const sound = ledger.courses.filter((c) => c.requests.every((r) => r.answer));
  const received = sound.filter((c) => c.requests.length === 1);
  const advanced = sound.filter((c) => c.requests.length > 1 && c.requests.at(-1).action === 'advance');
  if (received.length < 2 || advanced.length < 2) throw new Error('there is nothing to damage');
  const damages = [loseComplaint(received[0]), doubleComplaint(received[1]),
    loseAdvance(advanced[0]), doubleAdvance(advanced[1])];
  await sql(`BEGIN;\n${damages.map((d) => d.statements).join('\n')}\nCOMMIT;`);
  return damages.map((d) => d.finding).sort();
}

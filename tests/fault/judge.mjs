// Holds what clients were told against what the database holds. A finding is "KIND OF": the key of a
// request, or the number of a complaint.
//
//   lost        acknowledged, and not there
//   double      there more than once
//   unknown     there, and nobody asked for it
//   order       the journal has a complaint's changes in another order than they were made
//   gap         version, journal and its indexes do not agree, or something is skipped
//   ownerless   open without exactly one open stage whose owner is the complaint's; or closed with one
//   answer      the stored answer is missing, or not what the client was told
import { sql } from './service.mjs';
import { sameAnswer } from './clients.mjs';

export async function readFacts() {
  const [complaints, answers, orphans] = await Promise.all([sql(`
    SELECT json_build_object('id', c.id, 'number', c.number, 'case', c.external_case_number, 'version', c.version,
      'length', c.journal_length, 'open', c.status = 'open', 'stage', c.stage, 'owner', c.owner_id,
      'stages', (SELECT coalesce(json_agg(json_build_object('sequence', s.sequence, 'stage', s.stage,
          'owner', s.owner_id, 'open', s.completed_at IS NULL) ORDER BY s.sequence), '[]')
        FROM stage s WHERE s.complaint_id = c.id),
      'journal', (SELECT coalesce(json_agg(json_build_object('index', j.index,
          'request', j.bytes::json->>'request_id', 'action', j.bytes::json->>'action') ORDER BY j.index), '[]')
        FROM journal j WHERE j.complaint_id = c.id))
    FROM complaint c;`), sql(`
    SELECT json_build_object('key', key, 'status', status, 'etag', '"' || version || '"', 'location', location,
      'text', body) FROM idempotency;`), sql(`
    SELECT DISTINCT complaint_id FROM (SELECT complaint_id FROM journal UNION ALL SELECT complaint_id FROM stage
      UNION ALL SELECT complaint_id FROM work) t WHERE complaint_id NOT IN (SELECT id FROM complaint);`)]);
  return { complaints: complaints.map((line) => JSON.parse(line)),
    answers: new Map(answers.map((line) => JSON.parse(line)).map((a) => [a.key, a])), orphans };
}

const keyOf = (entry) => entry.request.replace(/\.\d+$/, '');

function counted(values) {
  const counts = new Map();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

// Each request against the entries that it made.
function judgeRequests(ledger, facts, find) {
  const entries = counted(facts.complaints.flatMap((c) => c.journal.map(keyOf)));
  const cases = counted(facts.complaints.map((c) => c.case));
  for (const request of ledger.requests) {
    const times = Math.max(entries.get(request.key) ?? 0, request.step ? 0 : cases.get(request.course.case) ?? 0);
    const stored = facts.answers.get(request.key);
    if (times > 1) find('double', request.key);
    if (times === 0 && request.answer) find('lost', request.key);
    if (request.answer ? !stored || !sameAnswer(stored, request.answer) : Boolean(stored) !== times > 0)
      find('answer', request.key);
  }
  const keys = new Set(ledger.requests.map((r) => r.key)), known = new Set(ledger.courses.map((c) => c.case));
  for (const key of [...entries.keys(), ...facts.answers.keys()]) if (!keys.has(key)) find('unknown', key);
  for (const complaint of facts.complaints) if (!known.has(complaint.case)) find('unknown', complaint.number);
  for (const id of facts.orphans) find('unknown', id);
}

const isCounted = (values) => values.every((value, i) => value === i + 1);

function judgeComplaint(complaint, course, find) {
  const { journal, stages } = complaint;
  const advances = journal.filter((entry) => entry.action === 'advance').length;
  if (!isCounted(journal.map((entry) => entry.index)) || !isCounted(stages.map((s) => s.sequence)) ||
    complaint.version !== journal.length || complaint.length !== journal.length || stages.length !== 1 + advances)
    find('gap', complaint.number);
  const steps = journal.map((entry) => course?.requests.findIndex((r) => r.key === keyOf(entry)));
  if (steps.some((step, i) => i > 0 && step < steps[i - 1])) find('order', complaint.number);
  const open = stages.filter((s) => s.open);
  if (open.length !== (complaint.open ? 1 : 0) || open.some((s) => !s.owner || s.owner !== complaint.owner ||
    s.stage !== complaint.stage))
    find('ownerless', complaint.number);
}

export function judge(ledger, facts) {
  const findings = new Set();
  const find = (kind, of) => findings.add(`${kind} ${of}`);
  const courses = new Map(ledger.courses.map((c) => [c.case, c]));
  judgeRequests(ledger, facts, find);
  for (const complaint of facts.complaints) judgeComplaint(complaint, courses.get(complaint.case), find);
  return [...findings].sort();
}

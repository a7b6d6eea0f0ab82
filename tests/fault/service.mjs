// The server and the database under test, as processes that can be killed and started again.
import { spawn } from 'node:child_process';
import { appendFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';

const env = process.env;
const READY_WITHIN_MS = 30_000;

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

// Runs a program to its end.
export function run(program, args, { input } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'] });
    let out = '', errors = '';
    child.stdout.setEncoding('utf8').on('data', (text) => { out += text; });
    child.stderr.setEncoding('utf8').on('data', (text) => { errors += text; });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, out, errors }));
    child.stdin?.end(input);
  });
}

async function cluster(command) {
  const { code, errors } = await run(env.FAULT_CLUSTER, ['fault', command]);
  if (code) throw new Error(`cluster.sh ${command}: ${errors}`);
}

// Statements as the superuser; answers what they print, a row a line.
export async function sql(statements) {
  const { code, out, errors } = await run(env.FAULT_CLUSTER,
    ['fault', 'psql', '-X', '-q', '-At', '-v', 'ON_ERROR_STOP=1', '-d', env.FAULT_DB], { input: statements });
  if (code) throw new Error(`psql: ${errors}`);
  return out.split('\n').filter(Boolean);
}

export class Service {
  port = 0; // 0: nothing listens
  died = null; // how the server ended when nobody had killed it
  #child = null;

  async start() {
    const own = Object.fromEntries(Object.entries(env).filter(([name]) => !/^(COMPLAINTD|FAULT)_/.test(name)));
    const child = spawn(env.FAULT_SERVER, [], { stdio: ['ignore', 'ignore', 'pipe'], env: { ...own,
      COMPLAINTD_DATABASE_URL: env.FAULT_URL, COMPLAINTD_HTTP_PORT: '0', COMPLAINTD_DEMO_ENABLED: 'true',
      COMPLAINTD_LOG_ACCESS: 'false', COMPLAINTD_PRIVACY_KEY_FILE: env.COMPLAINTD_PRIVACY_KEY_FILE } });
    this.#child = child;
    writeFileSync(env.FAULT_PID_FILE, `${child.pid}\n`);
    child.on('exit', (code, signal) => {
      if (this.#child === child) this.died = `the server ended by itself: ${signal ?? code}`;
    });
    await new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('the server does not listen')), READY_WITHIN_MS);
      let unread = '';
      child.stderr.setEncoding('utf8').on('data', (text) => {
        appendFileSync(env.FAULT_LOG, text);
        const lines = (unread + text).split('\n');
        unread = lines.pop();
        for (const line of lines.filter((l) => l.includes('"event":"listening"'))) {
          clearTimeout(timer);
          this.port = JSON.parse(line).port;
          resolve();
        }
      });
    });
  }

  // SIGKILL, and waits until it is gone.
  async kill() {
    const child = this.#child;
    this.#child = null;
    this.port = 0;
    const gone = new Promise((resolve) => { child.once('exit', resolve); });
    child.kill('SIGKILL');
    await gone;
  }

  async crashDatabase() { await cluster('crash'); }
  async startDatabase() { await cluster('start'); }

  // One request. Fails when the connection is refused or breaks.
  call(method, path, { headers = {}, body, agent, timeout = 15_000 } = {}) {
    return new Promise((resolve, reject) => {
      if (!this.port) {
        reject(new Error('nothing listens'));
        return;
      }
      const request = http.request({ host: '127.0.0.1', port: this.port, method, path, agent, timeout,
        headers: { ...headers, ...(body && { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) }) } });
      request.on('timeout', () => request.destroy(new Error('no answer in time')));
      request.on('error', reject);
      request.on('response', (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part) => { text += part; });
        response.on('error', reject);
        response.on('close', () => {
          if (response.complete)
            resolve({ status: response.statusCode, etag: response.headers.etag ?? null,
              location: response.headers.location ?? null, text });
          else
            reject(new Error('the answer broke off'));
        });
      });
      request.end(body);
    });
  }

  async signIn(login) {
    const answer = await this.call('POST', '/v1/sessions', { body: JSON.stringify({ login, password: 'demo-2026' }) });
    if (answer.status !== 201) throw new Error(`sign-in of ${login}: ${answer.status} ${answer.text}`);
    return JSON.parse(answer.text).token;
  }

  async becomeReady() {
    for (const until = Date.now() + READY_WITHIN_MS; Date.now() < until; await sleep(20)) {
      const answer = await this.call('GET', '/readyz').catch(() => null);
      if (answer?.status === 200) return;
    }
    throw new Error('the server does not become ready');
  }
}

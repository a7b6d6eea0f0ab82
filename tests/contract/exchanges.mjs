// What clients sent and the server answered, as the HTTP tests recorded it, against the contract.
import { existsSync, readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { document, follow, operations, step, text, violations } from "./contract.mjs";

// Possible at every address, and described once in the document's introduction.
const ANYWHERE = [405, 414, 429, 431, 503];
const LIMITED = "#/components/responses/TooManyRequests";
const PROBLEM = "#/components/schemas/Problem";
// Violations that the input's schema can see as well; but not the range of a time.
const VISIBLE = new Set(["unknown_member", "required", "unknown_term", "out_of_range", "too_long"]);
const isVisible = ({ pointer, code }) =>
  VISIBLE.has(code) && !(code === "out_of_range" && pointer.endsWith("_at"));

const pathOf = (exchange) => exchange.path.split("?")[0];
const methodOf = (exchange) => (exchange.method === "HEAD" ? "GET" : exchange.method);
const typeOf = (value) => (value ?? "").split(";")[0].trim();

function parse(body) {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

// As the server reads texts before it judges their length.
function normalise(value) {
  if (typeof value === "string") return value.normalize("NFC").trim();
  if (Array.isArray(value)) return value.map(normalise);
  if (value && typeof value === "object") {
    const members = Object.entries(value).map(([name, member]) => [name, normalise(member)]);
    return Object.fromEntries(members);
  }
  return value;
}

function headerProblems(response, exchange) {
  return Object.keys(response.value.headers ?? {}).flatMap((name) => {
    const { pointer, value } = follow(step(response.pointer, "headers", name));
    const sent = exchange.headers[name.toLowerCase()];
    if (sent === undefined) return value.required ? [`no header ${name}`] : [];
    const typed = value.schema.type === "integer" ? Number(sent) : sent;
    return violations(step(pointer, "schema"), typed).map((v) => `header ${name}: ${v}`);
  });
}

function bodyProblems(response, exchange) {
  const types = Object.keys(response.value.content ?? {});
  const type = typeOf(exchange.content_type);
  if (exchange.method === "HEAD") return exchange.body ? ["a body on HEAD"] : [];
  if (types.length === 0) return exchange.body ? ["a body, which is not documented"] : [];
  if (!types.includes(type)) return [`content type ${type || "none"}, documented ${types}`];
  if (!type.endsWith("json")) return [];
  const json = parse(exchange.body);
  if (json === undefined) return ["the body is no JSON"];
  return violations(step(response.pointer, "content", type, "schema"), json);
}

// A refusal is of a kind that the response's text names.
function slugProblems(response, exchange) {
  if (typeOf(exchange.content_type) !== "application/problem+json" || !exchange.body) return [];
  const slug = (parse(exchange.body)?.type ?? "").replace("/problems/", "");
  return response.value.description.includes(`\`${slug}\``)
    ? []
    : [`${slug} is not among what is named: ${response.value.description}`];
}

// The server and the contract agree on which bodies are sound.
function requestProblems(operation, exchange) {
  if (!operation.input || exchange.request.body === null) return [];
  const json = parse(exchange.request.body);
  if (operation.inputName === "BatchInput" && exchange.status === 200) {
    return batchProblems(operation, json, parse(exchange.body)?.items ?? []);
  }
  return judgementProblems(operation, json, exchange.status, parse(exchange.body));
}

function judgementProblems(operation, input, status, answer) {
  const found = input === undefined ? ["is no JSON"] : violations(operation.input, normalise(input));
  if (status < 300) return found.map((v) => `accepted, though the request ${v}`);
  const visible = status === 422 ? (answer?.errors ?? []).filter(isVisible) : [];
  return visible.length > 0 && found.length === 0
    ? [`refused for ${visible[0].pointer} ${visible[0].code}, which the contract allows`]
    : [];
}

// Each item of a batch is judged as if it had been sent alone.
function batchProblems(operation, input, results) {
  if (input?.items?.length !== results.length) return ["another number of results than of items"];
  return results.flatMap(({ index, status, problem }, i) => [
    ...(index === i ? [] : [`result ${i} has the index ${index}`]),
    ...judgementProblems(operation, { items: [input.items[i]] }, status, problem),
  ]);
}

function anywhereProblems(exchange) {
  if (exchange.method === "HEAD") return [];
  if (typeOf(exchange.content_type) !== "application/problem+json") return ["is no problem+json"];
  const problems = violations(PROBLEM, parse(exchange.body));
  const { allow, "retry-after": retry } = exchange.headers;
  if (exchange.status === 405 && !allow) problems.push("no header Allow");
  if (exchange.status === 503 && !(Number(retry) >= 1)) problems.push("no header Retry-After");
  if (exchange.status === 429) problems.push(...headerProblems(follow(LIMITED), exchange));
  return problems;
}

// A page of another origin has asked what it may send.
function preflightProblems(exchange) {
  const wanted = ["origin", "methods", "headers"].map((what) => `access-control-allow-${what}`);
  return [
    ...wanted.filter((name) => !exchange.headers[name]).map((name) => `no header ${name}`),
    ...(exchange.body ? ["a body on 204"] : []),
  ];
}

function name(exchange) {
  const path = exchange.path.length > 100 ? `${exchange.path.slice(0, 100)}…` : exchange.path;
  return `${exchange.method} ${path} ${exchange.status}`;
}

// Refusals that the introduction names for every operation, by the token and not by the operation.
const introduced = ({ status, body, content_type }) =>
  status === 403 &&
  typeOf(content_type) === "application/problem+json" &&
  document.info.description.includes(`| 403 | \`${parse(body)?.type?.replace("/problems/", "")}\` |`);

// Which operation and status an exchange belongs to, and what is wrong with it.
function judge(exchange) {
  const here = operations.filter((operation) => operation.pattern.test(pathOf(exchange)));
  const exact = here.filter((operation) => !operation.path.includes("{"));
  const candidates = exact.length > 0 ? exact : here;
  const operation = candidates.find((candidate) => candidate.method === methodOf(exchange));
  if (operation && introduced(exchange)) {
    return { pair: "any 403", problems: anywhereProblems(exchange) };
  }
  const response = operation?.responses.get(exchange.status);
  if (response) {
    return {
      pair: `${operation.id} ${exchange.status}`,
      problems: [
        ...headerProblems(response, exchange),
        ...bodyProblems(response, exchange),
        ...slugProblems(response, exchange),
        ...requestProblems(operation, exchange),
      ],
    };
  }
  const unknownPath = exchange.status === 404 && candidates.length === 0;
  const wrongMethod = exchange.status === 405 && candidates.length > 0 && !operation;
  const anywhere = exchange.status !== 405 && ANYWHERE.includes(exchange.status);
  if (exchange.method === "OPTIONS" && exchange.status === 204) {
    return { pair: "preflight 204", problems: preflightProblems(exchange) };
  }
  if (unknownPath || wrongMethod || anywhere) {
    return { pair: `any ${exchange.status}`, problems: anywhereProblems(exchange) };
  }
  return { pair: "undocumented answers", problems: ["is not documented"] };
}

function servedProblems(exchanges) {
  const served = (path) =>
    exchanges.find((e) => e.method === "GET" && e.path === path && e.status === 200);
  const problems = [];
  if (served("/openapi.yaml")?.body !== text) problems.push("/openapi.yaml is not openapi.yaml");
  if (!isDeepStrictEqual(parse(served("/openapi.json")?.body), document)) {
    problems.push("/openapi.json says something else");
  }
  return problems;
}

export function checkExchanges(tests, file) {
  if (!existsSync(file)) {
    tests.add("recorded exchanges", [`there is no ${file}: run the suite http first`]);
    return;
  }
  const exchanges = readFileSync(file, "utf8")
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line));
  const pairs = new Map([["undocumented answers", []]]);
  for (const operation of operations) {
    for (const status of operation.responses.keys()) pairs.set(`${operation.id} ${status}`, null);
  }
  for (const status of [403, 404, ...ANYWHERE]) pairs.set(`any ${status}`, null);
  pairs.set("preflight 204", null);
  for (const exchange of exchanges) {
    const { pair, problems } = judge(exchange);
    const found = pairs.get(pair) ?? [];
    found.push(...problems.map((problem) => `${name(exchange)}: ${problem}`));
    pairs.set(pair, found);
  }
  for (const [pair, problems] of pairs) {
    tests.add(pair, problems ? [...new Set(problems)] : ["no test produced it"]);
  }
  tests.add("the contract that is served", servedProblems(exchanges));
  console.log(`${exchanges.length} exchanges`);
}

// openapi.yaml as the checks see it: its operations, and validators for its schemas.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import addFormats from "ajv-formats";
import Ajv from "ajv/dist/2020.js";
import yaml from "js-yaml";

export const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
export const file = join(root, "openapi.yaml");
export const text = readFileSync(file, "utf8");
export const document = yaml.load(text);

const ajv = new Ajv({ strict: true, allErrors: true, strictTypes: false, strictRequired: false });
addFormats(ajv);
ajv.addFormat("password", true);
ajv.addVocabulary(["openapi", "info", "servers", "security", "tags", "paths", "components"]);
ajv.addSchema({ $id: "contract", ...document });

// What a pointer of the document, such as "#/components/schemas/Stage", leads to.
export function at(pointer) {
  return pointer
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"))
    .reduce((value, part) => value?.[part], document);
}

export function step(pointer, ...parts) {
  const escape = (part) => String(part).replaceAll("~", "~0").replaceAll("/", "~1");
  return [pointer, ...parts.map(escape)].join("/");
}

// Follows a reference; members beside it, such as a description, override.
export function follow(pointer) {
  const value = at(pointer);
  if (!value?.$ref) return { pointer, value };
  const { $ref, ...beside } = value;
  const target = follow($ref);
  return { pointer: target.pointer, value: { ...target.value, ...beside } };
}

const validators = new Map();

// Sentences that say how a value breaks the schema at a pointer; none when it is sound.
export function violations(pointer, value) {
  if (!validators.has(pointer)) {
    validators.set(pointer, ajv.compile({ $ref: `contract${pointer}` }));
  }
  const validate = validators.get(pointer);
  if (validate(value)) return [];
  return validate.errors.map(({ instancePath, message, params }) => {
    const extra = params.additionalProperty ?? params.unevaluatedProperty ?? "";
    return `${instancePath || "/"} ${message} ${extra}`.trim();
  });
}

function responsesOf(pointer) {
  const responses = new Map();
  for (const status of Object.keys(at(pointer).responses)) {
    responses.set(Number(status), follow(step(pointer, "responses", status)));
  }
  return responses;
}

function parametersOf(pathPointer, pointer) {
  return [pathPointer, pointer]
    .flatMap((owner) =>
      (at(owner).parameters ?? []).map((_, i) => follow(step(owner, "parameters", i))),
    )
    .map((found) => ({ pointer: found.pointer, ...found.value }));
}

// Every operation: {id, method, path, pointer, description, parameters, responses, input}.
export const operations = Object.entries(document.paths).flatMap(([path, item]) =>
  ["get", "post", "put", "patch", "delete"]
    .filter((method) => item[method])
    .map((method) => {
      const pathPointer = step("#/paths", path);
      const pointer = step(pathPointer, method);
      const operation = item[method];
      const json = operation.requestBody?.content?.["application/json"];
      return {
        id: operation.operationId,
        method: method.toUpperCase(),
        path,
        pattern: new RegExp(`^${path.replaceAll(".", "\\.").replaceAll(/{[^}]+}/g, "[^/]+")}$`),
        pointer,
        public: operation.security?.length === 0,
        parameters: parametersOf(pathPointer, pointer),
        responses: responsesOf(pointer),
        input: json && step(pointer, "requestBody", "content", "application/json", "schema"),
        inputName: json?.schema.$ref?.split("/").pop() ?? "",
      };
    }),
);

// A list of tests: each a name and the sentences that say what is wrong.
export class Tests {
  passed = 0;
  failed = 0;

  add(name, problems) {
    if (problems.length === 0) {
      this.passed++;
      return;
    }
    this.failed++;
    console.log(`FAILED ${name}`);
    for (const problem of problems.slice(0, 8)) console.log(`    ${problem}`);
    if (problems.length > 8) console.log(`    … and ${problems.length - 8} more`);
  }
}

// What stands in one of two lists only.
export function differences(ours, theirs, here, there) {
  const left = new Set(ours);
  const right = new Set(theirs);
  return [
    ...[...left].filter((x) => !right.has(x)).map((x) => `${x}: ${here}, not ${there}`),
    ...[...right].filter((x) => !left.has(x)).map((x) => `${x}: ${there}, not ${here}`),
  ];
}

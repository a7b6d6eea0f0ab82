// openapi.yaml by itself: valid 3.1, lint-clean, all examples sound, everything described.
import { createConfig, lint } from "@redocly/openapi-core";
import { at, document, file, follow, operations, step, violations } from "./contract.mjs";

const rules = {
  extends: ["recommended"],
  rules: {
    "info-license": "off", // not published under any
    "operation-4xx-response": "off", // health and metrics refuse nothing
    "operation-2xx-response": "off", // single sign-on sends browsers elsewhere
    "no-unused-components": "error",
    "no-invalid-schema-examples": "error",
    "no-invalid-media-type-examples": { severity: "error", allowAdditionalProperties: true },
    "operation-description": "off",
    "operation-operationId-url-safe": "error",
    "parameter-description": "error",
    "path-parameters-defined": "error",
    "tag-description": "error",
    "no-http-verbs-in-paths": "off",
    "no-duplicated-tag-names": "error",
  },
};

async function lintProblems() {
  const problems = await lint({ ref: file, config: await createConfig(rules) });
  return problems.map(({ ruleId, message, location }) => {
    const where = location[0]?.pointer ?? "";
    return `${ruleId}: ${message.replaceAll("\n", " ")} at ${where}`;
  });
}

function mediaTypes() {
  const found = [];
  for (const operation of operations) {
    const body = at(operation.pointer).requestBody;
    for (const type of Object.keys(body?.content ?? {})) {
      found.push(step(operation.pointer, "requestBody", "content", type));
    }
    for (const { pointer, value } of operation.responses.values()) {
      found.push(...Object.keys(value.content ?? {}).map((type) => step(pointer, "content", type)));
    }
  }
  return found;
}

function exampleProblems() {
  const bodies = mediaTypes()
    .filter((pointer) => at(pointer).example !== undefined)
    .flatMap((pointer) =>
      violations(step(pointer, "schema"), at(pointer).example).map((v) => `${pointer}: ${v}`),
    );
  const parameters = operations
    .flatMap((operation) => operation.parameters)
    .filter((parameter) => parameter.example !== undefined)
    .flatMap((parameter) =>
      violations(step(parameter.pointer, "schema"), parameter.example).map(
        (v) => `${parameter.name}: ${v}`,
      ),
    );
  return [...new Set([...bodies, ...parameters])];
}

// Objects are closed, or are the base of one that is; members have a sentence each.
function schemaProblems(name, schema) {
  const problems = [];
  const base = Object.values(document.components.schemas).some((other) =>
    other.allOf?.some(({ $ref }) => $ref === `#/components/schemas/${name}`),
  );
  const closed = schema.additionalProperties === false || schema.unevaluatedProperties === false;
  if ((schema.type === "object" || schema.allOf) && !closed && !base) {
    problems.push("is open to any member");
  }
  if (!schema.description) problems.push("has no description");
  for (const member of Object.keys(schema.properties ?? {})) {
    const { value } = follow(step("#/components/schemas", name, "properties", member));
    if (!value.description) problems.push(`${member} has no description`);
  }
  for (const member of schema.required ?? []) {
    if (!schema.properties?.[member]) problems.push(`${member} is required and not there`);
  }
  return problems;
}

export async function checkDocument(tests) {
  tests.add("openapi.yaml is valid and lint-clean", await lintProblems());
  tests.add("the examples are sound", exampleProblems());
  for (const [name, schema] of Object.entries(document.components.schemas)) {
    tests.add(`schema ${name}`, schemaProblems(name, schema));
  }
}

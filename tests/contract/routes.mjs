// openapi.yaml against what the program says it serves, both ways.
import { execFileSync } from "node:child_process";
import { differences, document, follow, operations, violations } from "./contract.mjs";

const key = ({ method, path }) => `${method} ${path}`;

// The status of each problem that a response names in its text.
function documentedStatuses() {
  const statuses = new Map();
  const slugs = new Set(document.components.schemas.ProblemSlug.enum);
  for (const operation of operations) {
    for (const [status, { value }] of operation.responses) {
      for (const [, slug] of value.description.matchAll(/`([a-z-]+)`/g)) {
        if (slugs.has(slug) && status >= 400) statuses.set(slug, status);
      }
    }
  }
  return statuses;
}

function routeProblems(route, operation) {
  const problems = [];
  const query = operation.parameters.filter((parameter) => parameter.in === "query");
  if (operation.id !== route.operation) {
    problems.push(`is ${route.operation} in the program, ${operation.id} in the contract`);
  }
  if (operation.public !== route.public) {
    problems.push(`needs ${route.public ? "no token" : "a token"} in the program`);
  }
  if (operation.inputName !== route.input) {
    problems.push(`takes "${route.input}", "${operation.inputName}" in the contract`);
  }
  problems.push(
    ...differences(
      route.parameters,
      query.map(({ name }) => name),
      "in the program",
      "in the contract",
    ),
  );
  const inPath = [...route.path.matchAll(/{([^}]+)}/g)].map(([, name]) => name);
  const declared = operation.parameters.filter((parameter) => parameter.in === "path");
  problems.push(
    ...differences(inPath, declared.map(({ name }) => name), "in the path", "among the parameters"),
  );
  return problems;
}

export function checkRoutes(tests, program) {
  const printed = JSON.parse(execFileSync(program, ["--print-routes"], { encoding: "utf8" }));
  tests.add(
    "the routes are those of the contract",
    differences(printed.routes.map(key), operations.map(key), "in the program", "in the contract"),
  );
  for (const route of printed.routes) {
    const operation = operations.find((candidate) => key(candidate) === key(route));
    if (operation) tests.add(`route ${key(route)}`, routeProblems(route, operation));
  }

  const schemas = document.components.schemas;
  for (const [name, codes] of Object.entries(printed.vocabularies)) {
    const ours = schemas[name]?.enum;
    const same = JSON.stringify(ours) === JSON.stringify(codes);
    tests.add(`vocabulary ${name}`, same ? [] : [`program ${codes}, contract ${ours}`]);
  }
  tests.add(
    "the vocabularies are those of the contract",
    differences(
      Object.keys(printed.vocabularies),
      Object.keys(schemas).filter((name) => /^[a-z]/.test(name)),
      "in the program",
      "in the contract",
    ),
  );

  const { value: slugs } = follow("#/components/schemas/ProblemSlug");
  tests.add(
    "the problems are those of the contract",
    differences(
      printed.problems.map(({ slug }) => slug),
      slugs.enum,
      "in the program",
      "in the contract",
    ),
  );
  const documented = documentedStatuses();
  for (const { slug, status } of printed.problems) {
    const said = documented.get(slug);
    const anywhere = document.info.description.includes(`\`${slug}\``);
    tests.add(`problem ${slug}`, [
      ...(said && said !== status ? [`is ${status} in the program, ${said} in the contract`] : []),
      ...(said || anywhere ? [] : ["no operation names it, nor the part about any operation"]),
      ...violations("#/components/schemas/ProblemSlug", slug),
    ]);
  }
}

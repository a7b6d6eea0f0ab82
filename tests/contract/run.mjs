// Holds openapi.yaml, the program, its rights and recorded exchanges against each other:
// run.mjs PROGRAM EXCHANGES
import { checkAttacks } from "./attacks.mjs";
import { Tests } from "./contract.mjs";
import { checkDocument } from "./document.mjs";
import { checkExchanges } from "./exchanges.mjs";
import { checkRights } from "./rights.mjs";
import { checkRoutes } from "./routes.mjs";

const [program, exchanges] = process.argv.slice(2);
const tests = new Tests();
await checkDocument(tests);
checkRoutes(tests, program);
await checkRights(tests, program);
await checkAttacks(tests, program);
checkExchanges(tests, exchanges);
console.log(`${tests.passed} passed, ${tests.failed} failed`);
process.exitCode = tests.failed > 0 ? 1 : 0;

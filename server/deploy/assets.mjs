// Makes the C file that holds the server's own files: assets.mjs OUTPUT
// Paths are those of URLs; see server/asset.h.
import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync, writeFileSync, mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const require = createRequire(import.meta.url);
const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const swagger = dirname(require.resolve("swagger-ui-dist/package.json"));
const types = {
  css: "text/css; charset=utf-8",
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  json: "application/json",
  png: "image/png",
  svg: "image/svg+xml",
  txt: "text/plain; charset=utf-8",
  yaml: "application/yaml",
};
const files = [];

// brotli: the same, compressed, where that was made when the file was.
function add(path, data, type = path.split(".").pop(), brotli = undefined) {
  files.push({ path, data: Buffer.from(data), type: types[type], brotli });
}

const contract = join(root, "openapi.yaml");
if (existsSync(contract)) {
  const yaml = readFileSync(contract);
  const json = JSON.stringify(require("js-yaml").load(yaml.toString()), null, 2) + "\n";
  mkdirSync(join(root, "build", "assets"), { recursive: true });
  writeFileSync(join(root, "build", "assets", "openapi.json"), json);
  add("/openapi.yaml", yaml);
  add("/openapi.json", json);
}
add("/docs", readFileSync(join(root, "server/web/docs/index.html")), "html");
for (const name of ["docs.js", "docs.css"]) {
  add(`/docs/${name}`, readFileSync(join(root, "server/web/docs", name)));
}
for (const name of ["swagger-ui-bundle.js", "swagger-ui.css", "favicon-32x32.png"]) {
  add(`/docs/${name}`, readFileSync(join(swagger, name)));
}
// Who else's work the page holds, and on what terms.
for (const name of ["LICENSE", "NOTICE", "swagger-ui-bundle.js.LICENSE.txt"]) {
  add(`/docs/${name}`, readFileSync(join(swagger, name)), "txt");
}
// The desk, as server/web/vite.config.mjs builds it.
function addBuilt(path, name, type) {
  const file = join(root, "build", "web", name);
  const brotli = existsSync(`${file}.br`) ? readFileSync(`${file}.br`) : undefined;
  add(path, readFileSync(file), type, brotli);
}
addBuilt("/", "index.html", "html");
addBuilt("/progress", "progress.html", "html");
for (const name of readdirSync(join(root, "build", "web", "assets"))) {
  if (!name.endsWith(".br")) addBuilt(`/assets/${name}`, `assets/${name}`);
}
files.sort((a, b) => (a.path < b.path ? -1 : 1));

// A string literal: gcc reads a long one far faster than an array of numbers.
function literal(buffer) {
  const lines = [];
  for (let at = 0; at < buffer.length; at += 4096) {
    let line = "";
    for (const byte of buffer.subarray(at, at + 4096)) {
      const plain = byte >= 0x20 && byte < 0x7f && byte !== 0x22 && byte !== 0x5c && byte !== 0x3f;
      line += plain ? String.fromCharCode(byte) : "\\" + byte.toString(8).padStart(3, "0");
    }
    lines.push(`    "${line}"`);
  }
  return lines.length > 0 ? lines.join("\n") : '    ""';
}

let c = '#include "server/asset.h"\n\n';
const rows = files.map(({ path, data, type, brotli }, i) => {
  const gzip = gzipSync(data, { level: 9 });
  const pays = gzip.length < data.length * 0.9;
  const etag = createHash("sha256").update(data).digest("hex").slice(0, 16);
  c += `static const char data_${i}[] =\n${literal(data)};\n`;
  if (pays) c += `static const char gzip_${i}[] =\n${literal(gzip)};\n`;
  if (brotli) c += `static const char brotli_${i}[] =\n${literal(brotli)};\n`;
  return (
    `    {"${path}", "${type}", (const unsigned char *)data_${i}, ${data.length},\n     ` +
    (pays ? `(const unsigned char *)gzip_${i}, ${gzip.length}` : "NULL, 0") +
    ",\n     " +
    (brotli ? `(const unsigned char *)brotli_${i}, ${brotli.length}` : "NULL, 0") +
    `, "W/\\"${etag}\\""},\n`
  );
});
c += `\nconst struct asset assets[] = {\n${rows.join("")}};\n`;
c += `const size_t assets_count = ${rows.length};\n`;
writeFileSync(process.argv[2], c);

// Builds the desk into build/web, from where server/deploy/assets.mjs puts it into the server.
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync } from "node:zlib";
import vue from "@vitejs/plugin-vue";
import ElementPlus from "unplugin-element-plus/vite";
import { defineConfig } from "vite";

const here = dirname(fileURLToPath(import.meta.url));
const outDir = join(here, "..", "..", "build", "web");
// The desk, and the customer's page, which shares nothing with it but colours.
const PAGES = ["index.html", "progress.html"];

// Who else's work the desk holds, and on what terms: assets/licences.txt.
function licences() {
  return {
    name: "licences",
    generateBundle(_, bundle) {
      const packages = new Set();
      for (const { modules = {} } of Object.values(bundle)) {
        for (const id of Object.keys(modules)) {
          const found = /^\0?(.*\/node_modules\/((?:@[^/]+\/)?[^/]+))\//.exec(id);
          if (found) packages.add(found[1]);
        }
      }
      const texts = [...packages].sort().map((directory) => {
        const { name, version, license } = JSON.parse(readFileSync(join(directory, "package.json")));
        const file = readdirSync(directory).find((entry) => /^licen[sc]e/i.test(entry));
        const text = file ? readFileSync(join(directory, file), "utf8").trim() : "";
        return `${name} ${version} (${license})\n\n${text}\n`;
      });
      this.emitFile({ type: "asset", fileName: "assets/licences.txt", source: texts.join(`\n${"-".repeat(80)}\n\n`) });
    },
  };
}

// The smallest form of what compresses, beside it.
function brotli() {
  return {
    name: "brotli",
    apply: "build",
    writeBundle() {
      const assets = join(outDir, "assets");
      for (const file of [...readdirSync(assets).map((name) => join(assets, name)), ...PAGES.map((name) => join(outDir, name))]) {
        const data = readFileSync(file);
        const packed = brotliCompressSync(data);
        if (packed.length < data.length * 0.9) writeFileSync(`${file}.br`, packed);
      }
    },
  };
}

export default defineConfig({
  root: here,
  base: "/",
  plugins: [vue(), ElementPlus({}), licences(), brotli()],
  resolve: { alias: { "@": join(here, "src") } },
  define: { __VUE_OPTIONS_API__: true, __VUE_PROD_DEVTOOLS__: false },
  build: {
    outDir,
    emptyOutDir: true,
    assetsDir: "assets",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1500,
    rollupOptions: { input: PAGES.map((name) => join(here, name)) },
  },
  // `npm run dev` beside `make run`.
  server: { proxy: { "/v1": "http://127.0.0.1:8080", "/public": "http://127.0.0.1:8080", "/docs": "http://127.0.0.1:8080", "/problems": "http://127.0.0.1:8080" } },
});

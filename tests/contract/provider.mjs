// OpenID Connect providers for the tests of single sign-on: provider.mjs, which prints its port.
//
//   /            oidc-provider, which demands PKCE
//   /tiny        a tiny one of our own, which errs as it is told: a code is base64url of
//                {"kind": …, "nonce": …, "login": …}
//   /control/walk   POST {"url", "login"}: signs in there as a browser does; answers where it is sent
//   /control/keys   how often the tiny one's keys were read
import { constants, createHash, createHmac, generateKeyPairSync, sign, webcrypto } from "node:crypto";
import { createServer, get } from "node:http";
import Provider from "oidc-provider";

// What newer Node.js has as a global, and oidc-provider expects.
globalThis.crypto ??= webcrypto;

// oidc-provider gives advice there, and nobody reads on.
console.info = console.warn = () => {};

const CLIENT = "complaintd";
const SECRET = "a secret: with / and %"; // to be encoded in Basic authentication
const REDIRECT = "http://127.0.0.1:1/v1/sign-on/callback";

const base64url = (value) => Buffer.from(value).toString("base64url");
const json = (value) => base64url(JSON.stringify(value));
const seconds = () => Math.floor(Date.now() / 1000);

// --- the real one ---------------------------------------------------------------------------------
function realProvider(issuer) {
  const provider = new Provider(issuer, {
    clients: [{
      client_id: CLIENT,
      client_secret: SECRET,
      redirect_uris: [REDIRECT],
      response_types: ["code"],
      grant_types: ["authorization_code"],
    }],
    pkce: { required: () => true, methods: ["S256"] },
    conformIdTokenClaims: false, // the claims of the scopes stand in the ID token
    claims: { openid: ["sub"], profile: ["preferred_username"] },
    cookies: { keys: ["tests"] },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_, { uid }) => `/interaction/${uid}` },
    findAccount: (_, sub) => ({
      accountId: sub,
      claims: () => ({ sub, preferred_username: sub }),
    }),
    async loadExistingGrant({ oidc }) {
      const { clientId } = oidc.client;
      const grant = new provider.Grant({ clientId, accountId: oidc.session.accountId });
      grant.addOIDCScope("openid profile");
      await grant.save();
      return grant;
    },
  });
  return provider;
}

// Not fetch(): that of older Node.js does not tell the cookies one by one.
function ask(url, headers) {
  return new Promise((resolve, reject) => {
    get(url, { headers }, (answer) => {
      let text = "";
      answer.setEncoding("utf8");
      answer.on("data", (data) => { text += data; });
      answer.on("end", () => resolve({ status: answer.statusCode, headers: answer.headers, text }));
    }).on("error", reject);
  });
}

// Follows redirections with cookies until one leads to our client; answers that address.
async function walk({ url, login }) {
  const cookies = new Map();
  for (let steps = 0; steps < 10; steps++) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const answer = await ask(url, { cookie, "x-login": login });
    for (const line of answer.headers["set-cookie"] ?? []) {
      const [name, value] = line.split(";")[0].split("=");
      cookies.set(name, value);
    }
    const next = answer.headers.location;
    if (!next) return `${answer.status} ${answer.text}`;
    url = new URL(next, url).href;
    if (url.startsWith(REDIRECT)) return url;
  }
  return "too many redirections";
}

// --- the tiny one ---------------------------------------------------------------------------------
const rsa = () => generateKeyPairSync("rsa", { modulusLength: 2048 });
const keys = { one: rsa(), two: rsa(), ec: generateKeyPairSync("ec", { namedCurve: "P-256" }) };
const stranger = rsa();
const weak = generateKeyPairSync("rsa", { modulusLength: 1024 });
const published = ["one", "ec", "weak"];
let keysRead = 0;

function jwks() {
  keysRead++;
  const all = { ...keys, weak };
  return { keys: published.map((kid) => ({ ...all[kid].publicKey.export({ format: "jwk" }), kid })) };
}

const padding = constants.RSA_PKCS1_PSS_PADDING;
const signatures = {
  RS256: (data, key) => sign("sha256", data, key),
  PS256: (data, key) => sign("sha256", data, { key, padding, saltLength: 32 }),
  ES256: (data, key) => sign("sha256", data, { key, dsaEncoding: "ieee-p1363" }),
};

function jwt(header, claims, signature) {
  const data = `${json(header)}.${json(claims)}`;
  return `${data}.${base64url(signature(Buffer.from(data)))}`;
}

// What each kind changes of a token that is good: the claims, or header and key.
const access = "an access token";
const atHash = base64url(createHash("sha256").update(access).digest().subarray(0, 16));
const CLAIMS = {
  good: {},
  at_hash: { at_hash: atHash },
  audiences: { aud: [CLIENT, "other"], azp: CLIENT },
  expired: { exp: seconds() - 120 },
  early: { iat: seconds() + 600 },
  not_yet: { nbf: seconds() + 600 },
  endless: { exp: undefined },
  issuer: { iss: "http://127.0.0.1:1" },
  audience: { aud: "other" },
  party: { azp: "other" },
  no_party: { aud: [CLIENT, "other"] },
  nonce: { nonce: "another" },
  no_nonce: { nonce: undefined },
  wrong_at_hash: { at_hash: base64url("0123456789abcdef") },
  no_claim: { preferred_username: undefined },
  number: { preferred_username: 7 },
};
const SIGNED = {
  ps256: { alg: "PS256" },
  es256: { alg: "ES256", kid: "ec" },
  nameless: { alg: "ES256", kid: undefined },
  none: { alg: "none" },
  hs256: { alg: "HS256" },
  crit: { alg: "RS256", crit: ["exp"] },
  forged: { alg: "RS256", key: stranger },
  confused: { alg: "ES256", kid: "one", key: keys.ec },
  weak: { alg: "RS256", kid: "weak", key: weak },
  unknown: { alg: "RS256", kid: "nobody", key: stranger },
  rotated: { alg: "RS256", kid: "two" },
};

function idToken(issuer, { kind, nonce, login }) {
  const now = seconds();
  const claims = {
    iss: issuer, sub: login, aud: CLIENT, iat: now, exp: now + 300, nonce,
    preferred_username: login, ...CLAIMS[kind],
  };
  const { alg = "RS256", kid = "one", crit, key } = SIGNED[kind] ?? {};
  const header = { alg, kid: kind === "nameless" ? undefined : kid, crit };
  if (kind === "rotated" && !published.includes("two")) published.push("two");
  if (kind === "none") return jwt(header, claims, () => "");
  if (kind === "hs256") {
    const secret = keys.one.publicKey.export({ type: "spki", format: "pem" });
    return jwt(header, claims, (data) => createHmac("sha256", secret).update(data).digest());
  }
  const from = key ?? keys[kind === "nameless" ? "ec" : kid];
  return jwt(header, claims, (data) => signatures[alg](data, from.privateKey));
}

// What the token endpoint answers: [status, body].
function tokens(issuer, form) {
  const asked = JSON.parse(Buffer.from(form.get("code"), "base64url"));
  if (form.get("client_secret") !== SECRET) return [401, { error: "invalid_client" }];
  if (form.get("code_verifier")?.length !== 43) return [400, { error: "invalid_request" }];
  switch (asked.kind) {
    case "used": return [400, { error: "invalid_grant" }];
    case "client": return [401, { error: "invalid_client" }];
    case "trouble": return [502, "trouble"];
    case "text": return [200, "this is no JSON"];
    case "tokenless": return [200, { access_token: access }];
    case "garbage": return [200, { access_token: access, id_token: "a.b.c" }];
    case "long": return [200, { access_token: access, id_token: "x".repeat(20000) }];
    case "flood": return [200, { id_token: "x".repeat(100000) }];
    default: return [200, { access_token: access, id_token: idToken(issuer, asked) }];
  }
}

function tiny(issuer, path, body) {
  switch (path) {
    case "/.well-known/openid-configuration":
      return [200, {
        issuer,
        authorization_endpoint: `${issuer}/auth?tenant=1`,
        token_endpoint: `${issuer}/token`,
        jwks_uri: `${issuer}/keys`,
        token_endpoint_auth_methods_supported: ["client_secret_post"],
      }];
    case "/keys": return [200, jwks()];
    case "/token": return tokens(issuer, new URLSearchParams(body));
    default: return [404, "nothing"];
  }
}

// Others, whose metadata are of no use.
function bad(issuer, kind) {
  const sound = {
    issuer, authorization_endpoint: `${issuer}/a`, token_endpoint: `${issuer}/t`, jwks_uri: `${issuer}/k`,
  };
  switch (kind) {
    case "issuer": return [200, { ...sound, issuer: "http://127.0.0.1:1" }];
    case "plain": return [200, { ...sound, token_endpoint: "http://bank.example/token" }];
    case "lacking": return [200, { issuer }];
    case "keyless": return [200, { ...sound, jwks_uri: issuer.replace("/bad/keyless", "/bad/none") }];
    case "none": return [200, { keys: [] }];
    case "text": return [200, "this is no JSON"];
    case "large": return [200, { ...sound, more: "x".repeat(100000) }];
    case "trouble": return [500, "trouble"];
    default: return [404, "nothing"];
  }
}

// --- all together ---------------------------------------------------------------------------------
function answer(response, [status, body]) {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(typeof body === "string" ? body : JSON.stringify(body));
}

async function bodyOf(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

const server = createServer();
server.listen(0, "127.0.0.1", () => {
  const origin = `http://127.0.0.1:${server.address().port}`;
  const provider = realProvider(origin);
  const callback = provider.callback();
  server.on("request", async (request, response) => {
    const path = request.url.split("?")[0];
    if (path.startsWith("/interaction/")) {
      const accountId = request.headers["x-login"];
      await provider.interactionFinished(request, response, { login: { accountId } });
    } else if (path.startsWith("/tiny/")) {
      answer(response, tiny(`${origin}/tiny`, path.slice("/tiny".length), await bodyOf(request)));
    } else if (path.startsWith("/bad/")) {
      const kind = path.split("/")[2];
      answer(response, bad(`${origin}/bad/${kind}`, kind));
    } else if (path === "/control/walk") {
      answer(response, [200, await walk(JSON.parse(await bodyOf(request)))]);
    } else if (path === "/control/keys") {
      answer(response, [200, String(keysRead)]);
    } else {
      callback(request, response);
    }
  });
  process.stdout.write(`${server.address().port}\n`);
});
process.stdin.resume().on("end", () => process.exit(0)); // with whoever started it

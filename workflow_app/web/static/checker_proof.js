"use strict";
// What the offline checker proves, without a page: signatures, PDF files, the text of a QR, the signed lists.
// Trusts only the certificates of the list of keys it came with. Nothing here asks a network.

const FORMAT = "casework-document-1";
const LISTS = { "casework-revocations-1": "revocations", "casework-keys-1": "keys" };
const FIELDS = ["number", "kind", "title", "holder", "holder_code", "matter", "result", "unit", "issued_on",
  "expires_on", "law", "rules", "text", "code", "key"];
const GROUP = 7, DIGITS = [0, 3, 5, 8, 10, 13, 15, 17], SIGNATURE = 64, MOST = 20000, HANDLE = 32;
const OID = {
  signedData: "2a864886f70d010702", plain: "2a864886f70d010701", sha256: "608648016503040201",
  ecdsa: "2a8648ce3d040302", contentType: "2a864886f70d010903", digest: "2a864886f70d010904",
  certificate: "2a864886f70d010910022f", timestamp: "2a864886f70d010910020e",
};
const utf8 = new TextEncoder();

class Refused extends Error {}  // its message is the name of a word: why, as the reader is told
class Altered extends Refused {}
class Foreign extends Refused {}

const hex = (bytes) => Array.from(bytes, (each) => each.toString(16).padStart(2, "0")).join("");
const latin = (bytes) => new TextDecoder("latin1").decode(bytes);
const sha256 = async (bytes) => new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
const same = (one, other) => one.length === other.length && one.every((each, at) => each === other[at]);

function encoded(bytes) {
  return btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

function decoded(text) {
  return Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (each) => each.charCodeAt(0));
}

// The one form that is signed (RFC 8785): sorted keys, no blanks.
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  return `{${Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(",")}}`;
}

async function inflated(bytes, way) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream(way));
  const parts = [];
  let size = 0;
  for (const reader = stream.getReader(); ;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    if (size > MOST) throw new Altered("too_long");
    parts.push(value);
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

// --- DER -------------------------------------------------------------------------------------------------------------

function der(bytes, at = 0) {
  let length = bytes[at + 1], head = 2;
  if (length & 0x80) {
    const more = length & 0x7f;
    if (!more || more > 4) throw new Altered("broken_signature");
    length = bytes.subarray(at + 2, at + 2 + more).reduce((sum, each) => sum * 256 + each, 0);
    head += more;
  }
  const end = at + head + length;
  if (!(end <= bytes.length)) throw new Altered("broken_signature");
  return { tag: bytes[at], whole: bytes.subarray(at, end), body: bytes.subarray(at + head, end), end };
}

function inside(node) {
  const found = [];
  for (let at = 0; at < node.body.length; at = at + found.at(-1).whole.length) found.push(der(node.body, at));
  return found;
}

function rawSignature(bytes) {
  const half = (node) => {
    const digits = hex(node.body).replace(/^00/, "").padStart(SIGNATURE, "0");
    return Uint8Array.from(digits.match(/../g), (each) => parseInt(each, 16));
  };
  const [r, s] = inside(der(bytes)).map(half);
  return new Uint8Array([...r, ...s]);
}

// --- Keys and signed lists -------------------------------------------------------------------------------------------

async function keyOf(entry) {
  const certificate = decoded(entry.certificates.match(/-----BEGIN CERTIFICATE-----([^-]+)-----END/)[1].replace(/\s/g, ""));
  const id = hex(await sha256(certificate));
  if (id !== entry.key) throw new Refused("list_broken");
  const parts = inside(inside(der(certificate))[0]);
  const spki = parts[parts[0].tag === 0xa0 ? 6 : 5].whole;
  const curve = { name: "ECDSA", namedCurve: "P-256" };
  const digest = await sha256(certificate);
  const header = encoded(utf8.encode(canonical({ alg: "ES256", "x5t#S256": encoded(digest) })));
  return { id, certificate, digest, header, withdrawn: entry.withdrawn, why: entry.why, retired: entry.retired,
    key: await crypto.subtle.importKey("spki", spki, curve, true, ["verify"]) };
}

const keysOf = async (list) => Promise.all(list.entries.map(keyOf));

function isSignedBy(known, raw, content) {
  return crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, known.key, raw, content);
}

// The key that made this signature over these bytes, or undefined. `raw` is the signature in a QR, which has no header.
async function signerOf(keys, content, { jws = "", raw = null }) {
  for (const known of keys) {
    const [header, , signature] = jws.split(".");
    if (!raw && header !== known.header) continue;
    const signed = utf8.encode(`${known.header}.${encoded(content)}`);
    const bytes = raw || decoded(signature || "");
    if (bytes.length === SIGNATURE && await isSignedBy(known, bytes, signed)) return known;
  }
  return undefined;
}

// What a file with a signed list holds: {kind, list, keys?}. Refused unless one of our keys that still stands signed it.
async function readList(text, keys) {
  let stated;
  try {
    stated = JSON.parse(text);
  } catch {
    throw new Refused("list_foreign");
  }
  const kind = LISTS[stated && stated.list && stated.list.format];
  if (!kind || typeof stated.signature !== "string") throw new Refused("list_foreign");
  const signer = await signerOf(keys, utf8.encode(canonical(stated.list)), { jws: stated.signature }).catch(() => undefined);
  if (!signer) throw new Refused(keys.some((each) => stated.signature.startsWith(`${each.header}.`)) ? "list_broken" : "list_unknown_key");
  if (signer.withdrawn) throw new Refused("list_withdrawn_key");
  return { kind, list: stated.list, ...(kind === "keys" ? { keys: await keysOf(stated.list) } : {}) };
}

// --- What a document says --------------------------------------------------------------------------------------------

function payloadOf(stated) {
  const isText = (each) => typeof each === "string";
  const { format, ...payload } = stated;
  const names = Object.keys(payload).sort().join();
  if (format !== FORMAT || names !== [...FIELDS].sort().join()) throw new Altered("no_payload");
  const { law, ...rest } = payload;
  if (!Array.isArray(law) || ![...law, ...Object.values(rest)].every(isText)) throw new Altered("no_payload");
  return payload;
}

const signedBytes = (payload) => utf8.encode(canonical({ format: FORMAT, ...payload }));

function unpacked(digits) {
  const whole = DIGITS[GROUP], bytes = [];
  for (let at = 0; at < digits.length; at += whole) {
    const group = digits.slice(at, at + whole), size = DIGITS.indexOf(group.length);
    const number = size > 0 ? BigInt(group) : -1n;
    if (number < 0n || number >> BigInt(8 * size)) throw new Altered("qr_broken");
    for (let left = size - 1; left >= 0; left--) bytes.push(Number((number >> BigInt(8 * left)) & 255n));
  }
  return Uint8Array.from(bytes);
}

// The text of a QR: {payload, signer, address}. Altered or Foreign says why not.
async function readCode(text, keys) {
  const found = text.trim().match(/^(https?:\/\/[^\s#]+)\/verify\/([A-Z2-7]+)#(\d+)$/);
  if (!found) throw /\/verify\/[A-Z2-7]+\/?$/.test(text.trim()) ? new Refused("qr_only_address") : new Foreign("qr_foreign");
  const [, address, code, digits] = found;
  if (digits.length > MOST) throw new Foreign("qr_foreign");
  const packed = unpacked(digits);
  if (packed[0] !== 1) throw new Altered("qr_broken");
  let payload;
  try {
    const values = JSON.parse(new TextDecoder().decode(await inflated(packed.subarray(1 + SIGNATURE), "deflate-raw")));
    payload = payloadOf({ format: FORMAT, ...Object.fromEntries(FIELDS.map((name, at) => [name, values[at]])) });
  } catch {
    throw new Altered("qr_broken");
  }
  const signer = await signerOf(keys, signedBytes(payload), { raw: packed.subarray(1, 1 + SIGNATURE) });
  if (!signer && !keys.some((each) => each.id.startsWith(payload.key))) throw new Foreign("key_unknown");
  if (!signer || !signer.id.startsWith(payload.key)) throw new Altered("qr_altered");
  if (payload.code !== code) throw new Altered("qr_other_code");
  return { payload, signer, address };
}

// --- PDF -------------------------------------------------------------------------------------------------------------

// Where the one signature stands that reaches the last byte and leaves out nothing but its own hexadecimal string.
function rangeOf(bytes, text) {
  for (const found of text.matchAll(/\/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]/g)) {
    const [start, length, second, rest] = found.slice(1).map(Number);
    if (start !== 0 || second + rest !== bytes.length || second <= length) continue;
    if (/^<[0-9A-Fa-f]+>$/.test(text.slice(length, second))) return { length, second };
  }
  throw new Altered("range");
}

async function readPdf(bytes, keys) {
  const text = latin(bytes);
  const lower = text.toLowerCase();
  if (!text.startsWith("%PDF-")) throw new Foreign("not_a_pdf");
  const claimed = keys.filter((each) => lower.includes(hex(each.certificate)));
  if (!claimed.length) throw new Foreign(lower.includes("/byterange") ? "key_unknown" : "no_signature");
  const { length, second } = rangeOf(bytes, text);
  const contents = Uint8Array.from(text.slice(length + 1, second - 1).match(/../g), (each) => parseInt(each, 16));
  const covered = new Uint8Array(bytes.length - (second - length));
  covered.set(bytes.subarray(0, length));
  covered.set(bytes.subarray(second), length);
  const { signer, isStamped } = await signerOfCms(contents, await sha256(covered), claimed);
  const payload = await attachedPayload(bytes, text, signer);
  return { payload, signer, isStamped };
}

async function signerOfCms(contents, digest, keys) {
  const cms = der(contents);
  if (contents.subarray(cms.end).some((each) => each)) throw new Altered("broken_signature");
  const [type, wrapped] = inside(cms);
  if (hex(type.body) !== OID.signedData) throw new Altered("broken_signature");
  const infos = inside(inside(inside(wrapped)[0]).at(-1));
  const [, , hashing, signed, algorithm, signature, unsigned] = infos.length === 1 ? inside(infos[0]) : [];
  if (!signature || signed.tag !== 0xa0 || hex(inside(hashing)[0].body) !== OID.sha256) throw new Altered("broken_signature");
  if (hex(inside(algorithm)[0].body) !== OID.ecdsa) throw new Altered("broken_signature");
  const stated = attributes(signed);
  if (!stated[OID.digest] || !same(stated[OID.digest].body, digest)) throw new Altered("content_changed");
  if (!stated[OID.contentType] || hex(stated[OID.contentType].body) !== OID.plain) throw new Altered("broken_signature");
  const asSigned = new Uint8Array(signed.whole);
  asSigned[0] = 0x31;
  const raw = rawSignature(signature.body);
  for (const known of keys) {
    const isNamed = stated[OID.certificate] && hex(stated[OID.certificate].whole).includes(known.id);
    if (isNamed && raw.length === SIGNATURE && await isSignedBy(known, raw, asSigned)) {
      return { signer: known, isStamped: Boolean(unsigned && attributes(unsigned)[OID.timestamp]) };
    }
  }
  throw new Altered("content_changed");
}

function attributes(set) {
  return Object.fromEntries(inside(set).map((each) => {
    const [type, values] = inside(each);
    return [hex(type.body), inside(values)[0]];
  }));
}

// The payload in the file, if the key that signed the file signed it too; undefined in files made before there was one.
async function attachedPayload(bytes, text, signer) {
  const files = [];
  for (const found of text.matchAll(/\/EmbeddedFile(?![A-Za-z])/g)) {
    const opens = text.lastIndexOf(" obj", found.index), begins = text.slice(opens, opens + 2000).match(/>>\s*stream\r?\n/);
    if (opens < 0 || !begins) continue;
    const head = text.slice(opens, opens + begins.index), starts = opens + begins.index + begins[0].length;
    const size = head.match(/\/Length\s+(\d+)(?!\s+\d+\s+R)/);
    if (!size) continue;
    const content = bytes.subarray(starts, starts + Number(size[1]));
    files.push(/\/FlateDecode/.test(head) ? await inflated(content, "deflate").catch(() => new Uint8Array()) : content);
  }
  const payloads = files.filter((each) => latin(each).includes(`"format":"${FORMAT}"`));
  const signatures = files.map(latin).filter((each) => /^[\w-]+\.\.[\w-]+$/.test(each));
  if (!payloads.length && !signatures.length) return undefined;
  if (payloads.length !== 1 || signatures.length !== 1) throw new Altered("no_payload");
  const payload = payloadOf(JSON.parse(new TextDecoder().decode(payloads[0])));
  const isSame = same(signedBytes(payload), payloads[0]) && signer.id.startsWith(payload.key);
  if (!isSame || await signerOf([signer], payloads[0], { jws: signatures[0] }) !== signer) throw new Altered("payload_changed");
  return payload;
}

// --- Standing --------------------------------------------------------------------------------------------------------

const dayIn = (moment) => new Intl.DateTimeFormat("en-CA", { timeZone: "Asia/Shanghai", year: "numeric", month: "2-digit", day: "2-digit" }).format(moment);

// Whether a genuine document may be relied on, by the list of ended ones and the clock of this machine.
async function standingOf(payload, signer, ended, now) {
  const handle = hex(await sha256(utf8.encode(payload.code))).slice(0, HANDLE);
  const entry = ended.entries.find((each) => each.document === handle);
  if (entry) return { outcome: entry.status, entry };
  if (signer.withdrawn) return { outcome: "undecided", why: "key_withdrawn" };
  if (payload.expires_on && payload.expires_on < dayIn(now)) return { outcome: "expired" };
  return { outcome: "valid" };
}

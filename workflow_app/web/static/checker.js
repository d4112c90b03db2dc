// The page of the offline checker: what is dropped on it, and the answer in the reader's language. The proof is in
// checker_proof.js, which stands before it in the file. Built with text nodes only: what a forger wrote stays text.

const LARGEST = 20 * 1024 * 1024;  // bytes
const stated = (id) => JSON.parse(document.getElementById(id).textContent);
const words = stated("words"), site = stated("site");
const at = (id) => document.getElementById(id);
const DAY = 24 * 60 * 60 * 1000;
const SHOWN = { number: "number", title: "title_", holder: "holder", holder_code: "holder_code", matter: "matter",
  result: "result", unit: "unit", issued_on: "issued_on", expires_on: "expires_on", law: "law", rules: "rules",
  text: "text", code: "code_", key: "key" };
const TONES = { valid: "done", undecided: "wait", expired: "wait" };
const held = { keys: [], lists: {}, language: "zh", answer: null, file: null, seen: [], isUsable: false };

function said(name, values = {}) {
  const sentence = words[held.language][name] ?? name;
  return sentence.replace(/\{(\w+)\}/g, (whole, each) => values[each] ?? whole);
}

function made(tag, text = "", kind = "") {
  const element = document.createElement(tag);
  element.textContent = text;
  if (kind) element.className = kind;
  return element;
}

function inWords(day) {
  const [year, month, date] = day.split("-").map(Number);
  if (!date) return day;
  const written = { dateStyle: "long", timeZone: "UTC" };
  return new Intl.DateTimeFormat(held.language === "zh" ? "zh-CN" : "en-GB", written).format(Date.UTC(year, month - 1, date));
}

const dayOf = (instant) => inWords(dayIn(new Date(instant)));
const valueOf = (payload, name) => {
  if (name === "law") return payload.law.join("；");
  return /_on$/.test(name) ? inWords(payload[name]) : payload[name];
};
const fileName = (list) => list.address.split("/").at(-1);

// --- What is known ---------------------------------------------------------------------------------------------------

function ageOf(list) {
  return Math.floor((Date.parse(dayIn(new Date())) - Date.parse(dayIn(new Date(list.made_at)))) / DAY);
}

const isOld = (list) => Date.now() > Date.parse(list.fresh_until);
const freshDays = (list) => Math.round((Date.parse(list.fresh_until) - Date.parse(list.made_at)) / DAY);

function told(list) {
  const days = ageOf(list), age = days > 0 ? said("days_old", { days }) : said("today");
  return said("list_said", { made_at: dayOf(list.made_at), age, count: list.entries.length });
}

function warnings() {
  const list = held.lists.revocations;
  if (Date.now() < Date.parse(list.made_at) - DAY) return [said("clock_wrong")];
  return isOld(list) ? [said("old_list", { days: freshDays(list) })] : [];
}

function showKnown() {
  const list = held.lists.revocations, known = at("known");
  known.replaceChildren(made("dt", said("list")), made("dd", told(list)));
  for (const warning of warnings()) known.append(made("dd", warning, "late"));
  known.append(made("dt", said("keys")));
  for (const key of held.keys) {
    const state = key.withdrawn ? said("key_ended", { day: dayOf(key.withdrawn), why: key.why })
      : key.retired ? said("key_retired", { day: dayOf(key.retired) }) : said("key_now");
    const line = made("dd", "", key.withdrawn ? "late" : "");
    line.append(made("code", key.id.slice(0, 16)), ` ${state}`);
    known.append(line);
  }
}

function showWords() {
  document.documentElement.lang = held.language === "zh" ? "zh-CN" : "en";
  document.title = said("title");
  const values = { site: site.name, days: freshDays(held.lists.revocations) };
  for (const each of document.querySelectorAll("[data-word]")) each.textContent = said(each.dataset.word, values);
  for (const each of document.querySelectorAll("[data-language]")) {
    each.setAttribute("aria-pressed", String(each.dataset.language === held.language));
  }
  showKnown();
  if (held.answer) showAnswer();
}

// --- The answer ------------------------------------------------------------------------------------------------------

function statusLines({ outcome, entry, why }) {
  if (why) return [said(why)];
  if (!entry) return [said(`${outcome}_said`)];
  const reason = words[held.language][`why_${entry.why}`] ?? held.lists.revocations.reasons[entry.why] ?? entry.why;
  const lines = [said(`${outcome}_said`), said("since", { day: dayOf(entry.since) }), said("reason", { reason })];
  const successor = held.seen.find((each) => each.handle === entry.successor);
  return successor ? [...lines, said("successor_here", { number: successor.number })] : lines;
}

function fieldList(payload) {
  const list = made("dl");
  for (const [name, word] of Object.entries(SHOWN)) {
    const value = valueOf(payload, name);
    if (value) list.append(made("dt", said(word)), made("dd", value));
  }
  return list;
}

const differing = (payload, other) => Object.keys(SHOWN).filter((name) => valueOf(payload, name) !== valueOf(other, name));

function comparison({ payload, other }) {
  const list = made("dl", "", "differing");
  for (const name of differing(payload, other)) {
    list.append(made("dt", said(SHOWN[name])), made("dd", said("in_file", { value: valueOf(other, name) })),
      made("dd", said("in_code", { value: valueOf(payload, name) })));
  }
  return list;
}

function showAnswer() {
  const answer = held.answer, shown = at("answer"), tone = TONES[answer.outcome] || "stop";
  const head = made("div", "", `verdict ${tone}`), title = made("h2", said(answer.outcome));
  title.id = "outcome";
  head.append(title, ...statusLines(answer).map((line) => made("p", line)));
  if (answer.other && answer.outcome !== "mismatch") head.append(made("p", said("qr_agrees")));
  const parts = [head];
  if (answer.name) parts.unshift(made("p", answer.name, "hint"));
  if (answer.payload) parts.push(answer.outcome === "mismatch" ? comparison(answer) : fieldList(answer.payload));
  if (answer.address && answer.address !== site.address) parts.push(made("p", said("qr_elsewhere", answer), "note stop"));
  if (answer.isStamped) parts.push(made("p", said("stamped"), "hint"));
  if (answer.payload) parts.push(made("p", told(held.lists.revocations), "hint"), ...warnings().map((each) => made("p", each, "note wait")));
  if (answer.payload) parts.push(made("p", said("honest"), "hint"));
  shown.dataset.outcome = answer.outcome;
  shown.dataset.why = answer.why || "";
  shown.replaceChildren(...parts);
  shown.hidden = false;
}

async function answer(found, name = "") {
  held.answer = { name, ...(await judged(found)) };
  showAnswer();
  at("answer").focus();
  return held.answer;
}

// The answer for what reads a document: everything it found, or why it is not one.
async function judged(found) {
  if (!held.isUsable) return { outcome: "broken", why: held.why };
  try {
    const read = await found();
    if (!read.payload) return { outcome: "undecided", why: read.signer.withdrawn ? "key_withdrawn" : "without_payload" };
    const handle = hex(await sha256(utf8.encode(read.payload.code))).slice(0, HANDLE);
    if (read.other && differing(read.payload, read.other).length) return { ...read, outcome: "mismatch", why: "qr_differs" };
    held.seen.push({ handle, number: read.payload.number });
    return { ...read, ...(await standingOf(read.payload, read.signer, held.lists.revocations, new Date())) };
  } catch (problem) {
    if (problem instanceof Foreign) return { outcome: "foreign", why: problem.message };
    if (problem instanceof Refused && !(problem instanceof Altered)) return { outcome: "undecided", why: problem.message };
    return { outcome: "altered", why: problem instanceof Altered ? problem.message : "broken_signature" };
  }
}

// --- What is handed in -----------------------------------------------------------------------------------------------

async function checkFile(file) {
  if (/\.json$/i.test(file.name)) return loadList(file);
  if (file.type.startsWith("image/")) return checkPicture(file);
  held.file = null;
  const shown = await answer(async () => {
    if (file.size > LARGEST) throw new Foreign("too_large");
    return readPdf(new Uint8Array(await file.arrayBuffer()), held.keys);
  }, file.name);
  held.file = shown.payload || null;
}

// After a file, its QR has to say the same; asked once more, the QR is answered for alone.
async function compared(text) {
  const other = held.file, read = await readCode(text, held.keys);
  held.file = null;
  return { ...read, other };
}

async function checkPicture(file) {
  let text = "";
  const found = async () => {
    if (!("BarcodeDetector" in window)) throw new Refused("no_reader");
    const codes = await new BarcodeDetector({ formats: ["qr_code"] }).detect(await createImageBitmap(file));
    text = (codes.find((each) => each.rawValue.includes("#")) || codes[0] || {}).rawValue || "";
    if (!text) throw new Refused("no_code_seen");
    return compared(text);
  };
  await answer(() => found().catch((problem) => { throw problem instanceof Refused ? problem : new Refused("no_code_seen"); }), file.name);
  at("code").value = text;
}

async function loadList(file) {
  const note = at("loaded");
  let text;
  try {
    const read = await readList(await file.text(), held.keys);
    if (read.list.made_at < held.lists[read.kind].made_at) throw new Refused("list_older");
    take(read);
    text = said(read.kind === "keys" ? "keys_loaded" : "list_loaded", { made_at: dayOf(read.list.made_at) });
    note.className = "note done";
  } catch (problem) {
    text = said(problem instanceof Refused ? problem.message : "list_broken");
    note.className = "note stop";
  }
  note.textContent = text;
  note.hidden = false;
  showKnown();
}

function take(read) {
  held.lists[read.kind] = read.list;
  if (read.keys) held.keys = read.keys;
}

async function begin() {
  for (const each of document.querySelectorAll("[data-script]")) each.hidden = false;
  held.lists = { keys: stated("keys").list, revocations: stated("revocations").list };
  held.language = "zh";
  try {
    held.keys = await keysOf(held.lists.keys);
    for (const id of ["keys", "revocations"]) take(await readList(at(id).textContent, held.keys));
    held.isUsable = typeof DecompressionStream === "function";
    if (!held.isUsable) held.why = "old_browser";
  } catch (problem) {
    held.why = problem instanceof Refused ? "tool_altered" : "old_browser";
  }
  showWords();
  if (!held.isUsable) await answer(null);
  document.documentElement.dataset.ready = "yes";
}

at("file").addEventListener("change", (event) => event.target.files[0] && checkFile(event.target.files[0]));
at("newer").addEventListener("change", (event) => event.target.files[0] && loadList(event.target.files[0]));
at("check-code").addEventListener("click", () => answer(() => compared(at("code").value)));
document.addEventListener("dragover", (event) => event.preventDefault());
document.addEventListener("drop", (event) => {
  event.preventDefault();
  if (event.dataTransfer.files[0]) checkFile(event.dataTransfer.files[0]);
});
for (const each of document.querySelectorAll("[data-language]")) {
  each.addEventListener("click", () => { held.language = each.dataset.language; showWords(); });
}
begin();

// In whose hand a case is, kept true on an open page: looks again every ten seconds while the tab is seen, and lets one's
// own half hour begin anew while one works. Without it the next click says the same. Builds no sentence.

const LOOK_MS = 10000;
const RENEW_MS = 240000;
const live = document.getElementById("live");
let isStopped = false;
let isAtWork = Boolean(document.querySelector("form textarea, form [type=file], form [type=password]"));
let renewedAt = isAtWork ? 0 : Date.now();

function announce(text) {
  if (!live || !text) return;
  live.textContent = "";
  window.setTimeout(() => { live.textContent = text; }, 60);
}

/** The answer when something else is to be said, else null. Signed out or gone: ask no more. */
async function ask(url, mark) {
  const headers = mark ? { "If-None-Match": `"${mark}"` } : {};
  const answer = await fetch(url, { headers, credentials: "same-origin", cache: "no-store" }).catch(() => null);
  if (!answer || answer.status === 304) return null;
  if (answer.redirected || !answer.ok) { isStopped = true; return null; }
  return answer;
}

async function lookAtCase() {
  const panel = document.querySelector("#hand[data-watch]");
  if (!panel) return;
  const answer = await ask(panel.dataset.watch, panel.dataset.mark);
  if (!answer) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.getElementById("hand");
  if (!fresh || !panel.isConnected) return;
  const hadFocus = panel.contains(document.activeElement);
  const said = (part) => [...part.querySelectorAll("p")].map((line) => line.textContent.trim()).join(" ");
  const isNews = said(fresh) !== said(panel);
  panel.replaceWith(document.adoptNode(fresh));
  if (hadFocus) { fresh.tabIndex = -1; fresh.focus({ preventScroll: true }); }
  if (isNews) announce(said(fresh));
}

async function lookAtList() {
  const list = document.querySelector("[data-hands]");
  const cells = [...document.querySelectorAll("[data-hand]")];
  if (!list || !cells.length) return;
  const asked = new URLSearchParams(cells.map((cell) => ["n", cell.dataset.hand]));
  const answer = await ask(`${list.dataset.hands}?${asked}`, list.dataset.mark);
  if (!answer) return;
  const told = await answer.json();
  list.dataset.mark = (answer.headers.get("ETag") || "").replaceAll('"', "");
  for (const cell of cells) show(cell, told[cell.dataset.hand], list.dataset.free);
}

/** A cell that offers to claim keeps its button until somebody has the case. */
function show(cell, told, free) {
  if (!told || (!told.text && !cell.dataset.told)) return;
  const text = told.text || free;
  if (cell.textContent.trim() === text) return;
  const word = document.createElement(told.is_own ? "strong" : "span");
  word.textContent = text;
  cell.dataset.told = "yes";
  cell.replaceChildren(word);
}

/** Only for whoever typed, pressed or has a form open: a page that nobody sits at lets the half hour end. */
async function renew() {
  const panel = document.querySelector("#hand[data-renew]");
  if (!panel || !isAtWork || Date.now() - renewedAt < RENEW_MS) return;
  isAtWork = false;
  renewedAt = Date.now();
  const token = panel.querySelector("[name=csrf_token]");
  const body = new URLSearchParams({ csrf_token: token ? token.value : "" });
  await fetch(panel.dataset.renew, { method: "POST", body, credentials: "same-origin" }).catch(() => null);
}

async function look() {
  if (document.hidden || isStopped) return;
  await renew();
  await lookAtCase();
  await lookAtList();
}

for (const kind of ["keydown", "pointerdown", "input"]) {
  document.addEventListener(kind, () => { isAtWork = true; }, { passive: true });
}
document.addEventListener("visibilitychange", look);
window.setInterval(look, LOOK_MS);
if (renewedAt === 0) look();

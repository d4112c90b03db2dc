// Single keys in a list of cases and on a case opened from one; every one of them has a link or a button that does the same.
// They can be switched off, and never act while somebody types or chooses.

const KEYS_OFF = "queue-keys-off";
const typing = "input:not([type=checkbox]), textarea, select, [contenteditable]";

function keysAreOff() {
  try { return localStorage.getItem(KEYS_OFF) === "yes"; } catch { return false; }
}

/** The row that has the focus, or none. */
function currentRow() {
  const row = document.activeElement.closest("[data-queue] tbody tr");
  return row || null;
}

/** One row down or up; from outside the list to its first row. */
function walk(step) {
  const links = [...document.querySelectorAll("[data-queue] a.row-link")];
  if (!links.length) return false;
  const row = currentRow();
  const at = row ? links.findIndex((link) => row.contains(link)) : -1;
  const next = at < 0 ? 0 : Math.min(Math.max(at + step, 0), links.length - 1);
  links[next].focus();
  links[next].closest("tr").scrollIntoView({ block: "nearest" });
  return true;
}

/** Press what stands in the row that has the focus. */
function press(selector) {
  const row = currentRow();
  const found = row && row.querySelector(selector);
  if (!found) return false;
  found.click();
  return true;
}

/** Follow a way that the page shows. */
function go(selector) {
  const found = document.querySelector(selector);
  if (!found) return false;
  found.click();
  return true;
}

const KEYS = {
  j: () => walk(1),
  k: () => walk(-1),
  o: () => press("a.row-link"),
  c: () => press("[data-claim]"),
  x: () => press("td.pick input"),
  n: () => go("a[data-next]"),
  u: () => go("a[data-list]"),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat && event.key !== "j" && event.key !== "k") return;
  if (!Object.hasOwn(KEYS, event.key) || event.target.matches(typing) || keysAreOff()) return;
  if (KEYS[event.key]()) event.preventDefault();
});
document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-queue-keys]")) return;
  try { localStorage.setItem(KEYS_OFF, event.target.checked ? "no" : "yes"); } catch { /* private window */ }
});

function enhance(root) {
  root.querySelectorAll("[data-queue-keys]").forEach((box) => { box.checked = !keysAreOff(); });
}
document.addEventListener("htmx:afterSettle", (event) => enhance(event.detail.elt));
enhance(document);

// What a page does better with a script; every page works without it.
// Knows no workflow and builds no sentence: words come from data attributes that the server translated.

const live = document.getElementById("live");
const trouble = document.getElementById("trouble");
const SECOND_SUBMIT_PAUSE_MS = 8000;
const LOOK_AGAIN_MS = 60;

/** Tell screen readers. The text is emptied first so that the same sentence twice is read twice. */
function announce(text) {
  if (!live || !text) return;
  live.textContent = "";
  window.setTimeout(() => { live.textContent = text; }, 60);
}

/** Show that a request failed, in the words the page brought along. */
function tellTrouble(kind) {
  if (!trouble) return;
  trouble.textContent = trouble.dataset[kind] || trouble.dataset.failed;
}

/** A form came back with errors: take the reader to the list of what to mend. */
function focusErrors(root) {
  const summary = root.querySelector("[data-error-summary]");
  if (summary) summary.focus();
  return Boolean(summary);
}

// After a swap: errors first; else focus stays, or goes to the panel that replaced what had it.
let focusWasIn = null;
document.addEventListener("htmx:beforeSwap", (event) => {
  const target = event.detail.target;
  focusWasIn = target.contains(document.activeElement) && document.activeElement !== document.body
    ? target.id : null;
});
document.addEventListener("htmx:afterSettle", (event) => {
  const swapped = event.detail.elt;
  if (trouble) trouble.textContent = "";
  enhance(swapped);
  const told = swapped.matches("[data-announce]") ? swapped : swapped.querySelector("[data-announce]");
  announce(told ? told.dataset.announce || told.textContent.trim() : "");
  if (focusErrors(swapped)) return;
  if (focusWasIn && document.activeElement === document.body) {
    const panel = document.getElementById(focusWasIn);
    if (panel) {
      panel.tabIndex = -1;
      panel.focus({ preventScroll: true });
    }
  }
});
document.addEventListener("htmx:responseError", (event) => {
  release(event.detail.elt);
  tellTrouble({ 403: "denied", 413: "large", 429: "often" }[event.detail.xhr.status] || "failed");
});
document.addEventListener("htmx:sendError", (event) => { release(event.detail.elt); tellTrouble("offline"); });
document.addEventListener("htmx:timeout", (event) => { release(event.detail.elt); tellTrouble("offline"); });

// One submit at a time. The button is not disabled: its name and value belong to the form.
function release(element) {
  const form = element && element.closest ? element.closest("form") : null;
  if (!form) return;
  delete form.dataset.sending;
  form.querySelectorAll("[aria-disabled]").forEach((button) => button.removeAttribute("aria-disabled"));
}
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.dataset.sending) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  if (form.querySelector("#saved.htmx-request")) {
    // The draft is being kept just now and gets a new version: go on from that one, or it looks like a stranger's.
    event.preventDefault();
    event.stopImmediatePropagation();
    const pressed = event.submitter;
    window.setTimeout(() => form.requestSubmit(pressed), LOOK_AGAIN_MS);
    return;
  }
  form.dataset.sending = "yes";
  if (event.submitter) event.submitter.setAttribute("aria-disabled", "true");
  window.setTimeout(() => release(form), SECOND_SUBMIT_PAUSE_MS);
}, true);
// What is on its way as a whole is not kept a second time meanwhile.
document.addEventListener("htmx:beforeRequest", (event) => {
  const form = event.detail.elt.id === "saved" ? event.detail.elt.closest("form") : null;
  if (form && form.dataset.sending) event.preventDefault();
});
document.addEventListener("htmx:afterRequest", (event) => release(event.detail.elt));
window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sending]").forEach(release));

// Chosen files: name, size, whether too big or of another kind, a small picture of an image.
function spokenSize(bytes) {
  return bytes < 1048576 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / 1048576).toFixed(1)} MB`;
}
async function drawImage(file, into) {
  if (!/^image\/(jpeg|png|webp)$/.test(file.type) || !window.createImageBitmap) return;
  const picture = await createImageBitmap(file).catch(() => null);
  if (!picture) return;
  const canvas = document.createElement("canvas");
  const scale = Math.min(1, 192 / Math.max(picture.width, picture.height));
  canvas.width = Math.max(1, picture.width * scale);
  canvas.height = Math.max(1, picture.height * scale);
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  into.prepend(canvas);
}
function complaintAbout(file, input) {
  const largest = Number(input.dataset.maxBytes || 0);
  const endings = (input.accept || "").split(",").filter((kind) => kind.startsWith("."));
  if (!file.size) return input.dataset.sayEmpty;
  if (largest && file.size > largest) return input.dataset.sayLarge;
  const fits = endings.some((ending) => file.name.toLowerCase().endsWith(ending.trim().toLowerCase()));
  return endings.length && !fits ? input.dataset.sayKind : "";
}
function showFiles(input) {
  const list = document.getElementById(`${input.id}-seen`);
  if (!list) return;
  list.replaceChildren();
  for (const file of input.files) {
    const row = document.createElement("li");
    const name = document.createElement("span");
    name.textContent = `${file.name} · ${spokenSize(file.size)}`;
    row.className = "file-seen";
    row.append(name);
    const complaint = complaintAbout(file, input);
    if (complaint) {
      const said = document.createElement("strong");
      said.className = "late";
      said.textContent = complaint;
      row.append(said);
    }
    list.append(row);
    drawImage(file, row);
    announce(`${name.textContent} ${complaint || ""}`);
  }
}
document.addEventListener("change", (event) => {
  if (event.target.matches('input[type="file"]')) showFiles(event.target);
});

// Copy a number to quote it on the phone.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const source = document.getElementById(button.dataset.copy);
  try {
    await navigator.clipboard.writeText(source.textContent.trim());
    announce(button.dataset.copied);
    button.textContent = button.dataset.copied;
  } catch {
    window.getSelection().selectAllChildren(source);
  }
});

// The whole row is the target; links and buttons inside keep their own meaning, as does marking text.
document.addEventListener("click", (event) => {
  const row = event.target.closest("tr[data-row]");
  if (!row || event.target.closest("a, button, input, label, summary, select")) return;
  if (String(window.getSelection())) return;
  const link = row.querySelector("a.row-link");
  if (!link) return;
  if (event.ctrlKey || event.metaKey) window.open(link.href, "_blank", "noopener");
  else link.click();
});

/** Bring up what only makes sense with a script, inside `root`. */
function enhance(root) {
  root.querySelectorAll("[data-copy][hidden]").forEach((button) => {
    button.hidden = !navigator.clipboard;
  });
}

document.documentElement.classList.add("scripted");
enhance(document);
focusErrors(document);
// On a phone a strip of links starts at the one that one is on.
document.querySelectorAll(".nav [aria-current], .tabs [aria-current]").forEach((here) => {
  here.closest("ul").scrollLeft = here.offsetLeft - 24;
});

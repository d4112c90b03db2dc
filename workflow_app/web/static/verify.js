// What the verify page does better with a script: checks the signed digits that a QR carries behind the # of its
// address, which no browser sends to a server by itself, and takes a file that is dropped. Keeps nothing.

const DIGITS = /^#\d{100,}$/;

/** The same question with the signed content of the QR, asked without showing it in any address. */
async function checkScan() {
  const form = document.querySelector("#by-code form");
  const answer = document.getElementById("answer");
  if (!form || !answer || !DIGITS.test(window.location.hash)) return;
  const body = new FormData(form);
  body.set("code", window.location.href);
  answer.setAttribute("aria-busy", "true");
  try {
    const response = await fetch(form.action, { method: "POST", body });
    const told = new DOMParser().parseFromString(await response.text(), "text/html").getElementById("answer");
    if (!response.ok || !told) throw new Error(String(response.status));
    answer.replaceWith(told);
    document.getElementById("live").textContent = told.dataset.announce;
  } catch {
    // The answer for the code alone stays. Say that the signed content was not looked at.
    answer.removeAttribute("aria-busy");
    document.getElementById("trouble").textContent = form.dataset.sayUnchecked;
  }
}

/** A file that is dropped is sent as if it had been chosen. */
function takeDrops(form) {
  const input = form.querySelector('input[type="file"]');
  const zone = form.closest("section");
  form.querySelector("[data-drop-hint]").hidden = false;
  const carriesFiles = (event) => event.dataTransfer && [...event.dataTransfer.types].includes("Files");
  // A file that misses the place must not replace the page by itself.
  for (const name of ["dragover", "drop"]) {
    document.addEventListener(name, (event) => { if (carriesFiles(event)) event.preventDefault(); });
  }
  zone.addEventListener("dragover", () => zone.classList.add("is-over"));
  zone.addEventListener("dragleave", (event) => {
    if (!zone.contains(event.relatedTarget)) zone.classList.remove("is-over");
  });
  zone.addEventListener("drop", (event) => {
    zone.classList.remove("is-over");
    if (!carriesFiles(event) || event.dataTransfer.files.length !== 1) return;
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
    const [file] = input.files;
    if (file.size && file.size <= Number(input.dataset.maxBytes)) form.requestSubmit();
  });
}

document.querySelectorAll("form[data-drop]").forEach(takeDrops);
window.addEventListener("hashchange", checkScan);
checkScan();

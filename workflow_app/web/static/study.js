// Says every few seconds that a lesson is looked at. The server alone counts the time; nothing here measures any.
// Also turns slides one at a time. Without a script a button says that a page was read, and slides stand one below another.

const beating = () => document.querySelector("form[data-beat]");
let timer = 0;
let hasLeft = false;

/** One beat, while somebody can see the page. htmx puts the answer in the place of the form. */
function beat() {
  const form = beating();
  if (!form) {
    window.clearInterval(timer);
    return;
  }
  if (document.hidden) return;
  hasLeft = false;
  window.htmx.trigger(form, "beat");
}

/** The last beat of a page that is hidden or left, so that another window may count at once. */
function leave() {
  const form = beating();
  if (!form || hasLeft) return;
  hasLeft = true;
  const said = new FormData(form);
  said.set("leaves", "yes");
  navigator.sendBeacon(form.action, said);
}

function start() {
  const form = beating();
  if (!form || !window.htmx) return;
  beat();
  timer = window.setInterval(beat, Number(form.dataset.every) * 1000);
  document.addEventListener("visibilitychange", () => (document.hidden ? leave() : beat()));
  window.addEventListener("pagehide", leave);
  window.addEventListener("pageshow", (event) => { if (event.persisted) beat(); });
}

// Once the page counts by itself the button would only confuse.
document.addEventListener("htmx:afterSwap", (event) => {
  const byHand = document.getElementById("by-hand");
  if (event.target.id === "study" && byHand) byHand.hidden = true;
});
if (document.readyState === "complete") start();
else window.addEventListener("load", start);

const slides = document.querySelector("[data-slides]");
const pages = slides ? [...slides.querySelectorAll(".slide")] : [];
let at = 0;

/** Show one slide. Who turns the page goes on reading at its beginning. */
function show(place, isTurned) {
  at = Math.min(Math.max(place, 0), pages.length - 1);
  pages.forEach((page, index) => { page.hidden = index !== at; });
  slides.querySelectorAll("[data-slide]").forEach((button) => {
    const isEnd = at + Number(button.dataset.slide) < 0 || at + Number(button.dataset.slide) >= pages.length;
    button.setAttribute("aria-disabled", String(isEnd));
  });
  if (isTurned) pages[at].focus();
}
if (pages.length > 1) {
  slides.querySelector(".slide-buttons").hidden = false;
  show(0, false);
  slides.addEventListener("click", (event) => {
    const button = event.target.closest("[data-slide]");
    if (button && button.getAttribute("aria-disabled") !== "true") show(at + Number(button.dataset.slide), true);
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step || event.target.closest("input, select, textarea, video, .nav")) return;
    if (at + step < 0 || at + step >= pages.length) return;
    event.preventDefault();
    show(at + step, true);
  });
}

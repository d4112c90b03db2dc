// Counts down beside the hour at which a paper ends, and hands it in at the end. The server decides what came in time;
// it counts from when the page was sent, so a wrong clock of the computer does no harm.

const TOLD_AT_MINUTES = [5, 1];
const shown = document.querySelector("[data-countdown]");
const live = document.getElementById("live");
const opened = Date.now();
const whole = shown ? Number(shown.dataset.countdown) : 0;
const told = new Set(TOLD_AT_MINUTES.filter((minutes) => whole <= minutes * 60));
let timer = 0;

/** What stands in the sentence for {minutes} and {seconds}. */
function filled(sentence, values) {
  return sentence.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

function tick() {
  const left = Math.ceil(whole - (Date.now() - opened) / 1000);
  const rest = Math.max(left, 0);
  shown.textContent = filled(shown.dataset.said, {
    minutes: Math.floor(rest / 60), seconds: String(rest % 60).padStart(2, "0"),
  });
  for (const minutes of TOLD_AT_MINUTES) {
    if (left > minutes * 60 || told.has(minutes)) continue;
    told.add(minutes);
    shown.classList.add("late");
    if (live) live.textContent = filled(shown.dataset.soon, { minutes });
  }
  if (left > 0) return;
  window.clearInterval(timer);
  const button = document.getElementById(shown.dataset.handsIn);
  button.form.requestSubmit(button);
}

if (shown) {
  timer = window.setInterval(tick, 1000);
  tick();
}

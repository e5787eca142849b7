// Three kindnesses that every page can do without: a warning before the session ends, no form sent twice, and no page of a
// call left on a screen whose session is over.
"use strict";
const idle = Number(document.body.dataset.idleS) * 1000;
const warnBefore = Math.min(120_000, idle / 3);
const ending = document.getElementById("ending");
let ends = Date.now() + idle;

function tick() {
  const left = ends - Date.now();
  if (left <= 0) {
    location.replace("/sign-in?ended=true");
    return;
  }
  ending.hidden = left > warnBefore;
  const text = left > 60_000 ? `${Math.ceil(left / 60_000)} minutes` : "less than a minute";
  const told = document.getElementById("ending-in");
  if (!ending.hidden && told.textContent !== text) told.textContent = text;
  setTimeout(tick, Math.min(1000, left));
}

document.getElementById("ending-stay").addEventListener("click", async () => {
  const answer = await fetch("/session", { cache: "no-store", redirect: "error" }).catch(() => null);
  if (!answer?.ok) {
    location.replace("/sign-in?ended=true");
    return;
  }
  ends = Date.now() + idle;
  ending.hidden = true;
  document.getElementById("main").focus();
});
tick();

addEventListener("submit", (event) => {
  const form = event.target;
  // Where a file is answered the page stays, and may ask again.
  if (form.method !== "post" || form.hasAttribute("data-stays")) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  form.setAttribute("aria-busy", "true");
  // Not `disabled`: a disabled button would neither be sent with its value nor keep the focus.
  event.submitter?.setAttribute("aria-disabled", "true");
});
// A page that comes back from the browser's memory may be sent again.
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    form.removeAttribute("aria-busy");
    for (const button of form.querySelectorAll("[aria-disabled]")) button.removeAttribute("aria-disabled");
  }
});

// Recomputes a proof in the browser: SHA-256 by WebCrypto, each hash from the entry's own bytes upwards, none taken on trust.
"use strict";
const place = document.getElementById("verify");
const start = document.getElementById("verify-start");
const result = document.getElementById("verify-result");

const bytes = (hex) => Uint8Array.from(hex.match(/../g), (pair) => Number.parseInt(pair, 16));
const hex = (raw) => Array.from(raw, (one) => one.toString(16).padStart(2, "0")).join("");
const hash = async (prefix, ...parts) => {
  const all = [prefix, ...parts.flatMap((part) => [...part])];
  return new Uint8Array(await crypto.subtle.digest("SHA-256", Uint8Array.from(all)));
};

function mark(step, holds) {
  const sign = step.querySelector(".path-mark");
  sign.textContent = holds ? "✓ recomputed" : "✗ does not fit";
  step.classList.toggle("holds", holds);
  step.classList.toggle("fails", !holds);
  return holds;
}

async function verify() {
  const [entry, ...above] = place.querySelectorAll(".path li");
  const root = above.pop();
  let here = await hash(0, Uint8Array.from(atob(place.dataset.leaf), (letter) => letter.charCodeAt(0)));
  let holds = mark(entry, hex(here) === entry.dataset.expected);
  for (const step of above) {
    const sibling = bytes(step.dataset.sibling);
    here = step.dataset.side === "left" ? await hash(1, sibling, here) : await hash(1, here, sibling);
    holds = mark(step, hex(here) === step.dataset.expected) && holds;
  }
  holds = mark(root, hex(here) === place.dataset.root) && holds;
  result.className = holds ? "badge good" : "badge bad";
  result.textContent = holds ? "The entry leads to the signed root." : "The entry does not lead to the signed root.";
}

// WebCrypto is there by https and on this machine only; elsewhere the commands below the path remain.
if (globalThis.crypto?.subtle) {
  start.hidden = false;
  start.addEventListener("click", verify);
}

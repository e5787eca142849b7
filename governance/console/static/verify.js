// The page around proof.js: brings it the entry, the proof file and the trust file, and shows what it says.
// What is pasted or chosen here is sent nowhere and kept nowhere: it is gone with the page.
"use strict";
const place = document.getElementById("verify");
const start = document.getElementById("verify-start");
const result = document.getElementById("verify-result");
const told = document.getElementById("verify-checks");
const trust = document.getElementById("verify-trust");
const SIGNS = { holds: "✓", fails: "✗", open: "–" };
const VERDICTS = {
  proved: ["good", "Proved: the entry is in the log that your trust file names."],
  unproven: ["warn", "Consistent in itself, origin unproven."],
  refused: ["bad", "Refused: something here was changed, or does not belong together."],
};

const read = (file) => file.arrayBuffer().then((raw) => new Uint8Array(raw));
// As it was written: neither a byte order mark nor a broken letter is mended on the way.
const readText = async (file) => new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(await read(file));
const chosen = (id) => document.getElementById(id).files[0] ?? null;

async function evidence() {
  if (place.dataset.leaf !== undefined) {
    const leaf = Uint8Array.from(atob(place.dataset.leaf), (letter) => letter.charCodeAt(0));
    return [leaf, document.getElementById("verify-proof").textContent];
  }
  const [leaf, proof] = [chosen("verify-leaf-file"), chosen("verify-proof-file")];
  if (!leaf || !proof) throw new Error("Choose the entry and its proof file first.");
  return [await read(leaf), await readText(proof)];
}

function say(tone, text) {
  result.className = text && `note ${tone || "info"}`;
  result.textContent = text;
}

// Beside each hash that the page was sent with, whether it is the one that was computed here.
function mark(path) {
  [...place.querySelectorAll(".path li")].forEach((step, at, all) => {
    const computed = path[Math.min(at, path.length - 1)];
    const isThere = at === all.length - 1 ? path.length === all.length - 1 : at < path.length;
    const holds = isThere && Proof.hex(computed.makes) === step.dataset.expected;
    step.querySelector(".path-mark").textContent = holds ? "✓ recomputed" : "✗ does not fit";
    step.classList.toggle("holds", holds);
    step.classList.toggle("fails", !holds);
  });
  return place.querySelector(".path li.fails") === null;
}

async function verify() {
  forget();
  const mine = turn;
  say("", "Computing …");
  try {
    const [leaf, proof] = await evidence();
    const found = await Proof.judge(leaf, proof, trust.value);
    if (mine !== turn) return;
    const fits = mark(found.path);
    for (const { part, state, says } of found.checks) {
      const line = document.createElement("li");
      line.className = state;
      line.textContent = `${SIGNS[state]} ${part}: ${says}`;
      told.append(line);
    }
    const [tone, text] = VERDICTS[fits ? found.verdict : "refused"];
    say(tone, text);
  } catch (error) {
    if (mine === turn) say("bad", error instanceof TypeError ? "Not verified: a file is not text in UTF-8." : `Not verified: ${error.message}`);
  }
}

// What was said of other files than those that are here now is unsaid, also if it is still being computed.
let turn = 0;
function forget() {
  turn += 1;
  told.replaceChildren();
  say("", "");
}

// WebCrypto is there by https, on this machine and in a saved file only; elsewhere the commands below the path remain.
if (globalThis.crypto?.subtle) {
  place.querySelector(".verify-form").hidden = false;
  start.addEventListener("click", verify);
  for (const field of place.querySelectorAll("input, textarea")) field.addEventListener("input", forget);
  document.getElementById("verify-trust-file").addEventListener("change", async (event) => {
    const [file] = event.target.files;
    if (!file) return;
    try {
      trust.value = await readText(file);
      forget();
    } catch {
      trust.value = "";
      forget();
      say("bad", "Not verified: the trust file is not text in UTF-8.");
    }
  });
} else {
  say("warn", "This browser lends pages no cryptography here: nothing was verified.");
}

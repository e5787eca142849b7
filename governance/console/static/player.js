// Joins the player, the tape and the transcript: a press on one moves all three. Without it each still works by itself,
// and a press on a block opens its line in the table of findings.
"use strict";
const player = document.getElementById("player");
const tapes = [...document.querySelectorAll(".tape")];
const turns = [...document.querySelectorAll(".turn[data-start]")];
const voices = [...document.querySelectorAll("audio[data-media]")];
let voice = voices[0] ?? null;
let followed = null;

// --- Blocks: what was silenced, and why, under the pointer, the focus or the finger.
for (const tape of tapes) {
  const told = tape.querySelector(".told");
  for (const block of tape.querySelectorAll("a.block")) {
    const tell = () => {
      told.textContent = block.getAttribute("aria-label");
      told.hidden = false;
    };
    block.addEventListener("focus", tell);
    block.addEventListener("pointerenter", tell);
    block.addEventListener("click", (event) => {
      tell();
      event.preventDefault();
      event.stopPropagation();
    });
  }
}

// --- Sound: several streams are heard one at a time, each with its own tape.
function goTo(ms, which = voice) {
  if (!which) return;
  if (voice !== which) voice.pause();
  voice = which;
  voice.currentTime = ms / 1000;
  start();
}

// Whoever pauses or jumps before the sound has begun has changed their mind: that is no error.
function start() {
  voice.play().catch((error) => { if (error.name !== "AbortError") throw error; });
}

function seen() {
  return voice ? voice.currentTime * 1000 : 0;
}

function follow() {
  const now = seen();
  for (const tape of tapes) {
    const isHere = voices.length < 2 || tape.dataset.media === voice.dataset.media;
    const x = Math.min(1000, (now / Number(tape.dataset.duration)) * 1000);
    for (const head of tape.querySelectorAll(".playhead")) {
      head.setAttribute("x1", x);
      head.setAttribute("x2", x);
      head.toggleAttribute("hidden", !isHere);
    }
  }
  let latest = null;
  for (const turn of turns) {
    const isNow = now > 0 && Number(turn.dataset.start) <= now && now < Number(turn.dataset.end);
    turn.classList.toggle("now", isNow);
    if (isNow) latest = turn;
  }
  if (latest && latest !== followed && !voice.paused) bringIntoSight(latest);
  if (latest) followed = latest;
}

// The words follow the sound, unless somebody is reading elsewhere: only what was in sight a turn ago is kept in sight.
function bringIntoSight(turn) {
  const box = (followed ?? turn).getBoundingClientRect();
  if (box.bottom < 0 || box.top > innerHeight) return;
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  turn.scrollIntoView({ block: "nearest", behavior: calm ? "auto" : "smooth" });
}

function nextBlock() {
  const starts = tapes
    .filter((tape) => voices.length < 2 || tape.dataset.media === voice.dataset.media)
    .flatMap((tape) => [...tape.querySelectorAll("a.block")])
    .map((block) => Number(block.dataset.start))
    .sort((one, other) => one - other);
  // A moment before it, so that one hears what it is cut out of.
  const next = starts.find((start) => start - 1000 > seen() + 200);
  if (next !== undefined) goTo(Math.max(0, next - 1000));
}

function nextTurn(step) {
  const now = seen();
  const starts = turns.map((turn) => Number(turn.dataset.start));
  const to = step > 0 ? starts.find((start) => start > now + 50) : starts.findLast((start) => start < now - 1500);
  if (to !== undefined) goTo(to);
}

const acts = {
  play: () => (voice.paused ? start() : voice.pause()),
  back: () => { voice.currentTime = Math.max(0, voice.currentTime - 5); },
  on: () => { voice.currentTime += 5; },
  block: nextBlock,
};
const keys = { k: acts.play, n: nextBlock, ArrowLeft: acts.back, ArrowRight: acts.on, ArrowUp: () => nextTurn(-1), ArrowDown: () => nextTurn(1) };

if (player && voice) {
  const controls = player.querySelector(".controls");
  const play = controls.querySelector("[data-act=play]");
  controls.hidden = false;
  for (const button of controls.querySelectorAll("button")) button.addEventListener("click", acts[button.dataset.act]);
  controls.querySelector("[data-act=speed]").addEventListener("change", (event) => {
    for (const one of voices) one.playbackRate = Number(event.target.value);
  });
  for (const one of voices) {
    one.addEventListener("play", () => {
      if (voice !== one) voice.pause();
      voice = one;
      play.textContent = "Pause";
    });
    one.addEventListener("pause", () => { if (voice === one) play.textContent = "Play"; });
    one.addEventListener("timeupdate", follow);
    one.addEventListener("seeked", follow);
  }
  // Only while the focus is inside, and never what the focused thing needs itself.
  player.addEventListener("keydown", (event) => {
    const act = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!act || event.altKey || event.ctrlKey || event.metaKey || event.target.matches("select, audio")) return;
    event.preventDefault();
    act();
  });
  for (const turn of turns) {
    const from = () => goTo(Number(turn.dataset.start));
    turn.querySelector("button").addEventListener("click", from);
    turn.querySelector("p").addEventListener("click", () => { if (getSelection().isCollapsed) from(); });
  }
  for (const tape of tapes) {
    const mine = voices.find((one) => one.dataset.media === tape.dataset.media) ?? voice;
    for (const lane of tape.querySelectorAll("svg")) {
      lane.classList.add("live");
      lane.addEventListener("click", (event) => {
        const box = lane.getBoundingClientRect();
        goTo(((event.clientX - box.left) / box.width) * Number(tape.dataset.duration), mine);
      });
    }
  }
}

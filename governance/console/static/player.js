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
    });
  }
}

// --- The picture is a file of its own. What could not be drawn is said, and not shown as silence.
new PerformanceObserver((seen) => {
  for (const { name, responseStatus } of seen.getEntries()) {
    if (!name.includes("/waveform?") || responseStatus < 400) continue;
    for (const said of document.querySelectorAll(".undrawn")) said.hidden = false;
  }
}).observe({ type: "resource", buffered: true });

// --- Sound: several streams are heard one at a time, each with its own tape.
function move(ms, which = voice) {
  if (!which) return;
  if (voice !== which) voice.pause();
  voice = which;
  voice.currentTime = Math.max(0, ms) / 1000;
}

function goTo(ms, which = voice) {
  if (!which) return;
  move(ms, which);
  start();
}

function of(media) {
  return voices.find((one) => one.dataset.media === media) ?? voice;
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
    const x = `${Math.min(100, (now / Number(tape.dataset.duration)) * 100)}%`;
    for (const head of tape.querySelectorAll(".playhead")) {
      head.setAttribute("x1", x);
      head.setAttribute("x2", x);
      head.toggleAttribute("hidden", !isHere);
    }
    if (isHere) say(tape, now);
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

// Where the sound is, for who moves it by the slider or hears the page: the time, and what was silenced there.
function say(tape, now) {
  const slider = tape.querySelector(".seek-row input");
  const clock = (ms) => `${Math.floor(ms / 60000)}:${String(Math.floor(ms / 1000) % 60).padStart(2, "0")}`;
  const here = [...tape.querySelectorAll("a.block")].find(
    (block) => Number(block.dataset.start) <= now && now < Number(block.dataset.end),
  );
  slider.value = now;
  slider.setAttribute(
    "aria-valuetext",
    `${clock(now)} of ${clock(Number(tape.dataset.duration))}${here ? `, marked: ${here.dataset.what}` : ""}`,
  );
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
  if (next !== undefined) goTo(next - 1000);
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
    if (event.target.matches("input") && event.key.startsWith("Arrow")) return;
    event.preventDefault();
    act();
  });
  for (const turn of turns) {
    const from = () => goTo(Number(turn.dataset.start));
    turn.querySelector("button").addEventListener("click", from);
    turn.querySelector("p").addEventListener("click", () => { if (getSelection().isCollapsed) from(); });
  }
  for (const tape of tapes) {
    const mine = of(tape.dataset.media);
    const slider = tape.querySelector(".seek-row input");
    slider.parentElement.hidden = false;
    slider.addEventListener("input", () => move(Number(slider.value), mine));
    for (const lane of tape.querySelectorAll(".sound")) {
      lane.classList.add("live");
      lane.addEventListener("click", (event) => {
        const block = event.target.closest("a.block");
        // By keyboard a block is a place; a second before it one hears what it is cut out of.
        if (block && event.detail === 0) return move(Number(block.dataset.start) - 1000, mine);
        const box = lane.getBoundingClientRect();
        const ms = ((event.clientX - box.left) / box.width) * Number(tape.dataset.duration);
        // Who presses a block asks why it is there: it moves the sound, and does not start it.
        return block ? move(ms, mine) : goTo(ms, mine);
      });
    }
  }
  for (const link of document.querySelectorAll("a.hear")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      goTo(Number(link.dataset.start) - 1000, of(link.dataset.media));
    });
  }
  follow();
}

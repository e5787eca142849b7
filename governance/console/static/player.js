// Joins the player, the tape and the transcript: a press on one moves all three. Without it each still works by itself.
"use strict";
const audio = document.querySelector("audio");
const tapes = [...document.querySelectorAll(".tape svg")];
const turns = [...document.querySelectorAll(".turn[data-start]")];

function goTo(ms) {
  audio.currentTime = ms / 1000;
  audio.play();
}

function follow() {
  const now = audio.currentTime * 1000;
  for (const tape of tapes) {
    const x = Math.min(1000, (now / Number(tape.dataset.duration)) * 1000);
    const head = tape.querySelector(".playhead");
    head.setAttribute("x1", x);
    head.setAttribute("x2", x);
  }
  for (const turn of turns) {
    const isNow = now > 0 && Number(turn.dataset.start) <= now && now < Number(turn.dataset.end);
    turn.classList.toggle("now", isNow);
  }
}

for (const turn of turns) {
  turn.querySelector("button").addEventListener("click", () => goTo(Number(turn.dataset.start)));
}
for (const tape of tapes) {
  tape.classList.add("live");
  tape.addEventListener("click", (event) => {
    const box = tape.getBoundingClientRect();
    goTo(((event.clientX - box.left) / box.width) * Number(tape.dataset.duration));
  });
}
audio.addEventListener("timeupdate", follow);
audio.addEventListener("seeked", follow);

// The walking clock: where domain time stands, which goes on by itself, and three jumps ahead.

import { el } from "./dom.js";
import { post } from "./send.js";
import { apart, date, later, time, weekday, whole } from "./times.js";
import { words } from "./words.js";

const EVERY = 5000;
const STILL_TRUE = 90_000;

export class Clock {
  constructor() {
    this.said = document.getElementById("clock-said");
    this.bar = document.getElementById("clock-progress");
    this.jumps = [...document.querySelectorAll(".jumps button")];
    for (const one of this.jumps) one.addEventListener("click", () => this.jump(one.dataset.to));
    setInterval(() => this.draw(), EVERY);
  }

  // As far on as the page has been open since it was told.
  get at() {
    return later(this.told, performance.now() - this.heard);
  }

  draw() {
    const { at } = this;
    document.getElementById("clock-time").textContent = `${weekday(at)} ${time(at)}`;
    document.getElementById("clock-date").textContent = `${date(at)}, ${words.zone(this.zone)}`;
    if (this.landed && apart(this.landed, at) > STILL_TRUE) this.say("");
  }

  // What is said of a jump; of one that has landed only while it is still that time.
  say(...parts) {
    this.landed = null;
    this.said.replaceChildren(...parts);
  }

  show(state) {
    this.told = state.at;
    this.zone = state.zone;
    this.heard = performance.now();
    this.draw();
    this.bar.hidden = !state.walking;
    this.bar.value = state.progress;
    this.walking(state.walking);
  }

  walking(is) {
    for (const one of this.jumps) {
      if (is) one.setAttribute("aria-disabled", "true");
      else one.removeAttribute("aria-disabled");
    }
  }

  async jump(to) {
    if (this.jumps[0].hasAttribute("aria-disabled")) return;
    this.walking(true);
    this.say(words.jumping);
    const response = await post("/chat/clock", { to }).catch(() => null);
    this.walking(false);
    if (!response?.ok) {
      const again = el("button", { type: "button", text: words.tryAgain, on: { click: () => this.jump(to) } });
      this.say(response?.status === 401 ? words.trouble.expired : words.clockFailed, " ", again);
      return;
    }
    this.show(await response.json());
    this.say(words.jumped(whole(this.at)));
    this.landed = this.at;
    this.moved?.();
  }
}

// The walking clock: where domain time stands, and three jumps ahead.

import { el } from "./dom.js";
import { post } from "./send.js";
import { date, time, weekday, whole } from "./times.js";
import { words } from "./words.js";

export class Clock {
  constructor() {
    this.said = document.getElementById("clock-said");
    this.bar = document.getElementById("clock-progress");
    this.jumps = [...document.querySelectorAll(".jumps button")];
    for (const one of this.jumps) one.addEventListener("click", () => this.jump(one.dataset.to));
  }

  show(state) {
    this.at = state.at;
    document.getElementById("clock-time").textContent = `${weekday(state.at)} ${time(state.at)}`;
    document.getElementById("clock-date").textContent = date(state.at);
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
    this.said.textContent = words.jumping;
    const response = await post("/chat/clock", { to }).catch(() => null);
    this.walking(false);
    if (!response?.ok) {
      const again = el("button", { type: "button", text: words.tryAgain, on: { click: () => this.jump(to) } });
      this.said.replaceChildren(response?.status === 401 ? words.trouble.expired : words.clockFailed, " ", again);
      return;
    }
    this.show(await response.json());
    this.said.textContent = words.jumped(whole(this.at));
    this.moved?.();
  }
}

// Whose side is shown: on a narrow page one at a time, on a wide one the first of each role, others by a switch.

import { el } from "./dom.js";
import { words } from "./words.js";

export class Tabs {
  constructor(panes) {
    this.panes = panes;
    this.place = document.getElementById("tabs");
    this.fresh = new Map(panes.map((pane) => [pane, new Set()]));
    this.shown = panes[0];
    this.chosen = new Map([...panes].reverse().map((pane) => [pane.person.role, pane]));
    this.buttons = panes.map((pane) => this.tab(pane));
    this.place.append(...this.buttons);
    this.switches = panes.flatMap((pane) => this.others(pane).map((other) => this.switch(pane, other)));
    this.narrow = matchMedia("(max-width: 859px)");
    this.narrow.addEventListener("change", () => this.draw());
    this.draw();
  }

  others(pane) {
    return this.panes.filter((other) => other !== pane && other.person.role === pane.person.role);
  }

  tab(pane) {
    const made = el("button", { type: "button", role: "tab", id: `tab-${pane.person.user}`, "aria-controls": pane.root.id });
    made.addEventListener("click", () => this.show(pane));
    made.addEventListener("keydown", (event) => this.step(event));
    return made;
  }

  // In the heading of one side, a button that puts the other of the same role there.
  switch(pane, other) {
    const made = el("button", { type: "button", class: "switch" });
    made.addEventListener("click", () => {
      this.show(other);
      other.root.querySelector(".switch").focus();
    });
    pane.root.querySelector(".pane-top").append(made);
    return { made, other };
  }

  step(event) {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!by) return;
    const place = this.panes.indexOf(this.shown) + by + this.panes.length;
    this.show(this.panes[place % this.panes.length]);
    this.buttons[place % this.panes.length].focus();
  }

  show(pane) {
    this.shown = pane;
    this.chosen.set(pane.person.role, pane);
    this.draw();
    pane.log.toEnd();
  }

  // A message that nobody has looked at yet counts, until what it announced is over.
  came(pane, ref) {
    if (!pane.root.hidden) return;
    this.fresh.get(pane).add(ref);
    this.draw();
  }

  past(pane, ref) {
    const fresh = this.fresh.get(pane);
    if (ref === undefined) fresh.clear();
    else if (!fresh.delete(ref)) return;
    this.draw();
  }

  get isNarrow() {
    return this.narrow.matches && this.panes.length > 1;
  }

  label(pane) {
    const { person } = pane;
    const isFirst = this.panes.find((other) => other.person.role === person.role) === pane;
    return words.fresh(isFirst ? person.role : person.name.split(" ").pop(), this.fresh.get(pane).size);
  }

  draw() {
    const { isNarrow } = this;
    this.place.hidden = !isNarrow;
    if (isNarrow) this.place.setAttribute("role", "tablist");
    this.panes.forEach((pane, at) => {
      const is = pane === this.shown;
      pane.root.hidden = isNarrow ? !is : this.chosen.get(pane.person.role) !== pane;
      pane.skip.hidden = pane.root.hidden;
      if (!pane.root.hidden) this.fresh.get(pane).clear();
      if (isNarrow) pane.root.setAttribute("role", "tabpanel");
      else pane.root.removeAttribute("role");
      this.buttons[at].textContent = this.label(pane);
      this.buttons[at].setAttribute("aria-selected", String(is));
      this.buttons[at].tabIndex = is ? 0 : -1;
    });
    for (const { made, other } of this.switches) made.textContent = words.fresh(other.person.name, this.fresh.get(other).size);
  }
}

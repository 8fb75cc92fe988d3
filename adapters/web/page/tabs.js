// On a narrow page one side is shown at a time; on a wide one, all.

import { el } from "./dom.js";
import { words } from "./words.js";

export class Tabs {
  constructor(panes) {
    this.panes = panes;
    this.place = document.getElementById("tabs");
    this.fresh = new Map(panes.map((pane) => [pane, 0]));
    this.shown = panes[0];
    this.buttons = panes.map((pane) => this.tab(pane));
    this.place.append(...this.buttons);
    this.narrow = matchMedia("(max-width: 859px)");
    this.narrow.addEventListener("change", () => this.draw());
    this.draw();
  }

  tab(pane) {
    const made = el("button", { type: "button", role: "tab", id: `tab-${pane.person.user}`, "aria-controls": pane.root.id });
    made.addEventListener("click", () => this.show(pane));
    made.addEventListener("keydown", (event) => this.step(event));
    return made;
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
    this.draw();
    pane.log.toEnd();
  }

  grew(pane) {
    if (!this.isNarrow || pane === this.shown) return;
    this.fresh.set(pane, this.fresh.get(pane) + 1);
    this.draw();
  }

  get isNarrow() {
    return this.narrow.matches && this.panes.length > 1;
  }

  draw() {
    const { isNarrow } = this;
    this.place.hidden = !isNarrow;
    if (isNarrow) this.place.setAttribute("role", "tablist");
    this.fresh.set(this.shown, 0);
    this.panes.forEach((pane, at) => {
      const is = pane === this.shown;
      pane.root.hidden = isNarrow && !is;
      if (isNarrow) pane.root.setAttribute("role", "tabpanel");
      else pane.root.removeAttribute("role");
      this.buttons[at].textContent = words.fresh(pane.person.role, this.fresh.get(pane));
      this.buttons[at].setAttribute("aria-selected", String(is));
      this.buttons[at].tabIndex = is ? 0 : -1;
    });
  }
}

// The chat itself: what the companion said, and what was typed here, in the order it came.

import { busy, button, el, links, paragraphs } from "./dom.js";
import { day, time } from "./times.js";
import { words } from "./words.js";

const MOST_SHOWN = 700;
const MARGIN = 8;
// After a long evening Tab goes through the newest messages alone; arrow keys go through all of them.
const MOST_BY_TAB = 3;
const CONTROLS = "button, a[href]";

export class Log {
  constructor(place, press) {
    this.place = place;
    // The room changes with the own page above and the composer below; the newest message stays in view.
    new ResizeObserver(() => this.toEnd()).observe(place);
    place.addEventListener("keydown", (event) => this.step(event));
    this.press = press;
    this.clear();
  }

  clear() {
    this.messages = new Map();
    this.place.replaceChildren(
      el("p", { class: "soft start", text: words.startOfLog }),
      el("p", { class: "quiet-log", text: `${words.quiet} ${words.notForEmergencies}` }),
    );
    this.lastDay = "";
    this.isReady = false;
    this.place.setAttribute("aria-busy", "true");
  }

  // All that was said before is there: what comes now is news.
  ready() {
    this.isReady = true;
    this.place.setAttribute("aria-busy", "false");
    this.settleTabs();
    this.toEnd();
  }

  // Whether the message is new here.
  show(message) {
    const old = this.messages.get(message.ref);
    if (!message.card) {
      old?.remove();
      this.messages.delete(message.ref);
      this.settleTabs();
      return false;
    }
    if (!old) this.dropLocal(message);
    const made = this.article(message);
    this.messages.set(message.ref, made);
    if (old) this.putInPlace(old, made);
    else this.append(made, message.at);
    this.settleTabs();
    return !old;
  }

  // A card that came with an answer: once the same words come as a message, that one stays.
  showHere(ref, card, at) {
    const known = [...this.messages.values()].some((one) => one.isConnected && one.dataset.fallback === card.fallback);
    if (!known || this.messages.has(ref)) this.show({ ref, card, at, answered: [] });
    this.messages.get(ref)?.setAttribute("data-local", "");
  }

  // A message that is drawn anew keeps the keyboard: on the same control, else on the message.
  putInPlace(old, made) {
    const held = old.contains(document.activeElement) ? document.activeElement : null;
    const place = [...old.querySelectorAll(CONTROLS)].indexOf(held);
    old.replaceWith(made);
    if (!held) return;
    (made.querySelectorAll(CONTROLS)[place] ?? made).focus({ preventScroll: true });
  }

  dropLocal(message) {
    for (const [ref, one] of this.messages) {
      if (!one.hasAttribute("data-local") || one.dataset.fallback !== message.card.fallback) continue;
      one.remove();
      this.messages.delete(ref);
    }
  }

  mine(text, at) {
    const shown = text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text;
    const state = el("span", { class: "state", text: words.sending });
    const bubble = el("div", { class: "bubble" }, el("p", { text: shown, dir: "auto" }));
    const made = el("article", { class: "message mine" }, heading(words.you, at), bubble, state);
    this.append(made, at);
    return { arrived: () => state.remove(), failed: () => made.remove() };
  }

  append(made, at) {
    const today = day(at);
    if (today !== this.lastDay) this.place.append(el("h3", { class: "day", text: today }));
    this.lastDay = today;
    this.place.append(made);
    this.toEnd();
  }

  // To the newest message: its end, or its beginning where it is too tall.
  toEnd() {
    if (!this.isReady) return;
    const first = this.newest();
    const height = this.place.scrollHeight - (first?.offsetTop ?? 0);
    const isTall = first && height + MARGIN > this.place.clientHeight;
    this.place.scrollTop = isTall ? first.offsetTop - MARGIN : this.place.scrollHeight;
  }

  // The newest message, or the first of those that came with it: words of support, and the question after them.
  newest() {
    let found = this.place.querySelector("article:last-of-type");
    while (isSupport(found) && isSupport(found.previousElementSibling)) found = found.previousElementSibling;
    return found;
  }

  settleTabs() {
    if (!this.isReady) return;
    const held = [...this.place.querySelectorAll("article")].filter((one) => one.querySelector(CONTROLS));
    held.reverse().forEach((one, age) => {
      for (const control of one.querySelectorAll(CONTROLS)) control.tabIndex = age < MOST_BY_TAB ? 0 : -1;
    });
  }

  step(event) {
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    const all = [...this.place.querySelectorAll(CONTROLS)];
    const next = by && all.includes(event.target) && all[all.indexOf(event.target) + by];
    if (!next) return;
    event.preventDefault();
    next.focus();
  }

  // Where the keyboard goes when what it was on is no longer there.
  focusLast() {
    const all = this.place.querySelectorAll("article");
    (all[all.length - 1] ?? this.place).focus({ preventScroll: true });
  }

  article(message) {
    const { card, ref } = message;
    const isAnswered = message.answered.length > 0;
    const kind = ["message", card.safety && "safety", isAnswered && "answered", message.settled && "settled"].filter(Boolean).join(" ");
    const made = el("article", { class: kind, tabindex: "-1", "data-ref": ref });
    made.dataset.fallback = card.fallback;
    const trouble = el("div", { class: "trouble", role: "alert" });
    const press = (choice) => this.press(choice, message.ref, made, trouble);
    const buttons = card.choices.map((choice) => button(choice, press));
    const bubble = el(
      "div",
      { class: "bubble" },
      card.safety ? el("p", { class: "safety-mark", text: words.safety }) : null,
      ...paragraphs(card.paragraphs),
      links(card.links),
      buttons.length ? el("div", { class: "choices", role: "group", "aria-label": words.answers }, ...buttons) : null,
      ...message.answered.map((said) => el("p", { class: said === words.answered ? "answered-mark done" : "answered-mark", text: said, dir: "auto" })),
      trouble,
    );
    made.append(heading(words.companion, message.at), bubble, el("time", { datetime: message.at, text: time(message.at) }));
    busy(made, false);
    return made;
  }
}

function isSupport(message) {
  return Boolean(message?.matches("article.safety:not(.answered, .settled)"));
}

function heading(who, at) {
  return el("h4", { class: "hidden", text: `${who}, ${time(at)}` });
}

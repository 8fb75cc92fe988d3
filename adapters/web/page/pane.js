// One person's side: own page, chat, composer and private view.

import { busy, button, isBusy, links, onlyFirst, paragraphs, showTrouble, el } from "./dom.js";
import { Log } from "./log.js";
import { PrivateView } from "./private.js";
import { newEvent, send } from "./send.js";
import { picture, strip } from "./strip.js";
import { words } from "./words.js";

export class Pane {
  constructor(person, side, now, news) {
    this.person = person;
    this.now = now;
    this.news = news;
    this.root = document.getElementById("pane").content.firstElementChild.cloneNode(true);
    onlyFirst(this.root);
    this.name(side);
    this.log = new Log(this.find(".log"), (...given) => this.pressed(...given));
    const acts = {
      press: (choice) => this.fromForm(newEvent(person.user, "press", { press: choice.press })),
      submit: (press, fields) => this.fromForm(newEvent(person.user, "form", { press, fields })),
      closed: () => this.settleFocus(),
    };
    this.view = new PrivateView(this.find("dialog"), acts);
    this.showOwn(null);
    this.composer();
    this.skip = el("a", { href: `#${this.find("textarea").id}`, text: words.skip(person.name) });
    this.skip.addEventListener("click", (event) => {
      event.preventDefault();
      this.find("textarea").focus();
    });
  }

  find(selector) {
    return this.root.querySelector(selector);
  }

  name(side) {
    const { user, name, role } = this.person;
    this.root.id = `pane-${user}`;
    this.root.dataset.side = side;
    this.root.setAttribute("aria-label", `${role}: ${name}`);
    this.find(".initial").textContent = name.replace(/^Dr\.?\s+/, "").slice(0, 1);
    this.find(".pane-name").textContent = name;
    this.find(".role").textContent = role;
    this.find(".log").setAttribute("aria-label", words.log(name));
    this.find("textarea").setAttribute("aria-label", words.composer(name));
    this.find("textarea").id = `write-${user}`;
    this.find(".log-hint").id = `keys-${user}`;
    this.find(".log").setAttribute("aria-describedby", `keys-${user}`);
    this.find("dialog").id = `private-${user}`;
    if (matchMedia("(max-width: 859px)").matches) this.find("details").open = false;
  }

  opened() {
    send(newEvent(this.person.user, "opened")).then(({ reply }) => reply && this.take(reply, {}));
  }

  // What the own page says of the time ahead is drawn as the clock stands now.
  drawnAgain() {
    if (this.hasOwn) this.opened();
  }

  // ------------------------------------------------------------------ what comes

  message(message) {
    const isLive = message.card?.safety && !message.answered.length;
    if (isLive) this.find("details").open = false;
    const isNew = this.log.show(message);
    const isOver = !message.card || message.answered.length > 0 || message.settled;
    if (isOver) this.news.past(this, message.ref);
    else if (isNew && this.isNews(message)) this.news.came(this, message.ref);
    if (!isLive) return;
    this.support = message.card;
    if (this.view.isOpen && !this.view.form.safety) this.view.card(message.card);
  }

  // What was said before the page was opened is news only where it waits for a press; a greeting never is.
  isNews(message) {
    const waits = message.card.choices.some((choice) => choice.style === "primary");
    return waits || (this.log.isReady && this.log.messages.size > 1);
  }

  reset() {
    this.log.clear();
    this.news.past(this);
    this.view.drafts.clear();
    this.view.close();
    this.showOwn(null);
  }

  showOwn(form) {
    const body = this.find(".own-body");
    this.hasOwn = Boolean(form?.choices.length); // an empty one, as after a delete, has nothing to draw anew
    if (!form) {
      this.find("summary").textContent = words.own(this.person.name);
      body.replaceChildren(el("p", { class: "soft", text: words.nothingYet }));
      return;
    }
    const trouble = el("div", { class: "trouble", role: "alert" });
    const press = (choice) => this.pressed(choice, "", body, trouble);
    const buttons = [...form.choices, ...form.controls].map((choice) => button(choice, press));
    const said = [...form.paragraphs, form.question].filter(Boolean);
    const choices = buttons.length ? el("div", { class: "choices" }, ...buttons) : null;
    const foot = el("div", { class: "own-foot" }, el("div", {}, ...paragraphs(said)), choices);
    const parts = [strip(form.strip, form.title), picture(form.picture), links(form.links), foot, trouble];
    this.find("summary").textContent = form.title;
    body.replaceChildren(...parts.filter(Boolean));
  }

  notice(text) {
    const place = this.find(".pane > .notice");
    place.textContent = "";
    // Set a moment later, so that the same words are announced again.
    requestAnimationFrame(() => { place.textContent = text; });
  }

  take(reply, event) {
    const { kind, form, card } = reply;
    this.view.taken(event, kind === "errors" ? { submit: event.press } : form);
    if (form && (kind === "form" || kind === "errors")) this.view.show(form);
    // The chat's card may come before the form that then stands in front of it.
    if (kind === "form" && !form.safety && this.support) this.view.card(this.support);
    if (kind === "errors") this.view.errors(reply.errors, Boolean(form));
    if (kind === "close") this.view.drop(event);
    if (kind === "close" || kind === "replace") this.view.close();
    if (kind === "replace" && card) this.replaced(event, card);
    else if (card) this.safety(event, card);
    if (!reply.notice) return;
    if (this.view.isOpen) this.view.say(reply.notice);
    else this.notice(reply.notice);
  }

  // Of a message that is gone, since everything was deleted, nobody need hear that it is over.
  replaced(event, card) {
    const before = this.log.messages.get(event.origin);
    const stays = before && card.fallback && !before.matches(".settled") && before.dataset.fallback.startsWith(card.fallback);
    const settled = !stays && !card.choices.length && !card.links.length && !card.safety;
    if (settled && !before) return;
    this.log.show({ ref: event.origin || `here.${event.id}`, card, at: this.now(), answered: [], settled });
  }

  safety(event, card) {
    if (this.view.isOpen) this.view.card(card);
    this.find("details").open = false;
    this.log.showHere(`direct.${this.person.user}.${event.id}`, card, this.now());
  }

  // ------------------------------------------------------------------ what goes

  async act(event, { wait, fail }) {
    this.find(".pane > .notice").textContent = "";  // what was said of an earlier press is over
    this.support = null;
    fail("");
    wait(true);
    const { reply, trouble, card } = await send(event);
    wait(false);
    if (reply) {
      this.take(reply, event);
      return true;
    }
    if (card) this.safety(event, card);
    const again = { label: words.tryAgain, act: () => this.act(event, { wait, fail }) };
    fail(`${words.trouble[trouble]} ${words.notForEmergencies}`, ["lost", "refused"].includes(trouble) ? again : null);
    return false;
  }

  pressed(choice, origin, place, trouble) {
    if (isBusy(place)) return;
    const event = newEvent(this.person.user, "press", { press: choice.press, origin });
    this.act(event, { wait: (is) => busy(place, is), fail: (...said) => showTrouble(trouble, ...said) });
  }

  fromForm(event) {
    this.act(event, { wait: (is) => this.view.busy(is), fail: (...said) => this.view.fail(...said) });
  }

  composer() {
    const form = this.find(".composer");
    const text = this.find("textarea");
    const grow = () => {
      text.rows = Math.min(6, Math.max(1, text.value.split("\n").length, Math.ceil(text.value.length / 52)));
    };
    text.addEventListener("input", grow);
    // Of a text that was taken out again nobody need hear that it did not arrive.
    text.addEventListener("input", () => { if (!text.value) showTrouble(this.find(".composer .trouble"), ""); });
    text.addEventListener("keydown", (key) => {
      if (key.key !== "Enter" || key.shiftKey || key.isComposing) return;
      key.preventDefault();
      form.requestSubmit();
    });
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (isBusy(form) || !text.value.trim()) return;
      if (await this.say(text.value)) text.value = "";
      grow();
    });
  }

  // The same words tried again are the same event; changed words are a new one.
  async say(typed) {
    const form = this.find(".composer");
    const text = this.find("textarea");
    if (this.unsent?.text !== typed) this.unsent = newEvent(this.person.user, "message", { text: typed });
    const bubble = this.log.mine(typed, this.now());
    const wait = (is) => { busy(form, is); text.readOnly = is; };
    const fail = (said, again) =>
      showTrouble(this.find(".composer .trouble"), said, again && { ...again, act: () => form.requestSubmit() });
    const arrived = await this.act(this.unsent, { wait, fail });
    if (arrived) { bubble.arrived(); this.unsent = null; }
    else bubble.failed();
    return arrived;
  }

  // Whether something typed here was not sent: it is kept nowhere but on this page.
  get holdsText() {
    return Boolean(this.find("textarea").value.trim()) || this.view.holdsText;
  }

  // What opened the view may be gone by now; then the keyboard goes on at the newest message.
  settleFocus() {
    const held = document.activeElement;
    if (!held || held === document.body || this.find("dialog").contains(held)) this.log.focusLast();
  }
}

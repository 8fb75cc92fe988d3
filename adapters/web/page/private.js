// The private view: one step of a talk in a modal dialog. Closing it keeps what was typed.

import { busy, button, el, isBusy, links, paragraphs, showTrouble } from "./dom.js";
import { fieldOf, isScale, markErrors, pickedOf, scale, some, tickOf } from "./fields.js";
import { picture, strip } from "./strip.js";
import { words } from "./words.js";

export class PrivateView {
  constructor(dialog, { press, submit, closed }) {
    this.dialog = dialog;
    this.acts = { press, submit };
    this.drafts = new Map();
    dialog.addEventListener("close", closed);
  }

  get holdsText() {
    return [...this.drafts.values()].some((one) => one.trim());
  }

  get isOpen() {
    return this.dialog.open;
  }

  show(form) {
    this.form = form;
    this.notice = el("p", { class: "notice", role: "status" });
    this.trouble = el("div", { class: "trouble", role: "alert" });
    this.title = el("h2", { id: `${this.dialog.id}-title`, text: form.title, tabindex: "-1", dir: "auto" });
    this.body = this.bodyOf(form);
    this.dialog.classList.toggle("safety", form.safety);
    this.dialog.setAttribute("aria-labelledby", this.title.id);
    this.dialog.replaceChildren(this.top(form), this.body);
    if (!this.dialog.open) this.dialog.showModal();
    this.say(form.notice);
    // Focus alone would scroll: what is asked is read from its beginning.
    (this.field?.input ?? this.question ?? this.title).focus({ preventScroll: true });
    this.dialog.scrollTop = 0;
  }

  close() {
    if (this.dialog.open) this.dialog.close();
  }

  say(text) {
    this.notice.textContent = text;
  }

  fail(said, again) {
    showTrouble(this.trouble, said, again);
  }

  // `isNew`: the form came back with the errors; else what an earlier one pointed out is passed by now.
  errors(found, isNew) {
    const rest = markErrors(this.body, this.field, found);
    if (!isNew) {
      this.form = { ...this.form, tick: null };
      this.body.querySelector(".tick")?.remove();
      this.say("");
    }
    if (Object.values(found).includes(this.form.notice)) this.say("");
    const said = rest.join(" ");
    this.fail(said);
    // What was wrong with what is ticked is said until that changes.
    const passed = () => { if (this.trouble.textContent === said) this.fail(""); };
    if (said) this.body.addEventListener("change", passed, { once: true });
  }

  // The draft of a step that was taken is no longer needed; a step that comes back empty keeps it.
  taken(event, next) {
    if (event.kind === "form" && next?.submit !== event.press) this.drafts.delete(event.press);
  }

  // A talk that was closed needs none of its drafts; one that was put off does.
  drop(event) {
    const [, , talk, key] = (event.press ?? "").split("|");
    if (key === "!later") return;
    for (const press of this.drafts.keys()) if (press.split("|")[2] === talk) this.drafts.delete(press);
  }

  // A safety card that came with the answer stands above the step.
  card(card) {
    const shown = el("section", { class: "safety-card", "aria-label": words.safety });
    shown.append(el("p", { class: "safety-mark", text: words.safety }), ...paragraphs(card.paragraphs));
    const found = links(card.links);
    if (found) shown.append(found);
    const press = (choice) => this.press(choice);
    shown.append(el("div", { class: "choices" }, ...card.choices.map((choice) => button(choice, press))));
    this.body.querySelector(".safety-card")?.remove();
    this.body.prepend(shown);
    if (!this.form.safety) this.mark(words.privateBelow);
    this.dialog.scrollTop = 0;
  }

  busy(is) {
    busy(this.dialog, is);
    if (this.field) this.field.input.readOnly = is;
  }

  press(choice) {
    if (!isBusy(this.dialog)) this.acts.press(choice);
  }

  submit() {
    if (isBusy(this.dialog)) return;
    const { form } = this;
    const fields = { ...pickedOf(this.body, form), ...tickOf(this.body, form) };
    if (this.field) fields[form.field.key] = [this.field.input.value];
    this.acts.submit(form.submit, fields);
  }

  // Whether what stands here stands in the chat too: the step itself, a card above it, or nothing.
  mark(said) {
    this.dialog.querySelector(".private-mark").textContent = said;
  }

  top(form) {
    const close = el("button", { type: "button", class: "close", "aria-label": words.close, title: words.close });
    close.append(el("span", { "aria-hidden": "true", text: "×" }));
    close.addEventListener("click", () => this.close());
    return el("header", {}, el("div", {}, el("p", { class: "private-mark", text: form.safety ? words.supportView : words.privateView }), this.title), close);
  }

  bodyOf(form) {
    const press = (choice) => this.press(choice);
    this.field = form.field ? fieldOf(form, this.dialog.id, this.drafts) : null;
    const asked = this.asked(form, press);
    const body = el(
      "form",
      { novalidate: true, on: { submit: (event) => { event.preventDefault(); this.submit(); } } },
      ...paragraphs(form.paragraphs),
      strip(form.strip, form.title),
      picture(form.picture),
      ...(form.safety && !form.paragraphs.length ? [asked, links(form.links)] : [links(form.links), asked]),
      form.tick ? el("label", { class: "tick" }, el("input", { type: "checkbox", name: "tick" }), el("span", { text: form.tick.label, dir: "auto" })) : null,
      form.download ? download(form) : null,
      this.notice,
      this.trouble,
      this.foot(form, press),
    );
    return body;
  }

  asked(form, press) {
    this.question = null;
    if (!form.choices.length && !form.field && !form.question) return null;
    const isLabel = form.field && form.field.label === form.question;
    if (form.question && !isLabel) {
      this.question = el("legend", { text: form.question, tabindex: "-1", dir: "auto" });
    }
    const answers = form.many ? some(form) : isScale(form) ? scale(form, press) : this.answers(form, press);
    return el("fieldset", { class: "asked" }, this.question, ...(this.field?.parts ?? []), ...answers);
  }

  // What is optional stands small, in one row.
  answers(form, press) {
    const plain = form.choices.filter((choice) => choice.style !== "quiet");
    const quiet = form.choices.filter((choice) => choice.style === "quiet");
    const row = quiet.length ? [el("div", { class: "choices" }, ...quiet.map((choice) => button(choice, press)))] : [];
    return [...plain.map((choice) => button(choice, press)), ...row];
  }

  foot(form, press) {
    const foot = el("div", { class: "foot" });
    if (form.submit) foot.append(el("button", { type: "submit", class: "primary", text: form.submitLabel }));
    const isOptional = form.choices.every((choice) => choice.style === "quiet");
    if (!form.submit && (isOptional || !form.question)) {
      foot.append(el("button", { type: "button", class: "primary", text: words.closePlain, on: { click: () => this.close() } }));
    }
    foot.append(...form.controls.map((choice) => button(choice, press)));
    return foot;
  }
}

function download(form) {
  const url = URL.createObjectURL(new Blob([form.download], { type: "application/json" }));
  return el(
    "div",
    { class: "download" },
    el("a", { class: "choice primary", href: url, download: "companion.json", text: words.save }),
    el("details", {}, el("summary", { text: words.show }), el("pre", { tabindex: "0", text: form.download })),
  );
}

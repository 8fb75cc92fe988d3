// The inputs of a private view, and what was put into them.

import { button, el } from "./dom.js";
import { words } from "./words.js";

const COUNT_FROM = 0.8;

// A text input with its label, hint, count and error; a draft outlives the dialog.
export function fieldOf(form, id, drafts) {
  const { field } = form;
  const known = { id: `${id}-field`, "aria-describedby": `${id}-hint ${id}-error`, dir: "auto", autocomplete: "off" };
  const input = field.lines > 1 ? el("textarea", { ...known, rows: Math.min(field.lines, 8) }) : el("input", { ...known, type: "text" });
  if (field.required) input.setAttribute("aria-required", "true");
  input.value = field.value || drafts.get(form.submit) || "";
  const count = el("span", { class: "count", "aria-live": "polite" });
  const error = el("p", { class: "error", id: `${id}-error` });
  // What was wrong is said until the text changes; beside it no count says the same in other words.
  const say = (said) => {
    error.textContent = said;
    if (said) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
    if (said) count.textContent = "";
  };
  const remember = () => {
    drafts.set(form.submit, input.value);
    say("");
    count.textContent = input.value.length > field.most * COUNT_FROM ? words.left(field.most - input.value.length) : "";
  };
  input.addEventListener("input", remember);
  const label = el("label", { for: known.id, text: field.label, dir: "auto" });
  if (!field.required) label.append(el("span", { class: "soft", text: ` (${words.optional})` }));
  const hint = el("p", { class: "soft field-hint", id: `${id}-hint`, text: field.hint, dir: "auto" });
  return { input, say, key: field.key, parts: [label, hint, input, count, error] };
}

export function isScale(form) {
  return form.choices.length > 3 && form.choices.every((choice) => /^\d{1,2}$/.test(choice.label));
}

// Numbers stand in rows, with what the ends mean below them.
export function scale(form, press) {
  const numbers = form.choices.map((choice) => {
    const made = button({ ...choice, hint: "" }, press);
    if (choice.hint) made.setAttribute("aria-label", `${choice.label}, ${choice.hint}`);
    return made;
  });
  const ends = form.choices.filter((choice) => choice.hint).map((choice) => `${choice.label}: ${choice.hint}`);
  return [el("div", { class: "scale" }, ...numbers), el("p", { class: "soft", text: ends.join(" · ") })];
}

// Options of which several may be ticked.
export function some(form) {
  const boxes = form.choices.map((choice) => el("input", { type: "checkbox", name: "some", value: choice.option }));
  const state = el("p", { class: "soft", role: "status" });
  const limit = () => {
    const full = boxes.filter((box) => box.checked).length >= form.many;
    for (const box of boxes) box.disabled = full && !box.checked;
    state.textContent = full ? words.full(form.many) : "";
  };
  const rows = form.choices.map((choice, place) => {
    boxes[place].addEventListener("change", limit);
    const icon = choice.icon ? el("span", { class: "icon", "aria-hidden": "true", text: choice.icon }) : null;
    const hint = choice.hint ? el("span", { class: "hint", text: choice.hint, dir: "auto" }) : null;
    return el("label", { class: "choice tickable" }, boxes[place], icon, el("span", { class: "label", text: choice.label, dir: "auto" }), hint);
  });
  return [el("div", { class: "several" }, ...rows), state];
}

export function pickedOf(body, form) {
  if (!form.many || !form.choices.length) return {};
  const picked = [...body.querySelectorAll("input[name=some]:checked")].map((box) => box.value);
  return { [form.choices[0].key]: picked };
}

export function tickOf(body, form) {
  const isTicked = form.tick && body.querySelector("input[name=tick]").checked;
  return isTicked ? { [form.tick.key]: [form.tick.option || "yes"] } : {};
}

// Puts a message beside the field it is about; gives those that have no field here.
export function markErrors(body, field, found) {
  const rest = Object.entries(found).filter(([key]) => key !== field?.key);
  if (field) {
    const said = found[field.key] ?? "";
    field.say(said);
    if (said) field.input.focus();
  }
  return rest.map(([, said]) => said);
}

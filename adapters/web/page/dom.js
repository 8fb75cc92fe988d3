// Elements, made one way: text only ever becomes text.

export function el(tag, props = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "text") made.textContent = value;
    else if (name === "on") for (const [event, act] of Object.entries(value)) made.addEventListener(event, act);
    else made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

export function paragraphs(lines) {
  // What has lines of its own, such as the exact text of a request, stands apart from what is said about it.
  return lines.map((line) => el("p", { class: line.includes("\n") && "letter", text: line, dir: "auto" }));
}

export function links(list) {
  if (!list.length) return null;
  const items = list.map((link) =>
    link.url
      ? el("a", { href: link.url, text: link.label, dir: "auto", rel: "noreferrer noopener", target: link.url.startsWith("https:") && "_blank" })
      : el("span", { text: link.label, dir: "auto" }),
  );
  return el("ul", { class: "links" }, ...items.map((item) => el("li", {}, item)));
}

export function button(choice, act) {
  return el(
    "button",
    { type: "button", class: `choice ${choice.style}`, on: { click: (event) => act(choice, event.currentTarget) } },
    choice.icon ? el("span", { class: "icon", "aria-hidden": "true", text: choice.icon }) : null,
    el("span", { class: "label", text: choice.label, dir: "auto" }),
    choice.hint ? el("span", { class: "hint", text: choice.hint, dir: "auto" }) : null,
  );
}

// Busy buttons stay focusable, so that the keyboard does not lose its place.
export function busy(place, is) {
  place.toggleAttribute("data-busy", is);
  place.setAttribute("aria-busy", String(is));
  for (const one of place.querySelectorAll("button")) {
    if (is) one.setAttribute("aria-disabled", "true");
    else one.removeAttribute("aria-disabled");
  }
}

export function isBusy(place) {
  return place.hasAttribute("data-busy");
}

const SOON = { tap: 400, click: 700 }; // milliseconds: a later one is meant
const NEAR = 30; // pixels: two taps within both are what phones call a double tap
const ONE = 25; // milliseconds: a tap on a label is at once one on its box

// Of a double click or tap the second may fall on what came in the first one's place, and would answer that.
// Not every browser counts taps in `detail`, so those are told by time and place.
export function onlyFirst(place) {
  let byTouch = false;
  let last = null;
  const isAgain = (click) => {
    const before = last;
    last = { at: click.timeStamp, x: click.clientX, y: click.clientY, on: click.target.closest("button, a, label, summary") };
    if (!before || !click.detail) return false; // the keyboard's has no detail
    const isBeside = before.on?.isConnected && before.on !== last.on && before.on.parentElement === last.on?.parentElement;
    if (isBeside) return false; // the next row, say
    const since = last.at - before.at;
    if (click.detail > 1) return since < SOON.click;
    return byTouch && since > ONE && since < SOON.tap && Math.hypot(last.x - before.x, last.y - before.y) < NEAR;
  };
  place.addEventListener("pointerdown", (event) => { byTouch = event.pointerType === "touch"; }, true);
  place.addEventListener("click", (click) => {
    if (!isAgain(click)) return;
    click.preventDefault();
    click.stopPropagation();
  }, true);
}

export function showTrouble(place, said, again) {
  place.replaceChildren();
  if (!said) return;
  place.append(el("span", { text: said }));
  if (again) place.append(el("button", { type: "button", text: again.label, on: { click: again.act } }));
}

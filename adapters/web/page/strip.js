// Weeks as blocks, each with an icon and a word; and a picture of ours, drawn from what is known to be harmless.

import { el } from "./dom.js";
import { words } from "./words.js";

const ROW = 8;
const SVG = "http://www.w3.org/2000/svg";
const SHAPES = new Set(
  "svg g path rect circle ellipse line polyline polygon text tspan title desc defs clipPath linearGradient stop".split(" "),
);
const ATTRIBUTES = new Set(
  `viewBox width height x y x1 y1 x2 y2 cx cy r rx ry d points dx dy transform fill fill-opacity fill-rule stroke
  stroke-width stroke-opacity stroke-linecap stroke-linejoin stroke-dasharray opacity text-anchor dominant-baseline
  font-size font-weight font-family offset stop-color stop-opacity id clip-path preserveAspectRatio`.split(/\s+/),
);

export function strip(bars, label) {
  if (!bars.length) return null;
  const before = Array.from({ length: Math.max(0, ROW - bars.length) }, () =>
    el("li", { class: "block ghost", "aria-hidden": "true" }),
  );
  return el("ol", { class: "strip", "aria-label": label }, ...before, ...bars.slice(-ROW).map(block));
}

function block(bar) {
  const known = Boolean(bar.word);
  return el(
    "li",
    { class: known ? "block" : "block ghost" },
    el("span", { class: "icon", "aria-hidden": "true", text: known ? bar.icon : "·" }),
    el("span", { class: known ? "word" : "word hidden", text: known ? bar.word : words.noWeek, dir: "auto" }),
    el("span", { class: "week", text: bar.label, dir: "auto" }),
  );
}

export function picture(found) {
  if (!found) return null;
  const parsed = new DOMParser().parseFromString(found.svg, "image/svg+xml").documentElement;
  const drawn = parsed.localName === "svg" ? copy(parsed) : document.createElementNS(SVG, "svg");
  drawn.setAttribute("role", "img");
  drawn.setAttribute("aria-label", found.alt);
  return el("figure", { class: "picture" }, drawn);
}

function copy(node) {
  const made = document.createElementNS(SVG, node.localName);
  for (const { name, value } of node.attributes) {
    if (ATTRIBUTES.has(name) && !/url\((?!#)/i.test(value)) made.setAttribute(name, value);
  }
  for (const child of node.childNodes) {
    if (child.nodeType === Node.TEXT_NODE) made.append(child.textContent);
    else if (SHAPES.has(child.localName)) made.append(copy(child));
  }
  return made;
}

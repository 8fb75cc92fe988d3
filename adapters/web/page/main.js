// Puts the page together: /chat shows one of each role side by side, /chat?as=<user> one person.

import { Clock } from "./clock.js";
import { showTrouble } from "./dom.js";
import { Pane } from "./pane.js";
import { listen } from "./stream.js";
import { Tabs } from "./tabs.js";
import { words } from "./words.js";

const connection = document.getElementById("connection");

function say(state, again) {
  const said = { "": "", back: words.back, lost: words.lost, expired: words.trouble.expired, cannotRead: words.cannotRead };
  connection.classList.toggle("bad", ["lost", "expired", "cannotRead"].includes(state));
  showTrouble(connection, said[state], again && { label: words.tryAgain, act: again });
}

// The key of the printed link does its work once; the address bar need not keep it.
function hideKey() {
  const here = new URL(location.href);
  const asked = here.searchParams.get("as") ?? "both";
  here.searchParams.delete("key");
  history.replaceState(null, "", here);
  return asked;
}

function put(people, asked, clock) {
  const shown = people.filter((person) => person.user === asked);
  if (!shown.length) shown.push(...people);
  const news = { came: (...given) => tabs.came(...given), past: (...given) => tabs.past(...given) };
  const panes = shown.map((person, at) => new Pane(person, at ? "end" : "start", () => clock.at, news));
  document.getElementById("panes").replaceChildren(...panes.map((pane) => pane.root));
  document.getElementById("skips").replaceChildren(...panes.map((pane) => pane.skip));
  document.body.classList.toggle("alone", panes.length === 1);
  const tabs = new Tabs(panes);
  return new Map(panes.map((pane) => [pane.person.user, pane]));
}

async function begin() {
  const asked = hideKey();
  say("");
  // One person's page asks for that person alone: a program may have thousands.
  const which = asked === "both" ? "" : `?${new URLSearchParams({ as: asked })}`;
  const response = await fetch(`/chat/people${which}`).catch(() => null);
  if (!response?.ok) {
    say(response?.status === 401 ? "expired" : "lost", begin);
    return;
  }
  const { people, clock: state } = await response.json();
  const clock = new Clock();
  clock.show(state);
  const panes = put(people, asked, clock);
  addEventListener("beforeunload", (event) => {
    if ([...panes.values()].some((pane) => pane.holdsText)) event.preventDefault();
  });
  clock.moved = () => { for (const pane of panes.values()) pane.drawnAgain(); };
  const begun = new Set();
  listen([...panes.keys()], {
    message: (data) => panes.get(data.as).message(data),
    surface: (data) => panes.get(data.as).showOwn(data.form),
    reset: (data) => panes.get(data.as).reset(),
    trouble: () => say("cannotRead"),
    clock: (data) => clock.show(data),
    ready: (data) => {
      say("");
      const pane = panes.get(data.as);
      pane.log.ready();
      if (!begun.has(pane)) pane.opened();
      begun.add(pane);
    },
  }, say);
}

begin();

// One act, one event: made once with an id of its own, and sent again with the same id.

const PATIENCE = 20000;

function randomId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function newEvent(user, kind, more = {}) {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone || "";
  return { id: randomId(), as: user, kind, zone, locale: navigator.language || "", ...more };
}

// Gives { reply } or { trouble: "lost" | "refused" | "expired" | "long" | "unfit", card }.
export async function send(event) {
  let response;
  try {
    response = await post("/chat/events", event, AbortSignal.timeout(PATIENCE));
    if (response.ok) return { reply: await response.json() };
  } catch {
    return { trouble: "lost" };
  }
  if (response.status === 401) return { trouble: "expired" };
  if (response.status === 413) return { trouble: "long" };
  if (response.status < 500) return { trouble: "unfit" };
  const body = await response.json().catch(() => ({}));
  return { trouble: "refused", card: body.card };
}

export function post(address, value, signal) {
  const headers = { "Content-Type": "application/json" };
  return fetch(address, { method: "POST", headers, body: JSON.stringify(value), signal });
}

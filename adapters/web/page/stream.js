// What the companion shows, as it comes; and where the connection stands.

const NAMES = ["message", "surface", "reset", "ready", "trouble", "clock"];
const SILENCE = 45000;
const WAITS = [1000, 2000, 4000, 8000, 15000];

export function listen(users, on, say) {
  let source;
  let last = "";
  let failures = 0;
  let heard = 0;
  let timer;

  function open() {
    clearTimeout(timer);
    source?.close();
    const query = new URLSearchParams(users.map((user) => ["as", user]));
    if (last) query.set("after", last);
    source = new EventSource(`/chat/stream?${query}`);
    heard = Date.now();
    source.onopen = () => {
      say(failures ? "back" : "");
      failures = 0;
    };
    source.onerror = lost;
    for (const name of NAMES) source.addEventListener(name, take);
  }

  function take(event) {
    heard = Date.now();
    if (event.lastEventId) last = event.lastEventId;
    on[event.type](JSON.parse(event.data));
  }

  async function lost() {
    source.close();
    failures += 1;
    say("lost", open);
    clearTimeout(timer);
    timer = setTimeout(open, WAITS[Math.min(failures, WAITS.length) - 1]);
    if (await isExpired()) {
      clearTimeout(timer);
      say("expired");
    }
  }

  setInterval(() => {
    if (source.readyState === EventSource.OPEN && Date.now() - heard > SILENCE) lost();
  }, SILENCE / 3);
  open();
}

async function isExpired() {
  try {
    return (await fetch("/chat/people")).status === 401;
  } catch {
    return false;
  }
}

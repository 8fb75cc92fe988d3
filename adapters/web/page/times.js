// Domain times are shown as they are written, in the demo's own zone.

function utc(at) {
  return new Date(`${at.slice(0, 19)}Z`);
}

function written(at, options) {
  return new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", ...options }).format(utc(at));
}

// In milliseconds.
export const apart = (one, other) => Math.abs(utc(one) - utc(other));

// The same zone, so many milliseconds on.
export const later = (at, by) => new Date(utc(at).getTime() + by).toISOString().slice(0, 19) + at.slice(19);

export const day = (at) => written(at, { weekday: "long", day: "numeric", month: "long" });
export const date = (at) => written(at, { day: "numeric", month: "long", year: "numeric" });
export const time = (at) => at.slice(11, 16);
export const weekday = (at) => written(at, { weekday: "long" });
export const whole = (at) => `${weekday(at)} ${date(at)}, ${time(at)}`;

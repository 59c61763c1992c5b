// Values as JSON carries them: read, shown to people, and compared with what the notebook had.

const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;

/** Return the parsed JSON; whole numbers that JavaScript would round stay their own text. */
export function parse(text) {
  return JSON.parse(text, (_, value, context) =>
    typeof value === "number" && Number.isInteger(value) && !Number.isSafeInteger(value) &&
    /^-?\d+$/.test(context?.source ?? "") ? context.source : value);
}

/** Return the text as a JSON number, or null if it is none. */
export function numeral(text) {
  const trimmed = text.trim();
  if (NUMBER.test(trimmed)) return trimmed;
  return /^[+-]?\d*\.?\d+([eE][+-]?\d+)?$/.test(trimmed) && isFinite(Number(trimmed))
    ? String(Number(trimmed)) : null;
}

/** Return the JSON types that a schema allows; none listed means any. */
export function kinds(schema) {
  return [schema.type ?? []].flat();
}

const short = new Intl.NumberFormat(undefined, { maximumSignificantDigits: 6 });

/** Return a value in a few characters, for people. */
export function shown(value) {
  if (value === null || value === undefined) return "no value";
  if (typeof value === "number") {
    const size = Math.abs(value);
    if (Number.isInteger(value) && size < 1e4) return String(value);
    return size && (size < 1e-4 || size >= 1e12) ? value.toPrecision(4) : short.format(value);
  }
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** Return in words how a value is unlike all that the notebook had, or "". */
export function outside(schema, value) {
  if (value === null || value === undefined) return "";
  const known = schema["x-known"];
  if (known && !known.includes(value)) return "the notebook had no such value";
  const seen = schema["x-seen"];
  if (!seen) return "";
  if (Array.isArray(value)) return outsideList(seen, value);
  if (typeof seen.min === "string") return outsideMoment(seen, String(value));
  const number = Number(value);
  if (number < seen.min) return `below ${seen.min}, the least that the notebook had`;
  if (number > seen.max) return `above ${seen.max}, the most that the notebook had`;
  return "";
}

function outsideMoment(seen, text) {
  if (/[Z+]|-\d\d:?\d\d$/.test(text.slice(10))) return ""; // an offset: not to be compared as text
  const day = (one) => one.replace("T00:00:00", "");
  if (text < seen.min.slice(0, text.length)) return `before ${day(seen.min)}, the first that the notebook had`;
  if (text.slice(0, seen.max.length) > seen.max) return `after ${day(seen.max)}, the last that the notebook had`;
  return "";
}

function outsideList(seen, value) {
  const columns = Array.isArray(seen.min);
  let count = 0, all = 0;
  const look = (item, at) => {
    if (Array.isArray(item)) { item.forEach(look); return; }
    const low = columns ? seen.min[at] : seen.min, high = columns ? seen.max[at] : seen.max;
    all += 1;
    if (typeof item === "number" && (item < low || item > high)) count += 1;
  };
  value.forEach(look);
  return count ? `${count} of ${all} numbers are outside of what the notebook had` : "";
}

/** Return a new element with a class and children; texts are texts, never markup. */
export function element(name, options = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(options)) {
    if (key === "class") made.className = value;
    else made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}

// The answer to one record: its parts, beside what the notebook answered, and the curl for it.
import { strip } from "./plot.js";
import { element, parse, shown } from "./values.js";

const MOST = 10;

/** Show the answer; `sent` is the record as JSON, `marks` how many of its values are unlike the notebook's. */
export function showAnswer(root, page, sent, answer, marks) {
  const parts = Object.entries(answer).filter(([name]) => name !== "model_version");
  root.replaceChildren(...parts.map(([name, value]) => part(page, name, value)));
  const own = page.examples.find((one) => alike(one.record, parse(sent)));
  if (own) root.append(compared(page, own.answer, Object.fromEntries(parts)));
  if (marks) {
    const words = marks === 1 ? "One value of the record is" : `${marks} values of the record are`;
    root.append(element("p", { class: "mark" }, `${words} unlike all that the notebook had: take this answer with care.`));
  }
}

/** Show why there is no answer. */
export function showRefusal(root, sentences) {
  root.replaceChildren(...sentences.map((text) => element("p", { class: "refusal" }, text)));
}

/** Return the shell command that asks the same. */
export function curl(body, locked) {
  const url = new URL("predict", document.baseURI);
  const key = locked ? " -H \"authorization: Bearer $KEY\"" : "";
  return `curl ${url}${key} -H 'content-type: application/json' -d '${body.replaceAll("'", "'\\''")}'`;
}

function part(page, name, value) {
  const box = element("div", { class: "part" }, element("h3", {}, name));
  if (value !== null && typeof value === "object") box.append(nested(value));
  else {
    const text = element("p", { class: "value" }, shown(value));
    text.title = String(value);
    box.append(text);
  }
  const had = page.notebook[name];
  if (had?.numbers && typeof value === "number") box.append(strip(had.numbers, value));
  return box;
}

function nested(value) {
  const entries = Object.entries(value);
  const shares = entries.length && entries.every(([, one]) => typeof one === "number" && one >= 0 && one <= 1);
  if (shares && !Array.isArray(value)) return bars(entries);
  if (Array.isArray(value) && value.every((one) => one === null || typeof one !== "object")) {
    const more = value.length > 2 * MOST ? ` … ${value.length} in all` : "";
    return element("p", { class: "list" }, value.slice(0, 2 * MOST).map(shown).join(" · ") + more);
  }
  return element("pre", { tabindex: "0" }, JSON.stringify(value, null, 1));
}

function bars(entries) {
  const list = element("ul", { class: "bars" });
  const sorted = entries.toSorted((a, b) => b[1] - a[1]);
  for (const [name, share] of sorted.slice(0, MOST)) {
    const meter = element("meter", { min: 0, max: 1, value: share, "aria-label": name });
    list.append(element("li", {}, element("span", {}, name), meter, element("b", {}, share && share < .0005 ? "< 0.001" : share.toFixed(3))));
  }
  if (entries.length > MOST) list.append(element("li", { class: "quiet" }, `and ${entries.length - MOST} more`));
  return list;
}

function compared(page, answer, found) {
  const wrapped = answer !== null && typeof answer === "object" && !Array.isArray(answer) && !page.classes.length;
  const named = wrapped ? answer : { [page.answer_name]: answer };
  const { model_version: _, ...own } = named;
  if (alike(own, found)) return element("p", { class: "same" }, "The notebook's own answer to this record.");
  return element("p", { class: "mark" }, `The notebook answered ${shown(own)}.`);
}

/** Whether two values are alike; numbers by their first digits. */
function alike(a, b) {
  if (typeof a === "number" && typeof b === "number") return Math.abs(a - b) <= 1e-5 * Math.max(Math.abs(a), Math.abs(b), 1e-9);
  if (a === null || b === null || typeof a !== "object" || typeof b !== "object") return a === b;
  const [ones, others] = [Object.keys(a), Object.keys(b)];
  return ones.length === others.length && ones.every((key) => Object.hasOwn(b, key) && alike(a[key], b[key]));
}

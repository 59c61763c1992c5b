// Tables as text: read with the separator that they have, written with commas.
import { kinds, numeral } from "./values.js";

/** Return the rows of the text, each a list of cells; empty lines are none. */
export function readTable(text) {
  const mark = separator(text);
  const rows = [];
  let row = [], cell = "", quoted = false, started = false;
  const close = () => { row.push(cell); cell = ""; started = false; };
  const end = () => { close(); if (row.length > 1 || row[0].trim() !== "") rows.push(row); row = []; };
  const clean = text.replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n");
  for (let at = 0; at < clean.length; at++) {
    const one = clean[at];
    if (quoted && one === '"' && clean[at + 1] === '"') { cell += '"'; at++; }
    else if (quoted && one === '"') quoted = false;
    else if (quoted) cell += one;
    else if (one === '"' && !started) quoted = started = true;
    else if (one === mark) close();
    else if (one === "\n") end();
    else { cell += one; started = true; }
  }
  if (cell !== "" || row.length) end();
  return rows;
}

function separator(text) {
  const line = text.replace(/"[^"]*"/g, "").split("\n", 1)[0];
  const marks = ["\t", ";", ",", "|"].map((mark) => [line.split(mark).length, mark]);
  return marks.reduce((best, one) => (one[0] > best[0] ? one : best), [1, ","])[1];
}

/** Return rows of values as CSV. */
export function writeTable(rows) {
  const cell = (value) => {
    const text = value === null || value === undefined ? "" : typeof value === "object" ? JSON.stringify(value) : String(value);
    return /[",\n\r]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return rows.map((row) => `${row.map(cell).join(",")}\r\n`).join("");
}

const YES = /^(true|t|yes|y|1)$/i, NO = /^(false|f|no|n|0)$/i, NOTHING = /^(nan|na|n\/a|null|none)$/i;

/** Return a cell as the JSON of a feature, or undefined to leave it out. What does not fit goes as text: the service names it. */
export function asJson(cell, schema, required) {
  const types = kinds(schema), any = types.length === 0, text = cell.trim();
  const nothing = required ? (types.includes("null") ? "null" : undefined) : undefined;
  const aString = types.includes("string");
  if (text === "") return aString && !types.includes("null") && required ? JSON.stringify(cell) : nothing;
  if (!aString && types.includes("null") && NOTHING.test(text)) return nothing;
  if (any || types.includes("number") || types.includes("integer")) {
    const number = numeral(text);
    if (number !== null) return number;
  }
  if (types.includes("boolean") && (YES.test(text) || NO.test(text))) return String(YES.test(text));
  if ((any || types.includes("array") || types.includes("object")) && /^[[{]/.test(text)) {
    try { JSON.parse(text); return text; } catch { /* goes as text */ }
  }
  return JSON.stringify(cell);
}
